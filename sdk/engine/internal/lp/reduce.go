package lp

import "math"

const (
	// mergeRatio bounds the factor between columns that are merged, so that a
	// chain of merges keeps its digits.
	mergeRatio = 1e4
	// forcingWidth is the longest row that is looked at for whether it forces
	// its columns: long ones hardly ever do.
	forcingWidth = 40
	// reduceTol is how far, relative to max(1, |its bound|), a row that nothing
	// is left of may be from its bounds.
	reduceTol = 1e-9
	// forcingTol is how near, likewise, the most or the least that the columns
	// of a row can bring must be to what it needs, to force them.
	forcingTol = 1e-12
	// cancelTol is the magnitude, relative to the terms, below which the sum of
	// two entries counts as zero.
	cancelTol = 1e-13
)

// A Reduction is a smaller programme that stands for a stated one: its columns
// are groups of the stated columns that move together, and every point of
// either is one of the other; but a pooled column shares what it has out among
// parallel ones. It is immutable.
type Reduction struct {
	// Problem is the smaller programme. Its objective leaves a constant out.
	Problem *Problem

	images  []Image  // per column, pooled ones after the stated ones
	fates   []fate   // likewise
	pools   []pooled // what pooled columns stand for
	rows    []int32  // per stated row: its place in the smaller one, or how it went
	lowers  []anchor // per column of the smaller one: whose bound its lower bound is
	uppers  []anchor
	roots   []int32     // per column of the smaller one: the column that it is
	rowRoot []int32     // per row of the smaller one: the stated row that it is
	rowFrom [2][]anchor // per row of the smaller one: whose bounds it has
}

// An Image says what a stated column is in the smaller programme: Factor times
// its column, and Offset more. Column is -1 for one that is fixed at Offset.
type Image struct {
	Column         int
	Factor, Offset float64
}

// Image returns what stands for a stated column.
func (r *Reduction) Image(column int) Image { return r.images[column] }

// Expand returns the point of the stated programme that a point of the smaller
// one stands for.
func (r *Reduction) Expand(y []float64) []float64 {
	parts := r.parts(y)
	x := make([]float64, len(r.images)-len(r.pools))
	for j := range x {
		x[j] = r.images[j].value(y, parts)
	}
	return x
}

// How a stated row went, when it is in the smaller programme no more.
const (
	rowSlack    int32 = -1 - iota // it binds nothing: its logical is basic
	rowTaken                      // a column is basic in its place, and its logical at its lower bound
	rowTakenLow                   // the same, and its logical at its upper bound: the row at its lower one
)

// A fate is how a stated column went.
type fate int8

const (
	columnKept   fate = iota
	columnMerged      // into another one, by a row: basic
	columnSolved      // by a row of its own: basic
	columnHeld        // at its lower bound: nonbasic, or another one of its group is
	columnHeldUp      // at its upper bound
	columnPooled      // with a parallel one, into a column that stands for both
)

// An anchor is a bound of a column, or of a row.
type anchor struct {
	index int32
	upper bool
}

// reducer is the work on a Reduction.
type reducer struct {
	p              *Problem
	columns        []sparse
	members        [][]int32 // per row: columns that have, or had, an entry
	live           []int32   // per row: columns that are left in it
	lower, upper   []float64 // per column, as merged
	rowLow, rowUp  []float64 // less what is fixed
	cost           []float64
	from           [2][]anchor // of lower and of upper
	fates          []fate
	gone           []bool // per column: merged or fixed
	value          []float64
	parent         []Image // of merged columns
	pools          []pooled
	rowFrom        [2][]anchor // of rowLow and of rowUp
	rows           []int32
	done           []bool // per row
	queue          []int32
	queued         []bool
	work           []float64 // per row
	seen           []int32   // per column, by round
	round          int32
	infeasible     bool
	mergedAnything bool
	steps          []foldStep // of a fold
}

type sparse struct {
	rows []int32
	vals []float64
}

// Reduce makes a smaller programme of p by what networks have a lot of: rows
// without or with one or two columns, columns that are fixed, rows that leave
// their columns no choice, and rows that are multiples of others. It returns
// nil when it sees that p has no solution, which is for a solver to prove, and
// when nothing would be gained. What it returns also stands for p with narrower
// bounds of columns or with another objective.
func Reduce(p *Problem) *Reduction { return presolve(p, false) }

// presolve does so, and with once also makes one of columns that are multiples of
// others: that is for the bounds and the objective of p alone, and their images
// are in no column of the smaller programme.
func presolve(p *Problem, once bool) *Reduction {
	w := newReducer(p)
	for j := range p.Cost {
		if w.lower[j] == w.upper[j] {
			w.hold(int32(j), w.lower[j])
		}
	}
	w.run(w.look)
	for round := 0; round < parallelRounds && w.parallel(once); round++ {
		w.drain(w.look)
	}
	if w.infeasible || !w.mergedAnything {
		return nil
	}
	return w.reduction()
}

// run looks at every row, and again at those that a look changes.
func (w *reducer) run(look func(i int32)) {
	for i := len(w.rows) - 1; i >= 0; i-- {
		w.push(int32(i))
	}
	w.drain(look)
}

// drain looks at the rows that wait for that.
func (w *reducer) drain(look func(i int32)) {
	for len(w.queue) > 0 && !w.infeasible {
		i := w.queue[len(w.queue)-1]
		w.queue = w.queue[:len(w.queue)-1]
		w.queued[i] = false
		if !w.done[i] {
			look(i)
		}
	}
}

func newReducer(p *Problem) *reducer {
	n, m := len(p.Cost), len(p.RowLower)
	w := &reducer{
		p: p, columns: make([]sparse, n), members: make([][]int32, m), live: make([]int32, m),
		lower: cloned(p.Lower), upper: cloned(p.Upper), rowLow: cloned(p.RowLower), rowUp: cloned(p.RowUpper), cost: cloned(p.Cost),
		from:  [2][]anchor{make([]anchor, n), make([]anchor, n)},
		fates: make([]fate, n), gone: make([]bool, n), value: make([]float64, n), parent: make([]Image, n),
		rows: make([]int32, m), done: make([]bool, m), queued: make([]bool, m), work: make([]float64, m), seen: make([]int32, n),
	}
	index, vals := make([]int32, 0, len(p.Value)), make([]float64, 0, len(p.Value))
	for j := range n {
		begin := len(index)
		for k := p.ColStart[j]; k < p.ColStart[j+1]; k++ {
			if p.Value[k] != 0 {
				index, vals = append(index, int32(p.RowIndex[k])), append(vals, p.Value[k])
				w.live[p.RowIndex[k]]++
			}
		}
		end := len(index)
		w.columns[j] = sparse{index[begin:end:end], vals[begin:end:end]}
		w.from[0][j], w.from[1][j] = anchor{index: int32(j)}, anchor{index: int32(j), upper: true}
	}
	w.rowFrom = [2][]anchor{make([]anchor, m), make([]anchor, m)}
	store := make([]int32, 0, len(index))
	for i := range m {
		w.rowFrom[0][i], w.rowFrom[1][i] = anchor{index: int32(i)}, anchor{index: int32(i), upper: true}
		begin := len(store)
		store = store[:begin+int(w.live[i])]
		w.members[i] = store[begin : begin : begin+int(w.live[i])]
	}
	for j, c := range w.columns {
		for _, i := range c.rows {
			w.members[i] = append(w.members[i], int32(j))
		}
	}
	return w
}

func (w *reducer) push(i int32) {
	if !w.queued[i] && !w.done[i] {
		w.queued[i] = true
		w.queue = append(w.queue, i)
	}
}

// hold fixes a column, and leaves it nonbasic.
func (w *reducer) hold(j int32, v float64) {
	w.fates[j] = columnHeld
	w.fix(j, v)
}

// fix takes a column out at a value.
func (w *reducer) fix(j int32, v float64) {
	w.gone[j], w.value[j] = true, v
	c := w.columns[j]
	for k, i := range c.rows {
		w.live[i]--
		if v != 0 {
			w.rowLow[i] -= float64(c.vals[k] * v)
			w.rowUp[i] -= float64(c.vals[k] * v)
		}
		w.push(i)
	}
}

// look does with a row what can be done.
func (w *reducer) look(i int32) {
	low, up := w.rowLow[i], w.rowUp[i]
	free := low <= -Infinite && up >= Infinite
	switch {
	case w.live[i] == 0 || free:
		if !free && (low > emptySlack(w.p.RowLower[i]) || up < -emptySlack(w.p.RowUpper[i])) {
			w.infeasible = true
			return
		}
		w.done[i], w.rows[i] = true, rowSlack
		w.forget(i)
	case low != up:
	case w.live[i] == 1:
		w.solve(i, low)
	case w.live[i] == 2 && w.merge(i, low):
	case w.live[i] <= forcingWidth:
		w.force(i, low)
	}
}

// emptySlack is how far a row that nothing is left of may be beyond a bound.
func emptySlack(bound float64) float64 { return float64(reduceTol * max(1, math.Abs(bound))) }

// forget takes a row that binds nothing out of the columns that are left.
func (w *reducer) forget(i int32) {
	for _, j := range w.left(i) {
		c := &w.columns[j]
		for k, r := range c.rows {
			if r == i {
				c.remove(k)
				break
			}
		}
	}
}

func (c *sparse) remove(k int) {
	last := len(c.rows) - 1
	c.rows[k], c.vals[k] = c.rows[last], c.vals[last]
	c.rows, c.vals = c.rows[:last], c.vals[:last]
}

func (c *sparse) entry(i int32) float64 {
	for k, r := range c.rows {
		if r == i {
			return c.vals[k]
		}
	}
	return 0
}

// left lists the columns that are left in a row, each once, in the order in
// which they came there.
func (w *reducer) left(i int32) []int32 {
	w.round++
	kept := w.members[i][:0]
	for _, j := range w.members[i] {
		if !w.gone[j] && w.seen[j] != w.round && w.columns[j].entry(i) != 0 {
			w.seen[j] = w.round
			kept = append(kept, j)
		}
	}
	w.members[i] = kept
	return kept
}

// solve fixes the only column of a row.
func (w *reducer) solve(i int32, right float64) {
	j := w.left(i)[0]
	v := right / w.columns[j].entry(i)
	slack := float64(reduceTol * max(1, math.Abs(v)))
	if v < w.lower[j]-slack || v > w.upper[j]+slack {
		w.infeasible = true
		return
	}
	w.done[i], w.rows[i] = true, rowTaken
	w.fates[j] = columnSolved
	w.mergedAnything = true
	w.fix(j, max(w.lower[j], min(w.upper[j], v)))
}

// merge makes one column of the two of a row: a·k + b·l = right.
func (w *reducer) merge(i int32, right float64) bool {
	k, l, a, b, ok := w.pair(i)
	if !ok {
		return false
	}
	f, c := -b/a, right/a
	w.join(i, k, l, f, c)
	w.tighten(k, l, f, c)
	switch slack := float64(reduceTol * max(1, math.Abs(w.lower[l]))); {
	case w.lower[l] > w.upper[l]+slack:
		w.infeasible = true
	case w.lower[l] >= w.upper[l]:
		w.hold(l, w.upper[l])
	}
	return true
}

// join takes row i and column k = f·l + c out.
func (w *reducer) join(i, k, l int32, f, c float64) {
	w.done[i], w.rows[i] = true, rowTaken
	w.mergedAnything = true
	w.gone[k], w.fates[k], w.parent[k] = true, columnMerged, Image{Column: int(l), Factor: f, Offset: c}
	w.cost[l] += float64(w.cost[k] * f)
	w.addColumn(k, l, i, f, c)
}

// pair returns the two columns of a row, first the one to take out, and their
// entries; false when they are too different.
func (w *reducer) pair(i int32) (k, l int32, a, b float64, ok bool) {
	pair := w.left(i)
	k, l = pair[0], pair[1]
	a, b = w.columns[k].entry(i), w.columns[l].entry(i)
	if ratio := math.Abs(b / a); ratio > mergeRatio || ratio < 1/mergeRatio {
		return k, l, a, b, false
	}
	if len(w.columns[k].rows) > len(w.columns[l].rows) || w.cost[k] != 0 && w.cost[l] == 0 {
		k, l, a, b = l, k, b, a
	}
	return k, l, a, b, true
}

// tighten bounds l by the bounds of k = f·l + c.
func (w *reducer) tighten(k, l int32, f, c float64) {
	lower, upper := (w.lower[k]-c)/f, (w.upper[k]-c)/f
	lowerFrom, upperFrom := w.from[0][k], w.from[1][k]
	if f < 0 {
		lower, upper = upper, lower
		lowerFrom, upperFrom = upperFrom, lowerFrom
	}
	if lower > w.lower[l] {
		w.lower[l], w.from[0][l] = lower, lowerFrom
	}
	if upper < w.upper[l] {
		w.upper[l], w.from[1][l] = upper, upperFrom
	}
}

// addColumn adds f times column k to column l, which share row i and leave it,
// and moves c times column k to the right.
func (w *reducer) addColumn(k, l, i int32, f, c float64) {
	from, to := w.columns[k], w.columns[l]
	sum := sparse{make([]int32, 0, len(from.rows)+len(to.rows)), make([]float64, 0, len(from.rows)+len(to.rows))}
	for q, r := range from.rows {
		w.work[r] = float64(f * from.vals[q])
		if c != 0 {
			w.rowLow[r] -= float64(c * from.vals[q])
			w.rowUp[r] -= float64(c * from.vals[q])
		}
	}
	for q, r := range to.rows {
		if r == i {
			continue
		}
		v := to.vals[q]
		if t := w.work[r]; t != 0 {
			w.work[r] = 0
			w.live[r]--
			if s := v + t; math.Abs(s) <= cancelTol*max(math.Abs(v), math.Abs(t)) {
				v = 0
				w.live[r]--
			} else {
				v = s
			}
		}
		if v != 0 {
			sum.rows, sum.vals = append(sum.rows, r), append(sum.vals, v)
		}
		w.push(r)
	}
	for _, r := range from.rows {
		t := w.work[r]
		w.work[r] = 0
		if t == 0 || r == i {
			continue
		}
		sum.rows, sum.vals = append(sum.rows, r), append(sum.vals, t)
		w.members[r] = append(w.members[r], l)
		w.push(r)
	}
	w.columns[l] = sum
}

// force fixes the columns of a row at the bounds that they are all needed at
// to reach its right-hand side.
func (w *reducer) force(i int32, right float64) {
	columns := w.left(i)
	least, most := 0.0, 0.0
	for _, j := range columns {
		a := w.columns[j].entry(i)
		lo, up := float64(a*w.lower[j]), float64(a*w.upper[j])
		if a < 0 {
			lo, up = up, lo
		}
		least, most = least+lo, most+up
	}
	slack, near := emptySlack(right), float64(forcingTol*max(1, math.Abs(right)))
	var atLeast bool
	switch {
	case least > right+slack || most < right-slack:
		w.infeasible = true
		return
	case math.Abs(least-right) <= near:
		atLeast = true
	case math.Abs(most-right) <= near:
	default:
		return
	}
	w.done[i], w.rows[i] = true, rowSlack
	w.mergedAnything = true
	for _, j := range append([]int32(nil), columns...) {
		low := (w.columns[j].entry(i) > 0) == atLeast
		if low {
			w.from[1][j] = w.from[0][j]
			w.hold(j, w.lower[j])
		} else {
			w.from[0][j] = w.from[1][j]
			w.hold(j, w.upper[j])
		}
	}
}
