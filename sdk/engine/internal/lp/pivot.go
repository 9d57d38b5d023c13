package lp

import "math"

// rowOfInverse sets rho to row r of the inverse of the basis matrix.
func (s *Solver) rowOfInverse(r int32) {
	rho := &s.work.rho
	rho.clear()
	rho.v[r] = 1
	rho.idx = append(rho.idx, r)
	s.fac.btran(rho, true)
	rho.collect()
}

// priceRow sets row to rho·[A I], the pivot row, over the nonbasic variables
// that are not fixed; touched lists its nonzeros. It goes through the rows of
// A or through the columns, whichever is less work.
func (s *Solver) priceRow() {
	w := &s.work
	for _, j := range w.touched {
		w.row[j] = 0
	}
	w.touched = w.touched[:0]
	byRows := 0
	for _, i := range w.rho.idx {
		byRows += int(s.mat.rowStart[i+1] - s.mat.rowStart[i])
	}
	if 2*byRows < len(s.mat.colVal)-s.fac.entries {
		s.priceByRows()
	} else {
		s.priceByColumns()
	}
	for _, i := range w.rho.idx {
		j := int32(s.n) + i
		if s.where[j] != inBasis && s.wlo[j] < s.wup[j] {
			w.row[j] = w.rho.v[i]
			w.touched = append(w.touched, j)
		}
	}
}

func (s *Solver) priceByColumns() {
	w := &s.work
	y, t := w.rho.v, w.touched
	for j, at := range s.where[:s.n] {
		if at == inBasis || s.wlo[j] == s.wup[j] {
			continue
		}
		if v := s.mat.dotColumn(j, y); math.Abs(v) > tiny {
			w.row[j] = v
			t = append(t, int32(j))
		}
	}
	w.touched = t
}

func (s *Solver) priceByRows() {
	w := &s.work
	t := w.touched
	for _, i := range w.rho.idx {
		r := w.rho.v[i]
		b, e := s.mat.rowStart[i], s.mat.rowStart[i+1]
		cols, vals := s.mat.colIndex[b:e], s.mat.rowVal[b:e]
		for k, j := range cols {
			if !w.mark[j] {
				w.mark[j] = true
				t = append(t, j)
			}
			w.row[j] += float64(r * vals[k])
		}
	}
	kept := t[:0]
	for _, j := range t {
		w.mark[j] = false
		if s.where[j] == inBasis || s.wlo[j] == s.wup[j] || math.Abs(w.row[j]) <= tiny {
			w.row[j] = 0
			continue
		}
		kept = append(kept, j)
	}
	w.touched = kept
}

// columnOfBasis sets alpha to the entering column in terms of the basis.
func (s *Solver) columnOfBasis(q int32) {
	a := &s.work.alpha
	a.clear()
	s.mat.addTo(a, int(q), 1)
	s.fac.ftran(a, true)
	a.collect()
}

// squaredNorm returns Σ v².
func (w *vector) squaredNorm() float64 {
	sum := 0.0
	for _, i := range w.idx {
		sum += float64(w.v[i] * w.v[i])
	}
	return sum
}

const weightMin = 1e-4

// updateWeights brings the dual steepest edge weights (Forrest and Goldfarb
// 1992) up to date for a pivot in row r, from rho and alpha.
func (s *Solver) updateWeights(r int32) {
	w := &s.work
	tau := &w.tau
	for _, i := range w.rho.idx {
		tau.v[i] = w.rho.v[i]
	}
	tau.idx = append(tau.idx, w.rho.idx...)
	s.fac.ftran(tau, false)
	norm := w.rho.squaredNorm()
	pivot := w.alpha.v[r]
	for _, i := range w.alpha.idx {
		if i == r {
			continue
		}
		f := w.alpha.v[i] / pivot
		s.weight[i] = max(weightMin, s.weight[i]+float64(f*(float64(f*norm)-float64(2*tau.v[i]))))
	}
	s.weight[r] = max(weightMin, norm/float64(pivot*pivot))
	tau.clear()
}

// estimateWeights does so without a solve, from below: the primal simplex does
// not need the weights, and the dual one corrects those that it meets.
func (s *Solver) estimateWeights(r int32) {
	w := &s.work
	pivot := w.alpha.v[r]
	norm := max(weightMin, w.rho.squaredNorm()/float64(pivot*pivot))
	for _, i := range w.alpha.idx {
		a := w.alpha.v[i]
		s.weight[i] = max(s.weight[i], float64(a*a)*norm)
	}
	s.weight[r] = norm
}

// updateDuals moves the duals, and the multipliers behind them, along the pivot
// row by theta. With keepSigns a
// dual that would become infeasible is held at zero by shifting its cost.
func (s *Solver) updateDuals(theta float64, q, leaving int32, keepSigns bool) {
	w := &s.work
	for _, i := range w.rho.idx {
		s.y[i] += float64(theta * w.rho.v[i])
	}
	for _, j := range w.touched {
		d := s.d[j] - float64(theta*w.row[j])
		if keepSigns && j != q && s.wrongSign(int(j), d) > s.dualTol {
			s.wcost[j] -= d
			s.shifted = true
			d = 0
		}
		s.d[j] = d
	}
	s.d[q] = 0
	s.d[leaving] = -theta
}

// wrongSign returns by how much dual d of nonbasic j is infeasible.
func (s *Solver) wrongSign(j int, d float64) float64 {
	if s.wlo[j] == s.wup[j] {
		return 0
	}
	switch s.where[j] {
	case atLower:
		return -d
	case atUpper:
		return d
	case atZero, between:
		return math.Abs(d)
	case inBasis:
	}
	return 0
}

// moveBasics adds -step·alpha to the basic variables.
func (s *Solver) moveBasics(a *vector, step float64) {
	if step == 0 {
		return
	}
	for _, i := range a.idx {
		s.x[s.head[i]] -= float64(step * a.v[i])
		s.setViolation(i)
	}
}

// exchange makes q basic in position r and the variable there nonbasic at
// the given bound. It reports whether the factors can be used further.
func (s *Solver) exchange(r, q int32, to place) bool {
	leaving := s.head[r]
	s.where[leaving], s.pos[leaving] = to, -1
	s.settle(int(leaving))
	s.head[r] = q
	s.where[q], s.pos[q] = inBasis, r
	s.setViolation(r)
	s.iters++
	return s.fac.update(r, s.work.alpha.v[r])
}

// flip moves a boxed nonbasic variable to its other bound and returns the
// change of its value.
func (s *Solver) flip(j int32) float64 {
	if s.where[j] == atLower {
		return s.goTo(j, atUpper)
	}
	return s.goTo(j, atLower)
}

// goTo moves a nonbasic variable to a bound and returns the change of its value.
func (s *Solver) goTo(j int32, to place) float64 {
	old := s.x[j]
	s.where[j] = to
	s.settle(int(j))
	return s.x[j] - old
}

// agree reports whether the two computations of a pivot element match.
func agree(a, b float64) bool {
	return math.Abs(a-b) <= 1e-7*(1+max(math.Abs(a), math.Abs(b)))
}
