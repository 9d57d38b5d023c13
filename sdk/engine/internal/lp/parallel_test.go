//go:build !race

package lp_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/lp"
)

// multiples are what planted rows and columns are multiples by.
func multiples() []float64 { return []float64{1, 1, -1, 2, -2, 0.5, -0.25, 64, 3, -3} }

// plant adds multiples of columns and of rows to a problem. Most cost and are
// bound as what they repeat; others cost more or less, have no bounds, or, of
// rows, bounds that may leave nothing.
func plant(r *rand.Rand, p *lp.Problem, columns, rows int) *lp.Problem {
	q := &lp.Problem{
		Maximize: p.Maximize, Cost: slices.Clone(p.Cost), Lower: slices.Clone(p.Lower), Upper: slices.Clone(p.Upper),
		RowLower: slices.Clone(p.RowLower), RowUpper: slices.Clone(p.RowUpper),
	}
	entries := make([]map[int]float64, 0, len(p.Cost)+columns)
	for j := range p.Cost {
		e := map[int]float64{}
		for k := p.ColStart[j]; k < p.ColStart[j+1]; k++ {
			e[p.RowIndex[k]] = math.Round(8*p.Value[k]) / 8
		}
		entries = append(entries, e)
	}
	pick := func() float64 { f := multiples(); return f[r.IntN(len(f))] }
	for range columns {
		j, f := r.IntN(len(entries)), pick()
		copied := map[int]float64{}
		for i, v := range entries[j] {
			copied[i] = f * v
		}
		entries = append(entries, copied)
		lower, upper := randomBounds(r, 0)
		cost := f * q.Cost[j]
		if r.IntN(4) == 0 {
			cost += float64(r.IntN(3) - 1)
		}
		q.Cost, q.Lower, q.Upper = append(q.Cost, cost), append(q.Lower, lower), append(q.Upper, upper)
	}
	for range min(rows, 4*len(p.RowLower)) {
		i, f, k := r.IntN(len(q.RowLower)), pick(), len(q.RowLower)
		for _, e := range entries {
			if v := e[i]; v != 0 {
				e[k] = f * v
			}
		}
		lower, upper := f*q.RowLower[i], f*q.RowUpper[i]
		if f < 0 {
			lower, upper = upper, lower
		}
		switch r.IntN(5) {
		case 0:
			lower = -inf
		case 1:
			upper += math.Abs(f)
		case 2:
			if r.IntN(8) == 0 {
				lower, upper = lower+1, upper+1
			}
		}
		q.RowLower, q.RowUpper = append(q.RowLower, lower), append(q.RowUpper, upper)
	}
	q.ColStart = []int{0}
	for _, e := range entries {
		for i := range q.RowLower {
			if v := e[i]; v != 0 {
				q.RowIndex, q.Value = append(q.RowIndex, i), append(q.Value, v)
			}
		}
		q.ColStart = append(q.ColStart, len(q.Value))
	}
	return q
}

// whole solves without presolve.
func whole(t *testing.T, p *lp.Problem) *lp.Solution {
	t.Helper()
	s, err := lp.NewWhole(p)
	if err != nil {
		t.Fatal(err)
	}
	return certified(t, s, p)
}

// sameAnswer solves with and without presolve, and compares answers and proofs.
// It returns the number of steps that were left to do on the problem as stated,
// and of pairs of parallel columns.
func sameAnswer(t *testing.T, p *lp.Problem) (got *lp.Solution, further, pools int) {
	t.Helper()
	want, got := whole(t, p), solve(t, newSolver(t, p))
	if got.Status != want.Status && (got.Status == lp.Optimal || want.Status == lp.Optimal) {
		t.Fatalf("with presolve %v, without %v: %+v", got.Status, want.Status, p)
	}
	if got.Status == lp.Optimal && !near(got.Objective, want.Objective, 1e-9) {
		t.Fatalf("with presolve %.15g, without %.15g: %+v", got.Objective, want.Objective, p)
	}
	if c, without := p.Certify(got), p.Certify(want); c.Worst() > max(1e-9, without.Worst()) {
		t.Fatalf("%v is not proven: %+v, without presolve %+v: %+v", got.Status, c, without, p)
	}
	r := lp.ReduceOnce(p)
	if r == nil {
		return got, 0, 0
	}
	compareReduced(t, p, r, want)
	s, err := r.NewReduced()
	if err != nil {
		t.Fatal(err)
	}
	if small := solve(t, s); small.Status == lp.Optimal {
		further = got.Iterations - small.Iterations
	}
	return got, further, r.Pools()
}

// TestParallel plants multiples of rows and columns in random problems: thin
// ones, degenerate ones, such without a solution and without an optimum.
func TestParallel(t *testing.T) {
	t.Parallel()
	var seen [4]int
	pools, further := 0, 0
	for seed := range uint64(6000) {
		r := rand.New(rand.NewPCG(seed, 21))
		p := thinProblem(r, seed%3 > 0)
		if seed%2 == 0 {
			p = randomProblem(r, seed%4 > 0)
		}
		p = plant(r, p, r.IntN(6), r.IntN(4))
		sol, more, n := sameAnswer(t, p)
		if t.Failed() {
			t.Fatalf("seed %d: %+v", seed, p)
		}
		seen[sol.Status]++
		pools, further = pools+n, further+more
	}
	t.Logf("optimal %d, infeasible %d, unbounded %d; %d pairs, %d further steps", seen[lp.Optimal], seen[lp.Infeasible], seen[lp.Unbounded], pools, further)
	if pools < 2000 || min(seen[lp.Optimal], seen[lp.Infeasible], seen[lp.Unbounded]) < 100 {
		t.Errorf("%d pairs, statuses %v: that shows little", pools, seen)
	}
}

// TestParallelSparse does so with problems that look like networks.
func TestParallelSparse(t *testing.T) {
	t.Parallel()
	pools := 0
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 22))
		m := 20 + r.IntN(60)
		_, _, n := sameAnswer(t, plant(r, sparseProblem(r, m, m+r.IntN(m)), r.IntN(m), r.IntN(m/2)))
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
		pools += n
	}
	if pools < 100 {
		t.Errorf("%d pairs: that shows little", pools)
	}
}

// FuzzParallel plants multiples in what it reads.
func FuzzParallel(f *testing.F) {
	f.Add(uint64(1), []byte{2, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
	f.Add(uint64(7), []byte{1, 1, 0, 2, 0, 1, 0, 4, 255, 255, 4})
	f.Add(uint64(9), []byte{5, 5, 255, 0, 255, 0, 128, 64, 32, 16, 8, 4, 2, 1})
	f.Fuzz(func(t *testing.T, seed uint64, data []byte) {
		p := decode(data)
		r := rand.New(rand.NewPCG(seed, 23))
		p = plant(r, p, r.IntN(5), r.IntN(4))
		got, want := solve(t, newSolver(t, p)), whole(t, p)
		if (got.Status == lp.Optimal) != (want.Status == lp.Optimal) || got.Status == lp.Optimal && !near(got.Objective, want.Objective, 1e-6) {
			t.Fatalf("with presolve %v %v, without %v %v: %+v", got.Status, got.Objective, want.Status, want.Objective, p)
		}
		if c := p.Certify(got); c.Worst() > 1e-6 {
			t.Fatalf("%v is not proven: %+v: %+v", got.Status, c, p)
		}
	})
}

// TestParallelByHand shows what becomes of each kind.
func TestParallelByHand(t *testing.T) {
	t.Parallel()
	rows := [][]float64{{1, 2, 1, -1}, {1, 2, 0, 1}}
	for _, tc := range []struct {
		name            string
		p               *lp.Problem
		columns, rows   int
		pools           int
		x, dual, reduce []float64
	}{
		{ // the second is twice the first; of the 6 that both bring, the first stays at its bound
			"pooled", dense(true, []float64{1, 2, 3, 0}, rows, []float64{-inf, -inf}, []float64{8, 6}, []float64{0, 0, 0, 0}, []float64{5, 9, 1, 4}),
			3, 2, 1,
			[]float64{0, 3, 1, 0},
			[]float64{0, 1},
			[]float64{0, 0, 3, -1},
		},
		{ // the second costs less for the same, and the first can make room for it
			"better", dense(false, []float64{1, 1, 0, 0}, rows, []float64{2, 2}, []float64{2, inf}, []float64{-inf, -1, 0, 0}, []float64{inf, 4, 0, inf}),
			1, 1, 0,
			[]float64{-6, 4, 0, 0},
			[]float64{1, 0},
			[]float64{0, -1, -1, 1},
		},
		{
			"rows", dense(true, []float64{1, 1, 1}, [][]float64{{1, 3, -2}, {-2, -6, 4}}, []float64{-inf, -6}, []float64{7, inf}, []float64{0, 0, 0}, []float64{9, 9, 2}),
			3, 1, 0,
			[]float64{7, 0, 2},
			[]float64{0, -0.5},
			[]float64{0, -2, 3},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := lp.ReduceOnce(tc.p)
			if r == nil {
				t.Fatal("nothing is made smaller")
			}
			if got := [3]int{len(r.Problem.Cost), len(r.Problem.RowLower), r.Pools()}; got != [3]int{tc.columns, tc.rows, tc.pools} {
				t.Errorf("columns, rows, pairs: got %v, want %v", got, [3]int{tc.columns, tc.rows, tc.pools})
			}
			sol, further, _ := sameAnswer(t, tc.p)
			if further != 0 {
				t.Errorf("%d steps are left to do on the problem as stated, want none", further)
			}
			compare(t, "X", sol.X, tc.x)
			compare(t, "Dual", sol.Dual, tc.dual)
			compare(t, "ReducedCost", sol.ReducedCost, tc.reduce)
		})
	}
}

// TestParallelNone is of rows that leave nothing, and of columns that nothing
// stops: the answers are the proofs of the problem as stated.
func TestParallelNone(t *testing.T) {
	t.Parallel()
	for want, p := range map[lp.Status]*lp.Problem{
		lp.Infeasible: dense(true, []float64{1, 1, 0}, [][]float64{{1, 3, 1}, {-2, -6, -2}}, []float64{-inf, -inf}, []float64{1, -3}, []float64{0, 0, 0}, []float64{9, 9, 9}),
		lp.Unbounded:  dense(false, []float64{1, -3, 1}, [][]float64{{1, -2, 1}}, []float64{2}, []float64{2}, []float64{0, 0, 0}, []float64{inf, inf, 4}),
	} {
		got, _, _ := sameAnswer(t, p)
		if c := p.Certify(got); got.Status != want || c.Worst() > 0 {
			t.Errorf("got %v, certificate %+v, want %v and a perfect one", got.Status, c, want)
		}
	}
}

// TestParallelNetworks counts what real networks have, and solves them with
// each reaction twice, once more backwards, and with every tenth row twice:
// growth stays.
func TestParallelNetworks(t *testing.T) {
	t.Parallel()
	least := map[string]int{"iML1515.json": 30}
	for _, tc := range networks() {
		t.Run(tc.file, func(t *testing.T) {
			t.Parallel()
			p := loadNetwork(t, tc.file).problem
			r := lp.ReduceOnce(p)
			t.Logf("%d columns, %d rows become %d and %d; %d pairs", len(p.Cost), len(p.RowLower), len(r.Problem.Cost), len(r.Problem.RowLower), r.Pools())
			if r.Pools() < least[tc.file] {
				t.Errorf("%d pairs, want at least %d", r.Pools(), least[tc.file])
			}
			q := twice(p)
			s := newSolver(t, q)
			sol := certified(t, s, q)
			if sol.Status != lp.Optimal || !near(sol.Objective, tc.growth, 1e-8) {
				t.Errorf("each reaction twice: got %v, growth %.15g, want %.15g", sol.Status, sol.Objective, tc.growth)
			}
			if r = lp.ReduceOnce(q); r.Pools() < len(p.Cost)/2 || len(r.Problem.Cost) > len(p.Cost)*2/3 {
				t.Errorf("of %d columns %d are left, %d pairs", len(q.Cost), len(r.Problem.Cost), r.Pools())
			}
		})
	}
}

// twice shares every column's bounds out among it and two copies, the second of
// them backwards, and repeats every tenth row three times as large.
func twice(p *lp.Problem) *lp.Problem {
	m := len(p.RowLower)
	q := &lp.Problem{Maximize: p.Maximize, RowLower: slices.Clone(p.RowLower), RowUpper: slices.Clone(p.RowUpper), ColStart: []int{0}}
	copied := map[int]int{}
	for i := 0; i < m; i += 10 {
		copied[i] = len(q.RowLower)
		q.RowLower, q.RowUpper = append(q.RowLower, 3*p.RowLower[i]), append(q.RowUpper, 3*p.RowUpper[i])
	}
	for j := range p.Cost {
		for _, share := range []float64{0.5, 0.25, -0.25} {
			sign := math.Copysign(1, share)
			lower, upper := share*p.Lower[j], share*p.Upper[j]
			q.Cost = append(q.Cost, sign*p.Cost[j])
			q.Lower, q.Upper = append(q.Lower, min(lower, upper)), append(q.Upper, max(lower, upper))
			for k := p.ColStart[j]; k < p.ColStart[j+1]; k++ {
				i, v := p.RowIndex[k], sign*p.Value[k]
				q.RowIndex, q.Value = append(q.RowIndex, i), append(q.Value, v)
				if c, ok := copied[i]; ok {
					q.RowIndex, q.Value = append(q.RowIndex, c), append(q.Value, 3*v)
				}
			}
			q.ColStart = append(q.ColStart, len(q.Value))
		}
	}
	return q
}
