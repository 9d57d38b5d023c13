package wholecell

import (
	"math"
	"math/bits"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
)

// begin sets the state of a newborn cell: proteins as counted in the proteome,
// messengers by chance around the means of the published laws, machinery in
// balance with them, pools full, one chromosome.
func (c *Cell) begin() {
	b := c.plan
	random := c.sim.Random()
	c.put(b.dilution, 1)
	c.put(b.ownPolymerases, min(b.organism.Constants().RNAPolymerasesPerCell, c.x[b.mostPolymerases]))
	c.put(b.ownRibosomes, min(b.organism.Constants().RibosomesPerCell, c.x[b.mostRibosomes]))
	polymerases, ribosomes := c.x[b.ownPolymerases], c.x[b.ownRibosomes]
	if b.normal.alpha < 0 {
		polymerases = 0
	}
	for i := range b.genes.stables {
		c.put(b.genes.stables[i].species, math.Floor(b.genes.stables[i].birth+float64(random.Float64())))
	}
	c.beginTRNA()
	own := c.x[b.ownPolymerases] / ownPolymerases * b.normal.initiation
	for i := range b.genes.units {
		u := &b.genes.units[i]
		c.put(u.copies, 1)
		n := min(polymerases, math.Floor(float64(u.polymerases*own)+float64(random.Float64())))
		c.put(u.bound, n)
		polymerases -= n
	}
	busy := min(1, c.x[b.ownRibosomes]/ownRibosomes)
	for i := range b.genes.proteins {
		p := &b.genes.proteins[i]
		n := about(random, float64(p.rates.Transcription/p.rates.Decay*own))
		c.put(p.folded, p.birth)
		c.put(p.messenger, n)
		n = min(ribosomes, math.Floor(float64(n*p.rates.Ribosomes*busy)+float64(random.Float64())))
		c.put(p.bound, n)
		ribosomes -= n
	}
	c.put(b.polymerases, polymerases)
	c.put(b.ribosomes, ribosomes)
	c.weigh()
	for k := range b.pools {
		c.put(b.pools[k].level, c.kept(k))
	}
	c.inherit()
}

// inherit is what is the same for each newborn cell, the first one and
// daughters: an origin that waits, a new account.
func (c *Cell) inherit() {
	b := c.plan
	c.put(b.born, c.sim.Time())
	for _, s := range []expression.Species{b.low, b.docked, b.filament, b.open, b.strips, b.doubled, b.round, b.began, b.ended} {
		c.put(s, 0)
	}
	c.put(b.high, 1)
	c.put(b.sites, max(0, b.organism.Constants().DnaABoxes-1-c.x[b.siteBound]))
	for k := range b.spent {
		c.put(b.spent[k], 0)
	}
	for k := range b.inRRNA {
		c.put(b.inRRNA[k], 0)
	}
	for k, s := range b.account() {
		p := &b.pools[k]
		c.put(p.supplied, 0)
		c.put(p.held, c.x[p.level])
		c.put(p.start, s.of(c.x))
	}
}

// about draws the number of messengers of a gene that has some on average: from
// the binomial distribution of many chances, which a Poisson distribution is
// the limit of.
func about(random *expression.Random, mean float64) float64 {
	const chances = 256
	n := 0.0
	for range chances {
		if float64(float64(random.Float64())*chances) < mean {
			n++
		}
	}
	return n
}

// half draws how many of n molecules go to one of two daughters: each tosses a
// coin.
func half(random *expression.Random, n float64) float64 {
	const word = 64
	kept := 0
	for ; n >= word; n -= word {
		kept += bits.OnesCount64(random.Uint64())
	}
	if n > 0 {
		kept += bits.OnesCount64(random.Uint64() >> (word - uint(n)))
	}
	return float64(kept)
}
