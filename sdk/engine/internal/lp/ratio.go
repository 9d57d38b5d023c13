package lp

import "math"

// candidate is a variable whose dual blocks the step of the dual simplex.
type candidate struct {
	j     int32
	alpha float64 // > 0, rate at which the dual moves towards its bound
	dual  float64 // distance to its bound, >= 0 up to tolerance
}

// chooseColumn is the dual ratio test: which variable enters when the basic
// variable of the priced row leaves. sign is -1 when it is below its lower
// bound and +1 above its upper one; delta is by how much, and tol by how much
// it may be.
//
// The long step rule (bound flipping) passes boxed variables as long as the
// slope stays positive; break points are taken in groups whose members lie
// within the dual tolerance (Harris), and within the groups the largest pivot
// wins; a group without a decent pivot falls back to the one before it
// (Maros 2003, Koberstein 2005). Variables in the groups passed are left in
// work.group for flipping as the first flips candidates.
//
// It returns q < 0 when nothing bounds the step: the row proves infeasibility.
func (s *Solver) chooseColumn(sign, delta, tol float64) (q int32, flips int) {
	s.collectCandidates(sign)
	cand := s.work.cand
	if len(cand) == 0 {
		return -1, 0
	}
	theta := math.Inf(1)
	for _, c := range cand {
		theta = min(theta, (c.dual+s.dualTol)/c.alpha)
	}
	ends, slope := s.groupCandidates(theta, delta)
	if slope < delta-tol {
		return -1, 0
	}
	return s.chooseFromGroups(ends)
}

// pivotTolerance grows with the age of the factors.
func (s *Solver) pivotTolerance() float64 {
	t := s.options.pivotMin
	switch u := s.fac.updates; {
	case u < 10:
		return t
	case u < 20:
		return 30 * t
	}
	return 100 * t
}

func (s *Solver) collectCandidates(sign float64) {
	w := &s.work
	cand := w.cand[:0]
	least := s.pivotTolerance()
	for _, j := range w.touched {
		a := w.row[j] * sign
		d := s.d[j]
		switch s.where[j] {
		case inBasis:
			continue
		case atLower:
		case atUpper:
			a, d = -a, -d
		case atZero, between:
			a, d = math.Abs(a), 0
		}
		if a > least && s.wlo[j] < s.wup[j] {
			cand = append(cand, candidate{j, a, d})
		}
	}
	w.cand = cand
}

// groupCandidates sorts the front of the candidates into groups of break
// points until their flips would use up delta. It returns the group ends and
// the slope used up.
func (s *Solver) groupCandidates(theta, delta float64) (ends []int32, slope float64) {
	cand := s.work.cand
	ends = s.work.group[:0]
	count := 0
	for {
		next := math.Inf(1)
		for i := count; i < len(cand); i++ {
			c := cand[i]
			if c.dual <= theta*c.alpha {
				slope += float64(c.alpha * (s.wup[c.j] - s.wlo[c.j]))
				cand[i] = cand[count]
				cand[count] = c
				count++
			} else if r := (c.dual + s.dualTol) / c.alpha; r < next {
				next = r
			}
		}
		ends = append(ends, int32(count))
		if slope >= delta || count == len(cand) {
			break
		}
		theta = max(next, theta*(1+1e-12))
	}
	s.work.group = ends
	return ends, slope
}

func (s *Solver) chooseFromGroups(ends []int32) (q int32, flips int) {
	cand := s.work.cand
	top := 0.0
	for _, c := range cand[:ends[len(ends)-1]] {
		top = max(top, c.alpha)
	}
	need := min(0.1*top, 1)
	for g := len(ends) - 1; g >= 0; g-- {
		begin := int32(0)
		if g > 0 {
			begin = ends[g-1]
		}
		best := candidate{j: -1}
		for _, c := range cand[begin:ends[g]] {
			if c.alpha > best.alpha || (c.alpha == best.alpha && c.j < best.j) {
				best = c
			}
		}
		if best.j >= 0 && best.alpha >= need {
			return best.j, int(begin)
		}
	}
	return -1, 0 // not reached: some group holds the largest
}
