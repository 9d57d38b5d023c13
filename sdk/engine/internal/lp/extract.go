package lp

import "math"

// refinePasses is how often the final vertex is refined.
const refinePasses = 2

// optimum refines the vertex and states it in the problem's own units.
func (s *Solver) optimum() *Solution {
	s.refineX()
	y := s.refinedDuals()
	sol := &Solution{Status: Optimal, X: s.columns(), Dual: make([]float64, s.m), ReducedCost: make([]float64, s.n)}
	sign := 1.0
	if s.prob.Maximize {
		sign = -1
	}
	for i := range s.m {
		sol.Dual[i] = sign * y[i] * s.mat.rowScale[i]
	}
	for j := range s.n {
		if s.where[j] == inBasis {
			continue // exactly zero
		}
		d := s.cost[j] - s.mat.dotColumn(j, y)
		sol.ReducedCost[j] = sign * d / s.mat.colScale[j]
	}
	sol.Objective = s.prob.objective(sol.X)
	clear(y)
	return sol
}

// columns returns the present point in the problem's units. Nonbasic columns
// are exactly at their bounds.
func (s *Solver) columns() []float64 {
	x := make([]float64, s.n)
	for j := range x {
		x[j] = float64(s.x[j]*s.mat.colScale[j]) + 0 // no negative zero
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

// refineX removes the residual of A·x + s = 0 from the basic variables.
func (s *Solver) refineX() {
	w := &s.work.flip
	w.clear()
	sums := make([]exact, s.m)
	for range refinePasses {
		clear(sums)
		for j := range s.n {
			if s.x[j] == 0 {
				continue
			}
			rows, vals := s.mat.column(j)
			for k, i := range rows {
				sums[i].add(float64(vals[k] * s.x[j]))
			}
		}
		for i := range s.m {
			sums[i].add(s.x[s.n+i])
			w.v[i] = -sums[i].value()
		}
		s.fac.ftran(w.v, false)
		for p, j := range s.head {
			s.x[j] += w.v[p]
			w.v[p] = 0
		}
	}
	s.computeViolations()
}

// refinedDuals returns the row multipliers of the scaled, minimising problem,
// in work.flip; the caller clears them.
func (s *Solver) refinedDuals() []float64 {
	y, e := s.work.flip.v, s.work.tau.v
	for p, j := range s.head {
		y[p] = s.cost[j]
	}
	s.fac.btran(y, false)
	for p, j := range s.head {
		e[p] = s.cost[j] - s.mat.dotColumn(int(j), y)
	}
	s.fac.btran(e, false)
	for i := range e {
		y[i] += e[i]
	}
	clear(e)
	return y
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
