package organism

import (
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// AminoAcidLetters is the order of [Transcript.AminoAcids].
const AminoAcidLetters = "ACDEFGHIKLMNPQRSTVWY"

// BaseLetters is the order of [Transcript.Bases].
const BaseLetters = "ACGU"

// What a gene's product does for expression, as [Transcript.Role] says it.
const (
	RoleRibosomal  = "ribosomal"  // a protein of the ribosome
	RolePolymerase = "polymerase" // a subunit of the RNA polymerase
	RoleMembrane   = "membrane"   // a protein in the membrane, or anchored to it
)

// A Transcript is what a gene's sequence says to expression.
type Transcript struct {
	Bases [4]int // how many of each base the transcript has, in the order of BaseLetters
	First string // its first two bases
	// AminoAcids counts those of the protein, in the order of AminoAcidLetters;
	// all 0 for a gene that has no protein.
	AminoAcids [20]int
	Role       string // one of the Role constants, or empty
	// Promoter stands for the strength of the gene's promoter in the published
	// rate law of transcription, in protein copies; 0 for a gene that has no
	// protein.
	Promoter float64
}

// Length is the number of bases.
func (t *Transcript) Length() int {
	return t.Bases[0] + t.Bases[1] + t.Bases[2] + t.Bases[3]
}

// Residues is the number of amino acids of the protein.
func (t *Transcript) Residues() int {
	n := 0
	for _, k := range t.AminoAcids {
		n += k
	}
	return n
}

// Transcript returns what the sequence of a gene says, by its locus; false
// where the organism has no table of expression or no such gene. Of a foreign
// gene it is what the user's file says; where that has no sequence, bases and
// amino acids are in the proportions of the organism's own genes.
func (o *Organism) Transcript(locus string) (Transcript, bool) {
	t, ok := o.expressed[locus]
	return t, ok
}

// HasTranscripts reports whether the organism has a table of expression.
func (o *Organism) HasTranscripts() bool { return len(o.expressed) > 0 }

// readExpression reads an organism's table of expression, which has a row for
// each of the genes.
func readExpression(tables fs.FS, folder string, genes []Gene) (map[string]Transcript, error) {
	header := append([]string{"locus", "a", "c", "g", "u", "first", "role", "promoter"}, strings.Split(AminoAcidLetters, "")...)
	found := map[string]Transcript{}
	err := readTable(tables, folder+"/expression.tsv", header, func(f []string) error {
		t := Transcript{First: strings.Clone(f[5]), Role: strings.Clone(f[6])}
		for i := range t.Bases {
			n, err := strconv.Atoi(f[1+i])
			if err != nil {
				return err
			}
			t.Bases[i] = n
		}
		for i := range t.AminoAcids {
			n, err := strconv.Atoi(f[8+i])
			if err != nil {
				return err
			}
			t.AminoAcids[i] = n
		}
		if f[7] != "" {
			p, err := strconv.ParseFloat(f[7], 64)
			if err != nil {
				return err
			}
			t.Promoter = p
		}
		found[f[0]] = t
		return t.check()
	})
	if err != nil {
		return nil, err
	}
	for _, g := range genes {
		if _, ok := found[g.Locus]; !ok {
			return nil, fmt.Errorf("gene %s is not in the table of expression", g.Locus)
		}
	}
	return found, nil
}

// check refuses what a sequence cannot say.
func (t *Transcript) check() error {
	switch {
	case len(t.First) != 2 || strings.Trim(t.First, BaseLetters) != "":
		return fmt.Errorf("first bases %q: want two of %s", t.First, BaseLetters)
	case !slices.Contains([]string{"", RoleRibosomal, RolePolymerase, RoleMembrane}, t.Role):
		return fmt.Errorf("role %q is not known", t.Role)
	case t.Residues() > 0 && 3*(t.Residues()+1) != t.Length():
		return fmt.Errorf("%d amino acids do not fit %d bases", t.Residues(), t.Length())
	}
	return nil
}
