package metabolism_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// near reports whether two numbers agree to the relative tolerance, or to as
// much absolutely below 1e-3.
func near(got, want, tolerance float64) bool {
	return got == want || math.Abs(got-want) <= tolerance*max(math.Abs(want), 1e-3)
}

func share(percent float64) *metabolism.Allocation {
	return &metabolism.Allocation{ATPShare: percent, ATPReference: 35, Ribosomes: math.Inf(1)}
}

func ribosomes(n float64) *metabolism.Allocation {
	return &metabolism.Allocation{ATPShare: 100, Ribosomes: n, Rate: 1, AminoAcids: 3600}
}

// TestByHand asks the network of [tiny] what can be worked out on paper.
func TestByHand(t *testing.T) {
	t.Parallel()
	both := ribosomes(4)
	both.ATPShare, both.ATPReference = 50, 35
	tight := *both
	tight.Ribosomes = 4.5
	for name, tc := range map[string]struct {
		q         metabolism.Question
		status    metabolism.Status
		growth    float64
		limitedBy string
		prices    metabolism.RowPrices
	}{
		"free":                 {metabolism.Question{}, metabolism.StatusOptimal, 8.5, "metabolism", metabolism.RowPrices{}},
		"all shares":           {metabolism.Question{Allocation: share(100)}, metabolism.StatusOptimal, 8.5, "metabolism", metabolism.RowPrices{}},
		"half the ATP":         {metabolism.Question{Allocation: share(50)}, metabolism.StatusOptimal, 4.125, "atp", metabolism.RowPrices{ATP: 0.25}},
		"ATP for maintenance":  {metabolism.Question{Allocation: share(2)}, metabolism.StatusInfeasible, 0, "dead", metabolism.RowPrices{}},
		"three ribosomes":      {metabolism.Question{Allocation: ribosomes(3)}, metabolism.StatusOptimal, 3, "ribosomes", metabolism.RowPrices{Ribosomes: 1}},
		"no ribosomes":         {metabolism.Question{Allocation: ribosomes(0)}, metabolism.StatusOptimal, 0, "ribosomes", metabolism.RowPrices{Ribosomes: 1}},
		"nine ribosomes":       {metabolism.Question{Allocation: ribosomes(9)}, metabolism.StatusOptimal, 8.5, "metabolism", metabolism.RowPrices{}},
		"ribosomes before ATP": {metabolism.Question{Allocation: both}, metabolism.StatusOptimal, 4, "ribosomes", metabolism.RowPrices{Ribosomes: 1}},
		"ATP before ribosomes": {metabolism.Question{Allocation: &tight}, metabolism.StatusOptimal, 4.125, "atp", metabolism.RowPrices{ATP: 0.25}},
		"anaerobic":            {metabolism.Question{Medium: map[string]float64{"EX_glc_e": 10}}, metabolism.StatusOptimal, 4.75, "metabolism", metabolism.RowPrices{}},
		"more oxygen":          {metabolism.Question{Medium: map[string]float64{"EX_glc_e": 10, "EX_o2_e": math.Inf(1)}}, metabolism.StatusOptimal, 79.0 / 7, "metabolism", metabolism.RowPrices{}},
		"acetate too":          {metabolism.Question{Medium: map[string]float64{"EX_glc_e": 10, "EX_o2_e": 20, "EX_ac_e": 2}}, metabolism.StatusOptimal, 85.0 / 7, "metabolism", metabolism.RowPrices{}},
		"no medium":            {metabolism.Question{Medium: map[string]float64{}}, metabolism.StatusInfeasible, 0, "dead", metabolism.RowPrices{}},
		"one isoenzyme":        {metabolism.Question{Knockouts: []string{"r1"}}, metabolism.StatusOptimal, 8.5, "metabolism", metabolism.RowPrices{}},
		"both isoenzymes":      {metabolism.Question{Knockouts: []string{"r2", "r1"}}, metabolism.StatusOptimal, 4.75, "metabolism", metabolism.RowPrices{}},
		"a subunit":            {metabolism.Question{Knockouts: []string{"g2"}}, metabolism.StatusInfeasible, 0, "dead", metabolism.RowPrices{}},
		"no rule":              {metabolism.Question{Knockouts: []string{"spare"}}, metabolism.StatusOptimal, 8.5, "metabolism", metabolism.RowPrices{}},
		"obliged":              {metabolism.Question{Knockouts: []string{"maint"}}, metabolism.StatusDead, 0, "dead", metabolism.RowPrices{}},
		"obligation erased":    {metabolism.Question{Knockouts: []string{"maint"}, EraseBounds: true}, metabolism.StatusOptimal, 8.75, "metabolism", metabolism.RowPrices{}},
		"obliged reaction":     {metabolism.Question{KnockoutReactions: []string{"ATPM"}}, metabolism.StatusDead, 0, "dead", metabolism.RowPrices{}},
		"no growth reaction":   {metabolism.Question{KnockoutReactions: []string{"BIO"}}, metabolism.StatusOptimal, 0, "metabolism", metabolism.RowPrices{}},
		"bounds":               {metabolism.Question{Bounds: map[string][2]float64{"ATPM": {3, 1000}}}, metabolism.StatusOptimal, 8, "metabolism", metabolism.RowPrices{}},
		"bounds then knockout": {metabolism.Question{Bounds: map[string][2]float64{"ATPM": {0, 0}}, Knockouts: []string{"maint"}}, metabolism.StatusOptimal, 8.75, "metabolism", metabolism.RowPrices{}},
		"too much asked":       {metabolism.Question{Bounds: map[string][2]float64{"ATPM": {99, 1000}}}, metabolism.StatusInfeasible, 0, "dead", metabolism.RowPrices{}},
	} {
		f, err := metabolism.NewAnalyzer(tiny(t)).FBA(t.Context(), tc.q)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if f.Status != tc.status || !near(f.Growth, tc.growth, 1e-12) || f.LimitedBy != tc.limitedBy {
			t.Errorf("%s: got %v, growth %v, limited by %q; want %v, %v, %q", name, f.Status, f.Growth, f.LimitedBy, tc.status, tc.growth, tc.limitedBy)
		}
		if !near(f.RowPrices.ATP, tc.prices.ATP, 1e-12) || !near(f.RowPrices.Ribosomes, tc.prices.Ribosomes, 1e-12) {
			t.Errorf("%s: prices: got %+v, want %+v", name, f.RowPrices, tc.prices)
		}
	}
}

func TestFlux(t *testing.T) {
	t.Parallel()
	f, err := metabolism.NewAnalyzer(tiny(t)).FBA(t.Context(), metabolism.Question{Allocation: share(80)})
	if err != nil {
		t.Fatal(err)
	}
	// 28 ATP: 27 for growth of 6.75. Which ATP is made is open, so take what is not.
	for reaction, want := range map[string]float64{"BIO": 6.75, "ATPM": 1, "EX_ac_e": 0} {
		if got, ok := f.Of(reaction); !ok || !near(got, want, 1e-12) {
			t.Errorf("flux of %s: got %v, %v, want %v", reaction, got, ok, want)
		}
	}
	if _, ok := f.Of("nothing"); ok {
		t.Error("flux of an unknown reaction: got one")
	}
	if !near(f.ATPProduced, 28, 1e-12) || !near(f.ATPCap, 28, 1e-12) {
		t.Errorf("ATP: got %v of %v produced, want 28 of 28", f.ATPProduced, f.ATPCap)
	}
	if got, want := f.DoublingMinutes(), 60*math.Ln2/6.75; !near(got, want, 1e-12) {
		t.Errorf("DoublingMinutes: got %v, want %v", got, want)
	}
}

func TestShadowPrices(t *testing.T) {
	t.Parallel()
	m := tiny(t)
	f, err := metabolism.NewAnalyzer(m).FBA(t.Context(), metabolism.Question{})
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]float64{"glc_e": -0.5, "o2_e": -0.75, "atp_c": -0.25, "pyr_c": 0, "eth_e": 0} {
		i, _ := m.Metabolite(id)
		if got := f.ShadowPrices[i]; !near(got, want, 1e-12) {
			t.Errorf("shadow price of %s: got %v, want %v", id, got, want)
		}
	}
	for id, want := range map[string]float64{"EX_glc_e": -0.5, "EX_o2_e": -0.75, "ATPM": -0.25, "BIO": 0, "RESP": 0} {
		j, _ := m.Reaction(id)
		if got := f.ReducedCosts[j]; !near(got, want, 1e-12) {
			t.Errorf("reduced cost of %s: got %v, want %v", id, got, want)
		}
	}
}

func TestExchangesOfNote(t *testing.T) {
	t.Parallel()
	q := metabolism.Question{Medium: map[string]float64{"EX_glc_e": 10, "EX_o2_e": 5, "EX_ac_e": 2}}
	f, err := metabolism.NewAnalyzer(tiny(t)).PFBA(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	// Acetate brings nothing where pyruvate is left over.
	equal := cmpopts.EquateApprox(1e-12, 0)
	if diff := cmp.Diff([]metabolism.Exchange{{"EX_glc_e", "glc_e", 10}, {"EX_o2_e", "o2_e", 5}}, f.Uptake(), equal); diff != "" {
		t.Errorf("Uptake (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]metabolism.Exchange{{"EX_eth_e", "eth_e", 6.5}}, f.Secretion(), equal); diff != "" {
		t.Errorf("Secretion (-want +got):\n%s", diff)
	}
	if got, want := f.Active(), 10; got != want {
		t.Errorf("Active: got %d reactions, want %d", got, want)
	}
	// 10 + 5 + 6.5 at the border, 10 + 5 in, 10 glycolysis, 5 respiration, 6.5 fermentation, 1 + 8.5 for use.
	if !near(f.TotalFlux, 67.5, 1e-12) || !near(f.Growth, 8.5, 1e-12) {
		t.Errorf("got total flux %v at growth %v, want 67.5 at 8.5", f.TotalFlux, f.Growth)
	}
	if f.LimitedBy != "metabolism" || f.ShadowPrices == nil {
		t.Errorf("PFBA: got limited by %q and %d shadow prices, want metabolism and those of growth", f.LimitedBy, len(f.ShadowPrices))
	}
}

func TestObjective(t *testing.T) {
	t.Parallel()
	for _, ask := range []func(*metabolism.Analyzer, context.Context, metabolism.Question) (*metabolism.Flux, error){
		(*metabolism.Analyzer).FBA, (*metabolism.Analyzer).PFBA,
	} {
		f, err := ask(metabolism.NewAnalyzer(tiny(t)), t.Context(), metabolism.Question{Objective: "ATPM"})
		if err != nil {
			t.Fatal(err)
		}
		if !near(f.Objective, 35, 1e-12) || !near(f.Growth, 0, 1e-12) {
			t.Errorf("most maintenance: got %v at growth %v, want 35 at 0", f.Objective, f.Growth)
		}
		// The least uptake: the flux of an exchange is negative, and at best as small as maintenance allows.
		f, err = ask(metabolism.NewAnalyzer(tiny(t)), t.Context(), metabolism.Question{Objective: "EX_glc_e"})
		if err != nil {
			t.Fatal(err)
		}
		if want := -1.0 / 8; !near(f.Objective, want, 1e-12) {
			t.Errorf("least glucose: got %v, want %v", f.Objective, want)
		}
	}
}

func TestUnbounded(t *testing.T) {
	t.Parallel()
	open := [2]float64{math.Inf(-1), math.Inf(1)}
	q := metabolism.Question{Bounds: map[string][2]float64{
		"EX_glc_e": open, "EX_eth_e": open, "GLCt": open, "GLYC": open, "FERM": open, "BIO": open,
	}}
	a := metabolism.NewAnalyzer(tiny(t))
	for name, ask := range map[string]func(context.Context, metabolism.Question) (*metabolism.Flux, error){"FBA": a.FBA, "PFBA": a.PFBA} {
		f, err := ask(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if f.Status != metabolism.StatusUnbounded || !math.IsInf(f.Objective, 1) || f.Growth != 0 || f.LimitedBy != "" || f.Fluxes != nil {
			t.Errorf("%s: got %v, objective %v, growth %v, limited by %q; want unbounded, +Inf, 0, \"\"", name, f.Status, f.Objective, f.Growth, f.LimitedBy)
		}
	}
}

func TestDeadIsNoError(t *testing.T) {
	t.Parallel()
	a := metabolism.NewAnalyzer(tiny(t))
	f, err := a.PFBA(t.Context(), metabolism.Question{Knockouts: []string{"maint"}})
	if err != nil {
		t.Fatal(err)
	}
	if f.Status != metabolism.StatusDead || f.Obliged != "ATPM" || f.Fluxes != nil {
		t.Errorf("got %v by %q, want dead by ATPM", f.Status, f.Obliged)
	}
	if got := f.DoublingMinutes(); !math.IsInf(got, 1) {
		t.Errorf("DoublingMinutes of the dead: got %v, want +Inf", got)
	}
	if f.Uptake() != nil || f.Secretion() != nil || f.Active() != 0 {
		t.Errorf("the dead exchange: got %v, %v, %d active", f.Uptake(), f.Secretion(), f.Active())
	}
	if _, ok := f.Of("BIO"); ok {
		t.Error("the dead carry flux")
	}
}

// TestObligedUptake has a medium close what an exchange is obliged to take.
func TestObligedUptake(t *testing.T) {
	t.Parallel()
	m := network(t, "BIO", "", "EX_a_e -9 -3 [] a_e =>", "EX_b_e 2 9 [] b_e =>", "MAKE 0 99 [] a_e => b_e", "BIO 0 99 [] a_e =>")
	for name, tc := range map[string]struct {
		medium map[string]float64
		status metabolism.Status
		growth float64
	}{
		"own":    {nil, metabolism.StatusOptimal, 7},
		"enough": {map[string]float64{"EX_a_e": 5}, metabolism.StatusOptimal, 3},
		"closed": {map[string]float64{}, metabolism.StatusInfeasible, 0},
		"little": {map[string]float64{"EX_a_e": 1}, metabolism.StatusInfeasible, 0},
	} {
		f, err := metabolism.NewAnalyzer(m).FBA(t.Context(), metabolism.Question{Medium: tc.medium})
		if err != nil {
			t.Fatal(err)
		}
		if f.Status != tc.status || !near(f.Growth, tc.growth, 1e-12) {
			t.Errorf("%s: got %v, growth %v, want %v, %v", name, f.Status, f.Growth, tc.status, tc.growth)
		}
	}
}

func TestATPReference(t *testing.T) {
	t.Parallel()
	got, err := metabolism.ATPReference(t.Context(), tiny(t))
	if err != nil || !near(got, 35, 1e-12) {
		t.Errorf("ATPReference: got %v, %v, want 35", got, err)
	}
	for name, m := range map[string]*metabolism.Model{
		"no ATP":    network(t, "BIO", "", "EX_a_e -9 9 [] a_e =>", "BIO 0 9 [] a_e =>"),
		"dead":      network(t, "BIO", "", "EX_a_e -9 9 [] a_e =>", "BIO 99 100 [] a_e =>", "ATPM 0 1 [] atp_c =>"),
		"unbounded": network(t, "BIO", "", "EX_a_e -Inf 9 [] a_e =>", "BIO 0 Inf [] a_e =>", "ATPM 0 1 [] atp_c =>"),
	} {
		if got, err := metabolism.ATPReference(t.Context(), m); err == nil {
			t.Errorf("ATPReference of a network with %s: got %v, want an error", name, got)
		}
	}
}

func TestDeletions(t *testing.T) {
	t.Parallel()
	a := metabolism.NewAnalyzer(tiny(t))
	s, err := a.Deletions(t.Context(), metabolism.Question{Knockouts: []string{"r1"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []metabolism.Deletion{
		{Gene: "gt", Growth: 0, Status: metabolism.StatusInfeasible, Lost: []string{"GLCt"}},
		{Gene: "g1", Growth: 0, Status: metabolism.StatusInfeasible, Lost: []string{"GLYC"}},
		{Gene: "g2", Growth: 0, Status: metabolism.StatusInfeasible, Lost: []string{"GLYC"}},
		{Gene: "r1", Growth: 8.5, Status: metabolism.StatusOptimal, Lost: nil},
		{Gene: "r2", Growth: 4.75, Status: metabolism.StatusOptimal, Lost: []string{"RESP"}},
		{Gene: "maint", Growth: 0, Status: metabolism.StatusDead, Lost: []string{"ATPM"}},
		{Gene: "idle", Growth: 8.5, Status: metabolism.StatusOptimal, Lost: []string{"ACt"}},
		{Gene: "spare", Growth: 8.5, Status: metabolism.StatusOptimal, Lost: nil},
	}
	if diff := cmp.Diff(want, s.Deletions, cmpopts.EquateApprox(1e-12, 0)); diff != "" {
		t.Errorf("Deletions (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"g1", "g2", "gt", "maint"}, s.Essential()); diff != "" {
		t.Errorf("Essential (-want +got):\n%s", diff)
	}
	erased, err := a.EssentialGenes(t.Context(), metabolism.Question{EraseBounds: true, Objective: "BIO"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"g1", "g2", "gt"}, erased); diff != "" {
		t.Errorf("EssentialGenes with bounds erased (-want +got):\n%s", diff)
	}
	dead, err := a.Deletions(t.Context(), metabolism.Question{Medium: map[string]float64{}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := dead.Essential(); got != nil || dead.Deletions[0].Status != metabolism.StatusInfeasible {
		t.Errorf("of a dead cell: got %v essential and the first %v, want none, infeasible", got, dead.Deletions[0].Status)
	}
	if _, err := a.Deletions(t.Context(), metabolism.Question{Objective: "ATPM"}, nil); err == nil {
		t.Error("Deletions with another objective: got no error")
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	a := metabolism.NewAnalyzer(tiny(t))
	bad := metabolism.Question{Knockouts: []string{"nobody"}}
	if _, err := a.FBA(t.Context(), bad); err == nil {
		t.Error("FBA without an unknown gene: got no error")
	}
	if _, err := a.PFBA(t.Context(), bad); err == nil {
		t.Error("PFBA without an unknown gene: got no error")
	}
	if _, err := a.EssentialGenes(t.Context(), bad); err == nil {
		t.Error("EssentialGenes without an unknown gene: got no error")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := a.FBA(ctx, metabolism.Question{}); !errors.Is(err, context.Canceled) {
		t.Errorf("FBA with a cancelled context: got %v, want context.Canceled", err)
	}
	if _, err := a.EssentialGenes(ctx, metabolism.Question{}); !errors.Is(err, context.Canceled) {
		t.Errorf("EssentialGenes with a cancelled context: got %v, want context.Canceled", err)
	}
	f, err := a.FBA(t.Context(), metabolism.Question{})
	if err != nil || !near(f.Growth, 8.5, 1e-12) {
		t.Errorf("FBA after a cancelled one: got %v, %v, want growth 8.5", f, err)
	}
}

func TestStatusString(t *testing.T) {
	t.Parallel()
	for s, want := range map[metabolism.Status]string{
		metabolism.StatusOptimal: "optimal", metabolism.StatusInfeasible: "infeasible",
		metabolism.StatusUnbounded: "unbounded", metabolism.StatusDead: "dead", 0: "Status(0)",
	} {
		if got := s.String(); got != want {
			t.Errorf("String of %d: got %q, want %q", int(s), got, want)
		}
	}
}
