package lp_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/lp"
)

// TestScaledProblemsAgree solves problems, and the same problems after their
// rows and columns were multiplied by factors over eight decades.
func TestScaledProblemsAgree(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 2))
		p := randomProblem(r, seed%3 > 0)
		want := solve(t, newSolver(t, p))
		q := rescale(r, p, 8)
		got := solve(t, newSolver(t, q))
		if got.Status != want.Status || (want.Status == lp.Optimal && !near(got.Objective, want.Objective, 1e-6)) {
			t.Fatalf("seed %d: got %v %v scaled, want %v %v: %+v", seed, got.Status, got.Objective, want.Status, want.Objective, p)
		}
		if c := q.Certify(got); c.Worst() > 1e-6 {
			t.Errorf("seed %d: %v is not proven: %+v", seed, got.Status, c)
		}
	}
}

func near(a, b, tol float64) bool {
	return math.Abs(a-b) <= tol*max(1, math.Abs(a), math.Abs(b))
}

// TestWarmAgreesWithCold changes bounds and costs at random and compares a
// solver that goes on from its last basis with a new one.
func TestWarmAgreesWithCold(t *testing.T) {
	t.Parallel()
	changes := 0
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 3))
		p := randomProblem(r, true)
		warm := newSolver(t, p)
		for range 20 {
			alter(r, p, warm)
			changes++
			got := certified(t, warm, p)
			want := solve(t, newSolver(t, p))
			if got.Status != want.Status && (got.Status == lp.Optimal || want.Status == lp.Optimal) {
				t.Fatalf("seed %d: warm %v, cold %v: %+v", seed, got.Status, want.Status, p)
			}
			if got.Status == lp.Optimal && !near(got.Objective, want.Objective, 1e-8) {
				t.Fatalf("seed %d: warm %v, cold %v: %+v", seed, got.Objective, want.Objective, p)
			}
		}
	}
}

// alter changes one bound pair or cost of the problem and of its solver.
func alter(r *rand.Rand, p *lp.Problem, s *lp.Solver) {
	j := r.IntN(len(p.Cost))
	switch r.IntN(4) {
	case 0:
		p.Cost[j] = float64(r.IntN(7) - 3)
		s.SetCost(j, p.Cost[j])
	case 1:
		if m := len(p.RowLower); m > 0 {
			i := r.IntN(m)
			p.RowLower[i], p.RowUpper[i] = randomBounds(r, float64(r.IntN(11)-5))
			s.SetRowBounds(i, p.RowLower[i], p.RowUpper[i])
		}
	default:
		p.Lower[j], p.Upper[j] = randomBounds(r, float64(r.IntN(7)-3))
		s.SetBounds(j, p.Lower[j], p.Upper[j])
	}
}

// sparseProblem makes a feasible, bounded problem with about three entries in
// a column, many of them ±1, equality rows and reversible columns, as
// metabolic networks have.
func sparseProblem(r *rand.Rand, m, n int) *lp.Problem {
	p := &lp.Problem{Maximize: true, ColStart: []int{0}}
	activity := make([]float64, m)
	for range n {
		x := 0.0
		if r.IntN(3) == 0 {
			x = float64(r.IntN(21) - 10)
		}
		used := map[int]bool{}
		for range 1 + r.IntN(5) {
			i := r.IntN(m)
			if used[i] {
				continue
			}
			used[i] = true
			v := float64(1 - 2*r.IntN(2))
			if r.IntN(8) == 0 {
				v = r.NormFloat64() * math.Pow(10, 4*r.Float64()-3)
			}
			p.RowIndex, p.Value = append(p.RowIndex, i), append(p.Value, v)
			activity[i] += v * x
		}
		p.ColStart = append(p.ColStart, len(p.Value))
		lower, upper := min(0, x), 1000.0
		if r.IntN(2) == 0 {
			lower = -1000
		}
		p.Lower, p.Upper, p.Cost = append(p.Lower, lower), append(p.Upper, upper), append(p.Cost, 0)
	}
	for range 1 + r.IntN(5) {
		p.Cost[r.IntN(n)] = float64(1 + r.IntN(3))
	}
	p.RowLower, p.RowUpper = activity, append([]float64(nil), activity...)
	return p
}

// TestSparseProblems solves larger ones cold, and then warm after deletions
// and changes of the objective.
func TestSparseProblems(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 4))
		m := 20 + r.IntN(200)
		p := sparseProblem(r, m, m+r.IntN(m))
		s := newSolver(t, p)
		for step := range 12 {
			got := certified(t, s, p)
			want := certified(t, newSolver(t, p), p)
			if t.Failed() {
				t.Fatalf("seed %d, step %d", seed, step)
			}
			if got.Status != want.Status || !near(got.Objective, want.Objective, 1e-8) {
				t.Fatalf("seed %d, step %d: warm %v %v, cold %v %v", seed, step, got.Status, got.Objective, want.Status, want.Objective)
			}
			j := r.IntN(len(p.Cost))
			if step%2 == 0 {
				p.Lower[j], p.Upper[j] = 0, 0
				s.SetBounds(j, 0, 0)
			} else {
				p.Cost[j] = float64(r.IntN(5) - 2)
				s.SetCost(j, p.Cost[j])
			}
		}
	}
}

// TestFarBounds takes columns away, which are free up to far bounds again
// later, in solvers that go on from where they are.
func TestFarBounds(t *testing.T) {
	t.Parallel()
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 6))
		m := 20 + r.IntN(60)
		p := sparseProblem(r, m, m+r.IntN(m))
		s, f := newSolver(t, p), newFold(t, p)
		lower, upper := append([]float64(nil), p.Lower...), append([]float64(nil), p.Upper...)
		for step := range 40 {
			got, want := certified(t, s, p), certified(t, newSolver(t, p), p)
			folded, err := f.Solve(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, sol := range []*lp.Solution{got, folded} {
				if sol.Status != want.Status || !near(sol.Objective, want.Objective, 1e-8) {
					t.Fatalf("seed %d, step %d: warm %v %v, cold %v %v", seed, step, sol.Status, sol.Objective, want.Status, want.Objective)
				}
			}
			if t.Failed() {
				t.Fatalf("seed %d, step %d", seed, step)
			}
			for range 1 + r.IntN(3) {
				j := r.IntN(len(p.Cost))
				switch r.IntN(4) {
				case 0:
					p.Lower[j], p.Upper[j] = max(lower[j], -1), min(upper[j], 1)
				case 1:
					x := 0.0
					if want.Status == lp.Optimal {
						x = 0.9 * want.X[j]
					}
					p.Lower[j], p.Upper[j] = min(lower[j], x), x
				default:
					for k := range p.Cost { // those that were taken come back
						if (p.Lower[k] != lower[k] || p.Upper[k] != upper[k]) && r.IntN(2) == 0 {
							p.Lower[k], p.Upper[k] = lower[k], upper[k]
							s.SetBounds(k, p.Lower[k], p.Upper[k])
							f.SetBounds(k, p.Lower[k], p.Upper[k])
						}
					}
				}
				s.SetBounds(j, p.Lower[j], p.Upper[j])
				f.SetBounds(j, p.Lower[j], p.Upper[j])
			}
		}
	}
}

// TestRepeatable solves the same way twice and expects the same bits, also
// through a snapshot and a clone.
func TestRepeatable(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 5))
	p := sparseProblem(r, 120, 200)
	a, b := newSolver(t, p), newSolver(t, p)
	sameBits(t, "two new solvers", solve(t, a), solve(t, b))
	basis := a.Basis()
	a.SetBounds(3, 0, 0)
	b.SetBounds(3, 0, 0)
	first := solve(t, a)
	sameBits(t, "after the same change", first, solve(t, b))
	a.SetBounds(5, 0, 0)
	solve(t, a)
	a.SetBounds(5, p.Lower[5], p.Upper[5])
	if err := a.SetBasis(basis); err != nil {
		t.Fatal(err)
	}
	c := a.Clone()
	sameBits(t, "from the snapshot", solve(t, a), first)
	sameBits(t, "from a clone", solve(t, c), first)
}

func sameBits(t *testing.T, what string, got, want *lp.Solution) {
	t.Helper()
	if got.Iterations != want.Iterations {
		t.Errorf("%s: got %d iterations, want %d", what, got.Iterations, want.Iterations)
	}
	for j := range want.X {
		if math.Float64bits(got.X[j]) != math.Float64bits(want.X[j]) {
			t.Fatalf("%s: x[%d]: got %x, want %x", what, j, got.X[j], want.X[j])
		}
	}
	for i := range want.Dual {
		if math.Float64bits(got.Dual[i]) != math.Float64bits(want.Dual[i]) {
			t.Fatalf("%s: dual[%d]: got %x, want %x", what, i, got.Dual[i], want.Dual[i])
		}
	}
}
