package lp

import "math"

const (
	rowSpare       = 4     // free places after every row of a fresh U
	pivotAbsolute  = 1e-10 // smallest pivot of a factorisation
	pivotThreshold = 0.1   // and relative to the largest entry of its row
	dropTolerance  = 1e-14 // entries below are dropped during elimination
)

// inverter computes factorisations; it holds the work space for that.
type inverter struct {
	a      *matrix
	basics []int32 // slot → variable
	strict float64 // relative pivot threshold

	rowStart, rowSlot []int32 // pattern of the basis matrix by rows
	colCount, colXor  []int32 // per slot: active rows, their xor
	rowCount, rowXor  []int32 // per row: active slots, their xor
	slotRow           []int32 // slot → pivot row, -1 while active
	rowDone           []bool
	stack             []int32
	uRow, uSlot       []int32 // entries of U in order of discovery
	uVal              []float64
	dropped, freeRows []int32
	kernel            kernel
	next              []int32
	unit              [1]float64
	unitRow           [1]int32
}

func newInverter(a *matrix) *inverter {
	m := a.m
	return &inverter{
		a: a, strict: pivotThreshold,
		rowStart: make([]int32, m+1), colCount: make([]int32, m), colXor: make([]int32, m),
		rowCount: make([]int32, m), rowXor: make([]int32, m), slotRow: make([]int32, m),
		rowDone: make([]bool, m), next: make([]int32, m+1), unit: [1]float64{1},
	}
}

// column returns the entries of the variable in a slot.
func (v *inverter) column(slot int32) (rows []int32, vals []float64) {
	j := int(v.basics[slot])
	if j >= v.a.n {
		v.unitRow[0] = int32(j - v.a.n)
		return v.unitRow[:], v.unit[:]
	}
	return v.a.column(j)
}

// invert factors the basis of the given variables, which must be in
// ascending order, into f, and sets head[row] to the variable that pivots
// there. If the basis is singular it returns the variables that found no
// pivot and the rows left without one; f is then not usable.
func (v *inverter) invert(f *factor, basics, head []int32) (dropped, freeRows []int32) {
	v.basics = basics
	v.reset(f)
	v.peelColumns(f, head)
	v.peelRows(f, head)
	if len(f.order) < f.m {
		v.kernel.run(v, f, head)
	}
	for s, r := range v.slotRow {
		if r < 0 {
			v.dropped = append(v.dropped, basics[s])
		}
	}
	if len(v.dropped) > 0 {
		for i, done := range v.rowDone {
			if !done {
				v.freeRows = append(v.freeRows, int32(i))
			}
		}
		return v.dropped, v.freeRows
	}
	v.storeU(f)
	v.storeRowsOfL(f)
	return nil, nil
}

func (v *inverter) reset(f *factor) {
	f.lPivot, f.lc.index, f.lc.val, f.lOpen = f.lPivot[:0], f.lc.index[:0], f.lc.val[:0], 0
	clear(f.lc.length)
	clear(f.lr.length)
	f.rPivot, f.rStart, f.rIndex, f.rVal = f.rPivot[:0], append(f.rStart[:0], 0), f.rIndex[:0], f.rVal[:0]
	f.order, f.updates = f.order[:0], 0
	v.uRow, v.uSlot, v.uVal = v.uRow[:0], v.uSlot[:0], v.uVal[:0]
	v.dropped, v.freeRows, v.stack = v.dropped[:0], v.freeRows[:0], v.stack[:0]
	clear(v.rowCount)
	clear(v.rowDone)
	for s := range v.basics {
		rows, _ := v.column(int32(s))
		v.slotRow[s], v.colCount[s], v.colXor[s] = -1, int32(len(rows)), 0
		for _, i := range rows {
			v.rowCount[i]++
			v.colXor[s] ^= i
		}
	}
	v.rowStart[0] = 0
	for i, c := range v.rowCount {
		v.rowStart[i+1] = v.rowStart[i] + c
	}
	if need := int(v.rowStart[f.m]); cap(v.rowSlot) < need {
		v.rowSlot = make([]int32, need, need+need/2)
	} else {
		v.rowSlot = v.rowSlot[:need]
	}
	copy(v.next, v.rowStart)
	for s := range v.basics {
		rows, _ := v.column(int32(s))
		for _, i := range rows {
			v.rowSlot[v.next[i]] = int32(s)
			v.next[i]++
		}
	}
}

// pivotOn records that slot s pivots on row i.
func (v *inverter) pivotOn(f *factor, head []int32, s, i int32, pivot float64) {
	f.piv[i] = pivot
	f.slot[i] = int32(len(f.order))
	f.order = append(f.order, i)
	head[i] = v.basics[s]
	v.slotRow[s] = i
	v.rowDone[i] = true
}

func (v *inverter) addU(row, slot int32, val float64) {
	v.uRow = append(v.uRow, row)
	v.uSlot = append(v.uSlot, slot)
	v.uVal = append(v.uVal, val)
}

// peelColumns pivots on columns with one active row. They need no
// elimination: all their other entries belong to U.
func (v *inverter) peelColumns(f *factor, head []int32) {
	for s := len(v.basics) - 1; s >= 0; s-- {
		if v.colCount[s] == 1 {
			v.stack = append(v.stack, int32(s))
		}
	}
	for len(v.stack) > 0 {
		s := v.stack[len(v.stack)-1]
		v.stack = v.stack[:len(v.stack)-1]
		if v.colCount[s] != 1 {
			continue
		}
		i := v.colXor[s]
		rows, vals := v.column(s)
		pivot := entryAt(rows, vals, i)
		if math.Abs(pivot) < pivotAbsolute {
			continue
		}
		for k, r := range rows {
			if r != i {
				v.addU(r, s, vals[k])
			}
		}
		v.pivotOn(f, head, s, i, pivot)
		for _, c := range v.rowSlot[v.rowStart[i]:v.rowStart[i+1]] {
			v.colXor[c] ^= i
			v.colCount[c]--
			if v.colCount[c] == 1 {
				v.stack = append(v.stack, c)
			}
		}
	}
}

// peelRows pivots on rows with one active column. Its other active entries
// become a column of L; no other column changes.
func (v *inverter) peelRows(f *factor, head []int32) {
	v.stack = v.stack[:0]
	for i := range f.m {
		if v.rowDone[i] {
			continue
		}
		v.rowCount[i], v.rowXor[i] = 0, 0
		for _, s := range v.rowSlot[v.rowStart[i]:v.rowStart[i+1]] {
			if v.slotRow[s] < 0 {
				v.rowCount[i]++
				v.rowXor[i] ^= s
			}
		}
		if v.rowCount[i] == 1 {
			v.stack = append(v.stack, int32(i))
		}
	}
	for len(v.stack) > 0 {
		i := v.stack[len(v.stack)-1]
		v.stack = v.stack[:len(v.stack)-1]
		if v.rowDone[i] || v.rowCount[i] != 1 {
			continue
		}
		s := v.rowXor[i]
		rows, vals := v.column(s)
		pivot := entryAt(rows, vals, i)
		if math.Abs(pivot) < pivotAbsolute {
			continue
		}
		v.pivotOn(f, head, s, i, pivot)
		for k, r := range rows {
			switch {
			case r == i:
			case v.rowDone[r]:
				v.addU(r, s, vals[k])
			default:
				f.lc.index = append(f.lc.index, r)
				f.lc.val = append(f.lc.val, vals[k]/pivot)
				v.rowXor[r] ^= s
				v.rowCount[r]--
				if v.rowCount[r] == 1 {
					v.stack = append(v.stack, r)
				}
			}
		}
		f.closeL(i)
	}
}

// closeL ends the column of L that belongs to pivot row i, if it has entries.
func (f *factor) closeL(i int32) {
	if end := int32(len(f.lc.index)); end > f.lOpen {
		f.lPivot = append(f.lPivot, i)
		f.lc.start[i], f.lc.length[i] = f.lOpen, end-f.lOpen
		f.lOpen = end
	}
}

func entryAt(rows []int32, vals []float64, i int32) float64 {
	for k, r := range rows {
		if r == i {
			return vals[k]
		}
	}
	return 0
}

// storeU builds both copies of U from the collected entries.
func (v *inverter) storeU(f *factor) {
	clear(f.uc.length)
	clear(f.ur.length)
	for k, i := range v.uRow {
		f.uc.length[v.slotRow[v.uSlot[k]]]++
		f.ur.length[i]++
	}
	nz := int32(len(v.uVal))
	var c, r int32
	for p := range f.m {
		f.uc.start[p], f.ur.start[p] = c, r
		f.urCap[p] = f.ur.length[p] + rowSpare
		c += f.uc.length[p]
		r += f.urCap[p]
	}
	f.uc.index, f.uc.val = sized(f.uc.index, nz), sized(f.uc.val, nz)
	f.ur.index, f.ur.val = sized(f.ur.index, r), sized(f.ur.val, r)
	clear(f.uc.length)
	clear(f.ur.length)
	for k, i := range v.uRow {
		j, val := v.slotRow[v.uSlot[k]], v.uVal[k]
		at := f.uc.start[j] + f.uc.length[j]
		f.uc.index[at], f.uc.val[at] = i, val
		f.uc.length[j]++
		at = f.ur.start[i] + f.ur.length[i]
		f.ur.index[at], f.ur.val[at] = j, val
		f.ur.length[i]++
	}
}

// storeRowsOfL builds the row-wise copy of L, in reverse pivot order.
func (v *inverter) storeRowsOfL(f *factor) {
	count := v.rowCount
	clear(count)
	for _, i := range f.lc.index {
		count[i]++
	}
	f.lrRow = f.lrRow[:0]
	end := int32(0)
	for k := len(f.order) - 1; k >= 0; k-- {
		i := f.order[k]
		if count[i] == 0 {
			continue
		}
		f.lr.start[i] = end
		end += count[i]
		f.lrRow = append(f.lrRow, i)
	}
	f.lr.index, f.lr.val = sized(f.lr.index, end), sized(f.lr.val, end)
	for _, p := range f.lPivot {
		b := f.lc.start[p]
		for q := b; q < b+f.lc.length[p]; q++ {
			i := f.lc.index[q]
			at := f.lr.start[i] + f.lr.length[i]
			f.lr.index[at], f.lr.val[at] = p, f.lc.val[q]
			f.lr.length[i]++
		}
	}
}

// sized returns a slice of length n, reusing s where it is large enough.
func sized[T any](s []T, n int32) []T {
	if cap(s) < int(n) {
		return make([]T, n, n+n/2)
	}
	return s[:n]
}
