package lp

import (
	"context"
	"math"
)

// reduction puts together what is left.
func (w *reducer) reduction() *Reduction {
	r := &Reduction{Problem: &Problem{Maximize: w.p.Maximize, ColStart: []int{0}}, fates: w.fates, rows: w.rows, images: make([]Image, len(w.gone))}
	p := r.Problem
	for i := range w.done {
		if !w.done[i] {
			w.rows[i] = int32(len(p.RowLower))
			p.RowLower, p.RowUpper = append(p.RowLower, w.rowLow[i]), append(p.RowUpper, w.rowUp[i])
		}
	}
	for j, c := range w.columns {
		if w.gone[j] {
			continue
		}
		r.images[j] = Image{Column: len(p.Cost), Factor: 1}
		r.lowers, r.uppers = append(r.lowers, w.from[0][j]), append(r.uppers, w.from[1][j])
		r.roots = append(r.roots, int32(j))
		p.Cost, p.Lower, p.Upper = append(p.Cost, w.cost[j]), append(p.Lower, w.lower[j]), append(p.Upper, w.upper[j])
		for k, i := range c.rows {
			if !w.done[i] {
				p.RowIndex, p.Value = append(p.RowIndex, int(w.rows[i])), append(p.Value, c.vals[k])
			}
		}
		p.ColStart = append(p.ColStart, len(p.Value))
	}
	// A merged column's parent may be merged or fixed itself.
	for j := range r.images {
		r.images[j] = w.image(r, j)
	}
	r.heldGroups(w)
	return r
}

func (w *reducer) image(r *Reduction, j int) Image {
	f, c := 1.0, 0.0
	for w.fates[j] == columnMerged {
		p := w.parent[j]
		c += float64(f * p.Offset)
		f *= p.Factor
		j = p.Column
	}
	if w.gone[j] {
		return Image{Column: -1, Offset: c + float64(f*w.value[j])}
	}
	return Image{Column: r.images[j].Column, Factor: f, Offset: c}
}

// heldGroups settles which column of a group that is held at a bound is the
// one that is at its own.
func (r *Reduction) heldGroups(w *reducer) {
	for j := range w.fates {
		if w.fates[j] != columnHeld {
			continue
		}
		if at := w.from[0][j]; int(at.column) != j {
			w.fates[j], w.fates[at.column] = columnMerged, columnHeld
		}
	}
}

// start returns where the variables of the stated programme are when those of
// the smaller one are where its solver has them; false when that is no basis.
func (r *Reduction) start(small, s *Solver) bool {
	basic := 0
	for j, f := range r.fates {
		switch f {
		case columnMerged, columnSolved:
			s.where[j] = inBasis
			basic++
		case columnHeld:
			s.where[j] = heldAt(r.images[j].Offset, s.prob.Lower[j], s.prob.Upper[j])
		case columnKept:
			s.where[j] = inBasis
			basic++
		}
	}
	for y, j := range r.roots {
		at := small.where[y]
		switch at {
		case inBasis:
			continue
		case atZero:
			s.where[j] = atZero
			basic--
			continue
		case atLower, atUpper, between:
		}
		a := r.lowers[y]
		if at == atUpper {
			a = r.uppers[y]
		}
		place := atLower
		if a.upper {
			place = atUpper
		}
		s.where[a.column] = place
		basic--
	}
	for i, row := range r.rows {
		at := atLower
		switch {
		case row == rowSlack:
			at = inBasis
		case row >= 0:
			at = small.where[small.n+int(row)]
		}
		if at == inBasis {
			basic++
		}
		s.where[s.n+i] = at
	}
	for j := range s.pos {
		s.pos[j] = -1
	}
	for j := range s.weight {
		s.weight[j] = 1
		s.work.byVar[j] = 1
	}
	s.fresh = false
	return basic == s.m
}

// heldAt is the bound that a value is at.
func heldAt(value, lower, upper float64) place {
	if math.Abs(value-upper) < math.Abs(value-lower) {
		return atUpper
	}
	return atLower
}

// reduced solves a smaller programme that stands for the stated one, and puts
// the basis where that ended. It reports whether it did; the stated programme
// is then solved from there, mostly without another step. The error is the
// context's.
func (s *Solver) reduced(ctx context.Context) (bool, error) {
	r := Reduce(s.prob)
	if r == nil {
		return false, nil
	}
	small, err := New(r.Problem)
	if err != nil {
		return false, nil //nolint:nilerr // the stated programme is solved without it
	}
	small.whole = true
	sol, err := small.Solve(ctx)
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if err != nil || sol.Status == Unbounded || !r.start(small, s) {
		s.logicalBasis()
		return false, nil //nolint:nilerr // the stated programme is solved without it
	}
	s.iters += sol.Iterations
	return true, nil
}
