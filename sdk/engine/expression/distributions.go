package expression

import "math"

// The distributions below have the parameters that SBML's package distrib
// (version 1, section 3.1) gives them. Of parameters that are outside their
// domain they are NaN, and draw nothing.

// Uniform returns a number of [low, high).
func (r *Random) Uniform(low, high float64) float64 {
	if !(low <= high) || math.IsInf(high-low, 0) {
		return math.NaN()
	}
	return low + float64((high-low)*r.Float64())
}

// Bernoulli returns 1 with probability p, else 0.
func (r *Random) Bernoulli(p float64) float64 {
	switch {
	case !(p >= 0 && p <= 1):
		return math.NaN()
	case r.Float64() < p:
		return 1
	}
	return 0
}

// Normal returns a number of the normal distribution with a mean and a
// standard deviation ≥ 0.
func (r *Random) Normal(mean, sd float64) float64 {
	if !(sd >= 0) {
		return math.NaN()
	}
	return mean + float64(sd*r.normal())
}

// normal is that with mean 0 and standard deviation 1, by Marsaglia's polar
// method (SIAM Review 6, 260, 1964).
func (r *Random) normal() float64 {
	u, _, s := r.disc()
	return u * math.Sqrt(-2*log(s)/s)
}

// disc returns a point of the unit disc, without its middle, and the square of
// its distance from that.
func (r *Random) disc() (u, v, square float64) {
	for {
		u, v = float64(2*r.open())-1, float64(2*r.open())-1
		square = float64(u*u) + float64(v*v)
		if square < 1 && square > 0 && v != 0 {
			return u, v, square
		}
	}
}

// LogNormal returns a number whose logarithm is of the normal distribution
// with a mean and a standard deviation ≥ 0.
func (r *Random) LogNormal(mean, sd float64) float64 { return exp(r.Normal(mean, sd)) }

// Cauchy returns a number of the Cauchy distribution with a location and a
// scale > 0.
func (r *Random) Cauchy(location, scale float64) float64 {
	if !(scale > 0) {
		return math.NaN()
	}
	u, v, _ := r.disc()
	return location + float64(scale*(u/v))
}

// Laplace returns a number of the Laplace distribution with a location and a
// scale > 0.
func (r *Random) Laplace(location, scale float64) float64 {
	if !(scale > 0) {
		return math.NaN()
	}
	e := float64(scale * r.Exponential())
	if r.Uint64()>>63 == 0 {
		return location + e
	}
	return location - e
}

// Rayleigh returns a number of the Rayleigh distribution with a scale > 0.
func (r *Random) Rayleigh(scale float64) float64 {
	if !(scale > 0) {
		return math.NaN()
	}
	return scale * math.Sqrt(2*r.Exponential())
}

// Gamma returns a number of the gamma distribution with a shape and a scale
// > 0: its mean is their product.
func (r *Random) Gamma(shape, scale float64) float64 {
	if !(shape > 0) || !(scale > 0) || math.IsInf(shape, 1) {
		return math.NaN()
	}
	return scale * r.gamma(shape)
}

// gamma is that of scale 1, by Marsaglia and Tsang (ACM TOMS 26, 363, 2000).
func (r *Random) gamma(shape float64) float64 {
	if shape < 1 {
		g := r.gamma(shape + 1)
		return g * exp(log(r.open())/shape)
	}
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := r.normal()
		v := 1 + float64(c*x)
		if v <= 0 {
			continue
		}
		v = v * v * v
		if log(r.open()) < float64(0.5*x*x)+d-float64(d*v)+float64(d*log(v)) {
			return d * v
		}
	}
}

// ChiSquare returns a number of the chi-square distribution with degrees of
// freedom > 0, not only whole ones.
func (r *Random) ChiSquare(degrees float64) float64 { return r.Gamma(0.5*degrees, 2) }
