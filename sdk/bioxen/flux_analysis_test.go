package bioxen_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

// What E. coli's network makes of glucose without air, and what limits it.
func ExampleAnalyzeFluxes() {
	medium := map[string]float64{"EX_glc__D_e": 10}
	for salt := range strings.FieldsSeq("nh4 pi so4 h2o h co2 k mg2 ca2 cl fe2 fe3 mn2 zn2 cu2 cobalt2 ni2 mobd") {
		medium["EX_"+salt+"_e"] = 1000
	}
	a, err := bioxen.AnalyzeFluxes(context.Background(), bioxen.FluxQuestion{
		BiologicalType: biovm.EColi, Medium: medium, Method: bioxen.PFBA, Reactions: []string{"EX_ac_e", "EX_etoh_e"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("growth %.4f 1/h, ethanol %.2f mmol/gDW/h\n", a.Growth, a.Fluxes["EX_etoh_e"])
	fmt.Printf("one more of glucose: %+.4f 1/h\n", a.Limiting["EX_glc__D_e"])
	// Output:
	// growth 0.1575 1/h, ethanol 8.75 mmol/gDW/h
	// one more of glucose: +0.0217 1/h
}

// endless takes up as much as it likes and makes acid of it.
const endless = `{"id": "endless",
	"metabolites": [{"id": "sugar_e", "compartment": "e"}, {"id": "acid_e", "compartment": "e"}],
	"reactions": [
		{"id": "EX_sugar_e", "metabolites": {"sugar_e": -1}, "lower_bound": -Infinity, "upper_bound": Infinity},
		{"id": "EX_acid_e", "metabolites": {"acid_e": -1}, "lower_bound": 0, "upper_bound": %s, "objective_coefficient": 1},
		{"id": "ferment", "metabolites": {"sugar_e": -1, "acid_e": 2}, "lower_bound": 0, "upper_bound": Infinity},
		{"id": "spill", "metabolites": {"acid_e": -1}, "lower_bound": 0, "upper_bound": Infinity}
	]}`

func endlessFile(t *testing.T, most string) *bioxen.ModelFile {
	t.Helper()
	return written(t, fmt.Sprintf(endless, most))
}

func written(t *testing.T, text string) *bioxen.ModelFile {
	t.Helper()
	name := filepath.Join(t.TempDir(), "endless.json")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return &bioxen.ModelFile{Source: name}
}

func TestAnalyzeFluxesWithoutEnd(t *testing.T) {
	t.Parallel()
	a, err := bioxen.AnalyzeFluxes(t.Context(), bioxen.FluxQuestion{ModelFile: endlessFile(t, "Infinity")})
	if err != nil || a.Status != "unbounded" || a.LimitedBy != "" || a.Objective != 0 {
		t.Errorf("no bound: got %+v, %v; want it unbounded", a, err)
	}
	a, err = bioxen.AnalyzeFluxes(t.Context(), bioxen.FluxQuestion{ModelFile: endlessFile(t, "6"), Method: bioxen.FVA, Fraction: 0.5})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bioxen.FluxRange{
		"EX_sugar_e": {Min: nil, Max: new(-1.5)},
		"EX_acid_e":  {Min: new(3.0), Max: new(6.0)},
		"spill":      {Min: new(0.0), Max: nil},
	}
	if diff := cmp.Diff(want, a.Ranges, cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-9 })); diff != "" {
		t.Errorf("ranges (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]float64{"EX_acid_e": 1}, a.Limiting); diff != "" || a.Objective != 6 || a.Model != "endless" {
		t.Errorf("objective %v of %s, want 6; limiting (-want +got):\n%s", a.Objective, a.Model, diff)
	}
}

func TestAnalyzeFluxesRefuses(t *testing.T) {
	t.Parallel()
	file := endlessFile(t, "6")
	aimless := written(t, strings.Replace(fmt.Sprintf(endless, "6"), `, "objective_coefficient": 1`, "", 1))
	for _, tt := range []struct {
		question bioxen.FluxQuestion
		want     []string // paths of what is wrong
	}{
		{bioxen.FluxQuestion{}, []string{"biological_type"}},
		{bioxen.FluxQuestion{BiologicalType: biovm.Syn3A, ModelFile: file}, []string{"biological_type"}},
		{bioxen.FluxQuestion{BiologicalType: "frog"}, []string{"biological_type"}},
		{bioxen.FluxQuestion{ModelFile: &bioxen.ModelFile{}}, []string{"model_file.source"}},
		{bioxen.FluxQuestion{ModelFile: &bioxen.ModelFile{Source: file.Source, SHA256: "12"}}, []string{"model_file.sha256"}},
		{
			bioxen.FluxQuestion{
				ModelFile: file, Medium: map[string]float64{"EX_sugar_e": -1, "ferment": 1}, Knockouts: []string{"spill", "x"},
				Objective: "y", Method: "moma", Fraction: 0.5, Reactions: []string{"z"},
			},
			[]string{`medium["EX_sugar_e"]`, `medium["ferment"]`, "knockouts[1]", "objective", "reactions[0]", "method", "fraction"},
		},
		{bioxen.FluxQuestion{BiologicalType: biovm.Syn3A, Method: bioxen.FVA, Fraction: math.NaN()}, []string{"fraction"}},
		{bioxen.FluxQuestion{ModelFile: aimless}, []string{"objective"}},
	} {
		_, err := bioxen.AnalyzeFluxes(t.Context(), tt.question)
		var got []string
		for _, e := range biovm.FieldErrors(err) {
			got = append(got, e.Path)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" || !errors.Is(err, biovm.ErrInvalid) {
			t.Errorf("%+v: %v\nis wrong at (-want +got):\n%s", tt.question, err, diff)
		}
	}
}

// What the genome has and the network has not can be lost at no cost, and the
// order of losses makes no difference.
func TestAnalyzeFluxesOfLosses(t *testing.T) {
	t.Parallel()
	ask := func(lost ...string) bioxen.FluxAnalysis {
		a, err := bioxen.AnalyzeFluxes(t.Context(), bioxen.FluxQuestion{BiologicalType: biovm.EColi, Knockouts: lost})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	if diff := cmp.Diff(ask(), ask("dnaA")); diff != "" {
		t.Errorf("without dnaA (-with +without):\n%s", diff)
	}
	lost := []string{"pgi", "PFK", "b0720"}
	first := ask(lost...)
	slices.Reverse(lost)
	if diff := cmp.Diff(first, ask(lost...)); diff != "" || first.Growth != 0 {
		t.Errorf("growth %v without gltA, want none; in another order (-first +second):\n%s", first.Growth, diff)
	}
}

// What limits is worth what it says.
func TestAnalyzeFluxesLimiting(t *testing.T) {
	t.Parallel()
	grow := func(glucose float64) bioxen.FluxAnalysis {
		q := bioxen.FluxQuestion{BiologicalType: biovm.EColi, Medium: map[string]float64{}}
		for id := range strings.FieldsSeq("nh4 pi so4 o2 k mg2 ca2 cl fe2 mn2 zn2 cu2 cobalt2 ni2 mobd") {
			q.Medium["EX_"+id+"_e"] = 1000
		}
		q.Medium["EX_glc__D_e"] = glucose
		a, err := bioxen.AnalyzeFluxes(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	const more = 0.01 // mmol/gDW/h
	a := grow(10)
	got, want := a.Limiting["EX_glc__D_e"], (grow(10+more).Growth-a.Growth)/more
	if !(want > 0) || math.Abs(got-want) > 1e-6 {
		t.Errorf("one more of glucose brings %v, want %v, of what limits: %v", got, want, a.Limiting)
	}
}
