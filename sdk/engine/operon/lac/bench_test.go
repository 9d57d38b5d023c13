package lac_test

import (
	"context"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/operon/lac"
)

// BenchmarkCell simulates an hour of an induced cell.
func BenchmarkCell(b *testing.B) {
	cell, err := lac.New(lac.Config{Medium: lac.Medium{TMG: 20}, Induced: true, Seed: 1})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	var hour float64
	for b.Loop() {
		hour++
		if err := cell.Advance(context.Background(), hour*3600); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(cell.Events())/b.Elapsed().Seconds(), "events/s")
}
