package wholecell

import (
	"math"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
)

func TestHalfTossesACoinForEach(t *testing.T) {
	t.Parallel()
	random := expression.NewRandom(1, 0)
	for _, n := range []float64{0, 1, 63, 64, 65, 1000} {
		const draws = 4000
		sum, squares := 0.0, 0.0
		for range draws {
			k := half(random, n)
			if k < 0 || k > n || k != math.Floor(k) {
				t.Fatalf("half(%v) = %v", n, k)
			}
			sum += k
			squares += (k - n/2) * (k - n/2)
		}
		z := (sum - draws*n/2) / math.Sqrt(draws*max(n, 1)/4)
		if math.Abs(z) > 4 || n > 0 && !near(squares/draws, n/4, 0.12) {
			t.Errorf("half(%v): mean %v (z = %v), variance %v; want %v and %v", n, sum/draws, z, squares/draws, n/2, n/4)
		}
	}
}

// A daughter has half of everything, give or take, one chromosome, an origin
// that waits, and an account that begins anew.
func TestDaughterHasHalf(t *testing.T) {
	t.Parallel()
	c := newborn(t, Config{Seed: 12})
	if err := c.Advance(t.Context(), 30); err != nil {
		t.Fatal(err)
	}
	c.look()
	b := c.plan
	for i := range b.genes.proteins {
		c.put(b.genes.proteins[i].folded, 2*b.genes.proteins[i].birth)
	}
	for i := range b.genes.units {
		c.put(b.genes.units[i].copies, 2)
	}
	c.put(b.doubled, 2)
	c.put(b.round, 1)
	before := append([]float64(nil), c.x...)
	if err := c.turn(t.Context()); err != nil {
		t.Fatal(err)
	}
	check := func(what string, s expression.Species) {
		t.Helper()
		n := before[s]
		if z := (c.x[s] - n/2) / math.Sqrt(max(n, 4)/4); math.Abs(z) > 5 {
			t.Errorf("%s: %v of %v (z = %v), want about half", what, c.x[s], n, z)
		}
	}
	messengers := c.messengers()
	for i := range b.genes.proteins {
		p := &b.genes.proteins[i]
		if i != b.normal.starter {
			check("protein "+p.locus, p.folded)
		}
		check("ribosomes on "+p.locus, p.bound)
	}
	m := c.Metrics()
	if m.Generation != 1 || m.Genomes != 1 || !near(m.Size, 1, 0.02) || c.x[b.high] != 1 || m.LastCycleMinutes != 0.5 || messengers > 120 {
		t.Errorf("daughter: %+v, %v messengers, origin %v; want generation 1, one genome, size 1, last cycle 0.5 min", m, messengers, c.x[b.high])
	}
	for i := range b.genes.units {
		if u := &b.genes.units[i]; c.x[u.copies] != 1 {
			t.Errorf("%s has %v copies, want 1", u.name, c.x[u.copies])
		}
	}
	for _, a := range c.Accounts() {
		if a.Balance() != 0 {
			t.Errorf("account of the daughter: %+v lacks %v", a, a.Balance())
		}
	}
}

// A sphere of 200 nm; with twice the protein and lipid twice the surface, and
// the volume of two cells, not that of a sphere with such a surface.
func TestVolumeFollowsTheMembrane(t *testing.T) {
	t.Parallel()
	c := newborn(t, Config{Seed: 12})
	b := c.plan
	c.weigh()
	c.swell()
	if !near(c.surface(), c.newbornSurface(), 1e-12) || !near(c.volume(), 3.351e-17, 1e-4) {
		t.Errorf("newborn: %v nm² and %v l, want %v and 3.351e-17", c.surface(), c.volume(), c.newbornSurface())
	}
	for _, grown := range []float64{1.25, 2} {
		for i := range b.genes.proteins {
			p := &b.genes.proteins[i]
			c.put(p.folded, math.Round(grown*p.birth))
		}
		c.weigh()
		c.swell()
		want := min(2, math.Pow(grown, 1.5))
		if !near(c.surface(), grown*c.newbornSurface(), 0.01) || !near(c.volume(), want*3.351e-17, 0.015) {
			t.Errorf("%v newborn cells: %v nm² and %v l, want %v and %v", grown, c.surface(), c.volume(), grown*c.newbornSurface(), want*3.351e-17)
		}
	}
}

// Metabolism feeds no more than the growth that it found, which is at most what
// flux balance analysis gives under the grant.
func TestMetabolismFeedsWhatItCan(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ share, most float64 }{{100, 0.342393119823}, {50, 0.160572}} {
		c := newborn(t, Config{Seed: 13, ATPShare: tt.share})
		fed := 0.0
		for range long(300) {
			if err := c.Advance(t.Context(), 1); err != nil {
				t.Fatal(err)
			}
			c.look()
			if got := c.x[c.plan.supply]; got > tt.most*(1+1e-4) {
				t.Fatalf("share %v: fed for %v 1/h, want %v at most", tt.share, got, tt.most)
			}
			fed += c.x[c.plan.supply] * c.x[c.plan.mass] / secondsPerHour
		}
		amino := 0.0
		for k := range aminoKinds {
			amino += c.x[c.plan.pools[k].supplied]
		}
		if amino > fed || amino < 0.5*fed {
			t.Errorf("share %v: %v amino acids came, want at most, and more than half of, %v", tt.share, amino, fed)
		}
	}
}
