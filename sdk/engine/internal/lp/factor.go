package lp

// factor holds B = L·R·U for the basis matrix B. Positions in the basis are
// numbered by pivot row, so a solve works in place on one vector of length m.
//
//   - L is a sequence of column operations from the last factorisation,
//     stored by columns and by rows.
//   - R is the sequence of row operations added by Forrest–Tomlin updates.
//   - U is upper triangular in the sequence order, stored by columns and by
//     rows without its diagonal piv.
type factor struct {
	m int

	lc, lr        triangle // L by columns and by rows, without its diagonal of ones
	lPivot, lrRow []int32  // columns that are not empty in pivot order, rows in reverse
	lOpen         int32    // where the column of L begins that is being made

	piv         []float64
	uc, ur      triangle // U by columns and by rows
	urCap       []int32
	order, slot []int32 // order[slot[p]] = p; other entries are dead

	rPivot, rStart, rIndex []int32
	rVal                   []float64

	updates int
	entries int // of A in the columns of the factored basis

	// What the last solves leave for update.
	spike    []int32 // entering column before the solve with U
	spikeVal []float64
	eta      []int32 // leaving row after the solve with U'
	etaVal   []float64

	reach reach
	work  []float64 // zero between two uses
}

// triangle is a triangular matrix as one list of entries per line.
type triangle struct {
	start, length, index []int32
	val                  []float64
}

func newTriangle(m int) triangle {
	return triangle{start: make([]int32, m), length: make([]int32, m)}
}

func (t *triangle) copyFrom(src *triangle) {
	copy(t.start, src.start)
	copy(t.length, src.length)
	t.index = append(t.index[:0], src.index...)
	t.val = append(t.val[:0], src.val...)
}

func newFactor(m int) *factor {
	return &factor{
		m: m, piv: make([]float64, m),
		lc: newTriangle(m), lr: newTriangle(m), uc: newTriangle(m), ur: newTriangle(m),
		urCap: make([]int32, m), slot: make([]int32, m), rStart: make([]int32, 1, maxUpdates+1),
		spike: make([]int32, 0, m), spikeVal: make([]float64, 0, m),
		eta: make([]int32, 0, m), etaVal: make([]float64, 0, m),
		reach: newReach(m), work: make([]float64, m),
	}
}

// clone returns an independent copy.
func (f *factor) clone() *factor {
	g := newFactor(f.m)
	g.copyFrom(f)
	return g
}

// copyFrom makes f the same factorisation as src.
func (f *factor) copyFrom(src *factor) {
	f.lc.copyFrom(&src.lc)
	f.lr.copyFrom(&src.lr)
	f.lPivot = append(f.lPivot[:0], src.lPivot...)
	f.lrRow = append(f.lrRow[:0], src.lrRow...)
	copy(f.piv, src.piv)
	f.uc.copyFrom(&src.uc)
	f.ur.copyFrom(&src.ur)
	copy(f.urCap, src.urCap)
	f.order = append(f.order[:0], src.order...)
	copy(f.slot, src.slot)
	f.rPivot = append(f.rPivot[:0], src.rPivot...)
	f.rStart = append(f.rStart[:0], src.rStart...)
	f.rIndex = append(f.rIndex[:0], src.rIndex...)
	f.rVal = append(f.rVal[:0], src.rVal...)
	f.updates, f.entries = src.updates, src.entries
}

// ftran solves B·z = w in place. With keep it saves the partial result that
// an update of the basis by this column needs.
func (f *factor) ftran(w *vector, keep bool) {
	if f.reach.from(w, &f.lc) {
		f.lc.eliminate(w)
	} else {
		f.lc.eliminateAll(w, f.lPivot)
	}
	for k, p := range f.rPivot {
		b, e := f.rStart[k], f.rStart[k+1]
		idx, val := f.rIndex[b:e], f.rVal[b:e]
		sum := 0.0
		for q, i := range idx {
			sum += float64(val[q] * w.v[i])
		}
		if sum != 0 {
			if w.v[p] == 0 {
				w.idx = append(w.idx, p) // perhaps once more: the next reach does not mind
			}
			w.v[p] -= sum
		}
	}
	if keep {
		f.spike, f.spikeVal = f.reach.gather(w, f.spike[:0], f.spikeVal[:0])
	}
	if f.reach.from(w, &f.uc) {
		f.uc.solve(w, f.piv)
		return
	}
	for k := len(f.order) - 1; k >= 0; k-- {
		if p := f.order[k]; w.v[p] != 0 && f.slot[p] == int32(k) {
			f.uc.solveOne(w.v, p, f.piv[p])
		}
	}
}

// btran solves B'·z = w in place. With keep it saves the partial result that
// an update of the basis in the row of the unit vector w needs.
func (f *factor) btran(w *vector, keep bool) {
	if f.reach.from(w, &f.ur) {
		f.ur.solve(w, f.piv)
	} else {
		for k, p := range f.order {
			if w.v[p] != 0 && f.slot[p] == int32(k) {
				f.ur.solveOne(w.v, p, f.piv[p])
			}
		}
	}
	if keep {
		f.eta, f.etaVal = f.reach.gather(w, f.eta[:0], f.etaVal[:0])
	}
	for k := len(f.rPivot) - 1; k >= 0; k-- {
		t := w.v[f.rPivot[k]]
		if t == 0 {
			continue
		}
		b, e := f.rStart[k], f.rStart[k+1]
		idx, val := f.rIndex[b:e], f.rVal[b:e]
		for q, i := range idx {
			if w.v[i] == 0 {
				w.idx = append(w.idx, i)
			}
			w.v[i] -= float64(val[q] * t)
		}
	}
	if f.reach.from(w, &f.lr) {
		f.lr.eliminate(w)
	} else {
		f.lr.eliminateAll(w, f.lrRow)
	}
}

// eliminate solves with the triangle, which has a diagonal of ones, along the
// nonzeros of w.
func (t *triangle) eliminate(w *vector) {
	for k := len(w.idx) - 1; k >= 0; k-- {
		p := w.idx[k]
		if x := w.v[p]; x != 0 && t.length[p] > 0 {
			t.subtract(w.v, p, x)
		}
	}
}

// eliminateAll does so along all lines in their order.
func (t *triangle) eliminateAll(w *vector, lines []int32) {
	for _, p := range lines {
		if x := w.v[p]; x != 0 {
			t.subtract(w.v, p, x)
		}
	}
}

// solve solves with the triangle and a diagonal along the nonzeros of w.
func (t *triangle) solve(w *vector, diagonal []float64) {
	for k := len(w.idx) - 1; k >= 0; k-- {
		if p := w.idx[k]; w.v[p] != 0 {
			t.solveOne(w.v, p, diagonal[p])
		}
	}
}

func (t *triangle) solveOne(w []float64, p int32, diagonal float64) {
	x := w[p] / diagonal
	w[p] = x
	t.subtract(w, p, x)
}

// subtract takes x times line p from w.
func (t *triangle) subtract(w []float64, p int32, x float64) {
	b := t.start[p]
	e := b + t.length[p]
	idx, val := t.index[b:e], t.val[b:e]
	for q, i := range idx {
		w[i] -= float64(val[q] * x)
	}
}
