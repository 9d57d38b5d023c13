package metabolism_test

import (
	"fmt"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

// eachNetwork runs a benchmark on each embedded network.
func eachNetwork(b *testing.B, run func(b *testing.B, m *metabolism.Model)) {
	b.Helper()
	for _, kind := range organism.Types() {
		m := model(b, kind)
		b.Run(string(kind), func(b *testing.B) { run(b, m) })
	}
}

// BenchmarkFBACold is the first question: building the programme and solving
// it from nothing.
func BenchmarkFBACold(b *testing.B) {
	eachNetwork(b, func(b *testing.B, m *metabolism.Model) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := metabolism.NewAnalyzer(m).FBA(b.Context(), metabolism.Question{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkFBAWarm is every later question: two that differ in the medium.
func BenchmarkFBAWarm(b *testing.B) {
	eachNetwork(b, func(b *testing.B, m *metabolism.Model) {
		a := metabolism.NewAnalyzer(m)
		questions := []metabolism.Question{{}, {Medium: change(m, []string{"EX_o2_e"}, nil)}}
		b.ReportAllocs()
		for b.Loop() {
			for _, q := range questions {
				if _, err := a.FBA(b.Context(), q); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}

// BenchmarkFBANear is what a cell asks that lives on: the next question differs
// a little from the last one in what it finds to eat.
func BenchmarkFBANear(b *testing.B) {
	eachNetwork(b, func(b *testing.B, m *metabolism.Model) {
		a := metabolism.NewAnalyzer(m)
		k := 0
		b.ReportAllocs()
		for b.Loop() {
			k = (k + 1) % 100
			q := metabolism.Question{Bounds: map[string][2]float64{"EX_glc__D_e": {-5 - float64(k)/100, 1000}}}
			if f, err := a.FBA(b.Context(), q); err != nil || f.Status != metabolism.StatusOptimal {
				b.Fatal(f, err)
			}
		}
	})
}

func BenchmarkPFBACold(b *testing.B) {
	eachNetwork(b, func(b *testing.B, m *metabolism.Model) {
		for b.Loop() {
			if _, err := metabolism.NewAnalyzer(m).PFBA(b.Context(), metabolism.Question{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkEssentialGenes(b *testing.B) {
	eachNetwork(b, func(b *testing.B, m *metabolism.Model) {
		a := metabolism.NewAnalyzer(m)
		for b.Loop() {
			if _, err := a.EssentialGenes(b.Context(), metabolism.Question{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkVariability(b *testing.B) {
	for _, fraction := range []float64{1, 0.9} {
		b.Run(fmt.Sprint(fraction), func(b *testing.B) {
			eachNetwork(b, func(b *testing.B, m *metabolism.Model) {
				a := metabolism.NewAnalyzer(m)
				for b.Loop() {
					if _, err := a.Variability(b.Context(), metabolism.Question{}, fraction, nil); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}
