package lp_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/lp"
)

func TestSolve(t *testing.T) {
	t.Parallel()
	type want struct {
		status    lp.Status
		objective float64
		x, dual   []float64 // nil: not unique
	}
	tests := []struct {
		name string
		p    *lp.Problem
		want want
	}{
		{
			"textbook maximum", // Dantzig's example
			dense(true, []float64{3, 5}, [][]float64{{1, 0}, {0, 2}, {3, 2}}, []float64{-inf, -inf, -inf}, []float64{4, 12, 18}, []float64{0, 0}, []float64{inf, inf}),
			want{lp.Optimal, 36, []float64{2, 6}, []float64{0, 1.5, 1}},
		},
		{
			"the same as a minimum",
			dense(false, []float64{-3, -5}, [][]float64{{1, 0}, {0, 2}, {3, 2}}, []float64{-inf, -inf, -inf}, []float64{4, 12, 18}, []float64{0, 0}, []float64{inf, inf}),
			want{lp.Optimal, -36, []float64{2, 6}, []float64{0, -1.5, -1}},
		},
		{
			"equality and free variable",
			dense(false, []float64{1, 2}, [][]float64{{1, 1}}, []float64{3}, []float64{3}, []float64{-inf, 0}, []float64{inf, inf}),
			want{lp.Optimal, 3, []float64{3, 0}, []float64{1}},
		},
		{
			"row with a range, upper side",
			dense(true, []float64{1, 1}, [][]float64{{1, 1}}, []float64{2}, []float64{5}, []float64{0, 0}, []float64{3, 10}),
			want{lp.Optimal, 5, nil, []float64{1}},
		},
		{
			"row with a range, lower side",
			dense(false, []float64{1, 3}, [][]float64{{1, 1}}, []float64{2}, []float64{5}, []float64{0, 0}, []float64{1, 10}),
			want{lp.Optimal, 4, []float64{1, 1}, []float64{3}},
		},
		{
			"fixed variable",
			dense(true, []float64{1, 1}, [][]float64{{1, 2}}, []float64{-inf}, []float64{8}, []float64{2, 0}, []float64{2, inf}),
			want{lp.Optimal, 5, []float64{2, 3}, []float64{0.5}},
		},
		{
			"empty row and empty column",
			dense(true, []float64{1, 2}, [][]float64{{0, 1}, {0, 0}}, []float64{0, -1}, []float64{4, 1}, []float64{0, 0}, []float64{7, inf}),
			want{lp.Optimal, 15, []float64{7, 4}, []float64{2, 0}},
		},
		{
			"no rows",
			dense(false, []float64{1, -1}, nil, nil, nil, []float64{-2, 0}, []float64{5, 3}),
			want{lp.Optimal, -5, []float64{-2, 3}, []float64{}},
		},
		{
			"no columns",
			dense(false, nil, [][]float64{{}}, []float64{-1}, []float64{1}, nil, nil),
			want{lp.Optimal, 0, []float64{}, []float64{0}},
		},
		{
			"no columns, row cannot be zero",
			dense(false, nil, [][]float64{{}}, []float64{1}, []float64{2}, nil, nil),
			want{status: lp.Infeasible},
		},
		{
			"Beale's cycling example",
			dense(false, []float64{-0.75, 150, -0.02, 6}, [][]float64{{0.25, -60, -1. / 25, 9}, {0.5, -90, -1. / 50, 3}, {0, 0, 1, 0}},
				[]float64{-inf, -inf, -inf}, []float64{0, 0, 1}, []float64{0, 0, 0, 0}, []float64{inf, inf, inf, inf}),
			want{status: lp.Optimal, objective: -0.05},
		},
		{
			"Kuhn's cycling example",
			dense(false, []float64{-2, -3, 1, 12}, [][]float64{{-2, -9, 1, 9}, {1. / 3, 1, -1. / 3, -2}},
				[]float64{-inf, -inf}, []float64{0, 0}, []float64{0, 0, 0, 0}, []float64{inf, inf, inf, inf}),
			want{status: lp.Unbounded, objective: -inf},
		},
		{
			"unbounded along an edge",
			dense(true, []float64{1, 1}, [][]float64{{1, -1}}, []float64{-inf}, []float64{1}, []float64{0, 0}, []float64{inf, inf}),
			want{status: lp.Unbounded, objective: inf},
		},
		{
			"unbounded empty column",
			dense(false, []float64{0, -1}, [][]float64{{1, 0}}, []float64{1}, []float64{2}, []float64{0, 0}, []float64{inf, inf}),
			want{status: lp.Unbounded, objective: -inf},
		},
		{
			"unbounded free column without rows",
			dense(false, []float64{1}, nil, nil, nil, []float64{-inf}, []float64{inf}),
			want{status: lp.Unbounded, objective: -inf},
		},
		{
			"infeasible rows",
			dense(true, []float64{1, 0}, [][]float64{{1, 1}, {1, 1}}, []float64{-inf, 3}, []float64{2, inf}, []float64{-inf, -inf}, []float64{inf, inf}),
			want{status: lp.Infeasible},
		},
		{
			"infeasible by column bounds, though unbounded without",
			dense(true, []float64{0, 0, 1}, [][]float64{{1, 1, 0}}, []float64{5}, []float64{inf}, []float64{0, 0, 0}, []float64{2, 2, inf}),
			want{status: lp.Infeasible},
		},
		{
			"crossing column bounds",
			dense(true, []float64{1}, [][]float64{{1}}, []float64{0}, []float64{9}, []float64{2}, []float64{1}),
			want{status: lp.Infeasible},
		},
		{
			"crossing row bounds",
			dense(true, []float64{1}, [][]float64{{1}}, []float64{9}, []float64{0}, []float64{0}, []float64{1}),
			want{status: lp.Infeasible},
		},
		{
			"redundant equalities",
			dense(false, []float64{1, 1, 1}, [][]float64{{1, 1, 1}, {2, 2, 2}, {1, -1, 0}, {3, 1, 2}}, []float64{6, 12, 0, 12}, []float64{6, 12, 0, 12}, []float64{0, 0, 0}, []float64{inf, inf, inf}),
			want{status: lp.Optimal, objective: 6},
		},
		{
			"beyond bounds that look like none",
			dense(true, []float64{0, 0, 0, 0}, [][]float64{{1, -5, 0, 0}}, []float64{0}, []float64{0}, []float64{-1000, 300, -1000, -1000}, []float64{1000, 300, 1000, 1000}),
			want{status: lp.Infeasible},
		},
		{
			"no objective",
			dense(false, []float64{0, 0}, [][]float64{{1, 1}}, []float64{1}, []float64{1}, []float64{0, 0}, []float64{1, 1}),
			want{status: lp.Optimal, objective: 0},
		},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			sol := certified(t, newSolver(t, tc.p), tc.p)
			if sol.Status != tc.want.status {
				t.Fatalf("status: got %v, want %v", sol.Status, tc.want.status)
			}
			if sol.Objective != tc.want.objective && math.Abs(sol.Objective-tc.want.objective) > 1e-9 {
				t.Errorf("objective: got %v, want %v", sol.Objective, tc.want.objective)
			}
			if tc.want.x != nil {
				compare(t, "x", sol.X, tc.want.x)
			}
			if tc.want.dual != nil {
				compare(t, "dual", sol.Dual, tc.want.dual)
			}
		})
	}
}

func compare(t *testing.T, what string, got, want []float64) {
	t.Helper()
	near := cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) <= 1e-9 })
	if diff := cmp.Diff(want, got, near); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	valid := func() *lp.Problem {
		return dense(false, []float64{1, 2}, [][]float64{{1, 1}, {0, 1}}, []float64{0, 0}, []float64{1, 1}, []float64{0, 0}, []float64{1, 1})
	}
	tests := []struct {
		name  string
		spoil func(*lp.Problem)
		want  string // "" for valid
	}{
		{"as it is", func(*lp.Problem) {}, ""},
		{"crossing bounds", func(p *lp.Problem) { p.Lower[0] = 2 }, ""},
		{"missing bound", func(p *lp.Problem) { p.Lower = p.Lower[:1] }, "1 lower"},
		{"missing row bound", func(p *lp.Problem) { p.RowUpper = p.RowUpper[:1] }, "1 upper row"},
		{"missing column start", func(p *lp.Problem) { p.ColStart = p.ColStart[:2] }, "2 column starts"},
		{"missing value", func(p *lp.Problem) { p.Value = p.Value[:2] }, "2 values"},
		{"starts off zero", func(p *lp.Problem) { p.ColStart[0] = 1 }, "from 1"},
		{"ends early", func(p *lp.Problem) { p.ColStart[2] = 2 }, "to 2"},
		{"starts descend", func(p *lp.Problem) { p.ColStart[1] = 9 }, "column 1: starts at 9"},
		{"cost NaN", func(p *lp.Problem) { p.Cost[1] = math.NaN() }, "column 1: cost NaN"},
		{"bound NaN", func(p *lp.Problem) { p.Upper[1] = math.NaN() }, "column 1: bounds"},
		{"lower bound +Inf", func(p *lp.Problem) { p.Lower[1] = inf }, "column 1: bounds"},
		{"row bound -Inf above", func(p *lp.Problem) { p.RowUpper[1] = -inf }, "row 1: bounds"},
		{"row out of range", func(p *lp.Problem) { p.RowIndex[0] = 2 }, "column 0: row 2"},
		{"negative row", func(p *lp.Problem) { p.RowIndex[0] = -1 }, "column 0: row -1"},
		{"entry twice", func(p *lp.Problem) { p.RowIndex[2] = 0 }, "listed twice"},
		{"coefficient Inf", func(p *lp.Problem) { p.Value[2] = inf }, "column 1, row 1: coefficient +Inf"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			p := valid()
			tc.spoil(p)
			_, err := lp.New(p)
			switch {
			case tc.want == "" && err != nil:
				t.Errorf("got %v, want no error", err)
			case tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)):
				t.Errorf("got error %v, want one with %q", err, tc.want)
			}
		})
	}
}

func TestSettersRefuseNonsenseInSolve(t *testing.T) {
	t.Parallel()
	p := dense(false, []float64{1}, [][]float64{{1}}, []float64{0}, []float64{1}, []float64{0}, []float64{1})
	for name, set := range map[string]func(*lp.Solver){
		"bounds":     func(s *lp.Solver) { s.SetBounds(0, math.NaN(), 1) },
		"row bounds": func(s *lp.Solver) { s.SetRowBounds(0, inf, inf) },
		"cost":       func(s *lp.Solver) { s.SetCost(0, inf) },
	} {
		s := newSolver(t, p)
		set(s)
		if _, err := s.Solve(t.Context()); err == nil || errors.Is(err, lp.ErrNumerical) {
			t.Errorf("%s: got error %v, want one that names the value", name, err)
		}
	}
}

func TestSolveHonoursContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := newSolver(t, dense(false, []float64{1}, nil, nil, nil, []float64{0}, []float64{1}))
	if _, err := s.Solve(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	if sol := solve(t, s); sol.Status != lp.Optimal {
		t.Errorf("after a cancelled solve: got %v, want optimal", sol.Status)
	}
}

func TestNewCopiesTheProblem(t *testing.T) {
	t.Parallel()
	p := dense(true, []float64{1}, [][]float64{{1}}, []float64{0}, []float64{5}, []float64{0}, []float64{9})
	s := newSolver(t, p)
	p.Cost[0], p.Value[0], p.RowUpper[0] = 7, 2, 1
	if sol := solve(t, s); sol.Objective != 5 {
		t.Errorf("objective after changing the caller's problem: got %v, want 5", sol.Objective)
	}
}

func TestCloneIsIndependent(t *testing.T) {
	t.Parallel()
	p := dense(true, []float64{3, 5}, [][]float64{{1, 0}, {0, 2}, {3, 2}}, []float64{-inf, -inf, -inf}, []float64{4, 12, 18}, []float64{0, 0}, []float64{inf, inf})
	s := newSolver(t, p)
	solve(t, s)
	c := s.Clone()
	c.SetBounds(1, 0, 1)
	c.SetCost(0, 4)
	c.SetRowBounds(0, -inf, 3)
	if got := solve(t, c).Objective; math.Abs(got-17) > 1e-12 {
		t.Errorf("clone: got %v, want 17", got)
	}
	if sol := solve(t, s); math.Abs(sol.Objective-36) > 1e-12 || sol.Iterations != 0 {
		t.Errorf("original: got %v after %d iterations, want 36 at once", sol.Objective, sol.Iterations)
	}
}

func TestSetBasisRefusesOthers(t *testing.T) {
	t.Parallel()
	s := newSolver(t, dense(false, []float64{1}, nil, nil, nil, []float64{0}, []float64{1}))
	other := newSolver(t, dense(false, []float64{1, 1}, nil, nil, nil, []float64{0, 0}, []float64{1, 1}))
	if err := s.SetBasis(lp.Basis{}); err == nil {
		t.Error("zero basis: got no error")
	}
	if err := s.SetBasis(other.Basis()); err == nil {
		t.Error("basis of another shape: got no error")
	}
}

func TestStatusString(t *testing.T) {
	t.Parallel()
	for s, want := range map[lp.Status]string{lp.Optimal: "optimal", lp.Infeasible: "infeasible", lp.Unbounded: "unbounded", 0: "Status(0)"} {
		if got := s.String(); got != want {
			t.Errorf("Status(%d): got %q, want %q", int(s), got, want)
		}
	}
}

func TestRandomProblemsAreProven(t *testing.T) {
	t.Parallel()
	var seen [4]int
	for seed := range uint64(6000) {
		r := rand.New(rand.NewPCG(seed, 1))
		p := randomProblem(r, seed%2 == 0)
		sol := certified(t, newSolver(t, p), p)
		seen[sol.Status]++
		if seed%2 == 0 && sol.Status == lp.Infeasible {
			t.Errorf("seed %d: infeasible, but a point satisfies it", seed)
		}
		if t.Failed() {
			t.Fatalf("seed %d: %+v", seed, p)
		}
	}
	t.Logf("optimal %d, infeasible %d, unbounded %d", seen[lp.Optimal], seen[lp.Infeasible], seen[lp.Unbounded])
	if min(seen[lp.Optimal], seen[lp.Infeasible], seen[lp.Unbounded]) < 500 {
		t.Errorf("some outcome is rare: %v", seen)
	}
}
