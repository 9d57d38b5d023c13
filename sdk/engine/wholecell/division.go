package wholecell

import "github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"

// ready reports whether the cell divides: it has twice the protein of a normal
// newborn cell, and two chromosomes. (The published model divides when the
// membrane's surface has doubled.)
func (c *Cell) ready() bool {
	b := c.plan
	const arms, double = 2, 2
	return c.x[b.doubled] >= arms && c.x[b.mass] >= double*b.normal.residues
}

// divide makes the cell one of its daughters: every molecule goes by the toss of
// a coin, a polymerase or ribosome at work with its gene or messenger, and each
// daughter has a chromosome. The other daughter is not followed.
func (c *Cell) divide() {
	b := c.plan
	random := c.sim.Random()
	share := func(s expression.Species) { c.put(s, half(random, c.x[s])) }
	for k := range b.pools {
		share(b.pools[k].level)
		c.put(b.pools[k].demand, c.x[b.pools[k].demand]/2)
	}
	for k := range b.nmp {
		share(b.nmp[k])
	}
	share(b.polymerases)
	share(b.ribosomes)
	for i := range b.genes.stables {
		share(b.genes.stables[i].species)
	}
	for i := range b.genes.units {
		share(b.genes.units[i].bound)
		c.put(b.genes.units[i].copies, 1)
	}
	for i := range b.genes.proteins {
		p := &b.genes.proteins[i]
		share(p.messenger)
		share(p.bound)
		share(p.folded)
		if p.nascent != p.folded {
			share(p.nascent)
		}
	}
	c.divideTRNA(random)
	c.divideSites(random)
	c.put(b.cycle, c.sim.Time()-c.x[b.born])
	c.put(b.generation, c.x[b.generation]+1)
	c.weigh()
	c.swell()
	c.inherit()
}

// divideSites leaves the daughter with its chromosome's sites of DnaA; what was
// bound beyond them, and at the origin, is free.
func (c *Cell) divideSites(random *expression.Random) {
	b := c.plan
	if b.normal.starter < 0 {
		return
	}
	starter := b.genes.proteins[b.normal.starter].folded
	bound := half(random, c.x[b.siteBound])
	most := max(0, b.organism.Constants().DnaABoxes-1)
	kept := min(bound, most)
	free := bound - kept
	for _, s := range []expression.Species{b.docked, b.filament} {
		free += half(random, c.x[s])
	}
	c.put(b.siteBound, kept)
	c.put(starter, c.x[starter]+free)
}
