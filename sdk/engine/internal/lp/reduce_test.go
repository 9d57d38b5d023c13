package lp_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/lp"
)

// thinProblem makes a problem of short rows and fixed columns, with much for
// Reduce to do: chains of rows of two, rows of one, and rows that leave their
// columns no choice. With feasible, a random point satisfies it.
func thinProblem(r *rand.Rand, feasible bool) *lp.Problem {
	m, n := 2+r.IntN(12), 2+r.IntN(14)
	rows := make([][]float64, m)
	x := make([]float64, n)
	var cost, lower, upper, rowLower, rowUpper []float64
	for j := range x {
		x[j] = float64(r.IntN(9) - 4)
		if r.IntN(3) == 0 {
			x[j] = 0
		}
		lo, up := randomBounds(r, x[j])
		if r.IntN(2) == 0 { // as fluxes have them
			lo, up = min(0, x[j]), max(0, x[j])+float64(10*r.IntN(2))
		}
		lower, upper, cost = append(lower, lo), append(upper, up), append(cost, float64(r.IntN(5)-2))
	}
	for i := range rows {
		rows[i] = make([]float64, n)
		activity := 0.0
		for range []int{0, 1, 1, 2, 2, 2, 2, 3, 4}[r.IntN(9)] {
			j := r.IntN(n)
			activity -= rows[i][j] * x[j]
			rows[i][j] = []float64{-3, -1, -1, 1, 1, 2, 0.1, 64}[r.IntN(8)]
			activity += rows[i][j] * x[j]
		}
		if !feasible && r.IntN(m) == 0 {
			activity += float64(1 + r.IntN(3))
		}
		lo, up := activity, activity
		if r.IntN(8) == 0 {
			lo, up = randomBounds(r, activity)
		}
		rowLower, rowUpper = append(rowLower, lo), append(rowUpper, up)
	}
	return dense(r.IntN(2) == 0, cost, rows, rowLower, rowUpper, lower, upper)
}

// checkReduced solves p whole and reduced, where Reduce makes something of it,
// and compares. It reports whether it did.
func checkReduced(t *testing.T, p *lp.Problem) bool {
	t.Helper()
	want := certified(t, newSolver(t, p), p)
	r := lp.Reduce(p)
	if r == nil {
		return false
	}
	compareReduced(t, p, r, want)
	for j := range p.Cost {
		if g := r.Image(j); r.Pools() > 0 || g.Column < -1 || g.Column >= len(r.Problem.Cost) {
			t.Errorf("column %d: the image is %+v, want one column", j, g)
		}
	}
	return true
}

// compareReduced compares what the smaller programme says with the answer to
// the stated one.
func compareReduced(t *testing.T, p *lp.Problem, r *lp.Reduction, want *lp.Solution) {
	t.Helper()
	if err := r.Problem.Validate(); err != nil {
		t.Fatal(err)
	}
	if len(r.Problem.Cost) > len(p.Cost) || len(r.Problem.RowLower) > len(p.RowLower) {
		t.Errorf("%d columns and %d rows became %d and %d", len(p.Cost), len(p.RowLower), len(r.Problem.Cost), len(r.Problem.RowLower))
	}
	small := solve(t, newSolver(t, r.Problem))
	if small.Status != want.Status && (small.Status == lp.Optimal || want.Status == lp.Optimal) {
		t.Fatalf("reduced %v, whole %v: %+v\n%+v", small.Status, want.Status, p, r)
	}
	if small.Status != lp.Optimal {
		return
	}
	x := r.Expand(small.X)
	objective := 0.0
	for j, v := range x {
		objective += p.Cost[j] * v
		if slack := 1e-8 * max(1, math.Abs(v)); v < p.Lower[j]-slack || v > p.Upper[j]+slack {
			t.Errorf("column %d: got %v, want it in [%v, %v]", j, v, p.Lower[j], p.Upper[j])
		}
		if g := r.Image(j); g.Column == -1 && g.Offset != v {
			t.Errorf("column %d: got %v, and it is fixed at %v", j, v, g.Offset)
		}
	}
	if !near(objective, want.Objective, 1e-7) {
		t.Errorf("objective: reduced %.12f, whole %.12f", objective, want.Objective)
	}
	net, size := make([]float64, len(p.RowLower)), make([]float64, len(p.RowLower))
	for j, v := range x {
		for k := p.ColStart[j]; k < p.ColStart[j+1]; k++ {
			net[p.RowIndex[k]] += p.Value[k] * v
			size[p.RowIndex[k]] = max(size[p.RowIndex[k]], math.Abs(p.Value[k]*v))
		}
	}
	for i, v := range net {
		if slack := 1e-8 * max(1, size[i]); v < p.RowLower[i]-slack || v > p.RowUpper[i]+slack {
			t.Errorf("row %d: got %v, want it in [%v, %v]", i, v, p.RowLower[i], p.RowUpper[i])
		}
	}
}

// TestReduce compares problems with what Reduce makes of them: random, highly
// degenerate, without a solution and without an optimum.
func TestReduce(t *testing.T) {
	t.Parallel()
	var seen [4]int
	reduced := 0
	for seed := range uint64(6000) {
		r := rand.New(rand.NewPCG(seed, 7))
		p := thinProblem(r, seed%3 > 0)
		if seed%5 == 0 {
			p = randomProblem(r, seed%2 > 0)
		}
		if checkReduced(t, p) {
			reduced++
		}
		seen[solve(t, newSolver(t, p)).Status]++
		if t.Failed() {
			t.Fatalf("seed %d: %+v", seed, p)
		}
	}
	t.Logf("optimal %d, infeasible %d, unbounded %d; %d reduced", seen[lp.Optimal], seen[lp.Infeasible], seen[lp.Unbounded], reduced)
	if reduced < 2000 || min(seen[lp.Optimal], seen[lp.Infeasible], seen[lp.Unbounded]) < 100 {
		t.Errorf("%d are reduced, statuses %v: that shows little", reduced, seen)
	}
}

// TestReduceBadlyScaled does so with factors over six decades.
func TestReduceBadlyScaled(t *testing.T) {
	t.Parallel()
	reduced := 0
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 8))
		p := thinProblem(r, true)
		q := rescale(r, p, 6)
		want := solve(t, newSolver(t, p))
		small := lp.Reduce(q)
		if small == nil {
			continue
		}
		reduced++
		got := solve(t, newSolver(t, small.Problem))
		if got.Status != want.Status {
			t.Fatalf("seed %d: reduced %v, whole %v: %+v", seed, got.Status, want.Status, p)
		}
		if got.Status != lp.Optimal {
			continue
		}
		objective := 0.0
		for j, v := range small.Expand(got.X) {
			objective += q.Cost[j] * v
		}
		if !near(objective, want.Objective, 1e-6) {
			t.Fatalf("seed %d: reduced %v, whole %v: %+v", seed, objective, want.Objective, p)
		}
	}
	if reduced < 500 {
		t.Errorf("only %d are reduced", reduced)
	}
}

// TestReduceSparse does so with problems that look like networks.
func TestReduceSparse(t *testing.T) {
	t.Parallel()
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 9))
		m := 20 + r.IntN(100)
		checkReduced(t, sparseProblem(r, m, m+r.IntN(m)))
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// TestReduceByHand folds a pathway into one column, fixes what has no choice
// and leaves nothing.
func TestReduceByHand(t *testing.T) {
	t.Parallel()
	// in → 2 a, a → b, b → out, and a column that a row of its own fixes.
	p := dense(true, []float64{0, 0, 1, 0}, [][]float64{{2, -1, 0, 0}, {0, 1, -1, 0}, {0, 0, 0, 2}},
		[]float64{0, 0, 3}, []float64{0, 0, 3}, []float64{0, 0, 0, -inf}, []float64{5, 7, inf, inf})
	r := lp.Reduce(p)
	if r == nil || len(r.Problem.Cost) != 1 || len(r.Problem.RowLower) != 0 {
		t.Fatalf("got %+v, want one column", r)
	}
	x := r.Expand(solve(t, newSolver(t, r.Problem)).X)
	compare(t, "X", x, []float64{3.5, 7, 7, 1.5})
	p.RowLower[0], p.RowUpper[0] = 100, 100
	if r := lp.Reduce(p); r != nil {
		t.Errorf("of a problem without a solution: got %+v, want nothing", r)
	}
}
