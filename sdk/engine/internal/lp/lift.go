package lp

import (
	"context"
	"errors"
	"math/big"
	"math/bits"
)

// An intColumn is a column of whole numbers.
type intColumn struct {
	rows []int32
	vals []*big.Int
}

// A lifter solves square systems of whole numbers exactly: it works out the
// digits of the solution to the base of a prime, one after the other, from the
// least one up, with factors modulo the prime (J. Dixon, "Exact solution of
// linear equations using p-adic expansions", Numer. Math. 40, 1982), until
// they give fractions that solve the system.
type lifter struct {
	columns []intColumn
	factor  *modFactor
	bits    int // no numerator and no denominator of a solution has more, less the right-hand side's
}

// newLifter factors the matrix. Of a singular one it returns the columns and
// rows without a pivot.
func newLifter(columns []intColumn) (l *lifter, cols, rows []int32) {
	l = &lifter{columns: columns}
	residues := make([][]modEntry, len(columns))
	for j, c := range columns {
		residues[j] = make([]modEntry, len(c.rows))
		top := 0
		for k, i := range c.rows {
			residues[j][k] = modEntry{i, residue(c.vals[k])}
			top = max(top, c.vals[k].BitLen())
		}
		l.bits += top + bits.Len(uint(len(c.rows))) // Hadamard's bound, and more
	}
	l.factor, cols, rows = factorMod(residues)
	return l, cols, rows
}

// fractions are numbers over one denominator, which is above 0.
type fractions struct {
	num []*big.Int
	den *big.Int
}

// errLift cannot happen: the fractions are there once there are enough digits.
var errLift = errors.New("lp: exact solve: no fractions solve the system")

// solve returns the solution of B·x = rhs, or of B'·x = rhs when transposed.
func (l *lifter) solve(ctx context.Context, rhs []*big.Int, transposed bool) (*fractions, error) {
	m := len(rhs)
	e := &expansion{
		rest: make([]*big.Int, m), sum: make([]*big.Int, m), base: big.NewInt(prime), power: big.NewInt(1),
		word: make([]uint64, m), digit: make([]uint64, m), signed: make([]*big.Int, m),
	}
	top := 0
	for i, v := range rhs {
		e.rest[i], e.sum[i], e.signed[i] = new(big.Int).Set(v), new(big.Int), new(big.Int)
		top = max(top, v.BitLen())
	}
	enough := 2*(l.bits+top+bits.Len(uint(m))) + 2*wordBits
	for digits, next := 1, 2; ; digits++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		l.advance(e, transposed)
		if e.done {
			return &fractions{e.sum, big.NewInt(1)}, nil
		}
		if digits < next {
			continue
		}
		next = digits + max(1, digits/3)
		if x := e.fractions(); x != nil && l.solves(x, rhs, transposed) {
			return x, nil
		}
		if e.power.BitLen() > enough {
			return nil, errLift
		}
	}
}

const wordBits = 64

// An expansion is a solution to so many digits.
type expansion struct {
	rest   []*big.Int // of the right-hand side, over power
	sum    []*big.Int // the digits so far
	base   *big.Int
	power  *big.Int // of the base, with as many digits
	done   bool     // nothing is left: sum solves the system
	word   []uint64
	digit  []uint64
	signed []*big.Int
}

// advance works out one more digit of each unknown, around 0.
func (l *lifter) advance(e *expansion, transposed bool) {
	for i, r := range e.rest {
		e.word[i] = residue(r)
	}
	if transposed {
		l.factor.solveTransposed(e.word, e.digit)
	} else {
		l.factor.solve(e.word, e.digit)
	}
	var t big.Int
	for i, d := range e.digit {
		s := e.signed[i]
		if s.SetUint64(d); d > prime/2 {
			s.Sub(s, e.base)
		}
		if d != 0 {
			e.sum[i].Add(e.sum[i], t.Mul(s, e.power))
		}
	}
	l.times(e.signed, transposed, func(i int32, v *big.Int) { e.rest[i].Sub(e.rest[i], v) })
	e.done = true
	for _, r := range e.rest {
		if r.Sign() != 0 {
			r.Quo(r, e.base)
			e.done = e.done && r.Sign() == 0
		}
	}
	e.power.Mul(e.power, e.base)
}

// times tells the terms of B·x, or of B'·x, each with its row.
func (l *lifter) times(x []*big.Int, transposed bool, term func(i int32, v *big.Int)) {
	var t big.Int
	for j, c := range l.columns {
		if !transposed && x[j].Sign() == 0 {
			continue
		}
		for k, i := range c.rows {
			switch {
			case !transposed:
				term(i, t.Mul(c.vals[k], x[j]))
			case x[i].Sign() != 0:
				term(int32(j), t.Mul(c.vals[k], x[i]))
			}
		}
	}
}

// solves reports whether B·x, or B'·x, is the right-hand side.
func (l *lifter) solves(x *fractions, rhs []*big.Int, transposed bool) bool {
	left := make([]*big.Int, len(rhs))
	for i, v := range rhs {
		left[i] = new(big.Int).Mul(v, x.den)
	}
	l.times(x.num, transposed, func(i int32, v *big.Int) { left[i].Sub(left[i], v) })
	for _, v := range left {
		if v.Sign() != 0 {
			return false
		}
	}
	return true
}

// fractions finds numbers over one denominator that have the digits; nil when
// those are too few. What it finds may be wrong: there are more such numbers.
func (e *expansion) fractions() *fractions {
	x := &fractions{num: make([]*big.Int, len(e.sum)), den: big.NewInt(1)}
	most := e.power.BitLen()
	for _, s := range e.sum {
		v := e.around(new(big.Int).Mul(s, x.den))
		if v.BitLen() <= most/2 {
			continue
		}
		d := e.denominator(v)
		if d == nil {
			return nil
		}
		if x.den.Mul(x.den, d); x.den.BitLen() > most/2 {
			return nil
		}
	}
	for i, s := range e.sum {
		x.num[i] = e.around(new(big.Int).Mul(s, x.den))
	}
	return x
}

// around reduces v modulo power to what is nearest to 0.
func (e *expansion) around(v *big.Int) *big.Int {
	v.Rem(v, e.power)
	if 2*v.BitLen() < e.power.BitLen() {
		return v
	}
	var twice big.Int
	if twice.Lsh(v, 1).CmpAbs(e.power) > 0 {
		if v.Sign() > 0 {
			return v.Sub(v, e.power)
		}
		v.Add(v, e.power)
	}
	return v
}

// denominator returns the least d above 0 for which d·v is near 0 modulo
// power, by Euclid's algorithm (P. Wang, "A p-adic algorithm for univariate
// partial fractions", SYMSAC 1981); nil when there is none.
func (e *expansion) denominator(v *big.Int) *big.Int {
	most := e.power.BitLen()/2 - 1
	r0, r1 := new(big.Int).Set(e.power), new(big.Int).Abs(v)
	t0, t1 := new(big.Int), big.NewInt(1)
	var q, t big.Int
	for r1.BitLen() > most {
		q.QuoRem(r0, r1, r0)
		r0, r1 = r1, r0
		t0.Sub(t0, t.Mul(&q, t1))
		t0, t1 = t1, t0
	}
	if t1.Sign() == 0 || t1.BitLen() > most {
		return nil
	}
	return t1.Abs(t1)
}
