package metabolism_test

import (
	"context"
	"errors"
	"math"
	"math/big"
	"strconv"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

func exactly(t testing.TB, a *metabolism.Analyzer, q metabolism.Question) *metabolism.Exact {
	t.Helper()
	e, err := a.FBAExact(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// checkExactly verifies S·v = 0 and the model's own bounds without rounding.
func checkExactly(t testing.TB, m *metabolism.Model, e *metabolism.Exact) {
	t.Helper()
	number := func(v float64) *big.Rat {
		r, _ := new(big.Rat).SetString(strconv.FormatFloat(v, 'g', -1, 64))
		return r
	}
	net := make([]big.Rat, len(m.Metabolites()))
	for j, r := range m.Reactions() {
		v := e.Fluxes[j]
		for _, term := range r.Terms {
			net[term.Metabolite].Add(&net[term.Metabolite], new(big.Rat).Mul(number(term.Coef), v))
		}
		if !math.IsInf(r.Lower, -1) && v.Cmp(number(r.Lower)) < 0 || !math.IsInf(r.Upper, 1) && v.Cmp(number(r.Upper)) > 0 {
			t.Errorf("flux of %s: got %s, want it in [%v, %v]", r.ID, v.RatString(), r.Lower, r.Upper)
		}
	}
	for i := range net {
		if net[i].Sign() != 0 {
			t.Errorf("net production of %s: got %s, want 0", m.Metabolites()[i].ID, net[i].RatString())
		}
	}
}

// TestExactByHand asks what can be worked out on paper.
func TestExactByHand(t *testing.T) {
	t.Parallel()
	m := tiny(t)
	a := metabolism.NewAnalyzer(m)
	tests := []struct {
		name   string
		q      metabolism.Question
		status metabolism.Status
		want   string
	}{
		{"as it is", metabolism.Question{}, metabolism.StatusOptimal, "17/2"},
		{"a third of a unit more to maintain", metabolism.Question{Bounds: map[string][2]float64{"ATPM": {1.1, 1000}}}, metabolism.StatusOptimal, "339/40"},
		{"rationed", metabolism.Question{Allocation: share(50)}, metabolism.StatusOptimal, "33/8"},
		// Respiration runs backwards on the 19 ATP that are left.
		{"ethanol", metabolism.Question{Objective: "EX_eth_e"}, metabolism.StatusOptimal, "79/3"},
		{"no glucose and no oxygen", metabolism.Question{Medium: map[string]float64{}}, metabolism.StatusInfeasible, ""},
		{"obliged", metabolism.Question{Knockouts: []string{"maint"}}, metabolism.StatusDead, ""},
		{"no limits", metabolism.Question{Bounds: map[string][2]float64{
			"EX_glc_e": {math.Inf(-1), 0}, "GLCt": {0, math.Inf(1)}, "GLYC": {0, math.Inf(1)}, "BIO": {0, math.Inf(1)}, "FERM": {0, math.Inf(1)}, "EX_eth_e": {0, math.Inf(1)},
		}}, metabolism.StatusUnbounded, ""},
	}
	for _, tc := range tests {
		e := exactly(t, a, tc.q)
		got := ""
		if e.Objective != nil {
			got = e.Objective.RatString()
		}
		if e.Status != tc.status || got != tc.want || e.Flux.Status != tc.status {
			t.Errorf("%s: got %v, %q, and %v without proof; want %v, %q", tc.name, e.Status, got, e.Flux.Status, tc.status, tc.want)
		}
	}
	checkExactly(t, m, exactly(t, a, metabolism.Question{}))
	if _, err := a.FBAExact(t.Context(), metabolism.Question{Objective: "none"}); err == nil {
		t.Error("an objective that is not there: got no error")
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := a.FBAExact(ended, metabolism.Question{}); !errors.Is(err, context.Canceled) {
		t.Errorf("after the context ended: got %v", err)
	}
}

// TestExactGoal holds that a goal to minimise keeps its sign.
func TestExactGoal(t *testing.T) {
	t.Parallel()
	p := tiny(t).Parts()
	glucose, oxygen := 0, 1
	p.Goal = metabolism.Goal{Minimize: true, Terms: []metabolism.GoalTerm{{Reaction: glucose, Coef: 0.3}, {Reaction: oxygen, Coef: 0.1}}}
	m, err := metabolism.Build(p)
	if err != nil {
		t.Fatal(err)
	}
	e := exactly(t, metabolism.NewAnalyzer(m), metabolism.Question{})
	if e.Status != metabolism.StatusOptimal || e.Objective.RatString() != "-7/2" || e.Flux.Objective != -3.5 {
		t.Errorf("got %v, %v, and %v without proof; want optimal, -7/2", e.Status, e.Objective, e.Flux.Objective)
	}
}
