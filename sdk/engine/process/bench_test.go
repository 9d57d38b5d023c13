package process_test

import (
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/process"
)

func benchmark(b *testing.B, organism biovm.BiologicalType, memo *memory, code string) {
	c := newCell(b, organism, nil)
	if memo != nil {
		c = newCell(b, organism, memo)
	}
	for b.Loop() {
		if _, err := process.Run(b.Context(), c, status(organism), biovm.Process{Code: code}, 0); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkMinimalMetabolismAnalysis is what most programs are, solved and
// from the memo.
func BenchmarkMinimalMetabolismAnalysis(b *testing.B) {
	const code = "minimal_metabolism_analysis()"
	b.Run("syn3a", func(b *testing.B) { benchmark(b, biovm.Syn3A, nil, code) })
	b.Run("minimal_cell", func(b *testing.B) { benchmark(b, biovm.MinimalCell, nil, code) })
	b.Run("ecoli", func(b *testing.B) { benchmark(b, biovm.EColi, nil, code) })
	b.Run("syn3a/memo", func(b *testing.B) { benchmark(b, biovm.Syn3A, &memory{}, code) })
	b.Run("ecoli/memo", func(b *testing.B) { benchmark(b, biovm.EColi, &memory{}, code) })
}

// BenchmarkLoop is Starlark with and without guarded operations.
func BenchmarkLoop(b *testing.B) {
	b.Run("guarded", func(b *testing.B) {
		benchmark(b, biovm.Syn3A, &memory{}, "x, y = 1, 2\nfor i in range(100000):\n    z = x + y")
	})
	b.Run("plain", func(b *testing.B) {
		benchmark(b, biovm.Syn3A, &memory{}, "x, y = 1, 2\nfor i in range(100000):\n    z = x + 2")
	})
}
