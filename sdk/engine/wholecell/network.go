package wholecell

import (
	"math"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

// A blueprint is all that cells of one organism and genotype have in common. It
// does not change; any number of cells and goroutines may share it.
type blueprint struct {
	organism *organism.Organism
	genes    *genome
	layout
	network *expression.Network
	gated   []gate
	passes  [2][]stop // of the right and the left fork

	// costs of the dearest event of a kind, per pool: a gate is open while every
	// pool has that much.
	rnaNeeds, proteinNeeds [poolKinds]float64
	normal                 normal
}

// normal is the newborn cell that the published laws are for.
type normal struct {
	volume      float64            // litres
	residues    float64            // amino acids in protein
	lipid       float64            // nm2 of membrane that is not protein
	ribosomal   float64            // amino acids in ribosomal protein
	polymerases float64            // share of the polymerases that transcribe when each gene is there once
	initiation  float64            // of its rate by the law a gene has; 1 without foreign genes
	shares      [baseKinds]float64 // composition of what is transcribed
	alpha       int                // the protein that counts polymerases, -1 when it is lost
	starter     int                // DnaA, -1 when it is lost
}

// A builder makes a blueprint's network.
type builder struct {
	*blueprint
	net expression.NetworkBuilder
}

// newBlueprint makes the blueprint of an organism without its lost genes. With
// strict set the network refuses reactions that make or lose matter, and its
// simulations check the sums at every event in a program that is built with the
// tag invariants.
func newBlueprint(o *organism.Organism, lost map[string]bool, strict bool) (*blueprint, error) {
	g, err := genomeOf(o, lost)
	if err != nil {
		return nil, err
	}
	b := &builder{blueprint: &blueprint{organism: o, genes: g}}
	b.normal = normalOf(o, g)
	b.species()
	b.variables()
	b.needs()
	b.charging()
	for i := range g.units {
		b.transcription(&g.units[i])
	}
	for i := range g.proteins {
		b.life(&g.proteins[i])
	}
	b.origin()
	b.forks()
	b.gates()
	if strict {
		b.conservation()
	}
	if b.network, err = b.net.Build(); err != nil {
		return nil, err
	}
	return b.blueprint, nil
}

func normalOf(o *organism.Organism, g *genome) normal {
	n := normal{volume: newbornVolume(o.Constants().CellRadius), alpha: -1, starter: -1}
	membrane := 0.0
	for i := range g.proteins {
		p := &g.proteins[i]
		n.residues += float64(p.birth * p.residues)
		switch p.role {
		case organism.RoleMembrane:
			membrane += p.birth
		case organism.RoleRibosomal:
			n.ribosomal += float64(p.birth * p.residues)
		}
		switch {
		case p.foreign:
		case p.symbol == "rpoA":
			n.alpha = i
		case p.symbol == "dnaA":
			n.starter = i
		}
	}
	n.lipid = max(0, float64(square*o.Constants().CellRadius*o.Constants().CellRadius)-float64(membraneProtein*membrane))
	total, all := 0.0, 0.0
	for i := range g.units {
		u := &g.units[i]
		all += u.polymerases / ownPolymerases
		if !u.foreign { // foreign genes share what transcribes the organism's own
			n.polymerases += u.polymerases / ownPolymerases
		}
		for k, m := range u.bases {
			n.shares[k] += float64(u.rate * float64(m))
			total += float64(u.rate * float64(m))
		}
	}
	n.initiation = n.polymerases / max(all, math.SmallestNonzeroFloat64)
	for k := range n.shares {
		n.shares[k] /= max(total, math.SmallestNonzeroFloat64)
	}
	return n
}

// species adds what is counted, but for the origin and forks.
func (b *builder) species() {
	for k := range b.pools {
		b.pools[k].level = b.net.AddSpecies(poolName(k), 0)
	}
	for k := range b.nmp {
		b.nmp[k] = b.net.AddSpecies("nmp:"+organism.BaseLetters[k:k+1], 0)
	}
	b.spent = [2]expression.Species{b.net.AddSpecies("spent:atp", 0), b.net.AddSpecies("spent:gtp", 0)}
	b.polymerases, b.ribosomes = b.net.AddSpecies("polymerases:free", 0), b.net.AddSpecies("ribosomes:free", 0)
	g := b.genes
	for i := range g.stables {
		g.stables[i].species = b.net.AddSpecies("rna:"+g.stables[i].locus, 0)
	}
	for i := range g.proteins {
		p := &g.proteins[i]
		p.messenger = b.net.AddSpecies("mrna:"+p.locus, 0)
		p.bound = b.net.AddSpecies("translating:"+p.locus, 0)
		p.folded = b.net.AddSpecies("protein:"+p.locus, 0)
		if p.nascent = p.folded; p.role == organism.RoleMembrane {
			p.nascent = b.net.AddSpecies("nascent:"+p.locus, 0)
		}
	}
	for i := range g.units {
		u := &g.units[i]
		u.copies = b.net.AddSpecies("copies:"+u.name, 0)
		u.bound = b.net.AddSpecies("transcribing:"+u.name, 0)
	}
	for i := range g.proteins {
		g.units[i].products = []expression.Species{g.proteins[i].messenger}
	}
	single := len(g.units) - len(g.operons) - len(g.proteins)
	b.carriers()
	for i := range single {
		u := &g.units[len(g.proteins)+i]
		u.products = []expression.Species{g.stables[i].species}
		if k := g.stables[i].carries; k >= 0 { // it is not charged
			u.products = append(u.products, b.trna[k].molecules, b.trna[k].vacant)
		}
	}
	for i, members := range g.operons {
		u := &g.operonUnits()[i]
		for _, m := range members {
			u.products = append(u.products, g.stables[m].species)
		}
	}
}

// variables adds what is no count, or what only the cell changes.
func (b *builder) variables() {
	add := func(at *expression.Species, name string) { *at = b.net.AddVariable(name, 0) }
	for k := range b.pools {
		p, name := &b.pools[k], poolName(k)
		add(&p.held, name+":held")
		add(&p.demand, name+":demand")
		add(&p.carry, name+":carry")
		add(&p.start, name+":start")
		add(&p.supplied, name+":supplied")
	}
	for k := range b.inRRNA {
		add(&b.inRRNA[k], "assembled:"+organism.BaseLetters[k:k+1])
	}
	for _, v := range []struct {
		at   *expression.Species
		name string
	}{
		{&b.ownPolymerases, "polymerases:own"},
		{&b.ownRibosomes, "ribosomes:own"},
		{&b.mostPolymerases, "polymerases:most"},
		{&b.mostRibosomes, "ribosomes:most"},
		{&b.mostATP, "atp:most"},
		{&b.floorPolymerases, "polymerases:floor"},
		{&b.floorRibosomes, "ribosomes:floor"},
		{&b.mayTranscribe, "may:transcribe"},
		{&b.mayTranslate, "may:translate"},
		{&b.mayMakeRNA, "may:rna"},
		{&b.mayMakeProtein, "may:protein"},
		{&b.initiation, "share:initiation"},
		{&b.transcribing, "share:transcribing"},
		{&b.binding, "share:binding"},
		{&b.translating, "share:translating"},
		{&b.ready, "share:ready"},
		{&b.dilution, "dilution"},
		{&b.round, "round"},
		{&b.due, "due"},
		{&b.born, "born"},
		{&b.generation, "generation"},
		{&b.cycle, "cycle"},
		{&b.growth, "growth"},
		{&b.mass, "mass"},
		{&b.limited, "limited"},
		{&b.wanted, "wanted"},
		{&b.supply, "supply"},
		{&b.began, "began"},
		{&b.ended, "ended"},
	} {
		add(v.at, v.name)
	}
}

// needs finds the dearest events.
func (b *builder) needs() {
	for i := range b.genes.units {
		u := &b.genes.units[i]
		length := 0
		for k, n := range u.bases {
			b.rnaNeeds[aminoKinds+k] = max(b.rnaNeeds[aminoKinds+k], float64(n))
			length += n
		}
		b.rnaNeeds[energyAt] = max(b.rnaNeeds[energyAt], float64(length))
	}
	for i := range b.genes.proteins {
		p := &b.genes.proteins[i]
		b.proteinNeeds[energyAt] = max(b.proteinNeeds[energyAt], gtpPerResidue*p.residues)
	}
}

// spend adds a payment of phosphoryl groups of ATP and GTP.
func (b *builder) spend(r *expression.Reaction, atp, gtp int) {
	r.Reactants = append(r.Reactants, terms(b.pools[energyAt].level, atp+gtp)...)
	r.Products = append(r.Products, terms(b.spent[0], atp)...)
	r.Products = append(r.Products, terms(b.spent[1], gtp)...)
}

// terms is n molecules of a species, and nothing when n is 0.
func terms(s expression.Species, n int) []expression.Term {
	if n == 0 {
		return nil
	}
	return []expression.Term{{Species: s, Count: n}}
}

func one(s expression.Species) []expression.Term { return terms(s, 1) }

// transcription adds a unit's two steps: a free polymerase starts on one of the
// copies, and comes off with the transcript.
func (b *builder) transcription(u *unit) {
	rate, copies, share, may := u.rate, u.copies, b.initiation, b.mayTranscribe
	b.net.AddReaction(expression.Reaction{
		Name: "initiate " + u.name, Reactants: one(b.polymerases), Products: one(u.bound),
		Reads:      []expression.Species{copies, share, may},
		Propensity: func(x []float64) float64 { return rate * x[copies] * x[share] * x[may] },
	})
	done, bound, speed, can := 1/u.seconds, u.bound, b.transcribing, b.mayMakeRNA
	r := expression.Reaction{
		Name: "transcribe " + u.name, Reactants: one(u.bound), Products: one(b.polymerases),
		Reads:      []expression.Species{bound, speed, can},
		Propensity: func(x []float64) float64 { return done * x[bound] * x[speed] * x[can] },
	}
	length := 0
	for k, n := range u.bases {
		r.Reactants = append(r.Reactants, terms(b.pools[aminoKinds+k].level, n)...)
		length += n
	}
	for _, s := range u.products {
		r.Products = append(r.Products, one(s)...)
	}
	b.spend(&r, length, 0)
	b.net.AddReaction(r)
}

// life adds what happens to a gene's messenger and protein.
func (b *builder) life(p *protein) {
	messenger, decay, able := p.messenger, p.rates.Decay, b.mayMakeRNA
	r := expression.Reaction{
		Name: "degrade " + p.locus, Reactants: one(messenger), Reads: []expression.Species{messenger, able},
		Propensity: func(x []float64) float64 { return decay * x[messenger] * x[able] },
	}
	length := 0
	for k, n := range p.bases {
		r.Products = append(r.Products, terms(b.nmp[k], n)...)
		length += n
	}
	b.spend(&r, length, 0)
	b.net.AddReaction(r)

	rate, share, may := p.rates.Translation, b.binding, b.mayTranslate
	b.net.AddReaction(expression.Reaction{
		Name: "bind " + p.locus, Reactants: one(b.ribosomes), Products: one(p.bound),
		Reads:      []expression.Species{messenger, share, may},
		Propensity: func(x []float64) float64 { return rate * x[messenger] * x[share] * x[may] },
	})

	done, bound, speed, can := 1/p.steps, p.bound, b.translating, b.mayMakeProtein
	r = expression.Reaction{
		Name: "translate " + p.locus, Reactants: one(p.bound), Products: append(one(b.ribosomes), one(p.nascent)...),
		Reads:      []expression.Species{bound, speed, can},
		Propensity: func(x []float64) float64 { return done * x[bound] * x[speed] * x[can] },
	}
	for k, n := range p.amino {
		r.Products = append(r.Products, terms(b.trna[k].vacant, n)...)
	}
	b.spend(&r, 0, gtpPerResidue*int(p.residues))
	b.net.AddReaction(r)
	if p.nascent != p.folded {
		b.translocation(p)
	}
}

// translocation brings a protein into the membrane, 50 residues a second.
func (b *builder) translocation(p *protein) {
	rate, nascent, can := translocation/p.residues, p.nascent, b.mayMakeProtein
	r := expression.Reaction{
		Name: "translocate " + p.locus, Reactants: one(nascent), Products: one(p.folded), Reads: []expression.Species{nascent, can},
		Propensity: func(x []float64) float64 { return rate * x[nascent] * x[can] },
	}
	b.spend(&r, int(p.residues)/perTranslocation, 0)
	b.net.AddReaction(r)
}
