package lp

import (
	"context"
	"math"
)

const primalStall = 40 // degenerate steps in a row before bounds are widened

// primalSimplex runs from a primal feasible basis until the working duals are
// feasible. On phaseBlocked, alpha, entering and direction describe a ray.
func (s *Solver) primalSimplex(ctx context.Context) (outcome, error) {
	w := &s.work
	for j := range w.devex {
		w.devex[j] = 1
	}
	trouble, stalled, refresh := 0, 0, false
	for limit := s.iterationLimit(); s.iters < limit; {
		if s.iters%checkEvery == 0 {
			if err := ctx.Err(); err != nil {
				return phaseTrouble, err
			}
		}
		if refresh || s.fac.updates >= s.options.refactorEvery {
			s.renew()
			refresh = false
		}
		q := s.chooseEntering()
		if q < 0 {
			return phaseDone, nil
		}
		s.columnOfBasis(q)
		if !s.confirmDual(q) {
			if refresh = s.fac.updates > 0; refresh {
				trouble++
			}
			if trouble > troubleLimit {
				return phaseTrouble, nil
			}
			continue // its dual is right now, and does not ask to enter
		}
		dir := 1.0
		if s.d[q] > 0 {
			dir = -1
		}
		r, step, to := s.chooseLeaving(dir)
		span, end := s.wup[q]-s.x[q], atUpper
		if dir < 0 {
			span, end = s.x[q]-s.wlo[q], atLower
		}
		if span <= step {
			if math.IsInf(span, 1) {
				if s.fac.updates == 0 {
					s.entering, s.direction = q, dir
					return phaseBlocked, nil
				}
				refresh = true
				continue
			}
			s.moveBasics(&w.alpha, s.goTo(q, end))
			s.iters++
			continue
		}
		s.rowOfInverse(r)
		s.priceRow()
		if !agree(w.alpha.v[r], w.row[q]) {
			if trouble++; trouble > troubleLimit {
				return phaseTrouble, nil
			}
			if s.fac.updates > 0 {
				refresh = true
				continue
			}
		}
		s.primalStep(r, q, float64(dir*step), to)
		if step > 0 {
			stalled = 0
		} else if stalled++; stalled > primalStall && s.drawn < perturbations {
			stalled = 0
			s.widenBounds()
		}
		refresh = !s.usable
	}
	return phaseTrouble, nil
}

// primalStep exchanges the variables of a chosen pivot.
func (s *Solver) primalStep(r, q int32, step float64, to place) {
	w := &s.work
	s.updateDevex(r, q)
	s.updateDuals(s.d[q]/w.alpha.v[r], q, s.head[r], false)
	s.moveBasics(&w.alpha, step)
	s.x[q] += step
	s.estimateWeights(r)
	s.usable = s.exchange(r, q, to)
}

// chooseEntering returns the nonbasic variable with the largest dual
// infeasibility in the Devex norm, or -1.
func (s *Solver) chooseEntering() int32 {
	q, top := int32(-1), 0.0
	for j, at := range s.where {
		if at == inBasis {
			continue
		}
		off := s.wrongSign(j, s.d[j])
		if off <= s.dualTol {
			continue
		}
		if v := float64(off*off) / s.work.devex[j]; v > top {
			q, top = int32(j), v
		}
	}
	return q
}

// confirmDual recomputes the dual of the entering variable from its column.
// It reports whether the variable is still worth entering.
func (s *Solver) confirmDual(q int32) bool {
	d := s.wcost[q]
	for _, i := range s.work.alpha.idx {
		d -= float64(s.wcost[s.head[i]] * s.work.alpha.v[i])
	}
	s.d[q] = d
	return s.wrongSign(int(q), d) > s.dualTol
}

// chooseLeaving is the primal ratio test after Harris: the entering variable
// moves in direction dir; of the basic variables that block within the
// tolerance the one with the largest pivot leaves. The step is infinite when
// nothing blocks.
func (s *Solver) chooseLeaving(dir float64) (r int32, step float64, to place) {
	w := &s.work
	least, slack := s.pivotTolerance(), s.options.slack
	limit := math.Inf(1)
	for _, i := range w.alpha.idx {
		a := dir * w.alpha.v[i]
		j := s.head[i]
		switch {
		case a > least:
			limit = min(limit, (s.x[j]-s.wlo[j]+float64(slack*s.tol[j]))/a)
		case a < -least:
			limit = min(limit, (s.x[j]-s.wup[j]-float64(slack*s.tol[j]))/a)
		}
	}
	if math.IsInf(limit, 1) {
		return -1, limit, atLower
	}
	limit = max(limit, 0)
	r, top := int32(-1), 0.0
	for _, i := range w.alpha.idx {
		a := dir * w.alpha.v[i]
		j := s.head[i]
		switch {
		case a > max(least, top):
			if t := (s.x[j] - s.wlo[j]) / a; t <= limit {
				r, top, step, to = i, a, t, atLower
			}
		case a < -max(least, top):
			if t := (s.x[j] - s.wup[j]) / a; t <= limit {
				r, top, step, to = i, -a, t, atUpper
			}
		}
	}
	return r, max(step, 0), to
}

// updateDevex updates the reference weights of the primal pricing (Forrest
// and Goldfarb 1992).
func (s *Solver) updateDevex(r, q int32) {
	w := &s.work
	pivot, base := w.row[q], w.devex[q]
	if base > 1e7 {
		for j := range w.devex {
			w.devex[j] = 1
		}
		base = 1
	}
	for _, j := range w.touched {
		f := w.row[j] / pivot
		w.devex[j] = max(w.devex[j], float64(f*f)*base)
	}
	w.devex[s.head[r]] = max(base/float64(pivot*pivot), 1)
}
