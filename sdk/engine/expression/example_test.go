package expression_test

import (
	"context"
	"fmt"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
)

// A gene whose mRNA is made and decays: on average 20 molecules.
func ExampleSimulator() {
	var b expression.NetworkBuilder
	mRNA := b.AddSpecies("mRNA", 0)
	one := []expression.Term{{Species: mRNA, Count: 1}}
	b.AddReaction(expression.Reaction{Name: "transcription", Products: one, Rate: 0.2})
	b.AddReaction(expression.Reaction{Name: "decay", Reactants: one, Rate: 0.01})
	network, err := b.Build()
	if err != nil {
		panic(err)
	}
	s, err := expression.NewSimulator(network, expression.Options{Seed: 1})
	if err != nil {
		panic(err)
	}
	if err := s.Advance(context.Background(), 600); err != nil {
		panic(err)
	}
	saved := s.Checkpoint()
	if s, err = expression.Restore(network, saved); err != nil { // as if nothing had happened
		panic(err)
	}
	if err := s.Advance(context.Background(), 1200); err != nil {
		panic(err)
	}
	fmt.Println(s.Count(mRNA), "mRNA after", s.Events(), "events in", s.Time(), "s")
	// Output: 22 mRNA after 458 events in 1200 s
}

// Statistics of ten thousand cells, on all processors.
func ExampleEnsemble() {
	var b expression.NetworkBuilder
	x := b.AddSpecies("X", 100)
	b.AddReaction(expression.Reaction{Name: "decay", Reactants: []expression.Term{{Species: x, Count: 1}}, Rate: 0.1})
	network, err := b.Build()
	if err != nil {
		panic(err)
	}
	st, err := expression.Ensemble(context.Background(), network, expression.EnsembleOptions{Replicas: 10_000, Seed: 1, Grid: []float64{0, 5, 10}})
	if err != nil {
		panic(err)
	}
	for g, t := range st.Grid {
		m := st.At(g, 0)
		fmt.Printf("at %2v s: mean %.1f, variance %.1f, from %v to %v\n", t, m.Mean, m.Variance, m.Min, m.Max)
	}
	// Output:
	// at  0 s: mean 100.0, variance 0.0, from 100 to 100
	// at  5 s: mean 60.6, variance 24.1, from 40 to 77
	// at 10 s: mean 36.8, variance 23.0, from 19 to 56
}

// Each change of a trajectory, in a few bytes.
func ExampleTrajectory() {
	var b expression.NetworkBuilder
	x := b.AddSpecies("X", 3)
	b.AddReaction(expression.Reaction{Name: "decay", Reactants: []expression.Term{{Species: x, Count: 1}}, Rate: 0.1})
	network, err := b.Build()
	if err != nil {
		panic(err)
	}
	s, err := expression.NewSimulator(network, expression.Options{Seed: 4})
	if err != nil {
		panic(err)
	}
	tr, err := expression.NewTrajectory(network)
	if err != nil {
		panic(err)
	}
	if err := s.RecordChanges(context.Background(), tr, 100); err != nil {
		panic(err)
	}
	for t, counts := range tr.All() {
		fmt.Printf("%.2f s: %v\n", t, counts[0])
	}
	// Output:
	// 0.00 s: 3
	// 2.03 s: 2
	// 7.35 s: 1
	// 9.55 s: 0
}
