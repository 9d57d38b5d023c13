package expression

import "math"

// inversionBelow is the mean below which counts are drawn by inversion: above,
// the rejection methods are faster, and are made for it.
const inversionBelow = 10

// Poisson returns a number of the Poisson distribution: by inversion for small
// means, by Hörmann's transformed rejection PTRS (Insurance: Mathematics and
// Economics 12, 1993) else. Of a mean that is not > 0 it is 0; means beyond
// 2^52 are those of 2^52.
func (r *Random) Poisson(mean float64) float64 {
	const most = 0x1p52
	if !(mean > 0) {
		return 0
	}
	mean = min(mean, most)
	if mean < inversionBelow {
		return r.poissonByInversion(mean)
	}
	b := 0.931 + float64(2.53*math.Sqrt(mean))
	a := -0.059 + float64(0.02483*b)
	invAlpha := 1.1239 + 1.1328/(b-3.4)
	sure := 0.9277 - 3.6224/(b-2)
	for {
		u, v := r.open()-0.5, r.open()
		us := 0.5 - math.Abs(u)
		k := math.Floor(float64((2*a/us+b)*u) + mean + 0.43)
		if us >= 0.07 && v <= sure {
			return k
		}
		if k < 0 || us < 0.013 && v > us {
			continue
		}
		if log(v*invAlpha/(a/float64(us*us)+b)) <= logPoisson(k, mean) {
			return k
		}
	}
}

// poissonByInversion looks for the count at which the distribution passes a
// uniform number.
func (r *Random) poissonByInversion(mean float64) float64 {
	zero := exp(-mean)
	for {
		u, p := r.open(), zero
		for k := 0.0; p > 0; k++ {
			if u -= p; u < 0 {
				return k
			}
			p *= mean / (k + 1)
		}
		// Beyond what the rounded probabilities sum up to: draw again.
	}
}

// Binomial returns how many of n trials succeed, each with probability p: by
// inversion where few do, by Hörmann's transformed rejection BTRS (Journal of
// Statistical Computation and Simulation 46, 1993) else. N counts as a whole
// number from 0 to 2^53, p as a number from 0 to 1.
func (r *Random) Binomial(n, p float64) float64 {
	n = math.Floor(min(n, MaxCount))
	switch {
	case !(n > 0) || !(p > 0):
		return 0
	case p >= 1:
		return n
	case p > 0.5:
		return n - r.binomial(n, 1-p)
	}
	return r.binomial(n, p)
}

// binomial is Binomial for p of (0, 0.5].
func (r *Random) binomial(n, p float64) float64 {
	q := 1 - p
	mean := float64(n * p)
	if mean < inversionBelow {
		return r.binomialByInversion(n, p)
	}
	spread := math.Sqrt(mean * q)
	b := 1.15 + float64(2.53*spread)
	a := -0.0873 + float64(0.0248*b) + float64(0.01*p)
	alpha := (2.83 + 5.1/b) * spread
	sure := 0.92 - 4.2/b
	mode := logBinomial(math.Floor((n+1)*p), n, p, q)
	for {
		u, v := r.open()-0.5, r.open()
		us := 0.5 - math.Abs(u)
		k := math.Floor(float64((2*a/us+b)*u) + mean + 0.5)
		if us >= 0.07 && v <= sure {
			return k
		}
		if k < 0 || k > n {
			continue
		}
		if log(v*alpha/(a/float64(us*us)+b)) <= logBinomial(k, n, p, q)-mode {
			return k
		}
	}
}

func (r *Random) binomialByInversion(n, p float64) float64 {
	none := exp(n * log1p(-p))
	odds := p / (1 - p)
	for {
		u, f := r.open(), none
		for k := 0.0; k <= n && f > 0; k++ {
			if u -= f; u < 0 {
				return k
			}
			f *= odds * (n - k) / (k + 1)
		}
	}
}

// logPoisson is the logarithm of the Poisson probability of k, by C. Loader's
// saddle-point expansion (2000), which loses no digits at large k.
func logPoisson(k, mean float64) float64 {
	if k == 0 {
		return -mean
	}
	return -stirlingError(k) - deviance(k, mean) - float64(0.5*log(2*math.Pi*k))
}

// logBinomial is that of the binomial probability of k of n.
func logBinomial(k, n, p, q float64) float64 {
	switch k {
	case 0:
		return n * log1p(-p)
	case n:
		return n * log(p)
	}
	c := stirlingError(n) - stirlingError(k) - stirlingError(n-k) - deviance(k, n*p) - deviance(n-k, n*q)
	return c + float64(0.5*log(n/(2*math.Pi*k*(n-k))))
}

// deviance is k·log(k/m) + m - k, without cancellation where k is near m.
func deviance(k, m float64) float64 {
	d := k - m
	if math.Abs(d) >= 0.1*(k+m) {
		return float64(k*log(k/m)) + m - k
	}
	v := d / (k + m)
	s := float64(d * v)
	term := float64(2 * k * v)
	v = float64(v * v)
	for j := 1; ; j++ {
		term *= v
		next := s + term/float64(2*j+1)
		if next == s {
			return s
		}
		s = next
	}
}

// stirlingError is log k! less Stirling's approximation of it, for whole k ≥ 1:
// for small ones log k! - ((k+½)·log k - k + ½·log 2π), as Loader tabulates it.
func stirlingError(k float64) float64 {
	const (
		s0 = 1.0 / 12
		s1 = 1.0 / 360
		s2 = 1.0 / 1260
		s3 = 1.0 / 1680
		s4 = 1.0 / 1188
	)
	if k < 16 {
		small := [16]float64{
			0, 0.0810614667953272582196702, 0.0413406959554092940938221, 0.02767792568499833914878929,
			0.02079067210376509311152277, 0.01664469118982119216319487, 0.01387612882307074799874573,
			0.01189670994589177009505572, 0.010411265261972096497478567, 0.009255462182712732917728637,
			0.008330563433362871256469318, 0.007573675487951840794972024, 0.006942840107209529865664152,
			0.006408994188004207068439631, 0.005951370112758847735624416, 0.005554733551962801371038690,
		}
		return small[int(k)]
	}
	kk := float64(k * k)
	return (s0 - (s1-(s2-(s3-s4/kk)/kk)/kk)/kk) / k
}

// log1p is log(1+x) also for small x, by W. Kahan.
func log1p(x float64) float64 {
	u := 1 + x
	if u == 1 {
		return x
	}
	return log(u) * x / (u - 1)
}
