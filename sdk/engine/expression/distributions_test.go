package expression_test

import (
	"math"
	"slices"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
)

// A continuous distribution, by its density (which need not integrate to 1)
// where there is any of it to speak of.
type continuous struct {
	name      string
	draw      func(r *expression.Random) float64
	density   func(x float64) float64
	low, high float64
}

func normalDensity(mean, sd float64) func(float64) float64 {
	return func(x float64) float64 { return math.Exp(-(x - mean) * (x - mean) / (2 * sd * sd)) }
}

func gammaDensity(shape, scale, from float64) func(float64) float64 {
	return func(x float64) float64 { return math.Exp((shape-1)*math.Log(x/from) - (x-from)/scale) }
}

func continuousOnes() []continuous {
	type random = expression.Random
	cauchy := func(x float64) float64 { return 1 / (1 + (x-1)*(x-1)/4) }
	laplace := func(x float64) float64 { return math.Exp(-math.Abs(x-1) / 2) }
	rayleigh := func(x float64) float64 { return x * math.Exp(-x*x/8) }
	decay := func(rate, from float64) func(float64) float64 {
		return func(x float64) float64 { return math.Exp(-rate * (x - from)) }
	}
	logNormal := func(x float64) float64 { return math.Exp(-(math.Log(x)-1)*(math.Log(x)-1)/8) / x }
	inf := math.Inf(1)
	return []continuous{
		{"uniform", func(r *random) float64 { return r.Uniform(-2, 5) }, func(float64) float64 { return 1 }, -2, 5},
		{"uniform in a window", func(r *random) float64 { return r.UniformBetween(-2, 5, 1, 9) }, func(float64) float64 { return 1 }, 1, 5},
		{"normal", func(r *random) float64 { return r.Normal(1, 2) }, normalDensity(1, 2), -15, 17},
		{"log of log-normal", func(r *random) float64 { return math.Log(r.LogNormal(1, 2)) }, normalDensity(1, 2), -15, 17},
		{"normal from below", func(r *random) float64 { return r.NormalBetween(0, 1.5, -inf, 0.5) }, normalDensity(0, 1.5), -12, 0.5},
		{"normal in a narrow window", func(r *random) float64 { return r.NormalBetween(0, 0.5, -0.25, 0.75) }, normalDensity(0, 0.5), -0.25, 0.75},
		{"normal in a wide window", func(r *random) float64 { return r.NormalBetween(0, 0.5, -0.8, 0.75) }, normalDensity(0, 0.5), -0.8, 0.75},
		{"normal in the tail", func(r *random) float64 { return r.NormalBetween(0, 1, 8, inf) }, decayed(normalDensity(0, 1), 8), 8, 11},
		{"normal in both tails' way", func(r *random) float64 { return r.NormalBetween(1, 2, -12, -9) }, decayed(normalDensity(1, 2), -9), -12, -9},
		{"normal from 0.3", func(r *random) float64 { return r.NormalBetween(0, 1, 0.3, 2) }, normalDensity(0, 1), 0.3, 2},
		{"log-normal in a window", func(r *random) float64 { return r.LogNormalBetween(1, 2, 3, 10) }, logNormal, 3, 10},
		{"log-normal up to", func(r *random) float64 { return r.LogNormalBetween(1, 2, -1, 10) }, logNormal, 1e-9, 10},
		{"exponential in a window", func(r *random) float64 { return r.ExponentialBetween(3, 2, 9) }, decay(3, 2), 2, 9},
		{"exponential in a narrow window", func(r *random) float64 { return r.ExponentialBetween(1, 0.25, 0.75) }, decay(1, 0), 0.25, 0.75},
		{"exponential up to", func(r *random) float64 { return r.ExponentialBetween(1, -inf, 0.75) }, decay(1, 0), 0, 0.75},
		{"Cauchy in a window", func(r *random) float64 { return r.CauchyBetween(1, 2, 1.1, 10) }, cauchy, 1.1, 10},
		{"Cauchy, narrow", func(r *random) float64 { return r.CauchyBetween(1, 2, -1, 2.5) }, cauchy, -1, 2.5},
		{"Cauchy in the tail", func(r *random) float64 { return r.CauchyBetween(1, 2, 4, 500) }, cauchy, 4, 500},
		{"Cauchy in the lower tail", func(r *random) float64 { return r.CauchyBetween(1, 2, -30, -1) }, cauchy, -30, -1},
		{"tangent of Cauchy", func(r *random) float64 { return math.Atan((r.Cauchy(1, 2) - 1) / 2) }, func(float64) float64 { return 1 }, -math.Pi / 2, math.Pi / 2},
		{"Laplace", func(r *random) float64 { return r.Laplace(1, 2) }, laplace, -50, 50},
		{"Laplace above", func(r *random) float64 { return r.LaplaceBetween(1, 2, 2, 10) }, laplace, 2, 10},
		{"Laplace below", func(r *random) float64 { return r.LaplaceBetween(1, 2, -8, 0.5) }, laplace, -8, 0.5},
		{"Laplace across", func(r *random) float64 { return r.LaplaceBetween(1, 2, -0.5, 6) }, laplace, -0.5, 6},
		{"Rayleigh", func(r *random) float64 { return r.Rayleigh(2) }, rayleigh, 0, 20},
		{"Rayleigh in a window", func(r *random) float64 { return r.RayleighBetween(2, 3, 5) }, rayleigh, 3, 5},
		{"gamma", func(r *random) float64 { return r.Gamma(2.5, 1.1) }, gammaDensity(2.5, 1.1, 1), 1e-9, 40},
		{"gamma in a window", func(r *random) float64 { return r.GammaBetween(1, 2, 3, 6) }, gammaDensity(1, 2, 1), 3, 6},
		{"gamma in the tail", func(r *random) float64 { return r.GammaBetween(2.5, 1, 40, inf) }, gammaDensity(2.5, 1, 40), 40, 70},
		{"gamma of a small shape in the tail", func(r *random) float64 { return r.GammaBetween(0.3, 1, 30, 31) }, gammaDensity(0.3, 1, 30), 30, 31},
		{"gamma far below", func(r *random) float64 { return r.GammaBetween(60, 1, 0, 10) }, gammaDensity(60, 1, 10), 1, 10},
		{"gamma next to 0", func(r *random) float64 { return r.GammaBetween(3, 1, 0, 1e-3) }, gammaDensity(3, 1, 1e-3), 1e-12, 1e-3},
		{"square root of gamma of a small shape", func(r *random) float64 { return math.Sqrt(r.Gamma(0.5, 2)) }, normalDensity(0, 1), 0, 8},
		{"square root of the same next to 0", func(r *random) float64 { return math.Sqrt(r.GammaBetween(0.5, 2, -1, 1e-8)) }, normalDensity(0, 1), 0, 1e-4},
		{"chi-square", func(r *random) float64 { return r.ChiSquare(3.2) }, gammaDensity(1.6, 2, 1), 1e-9, 60},
		{"chi-square in a window", func(r *random) float64 { return r.ChiSquareBetween(2, 2, 8) }, gammaDensity(1, 2, 1), 2, 8},
	}
}

// decayed is a density that is 1 at a place, so that tails do not underflow.
func decayed(density func(float64) float64, at float64) func(float64) float64 {
	return func(x float64) float64 { return density(x) / density(at) }
}

// TestContinuous compares with the integral of the density, by Kolmogorov and
// Smirnov's test.
func TestContinuous(t *testing.T) {
	t.Parallel()
	const (
		draws = 20_000
		parts = 200_000
	)
	limit := 1.95 / math.Sqrt(draws) // of 1 in 1,000
	for i, c := range continuousOnes() {
		r := expression.NewRandom(5, uint64(i))
		x := make([]float64, draws)
		for k := range x {
			x[k] = c.draw(r)
		}
		slices.Sort(x)
		if !(x[0] >= c.low) || !(x[draws-1] <= c.high) {
			t.Errorf("%s: draws are from %v to %v: want from %v to %v", c.name, x[0], x[draws-1], c.low, c.high)
		}
		width := (c.high - c.low) / parts
		total := 0.0
		for k := range parts {
			total += c.density(c.low + (float64(k)+0.5)*width)
		}
		sum, at, worst := 0.0, 0, 0.0
		for k, v := range x {
			for ; at < parts && c.low+(float64(at)+0.5)*width < v; at++ {
				sum += c.density(c.low + (float64(at)+0.5)*width)
			}
			worst = max(worst, math.Abs(sum/total-(float64(k)+0.5)/draws))
		}
		if worst > limit {
			t.Errorf("%s: the distribution function is off by %.4f: want at most %.4f", c.name, worst, limit)
		}
	}
}

// TestDiscreteWindows compares with the probabilities of a window, by the
// chi-square test.
func TestDiscreteWindows(t *testing.T) {
	t.Parallel()
	logGamma := func(x float64) float64 { v, _ := math.Lgamma(x); return v }
	poisson := func(mean float64) func(float64) float64 {
		return func(k float64) float64 { return k*math.Log(mean) - logGamma(k+1) }
	}
	binomial := func(n, p float64) func(float64) float64 {
		return func(k float64) float64 {
			return k*math.Log(p) + (n-k)*math.Log(1-p) - logGamma(k+1) - logGamma(n-k+1)
		}
	}
	const draws = 20_000
	for i, c := range []struct {
		name      string
		draw      func(r *expression.Random) float64
		log       func(k float64) float64
		low, high float64
	}{
		{"Bernoulli", func(r *expression.Random) float64 { return r.Bernoulli(0.23) }, binomial(1, 0.23), 0, 1},
		{"Poisson", func(r *expression.Random) float64 { return r.PoissonBetween(1.5, 2, 18) }, poisson(1.5), 2, 18},
		{"Poisson in the tail", func(r *expression.Random) float64 { return r.PoissonBetween(3, 29.5, math.Inf(1)) }, poisson(3), 30, 60},
		{"Poisson far below", func(r *expression.Random) float64 { return r.PoissonBetween(200, 3, 90.9) }, poisson(200), 3, 90},
		{"binomial", func(r *expression.Random) float64 { return r.BinomialBetween(100, 0.2, 15, 32) }, binomial(100, 0.2), 15, 32},
		{"binomial in the tail", func(r *expression.Random) float64 { return r.BinomialBetween(100, 0.2, 60, 200) }, binomial(100, 0.2), 60, 100},
		{"binomial far below", func(r *expression.Random) float64 { return r.BinomialBetween(1000, 0.9, -5, 700) }, binomial(1000, 0.9), 0, 700},
	} {
		r := expression.NewRandom(6, uint64(i))
		counts := map[float64]float64{}
		for range draws {
			k := c.draw(r)
			if !(k >= c.low && k <= c.high) || k != math.Floor(k) {
				t.Fatalf("%s: drew %v: want a whole number from %v to %v", c.name, k, c.low, c.high)
			}
			counts[k]++
		}
		top, total := math.Inf(-1), 0.0
		for k := c.low; k <= c.high; k++ {
			top = max(top, c.log(k))
		}
		for k := c.low; k <= c.high; k++ {
			total += math.Exp(c.log(k) - top)
		}
		chi, cells, rareWant, rareGot := 0.0, 0.0, 0.0, 0.0
		add := func(want, got float64) {
			chi += (got - want) * (got - want) / want
			cells++
		}
		for k := c.low; k <= c.high; k++ {
			want := draws * math.Exp(c.log(k)-top) / total
			if want < 10 {
				rareWant, rareGot = rareWant+want, rareGot+counts[k]
				continue
			}
			add(want, counts[k])
		}
		if rareWant > 1 {
			add(rareWant, rareGot)
		}
		if z := (chi - (cells - 1)) / math.Sqrt(2*max(1, cells-1)); z > 4 {
			t.Errorf("%s: chi-square %.1f of %v cells", c.name, chi, cells)
		}
	}
}

// Parameters outside their domain, and windows with nothing in them, are no
// number; those at the limits of what numbers can be do not take for ever.
func TestDistributionLimits(t *testing.T) {
	t.Parallel()
	r := expression.NewRandom(1, 1)
	inf, nan := math.Inf(1), math.NaN()
	for name, v := range map[string]float64{
		"uniform": r.Uniform(2, 1), "Bernoulli": r.Bernoulli(1.1), "normal": r.Normal(0, -1), "log-normal": r.LogNormal(0, nan), "Cauchy": r.Cauchy(0, 0),
		"Laplace": r.Laplace(0, -1), "Rayleigh": r.Rayleigh(0), "gamma": r.Gamma(0, 1), "chi-square": r.ChiSquare(-1),
		"exponential window": r.ExponentialBetween(1, 3, 2), "normal window": r.NormalBetween(0, 1, 2, 1), "normal window at infinity": r.NormalBetween(0, 1, inf, inf),
		"log-normal below 0": r.LogNormalBetween(0, 1, -2, -1), "gamma below 0": r.GammaBetween(2, 1, -3, 0), "Rayleigh below 0": r.RayleighBetween(1, -3, -1),
		"Poisson between numbers": r.PoissonBetween(3, 2.1, 2.9), "binomial beyond": r.BinomialBetween(10, 0.5, 11, 20), "Poisson of 0": r.PoissonBetween(0, 1, 2),
		"Cauchy window": r.CauchyBetween(0, 1, nan, 1), "Laplace window": r.LaplaceBetween(0, 0, 0, 1), "uniform window": r.UniformBetween(0, 1, 2, 3),
	} {
		if v == v {
			t.Errorf("%s: got %v, want no number", name, v)
		}
	}
	limits := []float64{-inf, -math.MaxFloat64, -1, -1e-300, 0, 5e-324, 1, 1e8, math.MaxFloat64, inf, nan}
	for _, a := range limits {
		for _, b := range limits {
			for _, low := range limits {
				for _, high := range limits {
					for k, v := range []float64{
						r.NormalBetween(a, b, low, high), r.LogNormalBetween(a, b, low, high), r.CauchyBetween(a, b, low, high), r.LaplaceBetween(a, b, low, high),
						r.GammaBetween(a, b, low, high), r.RayleighBetween(a, low, high), r.ExponentialBetween(a, low, high), r.UniformBetween(a, b, low, high), r.BinomialBetween(a, b, low, high), r.PoissonBetween(a, low, high),
					} {
						if v < low || v > high {
							t.Fatalf("distribution %d of %v, %v from %v to %v: got %v", k, a, b, low, high, v)
						}
					}
				}
			}
		}
	}
}
