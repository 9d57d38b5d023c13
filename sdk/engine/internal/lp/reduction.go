package lp

import "context"

// reduction puts together what is left.
func (w *reducer) reduction() *Reduction {
	r := &Reduction{
		Problem: &Problem{Maximize: w.p.Maximize, ColStart: []int{0}},
		fates:   w.fates, pools: w.pools, rows: w.rows, images: make([]Image, len(w.gone)),
	}
	w.keepRows(r)
	p := r.Problem
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

// keepRows numbers the rows that are left, and settles which one of parallel
// rows a column is basic in the place of: the one whose bound it is.
func (w *reducer) keepRows(r *Reduction) {
	p := r.Problem
	var taken []anchor
	for i := range w.done {
		switch {
		case !w.done[i]:
			w.rows[i] = int32(len(p.RowLower))
			p.RowLower, p.RowUpper = append(p.RowLower, w.rowLow[i]), append(p.RowUpper, w.rowUp[i])
			r.rowRoot = append(r.rowRoot, int32(i))
			r.rowFrom[0], r.rowFrom[1] = append(r.rowFrom[0], w.rowFrom[0][i]), append(r.rowFrom[1], w.rowFrom[1][i])
		case w.rows[i] == rowTaken:
			w.rows[i] = rowSlack
			taken = append(taken, w.rowFrom[0][i])
		}
	}
	for _, a := range taken {
		w.rows[a.index] = rowTaken
		if !a.upper && w.p.RowLower[a.index] != w.p.RowUpper[a.index] {
			w.rows[a.index] = rowTakenLow
		}
	}
}

func (w *reducer) image(r *Reduction, j int) Image {
	f, c := 1.0, 0.0
	for w.fates[j] == columnMerged {
		p := w.parent[j]
		c += float64(f * p.Offset)
		f *= p.Factor
		j = p.Column
	}
	switch {
	case w.fates[j] == columnPooled:
		return Image{Column: firstPart - j, Factor: f, Offset: c}
	case w.gone[j]:
		return Image{Column: -1, Offset: c + float64(f*w.value[j])}
	}
	return Image{Column: r.images[j].Column, Factor: f, Offset: c}
}

// firstPart is the Column of an image that is a multiple of column 0, where
// that is a part of a pooled column; numbers below it are of further columns.
const firstPart = -2

// value is what is at a point y of the smaller programme with values of the
// parts of pooled columns.
func (g Image) value(y, parts []float64) float64 {
	switch {
	case g.Column >= 0:
		return g.Offset + float64(g.Factor*y[g.Column])
	case g.Column <= firstPart:
		return g.Offset + float64(g.Factor*parts[firstPart-g.Column])
	}
	return g.Offset
}

// parts splits what pooled columns have at a point of the smaller programme.
func (r *Reduction) parts(y []float64) []float64 {
	if len(r.pools) == 0 {
		return nil
	}
	parts := make([]float64, len(r.images))
	stated := len(r.images) - len(r.pools)
	for k := len(r.pools) - 1; k >= 0; k-- {
		t := &r.pools[k]
		_, _, v := t.split(r.images[stated+k].value(y, parts))
		parts[t.parts[0]], parts[t.parts[1]] = v[0], v[1]
	}
	return parts
}

// heldGroups settles which column of a group that is held at a bound is the
// one that is at its own.
func (r *Reduction) heldGroups(w *reducer) {
	var held []anchor
	for j, f := range w.fates {
		if f == columnHeld {
			w.fates[j] = columnMerged
			held = append(held, w.from[0][j])
		}
	}
	for _, a := range held {
		w.fates[a.index] = columnHeld
		if a.upper {
			w.fates[a.index] = columnHeldUp
		}
	}
}

// start returns where the variables of the stated programme are when those of
// the smaller one are where its solver has them; false when that is no basis.
func (r *Reduction) start(small, s *Solver) bool {
	r.placeColumns(small, s)
	for i, row := range r.rows {
		at := inBasis
		switch row {
		case rowTaken:
			at = atLower
		case rowTakenLow:
			at = atUpper
		}
		s.where[s.n+i] = at
	}
	for k := range r.Problem.RowLower {
		r.placeRow(k, small.where[small.n+k], s)
	}
	basic := 0
	for _, at := range s.where {
		if at == inBasis {
			basic++
		}
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

// placeRow puts the logical of the row that is at a bound of row k of the
// smaller programme where that row's is. A logical is at its lower bound when
// the row is at its upper one.
func (r *Reduction) placeRow(k int, at place, s *Solver) {
	switch at {
	case inBasis:
	case atZero, between:
		s.where[s.n+int(r.rowRoot[k])] = at
	case atLower, atUpper:
		a := r.rowFrom[1][k]
		if at == atUpper {
			a = r.rowFrom[0][k]
		}
		place := atLower
		if !a.upper {
			place = atUpper
		}
		s.where[s.n+int(a.index)] = place
	}
}

// placeColumns puts the stated columns where they are.
func (r *Reduction) placeColumns(small, s *Solver) {
	places := s.where[:s.n]
	if len(r.pools) > 0 {
		places = make([]place, len(r.fates))
	}
	for j, f := range r.fates {
		switch f {
		case columnMerged, columnSolved, columnKept, columnPooled:
			places[j] = inBasis
		case columnHeld:
			places[j] = atLower
		case columnHeldUp:
			places[j] = atUpper
		}
	}
	for y, j := range r.roots {
		switch at := small.where[y]; at {
		case inBasis:
		case atZero:
			places[j] = atZero
		case atUpper:
			places[r.uppers[y].index] = r.uppers[y].place()
		case atLower, between:
			places[r.lowers[y].index] = r.lowers[y].place()
		}
	}
	if len(r.pools) == 0 {
		return
	}
	y := small.columns()
	parts := r.parts(y)
	for k := len(r.pools) - 1; k >= 0; k-- {
		r.pools[k].place(places[s.n+k], r.images[s.n+k].value(y, parts), places)
	}
	copy(s.where, places[:s.n])
}

// pooled is how many of the last columns of the smaller programme are pooled.
func (r *Reduction) pooled() int {
	count := 0
	for _, j := range r.roots {
		if int(j) >= len(r.images)-len(r.pools) {
			count++
		}
	}
	return count
}

// reduced solves a smaller programme that stands for the stated one, and puts
// the basis where that ended. It reports whether it did; the stated programme
// is then solved from there, mostly without another step. The error is the
// context's.
func (s *Solver) reduced(ctx context.Context) (bool, error) {
	r := presolve(s.prob, true)
	if r == nil {
		return false, nil
	}
	small, err := New(r.Problem)
	if err != nil {
		return false, nil //nolint:nilerr // the stated programme is solved without it
	}
	small.whole, small.pooled = true, r.pooled()
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
