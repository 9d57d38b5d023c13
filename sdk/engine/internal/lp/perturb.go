package lp

import "math"

const (
	costNoise  = 5e-7 // relative size of cost perturbations
	boundNoise = 1e-7 // relative size of bound perturbations
)

// noise returns a number in [1, 2) that depends only on its arguments
// (splitmix64).
func noise(index, round int) float64 {
	z := (uint64(index) + 1) * 0x9e3779b97f4a7c15
	z += uint64(round) * 0xd1b54a32d192ed03
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	z ^= z >> 31
	return math.Float64frombits(0x3ff<<52 | z>>12)
}

// perturbCosts moves every working cost a little into the direction that
// keeps its dual feasible, which breaks ties in the dual ratio test. The
// caller recomputes the duals.
func (s *Solver) perturbCosts() {
	s.drawn++
	s.shifted = true
	size := costNoise * s.costSize
	for j := range s.total {
		lo, up := s.wlo[j], s.wup[j]
		if lo == up || (math.IsInf(lo, -1) && math.IsInf(up, 1)) {
			continue
		}
		e := float64(size * noise(j, s.drawn) * (1 + math.Abs(s.cost[j])/s.costSize))
		switch s.where[j] {
		case atLower:
			s.wcost[j] += e
		case atUpper:
			s.wcost[j] -= e
		case atZero, between:
		case inBasis:
			switch {
			case math.IsInf(up, 1):
				s.wcost[j] += e
			case math.IsInf(lo, -1):
				s.wcost[j] -= e
			case s.x[j]-lo < up-s.x[j]:
				s.wcost[j] += e
			default:
				s.wcost[j] -= e
			}
		}
	}
}

// restoreCosts ends every perturbation and shift.
func (s *Solver) restoreCosts() {
	copy(s.wcost, s.cost)
	s.shifted = false
}

// widenBounds moves the bounds of the basic variables outwards a little,
// which breaks ties in the primal ratio test.
func (s *Solver) widenBounds() {
	s.drawn++
	s.widened = true
	for _, j := range s.head {
		if lo := s.wlo[j]; !math.IsInf(lo, -1) {
			s.wlo[j] = lo - float64(boundNoise*noise(int(j), s.drawn)*max(1, math.Abs(lo)))
		}
		if up := s.wup[j]; !math.IsInf(up, 1) {
			s.wup[j] = up + float64(boundNoise*noise(int(j)+s.total, s.drawn)*max(1, math.Abs(up)))
		}
	}
	s.computeViolations()
}

// restoreBounds ends every widening.
func (s *Solver) restoreBounds() {
	copy(s.wlo, s.lo)
	copy(s.wup, s.up)
	s.widened = false
}
