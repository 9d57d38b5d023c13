package metabolism

import (
	"context"
	"fmt"
	"math/big"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/lp"
)

// An Exact is an answer in rational numbers, with its proof done: S·v = 0 and
// every bound hold without any rounding, and multipliers of which the same is
// true show that no better answer exists. What it is exact for are the
// coefficients and bounds as the shortest decimal numbers that their float64
// stand for, which is how files state them and how published exact optima are
// computed; the limits of an [Allocation] likewise, after they were worked out.
type Exact struct {
	Status Status
	// Objective and Growth are as in [Flux], and Fluxes holds the flux of every
	// reaction of the model; nil unless optimal.
	Objective, Growth *big.Rat
	Fluxes            []*big.Rat
	// Pivots is how many steps the simplex method took in exact arithmetic from
	// where the usual one ended; 0 when that was the exact optimum.
	Pivots int
	// Flux is the usual answer, as [Analyzer.FBA] gives it. Its status may
	// differ from the exact one where bounds miss each other by less than the
	// rounding of their own digits.
	Flux *Flux
}

// FBAExact is [Analyzer.FBA] with a proof in rational arithmetic. Of a network
// of thousands of reactions that takes some tens of milliseconds more, and
// seconds if the usual answer must be mended by exact steps. Errors are those
// of FBA, and one when too many such steps would be needed.
func (a *Analyzer) FBAExact(ctx context.Context, q Question) (*Exact, error) {
	b, f, err := a.state(&q)
	if err != nil {
		return nil, err
	}
	if f != nil {
		return &Exact{Status: f.Status, Flux: f}, nil
	}
	t, err := a.growthTableau(ctx)
	if err != nil {
		return nil, err
	}
	if f, err = t.maximize(ctx, &q, b); err != nil {
		return nil, err
	}
	e, err := t.solver.Exact(ctx)
	if err != nil {
		return nil, fmt.Errorf("model %s: %w", a.model.id, err)
	}
	return t.exact(e, f, a.model.goalOf(&q)), nil
}

// exact reads an exact answer of the maximising programme.
func (t *tableau) exact(e *lp.Exact, f *Flux, goal Goal) *Exact {
	x := &Exact{Pivots: e.Pivots, Flux: f}
	switch e.Status {
	case lp.Infeasible:
		x.Status = StatusInfeasible
		return x
	case lp.Unbounded:
		x.Status = StatusUnbounded
		return x
	case lp.Optimal:
	}
	x.Status, x.Objective, x.Fluxes = StatusOptimal, e.Objective, make([]*big.Rat, len(t.reverse))
	if goal.Minimize { // the programme maximises the negative
		x.Objective.Neg(x.Objective)
	}
	for j, r := range t.reverse {
		x.Fluxes[j] = e.X[j]
		if r >= 0 {
			x.Fluxes[j] = new(big.Rat).Sub(e.X[j], e.X[r])
		}
	}
	x.Growth = new(big.Rat)
	if t.model.objective >= 0 {
		x.Growth = x.Fluxes[t.model.objective]
	}
	return x
}
