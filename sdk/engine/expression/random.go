package expression

import "math/bits"

// Random is a reproducible source of random numbers: the same seed and stream
// give the same numbers on every platform, in every version of BioXen. It is
// the generator PCG-DXSM of 128 bits (M. E. O'Neill, HMC-CS-2014-0905), the
// same as math/rand/v2's. It is not safe for concurrent use.
type Random struct {
	hi, lo uint64
	tables *ziggurat
}

// NewRandom returns the source of a seed and a stream. Streams of one seed are
// independent of each other, and so are seeds that stand next to each other.
func NewRandom(seed, stream uint64) *Random {
	r := newRandom(seed, stream, newZiggurat())
	return &r
}

func newRandom(seed, stream uint64, tables *ziggurat) Random {
	// Both words depend on both numbers, and no two pairs give the same.
	hi := mix(seed + 0x9e3779b97f4a7c15)
	lo := mix(stream + hi)
	return Random{hi: mix(hi ^ lo), lo: lo, tables: tables}
}

// mix is the finalizer of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): it
// turns numbers that are alike into numbers that are not, one to one.
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// Uint64 returns 64 random bits.
func (r *Random) Uint64() (out uint64) {
	r.hi, r.lo, out = draw(r.hi, r.lo)
	return out
}

// draw is a step of the generator: its next state, and 64 random bits.
func draw(hi, lo uint64) (nextHi, nextLo, out uint64) {
	const (
		mulHi, mulLo = 2549297995355413924, 4865540595714422341
		incHi, incLo = 6364136223846793005, 1442695040888963407
		cheapMul     = 0xda942042e4dd58b5
	)
	nextHi, nextLo = bits.Mul64(lo, mulLo)
	nextHi += hi*mulLo + lo*mulHi
	nextLo, carry := bits.Add64(nextLo, incLo, 0)
	nextHi, _ = bits.Add64(nextHi, incHi, carry)
	out = nextHi
	out ^= out >> 32
	out *= cheapMul
	out ^= out >> 48
	return nextHi, nextLo, out * (nextLo | 1)
}

// Float64 returns a number of [0,1), one of 2^53 that are equally far apart.
func (r *Random) Float64() float64 { return float64(float64(r.Uint64()>>11) * 0x1p-53) }

// open returns a number of (0,1): those of Float64, half a step up.
func (r *Random) open() float64 { return float64((float64(r.Uint64()>>12) + 0.5) * 0x1p-52) }
