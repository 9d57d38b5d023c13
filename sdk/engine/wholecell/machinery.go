package wholecell

import (
	"math"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

// share sets how fast processes run until the next exchange.
//
// Polymerases: the published law gives each copy of a gene its rate in a newborn
// cell with all of its polymerases, of which then a fixed part transcribes. Here
// that part is shared: what all copies of all genes would take by the law, times
// what there is over what that would need. Two chromosomes so share the
// polymerases of one, until there are more.
//
// Ribosomes: in the same way they deliver k_eff amino acids a second each
// ([organism.Constants]), which is what growth follows from, and the messengers
// share that in proportion to their rates by the law; at birth each messenger has
// just that rate. The published model does not let messengers compete. A ribosome
// that the grant holds back from a messenger makes up for it; see [offered].
func (c *Cell) share() {
	b, x := c.plan, c.x
	need := 0.0
	for i := range b.genes.units {
		u := &b.genes.units[i]
		need += float64(u.polymerases * x[u.copies])
	}
	have := x[b.polymerases] + c.transcribing()
	supply := c.nucleotideFactor() * c.energyFactor()
	initiation := 0.0
	if need > 0 {
		initiation = b.normal.polymerases * have / need * supply
	}
	c.put(b.initiation, initiation)
	c.put(b.transcribing, supply)

	need = 0
	load := 0.0
	for i := range b.genes.proteins {
		p := &b.genes.proteins[i]
		n := float64(p.rates.Translation * x[p.messenger])
		need += float64(n * p.residues)
		load += float64(n * p.steps)
	}
	have = x[b.ribosomes] + c.translating()
	c.put(b.ready, c.readiness())
	supply = c.chargedFactor() * c.energyFactor()
	binding := 0.0
	if need > 0 {
		binding = min(b.organism.Constants().TranslationRate*have/need, crowding)
		load *= binding
		if most := min(have, x[b.mostRibosomes]); load > 0 {
			binding = min(binding*offered(load, most)/load, crowding)
		}
		binding *= supply
	}
	c.put(b.binding, binding)
	c.put(b.translating, supply)
	c.put(b.floorPolymerases, max(0, c.totalPolymerases()-x[b.mostPolymerases]))
	c.put(b.floorRibosomes, max(0, c.totalRibosomes()-x[b.mostRibosomes]))
}

// offered is how many ribosomes must be offered to messengers for a load of them
// to work on average, where no more than most may. Those that come when most are
// at work are turned away: a part of them that is Erlang's loss formula (Erlang
// 1917, Elektroteknikeren 13:5), whatever time a ribosome takes. A load that cannot
// work is offered without end.
func offered(load, most float64) float64 {
	const rare = 4 // standard deviations from the load to where hardly any are turned away
	if load+float64(rare*math.Sqrt(load)) < most {
		return load
	}
	// What works grows with the offer, and ever less so: Newton's method comes from
	// below.
	offer, high := load, float64(crowding*crowding*load)
	const enough, turns = 1e-3, 32
	for range turns {
		loss := lossOf(offer, most)
		works := float64(offer * (1 - loss))
		slope := 1 - loss - float64(loss*(most-works))
		if load-works < enough {
			return offer
		}
		if slope <= 0 || load-works >= float64(slope*(high-offer)) {
			return high
		}
		offer += float64((load - works) / slope)
	}
	return offer
}

// lossOf is the part of an offer that is turned away where no more than most may
// be served at a time.
func lossOf(offer, most float64) float64 {
	loss := 1.0
	for n := 1.0; n <= most; n++ {
		part := float64(offer * loss)
		loss = part / (n + part)
	}
	return loss
}

// transcribing is how many polymerases are on a gene, translating how many
// ribosomes on a messenger.
func (c *Cell) transcribing() float64 {
	n := 0.0
	for i := range c.plan.genes.units {
		n += c.x[c.plan.genes.units[i].bound]
	}
	return n
}

func (c *Cell) translating() float64 {
	n := 0.0
	for i := range c.plan.genes.proteins {
		n += c.x[c.plan.genes.proteins[i].bound]
	}
	return n
}

func (c *Cell) totalPolymerases() float64 { return c.x[c.plan.polymerases] + c.transcribing() }

func (c *Cell) totalRibosomes() float64 { return c.x[c.plan.ribosomes] + c.translating() }

// nucleotideFactor is how fast transcription goes with the nucleotides that
// there are, by the published law for a transcript of the genome's composition.
func (c *Cell) nucleotideFactor() float64 {
	b := c.plan
	full, now := 1.0, 1.0
	for k, mM := range nucleotides() {
		level := concentration(c.x[b.pools[aminoKinds+k].level], c.volume())
		if level == 0 {
			return 0
		}
		full += float64(b.normal.shares[k] * polymeraseKD / mM)
		now += float64(b.normal.shares[k] * polymeraseKD / level)
	}
	return full / now
}

// energyFactor is how fast expression works with the energy that there is.
func (c *Cell) energyFactor() float64 {
	share := c.x[c.plan.pools[energyAt].level] / c.kept(energyAt)
	return min(1, (1+energyKM)*share/(share+energyKM))
}

// kept is how much of a pool the cell keeps at its present volume, in
// molecules.
func (c *Cell) kept(k int) float64 {
	switch {
	case k < aminoKinds:
		return molecules(aminoAcid, c.volume())
	case k < energyAt:
		return molecules(nucleotides()[k-aminoKinds], c.volume())
	}
	return molecules(adenine+guanine, c.volume())
}

// release takes machinery off its work where more is at it than is granted.
func (c *Cell) release() {
	b := c.plan
	for c.transcribing() > c.x[b.mostPolymerases] {
		at := math.Floor(c.sim.Random().Float64() * c.transcribing())
		for i := range b.genes.units {
			bound := b.genes.units[i].bound
			if at -= c.x[bound]; at < 0 {
				c.put(bound, c.x[bound]-1)
				c.put(b.polymerases, c.x[b.polymerases]+1)
				break
			}
		}
	}
	for c.translating() > c.x[b.mostRibosomes] {
		at := math.Floor(c.sim.Random().Float64() * c.translating())
		for i := range b.genes.proteins {
			bound := b.genes.proteins[i].bound
			if at -= c.x[bound]; at < 0 {
				c.put(bound, c.x[bound]-1)
				c.put(b.ribosomes, c.x[b.ribosomes]+1)
				break
			}
		}
	}
}

// volume is the cell's, in litres.
func (c *Cell) volume() float64 { return c.plan.normal.volume / c.x[c.plan.dilution] }

// assemble makes what machinery the cell has become able to make. Polymerases
// are as many as their alpha subunit. Ribosomes grow with the cell, as far as
// there is ribosomal protein for them (in total, by mass: some of it was not
// found in the proteome) and ribosomal RNA, of which each takes a set. Assembly
// takes no time; the published model of 2022 keeps the number of ribosomes.
func (c *Cell) assemble() {
	b, x := c.plan, c.x
	if b.normal.alpha >= 0 {
		alpha := x[b.genes.proteins[b.normal.alpha].folded]
		grown := math.Floor(alpha * (x[b.ownPolymerases] / ownPolymerases))
		if more := grown - c.totalPolymerases(); more > 0 {
			c.put(b.polymerases, x[b.polymerases]+more)
		}
	}
	size := x[b.mass] / b.normal.residues
	if b.normal.ribosomal > 0 {
		size = min(size, c.ribosomalMass()/b.normal.ribosomal)
	}
	for more := math.Floor(x[b.ownRibosomes]*size) - c.totalRibosomes(); more > 0 && c.takeRRNA(); more-- {
		c.put(b.ribosomes, x[b.ribosomes]+1)
	}
}

// takeRRNA takes one set of ribosomal RNA, from the operon with the most of it.
func (c *Cell) takeRRNA() bool {
	b, x := c.plan, c.x
	parts := 0
	for _, members := range b.genes.operons {
		parts = max(parts, len(members))
	}
	if parts == 0 {
		return false
	}
	chosen := make([]int, 0, parts)
	for part := range parts {
		best := -1
		for _, members := range b.genes.operons {
			if part >= len(members) {
				continue
			}
			if m := members[part]; best < 0 || x[b.genes.stables[m].species] > x[b.genes.stables[best].species] {
				best = m
			}
		}
		if x[b.genes.stables[best].species] == 0 {
			return false
		}
		chosen = append(chosen, best)
	}
	for _, m := range chosen {
		s := &b.genes.stables[m]
		c.put(s.species, x[s.species]-1)
		for k, n := range s.bases {
			c.put(b.inRRNA[k], x[b.inRRNA[k]]+float64(n))
		}
	}
	return true
}

// ribosomalMass is how many amino acids are in ribosomal protein.
func (c *Cell) ribosomalMass() float64 {
	total := 0.0
	for i := range c.plan.genes.proteins {
		if p := &c.plan.genes.proteins[i]; p.role == organism.RoleRibosomal {
			total += float64(p.residues * c.x[p.folded])
		}
	}
	return total
}
