package lp

import (
	"math"
	"math/bits"
)

// parallelRounds bounds how often parallel rows and columns are looked for
// again, after what was made of those that were found.
const parallelRounds = 4

// parallel makes one of parallel rows and, if it may, of parallel columns: such
// that are multiples of one another (E. Andersen, K. Andersen, "Presolving in
// linear programming", Math. Prog. 71, 1995). Both are found by a hash of their
// pattern and of their entries over their first one, and compared entry by
// entry. It reports whether there is something to look at again.
func (w *reducer) parallel(columns bool) bool {
	w.parallelRows()
	if columns && !w.infeasible {
		w.parallelColumns()
	}
	return len(w.queue) > 0 && !w.infeasible
}

// entryHash mixes one entry into what is added up to a hash, so that the order
// of entries does not count (the constants are those of G. Steele et al.,
// "Fast splittable pseudorandom number generators", OOPSLA 2014).
func entryHash(index int32, value float64) uint64 {
	h := math.Float64bits(value) ^ (uint64(index)+1)*0x9e3779b97f4a7c15
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	return h ^ h>>27
}

// A headTable holds the first one of those with the same hash.
type headTable struct {
	keys  []uint64
	heads []int32 // and 1 more; 0 is none
}

func newHeadTable(most int) *headTable {
	size := 1 << bits.Len(uint(2*most))
	return &headTable{make([]uint64, size), make([]int32, size)}
}

// slot is where the head of a hash is, or is to be.
func (t *headTable) slot(key uint64) int {
	mask := len(t.keys) - 1
	at := int(key>>32) & mask
	for t.heads[at] != 0 && t.keys[at] != key {
		at = (at + 1) & mask
	}
	t.keys[at] = key
	return at
}

// times reports whether b is f times a, to the last digit: nothing is rounded.
func times(b, f, a float64) bool {
	hi, lo := bits.Mul64(oddPart(f), oddPart(a))
	return hi == 0 && lo < 1<<53 && b == f*a && math.Abs(b) > 1/Infinite && math.Abs(a) > 1/Infinite
}

// oddPart is the odd number that a number is, but for a power of two.
func oddPart(v float64) uint64 {
	m, _ := math.Frexp(math.Abs(v))
	whole := uint64(math.Ldexp(m, 53))
	if whole == 0 {
		return 0
	}
	return whole >> bits.TrailingZeros64(whole)
}

// wild reports whether a factor is too large or too small to be used.
func wild(f float64) bool { return !(math.Abs(f) <= mergeRatio && math.Abs(f) >= 1/mergeRatio) }

// parallelRows makes one row of those that are multiples.
func (w *reducer) parallelRows() {
	m := len(w.rows)
	first, hash, left := make([]float64, m), make([]uint64, m), 0
	for j, c := range w.columns {
		if w.gone[j] {
			continue
		}
		for k, i := range c.rows {
			if first[i] == 0 {
				first[i] = c.vals[k]
				left++
			}
			hash[i] += entryHash(int32(j), c.vals[k]/first[i])
		}
	}
	table := newHeadTable(left)
	for i := range int32(m) {
		if w.done[i] || first[i] == 0 {
			continue
		}
		at := table.slot(hash[i])
		switch head := table.heads[at] - 1; {
		case head < 0:
			table.heads[at] = i + 1
		case w.rowsParallel(head, i, first[i]/first[head]):
			w.joinRows(head, i, first[i]/first[head])
		}
	}
}

// rowsParallel reports whether row k is f times row i.
func (w *reducer) rowsParallel(i, k int32, f float64) bool {
	if w.live[i] != w.live[k] || wild(f) {
		return false
	}
	for _, j := range w.left(i) {
		if !times(w.columns[j].entry(k), f, w.columns[j].entry(i)) {
			return false
		}
	}
	return true
}

// joinRows takes row k, which is f times row i, out, and bounds row i by what
// bounds it.
func (w *reducer) joinRows(i, k int32, f float64) {
	low, up := over(w.rowLow[k], f), over(w.rowUp[k], f)
	lowFrom, upFrom := w.rowFrom[0][k], w.rowFrom[1][k]
	if f < 0 {
		low, up = up, low
		lowFrom, upFrom = upFrom, lowFrom
	}
	if low > w.rowLow[i] {
		w.rowLow[i], w.rowFrom[0][i] = low, lowFrom
	}
	if up < w.rowUp[i] {
		w.rowUp[i], w.rowFrom[1][i] = up, upFrom
	}
	if w.rowLow[i] > w.rowUp[i] {
		if w.rowLow[i]-w.rowUp[i] > emptySlack(w.rowLow[i]) {
			w.infeasible = true
			return
		}
		w.rowLow[i], w.rowFrom[0][i] = w.rowUp[i], w.rowFrom[1][i]
	}
	w.done[k], w.rows[k] = true, rowSlack
	w.forget(k)
	w.mergedAnything = true
	w.push(i)
}

// over is a bound divided by f.
func over(bound, f float64) float64 {
	if math.Abs(bound) >= Infinite {
		return bound * math.Copysign(math.Inf(1), f)
	}
	return bound / f
}

// parallelColumns makes one column of those that are multiples, cost and all,
// and fixes those that another one does better than.
func (w *reducer) parallelColumns() {
	table := newHeadTable(len(w.columns))
	for k := range int32(len(w.columns)) {
		c := &w.columns[k]
		if w.gone[k] || len(c.rows) == 0 || !(w.lower[k] <= w.upper[k]) {
			continue
		}
		first, hash := c.first(), uint64(0)
		for q, i := range c.rows {
			hash += entryHash(i, c.vals[q]/first)
		}
		at, left := table.slot(hash), k
		if j := table.heads[at] - 1; j >= 0 && !w.gone[j] {
			if f, is := w.columnsParallel(j, k); is {
				left = w.twins(j, k, f)
			}
		}
		table.heads[at] = left + 1
	}
}

// first is the entry of the first row.
func (c *sparse) first() float64 {
	at := 0
	for k, i := range c.rows {
		if i < c.rows[at] {
			at = k
		}
	}
	return c.vals[at]
}

// columnsParallel returns f when column k is f times column j.
func (w *reducer) columnsParallel(j, k int32) (f float64, ok bool) {
	a, b := &w.columns[j], &w.columns[k]
	if f = b.first() / a.first(); len(a.rows) != len(b.rows) || wild(f) {
		return f, false
	}
	for q, i := range a.rows {
		w.work[i] = a.vals[q]
	}
	ok = true
	for q, i := range b.rows {
		if !times(b.vals[q], f, w.work[i]) {
			ok = false
			break
		}
	}
	for _, i := range a.rows {
		w.work[i] = 0
	}
	return f, ok
}

// twins does with column j and column k, which is f times j, what can be done,
// and returns a column that is left. Where they cost the same for what they
// do, they become one. Otherwise one of them gains from going up at the
// expense of the other: when nothing stops the other, to where its own bound
// does.
func (w *reducer) twins(j, k int32, f float64) int32 {
	d := w.cost[k] - float64(f*w.cost[j])
	if w.p.Maximize {
		d = -d
	}
	if d == 0 {
		return w.pool(j, k, f)
	}
	sideK := 0
	if d < 0 {
		sideK = 1
	}
	sideJ := sideK
	if f > 0 {
		sideJ = 1 - sideK
	}
	switch endJ, endK := w.end(j, sideJ), w.end(k, sideK); {
	case math.IsInf(endJ, 0) && !math.IsInf(endK, 0):
		w.hang(k, sideK, endK)
		return j
	case math.IsInf(endK, 0) && !math.IsInf(endJ, 0):
		w.hang(j, sideJ, endJ)
	}
	return k
}

// end is a column's lower bound (side 0) or upper one (side 1).
func (w *reducer) end(j int32, side int) float64 {
	if side == 0 {
		return openBound(w.lower[j])
	}
	return openBound(w.upper[j])
}

// openBound is a bound, infinite if it counts as that.
func openBound(v float64) float64 {
	if math.Abs(v) >= Infinite {
		return math.Copysign(math.Inf(1), v)
	}
	return v
}

// hang fixes a column at one of its bounds.
func (w *reducer) hang(j int32, side int, v float64) {
	w.from[1-side][j] = w.from[side][j]
	w.mergedAnything = true
	w.hold(j, v)
}

// A pooled column stands for two parallel ones: it is the first, and factor
// times the second. Its number follows those of the stated columns.
type pooled struct {
	parts  [2]int32
	factor float64
	bounds [2][2]float64 // per part: lower and upper
	from   [2][2]anchor  // per part: whose they are
}

// pool makes one column of j and of k, which is f times j.
func (w *reducer) pool(j, k int32, f float64) int32 {
	t := pooled{parts: [2]int32{j, k}, factor: f}
	for q, part := range t.parts {
		for side := range 2 {
			t.bounds[q][side], t.from[q][side] = w.end(part, side), w.from[side][part]
		}
		w.gone[part], w.fates[part] = true, columnPooled
	}
	w.pools = append(w.pools, t)
	y := int32(len(w.columns))
	lower := t.bounds[0][0] + float64(f*t.bounds[1][t.side(1, 0)])
	upper := t.bounds[0][1] + float64(f*t.bounds[1][t.side(1, 1)])
	w.columns, w.cost = append(w.columns, w.columns[j]), append(w.cost, w.cost[j])
	w.lower, w.upper = append(w.lower, lower), append(w.upper, upper)
	w.from[0], w.from[1] = append(w.from[0], anchor{index: y}), append(w.from[1], anchor{index: y, upper: true})
	w.fates, w.gone = append(w.fates, columnKept), append(w.gone, false)
	w.value, w.parent, w.seen = append(w.value, 0), append(w.parent, Image{}), append(w.seen, 0)
	for _, i := range w.columns[y].rows {
		w.live[i]--
		w.members[i] = append(w.members[i], y)
		w.push(i)
	}
	w.mergedAnything = true
	return y
}

// side is which bound of a part the pooled column's lower (0) or upper (1) one
// needs.
func (t *pooled) side(part, side int) int {
	if part == 1 && t.factor < 0 {
		return 1 - side
	}
	return side
}

// split shares a value out: one of the parts is at a bound of its own, the
// one nearest to 0 that leaves the other between its bounds, and the other
// makes up the rest. Side is 2 for a part that is free, and 0.
func (t *pooled) split(y float64) (part, side int, values [2]float64) {
	part, side, values = 1, 2, [2]float64{y, 0}
	best, size := math.Inf(1), math.Inf(1)
	for q := 1; q >= 0; q-- {
		for s, bound := range t.bounds[q] {
			if math.IsInf(bound, 0) {
				continue
			}
			v := [2]float64{y - float64(t.factor*bound), bound}
			if q == 0 {
				v = [2]float64{bound, (y - bound) / t.factor}
			}
			other := v[1-q]
			off := max(0, t.bounds[1-q][0]-other, other-t.bounds[1-q][1])
			if off < best || off == best && math.Abs(bound) < size {
				best, size = off, math.Abs(bound)
				part, side, values = q, s, v
			}
		}
	}
	return part, side, values
}

// place puts the parts where the pooled column is: it is basic with value y,
// or at one of its bounds, which takes both to theirs.
func (t *pooled) place(at place, y float64, places []place) {
	put := func(part, side int) {
		if side == 2 || math.IsInf(t.bounds[part][side], 0) {
			places[t.parts[part]] = atZero
			return
		}
		places[t.from[part][side].index] = t.from[part][side].place()
	}
	switch at {
	case inBasis:
		part, side, _ := t.split(y)
		put(part, side)
	case atUpper:
		put(0, t.side(0, 1))
		put(1, t.side(1, 1))
	case atLower, between:
		put(0, t.side(0, 0))
		put(1, t.side(1, 0))
	case atZero:
		for part, b := range t.bounds {
			if math.IsInf(b[0], 0) {
				put(part, 1)
			} else {
				put(part, 0)
			}
		}
	}
}

// place is where a column that an anchor names is at the bound that it names.
func (a anchor) place() place {
	if a.upper {
		return atUpper
	}
	return atLower
}
