//go:build !race

package lp_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/lp"
)

func repeat(v float64, n int) []float64 {
	s := make([]float64, n)
	for i := range s {
		s[i] = v
	}
	return s
}

// kleeMinty is the cube on which the largest coefficient rule visits all 2^n
// corners (Klee and Minty 1972): its best is 5^n.
func kleeMinty(n int) *lp.Problem {
	cost, rows, right := make([]float64, n), make([][]float64, n), make([]float64, n)
	for i := range n {
		cost[i] = math.Pow(2, float64(n-1-i))
		rows[i] = make([]float64, n)
		for j := range i {
			rows[i][j] = math.Pow(2, float64(i-j+1))
		}
		rows[i][i] = 1
		right[i] = math.Pow(5, float64(i+1))
	}
	return dense(true, cost, rows, repeat(-inf, n), right, make([]float64, n), repeat(inf, n))
}

// assignment is the assignment problem with cost i·j, as degenerate as can be:
// of 2n-1 basic variables n-1 are zero. By the rearrangement inequality its
// best is Σ i·(n+1-i).
func assignment(n int) (p *lp.Problem, best float64) {
	rows, cost := make([][]float64, 2*n), make([]float64, n*n)
	for i := range rows {
		rows[i] = make([]float64, n*n)
	}
	for i := range n {
		best += float64((i + 1) * (n - i))
		for j := range n {
			cost[i*n+j] = float64((i + 1) * (j + 1))
			rows[i][i*n+j], rows[n+j][i*n+j] = 1, 1
		}
	}
	return dense(false, cost, rows, repeat(1, 2*n), repeat(1, 2*n), make([]float64, n*n), repeat(inf, n*n)), best
}

// chain is a row of n reactions, each making factor molecules of one, with
// ±limit for "no bound"; the best is what the last can make.
func chain(n int, factor, limit float64) (p *lp.Problem, best float64) {
	rows, cost := make([][]float64, n), make([]float64, n+1)
	for i := range rows {
		rows[i] = make([]float64, n+1)
		rows[i][i], rows[i][i+1] = factor, -1
	}
	cost[n] = 1
	lower, upper := repeat(-limit, n+1), repeat(limit, n+1)
	lower[0], upper[0] = 0, 1
	return dense(true, cost, rows, make([]float64, n), make([]float64, n), lower, upper), min(limit, math.Pow(factor, float64(n)))
}

// A classic is a problem with an answer that is known.
type classic struct {
	name   string
	p      *lp.Problem
	status lp.Status
	best   float64
}

// classics are problems from the literature on which simplex codes cycle, stall
// or lose their way.
func classics() []classic {
	free := func(n int) []float64 { return repeat(-inf, n) }
	list := []classic{
		{"Beale 1955 cycles", dense(false, []float64{-0.75, 150, -0.02, 6},
			[][]float64{{0.25, -60, -0.04, 9}, {0.5, -90, -0.02, 3}, {0, 0, 1, 0}},
			free(3), []float64{0, 0, 1}, make([]float64, 4), repeat(inf, 4)), lp.Optimal, -0.05},
		{"Kuhn cycles", dense(false, []float64{-2, -3, 1, 12},
			[][]float64{{-2, -9, 1, 9}, {1.0 / 3, 1, -1.0 / 3, -2}, {2, 3, -1, -12}},
			free(3), []float64{0, 0, 2}, make([]float64, 4), repeat(inf, 4)), lp.Optimal, -2},
		{"Chvátal 1983 cycles", dense(true, []float64{10, -57, -9, -24},
			[][]float64{{0.5, -5.5, -2.5, 9}, {0.5, -1.5, -0.5, 1}, {1, 0, 0, 0}},
			free(3), []float64{0, 0, 1}, make([]float64, 4), repeat(inf, 4)), lp.Optimal, 1},
		{"Chvátal's without its last row", dense(true, []float64{10, -57, -9, -24},
			[][]float64{{0.5, -5.5, -2.5, 9}, {0.5, -1.5, -0.5, 1}},
			free(2), []float64{0, 0}, make([]float64, 4), repeat(inf, 4)), lp.Unbounded, inf},
		{"free rows and columns, empty ones", dense(true, []float64{1, 1, 0, 0},
			[][]float64{{1, 1, 0, 0}, {1, -1, 0, 0}, {1, 5, 1, 0}, {0, 0, 0, 0}, {1, 2, 0, 0}},
			[]float64{-inf, 2, -inf, 0, -inf}, []float64{8, 2, inf, 0, inf}, []float64{-inf, -inf, -inf, 3}, []float64{inf, inf, inf, 3}), lp.Optimal, 8},
		{"an empty row that asks for 1", dense(true, []float64{1}, [][]float64{{0}}, []float64{1}, []float64{1}, []float64{0}, []float64{1}), lp.Infeasible, 0},
		{"a free column that nothing bounds", dense(false, []float64{1, 0}, [][]float64{{0, 1}}, []float64{0}, []float64{1}, free(2), repeat(inf, 2)), lp.Unbounded, -inf},
	}
	for _, n := range []int{4, 8, 12} {
		list = append(list, classic{fmt.Sprintf("Klee and Minty in %d dimensions", n), kleeMinty(n), lp.Optimal, math.Pow(5, float64(n))})
	}
	for _, n := range []int{5, 20, 40} {
		p, best := assignment(n)
		list = append(list, classic{fmt.Sprintf("assignment of %d", n), p, lp.Optimal, best})
	}
	for _, limit := range []float64{1000, 999999} {
		for _, factor := range []float64{0.5, 1, 2, 10} {
			p, best := chain(9, factor, limit)
			list = append(list, classic{fmt.Sprintf("chain of factors %v up to %v", factor, limit), p, lp.Optimal, best})
		}
	}
	return list
}

func TestClassics(t *testing.T) {
	t.Parallel()
	for _, tc := range classics() {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			for way, sol := range bothWays(t, tc.p) {
				if sol.Status != tc.status || tc.status == lp.Optimal && !near(sol.Objective, tc.best, 1e-10) {
					t.Errorf("%s: got %v %.12g, want %v %.12g", way, sol.Status, sol.Objective, tc.status, tc.best)
				}
				if c := tc.p.Certify(sol); c.Worst() > 1e-9 {
					t.Errorf("%s: %v is not proven: %+v", way, sol.Status, c)
				}
			}
		})
	}
}

// bothWays solves with a Solver and with a Fold.
func bothWays(t *testing.T, p *lp.Problem) map[string]*lp.Solution {
	t.Helper()
	folded, err := newFold(t, p).Solve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return map[string]*lp.Solution{"whole": solve(t, newSolver(t, p)), "folded": folded}
}

// TestScaledNetworks widens the far bounds of real networks to ±999999, as some
// are published, and multiplies their rows and columns by factors over eight
// decades: growth stays.
func TestScaledNetworks(t *testing.T) {
	t.Parallel()
	for _, tc := range networks() {
		t.Run(tc.file, func(t *testing.T) {
			t.Parallel()
			p := loadNetwork(t, tc.file).problem
			for j := range p.Lower {
				if p.Lower[j] <= -999 {
					p.Lower[j] = -999999
				}
				if p.Upper[j] >= 999 {
					p.Upper[j] = 999999
				}
			}
			problems := []*lp.Problem{p}
			for seed := range uint64(3) {
				problems = append(problems, rescale(rand.New(rand.NewPCG(seed, 9)), p, 8))
			}
			for k, q := range problems {
				for way, sol := range bothWays(t, q) {
					if sol.Status != lp.Optimal || !near(sol.Objective, tc.growth, 1e-8) {
						t.Errorf("%s, scaling %d: got %v, growth %.12f; want %.12f", way, k, sol.Status, sol.Objective, tc.growth)
					}
					if c := q.Certify(sol); c.Worst() > 1e-8 {
						t.Errorf("%s, scaling %d: not proven: %+v", way, k, c)
					}
				}
			}
		})
	}
}
