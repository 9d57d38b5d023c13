package lp_test

import (
	"context"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/lp"
)

// BenchmarkWarmBound changes one bound of one reaction that carries flux, so
// that it can carry a tenth less, and solves; the next one each time. From
// "start" it goes back to the optimum before that, from "last" it goes on from
// where it is.
func BenchmarkWarmBound(b *testing.B) {
	type asked interface {
		SetBounds(col int, lower, upper float64)
		SetBasis(b lp.Basis) error
		Basis() lp.Basis
		Solve(ctx context.Context) (*lp.Solution, error)
	}
	for _, tc := range networks() {
		for _, kind := range []string{"fold", "whole"} {
			for _, from := range []string{"start", "last"} {
				b.Run(tc.file+"/"+kind+"/"+from, func(b *testing.B) {
					p := loadNetwork(b, tc.file).problem
					var s asked = newSolver(b, p)
					if kind == "fold" {
						s = newFold(b, p)
					}
					ask := func() *lp.Solution {
						sol, err := s.Solve(b.Context())
						if err != nil {
							b.Fatal(err)
						}
						return sol
					}
					wild := ask()
					basis := s.Basis()
					iterations, j := 0, 0
					b.ReportAllocs()
					for b.Loop() {
						s.SetBounds(j, p.Lower[j], p.Upper[j])
						for j = (j + 1) % len(wild.X); wild.X[j] == 0; {
							j = (j + 1) % len(wild.X)
						}
						if from == "start" {
							if err := s.SetBasis(basis); err != nil {
								b.Fatal(err)
							}
						}
						if x := 0.9 * wild.X[j]; x > 0 {
							s.SetBounds(j, min(p.Lower[j], x), x)
						} else {
							s.SetBounds(j, x, max(p.Upper[j], x))
						}
						iterations += ask().Iterations
					}
					b.ReportMetric(float64(iterations)/float64(b.N), "iterations/op")
				})
			}
		}
	}
}

func newFold(tb testing.TB, p *lp.Problem) *lp.Fold {
	tb.Helper()
	f, err := lp.NewFold(p)
	if err != nil {
		tb.Fatal(err)
	}
	return f
}
