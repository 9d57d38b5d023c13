package expression

// Layers of the ziggurat and where its tail begins: with 256 layers of equal
// area v below exp(-x), the lowest ends at r (Marsaglia and Tsang, Journal of
// Statistical Software 5(8), 2000, section 3.2).
const (
	layers     = 256
	tailStart  = 7.69711747013104972
	layerArea  = 0.0039496598225815571993
	mantissa   = 0x1p53
	mantissaOf = 11 // bits to drop of 64 to have a mantissa
)

// A ziggurat holds what exponential numbers are drawn by: of layer i, the
// number of mantissas that need no second look, the width per mantissa and the
// density at its edge.
type ziggurat struct {
	sure  [layers]uint64
	width [layers]float64
	edge  [layers]float64
}

// newZiggurat works the tables out; they are the same everywhere, as exp and
// log are.
func newZiggurat() *ziggurat {
	z := new(ziggurat)
	bottom := layerArea / exp(-tailStart) // the base layer with its tail, as if a rectangle
	z.sure[0], z.width[0], z.edge[0] = uint64(tailStart/bottom*mantissa), bottom/mantissa, 1
	x := tailStart
	z.width[layers-1], z.edge[layers-1] = x/mantissa, exp(-x)
	for i := layers - 2; i > 0; i-- {
		inner := -log(layerArea/x + exp(-x))
		z.sure[i+1] = uint64(inner / x * mantissa)
		x = inner
		z.width[i], z.edge[i] = x/mantissa, exp(-x)
	}
	z.sure[1] = 0
	return z
}

// Exponential returns a number of the exponential distribution with mean 1, by
// the ziggurat of Marsaglia and Tsang with 53 bits.
func (r *Random) Exponential() float64 {
	u := r.Uint64()
	i, m := u%layers, u>>mantissaOf
	if m < r.tables.sure[i] {
		return float64(m) * r.tables.width[i]
	}
	return r.exponentialEdge(i, m)
}

// exponentialEdge draws where the rectangle is not enough: in the tail, or in
// the wedge between rectangle and density.
func (r *Random) exponentialEdge(i, m uint64) float64 {
	for {
		x := float64(m) * r.tables.width[i]
		switch {
		case m < r.tables.sure[i]:
			return x
		case i == 0:
			return tailStart - log(r.open())
		}
		low, high := r.tables.edge[i], r.tables.edge[i-1]
		if low+float64(r.Float64()*(high-low)) < exp(-x) {
			return x
		}
		u := r.Uint64()
		i, m = u%layers, u>>mantissaOf
	}
}
