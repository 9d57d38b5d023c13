package lp

import (
	"fmt"
	"math"
)

// place says where a variable is.
type place int8

const (
	atLower place = iota // nonbasic at its lower bound
	atUpper              // nonbasic at its upper bound
	atZero               // nonbasic and free
	between              // nonbasic, for the time being, where its bound was before
	inBasis
)

// Solver solves one problem, and then problems that differ from it in bounds
// and costs, each time starting from the basis where the last solve ended.
// It is not safe for concurrent use; [Solver.Clone] gives another goroutine
// its own.
type Solver struct {
	prob *Problem // as stated, with the present bounds and costs; owned
	mat  *matrix  // shared with clones

	m, n, total int
	lo, up      []float64 // bounds in scaled units, columns then logicals
	cost        []float64 // scaled, minimising
	tol         []float64 // primal feasibility tolerance in scaled units
	bad         error     // first invalid value given to a setter

	// Working copies: perturbed or shifted during a solve.
	wlo, wup, wcost []float64
	shifted         bool // wcost differs from cost
	widened         bool // wlo, wup differ from lo, up

	where  []place
	pos    []int32 // position in the basis, -1 when nonbasic
	head   []int32 // position → variable
	weight []float64
	x, d   []float64
	y      []float64 // multipliers of the rows, behind d

	fac      *factor
	inv      *inverter
	fresh    bool    // fac belongs to head
	loose    []int32 // variables that may be between their bounds
	held     []int32 // nonbasic variables whose working bound is the one before
	settled  bool    // x, d and y are of the basis, the working bounds and costs
	drawn    int     // perturbations of this solve so far
	iters    int     // iterations of this solve
	dualTol  float64 // dual feasibility tolerance of this solve
	tighten  int     // how often dualTol was tightened
	costSize float64 // largest scaled cost of this solve
	options  tuning
	usable   bool // the last update of the factors can be trusted
	whole    bool // a cold start is not made on a smaller programme
	pooled   int  // how many of the last columns stand for parallel ones

	ray     []float64 // proof of the last infeasibility
	blocked int32     // the basic variable that no other lets into its bounds, then

	// The ray of an unbounded problem.
	entering  int32
	direction float64

	work workspace
}

// tuning is what a retry after numerical trouble tightens.
type tuning struct {
	refactorEvery int
	pivotMin      float64 // smallest pivot element of a basis change
	luThreshold   float64
	perturbAlways bool
	slack         float64 // multiple of the primal tolerance that is allowed
	plain         bool    // neither crash basis nor relaxed bounds
}

// workspace holds what the iterations need, allocated once.
type workspace struct {
	rho, alpha, tau, flip vector    // row of the inverse, column, weights, flips
	row                   []float64 // pivot row over all variables
	touched               []int32   // its nonzeros
	mark                  []bool    // of row
	viol                  []float64 // squared primal infeasibility by position
	cand                  []candidate
	group                 []int32 // ends of candidate groups
	devex                 []float64
	byVar                 []float64
	basics                []int32
	sums                  []exact // residuals
}

// New validates and copies the problem, scales it, and returns a solver that
// starts from the all-logical basis.
func New(p *Problem) (*Solver, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	s := &Solver{prob: p.clone()}
	s.mat = newMatrix(s.prob)
	s.allocate()
	for j := range s.n {
		s.loadColumn(j)
		s.loadCost(j)
	}
	for i := range s.m {
		s.loadRow(i)
	}
	s.logicalBasis()
	return s, nil
}

func (s *Solver) allocate() {
	s.m, s.n = s.mat.m, s.mat.n
	t := s.n + s.m
	s.total = t
	s.lo, s.up, s.cost, s.tol = make([]float64, t), make([]float64, t), make([]float64, t), make([]float64, t)
	s.wlo, s.wup, s.wcost = make([]float64, t), make([]float64, t), make([]float64, t)
	s.where, s.pos = make([]place, t), make([]int32, t)
	s.head, s.weight = make([]int32, s.m), make([]float64, s.m)
	s.x, s.d, s.y = make([]float64, t), make([]float64, t), make([]float64, s.m)
	s.fac, s.inv = newFactor(s.m), newInverter(s.mat)
	s.work = workspace{
		rho: newVector(s.m), alpha: newVector(s.m), tau: newVector(s.m), flip: newVector(s.m),
		row: make([]float64, t), touched: make([]int32, 0, t), mark: make([]bool, t),
		viol: make([]float64, s.m), cand: make([]candidate, 0, t), group: make([]int32, 0, t),
		devex: make([]float64, t), byVar: make([]float64, t), basics: make([]int32, 0, s.m),
		sums: make([]exact, s.m),
	}
}

// Clone returns an independent solver in the same state.
func (s *Solver) Clone() *Solver {
	c := &Solver{prob: s.prob.clone(), mat: s.mat, bad: s.bad, fresh: s.fresh, settled: s.settled}
	c.allocate()
	copy(c.lo, s.lo)
	copy(c.up, s.up)
	copy(c.cost, s.cost)
	copy(c.tol, s.tol)
	copy(c.where, s.where)
	copy(c.pos, s.pos)
	copy(c.head, s.head)
	copy(c.weight, s.weight)
	copy(c.x, s.x)
	copy(c.d, s.d)
	copy(c.y, s.y)
	copy(c.wcost, s.wcost)
	if s.fresh {
		c.fac.copyFrom(s.fac)
	}
	return c
}

// SetBounds changes the bounds of a column. It panics when there is no such
// column; NaN, or an infinity on the wrong side, makes the next Solve fail.
func (s *Solver) SetBounds(col int, lower, upper float64) {
	s.note(checkBounds("column", col, lower, upper))
	s.prob.Lower[col], s.prob.Upper[col] = lower, upper
	s.loadColumn(col)
}

// Bounds returns the bounds that a column has, lower and upper.
func (s *Solver) Bounds(col int) [2]float64 {
	return [2]float64{s.prob.Lower[col], s.prob.Upper[col]}
}

// SetRowBounds changes the bounds of a row, as SetBounds does for a column.
func (s *Solver) SetRowBounds(row int, lower, upper float64) {
	s.note(checkBounds("row", row, lower, upper))
	s.prob.RowLower[row], s.prob.RowUpper[row] = lower, upper
	s.loadRow(row)
}

// SetCost changes the cost of a column. It panics when there is no such
// column; a cost that is not finite makes the next Solve fail.
func (s *Solver) SetCost(col int, cost float64) {
	if !finite(cost) {
		s.note(fmt.Errorf("lp: column %d: cost %v: want a finite number", col, cost))
	}
	s.prob.Cost[col] = cost
	s.loadCost(col)
}

func (s *Solver) note(err error) {
	if s.bad == nil {
		s.bad = err
	}
}

func (s *Solver) loadCost(j int) {
	s.cost[j] = s.prob.Cost[j] * s.mat.colScale[j]
	if s.prob.Maximize {
		s.cost[j] = -s.cost[j]
	}
}

func (s *Solver) loadColumn(j int) {
	f := 1 / s.mat.colScale[j]
	s.setScaled(j, s.prob.Lower[j], s.prob.Upper[j], f)
}

// loadRow sets the bounds of a row's logical, which is minus the activity.
func (s *Solver) loadRow(i int) {
	s.setScaled(s.n+i, -s.prob.RowUpper[i], -s.prob.RowLower[i], s.mat.rowScale[i])
}

// feasTol is the primal feasibility tolerance, relative to max(1, |bound|).
const feasTol = 1e-9

func (s *Solver) setScaled(j int, lower, upper, f float64) {
	size := 1.0
	if lower <= -Infinite {
		lower = math.Inf(-1)
	} else {
		size = max(size, math.Abs(lower))
	}
	if upper >= Infinite {
		upper = math.Inf(1)
	} else if lower > math.Inf(-1) {
		size = max(1, min(math.Abs(lower), math.Abs(upper)))
	} else {
		size = max(size, math.Abs(upper))
	}
	if lower > upper && lower-upper <= feasTol*size {
		lower = upper + float64((lower-upper)/2)
		upper = lower
	}
	s.lo[j], s.up[j] = lower*f, upper*f
	// Half of what is promised, so that rounding in the end does no harm.
	s.tol[j] = max(1e-13, min(1e-7, feasTol/2*size*f))
}

// crossed reports the first variable whose bounds cross, or -1.
func (s *Solver) crossed() int {
	for j := range s.total {
		if s.lo[j] > s.up[j] {
			return j
		}
	}
	return -1
}

// logicalBasis makes every logical basic and every column nonbasic at the
// bound nearest to zero.
func (s *Solver) logicalBasis() {
	for j := range s.n {
		s.pos[j] = -1
		s.where[j] = nearest(s.lo[j], s.up[j])
	}
	for i := range s.m {
		s.head[i] = int32(s.n + i)
		s.pos[s.n+i] = int32(i)
		s.where[s.n+i] = inBasis
		s.weight[i] = 1
	}
	s.fresh, s.settled = false, false
}

func nearest(lo, up float64) place {
	switch {
	case math.IsInf(lo, -1) && math.IsInf(up, 1):
		return atZero
	case math.Abs(up) < math.Abs(lo):
		return atUpper
	}
	return atLower
}

// refactor computes fresh factors of the present basis, numbers the positions
// anew, and recomputes x and d. A singular basis is repaired with logicals.
func (s *Solver) refactor() {
	w := &s.work
	for p, j := range s.head {
		w.byVar[j] = s.weight[p]
	}
	s.inv.strict = s.options.luThreshold
	for {
		w.basics = w.basics[:0]
		for j, at := range s.where {
			if at == inBasis {
				w.basics = append(w.basics, int32(j))
			}
		}
		dropped, rows := s.inv.invert(s.fac, w.basics, s.head)
		if len(dropped) == 0 {
			break
		}
		for k, j := range dropped {
			s.where[j] = s.nonbasicPlace(int(j))
			s.pos[j] = -1
			logical := s.n + int(rows[k])
			s.where[logical] = inBasis
			w.byVar[logical] = 1
		}
	}
	s.fac.entries = 0
	for p, j := range s.head {
		s.pos[j] = int32(p)
		s.weight[p] = w.byVar[j]
		if int(j) < s.n {
			s.fac.entries += int(s.mat.colStart[j+1] - s.mat.colStart[j])
		}
	}
	s.fresh = true
}

// nonbasicPlace says where a variable goes that leaves the basis in a repair:
// the bound nearest to its value.
func (s *Solver) nonbasicPlace(j int) place {
	lo, up := s.wlo[j], s.wup[j]
	switch {
	case math.IsInf(lo, -1) && math.IsInf(up, 1):
		return atZero
	case math.IsInf(lo, -1), s.x[j]-lo > up-s.x[j]:
		return atUpper
	}
	return atLower
}

// computeX sets the nonbasic variables to their bounds and solves for the
// basic ones.
func (s *Solver) computeX() {
	w := &s.work.flip
	w.clear()
	for j, at := range s.where {
		switch at {
		case inBasis:
			continue
		case atLower, atUpper, atZero, between:
			s.settle(j)
		}
		if s.x[j] != 0 {
			s.mat.addColumn(j, -s.x[j], w.v)
		}
	}
	w.full = true
	s.fac.ftran(w, false)
	for p, j := range s.head {
		s.x[j] = w.v[p]
	}
	w.clear()
	s.computeViolations()
}

// settle gives a nonbasic variable the value of its bound; a bound that has
// been removed since is left for the other one.
func (s *Solver) settle(j int) {
	lo, up := s.wlo[j], s.wup[j]
	if s.where[j] == between {
		return
	}
	if s.where[j] == atUpper && !math.IsInf(up, 1) {
		s.x[j] = up
		return
	}
	switch {
	case s.where[j] == atLower && !math.IsInf(lo, -1):
	case math.IsInf(lo, -1) && math.IsInf(up, 1):
		s.where[j], s.x[j] = atZero, 0
		return
	default:
		s.where[j] = nearest(lo, up)
		if s.where[j] == atUpper {
			s.x[j] = up
			return
		}
	}
	s.where[j], s.x[j] = atLower, lo
}

func (s *Solver) computeViolations() {
	for p := range s.head {
		s.setViolation(int32(p))
	}
}

// setViolation updates the squared infeasibility at a position.
func (s *Solver) setViolation(p int32) {
	j := s.head[p]
	v := s.x[j]
	t := max(s.wlo[j]-v, v-s.wup[j])
	if t > s.tol[j]*s.options.slack {
		s.work.viol[p] = float64(t * t)
	} else {
		s.work.viol[p] = 0
	}
}

// computeD solves for the duals of the working costs and prices all columns.
func (s *Solver) computeD() {
	w := &s.work.flip
	w.clear()
	for p, j := range s.head {
		if c := s.wcost[j]; c != 0 {
			w.v[p] = c
			w.idx = append(w.idx, int32(p))
		}
	}
	s.fac.btran(w, false)
	copy(s.y, w.v)
	w.clear()
	s.priceAll(s.wcost)
}

// priceAll computes the duals of all variables from the multipliers.
func (s *Solver) priceAll(cost []float64) {
	for j, at := range s.where {
		if at == inBasis {
			s.d[j] = 0
			continue
		}
		s.d[j] = cost[j] - s.mat.dotColumn(j, s.y)
	}
}
