package lp

// matrix is the scaled constraint matrix [A' I], A' = R·A·C, by columns and
// by rows. Column n+i is the logical of row i, a unit vector. It is immutable
// after construction and shared between clones of a solver.
type matrix struct {
	m, n               int
	colStart, rowIndex []int32
	colVal             []float64
	rowStart, colIndex []int32
	rowVal             []float64
	colScale, rowScale []float64 // C and R, powers of two
}

// newMatrix scales the problem's matrix and stores it both ways. Explicit
// zeros are dropped.
func newMatrix(p *Problem) *matrix {
	n, m := len(p.Cost), len(p.RowLower)
	a := &matrix{m: m, n: n}
	a.colStart = make([]int32, n+1)
	a.rowIndex = make([]int32, 0, len(p.Value))
	a.colVal = make([]float64, 0, len(p.Value))
	for j := range n {
		for k := p.ColStart[j]; k < p.ColStart[j+1]; k++ {
			if v := p.Value[k]; v != 0 {
				a.rowIndex = append(a.rowIndex, int32(p.RowIndex[k]))
				a.colVal = append(a.colVal, v)
			}
		}
		a.colStart[j+1] = int32(len(a.colVal))
	}
	a.rowScale, a.colScale = geometricScale(a)
	for j := range n {
		for k := a.colStart[j]; k < a.colStart[j+1]; k++ {
			a.colVal[k] *= a.rowScale[a.rowIndex[k]] * a.colScale[j]
		}
	}
	a.storeRows()
	return a
}

// storeRows builds the row-wise copy.
func (a *matrix) storeRows() {
	nz := len(a.colVal)
	a.rowStart = make([]int32, a.m+1)
	for _, i := range a.rowIndex {
		a.rowStart[i+1]++
	}
	for i := range a.m {
		a.rowStart[i+1] += a.rowStart[i]
	}
	next := cloned(a.rowStart)
	a.colIndex, a.rowVal = make([]int32, nz), make([]float64, nz)
	for j := range a.n {
		for k := a.colStart[j]; k < a.colStart[j+1]; k++ {
			i := a.rowIndex[k]
			a.colIndex[next[i]], a.rowVal[next[i]] = int32(j), a.colVal[k]
			next[i]++
		}
	}
}

// column returns the entries of a structural column.
func (a *matrix) column(j int) (rows []int32, vals []float64) {
	b, e := a.colStart[j], a.colStart[j+1]
	return a.rowIndex[b:e], a.colVal[b:e]
}

// addColumn adds t times column j, structural or logical, to w.
func (a *matrix) addColumn(j int, t float64, w []float64) {
	if j >= a.n {
		w[j-a.n] += t
		return
	}
	rows, vals := a.column(j)
	for k, i := range rows {
		w[i] += float64(t * vals[k])
	}
}

// addTo adds t times column j to w, which keeps its places.
func (a *matrix) addTo(w *vector, j int, t float64) {
	if j >= a.n {
		w.v[j-a.n] += t
		w.idx = append(w.idx, int32(j-a.n))
		return
	}
	rows, vals := a.column(j)
	for k, i := range rows {
		w.v[i] += float64(t * vals[k])
	}
	w.idx = append(w.idx, rows...)
}

// dotColumn returns y·column j.
func (a *matrix) dotColumn(j int, y []float64) float64 {
	if j >= a.n {
		return y[j-a.n]
	}
	rows, vals := a.column(j)
	sum := 0.0
	for k, i := range rows {
		sum += float64(vals[k] * y[i])
	}
	return sum
}

// priceExactly returns c less y·column j, summed with compensation.
func (a *matrix) priceExactly(j int, c float64, y []float64) float64 {
	if j >= a.n {
		return c - y[j-a.n]
	}
	e := exact{sum: c}
	rows, vals := a.column(j)
	for k, i := range rows {
		e.add(-float64(vals[k] * y[i]))
	}
	return e.value()
}
