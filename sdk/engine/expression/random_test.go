package expression_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
)

// TestGolden holds the numbers that a seed gives, on every platform.
func TestGolden(t *testing.T) {
	t.Parallel()
	r := expression.NewRandom(1, 2)
	got := fmt.Sprintf("%016x %x %x %v %v %v %v", r.Uint64(), r.Float64(), r.Exponential(), r.Poisson(3), r.Poisson(1e6), r.Binomial(20, 0.25), r.Binomial(1e9, 0.5))
	sum := uint64(0)
	for range 100_000 { // tails and wedges too
		for _, x := range []float64{r.Exponential(), r.Poisson(40), r.Poisson(2e5), r.Binomial(90, 0.3), r.Binomial(1e7, 1e-7)} {
			sum = sum*31 + math.Float64bits(x)
		}
	}
	got += fmt.Sprintf(" %016x", sum)
	const want = "5e01c248461b3140 0x1.7ab903d21358dp-01 0x1.b2c9895d9c3b6p-04 5 999580 7 4.99985053e+08 131b7b45b502b968"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestStreamsDiffer(t *testing.T) {
	t.Parallel()
	seen := map[uint64]string{}
	for seed := range uint64(30) {
		for stream := range uint64(30) {
			r := expression.NewRandom(seed, stream)
			for range 20 {
				v, here := r.Uint64(), fmt.Sprint(seed, stream)
				if other, ok := seen[v]; ok {
					t.Fatalf("seed and stream %s and %s both give %d", here, other, v)
				}
				seen[v] = here
			}
		}
	}
}

// A count's distribution, drawn often, has the mean and variance and the
// frequencies that it must.
func TestCounts(t *testing.T) {
	t.Parallel()
	const draws = 100_000
	type law struct {
		name           string
		draw           func(r *expression.Random) float64
		mean, variance float64
		p              func(k float64) float64
	}
	lgamma := func(x float64) float64 { v, _ := math.Lgamma(x); return v }
	var laws []law
	for _, mean := range []float64{1e-3, 0.7, 5, 9.99, 10, 12, 30, 250, 1e5, 3e9} {
		laws = append(laws, law{
			fmt.Sprintf("Poisson(%v)", mean), func(r *expression.Random) float64 { return r.Poisson(mean) }, mean, mean,
			func(k float64) float64 { return math.Exp(k*math.Log(mean) - mean - lgamma(k+1)) },
		})
	}
	for _, b := range []struct{ n, p float64 }{{1, 0.5}, {10, 0.1}, {30, 0.5}, {40, 0.9}, {100, 0.1001}, {1000, 0.3}, {1e6, 0.999}, {1e8, 1e-8}, {1e12, 0.25}} {
		laws = append(laws, law{
			fmt.Sprintf("Binomial(%v, %v)", b.n, b.p), func(r *expression.Random) float64 { return r.Binomial(b.n, b.p) }, b.n * b.p, b.n * b.p * (1 - b.p),
			func(k float64) float64 {
				if k > b.n {
					return 0
				}
				return math.Exp(lgamma(b.n+1) - lgamma(k+1) - lgamma(b.n-k+1) + k*math.Log(b.p) + (b.n-k)*math.Log1p(-b.p))
			},
		})
	}
	for i, l := range laws {
		r := expression.NewRandom(5, uint64(i))
		sum, square := 0.0, 0.0
		often := map[float64]float64{}
		for range draws {
			k := l.draw(r)
			d := k - l.mean
			sum += d
			square += d * d
			often[k]++
			if k < 0 || k != math.Floor(k) {
				t.Fatalf("%s: drew %v", l.name, k)
			}
		}
		if z := sum / math.Sqrt(draws*l.variance); math.Abs(z) > 4 {
			t.Errorf("%s: the mean is off by %.1f standard errors", l.name, z)
		}
		fourth := 3*l.variance*l.variance + l.variance // of Poisson; binomial's is less
		if z := (square - draws*l.variance) / math.Sqrt(draws*(fourth-l.variance*l.variance)); math.Abs(z) > 4 {
			t.Errorf("%s: the variance is off by %.1f standard errors", l.name, z)
		}
		if l.variance < 1e4 {
			chi, bins := 0.0, 0
			got, want := 0.0, 0.0
			for k := 0.0; k <= l.mean+20*math.Sqrt(l.variance)+20; k++ {
				got += often[k]
				if want += l.p(k) * draws; want >= 20 {
					chi += (got - want) * (got - want) / want
					bins++
					got, want = 0, 0
				}
			}
			if limit := float64(bins) + 4*math.Sqrt(2*float64(bins)) + 4; chi > limit {
				t.Errorf("%s: chi-squared of %d bins is %.1f: want at most %.1f", l.name, bins, chi, limit)
			}
		}
	}
	r := expression.NewRandom(1, 1)
	for _, zero := range []float64{r.Poisson(0), r.Poisson(-1), r.Poisson(math.NaN()), r.Binomial(0, 0.5), r.Binomial(-3, 0.5), r.Binomial(10, 0), r.Binomial(10, math.NaN()), r.Binomial(math.NaN(), 0.5)} {
		if zero != 0 {
			t.Errorf("got %v of a distribution without mean: want 0", zero)
		}
	}
	if got := r.Binomial(10, 1.5); got != 10 {
		t.Errorf("Binomial(10, 1.5): got %v, want all", got)
	}
	if got := r.Poisson(math.Inf(1)); !(got > 0x1p51) || math.IsInf(got, 0) {
		t.Errorf("Poisson(+Inf): got %v, want about 2^52", got)
	}
}

func TestExponential(t *testing.T) {
	t.Parallel()
	const draws, bins = 2_000_000, 400
	r := expression.NewRandom(9, 9)
	var seen [bins]float64
	var moments [4]float64
	for range draws {
		x := r.Exponential()
		if !(x >= 0) {
			t.Fatalf("drew %v", x)
		}
		seen[int(-math.Expm1(-x)*bins)]++
		for k, v := 0, x; k < 4; k, v = k+1, v*x {
			moments[k] += v
		}
	}
	chi := 0.0
	for _, n := range seen {
		chi += (n - draws/bins) * (n - draws/bins) / (draws / bins)
	}
	if z := (chi - bins) / math.Sqrt(2*bins); z > 4 {
		t.Errorf("chi-squared of %d bins is %.1f", bins, chi)
	}
	factorial, double := 1.0, 1.0
	for k := range moments {
		factorial *= float64(k + 1)
		double *= float64((2*k + 1) * (2*k + 2))
		if z := (moments[k]/draws - factorial) / math.Sqrt((double-factorial*factorial)/draws); math.Abs(z) > 4 {
			t.Errorf("moment %d is %v: want %v", k+1, moments[k]/draws, factorial)
		}
	}
}

// BenchmarkDraw has what Go's generator takes beside ours.
func BenchmarkDraw(b *testing.B) {
	r := expression.NewRandom(1, 1)
	peer := rand.New(rand.NewPCG(1, 1))
	for name, draw := range map[string]func() float64{
		"exponential": r.Exponential, "exponential/go": peer.ExpFloat64, "uniform": r.Float64,
		"poisson/5": func() float64 { return r.Poisson(5) }, "poisson/1000": func() float64 { return r.Poisson(1000) },
		"binomial/1000": func() float64 { return r.Binomial(1000, 0.4) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				draw()
			}
		})
	}
}
