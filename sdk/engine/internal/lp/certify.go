package lp

import "math"

// Certificate says how well a solution satisfies the conditions that prove
// it, recomputed from the stated problem alone. All entries are >= 0, and 0
// is perfect.
//
// For an optimal solution: Residual is the largest violation of a row bound
// and BoundViolation of a column bound, each relative to max(1, the largest
// magnitude among the bound and the terms that are added); DualViolation is
// the largest reduced cost or dual that would need a bound which is infinite,
// relative to max(1, the terms it is computed from); Gap is the difference
// between the primal and the dual objective relative to max(1, |objective|,
// the largest term of the dual objective), a reduced cost within the rounding
// of its largest term being none. If all four vanish, duality proves
// the optimum.
//
// For an infeasible one: DualViolation is the part of Ray that leans on an
// infinite bound, relative to the largest term, and Gap is 0 if Ray proves
// infeasibility beyond rounding errors, else by how much it fails.
//
// For an unbounded one: Residual and BoundViolation are the larger of what X
// violates and what Ray (largest entry about 1) leaves the recession cone by;
// Gap is 0 if the objective improves along Ray, else 1.
type Certificate struct {
	Residual, BoundViolation, DualViolation, Gap float64
}

// Worst returns the largest entry.
func (c Certificate) Worst() float64 {
	return max(c.Residual, c.BoundViolation, c.DualViolation, c.Gap)
}

// rayTol is how far a ray may leave the recession cone and how much of a
// Farkas proof may lean on an infinite bound, both relative to the terms.
const rayTol = 1e-9

// rayReach is the value up to which a Farkas proof holds for a variable
// without a bound that has a multiplier by rounding errors.
const rayReach = 1e6

// Certify checks a solution against the problem. A solution whose slices have
// the wrong length gets infinite violations.
func (p *Problem) Certify(s *Solution) Certificate {
	inf := math.Inf(1)
	bad := Certificate{inf, inf, inf, inf}
	n, m := len(p.Cost), len(p.RowLower)
	switch s.Status {
	case Optimal:
		if len(s.X) != n || len(s.Dual) != m {
			return bad
		}
		c := Certificate{Residual: p.rowViolation(s.X), BoundViolation: p.columnViolation(s.X)}
		c.DualViolation, c.Gap = p.dualCheck(s.X, s.Dual)
		return c
	case Infeasible:
		if len(s.Ray) != m {
			return bad
		}
		if p.crosses() {
			return Certificate{}
		}
		f := p.farkas(s.Ray)
		c := Certificate{DualViolation: f.leaning}
		if f.margin <= f.error {
			c.Gap = max(f.error-f.margin, math.SmallestNonzeroFloat64)
		}
		return c
	case Unbounded:
		if len(s.X) != n || len(s.Ray) != n {
			return bad
		}
		r := p.recession(s.Ray)
		c := Certificate{Residual: max(r, p.rowViolation(s.X)), BoundViolation: max(r, p.columnViolation(s.X))}
		if !p.improves(s.Ray) {
			c.Gap = 1
		}
		return c
	}
	return bad
}

// exact adds with a running compensation of the rounding errors (Neumaier
// 1974).
type exact struct{ sum, lost float64 }

func (e *exact) add(v float64) {
	t := e.sum + v
	if math.Abs(e.sum) >= math.Abs(v) {
		e.lost += (e.sum - t) + v
	} else {
		e.lost += (v - t) + e.sum
	}
	e.sum = t
}

func (e *exact) value() float64 {
	if v := e.sum + e.lost; !math.IsNaN(v) {
		return v
	}
	return e.sum
}

// activity returns A·x and per row the largest magnitude of a term.
func (p *Problem) activity(x []float64) (sums []exact, size []float64) {
	sums, size = make([]exact, len(p.RowLower)), make([]float64, len(p.RowLower))
	for j, v := range x {
		if v == 0 {
			continue
		}
		for k := p.ColStart[j]; k < p.ColStart[j+1]; k++ {
			t := float64(p.Value[k] * v)
			i := p.RowIndex[k]
			sums[i].add(t)
			size[i] = max(size[i], math.Abs(t))
		}
	}
	return sums, size
}

func outside(v, lower, upper, size float64) float64 {
	if math.IsNaN(v) {
		return math.Inf(1)
	}
	worst := 0.0
	if lower > -Infinite {
		worst = max(worst, (lower-v)/max(1, size, math.Abs(lower)))
	}
	if upper < Infinite {
		worst = max(worst, (v-upper)/max(1, size, math.Abs(upper)))
	}
	return worst
}

func (p *Problem) rowViolation(x []float64) float64 {
	sums, size := p.activity(x)
	worst := 0.0
	for i := range sums {
		worst = max(worst, outside(sums[i].value(), p.RowLower[i], p.RowUpper[i], size[i]))
	}
	return worst
}

func (p *Problem) columnViolation(x []float64) float64 {
	worst := 0.0
	for j, v := range x {
		worst = max(worst, outside(v, p.Lower[j], p.Upper[j], 0))
	}
	return worst
}

// priced returns y·column j and the largest magnitude of a term.
func (p *Problem) priced(j int, y []float64) (sum, size float64) {
	var e exact
	for k := p.ColStart[j]; k < p.ColStart[j+1]; k++ {
		t := float64(p.Value[k] * y[p.RowIndex[k]])
		e.add(t)
		size = max(size, math.Abs(t))
	}
	return e.value(), size
}

// ulp is the distance of 1 from the next number.
const ulp = 0x1p-52

// dualCheck returns the dual violation and the relative duality gap.
func (p *Problem) dualCheck(x, y []float64) (violation, gap float64) {
	sign := 1.0
	if p.Maximize {
		sign = -1
	}
	var dual exact
	terms := 0.0
	// use adds what a multiplier earns at the bound that it needs.
	use := func(d, size, lower, upper float64) {
		need := lower
		if sign*d < 0 {
			need = upper
		}
		switch {
		case math.IsNaN(d):
			violation = math.Inf(1)
		case math.Abs(need) >= Infinite:
			violation = max(violation, math.Abs(d)/max(1, size))
		default:
			v := float64(d * need)
			terms = max(terms, math.Abs(v))
			dual.add(v)
		}
	}
	for j := range p.Cost {
		z, size := p.priced(j, y)
		d, size := p.Cost[j]-z, max(size, math.Abs(p.Cost[j]))
		if math.Abs(d) <= float64(ulp*size) {
			d = 0 // no multipliers in 64 bits could tell
		}
		use(d, size, p.Lower[j], p.Upper[j])
	}
	for i := range p.RowLower {
		use(y[i], 0, p.RowLower[i], p.RowUpper[i])
	}
	primal := p.objective(x)
	gap = math.Abs(primal-dual.value()) / max(1, math.Abs(primal), terms)
	if math.IsNaN(gap) {
		gap = math.Inf(1)
	}
	return violation, gap
}

func (p *Problem) crosses() bool {
	for j := range p.Lower {
		if p.Lower[j] > p.Upper[j] {
			return true
		}
	}
	for i := range p.RowLower {
		if p.RowLower[i] > p.RowUpper[i] {
			return true
		}
	}
	return false
}

// proof is what Farkas multipliers show: the smallest value of y·r over the
// rows less the largest of (A'y)·x over the columns, the rounding error of
// that, and how much leans on infinite bounds.
type proof struct{ margin, error, leaning float64 }

func (f proof) proves() bool { return f.margin > f.error && f.leaning <= rayTol }

func (p *Problem) farkas(y []float64) proof {
	var f proof
	var sum exact
	open, top := 0.0, 0.0
	// least adds the smallest value of t·v for v within the bounds.
	least := func(t, size, lower, upper float64) {
		if t == 0 {
			return
		}
		top = max(top, size)
		at := lower
		if t < 0 {
			at = upper
		}
		if math.Abs(at) >= Infinite {
			open = max(open, math.Abs(t))
			f.error += float64(math.Abs(t) * rayReach)
			return
		}
		v := float64(t * at)
		sum.add(v)
		f.error += float64(0x1p-52 * (math.Abs(v) + float64(size*math.Abs(at))))
	}
	for i, t := range y {
		least(t, math.Abs(t), p.RowLower[i], p.RowUpper[i])
	}
	for j := range p.Cost {
		z, size := p.priced(j, y)
		least(-z, size, p.Lower[j], p.Upper[j])
	}
	f.margin = sum.value()
	if open > 0 {
		f.leaning = open / top
	}
	return f
}

// recession returns by how much a direction leaves the recession cone,
// relative to its terms.
func (p *Problem) recession(ray []float64) float64 {
	sums, size := p.activity(ray)
	worst := 0.0
	check := func(v, size, lower, upper float64) {
		if (v < 0 && lower > -Infinite) || (v > 0 && upper < Infinite) || math.IsNaN(v) {
			worst = max(worst, math.Abs(v)/size)
		}
	}
	for i := range sums {
		check(sums[i].value(), max(1, size[i]), p.RowLower[i], p.RowUpper[i])
	}
	for j, v := range ray {
		check(v, 1, p.Lower[j], p.Upper[j])
	}
	return worst
}

// improves reports whether the objective improves along a direction, beyond
// rounding errors.
func (p *Problem) improves(ray []float64) bool {
	rate := p.objective(ray)
	size := 0.0
	for j, c := range p.Cost {
		size = max(size, math.Abs(c*ray[j]))
	}
	if p.Maximize {
		rate = -rate
	}
	return rate < -rayTol*size
}
