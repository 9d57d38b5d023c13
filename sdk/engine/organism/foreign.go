package organism

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
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

// mostRead is how many bases of genes are read at most: many times what a cell
// could have. Genes beyond that are taken to be like the organism's own.
const mostRead = 1 << 26

// A makeup is what is known of a gene's transcript and protein.
type makeup struct {
	// length is how many bases the transcript has: those of the coding sequence, if
	// the gene makes a protein. bases are how many of them are which, in the order
	// of BaseLetters, and first its first two, empty when they are not known.
	length int
	bases  [4]int
	first  string
	// amino are the amino acids that are known, in the order of AminoAcidLetters.
	amino [20]int
}

// composed reads what a genome says of a gene. read is how many bases of genes were
// read.
func composed(g *genome.Genome, gene *genome.Gene, residues int, read *int) makeup {
	location := &gene.Location
	if residues > 0 {
		location = &gene.Codings[0].Location
	}
	m := makeup{length: location.Len()}
	var letters []byte
	if *read += m.length; *read <= mostRead {
		letters, _ = g.Records[gene.Record].Extract(location) // without them it is like the others
	}
	known := genome.Compose(letters)
	m.bases, m.first = [4]int{known.A, known.C, known.G, known.T}, firstOf(letters)
	if residues > 0 {
		m.amino = aminoAcidsOf(g, gene, residues, letters != nil)
	}
	return m
}

// unknown stands for the first bases that are not known.
const unknown = "-"

// String is what readMakeup reads. Zeros at the end are left out.
func (m makeup) String() string {
	numbers := append([]int{m.length}, m.bases[:]...)
	for numbers = append(numbers, m.amino[:]...); len(numbers) > 1 && numbers[len(numbers)-1] == 0; {
		numbers = numbers[:len(numbers)-1]
	}
	text := []byte(cmp.Or(m.first, unknown))
	for _, n := range numbers {
		text = strconv.AppendInt(append(text, ' '), int64(n), 10)
	}
	return string(text)
}

// readMakeup reads a makeup. What cannot be read is not known.
func readMakeup(text string) (m makeup) {
	fields := strings.Fields(text)
	if len(fields) == 0 {
		return m
	}
	if len(fields[0]) == len(usual) {
		m.first = fields[0]
	}
	to := []*int{&m.length}
	for i := range m.bases {
		to = append(to, &m.bases[i])
	}
	for i := range m.amino {
		to = append(to, &m.amino[i])
	}
	for i, f := range fields[1:] {
		if n, err := strconv.Atoi(f); err == nil && i < len(to) && n >= 0 {
			*to[i] = n
		}
	}
	return m
}

// withForeign adds the transcripts of foreign genes to those of the organism's
// own. What the file does not say of a gene, as it has no sequence or as letters
// in it stand for several, is as in the mean of the organism's own genes.
func (o *Organism) withForeign(foreign []foreignGene, genes []*GenomeGene) map[string]Transcript {
	all := maps.Clone(o.expressed)
	bases, amino := o.meanComposition()
	for i, x := range genes {
		m := readMakeup(x.Makeup)
		t := Transcript{Bases: m.bases, First: cmp.Or(m.first, usual)}
		rest := make([]int, len(bases))
		spread(rest, m.length-t.Bases[0]-t.Bases[1]-t.Bases[2]-t.Bases[3], bases[:])
		for k := range t.Bases {
			t.Bases[k] += rest[k]
		}
		if x.Residues > 0 {
			t.Promoter = foreignPromoter
			t.AminoAcids = m.proteinIn(amino, x.Residues)
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

// usual are the first two bases of most transcripts, as in AUG.
const usual = "AU"

// firstOf are the first two bases of a transcript; empty when they are not known.
func firstOf(letters []byte) string {
	if len(letters) < len(usual) {
		return ""
	}
	first := strings.ReplaceAll(strings.ToUpper(string(letters[:len(usual)])), "T", "U")
	if strings.Trim(first, BaseLetters) != "" {
		return ""
	}
	return first
}

// aminoAcidsOf counts the amino acids of a protein: as the file states it, or as
// its sequence says, if that was read.
func aminoAcidsOf(g *genome.Genome, x *genome.Gene, residues int, read bool) (counts [20]int) {
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
	for k := range counts {
		counts[k] = known.Of(AminoAcidLetters[k])
	}
	return counts
}

// proteinIn counts the amino acids of a protein of so many: those that are known,
// and for the others the mean's.
func (m makeup) proteinIn(mean [20]float64, residues int) [20]int {
	counts := m.amino
	left := residues
	for _, n := range counts {
		left -= n
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
