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

// mostRead is how many bases of foreign genes are read at most: many times what
// a cell could have. Genes beyond that are taken to be like the organism's own.
const mostRead = 1 << 26

// withForeign adds the transcripts of foreign genes to those of the organism's
// own. What the file does not say of a gene, as it has no sequence or as letters
// in it stand for several, is as in the mean of the organism's own genes.
func (o *Organism) withForeign(g *genome.Genome, foreign []foreignGene, genes []*genome.Gene) map[string]Transcript {
	all := maps.Clone(o.expressed)
	bases, amino := o.meanComposition()
	read := 0
	for i, x := range genes {
		t := Transcript{First: "AU"}
		location := &x.Location
		if foreign[i].residues > 0 {
			location = &x.Codings[0].Location
			t.Promoter = foreignPromoter
		}
		length := location.Len()
		var letters []byte
		if read += length; read <= mostRead {
			letters, _ = g.Records[x.Record].Extract(location) // without them it is like the others
		}
		t.Bases, t.First = compose(letters, length, bases)
		if foreign[i].residues > 0 {
			t.AminoAcids = proteinOf(g, x, foreign[i].residues, letters != nil, amino)
		}
		all[foreign[i].locus] = t
	}
	return all
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

// compose counts the bases of a transcript, and has its first two.
func compose(letters []byte, length int, mean [4]float64) (counts [4]int, first string) {
	const usual = "AU" // as in AUG
	known := genome.Compose(letters)
	counts = [4]int{known.A, known.C, known.G, known.T}
	rest := make([]int, len(mean))
	spread(rest, length-counts[0]-counts[1]-counts[2]-counts[3], mean[:])
	for k := range counts {
		counts[k] += rest[k]
	}
	if len(letters) < len(usual) {
		return counts, usual
	}
	first = strings.ToUpper(strings.ReplaceAll(strings.ToUpper(string(letters[:len(usual)])), "T", "U"))
	if strings.Trim(first, BaseLetters) != "" {
		first = usual
	}
	return counts, first
}

// proteinOf counts the amino acids of a protein: as the file states it, as its
// sequence says, or as in the mean.
func proteinOf(g *genome.Genome, x *genome.Gene, residues int, read bool, mean [20]float64) (counts [20]int) {
	c := &x.Codings[0]
	sequence := c.Stated
	if sequence == "" && read {
		if p, err := g.Records[x.Record].Translate(c); err == nil { // what cannot be translated is like the others
			sequence = p.Sequence
		}
	}
	if len(sequence) > residues {
		sequence = sequence[:residues]
	}
	var known genome.AminoAcids
	known.Add(sequence)
	left := residues
	for k := range counts {
		counts[k] = known.Of(AminoAcidLetters[k])
		left -= counts[k]
	}
	rest := make([]int, len(mean))
	spread(rest, left, mean[:])
	for k := range counts {
		counts[k] += rest[k]
	}
	return counts
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
