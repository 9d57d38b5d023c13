package expression

import "math"

// The distributions below are those of the same names, of numbers from low to
// high only, both of them included; low and high may be infinite. They take a
// bounded time for every window that is not next to impossible: in tails they
// draw from what lies close above the density. Where the window holds nothing
// of the distribution they are NaN.

// tries is how often a draw from the whole distribution is tried before the way
// that is for narrow windows and tails.
const tries = 64

// until draws until a number is taken. Those that are drawn from close above a
// density are taken soon; of parameters at the limits of what numbers can be
// none may be, and it is NaN.
func (r *Random) until(draw func() (z float64, take bool)) float64 {
	const most = 1 << 16
	for range most {
		if z, take := draw(); take {
			return z
		}
	}
	return math.NaN()
}

// accept reports true with a probability whose logarithm is given.
func (r *Random) accept(logarithm float64) bool { return log(r.open()) < logarithm }

// decay returns a number of [0, width] of the exponential distribution with
// mean 1.
func (r *Random) decay(width float64) float64 {
	if width < 1 {
		return r.until(func() (float64, bool) {
			x := float64(width * r.Float64())
			return x, r.accept(-x)
		})
	}
	return min(width, -log(1-float64(r.Float64()*(1-exp(-width)))))
}

// ExponentialBetween is of a rate > 0, which is 1 over the mean.
func (r *Random) ExponentialBetween(rate, low, high float64) float64 {
	if low = max(low, 0); !(rate > 0) || !(low <= high) || math.IsInf(low, 1) {
		return math.NaN()
	}
	return clamp(low+r.decay((high-low)*rate)/rate, low, high)
}

// UniformBetween is of the numbers that both windows have.
func (r *Random) UniformBetween(from, to, low, high float64) float64 {
	return r.Uniform(max(from, low), min(to, high))
}

// LaplaceBetween is of a location and a scale > 0.
func (r *Random) LaplaceBetween(location, scale, low, high float64) float64 {
	a, b := (low-location)/scale, (high-location)/scale
	var z float64
	switch {
	case !(low <= high) || !window(a, b) || !(scale > 0):
		return math.NaN()
	case a >= 0:
		z = a + r.decay(b-a)
	case b <= 0:
		z = b - r.decay(b-a)
	default:
		if left, right := 1-exp(a), 1-exp(-b); r.Float64()*(left+right) < left {
			z = -r.decay(-a)
		} else {
			z = r.decay(b)
		}
	}
	return clamp(location+float64(scale*z), low, high)
}

// clamp keeps rounding from leading out of a window.
func clamp(x, low, high float64) float64 { return min(high, max(low, x)) }

// window reports whether there is a number from a to b.
func window(a, b float64) bool {
	return a <= b && !math.IsInf(a, 1) && !math.IsInf(b, -1)
}

// RayleighBetween is of a scale > 0.
func (r *Random) RayleighBetween(scale, low, high float64) float64 {
	a, b := max(low, 0)/scale, high/scale
	if !(low <= high) || !window(a, b) || !(scale > 0) {
		return math.NaN()
	}
	// Half the square of it is exponential.
	return clamp(scale*math.Sqrt(2*r.ExponentialBetween(1, 0.5*a*a, 0.5*b*b)), low, high)
}

// LogNormalBetween is of the mean and the standard deviation > 0 of the
// logarithm.
func (r *Random) LogNormalBetween(mean, sd, low, high float64) float64 {
	if !(high > 0) {
		return math.NaN()
	}
	return clamp(exp(r.NormalBetween(mean, sd, log(max(low, 0)), log(high))), low, high)
}

// NormalBetween is of a mean and a standard deviation > 0.
func (r *Random) NormalBetween(mean, sd, low, high float64) float64 {
	a, b := (low-mean)/sd, (high-mean)/sd
	var z float64
	switch {
	case !(low <= high) || !window(a, b) || !(sd > 0):
		return math.NaN()
	case b <= 0:
		z = -r.normalTail(-b, -a)
	case a >= 0:
		z = r.normalTail(a, b)
	case b-a < 2:
		z = r.until(func() (float64, bool) {
			z := a + float64((b-a)*r.Float64())
			return z, r.accept(-0.5 * z * z)
		})
	default:
		z = r.until(func() (float64, bool) {
			z := r.normal()
			return z, z >= a && z <= b
		})
	}
	return clamp(mean+float64(sd*z), low, high)
}

// normalTail draws from 0 ≤ a to b, from an exponential density of the rate
// that C. P. Robert found to be best (Statistics and Computing 5, 121, 1995).
func (r *Random) normalTail(a, b float64) float64 {
	const far = 1e7 // beyond, the tail is exponential as far as numbers can tell
	if a > far {
		return a + r.decay((b-a)*a)/a
	}
	rate := float64(0.5 * (a + math.Sqrt(float64(a*a)+4)))
	top := min(rate, b) // where it is closest to the normal density
	return r.until(func() (float64, bool) {
		z := a + r.decay((b-a)*rate)/rate
		d, e := z-rate, top-rate
		return z, r.accept(float64(0.5*e*e) - float64(0.5*d*d))
	})
}

// CauchyBetween is of a location and a scale > 0.
func (r *Random) CauchyBetween(location, scale, low, high float64) float64 {
	a, b := (low-location)/scale, (high-location)/scale
	var z float64
	switch {
	case !(low <= high) || !window(a, b) || !(scale > 0):
		return math.NaN()
	case a >= 1:
		z = r.cauchyTail(a, b)
	case b <= -1:
		z = -r.cauchyTail(-b, -a)
	case b-a < 2:
		nearest := max(a, min(b, 0))
		z = r.until(func() (float64, bool) {
			z := a + float64((b-a)*r.Float64())
			return z, r.Float64()*(1+float64(z*z)) < 1+float64(nearest*nearest)
		})
	default:
		z = r.until(func() (float64, bool) {
			z := r.Cauchy(0, 1)
			return z, z >= a && z <= b
		})
	}
	return clamp(location+float64(scale*z), low, high)
}

// cauchyTail draws from 1 ≤ a to b, by the density 1/z².
func (r *Random) cauchyTail(a, b float64) float64 {
	return r.until(func() (float64, bool) {
		z := 1 / (1/a - float64(r.Float64()*(1/a-1/b)))
		return z, r.Float64()*(1+1/float64(z*z)) < 1
	})
}

// ChiSquareBetween is of degrees of freedom > 0.
func (r *Random) ChiSquareBetween(degrees, low, high float64) float64 {
	return r.GammaBetween(0.5*degrees, 2, low, high)
}

// GammaBetween is of a shape and a scale > 0.
func (r *Random) GammaBetween(shape, scale, low, high float64) float64 {
	a, b := max(low, 0)/scale, high/scale
	if !(low <= high) || !window(a, b) || !(b > 0) || !(shape > 0) || !(scale > 0) || math.IsInf(shape, 1) {
		return math.NaN()
	}
	for range tries {
		if z := r.gamma(shape); z >= a && z <= b {
			return clamp(scale*z, low, high)
		}
	}
	var z float64
	switch mode := shape - 1; {
	case a > max(mode, 0):
		z = r.gammaTail(shape, a, b)
	case shape < 1: // and a is 0
		z = r.until(func() (float64, bool) {
			z := b * exp(log(r.open())/shape)
			return z, r.accept(-z)
		})
	default:
		top := max(a, min(b, mode))
		z = r.until(func() (float64, bool) {
			z := a + float64((b-a)*r.open())
			return z, mode == 0 && r.accept(top-z) || mode > 0 && r.accept(float64(mode*log(z/top))-(z-top))
		})
	}
	return clamp(scale*z, low, high)
}

// gammaTail draws from a, beyond the mode, to b, from the exponential density
// that touches that at a.
func (r *Random) gammaTail(shape, a, b float64) float64 {
	bend := max(0, (shape-1)/a)
	rate := 1 - bend
	return r.until(func() (float64, bool) {
		z := a + r.decay((b-a)*rate)/rate
		return z, r.accept(float64((shape-1)*log(z/a)) - float64(bend*(z-a)))
	})
}

// PoissonBetween is of a mean ≥ 0.
func (r *Random) PoissonBetween(mean, low, high float64) float64 {
	low, high = math.Ceil(max(low, 0)), math.Floor(min(high, MaxCount))
	if !(mean >= 0) || !(low <= high) || mean == 0 && low > 0 {
		return math.NaN()
	}
	for range tries {
		if k := r.Poisson(mean); k >= low && k <= high {
			return k
		}
	}
	return r.outOf(low, high, max(low, min(high, math.Floor(mean))), func(k float64) float64 { return mean / (k + 1) })
}

// BinomialBetween is of n trials, a whole number, with probability p.
func (r *Random) BinomialBetween(n, p, low, high float64) float64 {
	low, high = math.Ceil(max(low, 0)), math.Floor(min(high, n))
	if !(p >= 0 && p <= 1) || !(n >= 0 && n <= MaxCount) || !(low <= high) || p == 0 && low > 0 || p == 1 && high < n {
		return math.NaN()
	}
	for range tries {
		if k := r.Binomial(n, p); k >= low && k <= high {
			return k
		}
	}
	odds := p / (1 - p)
	return r.outOf(low, high, max(low, min(high, math.Floor((n+1)*p))), func(k float64) float64 { return odds * (n - k) / (k + 1) })
}

// outOf draws a whole number from low to high, top being the likeliest, of
// which next says how much likelier the number after k is than k. What is less
// likely than top by 2^-60 does not count.
func (r *Random) outOf(low, high, top float64, next func(k float64) float64) float64 {
	const least = 0x1p-60
	sum, left, right := 1.0, top, top
	for w := 1.0; right < high; right++ {
		if w = float64(w * next(right)); !(w > least) {
			break
		}
		sum += w
	}
	for w := 1.0; left > low; left-- {
		if w /= next(left - 1); !(w > least) {
			break
		}
		sum += w
	}
	u := float64(r.Float64() * sum)
	w := 1.0
	for k := top; k <= right; k++ {
		if u -= w; u < 0 {
			return k
		}
		w = float64(w * next(k))
	}
	w = 1.0
	for k := top; k > left; k-- {
		w /= next(k - 1)
		if u -= w; u < 0 {
			return k - 1
		}
	}
	return top
}
