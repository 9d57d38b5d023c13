package expression_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
)

// A model is a network by mass action, and what is known of it: moments by
// formulas, or by its master equation where its states are few.
type model struct {
	name      string
	species   []string
	initial   []float64
	reactions []massAction
	grid      []float64
	known     func(t float64) []meanSD // by species; nil: solve the master equation
}

type meanSD struct{ mean, sd float64 }

// massAction is a reaction by numbers of molecules of each species.
type massAction struct {
	takes, makes map[int]int
	rate         float64
}

func (m *model) build(tb testing.TB) *expression.Network {
	tb.Helper()
	var b expression.NetworkBuilder
	for i, name := range m.species {
		b.AddSpecies(name, m.initial[i])
	}
	for i, r := range m.reactions {
		b.AddReaction(expression.Reaction{Name: fmt.Sprintf("r%d", i), Reactants: terms(r.takes), Products: terms(r.makes), Rate: r.rate})
	}
	n, err := b.Build()
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

func terms(of map[int]int) []expression.Term {
	var list []expression.Term
	for s := range 64 {
		if of[s] > 0 {
			list = append(list, expression.Term{Species: expression.Species(s), Count: of[s]})
		}
	}
	return list
}

type molecules = map[int]int

// models are those that every method is tested with.
func models() []model {
	return []model{
		{
			// DSMTS 001-01 (Evans, Gillespie, Wilkinson 2008).
			name: "birth-death", species: []string{"X"}, initial: []float64{100},
			reactions: []massAction{{molecules{0: 1}, molecules{0: 2}, 0.1}, {molecules{0: 1}, nil, 0.11}},
			grid:      []float64{1, 10, 25, 50},
			known: func(t float64) []meanSD {
				const birth, death, x0 = 0.1, 0.11, 100.0
				g := math.Exp((birth - death) * t)
				return []meanSD{{x0 * g, math.Sqrt(x0 * (birth + death) / (birth - death) * g * (g - 1))}}
			},
		},
		{
			// DSMTS 002-01: Poisson.
			name: "immigration-death", species: []string{"X"}, initial: []float64{0},
			reactions: []massAction{{nil, molecules{0: 1}, 1}, {molecules{0: 1}, nil, 0.1}},
			grid:      []float64{1, 10, 25, 50},
			known: func(t float64) []meanSD {
				mean := 10 * (1 - math.Exp(-0.1*t))
				return []meanSD{{mean, math.Sqrt(mean)}}
			},
		},
		{
			// DSMTS 003-01.
			name: "dimerisation", species: []string{"P", "P2"}, initial: []float64{100, 0},
			reactions: []massAction{{molecules{0: 2}, molecules{1: 1}, 0.001}, {molecules{1: 1}, molecules{0: 2}, 0.01}},
			grid:      []float64{1, 10, 25, 50},
		},
		{
			// DSMTS 004-01: five at a time.
			name: "batch immigration-death", species: []string{"X"}, initial: []float64{0},
			reactions: []massAction{{nil, molecules{0: 5}, 1}, {molecules{0: 1}, nil, 0.2}},
			grid:      []float64{1, 10, 25, 50},
			known: func(t float64) []meanSD {
				const in, b, out = 1.0, 5.0, 0.2
				e := math.Exp(-out * t)
				mean := in * b / out * (1 - e)
				// The solution of V' = -2·out·V + in·b² + out·mean(t).
				v := in*b*b/(2*out)*(1-e*e) + in*b*((1-e*e)/(2*out)-(e-e*e)/out)
				return []meanSD{{mean, math.Sqrt(v)}}
			},
		},
		{
			name: "isomerisation", species: []string{"A", "B"}, initial: []float64{200, 0}, // binomial
			reactions: []massAction{{molecules{0: 1}, molecules{1: 1}, 0.3}, {molecules{1: 1}, molecules{0: 1}, 0.1}},
			grid:      []float64{0.5, 2, 8},
			known: func(t float64) []meanSD {
				p := 0.75 * (1 - math.Exp(-0.4*t))
				sd := math.Sqrt(200 * p * (1 - p))
				return []meanSD{{200 * (1 - p), sd}, {200 * p, sd}}
			},
		},
		{
			// A gene that switches on and off. Peccoud and Ycart, Theoretical Population
			// Biology 48 (1995): the stationary moments.
			name: "telegraph", species: []string{"off", "on", "mRNA"}, initial: []float64{1, 0, 0},
			reactions: []massAction{
				{molecules{0: 1}, molecules{1: 1}, 0.5},
				{molecules{1: 1}, molecules{0: 1}, 0.7},
				{molecules{1: 1}, molecules{1: 1, 2: 1}, 20},
				{molecules{2: 1}, nil, 1},
			},
			grid: []float64{20},
			known: func(float64) []meanSD {
				const on, off, made, decay = 0.5, 0.7, 20.0, 1.0
				p := on / (on + off)
				mean := p * made / decay
				v := mean + mean*mean*off/on*decay/(on+off+decay)
				return []meanSD{{1 - p, math.Sqrt(p * (1 - p))}, {p, math.Sqrt(p * (1 - p))}, {mean, math.Sqrt(v)}}
			},
		},
		{
			// mRNA and protein. Thattai and van Oudenaarden, PNAS 98 (2001): stationary.
			name: "two-stage expression", species: []string{"mRNA", "protein"}, initial: []float64{0, 0},
			reactions: []massAction{
				{nil, molecules{0: 1}, 2},
				{molecules{0: 1}, nil, 1},
				{molecules{0: 1}, molecules{0: 1, 1: 1}, 5},
				{molecules{1: 1}, nil, 0.25},
			},
			grid: []float64{40},
			known: func(float64) []meanSD {
				const protein = 2 * 5 / 0.25
				return []meanSD{{2, math.Sqrt2}, {protein, math.Sqrt(protein * (1 + 5/(1+0.25)))}}
			},
		},
		{
			name: "Michaelis-Menten", species: []string{"E", "S", "ES", "P"}, initial: []float64{5, 30, 0, 0},
			reactions: []massAction{
				{molecules{0: 1, 1: 1}, molecules{2: 1}, 0.05}, {molecules{2: 1}, molecules{0: 1, 1: 1}, 0.1}, {molecules{2: 1}, molecules{0: 1, 3: 1}, 0.4},
			},
			grid: []float64{1, 5, 15},
		},
		{
			name: "third order", species: []string{"A", "B", "C"}, initial: []float64{40, 15, 0},
			reactions: []massAction{
				{molecules{0: 3}, molecules{1: 1}, 2e-4}, {molecules{0: 1, 1: 2}, molecules{2: 1}, 1e-3}, {molecules{2: 1}, molecules{0: 2}, 0.05},
			},
			grid: []float64{1, 5, 15},
		},
		schlogl(),
	}
}

// schlogl is F. Schlögl's model (1972), bistable, of few molecules; those
// beyond 150 are too rare to matter.
func schlogl() model {
	return model{
		name: "Schlögl", species: []string{"X"}, initial: []float64{20},
		reactions: []massAction{
			{molecules{0: 2}, molecules{0: 3}, 0.06},
			{molecules{0: 3}, molecules{0: 2}, 0.003},
			{nil, molecules{0: 1}, 5},
			{molecules{0: 1}, nil, 0.6},
		},
		grid: []float64{1, 5, 20},
	}
}

// master solves the model's master equation: the moments of each species at
// each time of the grid. States beyond most molecules are left out.
func (m *model) master(most int) [][]meanSD {
	type edge struct {
		to   int
		rate float64
	}
	states := [][]int{{}}
	for _, x := range m.initial {
		states[0] = append(states[0], int(x))
	}
	index := map[string]int{fmt.Sprint(states[0]): 0}
	var edges [][]edge
	fastest := 0.0
	for at := 0; at < len(states); at++ {
		var out []edge
		leaving := 0.0
		for _, r := range m.reactions {
			rate := r.rate
			next := append([]int(nil), states[at]...)
			for s, k := range r.takes {
				for i := range k {
					rate *= float64(states[at][s]-i) / float64(i+1)
				}
				next[s] -= k
			}
			for s, k := range r.makes {
				next[s] += k
			}
			beyond := false
			for _, x := range next {
				beyond = beyond || x > most || x < 0
			}
			if rate <= 0 || beyond {
				continue
			}
			key := fmt.Sprint(next)
			if _, ok := index[key]; !ok {
				index[key] = len(states)
				states = append(states, next)
			}
			out = append(out, edge{index[key], rate})
			leaving += rate
		}
		edges = append(edges, out)
		fastest = max(fastest, leaving)
	}
	p := make([]float64, len(states))
	p[0] = 1
	now := 0.0
	var answer [][]meanSD
	for _, t := range m.grid {
		p = uniformized(p, fastest*(t-now), func(from int, visit func(to int, share float64)) {
			stay := 1.0
			for _, e := range edges[from] {
				visit(e.to, e.rate/fastest)
				stay -= e.rate / fastest
			}
			visit(from, stay)
		})
		now = t
		var row []meanSD
		for s := range m.species {
			mean, square := 0.0, 0.0
			for i, x := range states {
				mean += p[i] * float64(x[s])
				square += p[i] * float64(x[s]) * float64(x[s])
			}
			row = append(row, meanSD{mean, math.Sqrt(max(0, square-mean*mean))})
		}
		answer = append(answer, row)
	}
	return answer
}

// uniformized is p after a time in which the chain takes steps, on average
// mean of them (Jensen 1953).
func uniformized(p []float64, mean float64, step func(from int, visit func(to int, share float64))) []float64 {
	out := make([]float64, len(p))
	logWeight, total := -mean, 0.0
	for k := 0; total < 1-1e-13 && k < 10_000_000; k++ {
		w := math.Exp(logWeight)
		total += w
		next := make([]float64, len(p))
		for i, v := range p {
			out[i] += w * v
			if v > 0 {
				step(i, func(to int, share float64) { next[to] += v * share })
			}
		}
		p = next
		logWeight += math.Log(mean) - math.Log(float64(k+1))
		if float64(k) > mean && w < 1e-16 {
			break
		}
	}
	return out
}
