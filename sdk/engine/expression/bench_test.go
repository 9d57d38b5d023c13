package expression_test

import (
	"context"
	"math"
	"math/rand/v2"
	"strconv"
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

func BenchmarkBirthDeath(b *testing.B) { benchmark(b, built(b, birthDeath(1000, 1, 1000)), 1) }

// BenchmarkDimerDecay is Gillespie's decaying dimer (J. Chem. Phys. 115, 1716,
// 2001), fed so that it does not end.
func BenchmarkDimerDecay(b *testing.B) {
	m := model{species: []string{"S1", "S2", "S3"}, initial: []float64{10_000, 0, 0}, reactions: []massAction{
		{molecules{0: 1}, nil, 1},
		{molecules{0: 2}, molecules{1: 1}, 0.002},
		{molecules{1: 1}, molecules{0: 2}, 0.5},
		{molecules{1: 1}, molecules{2: 1}, 0.04},
		{molecules{2: 1}, nil, 1},
		{nil, molecules{0: 1}, 1000},
	}}
	benchmark(b, m.build(b), 1)
}

// BenchmarkLac is a network of the size of a lac operon: a repressor that pairs
// up, binds operator and inducer, an operon, permease and enzyme.
func BenchmarkLac(b *testing.B) {
	one := func(list ...int) map[int]int {
		m := map[int]int{}
		for _, s := range list {
			m[s]++
		}
		return m
	}
	const mR, r, r2, o, r2o, in, i2r2, i2r2o, mY, y, yin, out = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
	m := model{
		species: []string{"mR", "R", "R2", "O", "R2O", "I", "I2R2", "I2R2O", "mY", "Y", "YI", "Iex"},
		initial: []float64{1, 10, 5, 1, 0, 100, 0, 0, 0, 10, 0, 5000},
		reactions: []massAction{
			{nil, one(mR), 0.23},
			{one(mR), one(mR, r), 15},
			{one(r, r), one(r2), 0.05},
			{one(r2), one(r, r), 0.001},
			{one(r2, o), one(r2o), 0.96},
			{one(r2o), one(r2, o), 2.4},
			{one(in, in, r2), one(i2r2), 3e-4},
			{one(i2r2), one(in, in, r2), 12},
			{one(in, in, r2o), one(i2r2, o), 3e-4},
			{one(i2r2, o), one(in, in, r2o), 4.8},
			{one(o), one(o, mY), 0.5},
			{one(r2o), one(r2o, mY), 0.01},
			{one(mY), one(mY, y), 30},
			{one(y, out), one(yin), 0.12 / 1000},
			{one(yin), one(y, out), 0.1},
			{one(yin), one(y, in), 6},
			{one(in), one(out), 0.5},
			{one(mR), nil, 0.46},
			{one(mY), nil, 0.46},
			{one(r), nil, 0.2},
			{one(y), nil, 0.2},
		},
	}
	benchmark(b, m.build(b), 1)
}

// BenchmarkWholeGenome is the expression of 455 genes, each transcribed,
// translated and degraded, with rates spread over four orders of magnitude.
func BenchmarkWholeGenome(b *testing.B) { benchmark(b, built(b, genome(455)), 20) }

// genome is a network of four reactions per gene.
func genome(genes int) *expression.NetworkBuilder {
	var nb expression.NetworkBuilder
	r := rand.New(rand.NewPCG(1, 2))
	term := func(s expression.Species) []expression.Term { return []expression.Term{{Species: s, Count: 1}} }
	for g := range genes {
		id := strconv.Itoa(g)
		gene, mRNA, protein := nb.AddSpecies("gene"+id, 1), nb.AddSpecies("mRNA"+id, 0), nb.AddSpecies("protein"+id, 100)
		strength := math.Pow(10, r.Float64()*2-3)
		nb.AddReaction(expression.Reaction{Name: "transcribe" + id, Reactants: term(gene), Products: append(term(gene), term(mRNA)...), Rate: strength})
		nb.AddReaction(expression.Reaction{Name: "decay" + id, Reactants: term(mRNA), Rate: 0.01})
		nb.AddReaction(expression.Reaction{Name: "translate" + id, Reactants: term(mRNA), Products: append(term(mRNA), term(protein)...), Rate: math.Pow(10, r.Float64()*2-2)})
		nb.AddReaction(expression.Reaction{Name: "lose" + id, Reactants: term(protein), Rate: 1e-4})
	}
	return &nb
}

// BenchmarkEnsemble is a thousand cells of 50 genes; compare -cpu 1,2.
func BenchmarkEnsemble(b *testing.B) {
	n := built(b, genome(50))
	for b.Loop() {
		if _, err := expression.Ensemble(context.Background(), n, expression.EnsembleOptions{Replicas: 1000, Seed: 1, Grid: []float64{100, 200}}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(1000*float64(b.N)/b.Elapsed().Seconds(), "cells/s")
}

func built(b *testing.B, nb *expression.NetworkBuilder) *expression.Network {
	b.Helper()
	n, err := nb.Build()
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// benchmark simulates stretches of time until b is content, and reports events
// by time.
func benchmark(b *testing.B, n *expression.Network, stretch float64) {
	b.Helper()
	for _, m := range []expression.Method{expression.Direct, expression.CompositionRejection, expression.NextReaction} {
		b.Run(m.String(), func(b *testing.B) {
			s := simulator(b, n, expression.Options{Method: m, Seed: 1})
			advance(b, s, 10*stretch)
			before, cpu := s.Events(), cpuSeconds()
			b.ReportAllocs()
			for b.Loop() {
				if err := s.Advance(context.Background(), s.Time()+stretch); err != nil {
					b.Fatal(err)
				}
			}
			events := float64(s.Events()-before) / 1e6
			b.ReportMetric(events/b.Elapsed().Seconds(), "Mevents/s")
			if cpu = cpuSeconds() - cpu; cpu > 0 {
				b.ReportMetric(events/cpu, "Mevents/cpu-s")
			}
		})
	}
}
