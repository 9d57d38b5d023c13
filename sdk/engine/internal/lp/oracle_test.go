package lp_test

import (
	"errors"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
	gonum "gonum.org/v1/gonum/optimize/convex/lp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/lp"
)

// TestAgreesWithGonum compares with another simplex on problems in its form,
// minimise c·x with A·x = b and x >= 0, small and well scaled.
func TestAgreesWithGonum(t *testing.T) {
	t.Parallel()
	var seen [4]int
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 6))
		m := 1 + r.IntN(6)
		n := m + 1 + r.IntN(8)
		rows, b, cost := make([][]float64, m), make([]float64, m), make([]float64, n)
		a := mat.NewDense(m, n, nil)
		for i := range m {
			rows[i] = make([]float64, n)
			for j := range n {
				if r.IntN(2) == 0 {
					rows[i][j] = r.NormFloat64()
				}
				a.Set(i, j, rows[i][j])
			}
		}
		for i := range m {
			if seed%4 == 0 {
				b[i] = r.NormFloat64()
				continue
			}
			for j := range n {
				b[i] += rows[i][j] * float64(j%3)
			}
		}
		for j := range n {
			cost[j] = r.NormFloat64()
			if seed%2 == 0 {
				cost[j] = r.Float64()
			}
		}
		want, _, err := gonum.Simplex(cost, a, b, 1e-10, nil)
		status := lp.Optimal
		switch {
		case errors.Is(err, gonum.ErrInfeasible):
			status = lp.Infeasible
		case errors.Is(err, gonum.ErrUnbounded):
			status = lp.Unbounded
		case err != nil:
			continue // it refuses singular matrices and empty rows
		}
		seen[status]++
		lower, upper := make([]float64, n), make([]float64, n)
		for j := range upper {
			upper[j] = inf
		}
		p := dense(false, cost, rows, b, b, lower, upper)
		got := certified(t, newSolver(t, p), p)
		if got.Status != status || (status == lp.Optimal && !near(got.Objective, want, 1e-8)) {
			t.Errorf("seed %d: got %v %v, want %v %v", seed, got.Status, got.Objective, status, want)
		}
	}
	t.Logf("compared %d optimal, %d infeasible, %d unbounded", seen[lp.Optimal], seen[lp.Infeasible], seen[lp.Unbounded])
	if min(seen[lp.Optimal], seen[lp.Infeasible], seen[lp.Unbounded]) < 100 {
		t.Errorf("some outcome is rare: %v", seen)
	}
}
