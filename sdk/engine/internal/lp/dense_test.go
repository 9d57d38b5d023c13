package lp_test

import (
	"math"
	"math/rand/v2"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/lp"
)

var inf = math.Inf(1)

// dense builds a problem from rows of coefficients.
func dense(maximize bool, cost []float64, rows [][]float64, rowLower, rowUpper, lower, upper []float64) *lp.Problem {
	p := &lp.Problem{
		Maximize: maximize, Cost: cost, Lower: lower, Upper: upper,
		RowLower: rowLower, RowUpper: rowUpper, ColStart: []int{0},
	}
	for j := range cost {
		for i, row := range rows {
			if row[j] != 0 {
				p.RowIndex = append(p.RowIndex, i)
				p.Value = append(p.Value, row[j])
			}
		}
		p.ColStart = append(p.ColStart, len(p.Value))
	}
	return p
}

// kinds of bounds that random problems draw from.
func randomBounds(r *rand.Rand, at float64) (lower, upper float64) {
	switch r.IntN(6) {
	case 0:
		return -inf, inf
	case 1:
		return at - float64(r.IntN(3)), inf
	case 2:
		return -inf, at + float64(r.IntN(3))
	case 3:
		return at, at
	}
	return at - float64(r.IntN(4)), at + float64(r.IntN(4))
}

// randomProblem makes a small sparse problem with integer data, which makes
// it highly degenerate. With feasible, a random point satisfies it.
func randomProblem(r *rand.Rand, feasible bool) *lp.Problem {
	m, n := r.IntN(9), 1+r.IntN(12)
	p := &lp.Problem{Maximize: r.IntN(2) == 0, ColStart: []int{0}}
	activity := make([]float64, m)
	for range n {
		x := float64(r.IntN(7) - 3)
		for i := range m {
			if r.IntN(3) > 0 {
				continue
			}
			v := float64(r.IntN(9) - 4)
			if v == 0 {
				continue
			}
			p.RowIndex, p.Value = append(p.RowIndex, i), append(p.Value, v)
			activity[i] += v * x
		}
		p.ColStart = append(p.ColStart, len(p.Value))
		lower, upper := randomBounds(r, x)
		p.Lower, p.Upper = append(p.Lower, lower), append(p.Upper, upper)
		p.Cost = append(p.Cost, float64(r.IntN(7)-3))
	}
	for _, a := range activity {
		if !feasible {
			a = float64(r.IntN(21) - 10)
		}
		lower, upper := randomBounds(r, a)
		p.RowLower, p.RowUpper = append(p.RowLower, lower), append(p.RowUpper, upper)
	}
	return p
}

// rescale multiplies rows and columns by random factors over many orders of
// magnitude; the optimal objective stays the same.
func rescale(r *rand.Rand, p *lp.Problem, decades float64) *lp.Problem {
	q := &lp.Problem{Maximize: p.Maximize, ColStart: p.ColStart, RowIndex: p.RowIndex}
	factor := func() float64 { return math.Pow(10, decades*(r.Float64()-0.5)) }
	row := make([]float64, len(p.RowLower))
	for i := range row {
		row[i] = factor()
		q.RowLower, q.RowUpper = append(q.RowLower, p.RowLower[i]*row[i]), append(q.RowUpper, p.RowUpper[i]*row[i])
	}
	for j := range p.Cost {
		c := factor()
		q.Cost = append(q.Cost, p.Cost[j]*c)
		q.Lower, q.Upper = append(q.Lower, p.Lower[j]/c), append(q.Upper, p.Upper[j]/c)
		for k := p.ColStart[j]; k < p.ColStart[j+1]; k++ {
			q.Value = append(q.Value, p.Value[k]*row[p.RowIndex[k]]*c)
		}
	}
	return q
}
