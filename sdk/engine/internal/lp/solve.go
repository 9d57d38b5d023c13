package lp

import (
	"context"
	"fmt"
	"math"
)

const (
	dualFeasTol  = 1e-9 // relative to the largest scaled cost
	tightenSteps = 2    // times it is divided by 100 when wide bounds need it
	gapTol       = 1e-9 // duality gap, relative to max(1, |objective|)
	roundLimit   = 30   // alternations of dual and primal phases
)

// attempts lists what is tried, from the usual to the cautious. The last ones
// also allow primal infeasibilities beyond the promised 1e-9 (the usual
// tolerance is half of that), for problems that rounding errors in their own
// data make infeasible by less.
func attempts() [4]tuning {
	return [4]tuning{
		{refactorEvery: maxUpdates, pivotMin: 1e-9, luThreshold: pivotThreshold, slack: 1},
		{refactorEvery: maxUpdates / 2, pivotMin: 1e-9, luThreshold: 0.3, perturbAlways: true, plain: true, slack: 2},
		{refactorEvery: 20, pivotMin: 1e-7, luThreshold: 0.5, perturbAlways: true, plain: true, slack: 20},
		{refactorEvery: 10, pivotMin: 1e-11, luThreshold: 0.9, perturbAlways: true, plain: true, slack: 200},
	}
}

// Solve finds an optimum or proves that there is none. It starts from the
// present basis and leaves the final one for the next call, also when it
// fails because the context ended. Errors: the context's, an invalid value
// given to a setter, or one that wraps [ErrNumerical].
func (s *Solver) Solve(ctx context.Context) (*Solution, error) {
	if s.bad != nil {
		return nil, s.bad
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.iters, s.drawn = 0, 0
	if j := s.crossed(); j >= 0 {
		return &Solution{Status: Infeasible, Ray: make([]float64, s.m)}, nil
	}
	top := 0.0
	for _, c := range s.cost {
		top = max(top, math.Abs(c))
	}
	if top == 0 {
		top = 1
	}
	s.costSize = top
	total := 0
	for k, t := range attempts() {
		s.options = t
		s.dualTol, s.tighten = dualFeasTol*s.costSize, 0
		if k > 0 {
			s.logicalBasis()
		}
		sol, err := s.attempt(ctx)
		total += s.iters
		if err != nil {
			return nil, err
		}
		if sol != nil {
			sol.Iterations = total
			return sol, nil
		}
		s.iters, s.drawn = 0, 0
	}
	s.logicalBasis()
	return nil, fmt.Errorf("%w: %d rows, %d columns, %d iterations", ErrNumerical, s.m, s.n, total)
}

// attempt decides the stated problem from the present basis. It returns nil
// when it fails to.
func (s *Solver) attempt(ctx context.Context) (*Solution, error) {
	hot := s.settled && s.fresh && s.fac.updates < staleUpdates && !s.options.plain
	s.settled = false
	if hot {
		s.resume()
		return s.iterate(ctx, false, true)
	}
	s.held = s.held[:0]
	s.restoreBounds()
	s.restoreCosts()
	for j, at := range s.where {
		if at == between { // a solve was broken off
			s.where[j] = s.nonbasicPlace(j)
		}
	}
	if !s.fresh || s.fac.updates > 0 {
		s.refactor()
	}
	cold := s.isLogical()
	if cold && !s.options.plain {
		ok, err := false, error(nil)
		if !s.whole {
			ok, err = s.reduced(ctx)
		}
		switch {
		case err != nil:
			return nil, err
		case ok:
			s.refactor()
			cold = false
		default:
			s.crashBasis()
			s.refactor()
			s.relaxFarBounds()
		}
	}
	s.computeX()
	s.computeD()
	return s.iterate(ctx, cold, false)
}

// iterate alternates dual and primal phases, from a basis whose vertex and
// duals are up to date. It is hot when they are, with their factors, those of
// another answer.
func (s *Solver) iterate(ctx context.Context, cold, hot bool) (*Solution, error) {
	for round := range roundLimit {
		infeasible := s.primalInfeasible()
		if !infeasible {
			s.release()
		}
		suboptimal := s.dualInfeasible()
		switch {
		case infeasible || (cold && round == 0 && suboptimal && s.flipsSuffice()):
			sol, done, err := s.dualPhase(ctx, cold && round == 0)
			if done || err != nil {
				return sol, err
			}
		case suboptimal:
			sol, done, err := s.primalPhase(ctx)
			if done || err != nil {
				return sol, err
			}
		case s.pin():
		case s.widened:
			s.restoreBounds()
			s.computeX()
		case !s.polish():
			if s.fac.updates > 0 {
				s.renew()
			}
		case s.tighten < tightenSteps && s.slack() > gapTol:
			s.tighten++
			s.dualTol /= 100
		case s.fac.updates > 0 && !hot && !s.whole:
			s.renew() // so that what starts here starts fresh
		default:
			s.settled = true
			return s.optimum(), nil
		}
	}
	return nil, nil
}

// renew recomputes everything from the basis and the stated or working data.
func (s *Solver) renew() {
	s.refactor()
	s.computeX()
	s.refineX()
	s.computeD()
}

// dualPhase makes the basis primal feasible, or proves that none is. Then the
// stated costs are back.
func (s *Solver) dualPhase(ctx context.Context, cold bool) (sol *Solution, done bool, err error) {
	s.pin()
	flipped := s.correctDuals(s.dualTol)
	if cold || s.options.perturbAlways {
		s.perturbCosts()
		s.computeD()
		flipped = s.correctDuals(s.dualTol) || flipped
	}
	if flipped {
		s.computeX()
	}
	out, err := s.dualSimplex(ctx)
	if err != nil {
		s.restoreCosts()
		return nil, true, err
	}
	shifted := s.shifted
	s.restoreCosts()
	if s.widened {
		s.restoreBounds()
		s.computeX()
	}
	if out == phaseBlocked {
		return &Solution{Status: Infeasible, Ray: s.ray}, true, nil
	}
	if out == phaseTrouble {
		return nil, true, nil
	}
	if shifted {
		s.computeD()
	}
	return nil, false, nil
}

// primalPhase makes the basis dual feasible, or finds a ray. Then the stated
// bounds are back.
func (s *Solver) primalPhase(ctx context.Context) (sol *Solution, done bool, err error) {
	before := s.iters
	out, err := s.primalSimplex(ctx)
	widened := s.widened
	s.restoreBounds()
	if err != nil {
		return nil, true, err
	}
	if (out == phaseTrouble || s.iters == before) && s.tighten > 0 {
		// Rounding errors are in the way; the usual tolerance has to do.
		s.dualTol, s.tighten = dualFeasTol*s.costSize, tightenSteps
		s.renew()
		return nil, false, nil
	}
	if out == phaseTrouble {
		return nil, true, nil
	}
	if widened {
		s.computeX()
		return nil, false, nil
	}
	if out == phaseBlocked {
		return s.unbounded(), true, nil
	}
	return nil, false, nil
}

// slack returns how much the duals of the wrong sign, all within tolerance,
// can hide: the duality gap relative to max(1, |objective|), or the largest
// that no bound backs, in the problem's units.
func (s *Solver) slack() float64 {
	gap, open, objective := 0.0, 0.0, 0.0
	for j := range s.total {
		objective += float64(s.cost[j] * s.x[j])
		if s.where[j] == inBasis {
			continue
		}
		off := s.wrongSign(j, s.d[j])
		switch {
		case off <= 0:
		case !math.IsInf(s.up[j]-s.lo[j], 1):
			gap += float64(off * (s.up[j] - s.lo[j]))
		case j < s.n:
			open = max(open, off/s.mat.colScale[j])
		default:
			open = max(open, off*s.mat.rowScale[j-s.n])
		}
	}
	return max(open, gap/max(1, math.Abs(objective)))
}

func (s *Solver) isLogical() bool {
	for _, j := range s.head {
		if int(j) < s.n {
			return false
		}
	}
	return true
}

func (s *Solver) primalInfeasible() bool {
	for _, v := range s.work.viol {
		if v > 0 {
			return true
		}
	}
	return false
}

func (s *Solver) dualInfeasible() bool {
	for j := range s.total {
		if s.where[j] != inBasis && s.wrongSign(j, s.d[j]) > s.dualTol {
			return true
		}
	}
	return false
}

// flipsSuffice reports whether every dual infeasibility belongs to a boxed
// variable.
func (s *Solver) flipsSuffice() bool {
	for j := range s.total {
		if s.where[j] != inBasis && s.wrongSign(j, s.d[j]) > s.dualTol && math.IsInf(s.wup[j]-s.wlo[j], 1) {
			return false
		}
	}
	return true
}
