package expression

import "math"

// Moments are the statistics of a sample. Variance is that with the divisor
// n-1; of one number it is 0.
type Moments struct{ Mean, Variance, Min, Max float64 }

// SD is the standard deviation of the sample.
func (m Moments) SD() float64 { return math.Sqrt(m.Variance) }

// A Sample sums numbers up that come one by one, by Welford (Technometrics 4,
// 419, 1962): its size does not depend on how many there are. The zero value is
// ready.
type Sample struct{ n, mean, squares, low, high float64 }

// Add takes one more number.
func (m *Sample) Add(x float64) {
	if m.n == 0 {
		m.low, m.high = x, x
	}
	m.n++
	d := x - m.mean
	m.mean += d / m.n
	m.squares += float64(d * (x - m.mean))
	m.low, m.high = min(m.low, x), max(m.high, x)
}

// Merge takes what another sample saw, by Chan, Golub and LeVeque (1979).
func (m *Sample) Merge(o *Sample) {
	if m.n == 0 {
		*m = *o
		return
	}
	n := m.n + o.n
	d := o.mean - m.mean
	m.mean += float64(d * (o.n / n))
	m.squares += o.squares + float64(float64(d*d)*(m.n*o.n/n))
	m.n, m.low, m.high = n, min(m.low, o.low), max(m.high, o.high)
}

// Moments are the statistics of what was seen.
func (m *Sample) Moments() Moments {
	out := Moments{Mean: m.mean, Min: m.low, Max: m.high}
	if m.n > 1 {
		out.Variance = m.squares / (m.n - 1)
	}
	return out
}
