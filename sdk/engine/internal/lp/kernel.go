package lp

import "math"

// searchLimit is how many rows and columns a Markowitz search looks at once
// it has a candidate (Zlatev's strategy).
const searchLimit = 4

// kernel eliminates what is left of a basis matrix after peeling. The active
// submatrix is stored by rows with values and by columns as a pattern. Pivots
// have small Markowitz counts and are not small within their row, which
// bounds the growth (Suhl and Suhl 1990).
type kernel struct {
	row, col strand // by row with slots, by slot with rows
	rowVal   []float64
	rowMax   []float64 // largest magnitude in a row, -1 when not known
	work     []float64 // pivot row, by slot
	seen     []bool
	rows     countLists
	cols     countLists
	pivotRow []int32
	pivotCol []int32
}

// strand is a set of growable integer lists in one store.
type strand struct {
	start, length, limit []int32
	index                []int32
}

func (s *strand) list(i int32) []int32 { return s.index[s.start[i] : s.start[i]+s.length[i]] }

// remove deletes the entry at place k of list i by moving the last one there.
func (s *strand) remove(i, k int32) {
	b, last := s.start[i], s.length[i]-1
	s.index[b+k] = s.index[b+last]
	s.length[i] = last
}

func (s *strand) find(i, x int32) int32 {
	for k, y := range s.list(i) {
		if y == x {
			return int32(k)
		}
	}
	return -1
}

// countLists are doubly linked lists of rows or slots by number of entries.
type countLists struct{ head, next, prev []int32 }

func (c *countLists) reset(m int) {
	if len(c.next) != m {
		c.head, c.next, c.prev = make([]int32, m+1), make([]int32, m), make([]int32, m)
	}
	for i := range c.head {
		c.head[i] = -1
	}
}

func (c *countLists) link(i, count int32) {
	h := c.head[count]
	c.next[i], c.prev[i] = h, -2-count // a negative prev names the list
	if h >= 0 {
		c.prev[h] = i
	}
	c.head[count] = i
}

func (c *countLists) unlink(i int32) {
	n, p := c.next[i], c.prev[i]
	if p >= 0 {
		c.next[p] = n
	} else {
		c.head[-2-p] = n
	}
	if n >= 0 {
		c.prev[n] = p
	}
}

// run factors the active submatrix of v.
func (k *kernel) run(v *inverter, f *factor, head []int32) {
	k.load(v, f)
	for {
		i, s := k.choose(v)
		if i < 0 {
			return
		}
		k.eliminate(v, f, head, i, s)
	}
}

func (k *kernel) load(v *inverter, f *factor) {
	m := f.m
	k.rows.reset(m)
	k.cols.reset(m)
	if len(k.work) != m {
		k.work, k.seen, k.rowMax = make([]float64, m), make([]bool, m), make([]float64, m)
		for _, s := range []*strand{&k.row, &k.col} {
			s.start, s.length, s.limit = make([]int32, m), make([]int32, m), make([]int32, m)
		}
	}
	k.row.index, k.rowVal, k.col.index = k.row.index[:0], k.rowVal[:0], k.col.index[:0]
	clear(k.row.length)
	for s := range v.basics {
		if v.slotRow[s] >= 0 {
			continue
		}
		slot := int32(s)
		rows, vals := v.column(slot)
		k.col.start[s] = int32(len(k.col.index))
		for q, i := range rows {
			if v.rowDone[i] {
				v.addU(i, slot, vals[q])
				continue
			}
			k.col.index = append(k.col.index, i)
			k.row.length[i]++
		}
		n := int32(len(k.col.index)) - k.col.start[s]
		k.col.length[s], k.col.limit[s] = n, n
		k.cols.link(slot, n)
	}
	end := int32(0)
	for i, done := range v.rowDone {
		if done {
			continue
		}
		n := k.row.length[i]
		k.row.start[i], k.row.limit[i], k.rowMax[i] = end, n, -1
		end += n
		k.rows.link(int32(i), n)
		k.row.length[i] = 0
	}
	k.row.index, k.rowVal = sized(k.row.index, end), sized(k.rowVal, end)
	for s := range v.basics {
		if v.slotRow[s] >= 0 {
			continue
		}
		rows, vals := v.column(int32(s))
		for q, i := range rows {
			if !v.rowDone[i] {
				at := k.row.start[i] + k.row.length[i]
				k.row.index[at], k.rowVal[at] = int32(s), vals[q]
				k.row.length[i]++
			}
		}
	}
}

// largest returns the largest magnitude in row i.
func (k *kernel) largest(i int32) float64 {
	if k.rowMax[i] < 0 {
		b := k.row.start[i]
		top := 0.0
		for _, x := range k.rowVal[b : b+k.row.length[i]] {
			top = max(top, math.Abs(x))
		}
		k.rowMax[i] = top
	}
	return k.rowMax[i]
}

// choose returns the next pivot as row and slot, or -1 when none is left.
func (k *kernel) choose(v *inverter) (row, slot int32) {
	row, slot = -1, -1
	best, searched := math.Inf(1), 0
	for count := int32(1); int(count) < len(k.cols.head); count++ {
		bound := float64(count-1) * float64(count-1)
		for s := k.cols.head[count]; s >= 0; s = k.cols.next[s] {
			for _, i := range k.col.list(s) {
				merit := float64(count-1) * float64(k.row.length[i]-1)
				if merit >= best {
					continue
				}
				x := math.Abs(k.rowVal[k.row.start[i]+k.row.find(i, s)])
				if x >= pivotAbsolute && x >= v.strict*k.largest(i) {
					best, row, slot = merit, i, s
				}
			}
			searched++
			if row >= 0 && (searched >= searchLimit || best <= bound) {
				return row, slot
			}
		}
		for i := k.rows.head[count]; i >= 0; i = k.rows.next[i] {
			b := k.row.start[i]
			least := max(pivotAbsolute, v.strict*k.largest(i))
			for q, s := range k.row.list(i) {
				merit := float64(count-1) * float64(k.col.length[s]-1)
				if merit < best && math.Abs(k.rowVal[b+int32(q)]) >= least {
					best, row, slot = merit, i, s
				}
			}
			searched++
			if row >= 0 && (searched >= searchLimit || best <= bound) {
				return row, slot
			}
		}
	}
	return row, slot
}

// eliminate pivots on (i, s).
func (k *kernel) eliminate(v *inverter, f *factor, head []int32, i, s int32) {
	b := k.row.start[i]
	k.pivotRow = append(k.pivotRow[:0], k.row.list(i)...)
	k.pivotCol = append(k.pivotCol[:0], k.col.list(s)...)
	pivot := 0.0
	k.rows.unlink(i)
	k.cols.unlink(s)
	for q, c := range k.pivotRow {
		x := k.rowVal[b+int32(q)]
		if c == s {
			pivot = x
			continue
		}
		k.work[c] = x
		v.addU(i, c, x)
		k.cols.unlink(c)
		k.col.remove(c, k.col.find(c, i))
	}
	v.pivotOn(f, head, s, i, pivot)
	for _, r := range k.pivotCol {
		if r != i {
			k.reduce(f, r, s, pivot)
		}
	}
	f.closeL(i)
	for _, c := range k.pivotRow {
		if c != s {
			k.cols.link(c, k.col.length[c])
			k.work[c] = 0
		}
	}
}

// reduce subtracts a multiple of the pivot row, in work, from row r so that
// its entry in slot s vanishes.
func (k *kernel) reduce(f *factor, r, s int32, pivot float64) {
	k.rows.unlink(r)
	k.rowMax[r] = -1
	at := k.row.find(r, s)
	b := k.row.start[r]
	mult := k.rowVal[b+at] / pivot
	k.removeEntry(r, at)
	f.lc.index = append(f.lc.index, r)
	f.lc.val = append(f.lc.val, mult)
	for q := int32(0); q < k.row.length[r]; {
		c := k.row.index[b+q]
		w := k.work[c]
		if w == 0 {
			q++
			continue
		}
		k.seen[c] = true
		x := k.rowVal[b+q] - float64(mult*w)
		if math.Abs(x) < dropTolerance {
			k.removeEntry(r, q)
			k.col.remove(c, k.col.find(c, r))
			continue
		}
		k.rowVal[b+q] = x
		q++
	}
	for _, c := range k.pivotRow {
		if k.seen[c] {
			k.seen[c] = false
			continue
		}
		if c == s {
			continue
		}
		x := float64(-mult * k.work[c])
		if math.Abs(x) < dropTolerance {
			continue
		}
		k.appendEntry(r, c, x)
	}
	k.rows.link(r, k.row.length[r])
}

func (k *kernel) removeEntry(r, at int32) {
	b := k.row.start[r]
	k.rowVal[b+at] = k.rowVal[b+k.row.length[r]-1]
	k.row.remove(r, at)
}

// appendEntry adds fill-in.
func (k *kernel) appendEntry(r, c int32, x float64) {
	if n := k.row.length[r]; n == k.row.limit[r] {
		b := k.row.start[r]
		k.row.start[r], k.row.limit[r] = int32(len(k.row.index)), 2*n+rowSpare
		k.row.index = append(k.row.index, k.row.index[b:b+n]...)
		k.rowVal = append(k.rowVal, k.rowVal[b:b+n]...)
		for range k.row.limit[r] - n {
			k.row.index = append(k.row.index, 0)
			k.rowVal = append(k.rowVal, 0)
		}
	}
	at := k.row.start[r] + k.row.length[r]
	k.row.index[at], k.rowVal[at] = c, x
	k.row.length[r]++

	if n := k.col.length[c]; n == k.col.limit[c] {
		b := k.col.start[c]
		k.col.start[c], k.col.limit[c] = int32(len(k.col.index)), 2*n+rowSpare
		k.col.index = append(k.col.index, k.col.index[b:b+n]...)
		for range k.col.limit[c] - n {
			k.col.index = append(k.col.index, 0)
		}
	}
	k.col.index[k.col.start[c]+k.col.length[c]] = r
	k.col.length[c]++
}
