package lp_test

import (
	"encoding/binary"
	"math"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/lp"
)

// FuzzSolve reads a small problem from bytes. Whatever it is, the solver must
// prove its answer, and a warm solve of it must agree with the cold one.
func FuzzSolve(f *testing.F) {
	f.Add([]byte{2, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
	f.Add([]byte{0, 1, 200, 100})
	f.Add([]byte{5, 5, 255, 0, 255, 0, 128, 64, 32, 16, 8, 4, 2, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		p := decode(data)
		s := newSolver(t, p)
		cold := solve(t, s)
		if c := p.Certify(cold); c.Worst() > 1e-6 {
			t.Fatalf("%v is not proven: %+v: %+v", cold.Status, c, p)
		}
		lower, upper := p.Lower[0], p.Upper[0]
		s.SetBounds(0, 0, 0)
		solve(t, s)
		s.SetBounds(0, lower, upper)
		warm := solve(t, s)
		if c := p.Certify(warm); c.Worst() > 1e-6 {
			t.Fatalf("%v is not proven after a detour: %+v: %+v", warm.Status, c, p)
		}
		if (warm.Status == lp.Optimal) != (cold.Status == lp.Optimal) || (warm.Status == lp.Optimal && !near(warm.Objective, cold.Objective, 1e-6)) {
			t.Fatalf("warm %v %v, cold %v %v: %+v", warm.Status, warm.Objective, cold.Status, cold.Objective, p)
		}
	})
}

// decode makes a problem of at most 7 rows and 8 columns, a byte per number.
func decode(data []byte) *lp.Problem {
	next := func() byte {
		if len(data) == 0 {
			return 0
		}
		b := data[0]
		data = data[1:]
		return b
	}
	number := func() float64 { // quarters, sometimes far from one
		v := float64(int8(next())) / 4
		if v == 31.75 {
			return math.Ldexp(1, int(int8(next()))/8)
		}
		return v
	}
	bounds := func() (lower, upper float64) {
		kind, at := next(), number()
		switch kind % 5 {
		case 0:
			return 0, inf
		case 1:
			return -inf, inf
		case 2:
			return at, at
		case 3:
			return -inf, at
		}
		return at, at + math.Abs(number())
	}
	m, n := int(next()%8), 1+int(next()%8)
	p := &lp.Problem{Maximize: next()%2 == 0, ColStart: []int{0}}
	for range m {
		lower, upper := bounds()
		p.RowLower, p.RowUpper = append(p.RowLower, lower), append(p.RowUpper, upper)
	}
	var word [2]byte
	for range n {
		lower, upper := bounds()
		p.Lower, p.Upper, p.Cost = append(p.Lower, lower), append(p.Upper, upper), append(p.Cost, number())
		word[0], word[1] = next(), next()
		pattern := binary.LittleEndian.Uint16(word[:])
		for i := range m {
			if pattern>>i&1 == 0 {
				continue
			}
			if v := number(); v != 0 {
				p.RowIndex, p.Value = append(p.RowIndex, i), append(p.Value, v)
			}
		}
		p.ColStart = append(p.ColStart, len(p.Value))
	}
	return p
}
