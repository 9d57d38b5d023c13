package metabolism

import (
	"context"
	"fmt"
	"math"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/lp"
)

// ATPReference returns the least total ATP production, in mmol/gDW/h, with
// which the free cell on the model's own medium reaches its highest growth:
// the sum over all reactions of what they make of cytosolic ATP, in the
// direction in which they run. It is the 100 percent of an ATP share. The
// error says when the model cannot grow or has no ATP.
func ATPReference(ctx context.Context, m *Model) (float64, error) {
	if _, ok := m.Metabolite(atpID); !ok {
		return 0, fmt.Errorf("model %s has no metabolite %s", m.id, atpID)
	}
	if len(m.goal.Terms) == 0 {
		return 0, fmt.Errorf("model %s has no growth to take the ATP of: %w", m.id, ErrNoObjective)
	}
	if !m.goal.single() {
		return 0, fmt.Errorf("model %s has no growth to take the ATP of: its goal is not one flux to maximise", m.id)
	}
	a := NewAnalyzer(m)
	free, err := a.FBA(ctx, Question{})
	if err != nil {
		return 0, err
	}
	if free.Status != StatusOptimal {
		return 0, fmt.Errorf("model %s has no highest growth to take the ATP of: it is %s", m.id, free.Status)
	}
	t := a.fba
	for col := range t.problem.Cost {
		t.setCost(col, 0)
	}
	for j, r := range t.reverse {
		if r >= 0 {
			t.setCost(j, min(0, 0-t.atp[j]))
			t.setCost(r, min(0, t.atp[j]))
		}
	}
	// The slack is in proportion to the growth; it absorbs the rounding of the
	// optimum and moves the result by as little.
	for _, slack := range []float64{0, 1e-10, 1e-8} {
		t.setFlux(m.objective, free.Growth-float64(slack*math.Abs(free.Growth)), m.reactions[m.objective].Upper)
		s, err := t.solve(ctx, t.start)
		if err != nil {
			return 0, err
		}
		if s.Status == lp.Optimal {
			return 0 - s.Objective, nil
		}
	}
	return 0, fmt.Errorf("model %s: the highest growth %v 1/h could not be kept while minimising ATP production", m.id, free.Growth)
}
