//go:build !race && !invariants

package wholecell

import (
	"context"
	"math"
	"testing"
)

// passage is how long, in seconds, a cell with so many DnaA takes to begin
// replication on average, if it makes no more of it: the first passage of a birth
// and death process, from the published constants, which are written here again.
func passage(dnaA float64) float64 {
	per := 1000 / (6.022e23 * 4.0 / 3 * math.Pi * 8e6 * 1e-24) // mM of a molecule in a sphere of 200 nm
	free := dnaA - 16                                          // sites of high affinity take theirs at once
	total := 0.0
	for range 2 {
		total += 1 / (35 * per * free)
		free--
	}
	step := 0.0
	for n := range 30 {
		leave := 0.55
		if n == 0 {
			leave = 0
		}
		up := 100 * per * (free - float64(n))
		step = (1 + leave*step) / up
		total += step
	}
	return total
}

// begins has nothing but DnaA and the origin go on, until replication begins,
// and returns when, in seconds from now.
func begins(t *testing.T, c *Cell) float64 {
	t.Helper()
	b := c.plan
	for k := range b.pools {
		c.put(b.pools[k].level, 1e14)
	}
	c.setGates()
	c.put(b.initiation, 0)
	c.put(b.transcribing, 0)
	c.put(b.binding, 0)
	c.put(b.translating, 0)
	c.put(b.ready, 0)
	if c.fault != nil {
		t.Fatal(c.fault)
	}
	born := c.Time()
	for c.sim.Count(b.began) == 0 {
		if err := c.sim.Advance(context.Background(), c.Time()+100); err != nil {
			t.Fatal(err)
		}
		if c.Time()-born > 1e6 {
			t.Fatal("replication never begins")
		}
	}
	return c.sim.Count(b.began) + c.sim.Count(b.born) - born
}

// A newborn cell begins as soon as it has the DnaA for: with its 148 after 10.8
// min if it made no more, which is 8 min as it makes more; with 168, which a
// daughter has on average, after 3.8; with 200 after 1.8.
func TestReplicationBeginsAsSoonAsThereIsDnaA(t *testing.T) {
	t.Parallel()
	s, err := newStrain(syn3a(t), Config{})
	if err != nil {
		t.Fatal(err)
	}
	for dnaA, minutes := range map[float64]float64{148: 10.8, 168: 3.8, 200: 1.8} {
		if got := passage(dnaA) / 60; !near(got, minutes, 0.02) {
			t.Errorf("with %v DnaA replication begins after %v min by the theory, want %v", dnaA, got, minutes)
		}
		const cells = 400
		sum, squares := 0.0, 0.0
		for r := range cells {
			c, err := s.cell(21, uint64(r))
			if err != nil {
				t.Fatal(err)
			}
			c.put(c.plan.genes.proteins[c.plan.normal.starter].folded, dnaA)
			at := begins(t, c)
			sum += at
			squares += at * at
		}
		mean := sum / cells
		if z := (mean - passage(dnaA)) / math.Sqrt((squares/cells-mean*mean)/cells); math.Abs(z) > 3.5 {
			t.Errorf("with %v DnaA replication begins after %v s, want %v (z = %v)", dnaA, mean, passage(dnaA), z)
		}
	}
}

// A daughter waits as long as a newborn cell with as many DnaA: of her mother's
// origin and sites nothing is left that would make her begin sooner.
func TestDaughterBeginsAsANewbornCellWould(t *testing.T) {
	t.Parallel()
	s, err := newStrain(syn3a(t), Config{})
	if err != nil {
		t.Fatal(err)
	}
	const cells = 400
	n, sum, squares, copies := 0.0, 0.0, 0.0, 0.0
	for r := range cells {
		c, err := s.cell(22, uint64(r))
		if err != nil {
			t.Fatal(err)
		}
		b := c.plan
		// A mother that is about to divide: all of her doubled, and sites taken.
		sites := 2 * (b.organism.Constants().DnaABoxes - 1)
		for i := range b.genes.proteins {
			c.put(b.genes.proteins[i].folded, 2*b.genes.proteins[i].birth)
		}
		dnaA := &b.genes.proteins[b.normal.starter]
		c.put(b.sites, 0)
		c.put(b.siteBound, sites)
		c.put(b.docked, 2)
		c.put(dnaA.folded, 2*dnaA.birth-sites-2)
		c.put(b.doubled, 2)
		c.put(b.round, 1)
		c.weigh()
		c.divide()
		has := c.copies(dnaA)
		copies += has / cells
		if has < 135 { // which would wait for hours
			continue
		}
		ratio := begins(t, c) / passage(has)
		n++
		sum += ratio
		squares += ratio * ratio
	}
	mean := sum / n
	if z := (mean - 1) / math.Sqrt((squares/n-mean*mean)/n); math.Abs(z) > 3.5 || n < 350 || !near(copies, 148, 0.01) {
		t.Errorf("%v daughters with %v DnaA on average begin after %v of the time that a newborn cell with as much takes (z = %v), want 1", n, copies, mean, z)
	}
}

// Of DnaA, whose gene is the first to be doubled, a cycle of 121.5 min makes an
// eighth more than of the mean protein: the published constants have a daughter
// born with 168, her mother with the 148 that were counted, and so begin sooner.
func TestDaughtersHaveMoreDnaA(t *testing.T) {
	t.Parallel()
	c := newborn(t, Config{})
	b := c.plan
	const cycle, first, speed = 121.5 * 60, 8 * 60, 543_379 / 2 / (50 * 60.0)
	doubled := make([]float64, len(b.genes.units)) // when, in seconds from birth
	for _, arm := range b.passes {
		for _, s := range arm {
			if s.unit >= 0 {
				doubled[s.unit] = first + s.distance/speed
			}
		}
	}
	copies := func(unit int, at float64) float64 {
		if at < doubled[unit] {
			return 1
		}
		return 2
	}
	made := 0.0
	const steps = 2000
	for k := range steps {
		at := (float64(k) + 0.5) / steps
		all := 0.0
		for i := range b.genes.proteins {
			p := &b.genes.proteins[i]
			all += p.rates.Transcription / p.rates.Decay * p.rates.Translation * p.residues * copies(i, at*cycle)
		}
		made += math.Exp2(at) * math.Ln2 / steps * copies(b.normal.starter, at*cycle) / all
	}
	all := 0.0
	for i := range b.genes.proteins {
		p := &b.genes.proteins[i]
		all += p.rates.Transcription / p.rates.Decay * p.rates.Translation * p.residues
	}
	if got := 148 * made * all; !near(got, 168, 0.01) {
		t.Errorf("a cycle makes %v DnaA, want 168", got)
	}
}
