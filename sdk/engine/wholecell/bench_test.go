package wholecell_test

import (
	"fmt"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/wholecell"
)

// BenchmarkCycle is a whole cell cycle of 105 minutes with metabolism, from a
// newborn cell that is made anew each time. The published implementation takes
// 200 s per simulated minute.
func BenchmarkCycle(b *testing.B) {
	const seconds = 105 * 60
	events := uint64(0)
	for b.Loop() {
		c := newborn(b, wholecell.Config{Seed: 1, Ribosomes: 503, Polymerases: 187})
		if err := c.Advance(b.Context(), seconds); err != nil {
			b.Fatal(err)
		}
		events += c.Events()
	}
	b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(events)/float64(b.N), "events")
}

// BenchmarkSecond is one simulated second of a living cell.
func BenchmarkSecond(b *testing.B) {
	c := newborn(b, wholecell.Config{Seed: 1, Ribosomes: 503, Polymerases: 187})
	b.ReportAllocs()
	for b.Loop() {
		if err := c.Advance(b.Context(), 1); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkEnsemble is 40 cells for ten simulated minutes.
func BenchmarkEnsemble(b *testing.B) {
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			for b.Loop() {
				_, err := wholecell.Ensemble(b.Context(), syn3a(b), wholecell.Config{Seed: 1}, wholecell.EnsembleOptions{
					Course: wholecell.Course{Seconds: 600, Names: []string{"mass"}}, Replicas: 40, Workers: workers,
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
