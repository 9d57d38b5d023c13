//go:build !race

package metabolism_test

import (
	"encoding/json"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// A publishedModel is what COBRApy and GLPK answer about a file that is beside
// the repository, as reference.json there has it.
type publishedModel struct {
	File                          string
	Genes, Reactions, Metabolites int
	FBA                           struct {
		Status    string
		Objective float64
	}
	PFBA struct {
		TotalFlux float64 `json:"total_flux"`
		Growth    float64
	}
	Best     map[string][2]float64 `json:"fva_1.0"`
	Nearly   map[string][2]float64 `json:"fva_0.9"`
	Deletion struct {
		Essential []string
		Growth    map[string]float64
	} `json:"gene_deletion"`
	ReactionDeletion struct{ Essential []string } `json:"reaction_deletion"`
	CarbonSources    map[string]growthOr          `json:"carbon_sources"` // "exchange|uptake10|aerobic"
	Dropout          map[string]growthOr          `json:"medium_dropout"`
	Anaerobic        *growthOr                    `json:"default_medium_anaerobic"`
	NoCarbon         *growthOr                    `json:"no_carbon"`
	Maintenance      *growthOr                    `json:"infeasible_ATPM_99999"`
	Open             *growthOr                    `json:"all_exchanges_open_inf_bounds"`
	Unlimited        struct{ Status string }      `json:"big_bounds_to_inf"`
}

// A growthOr is a growth rate, or the status of a problem that has none.
type growthOr struct {
	status string
	growth float64
}

func (g *growthOr) UnmarshalJSON(text []byte) error {
	if text[0] == '"' {
		return json.Unmarshal(text, &g.status)
	}
	g.status = "optimal"
	return json.Unmarshal(text, &g.growth)
}

func (g *growthOr) compare(t *testing.T, what string, f *metabolism.Flux) {
	t.Helper()
	if f.Status.String() != g.status || g.status == "optimal" && !near(f.Objective, g.growth, agreement) {
		t.Errorf("%s: got %v, objective %.12f; want %s, %.12f", what, f.Status, f.Objective, g.status, g.growth)
	}
}

// eachPublished runs a test on each published file, in parallel.
func eachPublished(t *testing.T, test func(t *testing.T, m *metabolism.Model, want *publishedModel)) {
	t.Helper()
	var sources map[string]json.RawMessage
	if err := json.Unmarshal(sharedData(t, "reference.json"), &sources); err != nil {
		t.Fatal(err)
	}
	compared := 0
	for name, text := range sources {
		if strings.HasPrefix(name, "_") {
			continue
		}
		compared++
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var want publishedModel
			if err := json.Unmarshal(text, &want); err != nil {
				t.Fatal(err)
			}
			m := readModel(t, filepath.Join("..", "..", "..", "..", "shared", "data", "models", filepath.Base(want.File)))
			test(t, m, &want)
		})
	}
	if compared == 0 {
		t.Error("the reference has no models")
	}
}

// TestPublished reads every published file and compares its size, the best
// growth and the least total flux, and that on other media.
func TestPublished(t *testing.T) {
	t.Parallel()
	eachPublished(t, func(t *testing.T, m *metabolism.Model, want *publishedModel) {
		got := [3]int{len(m.Genes()), len(m.Reactions()), len(m.Metabolites())}
		if sizes := [3]int{want.Genes, want.Reactions, want.Metabolites}; got != sizes {
			t.Errorf("genes, reactions, metabolites: got %v, want %v", got, sizes)
		}
		a := metabolism.NewAnalyzer(m)
		f := fba(t, a, metabolism.Question{})
		if f.Status.String() != want.FBA.Status || !near(f.Objective, want.FBA.Objective, agreement) {
			t.Errorf("got %v, objective %.12f; want %s, %.12f", f.Status, f.Objective, want.FBA.Status, want.FBA.Objective)
		}
		checkOptimality(t, m, f)
		p, err := a.PFBA(t.Context(), metabolism.Question{})
		if err != nil {
			t.Fatal(err)
		}
		if !near(p.TotalFlux, want.PFBA.TotalFlux, agreement) || !near(p.Growth, want.PFBA.Growth, agreement) {
			t.Errorf("PFBA: got total flux %.9f, growth %.12f; want %.9f, %.12f", p.TotalFlux, p.Growth, want.PFBA.TotalFlux, want.PFBA.Growth)
		}
		checkFeasible(t, m, p)
		compareMedia(t, a, want)
		compareExtremes(t, a, want)
	})
}

// compareMedia asks about all media of the reference: the model's own less one
// component, and other carbon sources, with oxygen and without.
func compareMedia(t *testing.T, a *metabolism.Analyzer, want *publishedModel) {
	t.Helper()
	m := a.Model()
	for id, w := range want.Dropout {
		w.compare(t, "without "+id, fba(t, a, metabolism.Question{Medium: change(m, []string{id}, nil)}))
	}
	for source, w := range want.CarbonSources {
		id, air, _ := strings.Cut(source, "|uptake10|")
		medium := change(m, []string{"EX_glc__D_e"}, nil)
		medium[id] = 10
		if air == "anaerobic" {
			delete(medium, "EX_o2_e")
		}
		w.compare(t, "on "+source, fba(t, a, metabolism.Question{Medium: medium}))
	}
	if want.Anaerobic != nil {
		want.Anaerobic.compare(t, "without oxygen", fba(t, a, metabolism.Question{Medium: change(m, []string{"EX_o2_e"}, nil)}))
	}
	if want.NoCarbon != nil {
		want.NoCarbon.compare(t, "without glucose", fba(t, a, metabolism.Question{Medium: change(m, []string{"EX_glc__D_e"}, nil)}))
	}
}

// compareExtremes asks for what cannot be and for what has no limit.
func compareExtremes(t *testing.T, a *metabolism.Analyzer, want *publishedModel) {
	t.Helper()
	if want.Maintenance != nil {
		bounds := map[string][2]float64{"ATPM": {99999, 99999}}
		want.Maintenance.compare(t, "with much maintenance", fba(t, a, metabolism.Question{Bounds: bounds}))
	}
	unlimited, open := map[string][2]float64{}, map[string][2]float64{}
	for _, r := range a.Model().Reactions() {
		lower, upper := r.Lower, r.Upper
		if lower <= -1000 {
			lower = math.Inf(-1)
		}
		if upper >= 1000 {
			upper = math.Inf(1)
		}
		unlimited[r.ID] = [2]float64{lower, upper}
		if r.Boundary() {
			lower, upper = math.Inf(-1), math.Inf(1)
		}
		open[r.ID] = [2]float64{lower, upper}
	}
	if f := fba(t, a, metabolism.Question{Bounds: unlimited}); f.Status.String() != want.Unlimited.Status || f.Objective < want.FBA.Objective*(1-agreement) {
		t.Errorf("without bounds of 1000: got %v, objective %.12f; want %s, at least %.12f", f.Status, f.Objective, want.Unlimited.Status, want.FBA.Objective)
	}
	if want.Open == nil {
		t.Fatal("the reference does not say what becomes of an open system")
	}
	want.Open.compare(t, "open to all", fba(t, a, metabolism.Question{Bounds: open}))
}

// TestPublishedDeletions compares which genes and which reactions a cell
// cannot lose, and how fast it grows without those that matter.
func TestPublishedDeletions(t *testing.T) {
	t.Parallel()
	eachPublished(t, func(t *testing.T, m *metabolism.Model, want *publishedModel) {
		a, q := metabolism.NewAnalyzer(m), metabolism.Question{EraseBounds: true}
		genes, err := a.Deletions(t.Context(), q, nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want.Deletion.Essential, genes.Essential()); diff != "" {
			t.Errorf("essential genes (-want +got):\n%s", diff)
		}
		for _, d := range genes.Deletions {
			growth, matters := want.Deletion.Growth[d.Gene]
			if !matters { // it is in the table when it changes anything
				growth = want.FBA.Objective
			}
			if !near(d.Growth, growth, agreement) {
				t.Errorf("without %s: got growth %.9f, want %.9f", d.Gene, d.Growth, growth)
			}
		}
		reactions, err := a.ReactionDeletions(t.Context(), q, nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want.ReactionDeletion.Essential, reactions.Essential()); diff != "" {
			t.Errorf("essential reactions (-want +got):\n%s", diff)
		}
		for _, j := range []int{0, len(m.Reactions()) / 2, len(m.Reactions()) - 1} { // one by one, the long way
			id := m.Reactions()[j].ID
			f := fba(t, a, metabolism.Question{KnockoutReactions: []string{id}, EraseBounds: true})
			if d := reactions.Deletions[j]; d.Reaction != id || d.Status != f.Status || !near(d.Growth, f.Growth, 1e-9) {
				t.Errorf("without %s: got %+v; FBA has %v, growth %.12f", id, d, f.Status, f.Growth)
			}
		}
	})
}

// TestPublishedVariability compares the ranges of the fluxes in the reference,
// at the optimum and at nine tenths of it, and holds all ranges against flux
// distributions that are known.
func TestPublishedVariability(t *testing.T) {
	t.Parallel()
	eachPublished(t, func(t *testing.T, m *metabolism.Model, want *publishedModel) {
		a := metabolism.NewAnalyzer(m)
		p, err := a.PFBA(t.Context(), metabolism.Question{})
		if err != nil {
			t.Fatal(err)
		}
		var wider []metabolism.Range
		for _, tc := range []struct {
			fraction float64
			ranges   map[string][2]float64
		}{{0.9, want.Nearly}, {1, want.Best}} {
			v, err := a.Variability(t.Context(), metabolism.Question{}, tc.fraction, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, id := range slices.Sorted(maps.Keys(tc.ranges)) {
				j, _ := m.Reaction(id)
				got, w := v.Ranges[j], tc.ranges[id]
				if !near(got.Min, w[0], agreement) || !near(got.Max, w[1], agreement) {
					t.Errorf("range of %s at %v of the optimum: got [%.9f, %.9f], want [%.9f, %.9f]", id, tc.fraction, got.Min, got.Max, w[0], w[1])
				}
			}
			for j, got := range v.Ranges {
				r := m.Reactions()[j]
				slack := 1e-7 * max(1, math.Abs(p.Fluxes[j]))
				if v, w := v.Best.Fluxes[j], p.Fluxes[j]; min(v, w) < got.Min-slack || max(v, w) > got.Max+slack {
					t.Errorf("%s at %v: the fluxes %v and %v of optima are not in [%v, %v]", r.ID, tc.fraction, v, w, got.Min, got.Max)
				}
				if got.Min > got.Max+slack || got.Min < r.Lower-slack || got.Max > r.Upper+slack {
					t.Errorf("%s at %v: [%v, %v] is no range in [%v, %v]", r.ID, tc.fraction, got.Min, got.Max, r.Lower, r.Upper)
				}
				if wider != nil && (got.Min < wider[j].Min-slack || got.Max > wider[j].Max+slack) {
					t.Errorf("%s: the range [%v, %v] at the optimum is beyond that at 0.9, [%v, %v]", r.ID, got.Min, got.Max, wider[j].Min, wider[j].Max)
				}
			}
			wider = v.Ranges
		}
	})
}
