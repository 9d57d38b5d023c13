package lp

import "math"

const (
	refinePasses = 3     // at most, on the final vertex and duals
	residualGood = 2e-17 // no further pass below this, relative to the largest |x|
	residualTol  = 1e-13 // a vertex with more needs fresh factors
	dualGood     = 2e-17 // no further pass below this, relative to the largest cost
	refineGain   = 4     // a pass after one that gained less gains nothing
)

// polish refines the vertex and the duals with the present factors and
// reports whether both are still feasible.
func (s *Solver) polish() bool {
	good := s.refineX()
	s.refineDuals()
	return good && !s.primalInfeasible() && !s.dualInfeasible()
}

// optimum states the polished vertex in the problem's own units.
func (s *Solver) optimum() *Solution {
	sol := &Solution{Status: Optimal, X: s.columns(), Dual: make([]float64, s.m), ReducedCost: make([]float64, s.n)}
	sign := 1.0
	if s.prob.Maximize {
		sign = -1
	}
	for i, y := range s.y {
		sol.Dual[i] = float64(sign*y*s.mat.rowScale[i]) + 0 // no negative zero
	}
	for j := range sol.ReducedCost {
		sol.ReducedCost[j] = float64(sign*s.d[j]/s.mat.colScale[j]) + 0
	}
	sol.Objective = s.prob.objective(sol.X)
	return sol
}

// snapTol is how far from a bound or from zero a basic column may be, in the
// problem's units and relative to max(1, |bound|), to be stated as exactly
// there.
const snapTol = 1e-13

// columns returns the present point in the problem's units. Nonbasic columns
// are exactly at their bounds.
func (s *Solver) columns() []float64 {
	x := make([]float64, s.n)
	for j := range x {
		x[j] = float64(s.x[j]*s.mat.colScale[j]) + 0 // no negative zero
		if s.where[j] == inBasis {
			x[j] = snapped(x[j], s.prob.Lower[j], s.prob.Upper[j])
		}
	}
	return x
}

func snapped(x, lower, upper float64) float64 {
	for _, at := range [3]float64{lower, upper, 0} {
		if math.Abs(at) < Infinite && math.Abs(x-at) <= snapTol*max(1, math.Abs(at)) {
			return at
		}
	}
	return x
}

// objective returns Cost·x.
func (p *Problem) objective(x []float64) float64 {
	var sum exact
	for j, c := range p.Cost {
		if c != 0 {
			sum.add(float64(c * x[j]))
		}
	}
	return sum.value()
}

// refineX removes the residual of A·x + s = 0 from the basic variables. It
// reports whether that worked.
func (s *Solver) refineX() bool {
	w := &s.work.flip
	w.clear()
	good := false
	for range refinePasses {
		w.full = true
		worst, size := s.residual(w.v)
		good = worst <= residualTol*size
		if worst <= residualGood*size {
			break
		}
		s.fac.ftran(w, false)
		for p, j := range s.head {
			s.x[j] += w.v[p]
		}
	}
	w.clear()
	s.computeViolations()
	return good
}

// residual sets r to -(A·x + s), with compensated sums, and returns its
// largest entry and the largest magnitude in x, at least 1.
func (s *Solver) residual(r []float64) (worst, size float64) {
	sums := s.work.sums
	clear(sums)
	size = 1
	for j, x := range s.x[:s.n] {
		if x == 0 {
			continue
		}
		size = max(size, math.Abs(x))
		rows, vals := s.mat.column(j)
		for k, i := range rows {
			sums[i].add(float64(vals[k] * x))
		}
	}
	for i := range sums {
		sums[i].add(s.x[s.n+i])
		r[i] = -sums[i].value()
		worst = max(worst, math.Abs(r[i]))
	}
	return worst, size
}

// refineDuals makes the row multipliers those of the scaled, minimising problem
// with the stated costs, and prices all columns.
func (s *Solver) refineDuals() {
	y, e := s.y, &s.work.tau
	before := math.Inf(1)
	for range refinePasses {
		e.full = true
		worst := 0.0
		for p, j := range s.head {
			r := s.mat.priceExactly(int(j), s.cost[j], y)
			e.v[p] = r
			worst = max(worst, math.Abs(r))
		}
		if worst <= float64(dualGood*s.costSize) || worst > before/refineGain {
			break
		}
		before = worst
		s.fac.btran(e, false)
		for i := range y {
			y[i] += e.v[i]
			if s.where[s.n+i] == inBasis {
				y[i] = 0 // the row binds nothing
			}
		}
	}
	e.clear()
	s.priceAll(s.cost)
}

// farkasRay turns rho into multipliers of the stated rows, if they prove
// infeasibility of the stated problem.
func (s *Solver) farkasRay() []float64 {
	y := make([]float64, s.m)
	top := 0.0
	for _, i := range s.work.rho.idx {
		y[i] = s.work.rho.v[i] * s.mat.rowScale[i]
		top = max(top, math.Abs(y[i]))
	}
	if top == 0 {
		return nil
	}
	_, exp := math.Frexp(top)
	for i := range y {
		y[i] = math.Ldexp(y[i], -exp)
	}
	if s.prob.farkas(y).proves() {
		return y
	}
	for i := range y {
		y[i] = -y[i]
	}
	if s.prob.farkas(y).proves() {
		return y
	}
	return nil
}

// unbounded states the ray of the primal phase, if it is one of the stated
// problem.
func (s *Solver) unbounded() *Solution {
	ray := make([]float64, s.n)
	top := 0.0
	set := func(j int32, v float64) {
		if int(j) < s.n {
			ray[j] = v * s.mat.colScale[j]
			top = max(top, math.Abs(ray[j]))
		}
	}
	set(s.entering, s.direction)
	for _, i := range s.work.alpha.idx {
		set(s.head[i], -s.direction*s.work.alpha.v[i])
	}
	if top == 0 {
		return nil
	}
	_, exp := math.Frexp(top)
	for j := range ray {
		ray[j] = math.Ldexp(ray[j], -exp)
	}
	if s.prob.recession(ray) > rayTol || !s.prob.improves(ray) {
		return nil
	}
	s.computeX()
	if s.primalInfeasible() {
		return nil
	}
	s.refineX()
	sol := &Solution{Status: Unbounded, Objective: math.Inf(-1), X: s.columns(), Ray: ray}
	if s.prob.Maximize {
		sol.Objective = math.Inf(1)
	}
	return sol
}
