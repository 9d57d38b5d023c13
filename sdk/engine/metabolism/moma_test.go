package metabolism_test

import (
	"errors"
	"math"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

func moma(t testing.TB, m *metabolism.Model, q metabolism.Question, reference []float64) *metabolism.Adjustment {
	t.Helper()
	d, err := metabolism.NewAnalyzer(m).MOMA(t.Context(), q, reference)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestMOMAByHand takes something away from the tiny cell, which has one
// optimum: EX_glc −10, EX_o2 −5, EX_eth 6.5, GLCt 10, O2t 5, GLYC 10, RESP −5,
// FERM 6.5, ATPM 1, BIO 8.5.
func TestMOMAByHand(t *testing.T) {
	t.Parallel()
	m := tiny(t)
	wild := fba(t, metabolism.NewAnalyzer(m), metabolism.Question{}).Fluxes
	for name, tc := range map[string]struct {
		q        metabolism.Question
		distance float64
		growth   float64
		status   metabolism.Status
	}{
		"nothing lost": {metabolism.Question{}, 0, 8.5, metabolism.StatusOptimal},
		"idle gene":    {metabolism.Question{Knockouts: []string{"idle"}}, 0, 8.5, metabolism.StatusOptimal},
		// Without respiration EX_o2, O2t and RESP change by 5 each, and there
		// are 15 ATP less: growth falls by 3.75, and 5 + 3.75 pyruvate more are
		// to leave by FERM and EX_eth, 8.75 each. To take up less glucose
		// instead loses growth, and to lower growth to take up less costs more.
		"no respiration": {metabolism.Question{Knockouts: []string{"r1", "r2"}}, 15 + 3.75 + 2*8.75, 4.75, metabolism.StatusOptimal},
		"no uptake":      {metabolism.Question{Knockouts: []string{"gt"}}, 0, 0, metabolism.StatusInfeasible},
		"no maintenance": {metabolism.Question{Knockouts: []string{"maint"}}, 0, 0, metabolism.StatusDead},
	} {
		d := moma(t, m, tc.q, wild)
		if d.Status != tc.status || !near(d.Distance, tc.distance, 1e-9) || !near(d.Growth, tc.growth, 1e-9) {
			t.Errorf("%s: got %v, distance %v, growth %v; want %v, %v, %v", name, d.Status, d.Distance, d.Growth, tc.status, tc.distance, tc.growth)
		}
	}
	var wrong *metabolism.ValueError
	a := metabolism.NewAnalyzer(m)
	if _, err := a.MOMA(t.Context(), metabolism.Question{}, wild[1:]); !errors.As(err, &wrong) {
		t.Errorf("a short reference: got error %v, want a ValueError", err)
	}
	if _, err := a.MOMA(t.Context(), metabolism.Question{Allocation: share(50)}, wild); !errors.As(err, &wrong) {
		t.Errorf("with a ration: got error %v, want a ValueError", err)
	}
	var unknown *metabolism.UnknownError
	if _, err := a.MOMA(t.Context(), metabolism.Question{Knockouts: []string{"gg"}}, wild); !errors.As(err, &unknown) {
		t.Errorf("an unknown gene: got error %v, want an UnknownError", err)
	}
}

// TestMOMAIsNearest holds, for the loss of every gene of syn3A, the
// answer against what it promises: the balance, the bounds, the distance, and
// that the optimum without the gene is no nearer.
func TestMOMAIsNearest(t *testing.T) {
	t.Parallel()
	m := model(t, biovm.Syn3A)
	a := metabolism.NewAnalyzer(m)
	wild, err := a.PFBA(t.Context(), metabolism.Question{})
	if err != nil {
		t.Fatal(err)
	}
	moved := 0
	for i := range m.Genes() {
		q := metabolism.Question{Knockouts: m.Genes()[i : i+1], EraseBounds: true}
		best := fba(t, a, q)
		d := moma(t, m, q, wild.Fluxes)
		if d.Status != best.Status {
			t.Errorf("without %v: got %v, FBA has %v", q.Knockouts, d.Status, best.Status)
			continue
		}
		if d.Status != metabolism.StatusOptimal {
			continue
		}
		checkBalance(t, m, d.Fluxes, q)
		distance, further := 0.0, 0.0
		for j, w := range wild.Fluxes {
			distance += math.Abs(d.Fluxes[j] - w)
			further += math.Abs(best.Fluxes[j] - w)
		}
		if !near(d.Distance, distance, 1e-9) || distance > further+1e-7 || d.Growth > best.Growth+1e-9 {
			t.Errorf("without %v: got distance %v, growth %v; the fluxes are %v away, and those of FBA %v, with growth %v",
				q.Knockouts, d.Distance, d.Growth, distance, further, best.Growth)
		}
		if distance > 1e-6 {
			moved++
		}
	}
	if moved < 10 {
		t.Errorf("only %d losses move the cell: that shows little", moved)
	}
}

// checkBalance verifies S·v = 0, the model's bounds, and that lost reactions
// stand still.
func checkBalance(t testing.TB, m *metabolism.Model, fluxes []float64, q metabolism.Question) {
	t.Helper()
	lost := map[string]bool{}
	for _, g := range q.Knockouts {
		lost[g] = true
	}
	net, size := make([]float64, len(m.Metabolites())), make([]float64, len(m.Metabolites()))
	for j, r := range m.Reactions() {
		v := fluxes[j]
		for _, term := range r.Terms {
			net[term.Metabolite] += term.Coef * v
			size[term.Metabolite] = max(size[term.Metabolite], math.Abs(term.Coef*v))
		}
		lower, upper := r.Lower, r.Upper
		if !r.Rule.Holds(func(g string) bool { return !lost[g] }) {
			lower, upper = 0, 0
		}
		if slack := 1e-9 * max(1, math.Abs(v)); v < lower-slack || v > upper+slack {
			t.Errorf("without %v: flux of %s: got %v, want it in [%v, %v]", q.Knockouts, r.ID, v, lower, upper)
		}
	}
	for i, n := range net {
		if math.Abs(n) > 1e-9*max(1, size[i]) {
			t.Errorf("without %v: net production of %s: got %v, want 0", q.Knockouts, m.Metabolites()[i].ID, n)
		}
	}
}
