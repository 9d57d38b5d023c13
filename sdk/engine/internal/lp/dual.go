package lp

import (
	"context"
	"math"
)

// outcome is how a simplex phase ended.
type outcome int

const (
	phaseDone    outcome = iota // optimal for the working problem
	phaseBlocked                // dual: ray proves infeasibility; primal: alpha is a ray
	phaseTrouble                // too many numerical surprises or iterations
)

const (
	checkEvery    = 64  // iterations between two looks at the context
	troubleLimit  = 30  // numerical surprises tolerated in one phase
	dualStall     = 300 // degenerate steps in a row before costs are perturbed
	perturbations = 8   // at most, in one solve
)

// dualSimplex runs from a dual feasible basis until it is primal feasible.
// On phaseBlocked, ray proves that there is no primal feasible point.
func (s *Solver) dualSimplex(ctx context.Context) (outcome, error) {
	w := &s.work
	trouble, stalled, refresh, refined := 0, 0, false, false
	for limit := s.iterationLimit(); s.iters < limit; {
		if s.iters%checkEvery == 0 {
			if err := ctx.Err(); err != nil {
				return phaseTrouble, err
			}
		}
		if refresh || s.fac.updates >= s.options.refactorEvery {
			s.refreshDual()
			refresh, refined = false, false
		}
		r := s.chooseRow()
		if r < 0 {
			return phaseDone, nil
		}
		s.rowOfInverse(r)
		norm := w.rho.squaredNorm()
		if stored := s.weight[r]; stored < 0.25*norm {
			s.weight[r] = norm
			continue
		}
		s.weight[r] = max(norm, weightMin)
		leaving := s.head[r]
		sign, to, bound := 1.0, atUpper, s.wup[leaving]
		if s.x[leaving] < s.wlo[leaving] {
			sign, to, bound = -1, atLower, s.wlo[leaving]
		}
		s.priceRow()
		q, flips := s.chooseColumn(sign, math.Abs(s.x[leaving]-bound), s.tol[leaving]*s.options.slack)
		if q < 0 {
			if s.ray = s.farkasRay(); s.ray != nil {
				s.blocked = leaving
				return phaseBlocked, nil
			}
			switch {
			case s.letGo(): // what is in the way may be a bound of before
				refresh = true
			case s.fac.updates > 0:
				refresh = true
			case !refined:
				s.refineX() // the infeasibility may be a rounding error
				refined = true
			default:
				return phaseTrouble, nil
			}
			continue
		}
		s.columnOfBasis(q)
		if !agree(w.alpha.v[r], w.row[q]) || math.Abs(w.alpha.v[r]) < s.options.pivotMin {
			if trouble++; trouble > troubleLimit {
				return phaseTrouble, nil
			}
			if s.fac.updates > 0 {
				refresh = true
				continue
			}
			if math.Abs(w.alpha.v[r]) < s.options.pivotMin {
				return phaseTrouble, nil
			}
		}
		s.flipCandidates(flips)
		if s.dualStep(r, q, to, bound) {
			stalled = 0
		} else if stalled++; stalled > dualStall && s.drawn < perturbations {
			stalled = 0
			s.perturbCosts()
			refresh = true
		}
		if !s.usable {
			refresh = true
		}
	}
	return phaseTrouble, nil
}

// dualStep exchanges the variables of a chosen pivot; it reports whether the
// dual step was positive.
func (s *Solver) dualStep(r, q int32, to place, bound float64) bool {
	w := &s.work
	leaving := s.head[r]
	if s.wrongSign(int(q), s.d[q]) > 0 {
		s.wcost[q] -= s.d[q] // the step must not go backwards
		s.shifted = true
		s.d[q] = 0
	}
	theta := s.d[q] / w.alpha.v[r]
	s.updateDuals(theta, q, leaving, true)
	step := (s.x[leaving] - bound) / w.alpha.v[r]
	s.moveBasics(&w.alpha, step)
	s.x[q] += step
	s.updateWeights(r)
	s.usable = s.exchange(r, q, to)
	return math.Abs(theta) > s.dualTol*1e-3
}

// chooseRow returns the position with the largest infeasibility in the dual
// steepest edge norm, or -1.
func (s *Solver) chooseRow() int32 {
	r, top, under := int32(-1), 0.0, 1.0
	for p, v := range s.work.viol {
		if v > 0 && float64(v*under) > float64(top*s.weight[p]) {
			r, top, under = int32(p), v, s.weight[p]
		}
	}
	return r
}

// flipCandidates moves the first candidates to their other bounds.
func (s *Solver) flipCandidates(count int) {
	if count == 0 {
		return
	}
	f := &s.work.flip
	f.clear()
	for _, c := range s.work.cand[:count] {
		s.mat.addTo(f, int(c.j), s.flip(c.j))
	}
	s.fac.ftran(f, false)
	f.collect()
	s.moveBasics(f, 1)
	f.clear()
}

// refreshDual refactors and recomputes everything from the basis.
func (s *Solver) refreshDual() {
	s.refactor()
	s.computeD()
	s.correctDuals(1e3 * s.dualTol)
	s.computeX()
	s.refineX()
}

// correctDuals makes the working duals feasible: by a bound flip where the
// variable is boxed and the dual off by more than flipAbove, else by shifting
// the cost. It reports whether it flipped any.
func (s *Solver) correctDuals(flipAbove float64) (flipped bool) {
	for j := range s.total {
		if s.where[j] == inBasis {
			continue
		}
		off := s.wrongSign(j, s.d[j])
		if off <= s.dualTol {
			continue
		}
		if off > flipAbove && !math.IsInf(s.wup[j]-s.wlo[j], 1) {
			s.flip(int32(j))
			flipped = true
			continue
		}
		s.wcost[j] -= s.d[j]
		s.d[j] = 0
		s.shifted = true
	}
	return flipped
}

func (s *Solver) iterationLimit() int { return 20000 + 40*s.total }
