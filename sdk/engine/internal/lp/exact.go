package lp

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"strconv"
)

// ErrUnproven is returned by [Solver.Exact] when the basis is not that of an
// exact optimum and too many steps would lead to one.
var ErrUnproven = errors.New("lp: no exact answer was reached")

// MaxExactPivots is how many steps [Solver.Exact] takes at most. A basis that
// is optimal but for rounding errors is a few steps from one that is optimal.
const MaxExactPivots = 200

// Exact is an answer without rounding errors, and proven: what it is computed
// from are the shortest decimal numbers that the problem's float64 stand for,
// as people write them in files.
type Exact struct {
	Status Status
	// Objective, X and Dual are as in [Solution]; nil unless optimal.
	Objective *big.Rat
	X, Dual   []*big.Rat
	// Pivots counts the steps in exact arithmetic from the solver's final
	// basis to the one that proves the answer; mostly there are none.
	Pivots int
}

// Exact proves the answer of the last Solve in rational arithmetic. It solves
// for the vertex and the multipliers of the final basis and checks every bound
// and every sign; where one does not hold it goes on with the textbook simplex
// method, dual and then primal, for at most [MaxExactPivots] steps. It leaves
// the solver as it is. Errors: the context's, an invalid value given to a
// setter, or one that wraps [ErrUnproven] and says how far the last basis was
// off.
func (s *Solver) Exact(ctx context.Context) (*Exact, error) {
	if s.bad != nil {
		return nil, s.bad
	}
	e := newExactSimplex(s)
	if e.crossed() {
		return &Exact{Status: Infeasible}, nil
	}
	for pivots := 0; ; pivots++ {
		if err := e.compute(ctx); err != nil {
			return nil, err
		}
		if pivots == 0 && s.ray != nil {
			// The last infeasibility that was proven may be of another problem.
			if proven, err := e.outOfReach(ctx, s.blocked); proven || err != nil {
				return &Exact{Status: Infeasible}, err
			}
		}
		status, err := e.advance(ctx, pivots < MaxExactPivots, pivots > MaxExactPivots/2)
		if err != nil {
			return nil, err
		}
		switch status {
		case Optimal:
			return e.optimum(pivots), nil
		case Infeasible, Unbounded:
			return &Exact{Status: status, Pivots: pivots}, nil
		}
	}
}

// decimal returns the shortest decimal number that v stands for.
func decimal(v float64) *big.Rat {
	r, _ := new(big.Rat).SetString(strconv.FormatFloat(v, 'g', -1, 64)) // v is finite: it parses
	return r
}

// An exactSimplex is a solver's problem, minimising, with rows scaled so that
// the coefficients are whole numbers, and a basis of it.
type exactSimplex struct {
	m, n, total int
	columns     []intColumn // structural ones; that of row i's logical is 1 in row i
	scale       []*big.Rat  // of the rows
	cost        []*big.Rat
	lower       []*big.Rat // nil is none
	upper       []*big.Rat
	maximize    bool

	where []place
	head  []int32 // position → variable

	basis *lifter
	x     []*big.Rat
	y     *fractions // times costDen
	d     []*big.Int // reduced costs, all times the same number above 0
	// costDen makes the costs whole.
	costDen *big.Int
}

func newExactSimplex(s *Solver) *exactSimplex {
	p := s.prob
	e := &exactSimplex{
		m: s.m, n: s.n, total: s.total, maximize: p.Maximize, where: cloned(s.where),
		columns: make([]intColumn, s.n), scale: make([]*big.Rat, s.m),
		cost: make([]*big.Rat, s.total), lower: make([]*big.Rat, s.total), upper: make([]*big.Rat, s.total),
		x: make([]*big.Rat, s.total), d: make([]*big.Int, s.total),
	}
	values, den := make([]*big.Rat, len(p.Value)), make([]*big.Int, s.m)
	for i := range den {
		den[i] = big.NewInt(1)
	}
	for k, v := range p.Value {
		values[k] = decimal(v)
		lcm(den[p.RowIndex[k]], values[k].Denom())
	}
	for j := range s.n {
		for k := p.ColStart[j]; k < p.ColStart[j+1]; k++ {
			if values[k].Sign() != 0 {
				e.columns[j].rows = append(e.columns[j].rows, int32(p.RowIndex[k]))
				e.columns[j].vals = append(e.columns[j].vals, whole(values[k], den[p.RowIndex[k]]))
			}
		}
		e.cost[j] = decimal(p.Cost[j])
		if p.Maximize {
			e.cost[j].Neg(e.cost[j])
		}
		e.lower[j], e.upper[j] = exactBound(p.Lower[j]), exactBound(p.Upper[j])
	}
	for i := range s.m {
		e.scale[i] = new(big.Rat).SetInt(den[i])
		e.cost[s.n+i] = new(big.Rat)
		e.lower[s.n+i], e.upper[s.n+i] = e.logicalBound(i, p.RowUpper[i]), e.logicalBound(i, p.RowLower[i])
	}
	return e
}

// exactBound is nil for a bound that is none.
func exactBound(v float64) *big.Rat {
	if v <= -Infinite || v >= Infinite {
		return nil
	}
	return decimal(v)
}

// logicalBound is minus the bound of a row, scaled.
func (e *exactSimplex) logicalBound(i int, v float64) *big.Rat {
	b := exactBound(v)
	if b != nil {
		b.Neg(b.Mul(b, e.scale[i]))
	}
	return b
}

// lcm makes a the least common multiple of both.
func lcm(a, b *big.Int) {
	if !b.IsUint64() || b.Uint64() != 1 {
		var g big.Int
		a.Mul(a, g.Quo(b, g.GCD(nil, nil, a, b)))
	}
}

// whole returns v·den, which is a whole number.
func whole(v *big.Rat, den *big.Int) *big.Int {
	t := new(big.Int).Quo(den, v.Denom())
	return t.Mul(t, v.Num())
}

func (e *exactSimplex) crossed() bool {
	for j := range e.total {
		if e.lower[j] != nil && e.upper[j] != nil && e.lower[j].Cmp(e.upper[j]) > 0 {
			return true
		}
	}
	return false
}

// column is that of a variable, structural or logical.
func (e *exactSimplex) column(j int32) intColumn {
	if int(j) < e.n {
		return e.columns[j]
	}
	return intColumn{[]int32{j - int32(e.n)}, []*big.Int{big.NewInt(1)}}
}

// factor factors the basis. A singular one is mended with logicals.
func (e *exactSimplex) factor() {
	for {
		e.head = e.head[:0]
		for j, at := range e.where {
			if at == inBasis {
				e.head = append(e.head, int32(j))
			}
		}
		columns := make([]intColumn, len(e.head))
		for p, j := range e.head {
			columns[p] = e.column(j)
		}
		l, cols, rows := newLifter(columns)
		if len(cols) == 0 {
			e.basis = l
			return
		}
		for k, p := range cols {
			e.where[e.head[p]] = atLower
			e.where[e.n+int(rows[k])] = inBasis
		}
	}
}

// compute works out the vertex, the multipliers and the reduced costs of the
// basis.
func (e *exactSimplex) compute(ctx context.Context) error {
	e.factor()
	den := big.NewInt(1)
	for j := range e.where {
		if e.where[j] != inBasis {
			e.x[j] = e.settle(j)
			lcm(den, e.x[j].Denom())
		}
	}
	rhs := zeros(e.m)
	var t big.Int
	for j, at := range e.where {
		if at == inBasis || e.x[j].Sign() == 0 {
			continue
		}
		v, c := whole(e.x[j], den), e.column(int32(j))
		for k, i := range c.rows {
			rhs[i].Sub(rhs[i], t.Mul(c.vals[k], v))
		}
	}
	x, err := e.basis.solve(ctx, rhs, false)
	if err != nil {
		return err
	}
	den.Mul(den, x.den)
	for p, j := range e.head {
		e.x[j] = new(big.Rat).SetFrac(x.num[p], den)
	}
	return e.price(ctx)
}

func zeros(n int) []*big.Int {
	v := make([]*big.Int, n)
	for i := range v {
		v[i] = new(big.Int)
	}
	return v
}

// settle gives a nonbasic variable the value of its bound, or of the other one
// if that is none, or 0 if both are.
func (e *exactSimplex) settle(j int) *big.Rat {
	if e.where[j] == atZero || e.where[j] == between || e.where[j] == atUpper && e.upper[j] == nil || e.where[j] == atLower && e.lower[j] == nil {
		switch {
		case e.lower[j] != nil:
			e.where[j] = atLower
		case e.upper[j] != nil:
			e.where[j] = atUpper
		default:
			e.where[j] = atZero
			return new(big.Rat)
		}
	}
	if e.where[j] == atUpper {
		return e.upper[j]
	}
	return e.lower[j]
}

// price works out multipliers and reduced costs.
func (e *exactSimplex) price(ctx context.Context) error {
	e.costDen = big.NewInt(1)
	for _, c := range e.cost {
		lcm(e.costDen, c.Denom())
	}
	rhs := make([]*big.Int, e.m)
	for p, j := range e.head {
		rhs[p] = whole(e.cost[j], e.costDen)
	}
	y, err := e.basis.solve(ctx, rhs, true)
	if err != nil {
		return err
	}
	e.y = y
	for j, at := range e.where {
		e.d[j] = new(big.Int)
		if at != inBasis {
			e.d[j].Mul(whole(e.cost[j], e.costDen), y.den)
			e.d[j].Sub(e.d[j], e.dot(j, y.num))
		}
	}
	return nil
}

// dot returns y·column j.
func (e *exactSimplex) dot(j int, y []*big.Int) *big.Int {
	sum := new(big.Int)
	var t big.Int
	c := e.column(int32(j))
	for k, i := range c.rows {
		if y[i].Sign() != 0 {
			sum.Add(sum, t.Mul(c.vals[k], y[i]))
		}
	}
	return sum
}

// optimum states the present vertex, of an optimal basis.
func (e *exactSimplex) optimum(pivots int) *Exact {
	a := &Exact{Status: Optimal, Objective: new(big.Rat), X: e.x[:e.n:e.n], Dual: make([]*big.Rat, e.m), Pivots: pivots}
	var t big.Rat
	for j, x := range a.X {
		if e.cost[j].Sign() != 0 && x.Sign() != 0 {
			a.Objective.Add(a.Objective, t.Mul(e.cost[j], x))
		}
	}
	den := new(big.Int).Mul(e.y.den, e.costDen)
	for i := range a.Dual {
		y := new(big.Rat).SetFrac(e.y.num[i], den)
		a.Dual[i] = y.Mul(y, e.scale[i])
		if e.maximize {
			y.Neg(y)
		}
	}
	if e.maximize {
		a.Objective.Neg(a.Objective)
	}
	return a
}

// unproven says by how much the basis is off.
func (e *exactSimplex) unproven() error {
	primal, dual := 0.0, 0.0
	for _, j := range e.head {
		if v := e.violation(int(j)); v != nil {
			f, _ := v.Float64()
			primal = max(primal, f)
		}
	}
	den := new(big.Int).Mul(e.y.den, e.costDen)
	for j := range e.where {
		if e.wrong(j) {
			f, _ := new(big.Rat).SetFrac(new(big.Int).Abs(e.d[j]), den).Float64()
			dual = max(dual, f)
		}
	}
	return fmt.Errorf("%w in %d exact steps: the last basis is off by %.3g from its bounds and by %.3g in its reduced costs", ErrUnproven, MaxExactPivots, primal, dual)
}
