package expression

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// TestElementary compares exp and log with package math's, which on some
// platforms are a unit in the last place and more off themselves: so two apart.
func TestElementary(t *testing.T) {
	t.Parallel()
	far := func(a, b float64) uint64 { // units in the last place between two numbers
		x, y := math.Float64bits(a), math.Float64bits(b)
		return max(x, y) - min(x, y)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 1_000_000 {
		x := math.Ldexp(1+r.Float64(), r.IntN(2000)-1000)
		if got, want := log(x), math.Log(x); far(got, want) > 2 {
			t.Fatalf("log(%v): got %v, want %v", x, got, want)
		}
		x = 1 + math.Ldexp(r.Float64()-0.5, -r.IntN(50))
		if got, want := log(x), math.Log(x); far(got, want) > 2 {
			t.Fatalf("log(%v): got %v, want %v", x, got, want)
		}
		x = (r.Float64() - 0.5) * 1400
		if got, want := exp(x), math.Exp(x); far(got, want) > 2 {
			t.Fatalf("exp(%v): got %v, want %v", x, got, want)
		}
		x = math.Ldexp(r.Float64()-0.5, -r.IntN(40))
		if got, want := exp(x), math.Exp(x); far(got, want) > 2 {
			t.Fatalf("exp(%v): got %v, want %v", x, got, want)
		}
		if got, want := log1p(x), math.Log1p(x); far(got, want) > 4 {
			t.Fatalf("log1p(%v): got %v, want %v", x, got, want)
		}
	}
	for _, x := range []float64{0, 1, math.Inf(1), math.MaxFloat64} {
		if got, want := log(x), math.Log(x); far(got, want) > 2 {
			t.Errorf("log(%v): got %v, want %v", x, got, want)
		}
	}
	for _, x := range []float64{0, 1, -1, math.Inf(1), math.Inf(-1), 710, -745, -746, 1e-300, 1e300, -1e300} {
		if got, want := exp(x), math.Exp(x); far(got, want) > 2 {
			t.Errorf("exp(%v): got %v, want %v", x, got, want)
		}
	}
	// What package math has wrong on some platforms.
	for _, c := range []struct{ got, want float64 }{{log(5e-324), -744.4400719213812}, {log(1e-310), -713.8013788281542}, {exp(709.7), 1.6549840276802644e308}} {
		if far(c.got, c.want) > 2 {
			t.Errorf("got %v, want %v", c.got, c.want)
		}
	}
	if !math.IsNaN(log(-1)) || !math.IsNaN(log(math.NaN())) || !math.IsNaN(exp(math.NaN())) {
		t.Error("what is not a number has a value")
	}
}

// The generator is that of package math/rand/v2.
func TestGeneratorIsPCG(t *testing.T) {
	t.Parallel()
	r := newRandom(11, 12, nil)
	peer := rand.NewPCG(r.hi, r.lo)
	for i := range 1000 {
		if got, want := r.Uint64(), peer.Uint64(); got != want {
			t.Fatalf("number %d: got %d, want %d", i, got, want)
		}
	}
}

// The ziggurat's layers have equal areas and end at the density's top.
func TestZiggurat(t *testing.T) {
	t.Parallel()
	z := newZiggurat()
	for i := 1; i < layers-1; i++ {
		width, inner := z.width[i+1]*mantissa, z.width[i]*mantissa
		if area := width * (math.Exp(-inner) - math.Exp(-width)); math.Abs(area/layerArea-1) > 1e-12 {
			t.Errorf("layer %d has the area %v: want %v", i+1, area, layerArea)
		}
	}
	if base := tailStart*math.Exp(-tailStart) + math.Exp(-tailStart); math.Abs(base/layerArea-1) > 1e-12 {
		t.Errorf("the base has the area %v: want %v", base, layerArea)
	}
	if top := z.width[1] * mantissa; math.Abs(top*(1-math.Exp(-top))/layerArea-1) > 1e-9 {
		t.Errorf("the top layer has the area %v: want %v", top*(1-math.Exp(-top)), layerArea)
	}
}

// Stirling's error is log k! less the approximation, to all digits.
func TestStirlingError(t *testing.T) {
	t.Parallel()
	f := big.NewInt(1)
	for k := int64(1); k < 170; k++ {
		f.Mul(f, big.NewInt(k))
		ff, _ := new(big.Float).SetInt(f).Float64()
		x := float64(k)
		want := math.Log(ff) - (x+0.5)*math.Log(x) + x - 0.5*math.Log(2*math.Pi)
		if got := stirlingError(x); math.Abs(got-want) > 4e-13 {
			t.Errorf("of %d: got %v, want %v", k, got, want)
		}
	}
}

// The root of a power is what the power is of.
func TestRoot(t *testing.T) {
	t.Parallel()
	for n := 1; n <= 40; n++ {
		for _, x := range []float64{1, 1 + 0x1p-40, 1.5, 2, 10, 12345.678, 1e30, 1e300} {
			want := math.Pow(x, 1/float64(n))
			if got := Root(x, n); math.Abs(got/want-1) > 1e-13 {
				t.Errorf("Root(%v, %d) = %v, want %v", x, n, got, want)
			}
		}
	}
}
