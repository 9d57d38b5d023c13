//go:build !race

package process_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/process"
)

// agreement is the relative difference that a figure may have from COBRApy's;
// GLPK's own tolerance is 1e-7.
const agreement = 1e-6

func near(got, want float64) bool { return math.Abs(got-want) <= agreement*max(1, math.Abs(want)) }

// value runs code in a cell of a type and reads what it comes to.
func value(t *testing.T, organism biovm.BiologicalType, code string, into any) {
	t.Helper()
	result, err := process.Run(t.Context(), newCell(t, organism, nil), status(organism), biovm.Process{Code: code}, 0)
	if err != nil {
		t.Fatalf("%s: %v", code, err)
	}
	if err := json.Unmarshal(result.Value, into); err != nil {
		t.Fatalf("%s: %s: %v", code, result.Value, err)
	}
}

func readJSON(t *testing.T, name string, into any) {
	t.Helper()
	text, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) {
		t.Skip(name + " is not there; it is not part of the repository")
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

func checkRanges(t *testing.T, organism biovm.BiologicalType, fraction float64, want map[string][2]float64) {
	t.Helper()
	var got struct{ Ranges map[string][2]float64 }
	value(t, organism, fmt.Sprintf("fva(fraction=%v, reactions=True, allocation=False)", fraction), &got)
	if len(want) == 0 {
		t.Errorf("%s: the reference has no ranges", organism)
	}
	for id, w := range want {
		if g, ok := got.Ranges[id]; !ok || !near(g[0], w[0]) || !near(g[1], w[1]) {
			t.Errorf("%s, %v of the optimum: %s is in %v, want %v", organism, fraction, id, g, w)
		}
	}
}

func TestRangesOfFluxes(t *testing.T) {
	t.Parallel()
	var r struct {
		Models map[biovm.BiologicalType]struct{ FVA map[string][2]float64 }
	}
	readJSON(t, "../metabolism/testdata/reference.json", &r)
	for _, organism := range []biovm.BiologicalType{biovm.Syn3A, biovm.EColi} {
		checkRanges(t, organism, 1, r.Models[organism].FVA)
	}
}

func TestRangesBelowTheOptimum(t *testing.T) {
	t.Parallel()
	var r map[string]struct {
		FVA map[string][2]float64 `json:"fva_0.9"`
	}
	readJSON(t, "../../../../shared/data/reference.json", &r)
	checkRanges(t, biovm.Syn3A, 0.9, r["iMB155_sbml"].FVA)
	checkRanges(t, biovm.EColi, 0.9, r["iML1515_standardGEM"].FVA)
}

// The distances are those of COBRApy 0.26.2 with GLPK 5.0 at a tolerance of
// 1e-9:
//
//	m = cobra.io.read_sbml_model("iMB155.xml") # or load_json_model("iML1515.json")
//	m.tolerance = 1e-9
//	reference = cobra.flux_analysis.pfba(m)
//	m.genes.get_by_id("MMSYN1_0227").knock_out()
//	cobra.flux_analysis.moma(m, solution=reference, linear=True).objective_value
func TestAdjustmentToLosses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		organism biovm.BiologicalType
		gene     string
		distance float64
		dies     bool
	}{
		{biovm.Syn3A, "MMSYN1_0227", 94.52869045188196, false},
		{biovm.Syn3A, "MMSYN1_0229", 94.52869045188194, false},
		{biovm.EColi, "b0720", 277.7535093109211, true},
		{biovm.EColi, "b0116", 100.4360040067516, false},
	} {
		var got struct {
			Status                string
			Distance, Ratio, Best float64
			GrowthRate            float64 `json:"growth_rate"`
			Genes, Reactions      []string
			Fluxes                map[string]float64
			Uptake, Secretion     map[string]float64
			ActiveReactions       int     `json:"active_reactions"`
			IntactGrowthRate      float64 `json:"intact_growth_rate"`
		}
		value(t, tt.organism, fmt.Sprintf(`d = moma(%[1]q, fluxes=True)
d["best"] = knockout(%[1]q)["free_growth_rate"]
d`, tt.gene), &got)
		if got.Status != "optimal" || !near(got.Distance, tt.distance) || len(got.Genes) != 1 || len(got.Reactions) != 0 {
			t.Errorf("%s without %s: %s at distance %v of what lost %v and %v, want optimal at %v",
				tt.organism, tt.gene, got.Status, got.Distance, got.Genes, got.Reactions, tt.distance)
		}
		if got.GrowthRate > got.Best+agreement || (got.GrowthRate < agreement) != tt.dies || !near(got.Ratio*got.IntactGrowthRate, got.GrowthRate) {
			t.Errorf("%s without %s: growth %v of %v, a ratio of %v; want no more than %v, which it has once adapted, and it to die: %v",
				tt.organism, tt.gene, got.GrowthRate, got.IntactGrowthRate, got.Ratio, got.Best, tt.dies)
		}
		active := 0
		for id, v := range got.Fluxes {
			if math.Abs(v) > 1e-9 {
				active++
			}
			if u, ok := got.Uptake[id]; ok && !near(u, -v) {
				t.Errorf("%s without %s: takes up %v by %s, whose flux is %v", tt.organism, tt.gene, u, id, v)
			}
		}
		if active != got.ActiveReactions || len(got.Uptake) == 0 || len(got.Secretion) == 0 {
			t.Errorf("%s without %s: %d fluxes and %d active reactions, uptake %v, secretion %v",
				tt.organism, tt.gene, active, got.ActiveReactions, got.Uptake, got.Secretion)
		}
	}
}

// See the test of package metabolism for the origin of the totals.
func TestMinimalMediumIsEnough(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		organism biovm.BiologicalType
		total    float64 // mmol/gDW/h
	}{{biovm.Syn3A, 4.755925400000008}, {biovm.EColi, 6.417330786742482}} {
		var got struct {
			Medium map[string]float64
			Total  float64 `json:"total_uptake"`
			Growth float64
			Less   []string
			None   *map[string]float64
		}
		value(t, tt.organism, `d = minimal_medium(allocation=False)
d["less"] = []
d["none"] = minimal_medium(growth=1000)["medium"]
for id in d["medium"]:
    set_medium({x: d["medium"][x] for x in d["medium"] if x != id})
    if fba(allocation=False)["growth_rate"] > 0.1 - 1e-6:
        d["less"].append(id)
set_medium(d["medium"])
d["growth"] = fba(allocation=False)["growth_rate"]
d`, &got)
		if !near(got.Total, tt.total) {
			t.Errorf("%s: total uptake %v, want %v", tt.organism, got.Total, tt.total)
		}
		if !near(got.Growth, 0.1) || len(got.Less) > 0 || got.None != nil {
			t.Errorf("%s on %v: grows at %v, want 0.1; does without %v; and at 1000/h on %v", tt.organism, got.Medium, got.Growth, got.Less, got.None)
		}
	}
}

// All are allowed where basic_functions_only is on, answer about every
// organism, and alike with and without a memo and time after time.
func TestFluxVerbsSaySame(t *testing.T) {
	t.Parallel()
	for _, organism := range biovm.BiologicalTypes() {
		m := &memory{}
		for _, code := range []string{`fva(reactions=["EX_glc__D_e"])`, `moma("EX_o2_e")`, `moma("PGI", fluxes=["PYK"])`, `minimal_medium(growth=0.05)`, `growth_curve(least=0.5)`} {
			var first []byte
			for _, memo := range []*memory{m, m, nil} {
				c := newCell(t, organism, nil)
				if memo != nil {
					c = newCell(t, organism, memo)
				}
				result, err := process.Run(t.Context(), c, status(organism), biovm.Process{Code: code}, 0)
				if err != nil {
					t.Fatalf("%s in %s: %v", code, organism, err)
				}
				if first == nil {
					first = result.Value
				}
				if diff := cmp.Diff(string(first), string(result.Value)); diff != "" {
					t.Errorf("%s in %s: another result (-first +now):\n%s", code, organism, diff)
				}
			}
		}
	}
}
