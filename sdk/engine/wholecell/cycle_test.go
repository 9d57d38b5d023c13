//go:build !race && !invariants

package wholecell_test

import (
	"math"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/wholecell"
)

func of(tb testing.TB, kind biovm.BiologicalType) *organism.Organism {
	tb.Helper()
	o, err := organism.Of(kind)
	if err != nil {
		tb.Fatal(err)
	}
	return o
}

// doubling simulates cells to their first division, and averages in minutes.
func doubling(t *testing.T, kind biovm.BiologicalType, cfg wholecell.Config, cells int) float64 {
	t.Helper()
	sum := 0.0
	for n := range cells {
		cfg.Stream = uint64(n)
		c, err := wholecell.New(of(t, kind), cfg)
		if err != nil {
			t.Fatal(err)
		}
		for c.Metrics().Generation == 0 {
			if c.Time() > 40_000 {
				t.Fatalf("%+v: no division after %v s", cfg, c.Time())
			}
			if err := c.Advance(t.Context(), 60); err != nil {
				t.Fatal(err)
			}
		}
		sum += c.Metrics().LastCycleMinutes
	}
	return sum / float64(cells)
}

// Doubling times follow from what binds: ln 2·P/(3600·k·R) where ribosomes do,
// ln 2 over the flux balance optimum where metabolism or ATP does.
func TestDoublingTimeFollowsTheGrant(t *testing.T) {
	t.Parallel()
	k := of(t, biovm.Syn3A).Constants()
	byRibosomes := func(r float64) float64 { return math.Ln2 * k.AminoAcidsPerCell / (k.TranslationRate * r) / 60 }
	rich := of(t, biovm.Syn3A).Model().Medium()
	rich["EX_glc__D_e"], rich["EX_glyc_e"] = 30, 3
	tests := []struct {
		name      string
		kind      biovm.BiologicalType
		cfg       wholecell.Config
		want      float64 // min
		tolerance float64
	}{
		{"metabolism, 0.3424 1/h", biovm.Syn3A, wholecell.Config{Seed: 1, Ribosomes: 503}, 121.5, 0.02},
		{"two units of a chassis", biovm.Syn3A, wholecell.Config{Seed: 2, Ribosomes: 650, Polymerases: 187}, 121.5, 0.02},
		{"own ribosomes, metabolism with more sugar", biovm.Syn3A, wholecell.Config{Seed: 3, Medium: rich}, byRibosomes(503), 0.03},
		// Half a percent longer: no more than the grant work at the end.
		{"half of the ribosomes", biovm.Syn3A, wholecell.Config{Seed: 4, Ribosomes: 251}, 1.005 * byRibosomes(251), 0.015},
		{"half of the ATP, 0.1605 1/h", biovm.Syn3A, wholecell.Config{Seed: 5, ATPShare: 50}, 259.1, 0.02},
		{"minimal cell, 0.2145 1/h", biovm.MinimalCell, wholecell.Config{Seed: 6}, 193.9, 0.02},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := doubling(t, tt.kind, tt.cfg, 3)
			t.Logf("doubles in %.1f min, want %.1f", got, tt.want)
			if math.Abs(got/tt.want-1) > tt.tolerance {
				t.Errorf("%+v doubles in %v min, want %v within %v", tt.cfg, got, tt.want, tt.tolerance)
			}
		})
	}
}

// Newborn cells that live, with sugar enough for metabolism not to hold them
// back: 139.2 messengers and 3,269 aa/s
// from 503 ribosomes, of which 0.54 work; in proportion less with less
// machinery. Means of many cells, at birth and before replication.
func TestNewbornCellsUnderTheirGrant(t *testing.T) {
	t.Parallel()
	rich := of(t, biovm.Syn3A).Model().Medium()
	rich["EX_glc__D_e"], rich["EX_glyc_e"] = 30, 3
	for _, tt := range []struct {
		ribosomes, polymerases float64
		messengers, join       float64
	}{
		{503, 187, 139.2, 3269},
		{650, 187, 139.2, 3269}, // no more than are its own
		{503, 93, 139.2 * 93 / 187, 0},
		{251, 187, 139.2, 3269.0 * 251 / 503},
	} {
		const cells = 60
		st, err := wholecell.Ensemble(t.Context(), of(t, biovm.Syn3A), wholecell.Config{Seed: 9, Ribosomes: tt.ribosomes, Polymerases: tt.polymerases, Medium: rich}, wholecell.EnsembleOptions{
			Course:   wholecell.Course{Seconds: 180, Every: 30, Names: []string{"mrna", "translation", "ribosomes_active", "ribosomes"}},
			Replicas: cells,
		})
		if err != nil {
			t.Fatal(err)
		}
		mean := func(name int) float64 {
			sum := 0.0
			for _, v := range st.Mean[name] {
				sum += v
			}
			return sum / float64(len(st.Times))
		}
		// Within a cell the messengers vary by their square root; records of one
		// cell, half a minute apart, are much the same.
		if tolerance := 4 * math.Sqrt(tt.messengers/cells) / tt.messengers; math.Abs(mean(0)/tt.messengers-1) > tolerance {
			t.Errorf("%v polymerases: %v messengers, want %v", tt.polymerases, mean(0), tt.messengers)
		}
		if tt.join == 0 {
			continue // few messengers leave ribosomes idle
		}
		t.Logf("%v ribosomes: %.1f messengers, %.0f aa/s, %.3f at work", tt.ribosomes, mean(0), mean(1), mean(2)/mean(3))
		if math.Abs(mean(1)/tt.join-1) > 0.02 {
			t.Errorf("%v ribosomes: %v aa/s, want %v", tt.ribosomes, mean(1), tt.join)
		}
		if share := mean(2) / mean(3); math.Abs(share-0.54) > 0.025 {
			t.Errorf("%v ribosomes: %v of them work, want 0.54", tt.ribosomes, share)
		}
	}
}
