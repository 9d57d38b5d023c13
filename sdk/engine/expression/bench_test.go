package expression_test

import (
	"context"
	"math"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
)

// birthDeath is immigration and death of one species.
func birthDeath(birth, death, initial float64) *expression.NetworkBuilder {
	var b expression.NetworkBuilder
	x := b.AddSpecies("X", initial)
	b.AddReaction(expression.Reaction{Name: "birth", Products: []expression.Term{{Species: x, Count: 1}}, Rate: birth})
	b.AddReaction(expression.Reaction{Name: "death", Reactants: []expression.Term{{Species: x, Count: 1}}, Rate: death})
	return &b
}

func BenchmarkBirthDeath(b *testing.B) { benchmark(b, birthDeath(1000, 1, 1000)) }

// benchmark simulates until b is content, and reports events by time.
func benchmark(b *testing.B, nb *expression.NetworkBuilder) {
	b.Helper()
	n, err := nb.Build()
	if err != nil {
		b.Fatal(err)
	}
	for _, m := range []expression.Method{expression.Direct, expression.CompositionRejection, expression.NextReaction} {
		b.Run(m.String(), func(b *testing.B) {
			s, err := expression.NewSimulator(n, expression.Options{Method: m, Seed: 1})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			const chunk = 1000
			for b.Loop() {
				if err := s.Advance(context.Background(), s.Time()+chunk/2000.0); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(s.Events())/b.Elapsed().Seconds()/1e6, "Mevents/s")
			if math.IsInf(s.Time(), 1) {
				b.Fatal("it came to an end")
			}
		})
	}
}
