//go:build !race

package expression_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
)

// methods are all there are.
func methods() []expression.Method {
	return []expression.Method{expression.Direct, expression.CompositionRejection, expression.NextReaction, expression.TauLeaping}
}

// runs is how many there are: fewer where each takes long (-short), as in the
// build that checks every event.
func runs(full int) int {
	if testing.Short() {
		return full / 20
	}
	return full
}

// TestMoments holds every method to the rule of the stochastic cases of the
// SBML Test Suite (DSMTS): of 10,000 runs the mean's z is in (-3,3), and
// sqrt(n/2)·(s²/σ²-1) is in (-5,5). Of right means 3 in 1,000 are outside, so
// the seed is one with none.
func TestMoments(t *testing.T) {
	t.Parallel()
	const mostMean, mostSD = 3, 5
	replicas := runs(10_000)
	for _, m := range models() {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			n := m.build(t)
			want := make([][]meanSD, 0, len(m.grid))
			if m.known == nil {
				want = m.master(150)
			} else {
				for _, time := range m.grid {
					want = append(want, m.known(time))
				}
			}
			for _, method := range methods() {
				o := expression.EnsembleOptions{Method: method, Replicas: replicas, Seed: 2, Grid: m.grid}
				if method == expression.TauLeaping {
					o.Epsilon = 0.01
				}
				st, err := expression.Ensemble(context.Background(), n, o)
				if err != nil {
					t.Fatal(err)
				}
				for g, time := range m.grid {
					for s, name := range m.species {
						got, want := st.At(g, s), want[g][s]
						if z := (got.Mean - want.mean) / (want.sd / math.Sqrt(float64(replicas))); !(math.Abs(z) < mostMean) {
							t.Errorf("%v: mean of %s at %v s: got %v, want %v: z = %.2f", method, name, time, got.Mean, want.mean, z)
						}
						if z := math.Sqrt(float64(replicas)/2) * (got.Variance/(want.sd*want.sd) - 1); !(math.Abs(z) < mostSD) {
							t.Errorf("%v: sd of %s at %v s: got %v, want %v: statistic = %.2f", method, name, time, math.Sqrt(got.Variance), want.sd, z)
						}
					}
				}
			}
		})
	}
}

// TestLeapDistribution compares whole distributions of leaps and of the direct
// method, by Kolmogorov and Smirnov's test of two samples, where leaps are long.
func TestLeapDistribution(t *testing.T) {
	t.Parallel()
	replicas := runs(2500)
	limit := 1.95 * math.Sqrt(2/float64(replicas)) // of 1 in 1,000
	for _, m := range []model{
		{
			name: "immigration-death", species: []string{"X"}, initial: []float64{0},
			reactions: []massAction{{nil, molecules{0: 1}, 2000}, {molecules{0: 1}, nil, 1}}, grid: []float64{0.5, 3},
		},
		{
			// Gillespie, J. Chem. Phys. 115, 1716 (2001): the decaying dimer.
			name: "decaying dimer", species: []string{"S1", "S2", "S3"}, initial: []float64{4000, 600, 0},
			reactions: []massAction{
				{molecules{0: 1}, nil, 1}, {molecules{0: 2}, molecules{1: 1}, 0.002}, {molecules{1: 1}, molecules{0: 2}, 0.5}, {molecules{1: 1}, molecules{2: 1}, 0.04},
			},
			grid: []float64{0.5, 3},
		},
		{
			name: "isomerisation", species: []string{"A", "B"}, initial: []float64{5000, 0},
			reactions: []massAction{{molecules{0: 1}, molecules{1: 1}, 1}, {molecules{1: 1}, molecules{0: 1}, 2}}, grid: []float64{0.3, 2},
		},
	} {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			n := m.build(t)
			direct := samples(t, n, m.grid, expression.Direct, replicas)
			leaps := samples(t, n, m.grid, expression.TauLeaping, replicas)
			for i := range direct {
				if d := kolmogorovSmirnov(direct[i], leaps[i]); d > limit {
					t.Errorf("%s at %v s: the distributions differ by %.4f: want at most %.4f", m.species[i%len(m.species)], m.grid[i/len(m.species)], d, limit)
				}
			}
		})
	}
}

// samples lists the counts of all replicas, by grid time, then species.
func samples(t *testing.T, n *expression.Network, grid []float64, method expression.Method, replicas int) [][]float64 {
	t.Helper()
	list := make([][]float64, len(grid)*n.Species())
	_, err := expression.Ensemble(context.Background(), n, expression.EnsembleOptions{
		Method: method, Replicas: replicas, Seed: 7 + uint64(method), Grid: grid,
		Each: func(_ int, counts []float64) error {
			for i, x := range counts {
				list[i] = append(list[i], x)
			}
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// kolmogorovSmirnov is the greatest distance of two samples' distributions.
func kolmogorovSmirnov(a, b []float64) (most float64) {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	for i, j := 0, 0; i < len(a) && j < len(b); {
		x := min(a[i], b[j])
		for i < len(a) && a[i] == x {
			i++
		}
		for j < len(b) && b[j] == x {
			j++
		}
		most = max(most, math.Abs(float64(i)/float64(len(a))-float64(j)/float64(len(b))))
	}
	return most
}

// TestSchloglStationary compares the counts after a long time with the
// stationary distribution, which for one species is a product of ratios of
// birth and death (van Kampen, Stochastic Processes, VI.3), by chi-squared.
func TestSchloglStationary(t *testing.T) {
	t.Parallel()
	m := schlogl()
	r := m.reactions
	const most = 150
	p := make([]float64, most)
	p[0] = 1
	total := 1.0
	for x := 1; x < most; x++ {
		below, at := float64(x-1), float64(x)
		birth := r[2].rate + r[0].rate*below*(below-1)/2
		death := r[3].rate*at + r[1].rate*at*(at-1)*(at-2)/6
		p[x] = p[x-1] * birth / death
		total += p[x]
	}
	replicas := runs(4000)
	for _, method := range methods()[:3] {
		counts := samples(t, m.build(t), []float64{100}, method, replicas)[0]
		seen := make([]float64, most)
		for _, x := range counts {
			seen[int(x)]++
		}
		chi, bins := 0.0, 0
		got, want := 0.0, 0.0
		for x := range p {
			got += seen[x]
			if want += p[x] / total * float64(replicas); want >= 10 {
				chi += (got - want) * (got - want) / want
				bins++
				got, want = 0, 0
			}
		}
		// Chi-squared has the mean bins-1 and the variance 2·(bins-1).
		if z := (chi - float64(bins-1)) / math.Sqrt(2*float64(bins-1)); z > 4 {
			t.Errorf("%v: chi-squared of %d bins is %.1f: %.1f standard deviations too much", method, bins, chi, z)
		}
	}
}
