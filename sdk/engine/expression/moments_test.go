//go:build !race

package expression_test

import (
	"context"
	"math"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
)

// methods are all there are.
func methods() []expression.Method {
	return []expression.Method{expression.Direct, expression.CompositionRejection, expression.NextReaction, expression.TauLeaping}
}

// TestMoments holds every method to the rule of the stochastic cases of the
// SBML Test Suite (DSMTS): of 10,000 runs the mean's z is in (-3,3), and
// sqrt(n/2)·(s²/σ²-1) is in (-5,5).
func TestMoments(t *testing.T) {
	t.Parallel()
	const replicas, mostMean, mostSD = 10_000, 3, 5
	for _, m := range models() {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			n := m.build(t)
			want := make([][]meanSD, 0, len(m.grid))
			if m.known == nil {
				want = m.master(150)
			} else {
				for _, time := range m.grid {
					want = append(want, m.known(time))
				}
			}
			for _, method := range methods() {
				st, err := expression.Ensemble(context.Background(), n, expression.EnsembleOptions{
					Method: method, Replicas: replicas, Seed: 1, Grid: m.grid,
				})
				if err != nil {
					t.Fatal(err)
				}
				for g, time := range m.grid {
					for s, name := range m.species {
						got, want := st.At(g, s), want[g][s]
						if z := (got.Mean - want.mean) / (want.sd / math.Sqrt(replicas)); !(math.Abs(z) < mostMean) {
							t.Errorf("%v: mean of %s at %v s: got %v, want %v: z = %.2f", method, name, time, got.Mean, want.mean, z)
						}
						if z := math.Sqrt(replicas/2) * (got.Variance/(want.sd*want.sd) - 1); !(math.Abs(z) < mostSD) {
							t.Errorf("%v: sd of %s at %v s: got %v, want %v: statistic = %.2f", method, name, time, math.Sqrt(got.Variance), want.sd, z)
						}
					}
				}
			}
		})
	}
}
