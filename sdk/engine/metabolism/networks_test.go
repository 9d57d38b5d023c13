//go:build !race

package metabolism_test

import (
	"math"
	"runtime"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

func TestGrowth(t *testing.T) {
	t.Parallel()
	eachModel(t, func(t *testing.T, m *metabolism.Model, want referenceModel) {
		nonzeros := 0
		for _, r := range m.Reactions() {
			nonzeros += len(r.Terms)
		}
		got := []int{len(m.Genes()), len(m.Reactions()), len(m.Metabolites()), nonzeros}
		if diff := cmp.Diff([]int{want.Sizes.Genes, want.Sizes.Reactions, want.Sizes.Metabolites, want.Sizes.Nonzeros}, got); diff != "" {
			t.Fatalf("genes, reactions, metabolites, nonzeros (-want +got):\n%s", diff)
		}
		f := fba(t, metabolism.NewAnalyzer(m), metabolism.Question{})
		if f.Status != metabolism.StatusOptimal || !near(f.Growth, want.Growth, 1e-9) || f.LimitedBy != "metabolism" {
			t.Errorf("got %v, growth %.12f, limited by %q; want optimal, %.12f, metabolism", f.Status, f.Growth, f.LimitedBy, want.Growth)
		}
		for id, reach := range want.FVA {
			slack := 1e-6 * max(1, math.Abs(reach[0]), math.Abs(reach[1]))
			if v, ok := f.Of(id); !ok || v < reach[0]-slack || v > reach[1]+slack {
				t.Errorf("flux of %s: got %v, want it in %v", id, v, reach)
			}
		}
		p, err := metabolism.NewAnalyzer(m).PFBA(t.Context(), metabolism.Question{})
		if err != nil {
			t.Fatal(err)
		}
		if !near(p.Growth, want.Growth, 1e-9) {
			t.Errorf("PFBA: growth: got %.12f, want %.12f", p.Growth, want.Growth)
		}
		if want.TotalFlux != 0 && !near(p.TotalFlux, want.TotalFlux, agreement) {
			t.Errorf("PFBA: total flux: got %.9f, want %.9f", p.TotalFlux, want.TotalFlux)
		}
		checkOptimality(t, m, f)
		checkFeasible(t, m, p)
	})
}

// checkFeasible verifies S·v = 0 and the model's own bounds.
func checkFeasible(t testing.TB, m *metabolism.Model, f *metabolism.Flux) {
	t.Helper()
	const tolerance = 1e-9
	net, size := make([]float64, len(m.Metabolites())), make([]float64, len(m.Metabolites()))
	for j, r := range m.Reactions() {
		v := f.Fluxes[j]
		for _, term := range r.Terms {
			net[term.Metabolite] += term.Coef * v
			size[term.Metabolite] = max(size[term.Metabolite], math.Abs(term.Coef*v))
		}
		if slack := tolerance * max(1, math.Abs(v)); v < r.Lower-slack || v > r.Upper+slack {
			t.Errorf("flux of %s: got %v, want it in [%v, %v]", r.ID, v, r.Lower, r.Upper)
		}
	}
	for i, n := range net {
		if math.Abs(n) > tolerance*max(1, size[i]) {
			t.Errorf("net production of %s: got %v, want 0", m.Metabolites()[i].ID, n)
		}
	}
	if c := f.Certificate; max(c.Residual, c.BoundViolation, c.DualViolation, c.Gap) > tolerance {
		t.Errorf("certificate: got %+v, want nothing above %v", c, tolerance)
	}
}

// checkOptimality proves from the answer alone that no flux distribution of
// the free model is better: the reduced costs follow from the shadow prices,
// and a reaction with a positive one is at its upper bound, with a negative
// one at its lower.
func checkOptimality(t testing.TB, m *metabolism.Model, f *metabolism.Flux) {
	t.Helper()
	checkFeasible(t, m, f)
	const worth = 1e-8
	for j, r := range m.Reactions() {
		cost, size := 0.0, 1.0
		if j == m.Objective() {
			cost = 1
		}
		for _, term := range r.Terms {
			cost -= f.ShadowPrices[term.Metabolite] * term.Coef
			size = max(size, math.Abs(f.ShadowPrices[term.Metabolite]*term.Coef))
		}
		if math.Abs(cost-f.ReducedCosts[j]) > 1e-9*size {
			t.Errorf("reduced cost of %s: got %v, want %v by the shadow prices", r.ID, f.ReducedCosts[j], cost)
		}
		v, slack := f.Fluxes[j], 1e-9*max(1, math.Abs(f.Fluxes[j]))
		if cost > worth*size && v < r.Upper-slack {
			t.Errorf("%s would bring %v and its flux %v is below %v", r.ID, cost, v, r.Upper)
		}
		if cost < -worth*size && v > r.Lower+slack {
			t.Errorf("%s costs %v and its flux %v is above %v", r.ID, cost, v, r.Lower)
		}
	}
}

// TestExchangeFluxes compares what crosses the border where all optima agree,
// and verifies that the reference's choice is an optimum too where they do not.
func TestExchangeFluxes(t *testing.T) {
	t.Parallel()
	// syn3A can burn pyruvate or give off lactate, and trade nucleosides.
	open := []string{"EX_adn_e", "EX_dad_2_e", "EX_dgsn_e", "EX_gsn_e", "EX_h2o_e", "EX_lac__L_e", "EX_o2_e"} //nolint:misspell // adn is adenosine
	eachModel(t, func(t *testing.T, m *metabolism.Model, want referenceModel) {
		a := metabolism.NewAnalyzer(m)
		f := fba(t, a, metabolism.Question{})
		forced := map[string][2]float64{}
		for id, v := range want.ExchangeFluxes {
			forced[id] = [2]float64{v - agreement, v + agreement}
			if f.Growth < 0.5 && slices.Contains(open, id) {
				continue
			}
			if got, _ := f.Of(id); !near(got, v, agreement) {
				t.Errorf("flux of %s: got %v, want %v", id, got, v)
			}
		}
		if f := fba(t, a, metabolism.Question{Bounds: forced}); f.Growth < want.Growth*(1-1e-4) {
			t.Errorf("with the exchanges of the reference: got %v, growth %v, want %v", f.Status, f.Growth, want.Growth)
		}
	})
}

func TestMedia(t *testing.T) {
	t.Parallel()
	eachModel(t, func(t *testing.T, m *metabolism.Model, want referenceModel) {
		a := metabolism.NewAnalyzer(m)
		for _, tc := range want.Media {
			f := fba(t, a, metabolism.Question{Medium: change(m, tc.Without, tc.With)})
			switch {
			case tc.Growth == nil:
				if f.Status != metabolism.StatusInfeasible || f.Growth != 0 || f.LimitedBy != "dead" {
					t.Errorf("without %v with %v: got %v, growth %v, limited by %q; want infeasible, 0, dead", tc.Without, tc.With, f.Status, f.Growth, f.LimitedBy)
				}
			case !near(f.Growth, *tc.Growth, agreement):
				t.Errorf("without %v with %v: growth: got %.12f, want %.12f", tc.Without, tc.With, f.Growth, *tc.Growth)
			}
		}
	})
}

func TestGeneDeletions(t *testing.T) {
	t.Parallel()
	eachModel(t, func(t *testing.T, m *metabolism.Model, want referenceModel) {
		a := metabolism.NewAnalyzer(m)
		erased, err := a.Deletions(t.Context(), metabolism.Question{EraseBounds: true}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want.Essential, erased.Essential()); diff != "" {
			t.Errorf("essential with bounds erased (-want +got):\n%s", diff)
		}
		for _, d := range erased.Deletions {
			growth, ok := want.DeletionGrowth[d.Gene]
			if !ok {
				growth = want.Growth
			}
			if want.DeletionGrowth != nil && math.Abs(d.Growth-growth) > agreement*max(growth, 1e-3) {
				t.Errorf("growth without %s: got %.9f, want %.9f", d.Gene, d.Growth, growth)
			}
		}
		if want.EssentialObliged == nil {
			for _, r := range m.Reactions() {
				if r.Rule != nil && (r.Lower > 0 || r.Upper < 0) {
					t.Errorf("%s is obliged to carry flux: the reference must have essential_obliged", r.ID)
				}
			}
			return // the two readings are one
		}
		obliged, err := a.EssentialGenes(t.Context(), metabolism.Question{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want.EssentialObliged, obliged); diff != "" {
			t.Errorf("essential with obligations kept (-want +got):\n%s", diff)
		}
	})
}

func TestReactionKnockouts(t *testing.T) {
	t.Parallel()
	m, want := model(t, biovm.Syn3A), readReference(t).Models[biovm.Syn3A]
	a := metabolism.NewAnalyzer(m)
	var essential []string
	for _, r := range m.Reactions() {
		f := fba(t, a, metabolism.Question{KnockoutReactions: []string{r.ID}, EraseBounds: true})
		if f.Growth < 0.01*want.Growth {
			essential = append(essential, r.ID)
		}
	}
	slices.Sort(essential)
	if diff := cmp.Diff(want.EssentialReactions, essential); diff != "" {
		t.Errorf("essential reactions (-want +got):\n%s", diff)
	}
}

func TestATPShare(t *testing.T) {
	t.Parallel()
	eachModel(t, func(t *testing.T, m *metabolism.Model, want referenceModel) {
		reference, err := metabolism.ATPReference(t.Context(), m)
		if err != nil || !near(reference, want.ATP.Reference, 1e-8) {
			t.Errorf("ATPReference: got %.12f, %v, want %.12f", reference, err, want.ATP.Reference)
		}
		a := metabolism.NewAnalyzer(m)
		rationed := func(percent float64) *metabolism.Flux {
			return fba(t, a, metabolism.Question{Allocation: &metabolism.Allocation{
				ATPShare: percent, ATPReference: want.ATP.Reference, Ribosomes: math.Inf(1),
			}})
		}
		for _, row := range want.ATP.Shares {
			f := rationed(*row[0])
			if row[1] == nil {
				if f.Status != metabolism.StatusInfeasible || f.LimitedBy != "dead" {
					t.Errorf("%v %% of ATP: got %v, growth %v, want infeasible", *row[0], f.Status, f.Growth)
				}
				continue
			}
			if !near(f.Growth, *row[1], 1e-8) || f.LimitedBy != "atp" || !(f.RowPrices.ATP > 0) {
				t.Errorf("%v %% of ATP: got growth %.12f, limited by %q at %v, want %.12f, atp", *row[0], f.Growth, f.LimitedBy, f.RowPrices.ATP, *row[1])
			}
			if !near(f.ATPProduced, f.ATPCap, 1e-9) {
				t.Errorf("%v %% of ATP: produced %v, want the cap %v", *row[0], f.ATPProduced, f.ATPCap)
			}
			if c := f.Certificate; max(c.Residual, c.BoundViolation, c.DualViolation, c.Gap) > 1e-9 {
				t.Errorf("%v %% of ATP: certificate %+v", *row[0], c)
			}
		}
		if f := rationed(100); !near(f.Growth, want.Growth, 1e-9) || f.LimitedBy != "metabolism" || f.ATPCap != 0 {
			t.Errorf("all the ATP: got growth %v, limited by %q under %v, want %v, metabolism", f.Growth, f.LimitedBy, f.ATPCap, want.Growth)
		}
		checkConcave(t, rationed)
	})
}

// checkConcave verifies that more ATP never slows growth and that each further
// percent brings no more than the one before, as the dual says.
func checkConcave(t *testing.T, rationed func(percent float64) *metabolism.Flux) {
	t.Helper()
	const step = 4
	var growth, price []float64
	for percent := 24.0; percent <= 100-step; percent += step {
		f := rationed(percent)
		growth, price = append(growth, f.Growth), append(price, f.RowPrices.ATP*f.ATPCap/percent)
	}
	for i := 1; i < len(growth); i++ {
		gain := growth[i] - growth[i-1]
		if gain < -1e-9 || (i > 1 && gain > growth[i-1]-growth[i-2]+1e-9) {
			t.Errorf("growth by share is not monotone and concave at number %d of %v", i, growth)
		}
		if gain > step*price[i-1]+1e-9 || gain < step*price[i]-1e-9 {
			t.Errorf("%d percent more bring %v, want between %v and %v by the prices", step, gain, step*price[i], step*price[i-1])
		}
	}
}

// TestRibosomes checks growth against ribosomes: the figures in the table and
// those that the design derives from units of 325 (ecoli chassis) and of 1.
func TestRibosomes(t *testing.T) {
	t.Parallel()
	type row struct {
		ribosomes, growth, tolerance float64
		limitedBy                    string
	}
	rows := map[biovm.BiologicalType][]row{
		biovm.Syn3A: {
			{325, 0.25477, 2e-5, "ribosomes"},
			{650, 0.342393119823, 1e-9, "metabolism"},
			{100, 60 * math.Ln2 / 530.5403429558098, 1e-6, "ribosomes"},
			{200, 60 * math.Ln2 / 265.2701714779054, 1e-6, "ribosomes"},
			{300, 60 * math.Ln2 / 176.8467809852703, 1e-6, "ribosomes"},
			{425, 60 * math.Ln2 / 125, 0.004, "ribosomes"},
		},
		biovm.EColi: {
			{30 * 325, 0.45129, 2e-5, "ribosomes"},
			{57 * 325, 0.85745, 2e-5, "ribosomes"},
			{59 * 325, 0.876997214427, 1e-9, "metabolism"},
		},
	}
	table := readReference(t).Models[biovm.EColi].Ribosomes
	for _, r := range table.Rows {
		limitedBy := "ribosomes"
		if r[0] > 18_947 {
			limitedBy = "metabolism"
		}
		rows[biovm.EColi] = append(rows[biovm.EColi], row{r[0], r[1], agreement, limitedBy})
	}
	for kind, rows := range rows {
		o, err := organism.Of(kind)
		if err != nil {
			t.Fatal(err)
		}
		c, a := o.Constants(), metabolism.NewAnalyzer(o.Model())
		for _, r := range rows {
			f := fba(t, a, metabolism.Question{Allocation: &metabolism.Allocation{
				ATPShare: 100, Ribosomes: r.ribosomes, Rate: c.TranslationRate, AminoAcids: c.AminoAcidsPerCell,
			}})
			if !near(f.Growth, r.growth, r.tolerance) || f.LimitedBy != r.limitedBy {
				t.Errorf("%s with %v ribosomes: got growth %.9f, limited by %q; want %.9f, %q", kind, r.ribosomes, f.Growth, f.LimitedBy, r.growth, r.limitedBy)
			}
			if worth := 3600 * c.TranslationRate / c.AminoAcidsPerCell; r.limitedBy == "ribosomes" && !near(f.RowPrices.Ribosomes, worth, 1e-9) {
				t.Errorf("%s with %v ribosomes: price of one: got %v, want %v", kind, r.ribosomes, f.RowPrices.Ribosomes, worth)
			}
		}
	}
}

func TestExtremes(t *testing.T) {
	t.Parallel()
	eachModel(t, func(t *testing.T, m *metabolism.Model, want referenceModel) {
		a := metabolism.NewAnalyzer(m)
		open, wide := map[string][2]float64{}, map[string][2]float64{}
		for j, r := range m.Reactions() {
			lower, upper := r.Lower, r.Upper
			if lower <= -1000 {
				lower = math.Inf(-1)
			}
			if upper >= 1000 {
				upper = math.Inf(1)
			}
			wide[r.ID] = [2]float64{lower, upper}
			if slices.Contains(m.Exchanges(), j) {
				lower = math.Inf(-1)
			}
			open[r.ID] = [2]float64{lower, upper}
		}
		if f := fba(t, a, metabolism.Question{Bounds: open}); f.Status != metabolism.StatusUnbounded {
			t.Errorf("everything open: got %v, growth %v, want unbounded", f.Status, f.Growth)
		}
		if f := fba(t, a, metabolism.Question{Bounds: wide}); f.Status != metabolism.StatusOptimal || f.Growth < want.Growth*(1-agreement) {
			t.Errorf("no bounds of 1000: got %v, growth %v, want optimal and at least %v", f.Status, f.Growth, want.Growth)
		}
		if f := fba(t, a, metabolism.Question{Medium: map[string]float64{}}); f.Status != metabolism.StatusInfeasible {
			t.Errorf("no medium: got %v, want infeasible", f.Status)
		}
		if _, ok := m.Reaction("ATPM"); ok {
			q := metabolism.Question{Bounds: map[string][2]float64{"ATPM": {99999, 99999}}}
			if f := fba(t, a, q); f.Status != metabolism.StatusInfeasible || f.LimitedBy != "dead" {
				t.Errorf("impossible maintenance: got %v, limited by %q, want infeasible, dead", f.Status, f.LimitedBy)
			}
		}
		if f := fba(t, a, metabolism.Question{}); !near(f.Growth, want.Growth, 1e-9) {
			t.Errorf("after all this: got growth %v, want %v", f.Growth, want.Growth)
		}
	})
}

// TestHistory asks a fresh analyzer and one that has answered much else, and a
// clone of it, and wants the very same bits.
func TestHistory(t *testing.T) {
	t.Parallel()
	eachModel(t, func(t *testing.T, m *metabolism.Model, want referenceModel) {
		ration := &metabolism.Allocation{ATPShare: 60, ATPReference: want.ATP.Reference, Ribosomes: 9, Rate: 50, AminoAcids: 4e6}
		questions := []metabolism.Question{
			{},
			{Allocation: ration},
			{Medium: map[string]float64{}},
			{Medium: change(m, []string{"EX_o2_e"}, nil), Allocation: ration},
		}
		if len(m.Genes()) < 1000 { // what costs little
			questions = append(questions, metabolism.Question{Knockouts: want.Essential[:1]},
				metabolism.Question{Objective: m.Reactions()[m.Exchanges()[0]].ID})
		}
		asks := map[string]func(a *metabolism.Analyzer, q metabolism.Question) (*metabolism.Flux, error){
			"FBA": func(a *metabolism.Analyzer, q metabolism.Question) (*metabolism.Flux, error) {
				return a.FBA(t.Context(), q)
			},
			"PFBA": func(a *metabolism.Analyzer, q metabolism.Question) (*metabolism.Flux, error) {
				return a.PFBA(t.Context(), q)
			},
		}
		same := cmpopts.IgnoreUnexported(metabolism.Flux{})
		used := metabolism.NewAnalyzer(m)
		for _, kind := range []string{"FBA", "PFBA"} {
			for i, q := range questions {
				fresh, err := asks[kind](metabolism.NewAnalyzer(m), q)
				if err != nil {
					t.Fatal(err)
				}
				for name, a := range map[string]*metabolism.Analyzer{"a used analyzer": used, "its clone": used.Clone()} {
					got, err := asks[kind](a, q)
					if err != nil {
						t.Fatal(err)
					}
					if diff := cmp.Diff(fresh, got, same); diff != "" {
						t.Fatalf("%s, question %d: %s differs from a fresh one (-fresh +used):\n%.2000s", kind, i, name, diff)
					}
				}
			}
		}
	})
}

// TestDeletionsByCores is not parallel: it changes how many cores there are.
func TestDeletionsByCores(t *testing.T) { //nolint:paralleltest // see above
	m := model(t, biovm.Syn3A)
	screen := func(cores int, a *metabolism.Analyzer) *metabolism.Screen {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		s, err := a.Deletions(t.Context(), metabolism.Question{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	used := metabolism.NewAnalyzer(m)
	fba(t, used, metabolism.Question{Medium: change(m, []string{"EX_o2_e"}, nil)})
	want := screen(1, metabolism.NewAnalyzer(m))
	for _, cores := range []int{1, 2, 7} {
		if diff := cmp.Diff(want, screen(cores, used), cmpopts.IgnoreUnexported(metabolism.Flux{})); diff != "" {
			t.Fatalf("with %d cores (-one core +got):\n%.2000s", cores, diff)
		}
	}
}
