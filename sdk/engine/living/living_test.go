//go:build !race

package living_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/cell"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/living"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/operon"
)

// body is a cell with all of its machinery.
func body(t testing.TB, o biovm.BiologicalType) *cell.Cell {
	t.Helper()
	grant := biovm.Resources{ATP: 100, Ribosomes: 60, RNAPolymerase: 30, MemoryKB: 5000}
	c, err := cell.New(biovm.Spec{BiologicalType: o}, grant, biovm.Defaults(o), nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func begin(t testing.TB, c *cell.Cell, seed int64) living.Cell {
	t.Helper()
	l, err := living.Begin(t.Context(), c, seed)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// as is a living cell with an ability that it must have.
func as[T any](t testing.TB, l living.Cell) T {
	t.Helper()
	able, ok := l.(T)
	if !ok {
		t.Fatalf("%T has not the ability %T", l, *new(T))
	}
	return able
}

func advance(t testing.TB, l living.Cell, until float64) []byte {
	t.Helper()
	if err := l.Advance(t.Context(), until); err != nil {
		t.Fatal(err)
	}
	state, err := l.Checkpoint()
	if err != nil {
		t.Fatal(err)
	}
	return state
}

// A cell that was written down in the middle comes to the same bytes.
func TestResume(t *testing.T) {
	t.Parallel()
	for _, o := range biovm.BiologicalTypes() {
		c := body(t, o)
		want := advance(t, begin(t, c, 3), 300)
		half, err := living.Resume(t.Context(), c, advance(t, begin(t, c, 3), 133.7))
		if err != nil {
			t.Fatal(err)
		}
		if got := advance(t, half, 300); !bytes.Equal(got, want) {
			t.Errorf("%s: a checkpoint in the middle makes a difference", o)
		}
		if other := advance(t, begin(t, c, 4), 300); bytes.Equal(other, want) {
			t.Errorf("%s: another seed makes none", o)
		}
	}
}

// So does one with plasmids and clamped operons, wherever in a step of its culture
// it is written down.
func TestResumeWithPlasmids(t *testing.T) {
	t.Parallel()
	c := managed(t, body(t, biovm.EColi), operon.Induce, "lac", "gal")
	born := func() living.Cell {
		t.Helper()
		l := begin(t, c, 3)
		if _, err := as[living.PlasmidHost](t, l).AddPlasmid(biovm.Plasmid{Name: "p", Origin: "p15A"}); err != nil {
			t.Fatal(err)
		}
		if _, err := as[living.OperonKeeper](t, l).ManageOperons([]string{"lac", "gal"}, operon.Induce); err != nil {
			t.Fatal(err)
		}
		return l
	}
	want := advance(t, born(), 1000)
	l := born()
	for _, until := range []float64{133.7, 180, 400, 410, 720, 999} {
		var err error
		if l, err = living.Resume(t.Context(), c, advance(t, l, until)); err != nil {
			t.Fatal(err)
		}
	}
	if got := advance(t, l, 1000); !bytes.Equal(got, want) {
		t.Error("checkpoints in the middle make a difference")
	}
}

// What cannot be resumed is refused, with the reason.
func TestStateError(t *testing.T) {
	t.Parallel()
	c := body(t, biovm.Syn3A)
	good := advance(t, begin(t, c, 1), 1)
	less, err := c.WithKnockouts([]string{"JCVISYN3A_0227"})
	if err != nil {
		t.Fatal(err)
	}
	for what, try := range map[string]struct {
		cell *cell.Cell
		data []byte
	}{
		"nothing": {c, []byte{}}, "no state": {c, []byte(`{}`)}, "half": {c, good[:len(good)/2]},
		"of another organism": {body(t, biovm.EColi), good}, "of other genes": {less, good},
		"with other parts": {c, bytes.Replace(good, []byte(`"wholecell":"`), []byte(`"wholecell":"AA`), 1)},
	} {
		var e *living.StateError
		if _, err := living.Resume(t.Context(), try.cell, try.data); !errors.As(err, &e) {
			t.Errorf("%s: error %v, want a StateError", what, err)
		}
	}
	// The eighth byte of a whole cell's checkpoint is its version.
	var saved struct {
		Version  int                  `json:"version"`
		Organism biovm.BiologicalType `json:"organism"`
		Seed     int64                `json:"seed"`
		Parts    map[string][]byte    `json:"parts"`
	}
	if err := json.Unmarshal(good, &saved); err != nil {
		t.Fatal(err)
	}
	saved.Parts["wholecell"][7] = 1
	old, err := json.Marshal(saved)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := living.Resume(t.Context(), c, old); err == nil || !strings.Contains(err.Error(), "has version 1; this program reads version 2") || !strings.Contains(err.Error(), "anew=True") {
		t.Errorf("of an earlier release: error %v, want one that says so and what to do", err)
	}
	coli := body(t, biovm.EColi)
	state := advance(t, begin(t, coli, 1), 1)
	mutant, err := coli.WithKnockouts([]string{"lacZ"})
	if err != nil {
		t.Fatal(err)
	}
	var stuck *living.StateError
	if _, err := living.Resume(t.Context(), mutant, state); !errors.As(err, &stuck) || !strings.Contains(stuck.Reason, "lacZ") {
		t.Errorf("the lac operon goes on without lacZ: %v, want a StateError that names it", err)
	}
	// Genes that are not followed are no reason, nor another medium and grant.
	if mutant, err = coli.WithKnockouts([]string{"pgi"}); err != nil {
		t.Fatal(err)
	}
	if _, err := living.Resume(t.Context(), mutant, state); err != nil {
		t.Error(err)
	}
	fed, err := c.WithMedium(map[string]float64{"EX_glc__D_e": 1})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := living.Resume(t.Context(), fed.WithGrant(biovm.Resources{ATP: 50, Ribosomes: 1, RNAPolymerase: 1}), good); err != nil {
		t.Error(err)
	}
}

// An ensemble is its cells one by one.
func TestEnsemble(t *testing.T) {
	t.Parallel()
	c := body(t, biovm.Syn3A)
	plan := living.Plan{Seconds: 30, Every: 10, Names: []string{"mrna", "atp"}, Replicas: 5, Seed: 11}
	s, err := living.Ensemble(t.Context(), c, plan, func(int, int) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]float64{0, 10, 20, 30}, s.Seconds); d != "" {
		t.Errorf("records (-want +got):\n%s", d)
	}
	var sum, squares float64
	for i := range plan.Replicas {
		l := begin(t, c, plan.Seed+int64(i))
		advance(t, l, 20)
		probe, err := l.Probe("mrna")
		if err != nil {
			t.Fatal(err)
		}
		sum, squares = sum+probe(), squares+probe()*probe()
	}
	n := float64(plan.Replicas)
	mean := sum / n
	sd := math.Sqrt((squares - n*mean*mean) / (n - 1))
	if math.Abs(s.Mean[0][2]-mean) > 1e-9*mean || math.Abs(s.SD[0][2]-sd) > 1e-6*sd {
		t.Errorf("mRNA after 20 s %v ± %v, want %v ± %v", s.Mean[0][2], s.SD[0][2], mean, sd)
	}
	enough := errors.New("enough")
	if _, err := living.Ensemble(t.Context(), c, plan, func(int, int) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("progress ends it with %v", err)
	}
	if _, err := living.Ensemble(t.Context(), c, living.Plan{Seconds: 1, Every: 1, Names: []string{"atpp"}, Replicas: 1}, func(int, int) error { return nil }); !errors.Is(err, biovm.ErrInvalid) {
		t.Errorf("an unknown figure: %v", err)
	}
}

// Every figure that is listed can be read, and so can one of each pattern.
func TestFigures(t *testing.T) {
	t.Parallel()
	for o, names := range map[biovm.BiologicalType][]string{
		biovm.Syn3A:       {"mrna:dnaA", "protein:JCVISYN3A_0001", "ntp:A", "flux:PGI"},
		biovm.MinimalCell: {"protein:dnaA"},
		biovm.EColi:       {"medium:EX_glc__D_e", "mrna:lacZ", "protein:b0344"},
	} {
		l := begin(t, body(t, o), 1)
		advance(t, l, 2)
		now, err := living.Now(l)
		if err != nil || len(now) != len(l.Figures()) {
			t.Errorf("%s: %d of %d figures, %v", o, len(now), len(l.Figures()), err)
		}
		if _, err := living.Probes(l, names); err != nil {
			t.Errorf("%s: %v", o, err)
		}
		for _, name := range []string{"", "ages", "mrna:none", "protein:", "medium:EX_none", "plasmid:none"} {
			if _, err := l.Probe(name); !errors.Is(err, biovm.ErrInvalid) {
				t.Errorf("%s: figure %q: error %v, want invalid", o, name, err)
			}
		}
	}
}

// The culture of E. coli uses its glucose up: it grows by what iML1515 makes of
// 10.8 mM at least, then it rests, and a pulse wakes it up.
func TestEColiRunsOut(t *testing.T) {
	t.Parallel()
	l := begin(t, body(t, biovm.EColi), 1)
	phases := []string{}
	look := func() {
		m, err := l.Metrics(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if p := m.EColi.GrowthPhase; len(phases) == 0 || phases[len(phases)-1] != p {
			phases = append(phases, p)
		}
	}
	look()
	for hour := 1; hour <= 14; hour++ {
		advance(t, l, float64(hour)*3600)
		look()
	}
	if d := cmp.Diff([]string{"lag", "exponential", "stationary"}, phases); d != "" {
		t.Errorf("phases (-want +got):\n%s", d)
	}
	biomass, err := l.Probe("biomass")
	if err != nil {
		t.Fatal(err)
	}
	// A gram dry weight per gram of glucose of about a half: Neidhardt, Ingraham
	// and Schaechter 1990, ch. 1.
	const gramsOfGlucose = 10.8 * 0.18016
	if y := biomass() / gramsOfGlucose; y < 0.4 || y > 0.55 {
		t.Errorf("%v gDW of a gram of glucose, want about a half", y)
	}
	full := biomass()
	if err := as[living.Feeder](t, l).Feed("glucose", 10); err != nil {
		t.Fatal(err)
	}
	advance(t, l, 16*3600)
	if biomass() < 1.5*full {
		t.Errorf("biomass %v after a second meal, %v before it", biomass(), full)
	}
}

// TMG induces the lac operon of a cell on no glucose; a clamp holds it down.
func TestEColiInduces(t *testing.T) {
	t.Parallel()
	c, err := body(t, biovm.EColi).WithMedium(map[string]float64{"EX_succ_e": 10, "EX_o2_e": 1000, "EX_nh4_e": 1000})
	if err != nil {
		t.Fatal(err)
	}
	made := func(action operon.Action) float64 {
		l := begin(t, c, 2)
		if err := as[living.Feeder](t, l).Feed("IPTG", 1); err != nil {
			t.Fatal(err)
		}
		if _, err := as[living.OperonKeeper](t, l).ManageOperons([]string{"lac"}, action); err != nil {
			t.Fatal(err)
		}
		advance(t, l, 3600)
		probe, err := l.Probe("protein:lacZ")
		if err != nil {
			t.Fatal(err)
		}
		return probe()
	}
	free, shut, open := made(operon.Release), made(operon.Repress), made(operon.Induce)
	if !(free > 100*max(shut, 1)) || !(open > 0.5*free) {
		t.Errorf("after an hour of IPTG %v LacZ, %v with the promoter clamped shut, %v clamped open", free, shut, open)
	}
}

// Plasmids replicate, and must fit.
func TestPlasmids(t *testing.T) {
	t.Parallel()
	l := begin(t, body(t, biovm.EColi), 5)
	host := as[living.PlasmidHost](t, l)
	if _, err := host.AddPlasmid(biovm.Plasmid{Name: "pET", Origin: "pBR322"}); err != nil {
		t.Fatal(err)
	}
	for what, try := range map[string]struct {
		p    biovm.Plasmid
		want error
	}{
		"twice": {biovm.Plasmid{Name: "pET"}, biovm.ErrInvalid}, "without a name": {biovm.Plasmid{}, biovm.ErrInvalid},
		"of no origin": {biovm.Plasmid{Name: "p", Origin: "ColE2"}, biovm.ErrInvalid},
		"too long":     {biovm.Plasmid{Name: "p", BasePairs: 400_000}, biovm.ErrNoCapacity},
	} {
		if _, err := host.AddPlasmid(try.p); !errors.Is(err, try.want) {
			t.Errorf("%s: error %v, want %v", what, err, try.want)
		}
	}
	state := advance(t, l, 6*3600)
	l, err := living.Resume(t.Context(), body(t, biovm.EColi), state)
	if err != nil {
		t.Fatal(err)
	}
	// 15 to 20 copies: Lee et al. 2006, J. Biotechnol. 123:273.
	p := as[living.PlasmidHost](t, l).Plasmids()
	if len(p) != 1 || p[0].Copies < 8 || p[0].Copies > 35 || !(p[0].Burden > 0) {
		t.Errorf("plasmids %+v, want about 15 to 20 copies that cost something", p)
	}
}
