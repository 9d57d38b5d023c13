//go:build !race && !invariants

package wholecell

import (
	"context"
	"math"
	"testing"
)

// unfed is a cell whose shares stay at the published laws' rates and whose pools
// never run out: nothing but the network.
func unfed(tb testing.TB, s *strain, stream uint64) *Cell {
	tb.Helper()
	c, err := s.cell(11, stream)
	if err != nil {
		tb.Fatal(err)
	}
	b := c.plan
	for k := range b.pools {
		c.put(b.pools[k].level, 1e14)
	}
	c.put(b.initiation, 1)
	c.put(b.transcribing, 1)
	c.put(b.binding, 1)
	c.put(b.translating, 1)
	c.put(b.ready, 0) // proteins owe their amino acids; charging takes no time
	c.setGates()
	if c.fault != nil {
		tb.Fatal(c.fault)
	}
	return c
}

// With the full grant and one copy of each gene: messengers of each gene as by
// the law, 139.2 in all, and 3,269 amino acids a second.
func TestMessengersAndProteinSynthesisByTheNetwork(t *testing.T) {
	t.Parallel()
	s, err := newStrain(syn3a(t), Config{})
	if err != nil {
		t.Fatal(err)
	}
	c := unfed(t, s, 0)
	b := c.plan
	c.put(b.high, 0) // no replication
	const samples, apart = 600, 600.0
	sums := make([]float64, len(b.genes.proteins))
	c.weigh()
	mass := c.x[b.mass]
	for n := range samples {
		if err := c.sim.Advance(context.Background(), float64(n+1)*apart); err != nil {
			t.Fatal(err)
		}
		c.look()
		for i := range sums {
			sums[i] += c.x[b.genes.proteins[i].messenger]
		}
	}
	total, squares := 0.0, 0.0
	for i := range sums {
		r := b.genes.proteins[i].rates
		mean := r.Transcription / r.Decay
		total += sums[i] / samples
		// Of a Poisson distribution; samples remember each other as far as
		// messengers live on.
		memory := math.Exp(-r.Decay * apart)
		z := (sums[i]/samples - mean) / math.Sqrt(mean/samples*(1+memory)/(1-memory))
		squares += z * z
		if math.Abs(z) > 4.5 {
			t.Errorf("%s: %v messengers, want %v (z = %v)", b.genes.proteins[i].locus, sums[i]/samples, mean, z)
		}
	}
	if !near(total, 139.2, 0.013) || squares/455 > 1.25 || squares/455 < 0.75 {
		t.Errorf("%v messengers in all, want 139.2; mean z² %v, want about 1", total, squares/455)
	}
	c.weigh()
	if rate := (c.x[b.mass] - mass) / (samples * apart); !near(rate, 3269, 0.015) {
		t.Errorf("%v aa/s, want 3269", rate)
	}
}

// Published of 1,000 cells: replication begins 8 min after birth and takes 50
// min on average; bare it takes 45.3.
func TestReplicationBeginsAndEndsAsPublished(t *testing.T) {
	t.Parallel()
	s, err := newStrain(syn3a(t), Config{})
	if err != nil {
		t.Fatal(err)
	}
	const cells = 150
	begin, length := 0.0, 0.0
	for r := range cells {
		c := unfed(t, s, uint64(r))
		for c.sim.Count(c.plan.ended) == 0 {
			if err := c.sim.Advance(context.Background(), c.Time()+60); err != nil {
				t.Fatal(err)
			}
		}
		c.look()
		begin += c.x[c.plan.began] / 60 / cells
		length += (c.x[c.plan.ended] - c.x[c.plan.began]) / 60 / cells
		for i := range c.plan.genes.units {
			if u := &c.plan.genes.units[i]; c.x[u.copies] != 2 {
				t.Fatalf("%s has %v copies after replication, want 2", u.name, c.x[u.copies])
			}
		}
		if dna := c.dna(); !near(dna, 2, 1e-4) {
			t.Fatalf("%v genomes after replication, want 2", dna)
		}
	}
	if begin < 6.5 || begin > 9.5 || !near(length, 50, 0.03) {
		t.Errorf("replication begins at %v min and takes %v, want 8 and 50", begin, length)
	}
}
