package organism

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome"
)

// foreignPromoter is the strength of a foreign gene's promoter, in protein
// copies: that of a gene of mean strength in the published law of transcription,
// which takes a gene's proteins over 180 for it (Thornburg et al. 2022, Cell
// 185:345). How strong a foreign promoter is no file says. It is also the number
// of copies that [Organism.ForeignLoad] comes to, 181, for syn3a.
const foreignPromoter = 180

// IsForeign reports whether a gene, by its locus, is one of [Organism.Foreign].
func (o *Organism) IsForeign(locus string) bool {
	return slices.ContainsFunc(o.foreign, func(g foreignGene) bool { return g.locus == locus })
}

// Letters are how many of each letter a gene and its protein have, as far as a
// file says it: no more than all of them.
type Letters struct {
	// Length is how many bases are transcribed: those that code for the protein,
	// or all of a gene that makes none.
	Length int `json:"length"`
	// Bases are in the order of [BaseLetters].
	Bases [4]int `json:"bases"`
	// First are the first two bases, as of RNA; empty where they are not known.
	First string `json:"first,omitempty"`
	// AminoAcids are in the order of [AminoAcidLetters]; nil where none is known.
	AminoAcids []int `json:"amino_acids,omitempty"`
}

// mostRead is how many bases of genes are read at most: many times what a cell
// could have. Genes beyond that are taken to be like the organism's own.
const mostRead = 1 << 26

// lettersOf counts the letters of a gene whose protein has so many residues. To
// read it adds the bases.
func lettersOf(g *genome.Genome, x *genome.Gene, residues int, read *int) Letters {
	location := &x.Location
	if residues > 0 {
		location = &x.Codings[0].Location
	}
	l := Letters{Length: location.Len()}
	var letters []byte
	if *read += l.Length; *read <= mostRead {
		letters, _ = g.Records[x.Record].Extract(location) // without them it is like the others
	}
	known := genome.Compose(letters)
	l.Bases, l.First = [4]int{known.A, known.C, known.G, known.T}, firstOf(letters)
	if residues > 0 {
		l.AminoAcids = proteinOf(g, x, residues, letters != nil)
	}
	return l
}

// firstOf are the first two bases, as of RNA, or none if they are not known.
func firstOf(letters []byte) string {
	const both = 2
	if len(letters) < both {
		return ""
	}
	first := strings.ReplaceAll(strings.ToUpper(string(letters[:both])), "T", "U")
	if strings.Trim(first, BaseLetters) != "" {
		return ""
	}
	return first
}

// proteinOf counts the amino acids of a protein: as the file states it, or as its
// sequence says.
func proteinOf(g *genome.Genome, x *genome.Gene, residues int, read bool) []int {
	c := &x.Codings[0]
	sequence := c.Stated
	if sequence == "" && read {
		if p, err := g.Records[x.Record].Translate(c); err == nil { // what cannot be translated is like the others
			sequence = p.Sequence
		}
	}
	if sequence == "" {
		return nil
	}
	var known genome.AminoAcids
	known.Add(sequence[:min(len(sequence), residues)])
	counts := make([]int, len(AminoAcidLetters))
	for k := range counts {
		counts[k] = known.Of(AminoAcidLetters[k])
	}
	return counts
}

// withForeign adds the transcripts of foreign genes to those of the organism's
// own. What the file does not say of a gene, as it has no sequence or as letters
// in it stand for several, is as in the mean of the organism's own genes.
func (o *Organism) withForeign(foreign []foreignGene, genes []*GenomeGene) map[string]Transcript {
	const usual = "AU" // as in AUG
	all := maps.Clone(o.expressed)
	bases, amino := o.meanComposition()
	for i, x := range genes {
		l := &x.Letters
		t := Transcript{Bases: l.Bases, First: l.First}
		if t.First == "" {
			t.First = usual
		}
		complete(t.Bases[:], l.Length, bases[:])
		if foreign[i].residues > 0 {
			t.Promoter = foreignPromoter
			copy(t.AminoAcids[:], l.AminoAcids)
			complete(t.AminoAcids[:], foreign[i].residues, amino[:])
		}
		all[foreign[i].locus] = t
	}
	return all
}

// complete adds to counts what they lack of a total, in proportion to weights.
func complete(counts []int, total int, weights []float64) {
	for _, n := range counts {
		total -= n
	}
	rest := make([]int, len(counts))
	spread(rest, total, weights)
	for k := range counts {
		counts[k] += rest[k]
	}
}

// meanComposition is how the bases of the organism's protein genes, and the amino
// acids of their proteins, are made up, each gene counted once.
func (o *Organism) meanComposition() (bases [4]float64, amino [20]float64) {
	for _, t := range o.expressed {
		if t.Residues() == 0 {
			continue
		}
		for k, n := range t.Bases { // whole numbers: in any order the same
			bases[k] += float64(n)
		}
		for k, n := range t.AminoAcids {
			amino[k] += float64(n)
		}
	}
	return bases, amino
}

// spread shares n in proportion to weights, whole to each: what is left goes to
// the largest remainders, and of equal ones to the first.
func spread(to []int, n int, weights []float64) {
	total := 0.0
	for _, w := range weights {
		total += w
	}
	if n <= 0 || total == 0 {
		return
	}
	order := make([]int, len(weights))
	parts := make([]float64, len(weights))
	left := n
	for k, w := range weights {
		parts[k] = float64(n) * w / total
		to[k] = int(parts[k])
		parts[k] -= float64(to[k])
		left -= to[k]
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(parts[b], parts[a]) })
	for _, k := range order[:max(0, min(left, len(order)))] {
		to[k]++
	}
}
