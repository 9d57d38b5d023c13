//go:build !race

package lac_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/operon/lac"
)

// exact is the same cell with TMG molecule by molecule and LacI's activity
// followed at every one of them, written down anew from the published constants.
// It returns the network and where LacY and the TMG inside are.
func exact(t *testing.T, tmg float64) (net *expression.Network, lacY, inside expression.Species) {
	t.Helper()
	const (
		perMicromolar, mu = 602.214076, math.Ln2 / 3600
		leave1, find      = 1 / 318.0, 19 / 318.0 / 10
		leave2            = leave1 * 4.0551999668446745
	)
	w2 := 19 / 4.0551999668446745
	closing := (1300*(1+w2) - (20 + w2)) * leave2 / 19
	var b expression.NetworkBuilder
	laci, free := b.AddSpecies("I", 9), b.AddSpecies("F", 0)
	o1, aux, loop := b.AddSpecies("1", 0), b.AddSpecies("2", 0), b.AddSpecies("L", 1)
	m, z, y := b.AddSpecies("m", 0), b.AddSpecies("Z", 0), b.AddSpecies("Y", 0)
	x := b.AddSpecies("X", 0)
	terms := func(list ...expression.Species) (all []expression.Term) {
		for _, s := range list {
			all = append(all, expression.Term{Species: s, Count: 1})
		}
		return all
	}
	active := func(x []float64, at expression.Species) float64 {
		c := x[at] / perMicromolar
		a, i := 1+c/(6.5*139/0.53), 1+c/6.5
		return a * a / (a*a + math.Exp(-4.5)*i*i)
	}
	binds := func(from, to []expression.Term, rate float64) {
		reads := []expression.Species{x}
		for _, f := range from {
			reads = append(reads, f.Species)
		}
		b.AddReaction(expression.Reaction{Name: "binds", Reactants: from, Products: to, Reads: reads, Propensity: func(s []float64) float64 {
			p := rate * active(s, x)
			for _, f := range from {
				p *= s[f.Species]
			}
			return p
		}})
	}
	simple := func(from, to []expression.Term, rate float64) {
		b.AddReaction(expression.Reaction{Name: "simple", Reactants: from, Products: to, Rate: rate})
	}
	binds(terms(laci, free), terms(o1), find)
	binds(terms(laci, free), terms(aux), find)
	binds(terms(o1), terms(loop), closing)
	binds(terms(aux), terms(loop), closing)
	simple(terms(o1), terms(laci, free), leave1)
	simple(terms(aux), terms(laci, free), leave2)
	simple(terms(loop), terms(aux), leave1)
	simple(terms(loop), terms(o1), leave2)
	simple(terms(free), terms(free, m), 1/3.3)
	simple(terms(aux), terms(aux, m), 1/3.3)
	simple(terms(m), nil, 0.48/60+mu)
	simple(terms(m), terms(m, z), 1/3.2)
	simple(terms(m), terms(m, y), 1/3.2/2)
	simple(terms(z), nil, mu)
	simple(terms(y), nil, mu)
	simple(nil, terms(x), 2.33e-3*tmg*perMicromolar)
	simple(terms(y), terms(y, x), 12*tmg/(400+tmg))
	simple(terms(x), nil, 2.33e-3+mu)
	net, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	return net, y, x
}

// TestConcentrationsWillDo: with TMG as a concentration that follows the
// proteins once a second, cells are as with every molecule of it by chance:
// Kolmogorov and Smirnov's test at 0.1 %.
func TestConcentrationsWillDo(t *testing.T) {
	t.Parallel()
	const cells, seconds, tmg = 40, 1.5 * 3600.0, 30.0
	net, y, x := exact(t, tmg)
	var wantY, wantX, gotY, gotX []float64
	for k := range cells {
		s, err := expression.NewSimulator(net, expression.Options{Seed: 77, Stream: uint64(k)})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Advance(context.Background(), seconds); err != nil {
			t.Fatal(err)
		}
		wantY, wantX = append(wantY, s.Count(y)), append(wantX, s.Count(x)/602.214076)
	}
	for _, m := range run(t, lac.Config{Medium: lac.Medium{TMG: tmg}, Seed: 78}, cells, seconds/3600) {
		gotY, gotX = append(gotY, m.LacY), append(gotX, m.TMG)
	}
	limit := 1.95 * math.Sqrt(2.0/cells)
	if d := distance(gotY, wantY); d > limit {
		t.Errorf("LacY: distributions are %.3f apart, limit %.3f", d, limit)
	}
	if d := distance(gotX, wantX); d > limit {
		t.Errorf("TMG inside: distributions are %.3f apart, limit %.3f", d, limit)
	}
}

// distance is Kolmogorov and Smirnov's: the largest between the distribution
// functions.
func distance(a, b []float64) float64 {
	slices.Sort(a)
	slices.Sort(b)
	below := func(list []float64, x float64) float64 {
		n, _ := slices.BinarySearchFunc(list, x, func(v, x float64) int {
			if v <= x {
				return -1
			}
			return 1
		})
		return float64(n) / float64(len(list))
	}
	most := 0.0
	for _, x := range append(slices.Clone(a), b...) {
		most = max(most, math.Abs(below(a, x)-below(b, x)))
	}
	return most
}
