package wholecell

import (
	"math"
	"slices"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

// aminoCodes are the codes of three letters of the amino acids, in the order of
// [organism.AminoAcidLetters], as the symbols of genes have them: tRNA-Leu is
// leucine's transfer RNA and leuRS what charges it.
var aminoCodes = strings.Fields("ala cys asp glu phe gly his ile lys leu met asn pro gln arg ser thr val trp tyr") //nolint:gochecknoglobals // a constant

// AminoAcids are the codes by which observables name amino acids, beside their
// letters: ala, cys and so on, in the order of [organism.AminoAcidLetters].
func AminoAcids() []string { return slices.Clone(aminoCodes) }

// A carrier is the transfer RNA of an amino acid. A gene of it adds to the pool,
// whichever codon it reads.
//
// How much of it is charged follows from what it owes: a protein that is done
// takes its amino acids off their tRNA, and has as many vacant; charging makes
// them charged again. A long protein may take more than are charged, because it
// took them off one by one while it was made: the rest is owed, and what is
// charged next goes there.
type carrier struct {
	genes     []int              // of the stables
	enzyme    int                // the protein that charges it, -1 when it is lost
	vacant    expression.Species // molecules that are not charged, and amino acids that are owed
	molecules expression.Species // of tRNA, charged or not
}

// total is how many molecules there are.
func (t *carrier) total(x []float64) float64 { return x[t.molecules] }

// charged is how many of them have their amino acid.
func (t *carrier) charged(x []float64) float64 { return max(0, t.total(x)-x[t.vacant]) }

// uncharged is how many have none.
func (t *carrier) uncharged(x []float64) float64 { return min(t.total(x), x[t.vacant]) }

// carriers finds the tRNA of each amino acid, and what charges it, and adds what
// is counted of them.
func (b *builder) carriers() {
	for k := range b.trna {
		t := &b.trna[k]
		t.enzyme = b.synthetase(aminoCodes[k])
		name := organism.AminoAcidLetters[k : k+1]
		t.vacant = b.net.AddSpecies("vacant_trna:"+name, 0)
		t.molecules = b.net.AddSpecies("trna:"+name, 0)
		for i := range b.genes.stables {
			if s := &b.genes.stables[i]; s.carries == k {
				t.genes = append(t.genes, i)
			}
		}
	}
}

// synthetase finds the protein that charges the tRNA of an amino acid. That of
// glutamine is charged by glutamate's; phenylalanine's has two subunits, of which
// there are fewer of pheS.
func (b *builder) synthetase(code string) int {
	switch symbol := code + "RS"; code {
	case "gln":
		return b.protein("gluRS")
	case "phe":
		return b.protein("pheS")
	default:
		return b.protein(symbol)
	}
}

// protein finds one of the organism's own by the symbol of its gene; -1 when it is
// lost.
func (b *builder) protein(symbol string) int {
	return slices.IndexFunc(b.genes.proteins, func(p protein) bool { return p.symbol == symbol && !p.foreign })
}

// charging adds the reactions that charge tRNA. The published model has them one
// by one: the enzyme binds ATP, then the amino acid, then a tRNA, and lets go of
// the charged tRNA, AMP and pyrophosphate. Here what an enzyme takes for the four
// steps on average is its time for one, and tRNA is charged in tens: a cell
// charges thousands a second.
func (b *builder) charging() {
	perTRNA := func(k int) int {
		if organism.AminoAcidLetters[k] == glutamine {
			return atpPerResidue + amidation
		}
		return atpPerResidue
	}
	for k := range b.trna {
		t := &b.trna[k]
		if t.enzyme < 0 {
			continue
		}
		r := expression.Reaction{
			Name:      "charge tRNA " + organism.AminoAcidLetters[k:k+1],
			Reactants: append(terms(b.pools[k].level, chargeBatch), terms(t.vacant, chargeBatch)...),
		}
		r.Propensity, r.Reads = b.chargePropensity(k)
		cost := chargeBatch * perTRNA(k)
		b.spend(&r, cost, 0)
		b.proteinNeeds[energyAt] = max(b.proteinNeeds[energyAt], float64(cost))
		b.net.AddReaction(r)
	}
}

// chargePropensity is how often ten tRNAs of an amino acid are charged, per
// second. One enzyme serves glutamate's tRNA and glutamine's, each by its part of
// the uncharged of both, and binds glutamate for both: on glutamine's tRNA that is
// made glutamine by an amidotransferase, which takes the nitrogen of a free
// glutamine and leaves its glutamate, so that glutamine is what is used up. (The
// published model has that as reactions of its own, and lets asparagine help.)
func (b *builder) chargePropensity(k int) (func(x []float64) float64, []expression.Species) {
	t, own, bound := b.trna[k], b.pools[k].level, b.pools[k].level
	all := []carrier{t}
	reads := []expression.Species{own, t.vacant, t.molecules}
	const glu, gln = "E", "Q"
	at := func(letter string) int { return strings.Index(organism.AminoAcidLetters, letter) }
	switch organism.AminoAcidLetters[k : k+1] {
	case glu:
		all = append(all, b.trna[at(gln)])
	case gln:
		all, bound = append(all, b.trna[at(glu)]), b.pools[at(glu)].level
		reads = append(reads, bound)
	}
	if len(all) > 1 {
		reads = append(reads, all[1].vacant, all[1].molecules)
	}
	enzyme, dilution, ready, can := b.genes.proteins[t.enzyme].folded, b.dilution, b.ready, b.mayMakeProtein
	reads = append(reads, enzyme, dilution, ready, can)
	return func(x []float64) float64 {
		mine := t.uncharged(x)
		if x[own] < chargeBatch || x[t.vacant] < chargeBatch || x[ready] == 0 || x[can] == 0 || mine == 0 || x[bound] == 0 {
			return 0
		}
		both := mine
		if len(all) > 1 {
			both += all[1].uncharged(x)
		}
		seconds := 1/x[ready] + 1/float64(synthetaseAA*x[bound]*x[dilution]) + 1/float64(synthetaseTRNA*both*x[dilution])
		return x[enzyme] / seconds * (mine / both) / chargeBatch
	}, reads
}

// readiness is how often, per second, an enzyme gets ATP and turns over: the
// steps of charging that do not depend on the amino acid.
func (c *Cell) readiness() float64 {
	atp := c.atp() / concentration(1, c.plan.normal.volume)
	if atp == 0 {
		return 0
	}
	return 1 / (1/float64(synthetaseATP*atp) + 1/synthetaseTurnover)
}

// chargedFactor is what part of what ribosomes would join until the next
// exchange can be had of the scarcest amino acid: by charging with the free amino
// acids and enzymes that there are, and of what is charged, or owed, as much as
// makes up for it in the time of [refill]. Ribosomes wait for it. (The published law has the charged tRNA in a term that hardly matters
// before nearly all of it is gone; it stays at its value at birth.)
func (c *Cell) chargedFactor() float64 {
	least := 1.0
	for k, want := range c.wanted() {
		if want > 0 {
			least = min(least, c.reach(k)/want)
		}
	}
	return max(0, least)
}

// reach is how much of an amino acid can come from its tRNA until the next
// exchange.
func (c *Cell) reach(k int) float64 {
	b, x := c.plan, c.x
	t := &b.trna[k]
	have := (t.total(x) - x[t.vacant]) / max(1, refill/c.config.Exchange)
	if t.enzyme < 0 || t.total(x) == 0 || x[b.pools[k].level] < chargeBatch || x[b.ready] == 0 {
		return have
	}
	seconds := 1/x[b.ready] + 1/float64(synthetaseAA*x[b.pools[k].level]*x[b.dilution]) + 1/float64(synthetaseTRNA*t.total(x)*x[b.dilution])
	rate := x[b.genes.proteins[t.enzyme].folded] / seconds
	return have + min(x[b.pools[k].level], float64(rate*c.config.Exchange))
}

// wanted is how much of each amino acid ribosomes would join until the next
// exchange, were there enough of all.
func (c *Cell) wanted() [aminoKinds]float64 {
	var want [aminoKinds]float64
	for i := range c.plan.genes.proteins {
		p := &c.plan.genes.proteins[i]
		n := c.x[p.bound]
		if n == 0 {
			continue
		}
		n *= c.config.Exchange / p.steps
		for k, m := range p.amino {
			want[k] += float64(n * float64(m))
		}
	}
	return want
}

// scarcest is the charged part of the tRNA of the amino acid that has least of
// it.
func (c *Cell) scarcest() float64 {
	least := 1.0
	for k := range c.plan.trna {
		t := &c.plan.trna[k]
		if n := t.total(c.x); n > 0 {
			least = min(least, t.charged(c.x)/n)
		} else {
			return 0
		}
	}
	return least
}

// beginTRNA charges the tRNA of a newborn cell.
func (c *Cell) beginTRNA() {
	for k := range c.plan.trna {
		t := &c.plan.trna[k]
		n := 0.0
		for _, i := range t.genes {
			n += c.x[c.plan.genes.stables[i].species]
		}
		c.put(t.molecules, n)
		c.put(t.vacant, n-math.Floor(float64(chargedAtBirth*n)+0.5))
	}
}

// divideTRNA charges as much of a daughter's tRNA as chance gave her, of which
// that of each gene was shared before.
func (c *Cell) divideTRNA(random *expression.Random) {
	for k := range c.plan.trna {
		t := &c.plan.trna[k]
		left, charged := t.total(c.x), t.charged(c.x)
		owed := half(random, max(0, c.x[t.vacant]-left))
		n := 0.0
		for _, i := range t.genes {
			n += c.x[c.plan.genes.stables[i].species]
		}
		vacant := 0.0
		for range int(n) { // one after the other is drawn, and is charged or not
			if float64(float64(random.Float64())*left) < charged {
				charged--
			} else {
				vacant++
			}
			left--
		}
		c.put(t.molecules, n)
		c.put(t.vacant, vacant+owed)
	}
}

// aminoNamed finds an amino acid by its letter or its code of three letters.
func aminoNamed(name string) (k int, ok bool) {
	if len(name) == 1 {
		k = strings.Index(organism.AminoAcidLetters, name)
	} else {
		k = slices.Index(aminoCodes, strings.ToLower(name))
	}
	return k, k >= 0
}
