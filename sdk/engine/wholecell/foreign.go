package wholecell

import (
	"fmt"
	"math"
	"slices"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

// foreigners are the foreign genes of a genome of the user's that are expressed,
// where they would be on the organism's accession: as far from dnaA, in parts of
// the genome, as they are on theirs. Foreign ribosomal RNA is not transcribed: of
// what operon it is a part is not known.
func foreigners(o *organism.Organism) []organism.Gene {
	if len(o.Foreign()) == 0 {
		return nil
	}
	k := o.Constants()
	theirs, own := 1, 1 // where dnaA is
	for _, x := range o.TypeGenes() {
		if x.Symbol == "dnaA" {
			own = x.Start
		}
	}
	for _, x := range o.Genes() {
		if x.Symbol == "dnaA" && !o.IsForeign(x.Locus) {
			theirs = x.Start
		}
	}
	var list []organism.Gene
	for _, x := range o.Genes() {
		if !o.IsForeign(x.Locus) || x.Type != "CDS" && !isStable(x.Type) {
			continue
		}
		part := float64(x.Start-theirs) / k.GenomeBP
		part -= math.Floor(part)
		length := max(0, x.Length()-1)
		at := math.Mod(float64(own-1)+float64(part*k.AccessionBP), k.AccessionBP)
		x.Start = min(1+int(at), int(k.AccessionBP)-min(length, int(k.AccessionBP)-1))
		x.End = min(x.Start+length, int(k.AccessionBP))
		list = append(list, x)
	}
	return list
}

// isStable reports whether genes of a type make RNA that does not decay, other
// than ribosomal.
func isStable(kind string) bool { return kind == "tRNA" || kind == "ncRNA" || kind == "tmRNA" }

// affordable refuses a gene that is too long for a cell: a transcript or protein
// that is done is paid at once, from pools of which a newborn cell must have twice
// what the dearest takes. Each gene of JCVI-syn3A takes less than that.
func affordable(x *organism.Gene, t *organism.Transcript, o *organism.Organism) error {
	volume := newbornVolume(o.Constants().CellRadius)
	const twice = 2
	for k, mM := range nucleotides() {
		if n, most := t.Bases[k], molecules(mM, volume)/twice; float64(n) > most {
			return fmt.Errorf("%w: a cell with the gene %s does not live over time: its transcript has %d bases %s, and %v are allowed, half of what a newborn cell has; leave the gene out, or knock it out",
				biovm.ErrUnsupported, x.Locus, n, organism.BaseLetters[k:k+1], most)
		}
	}
	energy := max(t.Length(), gtpPerResidue*t.Residues())
	if most := molecules(adenine+guanine, volume) / twice; float64(energy) > most {
		return fmt.Errorf("%w: a cell with the gene %s does not live over time: its transcript or its protein takes %d ATP or GTP, and %v are allowed, half of what a newborn cell has; leave the gene out, or knock it out",
			biovm.ErrUnsupported, x.Locus, energy, most)
	}
	return nil
}

// unitOf finds the unit that transcribes a gene; -1 for none.
func (g *genome) unitOf(locus string) int {
	if i := slices.IndexFunc(g.units, func(u unit) bool { return u.name == locus }); i >= 0 {
		return i
	}
	for i, members := range g.operons {
		if slices.ContainsFunc(members, func(m int) bool { return g.stables[m].locus == locus }) {
			return len(g.units) - len(g.operons) + i
		}
	}
	return -1
}
