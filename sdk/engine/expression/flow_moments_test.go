//go:build !race

package expression_test

import (
	"context"
	"math"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
)

// TestFlowMoments compares with what is known of processes whose rates change:
// births at a rate that the time sets are Poisson, with the integral of the
// rate; what births drive has the moments of an integral over a Poisson process.
func TestFlowMoments(t *testing.T) {
	t.Parallel()
	const (
		until    = 5.0
		replicas = 10_000
	)
	var b expression.NetworkBuilder
	clock := b.AddClock("time")
	grown, sum := b.AddVariable("grown", 1), b.AddVariable("sum", 0)
	linear, volume, plain := b.AddSpecies("linear", 0), b.AddSpecies("volume", 0), b.AddSpecies("plain", 0)
	b.AddFlow(expression.Flow{Variable: grown, Rate: func(x []float64) float64 { return 0.4 * x[grown] }})
	b.AddFlow(expression.Flow{Variable: sum, Rate: func(x []float64) float64 { return x[plain] }})
	b.AddReaction(expression.Reaction{Name: "linear", Products: one(linear), Reads: []expression.Species{clock}, Propensity: func(x []float64) float64 { return 1 + 2*x[clock] }})
	b.AddReaction(expression.Reaction{Name: "in a volume", Products: one(volume), Reads: []expression.Species{grown}, Propensity: func(x []float64) float64 { return 3 * x[grown] }})
	b.AddReaction(expression.Reaction{Name: "loss", Reactants: one(volume), Rate: 0.6})
	b.AddReaction(expression.Reaction{Name: "plain", Products: one(plain), Rate: 2})
	st, err := expression.Ensemble(context.Background(), assembled(t, &b), expression.EnsembleOptions{
		Replicas: replicas, Seed: 6, Grid: []float64{until}, Species: []expression.Species{linear, volume, plain, sum},
	})
	if err != nil {
		t.Fatal(err)
	}
	inVolume := 3 * (math.Exp(0.4*until) - math.Exp(-0.6*until)) // of v' = 3 e^0.4t - 0.6 v
	for k, want := range []struct {
		name           string
		mean, variance float64
	}{
		{"linear", until + until*until, until + until*until},
		{"volume", inVolume, inVolume},
		{"plain", 2 * until, 2 * until},
		{"sum", until * until, 2 * until * until * until / 3},
	} {
		got := st.At(0, k)
		if z := (got.Mean - want.mean) / math.Sqrt(want.variance/replicas); math.Abs(z) > 3 {
			t.Errorf("mean of %s: got %v, want %v (z = %.2f)", want.name, got.Mean, want.mean, z)
		}
		if z := math.Sqrt(replicas/2) * (got.Variance/want.variance - 1); math.Abs(z) > 5 {
			t.Errorf("variance of %s: got %v, want %v (%.2f)", want.name, got.Variance, want.variance, z)
		}
	}
}
