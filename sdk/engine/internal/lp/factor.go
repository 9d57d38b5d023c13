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

	lPivot, lStart, lIndex []int32
	lVal                   []float64
	lrRow, lrStart         []int32 // rows of L in reverse pivot order
	lrIndex                []int32
	lrVal                  []float64

	piv           []float64
	ucStart, ucLn []int32
	ucIndex       []int32
	ucVal         []float64
	urStart, urLn []int32
	urCap         []int32
	urIndex       []int32
	urVal         []float64
	order, slot   []int32 // order[slot[p]] = p; other entries are dead

	rPivot, rStart, rIndex []int32
	rVal                   []float64

	updates int
	entries int // of A in the columns of the factored basis

	// What the last solves leave for update.
	spike    []int32 // entering column before the solve with U
	spikeVal []float64
	eta      []int32 // leaving row after the solve with U'
	etaVal   []float64
}

func newFactor(m int) *factor {
	return &factor{
		m: m, piv: make([]float64, m),
		ucStart: make([]int32, m), ucLn: make([]int32, m),
		urStart: make([]int32, m), urLn: make([]int32, m), urCap: make([]int32, m),
		slot:   make([]int32, m),
		lStart: make([]int32, 1, m+1), rStart: make([]int32, 1, maxUpdates+1),
		spike: make([]int32, 0, m), spikeVal: make([]float64, 0, m),
		eta: make([]int32, 0, m), etaVal: make([]float64, 0, m),
	}
}

// clone returns an independent copy.
func (f *factor) clone() *factor {
	g := newFactor(f.m)
	g.copyFrom(f)
	return g
}

// copyFrom makes g the same factorisation as src.
func (f *factor) copyFrom(src *factor) {
	f.lPivot = append(f.lPivot[:0], src.lPivot...)
	f.lStart = append(f.lStart[:0], src.lStart...)
	f.lIndex = append(f.lIndex[:0], src.lIndex...)
	f.lVal = append(f.lVal[:0], src.lVal...)
	f.lrRow = append(f.lrRow[:0], src.lrRow...)
	f.lrStart = append(f.lrStart[:0], src.lrStart...)
	f.lrIndex = append(f.lrIndex[:0], src.lrIndex...)
	f.lrVal = append(f.lrVal[:0], src.lrVal...)
	copy(f.piv, src.piv)
	copy(f.ucStart, src.ucStart)
	copy(f.ucLn, src.ucLn)
	copy(f.urStart, src.urStart)
	copy(f.urLn, src.urLn)
	copy(f.urCap, src.urCap)
	f.ucIndex = append(f.ucIndex[:0], src.ucIndex...)
	f.ucVal = append(f.ucVal[:0], src.ucVal...)
	f.urIndex = append(f.urIndex[:0], src.urIndex...)
	f.urVal = append(f.urVal[:0], src.urVal...)
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
func (f *factor) ftran(w []float64, keep bool) {
	for k, p := range f.lPivot {
		t := w[p]
		if t == 0 {
			continue
		}
		b, e := f.lStart[k], f.lStart[k+1]
		idx, val := f.lIndex[b:e], f.lVal[b:e]
		for q, i := range idx {
			w[i] -= float64(val[q] * t)
		}
	}
	for k, p := range f.rPivot {
		b, e := f.rStart[k], f.rStart[k+1]
		idx, val := f.rIndex[b:e], f.rVal[b:e]
		sum := 0.0
		for q, i := range idx {
			sum += float64(val[q] * w[i])
		}
		w[p] -= sum
	}
	if keep {
		f.spike, f.spikeVal = gather(w, f.spike[:0], f.spikeVal[:0])
	}
	for k := len(f.order) - 1; k >= 0; k-- {
		p := f.order[k]
		t := w[p]
		if t == 0 || f.slot[p] != int32(k) {
			continue
		}
		t /= f.piv[p]
		w[p] = t
		b := f.ucStart[p]
		e := b + f.ucLn[p]
		idx, val := f.ucIndex[b:e], f.ucVal[b:e]
		for q, i := range idx {
			w[i] -= float64(val[q] * t)
		}
	}
}

// btran solves B'·z = w in place. With keep it saves the partial result that
// an update of the basis in the row of the unit vector w needs.
func (f *factor) btran(w []float64, keep bool) {
	for k, p := range f.order {
		t := w[p]
		if t == 0 || f.slot[p] != int32(k) {
			continue
		}
		t /= f.piv[p]
		w[p] = t
		b := f.urStart[p]
		e := b + f.urLn[p]
		idx, val := f.urIndex[b:e], f.urVal[b:e]
		for q, i := range idx {
			w[i] -= float64(val[q] * t)
		}
	}
	if keep {
		f.eta, f.etaVal = gather(w, f.eta[:0], f.etaVal[:0])
	}
	for k := len(f.rPivot) - 1; k >= 0; k-- {
		t := w[f.rPivot[k]]
		if t == 0 {
			continue
		}
		b, e := f.rStart[k], f.rStart[k+1]
		idx, val := f.rIndex[b:e], f.rVal[b:e]
		for q, i := range idx {
			w[i] -= float64(val[q] * t)
		}
	}
	for k, r := range f.lrRow {
		t := w[r]
		if t == 0 {
			continue
		}
		b, e := f.lrStart[k], f.lrStart[k+1]
		idx, val := f.lrIndex[b:e], f.lrVal[b:e]
		for q, i := range idx {
			w[i] -= float64(val[q] * t)
		}
	}
}

// gather appends the nonzeros of w.
func gather(w []float64, idx []int32, val []float64) (index []int32, value []float64) {
	for i, v := range w {
		if v != 0 {
			idx = append(idx, int32(i))
			val = append(val, v)
		}
	}
	return idx, val
}
