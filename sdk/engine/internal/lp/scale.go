package lp

import "math"

const (
	scalePasses = 4
	scaleLimit  = 20 // scale factors stay within 2^±scaleLimit
)

// geometricScale returns row and column factors, rounded to powers of two so
// that scaling is exact, which bring sqrt(min·max) of the magnitudes in every
// row and column towards one (Curtis and Reid's aim by the usual alternating
// passes).
func geometricScale(a *matrix) (row, col []float64) {
	row, col = ones(a.m), ones(a.n)
	low, high := make([]float64, a.m), make([]float64, a.m)
	for range scalePasses {
		for i := range a.m {
			low[i], high[i] = math.Inf(1), 0
		}
		for j := range a.n {
			rows, vals := a.column(j)
			for k, i := range rows {
				v := math.Abs(vals[k]) * col[j]
				low[i], high[i] = min(low[i], v), max(high[i], v)
			}
		}
		for i := range a.m {
			if high[i] > 0 {
				row[i] = 1 / (math.Sqrt(low[i]) * math.Sqrt(high[i]))
			}
		}
		for j := range a.n {
			l, h := math.Inf(1), 0.0
			rows, vals := a.column(j)
			for k, i := range rows {
				v := math.Abs(vals[k]) * row[i]
				l, h = min(l, v), max(h, v)
			}
			if h > 0 {
				col[j] = 1 / (math.Sqrt(l) * math.Sqrt(h))
			}
		}
	}
	for i := range row {
		row[i] = powerOfTwo(row[i])
	}
	for j := range col {
		col[j] = powerOfTwo(col[j])
	}
	return row, col
}

// powerOfTwo returns the power of two nearest to v > 0 on a logarithmic
// scale, within the limits.
func powerOfTwo(v float64) float64 {
	if !finite(v) || v <= 0 {
		return 1
	}
	frac, exp := math.Frexp(v) // v = frac·2^exp, frac in [1/2, 1)
	if frac < math.Sqrt2/2 {
		exp--
	}
	return math.Ldexp(1, max(-scaleLimit, min(scaleLimit, exp)))
}

func ones(n int) []float64 {
	s := make([]float64, n)
	for i := range s {
		s[i] = 1
	}
	return s
}
