//go:build !race

package lp_test

import (
	"context"
	"errors"
	"math"
	"math/big"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/lp"
)

// rational is the decimal number that a float64 stands for.
func rational(t testing.TB, v float64) *big.Rat {
	t.Helper()
	r, ok := new(big.Rat).SetString(strconv.FormatFloat(v, 'g', -1, 64))
	if !ok {
		t.Fatalf("%v is no number", v)
	}
	return r
}

// proven checks, apart from the solver and without rounding, that a point
// keeps every bound and every row, and that the multipliers give a bound of
// the objective that it reaches: it is optimal then.
func proven(t testing.TB, p *lp.Problem, e *lp.Exact) {
	t.Helper()
	limit := new(big.Rat)
	// earn adds what a multiplier earns at the bound that it leans on.
	earn := func(what string, i int, d *big.Rat, lower, upper float64) {
		at := lower
		if d.Sign() < 0 != p.Maximize {
			at = upper
		}
		switch {
		case d.Sign() == 0:
		case math.Abs(at) >= lp.Infinite:
			t.Errorf("%s %d: its multiplier %s leans on a bound that is not there", what, i, d.RatString())
		default:
			limit.Add(limit, new(big.Rat).Mul(d, rational(t, at)))
		}
	}
	within := func(what string, i int, v *big.Rat, lower, upper float64) {
		if lower > -lp.Infinite && v.Cmp(rational(t, lower)) < 0 || upper < lp.Infinite && v.Cmp(rational(t, upper)) > 0 {
			t.Errorf("%s %d: %s is not between %v and %v", what, i, v.RatString(), lower, upper)
		}
	}
	activity, objective := make([]big.Rat, len(p.RowLower)), new(big.Rat)
	for j, x := range e.X {
		within("column", j, x, p.Lower[j], p.Upper[j])
		cost := rational(t, p.Cost[j])
		objective.Add(objective, new(big.Rat).Mul(cost, x))
		for k := p.ColStart[j]; k < p.ColStart[j+1]; k++ {
			i, v := p.RowIndex[k], rational(t, p.Value[k])
			activity[i].Add(&activity[i], new(big.Rat).Mul(v, x))
			cost.Sub(cost, v.Mul(v, e.Dual[i]))
		}
		earn("column", j, cost, p.Lower[j], p.Upper[j])
	}
	for i := range activity {
		within("row", i, &activity[i], p.RowLower[i], p.RowUpper[i])
		earn("row", i, e.Dual[i], p.RowLower[i], p.RowUpper[i])
	}
	if objective.Cmp(e.Objective) != 0 || limit.Cmp(e.Objective) != 0 {
		t.Errorf("objective %s: the point has %s, and the multipliers prove %s", e.Objective.RatString(), objective.RatString(), limit.RatString())
	}
}

func exact(t testing.TB, s *lp.Solver, p *lp.Problem) *lp.Exact {
	t.Helper()
	e, err := s.Exact(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if e.Status == lp.Optimal {
		proven(t, p, e)
	}
	return e
}

// TestExact solves small problems of which the answer can be told by hand.
func TestExact(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		p         *lp.Problem
		status    lp.Status
		objective string
	}{
		{"thirds", dense(true, []float64{1, 1}, [][]float64{{3, 1}, {1, 3}}, []float64{-inf, -inf}, []float64{1, 2}, []float64{0, 0}, []float64{inf, inf}), lp.Optimal, "3/4"},
		{"tenths are tenths", dense(false, []float64{1}, [][]float64{{0.1}}, []float64{0.3}, []float64{inf}, []float64{0}, []float64{inf}), lp.Optimal, "3"},
		{"a range, minimised", dense(false, []float64{1, 3}, [][]float64{{0.7, 0.7}}, []float64{2}, []float64{5}, []float64{0, 0}, []float64{1, 10}), lp.Optimal, "46/7"},
		{"a free column", dense(false, []float64{1, 2}, [][]float64{{1, 1.1}}, []float64{3}, []float64{3}, []float64{-inf, 0}, []float64{inf, inf}), lp.Optimal, "3"},
		{"no rows", dense(false, []float64{1, -1.5}, nil, nil, nil, []float64{-2, 0}, []float64{5, 3}), lp.Optimal, "-13/2"},
		{"tiny and huge", dense(true, []float64{1}, [][]float64{{1e-12}}, []float64{-inf}, []float64{3e9}, []float64{0}, []float64{inf}), lp.Optimal, "3000000000000000000000"},
		{"infeasible by little", dense(true, []float64{1, 0}, [][]float64{{1, 1}, {1, 1}}, []float64{-inf, 2.0001}, []float64{2, inf}, []float64{0, 0}, []float64{inf, inf}), lp.Infeasible, ""},
		{"bounds that cross", dense(true, []float64{1}, nil, nil, nil, []float64{2}, []float64{1}), lp.Infeasible, ""},
		{"unbounded", dense(true, []float64{1, 1}, [][]float64{{1, -1}}, []float64{-inf}, []float64{1}, []float64{0, 0}, []float64{inf, inf}), lp.Unbounded, ""},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := newSolver(t, tc.p)
			solve(t, s)
			e := exact(t, s, tc.p)
			if e.Status != tc.status || e.Status == lp.Optimal && e.Objective.RatString() != tc.objective {
				t.Errorf("got %v, objective %v; want %v, %s", e.Status, e.Objective, tc.status, tc.objective)
			}
		})
	}
}

// TestExactRandom holds that the exact answers of random problems are proven,
// and those of the solver near them, also where the exact steps have all of the
// way to go, from the basis that the solver starts with.
func TestExactRandom(t *testing.T) {
	t.Parallel()
	var seen [4]int
	steps := 0
	for seed := range uint64(1500) {
		r := rand.New(rand.NewPCG(seed, 11))
		p := randomProblem(r, seed%2 == 0)
		s := newSolver(t, p)
		far := exact(t, s, p)
		sol := solve(t, s)
		e := exact(t, s, p)
		seen[e.Status]++
		steps += far.Pivots
		if e.Status != sol.Status || far.Status != sol.Status {
			t.Errorf("seed %d: got %v and %v, the solver has %v", seed, e.Status, far.Status, sol.Status)
			continue
		}
		if e.Status != lp.Optimal {
			continue
		}
		if f, _ := e.Objective.Float64(); far.Objective.Cmp(e.Objective) != 0 || !near(f, sol.Objective, 1e-9) {
			t.Errorf("seed %d: got %s and %s, the solver has %v", seed, e.Objective.RatString(), far.Objective.RatString(), sol.Objective)
		}
	}
	t.Logf("%v, %d exact steps", seen, steps)
	if min(seen[lp.Optimal], seen[lp.Infeasible], seen[lp.Unbounded]) < 50 || steps < 1500 {
		t.Errorf("some outcome is rare, or steps are: %v, %d", seen, steps)
	}
}

// TestExactNetworks proves the growth of whole cells.
func TestExactNetworks(t *testing.T) {
	t.Parallel()
	for _, tc := range networks() {
		t.Run(tc.file, func(t *testing.T) {
			t.Parallel()
			n := loadNetwork(t, tc.file)
			s := newSolver(t, n.problem)
			sol := solve(t, s)
			e := exact(t, s, n.problem)
			f, _ := e.Objective.Float64()
			if !near(f, sol.Objective, 1e-13) {
				t.Errorf("growth %.17g, exactly %s = %.17g", sol.Objective, e.Objective.RatString(), f)
			}
			t.Logf("%s, %d exact steps, off by %g", e.Objective.RatString(), e.Pivots, sol.Objective-f)
		})
	}
}

// TestExactSingular starts from a basis that is none: that of a problem of the
// same shape with other numbers.
func TestExactSingular(t *testing.T) {
	t.Parallel()
	rows := [][]float64{{3, 1}, {0.3, 0.1}}
	p := dense(true, []float64{1, 1}, rows, []float64{-inf, -inf}, []float64{1, 2}, []float64{0, 0}, []float64{inf, inf})
	other := newSolver(t, dense(true, []float64{1, 1}, [][]float64{{3, 1}, {1, 3}}, []float64{-inf, -inf}, []float64{1, 2}, []float64{0, 0}, []float64{inf, inf}))
	solve(t, other)
	s := newSolver(t, p)
	if err := s.SetBasis(other.Basis()); err != nil {
		t.Fatal(err)
	}
	if e := exact(t, s, p); e.Status != lp.Optimal || e.Objective.RatString() != "1" {
		t.Errorf("got %v, %v; want optimal, 1", e.Status, e.Objective)
	}
}

func TestExactErrors(t *testing.T) {
	t.Parallel()
	n := loadNetwork(t, "iMB155.json")
	s := newSolver(t, n.problem)
	if _, err := s.Exact(t.Context()); !errors.Is(err, lp.ErrUnproven) {
		t.Errorf("from the start: got %v, want ErrUnproven", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Exact(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("after the context ended: got %v", err)
	}
	s.SetBounds(0, math.NaN(), 1)
	if _, err := s.Exact(t.Context()); err == nil {
		t.Error("a bound that is no number: got no error")
	}
}

func BenchmarkExact(b *testing.B) {
	for _, tc := range networks() {
		b.Run(tc.file, func(b *testing.B) {
			s := newSolver(b, loadNetwork(b, tc.file).problem)
			solve(b, s)
			for b.Loop() {
				if _, err := s.Exact(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
