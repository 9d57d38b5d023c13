package main

import (
	"math"
	"math/rand/v2"
)

// A network is one by mass action, as every program can be told it.
type network struct {
	name      string
	counts    []float64
	reactions []massAction
	until     float64 // simulated seconds
	// alike is how far the numbers of reactions of two simulations may be apart,
	// relative to one: chance is what they differ by, and it is large where what
	// happens rarely lasts long.
	alike float64
}

// A massAction is a reaction by species' numbers, one for each molecule that it
// takes or makes.
type massAction struct {
	takes, makes []int
	rate         float64
}

// networks are all that are compared.
func networks() []network {
	return []network{birthDeath(), dimerDecay(), lacSized(), wholeGenome()}
}

// birthDeath is immigration and death of one species.
func birthDeath() network {
	return network{"birth-death", []float64{1000}, []massAction{{nil, []int{0}, 1000}, {[]int{0}, nil, 1}}, 5000, 0.01}
}

// dimerDecay is Gillespie's decaying dimer (J. Chem. Phys. 115, 1716, 2001), fed
// so that it does not end.
func dimerDecay() network {
	return network{"dimer-decay", []float64{10_000, 0, 0}, []massAction{
		{[]int{0}, nil, 1},
		{[]int{0, 0}, []int{1}, 0.002},
		{[]int{1}, []int{0, 0}, 0.5},
		{[]int{1}, []int{2}, 0.04},
		{[]int{2}, nil, 1},
		{nil, []int{0}, 1000},
	}, 2000, 0.01}
}

// lacSized is a network of the size of a lac operon: a repressor that pairs up,
// binds operator and inducer, an operon, permease and enzyme.
func lacSized() network {
	const mR, r, r2, o, r2o, in, i2r2, i2r2o, mY, y, yin, out = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
	return network{"lac", []float64{mR: 1, r: 10, r2: 5, o: 1, in: 100, i2r2: 0, i2r2o: 0, y: 10, out: 5000}, []massAction{
		{nil, []int{mR}, 0.23},
		{[]int{mR}, []int{mR, r}, 15},
		{[]int{r, r}, []int{r2}, 0.05},
		{[]int{r2}, []int{r, r}, 0.001},
		{[]int{r2, o}, []int{r2o}, 0.96},
		{[]int{r2o}, []int{r2, o}, 2.4},
		{[]int{in, in, r2}, []int{i2r2}, 3e-4},
		{[]int{i2r2}, []int{in, in, r2}, 12},
		{[]int{in, in, r2o}, []int{i2r2, o}, 3e-4},
		{[]int{i2r2, o}, []int{in, in, r2o}, 4.8},
		{[]int{o}, []int{o, mY}, 0.5},
		{[]int{r2o}, []int{r2o, mY}, 0.01},
		{[]int{mY}, []int{mY, y}, 30},
		{[]int{y, out}, []int{yin}, 0.12 / 1000},
		{[]int{yin}, []int{y, out}, 0.1},
		{[]int{yin}, []int{y, in}, 6},
		{[]int{in}, []int{out}, 0.5},
		{[]int{mR}, nil, 0.46},
		{[]int{mY}, nil, 0.46},
		{[]int{r}, nil, 0.2},
		{[]int{y}, nil, 0.2},
	}, 100_000, 0.3}
}

// syn3aGenes are those of JCVI-syn3A that make a protein.
const syn3aGenes = 455

// wholeGenome is the expression of all genes of the size of JCVI-syn3A's: each is
// transcribed, translated and degraded, with rates spread over orders of
// magnitude.
func wholeGenome() network {
	n := network{name: "whole-genome", until: 10_000, alike: 0.05}
	draw := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same numbers each time
	for g := range syn3aGenes {
		gene, mRNA, protein := 3*g, 3*g+1, 3*g+2
		n.counts = append(n.counts, 1, 0, 100)
		n.reactions = append(
			n.reactions,
			massAction{[]int{gene}, []int{gene, mRNA}, math.Pow(10, draw.Float64()*2-3)},
			massAction{[]int{mRNA}, nil, 0.01},
			massAction{[]int{mRNA}, []int{mRNA, protein}, math.Pow(10, draw.Float64()*2-2)},
			massAction{[]int{protein}, nil, 1e-4},
		)
	}
	return n
}
