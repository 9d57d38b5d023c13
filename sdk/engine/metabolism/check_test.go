package metabolism_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

func TestCheckFindsDeadEnds(t *testing.T) {
	t.Parallel()
	m := network(t, "BIO", "",
		"EX_a_e -10 1000 [] a_e =>", "A 0 1000 [] a_e => b_c", "BIO 0 1000 [] b_c =>",
		"P 0 1000 [] b_c => p_c", "Q 0 1000 [] p_c => q_c", // q is only made, and p made and consumed for that
		"S 0 1000 [] s_c => b_c",                       // s is only consumed
		"R -1000 1000 [] b_c => r_c",                   // one reaction makes and consumes r
		"X 0 0 [] b_c => x_c",                          // shut
		"L1 0 9 [] l_c => m_c", "L2 0 9 [] m_c => l_c", // a loop may run
	)
	r := m.Check()
	want := []metabolism.DeadEnd{{"q_c", true, false}, {"s_c", false, true}, {"r_c", true, true}, {"x_c", false, false}}
	if diff := cmp.Diff(want, r.DeadEnds); diff != "" {
		t.Errorf("dead ends (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"p_c"}, r.Blocked); diff != "" {
		t.Errorf("blocked (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"P", "Q", "S", "R", "X"}, r.BlockedReactions); diff != "" {
		t.Errorf("blocked reactions (-want +got):\n%s", diff)
	}
}

func TestCheckBalances(t *testing.T) {
	t.Parallel()
	metabolites := []metabolism.Metabolite{
		{ID: "glc_c", Formula: "C6H12O6"},
		{ID: "lac_c", Formula: "C3H5O3", Charge: -1},
		{ID: "h_c", Formula: "H", Charge: 1},
		{ID: "fe_c", Formula: "Fe", Charge: 2},
		{ID: "odd_c", Formula: "(C2)n"},
		{ID: "none_c", ChargeUnknown: true},
		{ID: "rest_c", Formula: "RC1.5"},
	}
	term := func(pairs ...float64) []metabolism.Term {
		var terms []metabolism.Term
		for i := 0; i < len(pairs); i += 2 {
			terms = append(terms, metabolism.Term{Metabolite: int(pairs[i]), Coef: pairs[i+1]})
		}
		return terms
	}
	reactions := []metabolism.Reaction{
		{ID: "GOOD", Terms: term(0, -1, 1, 2, 2, 2)},
		{ID: "PROTON", Terms: term(0, -1, 1, 2)},
		{ID: "IRON", Terms: term(3, -1, 2, 2)},
		{ID: "ODD", Terms: term(4, -1, 2, 1)},
		{ID: "NONE", Terms: term(5, -1, 0, 1)},
		{ID: "REST", Terms: term(6, -2, 1, 1)},
		{ID: "DM_lac", Terms: term(1, -1)},
		{ID: "Biomass_b", Terms: term(0, -1, 2, 1)},
		{ID: "GROW", Terms: term(0, -1, 3, 1), Upper: 1},
	}
	m, err := metabolism.NewModel("tiny", "GROW", metabolites, reactions, nil)
	if err != nil {
		t.Fatal(err)
	}
	r := m.Check()
	wantImbalances := []metabolism.Imbalance{
		{Reaction: "PROTON", Elements: map[string]float64{"H": -2}, Charge: -2},
		{Reaction: "IRON", Elements: map[string]float64{"Fe": -1, "H": 2}},
		{Reaction: "ODD", Charge: 1},
		{Reaction: "REST", Elements: map[string]float64{"R": -2, "H": 5, "O": 3}, Charge: -1},
	}
	if diff := cmp.Diff(wantImbalances, r.Imbalances); diff != "" {
		t.Errorf("imbalances (-want +got):\n%s", diff)
	}
	wantUnknown := []metabolism.Unknown{
		{Reaction: "ODD", Formulas: []string{"odd_c"}},
		{Reaction: "NONE", Formulas: []string{"none_c"}, Charges: []string{"none_c"}},
	}
	if diff := cmp.Diff(wantUnknown, r.Unknown); diff != "" {
		t.Errorf("unknown (-want +got):\n%s", diff)
	}
}
