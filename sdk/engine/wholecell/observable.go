package wholecell

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// An Observable is something that can be read off a cell by name.
type Observable struct {
	Name string // one that ends in a colon takes what stands in Doc after it
	Unit string
	Doc  string

	read  func(c *Cell) float64
	named func(b *blueprint, name string) (func(c *Cell) float64, bool)
}

// Observables lists what a cell can be asked for, in a fixed order.
func Observables() []Observable {
	return slices.Concat(wholes(), parts())
}

// wholes are observables of the whole cell.
func wholes() []Observable {
	return []Observable{
		{Name: "atp", Unit: "mM", Doc: "ATP that is ready to be spent", read: (*Cell).atp},
		{Name: "mrna", Unit: "molecules", Doc: "messengers of all genes", read: (*Cell).messengers},
		{Name: "protein", Unit: "molecules", Doc: "proteins of all genes", read: (*Cell).proteins},
		{Name: "ribosomes", Unit: "molecules", Doc: "ribosomes of the cell", read: (*Cell).totalRibosomes},
		{Name: "ribosomes_active", Unit: "molecules", Doc: "ribosomes on messengers, also those that wait there for amino acids or energy", read: (*Cell).translating},
		{Name: "polymerases", Unit: "molecules", Doc: "RNA polymerases of the cell", read: (*Cell).totalPolymerases},
		{Name: "polymerases_active", Unit: "molecules", Doc: "RNA polymerases that transcribe", read: (*Cell).transcribing},
		{Name: "volume", Unit: "fL", Doc: "volume of the cell", read: func(c *Cell) float64 { return c.volume() * 1e15 }},
		{Name: "surface", Unit: "um2", Doc: "area of the membrane", read: func(c *Cell) float64 { return c.surface() / 1e6 }},
		{Name: "dna", Unit: "genomes", Doc: "DNA, in genomes", read: (*Cell).dna},
		{Name: "mass", Unit: "newborn cells", Doc: "amino acids in protein, in normal newborn cells", read: func(c *Cell) float64 { return c.x[c.plan.mass] / c.plan.normal.residues }},
		{Name: "growth_rate", Unit: "1/h", Doc: "growth rate of protein, averaged over a minute", read: func(c *Cell) float64 { return c.x[c.plan.growth] }},
		{Name: "supply", Unit: "1/h", Doc: "growth rate that metabolism fed at the last exchange", read: func(c *Cell) float64 { return c.x[c.plan.supply] }},
		{Name: "translation", Unit: "aa/s", Doc: "amino acids that ribosomes join at the present rates", read: (*Cell).translation},
		{Name: "trna_charged", Unit: "share", Doc: "charged part of the transfer RNA of the amino acid that has least of it", read: (*Cell).scarcest},
		{Name: "energy_spent", Unit: "phosphoryl groups", Doc: "ATP and GTP that expression spent since birth", read: func(c *Cell) float64 { return c.x[c.plan.spent[0]] + c.x[c.plan.spent[1]] }},
		{Name: "generation", Unit: "divisions", Doc: "divisions since the first cell", read: func(c *Cell) float64 { return c.x[c.plan.generation] }},
		{Name: "replication_began", Unit: "s", Doc: "when replication began after birth; 0 before", read: func(c *Cell) float64 { return c.x[c.plan.began] }},
		{Name: "replication_ended", Unit: "s", Doc: "when replication ended after birth; 0 before", read: func(c *Cell) float64 { return c.x[c.plan.ended] }},
		{Name: "last_cycle", Unit: "s", Doc: "from birth to division of the last cell; 0 before the first division", read: func(c *Cell) float64 { return c.x[c.plan.cycle] }},
	}
}

// parts are observables of one gene, pool or reaction.
func parts() []Observable {
	gene := func(read func(p *protein) func(c *Cell) float64) func(b *blueprint, name string) (func(c *Cell) float64, bool) {
		return func(b *blueprint, name string) (func(c *Cell) float64, bool) {
			g, _ := b.organism.Gene(name)
			i := slices.IndexFunc(b.genes.proteins, func(p protein) bool { return p.locus == g.Locus })
			if i < 0 {
				return nil, false
			}
			return read(&b.genes.proteins[i]), true
		}
	}
	return []Observable{
		{Name: "mrna:", Unit: "molecules", Doc: "messengers of a gene", named: gene(func(p *protein) func(c *Cell) float64 {
			return func(c *Cell) float64 { return c.x[p.messenger] }
		})},
		{Name: "protein:", Unit: "molecules", Doc: "proteins of a gene, wherever they are", named: gene(func(p *protein) func(c *Cell) float64 {
			return func(c *Cell) float64 { return c.copies(p) }
		})},
		{Name: "translating:", Unit: "molecules", Doc: "ribosomes on a gene's messengers", named: gene(func(p *protein) func(c *Cell) float64 {
			return func(c *Cell) float64 { return c.x[p.bound] }
		})},
		{Name: "rna:", Unit: "molecules", Doc: "a gene's stable RNA that is in no ribosome", named: func(b *blueprint, name string) (func(c *Cell) float64, bool) {
			g, _ := b.organism.Gene(name)
			i := slices.IndexFunc(b.genes.stables, func(s stable) bool { return s.locus == g.Locus })
			if i < 0 {
				return nil, false
			}
			species := b.genes.stables[i].species
			return func(c *Cell) float64 { return c.x[species] }, true
		}},
		{Name: "copies:", Unit: "molecules", Doc: "copies of a gene, on all chromosomes", named: func(b *blueprint, name string) (func(c *Cell) float64, bool) {
			g, _ := b.organism.Gene(name)
			i := b.genes.unitOf(g.Locus)
			if i < 0 {
				return nil, false
			}
			species := b.genes.units[i].copies
			return func(c *Cell) float64 { return c.x[species] }, true
		}},
		{Name: "amino_acid:", Unit: "molecules", Doc: "a free amino acid, by its letter or code: L or leu", named: func(b *blueprint, name string) (func(c *Cell) float64, bool) {
			k, ok := aminoNamed(name)
			return func(c *Cell) float64 { return c.x[b.pools[k].level] }, ok
		}},
		{Name: "trna:", Unit: "molecules", Doc: "transfer RNA of an amino acid, charged or not", named: trnaNamed((*carrier).total)},
		{Name: "charged_trna:", Unit: "molecules", Doc: "transfer RNA that is charged with its amino acid", named: trnaNamed((*carrier).charged)},
		{Name: "uncharged_trna:", Unit: "molecules", Doc: "transfer RNA of an amino acid that is not charged", named: trnaNamed((*carrier).uncharged)},
		{Name: "ntp:", Unit: "molecules", Doc: "a nucleoside triphosphate, A, C, G or U", named: poolNamed("ntp:")},
		{Name: "flux:", Unit: "mmol/gDW/h", Doc: "a reaction's flux at the last exchange", named: func(b *blueprint, name string) (func(c *Cell) float64, bool) {
			j, ok := b.organism.Model().Reaction(name)
			return func(c *Cell) float64 { return c.flux(j) }, ok
		}},
	}
}

func trnaNamed(read func(t *carrier, x []float64) float64) func(b *blueprint, name string) (func(c *Cell) float64, bool) {
	return func(b *blueprint, name string) (func(c *Cell) float64, bool) {
		k, ok := aminoNamed(name)
		return func(c *Cell) float64 { return read(&c.plan.trna[k], c.x) }, ok
	}
}

func poolNamed(prefix string) func(b *blueprint, name string) (func(c *Cell) float64, bool) {
	return func(b *blueprint, name string) (func(c *Cell) float64, bool) {
		for k := range b.pools {
			if poolName(k) == prefix+name {
				level := b.pools[k].level
				return func(c *Cell) float64 { return c.x[level] }, true
			}
		}
		return nil, false
	}
}

// observe finds how to read observables; the error names all that there are
// not.
func (b *blueprint) observe(names []string) ([]func(c *Cell) float64, error) {
	reads := make([]func(c *Cell) float64, len(names))
	var unknown []string
	known := Observables()
	for i, name := range names {
		for k := range known {
			o := &known[k]
			if o.named == nil && o.Name == name {
				reads[i] = o.read
			}
			if what, ok := strings.CutPrefix(name, o.Name); ok && o.named != nil {
				if read, ok := o.named(b, what); ok {
					reads[i] = read
				}
			}
		}
		if reads[i] == nil {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) == 0 {
		return reads, nil
	}
	var all []string
	for _, o := range known {
		if o.named != nil {
			o.Name += "NAME"
		}
		all = append(all, o.Name)
	}
	return nil, &biovm.FieldError{Path: "record", Value: unknown, Reason: fmt.Sprintf(
		"a cell of %s has no such observable; NAME being a gene, an amino acid, a base or a reaction that it has, there are %s", b.organism.Type(), strings.Join(all, ", "))}
}

// Observe reads observables by name. An unknown one is a [biovm.FieldError].
func (c *Cell) Observe(names ...string) ([]float64, error) {
	reads, err := c.plan.observe(names)
	if err != nil {
		return nil, err
	}
	values := make([]float64, len(reads))
	c.read(reads, values)
	return values, nil
}

func (c *Cell) read(reads []func(c *Cell) float64, values []float64) {
	c.look()
	for i, read := range reads {
		values[i] = read(c)
	}
}

func (c *Cell) atp() float64 {
	b := c.plan
	charged := min(1, c.x[b.pools[energyAt].level]/c.kept(energyAt))
	return concentration(c.x[b.pools[aminoKinds].level], c.volume()) * charged
}

func (c *Cell) messengers() float64 {
	n := 0.0
	for i := range c.plan.genes.proteins {
		n += c.x[c.plan.genes.proteins[i].messenger]
	}
	return n
}

func (c *Cell) proteins() float64 {
	n := 0.0
	for i := range c.plan.genes.proteins {
		n += c.copies(&c.plan.genes.proteins[i])
	}
	return n
}

// copies is how many proteins of a gene there are: where they belong, on the
// way there, or bound to DNA.
func (c *Cell) copies(p *protein) float64 {
	n := c.x[p.folded]
	if p.nascent != p.folded {
		n += c.x[p.nascent]
	}
	if i := c.plan.normal.starter; i >= 0 && p == &c.plan.genes.proteins[i] {
		for _, s := range c.plan.boundStarter() {
			n += c.x[s]
		}
	}
	return n
}

// dna counts what the forks have passed, in genomes.
func (c *Cell) dna() float64 {
	b := c.plan
	passed := 0.0
	for arm, stops := range b.passes {
		at := stops[len(stops)-1].distance
		for i, place := range b.arms[arm] {
			if c.x[place] > 0 {
				at = 0
				if i > 0 {
					at = stops[i-1].distance
				}
			}
		}
		passed += at
	}
	if c.x[b.round] == 0 {
		return 1
	}
	return 1 + passed/b.organism.Constants().GenomeBP
}

// translation is what ribosomes join at their present rates, in aa/s: nothing while
// a pool, such as that of energy, has not what it takes.
func (c *Cell) translation() float64 {
	b := c.plan
	n := 0.0
	for i := range b.genes.proteins {
		p := &b.genes.proteins[i]
		n += float64(c.x[p.bound] * p.residues / p.steps)
	}
	return n * c.x[b.translating] * c.x[b.mayMakeProtein] // which is 0 or 1
}

// flux is that of a reaction, by index, at the last exchange; 0 in a dead cell,
// and before the first exchange.
func (c *Cell) flux(j int) float64 {
	if c.last.fluxes == nil {
		return 0
	}
	return c.last.fluxes[j]
}
