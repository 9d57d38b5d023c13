package expression_test

import (
	"context"
	"math"
	"strconv"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
)

func TestBirthDeathMean(t *testing.T) {
	t.Parallel()
	n, err := birthDeath(10, 0.1, 0).Build()
	if err != nil {
		t.Fatal(err)
	}
	st, err := expression.Ensemble(context.Background(), n, expression.EnsembleOptions{Replicas: 10_000, Seed: 1, Grid: []float64{5, 20}})
	if err != nil {
		t.Fatal(err)
	}
	for g, time := range st.Grid {
		want := 100 * (1 - math.Exp(-0.1*time)) // Poisson
		m := st.At(g, 0)
		if z := (m.Mean - want) / math.Sqrt(want/10_000); math.Abs(z) > 3 {
			t.Errorf("mean at %v s: got %v, want %v (z = %v)", time, m.Mean, want, z)
		}
		if z := math.Sqrt(10_000/2) * (m.Variance/want - 1); math.Abs(z) > 5 {
			t.Errorf("variance at %v s: got %v, want %v (z = %v)", time, m.Variance, want, z)
		}
	}
}

func formatFloat(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
