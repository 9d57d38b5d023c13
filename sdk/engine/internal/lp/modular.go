package lp

import (
	"math/big"
	"math/bits"
)

// prime is the Mersenne prime 2^61 - 1: residues fit a word, and a product is
// reduced by shifts.
const prime = 1<<61 - 1

// mulMod returns a·b modulo prime; both are below it.
func mulMod(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return reduce(lo&prime + (lo>>61 | hi<<3))
}

// subMod returns a - b modulo prime.
func subMod(a, b uint64) uint64 {
	if a < b {
		a += prime
	}
	return a - b
}

func reduce(v uint64) uint64 {
	if v >= prime {
		return v - prime
	}
	return v
}

// invertMod returns 1/a modulo prime, by Fermat's little theorem.
func invertMod(a uint64) uint64 {
	inverse := uint64(1)
	for e := uint64(prime - 2); e > 0; e >>= 1 {
		if e&1 == 1 {
			inverse = mulMod(inverse, a)
		}
		a = mulMod(a, a)
	}
	return inverse
}

// residue returns v modulo prime.
func residue(v *big.Int) uint64 {
	base := uint64(1) << (bits.UintSize % 61) // 2^UintSize, as 2^61 is 1
	r := uint64(0)
	words := v.Bits()
	for i := len(words) - 1; i >= 0; i-- {
		w := uint64(words[i])
		r = reduce(mulMod(r, base) + reduce(w&prime+w>>61))
	}
	if v.Sign() < 0 && r > 0 {
		r = prime - r
	}
	return r
}

// A modEntry is a coefficient modulo prime in a column or a row.
type modEntry struct {
	at int32
	v  uint64
}

// A modStep is one pivot of an elimination: the rows that it was subtracted
// from, with multipliers, and what else its row had then.
type modStep struct {
	row, col int32
	inverse  uint64 // of the pivot
	lower    []modEntry
	upper    []modEntry
}

// A modFactor is the triangular form of a square matrix modulo prime.
type modFactor struct{ steps []modStep }

// solve replaces w by the solution of B·x = w, and solveTransposed by that of
// B'·y = w.
func (f *modFactor) solve(w, x []uint64) {
	for k := range f.steps {
		s := &f.steps[k]
		if t := w[s.row]; t != 0 {
			for _, e := range s.lower {
				w[e.at] = subMod(w[e.at], mulMod(e.v, t))
			}
		}
	}
	for k := len(f.steps) - 1; k >= 0; k-- {
		s := &f.steps[k]
		t := w[s.row]
		for _, e := range s.upper {
			if x[e.at] != 0 {
				t = subMod(t, mulMod(e.v, x[e.at]))
			}
		}
		x[s.col] = mulMod(t, s.inverse)
	}
}

func (f *modFactor) solveTransposed(w, y []uint64) {
	for k := range f.steps {
		s := &f.steps[k]
		t := mulMod(w[s.col], s.inverse)
		y[s.row] = t
		if t != 0 {
			for _, e := range s.upper {
				w[e.at] = subMod(w[e.at], mulMod(e.v, t))
			}
		}
	}
	for k := len(f.steps) - 1; k >= 0; k-- {
		s := &f.steps[k]
		t := y[s.row]
		for _, e := range s.lower {
			if y[e.at] != 0 {
				t = subMod(t, mulMod(e.v, y[e.at]))
			}
		}
		y[s.row] = t
	}
}

// An elimination is a factorisation at work. Singletons come first: they fill
// nothing in. Of the rest the pivot is that of least Markowitz count among a
// few of the shortest columns.
type elimination struct {
	rows    [][]modEntry // what is left, by column
	cols    [][]int32    // the rows that have the column
	rowDone []bool
	colDone []bool
	single  []modEntry // at: row or column with one entry; v: 0 row, 1 column
	place   []int32    // of a column in the row at hand, from 1
	left    int
}

// factorMod factors the square matrix with these columns. Columns without a
// pivot and as many rows are what a singular matrix has too much.
func factorMod(columns [][]modEntry) (f *modFactor, cols, rows []int32) {
	m := len(columns)
	e := &elimination{
		rows: make([][]modEntry, m), cols: make([][]int32, m), rowDone: make([]bool, m), colDone: make([]bool, m),
		place: make([]int32, m), left: m,
	}
	for j, column := range columns {
		for _, c := range column {
			if c.v != 0 {
				e.rows[c.at] = append(e.rows[c.at], modEntry{int32(j), c.v})
				e.cols[j] = append(e.cols[j], c.at)
			}
		}
	}
	for i := range m {
		e.noteRow(int32(i))
		e.noteCol(int32(i))
	}
	f = &modFactor{steps: make([]modStep, 0, m)}
	for e.left > 0 {
		row, col, ok := e.choose()
		if !ok {
			break
		}
		f.steps = append(f.steps, e.pivot(row, col))
	}
	for i := range m {
		if !e.colDone[i] {
			cols = append(cols, int32(i))
		}
		if !e.rowDone[i] {
			rows = append(rows, int32(i))
		}
	}
	return f, cols, rows
}

func (e *elimination) noteRow(i int32) {
	if len(e.rows[i]) == 1 {
		e.single = append(e.single, modEntry{i, 0})
	}
}

func (e *elimination) noteCol(j int32) {
	if len(e.cols[j]) == 1 {
		e.single = append(e.single, modEntry{j, 1})
	}
}

// choose finds the next pivot; false when nothing is left that is not zero.
func (e *elimination) choose() (row, col int32, ok bool) {
	for len(e.single) > 0 {
		s := e.single[len(e.single)-1]
		e.single = e.single[:len(e.single)-1]
		switch {
		case s.v == 0 && !e.rowDone[s.at] && len(e.rows[s.at]) == 1:
			return s.at, e.rows[s.at][0].at, true
		case s.v == 1 && !e.colDone[s.at] && len(e.cols[s.at]) == 1:
			return e.cols[s.at][0], s.at, true
		}
	}
	return e.search()
}

func (e *elimination) search() (row, col int32, ok bool) {
	const looks = 4 // columns of the least length
	shortest, seen, best := 0, 0, 0
	for j, rows := range e.cols {
		n := len(rows)
		if e.colDone[j] || n == 0 || ok && (n > shortest || n == shortest && seen == looks) {
			continue
		}
		if !ok || n < shortest {
			shortest, seen = n, 0
		}
		seen++
		for _, i := range rows {
			if cost := (n - 1) * (len(e.rows[i]) - 1); !ok || seen == 1 && i == rows[0] || cost < best {
				row, col, ok, best = i, int32(j), true, cost
			}
		}
	}
	return row, col, ok
}

// pivot takes a row and a column out.
func (e *elimination) pivot(row, col int32) modStep {
	s := modStep{row: row, col: col}
	e.rowDone[row], e.colDone[col] = true, true
	e.left--
	for _, c := range e.rows[row] {
		if c.at == col {
			s.inverse = invertMod(c.v)
			continue
		}
		s.upper = append(s.upper, c)
		e.leave(c.at, row)
	}
	e.rows[row] = nil
	for _, i := range e.cols[col] {
		if i != row {
			s.lower = append(s.lower, modEntry{i, mulMod(e.take(i, col), s.inverse)})
		}
	}
	e.cols[col] = nil
	for _, l := range s.lower {
		e.subtract(l.at, l.v, s.upper)
		e.noteRow(l.at)
	}
	for _, c := range s.upper {
		e.noteCol(c.at)
	}
	return s
}

// take removes a column's entry from a row and returns it.
func (e *elimination) take(i, col int32) uint64 {
	r := e.rows[i]
	for k := range r {
		if r[k].at == col {
			v := r[k].v
			r[k] = r[len(r)-1]
			e.rows[i] = r[:len(r)-1]
			return v
		}
	}
	return 0
}

// leave removes a row from those that have the column.
func (e *elimination) leave(col, row int32) {
	c := e.cols[col]
	for k := range c {
		if c[k] == row {
			c[k] = c[len(c)-1]
			e.cols[col] = c[:len(c)-1]
			return
		}
	}
}

// subtract takes t times the pivot's row from row i.
func (e *elimination) subtract(i int32, t uint64, upper []modEntry) {
	r := e.rows[i]
	for k := range r {
		e.place[r[k].at] = int32(k + 1)
	}
	for _, u := range upper {
		v := mulMod(t, u.v)
		if k := e.place[u.at]; k > 0 {
			r[k-1].v = subMod(r[k-1].v, v)
			continue
		}
		r = append(r, modEntry{u.at, subMod(0, v)})
		e.place[u.at] = int32(len(r))
		e.cols[u.at] = append(e.cols[u.at], i)
	}
	kept := r[:0]
	for _, c := range r {
		e.place[c.at] = 0
		if c.v == 0 {
			e.leave(c.at, i)
			continue
		}
		kept = append(kept, c)
	}
	e.rows[i] = kept
}
