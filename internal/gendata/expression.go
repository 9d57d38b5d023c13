package main

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// aminoAcidLetters is the order of the amino acids in the tables.
const aminoAcidLetters = "ACDEFGHIKLMNPQRSTVWY"

// What a gene's product does for expression, as the tables write it.
const (
	roleRibosomal  = "ribosomal"  // protein of the ribosome
	rolePolymerase = "polymerase" // subunit of the RNA polymerase
	roleMembrane   = "membrane"   // lies in the membrane or is anchored to it
)

// expressionTable writes what expression needs of each gene: the bases of the
// transcript, its first two, the role of the product, the promoter's strength
// and the amino acids.
func expressionTable(genes []gene, sequence string) ([]byte, error) {
	header := append([]string{"locus", "a", "c", "g", "u", "first", "role", "promoter"}, strings.Split(aminoAcidLetters, "")...)
	rows := make([][]string, 0, len(genes))
	for _, g := range slices.SortedStableFunc(slices.Values(genes), func(a, b gene) int { return a.start - b.start }) {
		rna := transcript(&g, sequence)
		row := []string{g.locus}
		for _, base := range "ACGU" {
			row = append(row, strconv.Itoa(strings.Count(rna, string(base))))
		}
		protein := ""
		if g.kind == "CDS" {
			var err error
			if protein, err = translate(rna); err != nil {
				return nil, fmt.Errorf("gene %s: %w", g.locus, err)
			}
		}
		row = append(row, rna[:2], role(&g, protein), promoter(&g))
		for _, letter := range aminoAcidLetters {
			row = append(row, strconv.Itoa(strings.Count(protein, string(letter))))
		}
		rows = append(rows, row)
	}
	return table(header, rows)
}

// transcript is the RNA of a gene, from A, C, G and U.
func transcript(g *gene, sequence string) string {
	dna := sequence[g.start-1 : g.end]
	if g.strand == "+" {
		return strings.NewReplacer("a", "A", "c", "C", "g", "G", "t", "U").Replace(dna)
	}
	reversed := []byte(dna)
	for i, j := 0, len(reversed)-1; i < j; i, j = i+1, j-1 {
		reversed[i], reversed[j] = reversed[j], reversed[i]
	}
	return strings.NewReplacer("a", "U", "c", "G", "g", "C", "t", "A").Replace(string(reversed))
}

// translate reads a coding sequence by the genetic code 4 of Mycoplasma (UGA is
// tryptophan), without its stop codon. The first codon is methionine, whatever
// it spells.
func translate(rna string) (string, error) {
	const bases, code = "UCAG", "FFLLSSSSYY**CCWWLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"
	if len(rna)%3 != 0 || len(rna) < 6 {
		return "", fmt.Errorf("%d bases are no whole codons", len(rna))
	}
	var b strings.Builder
	for i := 0; i < len(rna); i += 3 {
		at := 0
		for _, base := range rna[i : i+3] {
			at = 4*at + strings.IndexRune(bases, base)
		}
		b.WriteByte(code[at])
	}
	protein := b.String()
	if stop := strings.IndexByte(protein, '*'); stop != len(protein)-1 {
		return "", fmt.Errorf("the first stop is codon %d of %d", stop+1, len(protein))
	}
	return "M" + protein[1:len(protein)-1], nil
}

// role finds what the product does from its name, its category and its
// sequence.
func role(g *gene, protein string) string {
	switch {
	case regexp.MustCompile(`^[35]0S ribosomal protein `).MatchString(g.product):
		return roleRibosomal
	case g.symbol == "rpoA" || g.symbol == "rpoB" || g.symbol == "rpoC" || g.symbol == "rpoD":
		return rolePolymerase
	case protein != "" && (g.category == "Lipoprotein" || hydropathy(protein) >= transmembrane):
		return roleMembrane
	}
	return ""
}

// transmembrane is the mean hydropathy of 19 residues from which on a protein
// counts as lying in the membrane. Kyte and Doolittle take 1.6 for a candidate;
// at 2.0 no protein of the membrane is lost here and 22 soluble ones fewer are
// taken for one.
const transmembrane = 2.0

// hydropathy is the largest mean over 19 residues, by the scale of Kyte and
// Doolittle 1982, J. Mol. Biol. 157:105-132.
func hydropathy(protein string) float64 {
	const window = 19
	scale := map[byte]float64{
		'A': 1.8, 'C': 2.5, 'D': -3.5, 'E': -3.5, 'F': 2.8, 'G': -0.4, 'H': -3.2, 'I': 4.5, 'K': -3.9, 'L': 3.8,
		'M': 1.9, 'N': -3.5, 'P': -1.6, 'Q': -3.5, 'R': -4.5, 'S': -0.8, 'T': -0.7, 'V': 4.2, 'W': -0.9, 'Y': -1.3,
	}
	best, sum := -10.0, 0.0
	for i := range len(protein) {
		sum += scale[protein[i]]
		if i >= window {
			sum -= scale[protein[i-window]]
		}
		if i >= window-1 {
			best = max(best, sum/window)
		}
	}
	return best
}

// promoter is the number that stands for the strength of a gene's promoter in
// the published rate law: the protein count; 10 where it was not measured and 1
// where none was found; 500 for the proteins of the ribosome, which the
// published model makes fast, but for four that it does not list among them.
// Genes without a protein have none.
func promoter(g *gene) string {
	if g.kind != "CDS" {
		return ""
	}
	unlisted := map[string]bool{ // S6, L36, L33 and L33
		"JCVISYN3A_0027": true, "JCVISYN3A_0648": true, "JCVISYN3A_0930": true, "JCVISYN3A_0932": true,
	}
	switch {
	case role(g, "") == roleRibosomal && !unlisted[g.locus]:
		return "500"
	case g.proteins == "":
		return "10"
	case g.proteins == "0":
		return "1"
	}
	return g.proteins
}

// dnaABoxes are the places, from 1, of the sites that bind DnaA with high
// affinity: TTATNCACA on either strand. The first lies between dnaA and dnaN,
// at the origin.
func dnaABoxes(sequence string) []int {
	var places []int
	for _, m := range regexp.MustCompile(`ttat.caca|tgtg.ataa`).FindAllStringIndex(sequence, -1) {
		places = append(places, m[0]+1)
	}
	return places
}
