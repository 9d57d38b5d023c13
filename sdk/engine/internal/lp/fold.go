package lp

import (
	"context"
	"fmt"
	"math"
)

// A Fold solves one problem, and then problems that differ from it in bounds and
// costs, as a [Solver] does, on a smaller programme: a row that says of two
// columns that one is a multiple of the other makes one of them, whatever their
// bounds are. Networks have many such rows, and long chains of them. What it
// answers is of the problem as stated, with a multiplier for every row. It is
// not safe for concurrent use; [Fold.Clone] gives another goroutine its own.
type Fold struct {
	*folding
	prob  *Problem // as stated, with the present bounds and costs; owned
	small *Solver
	bad   error // first invalid value given to a setter

	low, up []int32   // per group: the member whose bound its own is
	dirty   []int32   // groups whose bounds are to be worked out again
	isDirty []bool    // per group
	costs   []float64 // per column: its cost, with those of the columns folded into it
	recost  bool      // costs are to be worked out again
	load    []float64 // per column: its reduced cost, with those of the columns folded into it
}

// folding is what does not change with bounds and costs; it is shared by clones.
type folding struct {
	images  []Image   // without offsets
	members [][]int32 // per group
	steps   []foldStep
	rows    []int32 // per row: its place in the smaller programme, negative if gone
	parent  []Image // of columns that were folded into another
	merged  []bool  // per column: it was
}

// A foldStep takes a column and a row out: the row says what the column is. Its
// entries are those of the column with all that was folded into it before.
type foldStep struct {
	row, column int32
	entries     sparse
}

// NewFold validates and copies the problem and returns a Fold of it that starts
// from the all-logical basis of the smaller programme.
func NewFold(p *Problem) (*Fold, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	w := newReducer(p)
	w.run(w.fold)
	r := w.reduction()
	g := &folding{
		images: r.images, members: make([][]int32, len(r.roots)), steps: w.steps,
		rows: r.rows, parent: w.parent, merged: make([]bool, len(r.images)),
	}
	for j, at := range g.images {
		g.merged[j] = w.fates[j] == columnMerged
		if at.Column >= 0 {
			g.members[at.Column] = append(g.members[at.Column], int32(j))
		}
	}
	for k := range g.steps {
		g.steps[k].entries = w.columns[g.steps[k].column]
	}
	small, err := New(r.Problem)
	if err != nil {
		return nil, err
	}
	f := &Fold{folding: g, prob: p.clone(), small: small, recost: true}
	f.allocate()
	for y := range f.members {
		f.mark(y)
	}
	return f, nil
}

func (f *Fold) allocate() {
	n, groups := len(f.images), len(f.members)
	f.low, f.up, f.isDirty = make([]int32, groups), make([]int32, groups), make([]bool, groups)
	f.costs, f.load = make([]float64, n), make([]float64, n)
}

// Clone returns an independent Fold in the same state.
func (f *Fold) Clone() *Fold {
	c := *f
	c.prob, c.small, c.dirty = f.prob.clone(), f.small.Clone(), cloned(f.dirty)
	c.allocate()
	copy(c.low, f.low)
	copy(c.up, f.up)
	copy(c.isDirty, f.isDirty)
	copy(c.costs, f.costs)
	return &c
}

// fold takes a row out that is zero, whatever the bounds of its columns, only
// if there are none or if the one is zero or the two are multiples.
func (w *reducer) fold(i int32) {
	if w.rowLow[i] != 0 || w.rowUp[i] != 0 {
		return
	}
	switch w.live[i] {
	case 0:
		w.done[i], w.rows[i] = true, rowSlack
	case 1:
		j := w.left(i)[0]
		w.done[i], w.rows[i] = true, rowTaken
		w.fates[j] = columnSolved
		w.steps = append(w.steps, foldStep{row: i, column: j})
		w.fix(j, 0)
	case 2:
		if k, l, a, b, ok := w.pair(i); ok {
			w.steps = append(w.steps, foldStep{row: i, column: k})
			w.join(i, k, l, -b/a, 0)
		}
	}
}

// SetBounds changes the bounds of a column, as [Solver.SetBounds] does.
func (f *Fold) SetBounds(col int, lower, upper float64) {
	f.note(checkBounds("column", col, lower, upper))
	f.prob.Lower[col], f.prob.Upper[col] = lower, upper
	if y := f.images[col].Column; y >= 0 {
		f.mark(y)
	}
}

// SetRowBounds changes the bounds of a row, as [Solver.SetRowBounds] does. A
// row that was zero has to stay so: another bound makes the next Solve fail.
func (f *Fold) SetRowBounds(row int, lower, upper float64) {
	f.note(checkBounds("row", row, lower, upper))
	f.prob.RowLower[row], f.prob.RowUpper[row] = lower, upper
	if k := f.rows[row]; k >= 0 {
		f.small.SetRowBounds(int(k), lower, upper)
	} else if lower != 0 || upper != 0 {
		f.note(fmt.Errorf("lp: row %d: bounds [%v, %v]: a row that was 0 when it was folded stays 0", row, lower, upper))
	}
}

// SetCost changes the cost of a column, as [Solver.SetCost] does.
func (f *Fold) SetCost(col int, cost float64) {
	if !finite(cost) {
		f.note(fmt.Errorf("lp: column %d: cost %v: want a finite number", col, cost))
	}
	f.prob.Cost[col] = cost
	f.recost = true
}

func (f *Fold) note(err error) {
	if f.bad == nil {
		f.bad = err
	}
}

func (f *Fold) mark(y int) {
	if !f.isDirty[y] {
		f.isDirty[y] = true
		f.dirty = append(f.dirty, int32(y))
	}
}

// Basis returns a snapshot of the present basis, for Folds of the same problem.
func (f *Fold) Basis() Basis { return f.small.Basis() }

// SetBasis makes b the basis that the next Solve starts from, as
// [Solver.SetBasis] does.
func (f *Fold) SetBasis(b Basis) error { return f.small.SetBasis(b) }

// update brings the smaller programme's bounds and costs up to date.
func (f *Fold) update() {
	for _, y := range f.dirty {
		f.isDirty[y] = false
		f.bound(int(y))
	}
	f.dirty = f.dirty[:0]
	if !f.recost {
		return
	}
	f.recost = false
	copy(f.costs, f.prob.Cost)
	for k := range f.steps {
		if j := f.steps[k].column; f.merged[j] {
			p := f.parent[j]
			f.costs[p.Column] += float64(p.Factor * f.costs[j])
		}
	}
	for j, g := range f.images {
		if g.Column >= 0 && !f.merged[j] && f.small.prob.Cost[g.Column] != f.costs[j] {
			f.small.SetCost(g.Column, f.costs[j])
		}
	}
}

// bound gives a group the bounds of its members.
func (f *Fold) bound(y int) {
	lower, upper := math.Inf(-1), math.Inf(1)
	f.low[y], f.up[y] = f.members[y][0], f.members[y][0]
	for _, j := range f.members[y] {
		lo, up := f.prob.Lower[j]/f.images[j].Factor, f.prob.Upper[j]/f.images[j].Factor
		if f.images[j].Factor < 0 {
			lo, up = up, lo
		}
		if lo > lower {
			lower, f.low[y] = lo, j
		}
		if up < upper {
			upper, f.up[y] = up, j
		}
	}
	if b := f.small.Bounds(y); b[0] != lower || b[1] != upper {
		f.small.SetBounds(y, lower, upper)
	}
}

// foldTol is how much may be wrong with an answer's [Certificate] before the
// smaller programme counts as misleading: factors along a chain can add up.
const foldTol = 1e-9

// Solve finds an optimum or proves that there is none, as [Solver.Solve] does,
// and certifies the answer. Where the smaller programme's does not hold well for
// the problem as stated, a Solver of that answers.
func (f *Fold) Solve(ctx context.Context) (*Solution, error) {
	if f.bad != nil {
		return nil, f.bad
	}
	f.update()
	small, err := f.small.Solve(ctx)
	if err != nil {
		return nil, err
	}
	s := &Solution{Status: small.Status, Iterations: small.Iterations}
	switch small.Status {
	case Optimal:
		s.X = f.expand(small.X)
		s.Dual, s.ReducedCost = f.multipliers(small)
		s.Objective = f.prob.objective(s.X)
	case Unbounded:
		s.X, s.Ray, s.Objective = f.expand(small.X), f.expand(small.Ray), small.Objective
	case Infeasible:
		s.Ray = f.farkas(small)
	}
	if f.certify(s) <= foldTol {
		return s, nil
	}
	whole, err := New(f.prob)
	if err != nil {
		return nil, err
	}
	t, err := whole.Solve(ctx)
	if err != nil {
		return nil, err
	}
	t.Iterations += s.Iterations
	f.certify(t)
	return t, nil
}

// Exact proves the answer to the problem as stated, with its present bounds and
// costs, in rational arithmetic, as [Solver.Exact] does. A [Solver] of its own
// solves it first: the proof is about every row.
func (f *Fold) Exact(ctx context.Context) (*Exact, error) {
	if f.bad != nil {
		return nil, f.bad
	}
	s, err := New(f.prob)
	if err != nil {
		return nil, err
	}
	if _, err := s.Solve(ctx); err != nil {
		return nil, err
	}
	return s.Exact(ctx)
}

// certify puts the certificate into an answer, and returns the worst of it.
func (f *Fold) certify(s *Solution) float64 {
	c := f.prob.Certify(s)
	s.Certificate = &c
	return c.Worst()
}

// expand returns the stated columns.
func (f *Fold) expand(y []float64) []float64 {
	x := make([]float64, len(f.images))
	for j, g := range f.images {
		if g.Column >= 0 {
			x[j] = snapped(float64(g.Factor*y[g.Column])+0, f.prob.Lower[j], f.prob.Upper[j])
		}
	}
	return x
}

// multipliers gives every row its dual, and what is left of the price of a group
// to the member whose bound holds it.
func (f *Fold) multipliers(s *Solution) (dual, reduced []float64) {
	reduced = make([]float64, len(f.images))
	sign := 1.0
	if f.prob.Maximize {
		sign = -1
	}
	for y, d := range s.ReducedCost {
		if d == 0 {
			continue
		}
		j := f.low[y]
		if sign*d < 0 {
			j = f.up[y]
		}
		reduced[j] = d / f.images[j].Factor
	}
	return f.unfold(s.Dual, f.costs, reduced), reduced
}

// unfold gives the rows that are gone the multipliers with which every column
// has the reduced cost that it is to have; cost is nil for none.
func (f *Fold) unfold(kept, cost, reduced []float64) []float64 {
	y := make([]float64, len(f.rows))
	for i, k := range f.rows {
		if k >= 0 {
			y[i] = kept[k]
		}
	}
	copy(f.load, reduced)
	for k := range f.steps {
		if j := f.steps[k].column; f.merged[j] && f.load[j] != 0 {
			p := f.parent[j]
			f.load[p.Column] += float64(p.Factor * f.load[j])
		}
	}
	for k := len(f.steps) - 1; k >= 0; k-- {
		t := &f.steps[k]
		sum := exact{sum: -f.load[t.column]}
		if cost != nil {
			sum.add(cost[t.column])
		}
		pivot := 0.0
		for q, i := range t.entries.rows {
			if i == t.row {
				pivot = t.entries.vals[q]
				continue
			}
			sum.add(-float64(t.entries.vals[q] * y[i]))
		}
		y[t.row] = sum.value()/pivot + 0
	}
	return y
}

// farkas turns the proof that the smaller programme is infeasible into one of
// the stated rows.
func (f *Fold) farkas(s *Solution) []float64 {
	reduced := make([]float64, len(f.images))
	p := f.small.prob
	if p.crosses() {
		for y := range f.members {
			if p.Lower[y] > p.Upper[y] {
				reduced[f.low[y]] += 1 / f.images[f.low[y]].Factor
				reduced[f.up[y]] -= 1 / f.images[f.up[y]].Factor
				break
			}
		}
		return f.unfold(s.Ray, nil, reduced)
	}
	for y := range f.members {
		z, size := p.priced(y, s.Ray)
		if math.Abs(z) <= float64(cancelTol*size) {
			continue
		}
		j := f.low[y]
		if z > 0 { // less than nothing to gain from more
			j = f.up[y]
		}
		reduced[j] -= z / f.images[j].Factor
	}
	return f.unfold(s.Ray, nil, reduced)
}
