package organism_test

import (
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

// gfpStart reads M K G W W in the code of Mycoplasma, where TGA is tryptophan too.
const gfpStart = "ATGAAAGGATGATGGTAA"

// sequenced is the organism's own genome, with a sequence of As where foreign
// genes are written into it, at 100 bases from each other.
func sequenced(own *organism.Organism, foreign ...genome.Gene) *genome.Genome {
	bases := []byte(strings.Repeat("A", 600_000))
	g := &genome.Genome{Records: []genome.Record{{ID: "mine", Circular: true, Bases: bases}}}
	for _, x := range own.Genes() {
		g.Genes = append(g.Genes, genome.Gene{Locus: x.Locus, Name: x.Symbol, Type: x.Type, Start: x.Start, End: x.End, Strand: x.Strand, Location: place(x.Start, x.End, x.Strand), Pseudo: x.Type == "pseudogene"})
	}
	for _, x := range foreign {
		copy(bases[x.Start-1:], x.Product)
		g.Genes = append(g.Genes, x)
	}
	return g
}

func place(start, end, strand int) genome.Location {
	return genome.Location{Kind: genome.Range, Start: start, End: end, Complement: strand < 0}
}

// stranger is a foreign gene whose sequence is in the place of its product.
func stranger(locus string, start int, text, stated string) genome.Gene {
	l := place(start, start+len(text)-1, 1)
	return genome.Gene{
		Locus: locus, Product: text, Type: "CDS", Start: start, End: start + len(text) - 1, Strand: 1, Location: l,
		Codings: []genome.Coding{{Location: l, Code: 4, FirstBase: 1, Stated: stated}},
	}
}

func counts(t organism.Transcript) string {
	var b strings.Builder
	for k, n := range t.AminoAcids {
		b.WriteString(strings.Repeat(organism.AminoAcidLetters[k:k+1], n))
	}
	return b.String()
}

// A foreign gene is transcribed and translated as its sequence says, with a
// promoter of mean strength; letters that may be several are as in the mean.
func TestForeignTranscripts(t *testing.T) {
	t.Parallel()
	own := of(t, biovm.Syn3A)
	trna := stranger("F_trna", 595_000, "GGGGCC", "")
	trna.Type, trna.Codings = "tRNA", nil
	g := sequenced(own, stranger("F_1", 590_000, gfpStart, ""), stranger("F_2", 591_000, gfpStart, "MCCCC"), stranger("F_3", 592_000, "NNNNNNTAA", ""), trna)
	o, err := changed(own, g)
	if err != nil {
		t.Fatal(err)
	}
	for locus, want := range map[string]organism.Transcript{
		"F_1":    {Bases: [4]int{8, 0, 6, 4}, First: "AU", Promoter: 180},
		"F_2":    {Bases: [4]int{8, 0, 6, 4}, First: "AU", Promoter: 180},
		"F_3":    {Bases: [4]int{4, 1, 1, 3}, First: "AU", Promoter: 180},
		"F_trna": {Bases: [4]int{0, 2, 4, 0}, First: "GG"},
	} {
		got, ok := o.Transcript(locus)
		amino := got.AminoAcids
		got.AminoAcids = [20]int{}
		if !ok || got != want || !o.IsForeign(locus) {
			t.Errorf("%s: got %+v, %v; want %+v", locus, got, ok, want)
		}
		// The two most frequent of syn3A's are K and I; F_2 is as it is stated.
		if sum, want := counts(organism.Transcript{AminoAcids: amino}), map[string]string{"F_1": "GKMWW", "F_2": "CCCCM", "F_3": "IK"}[locus]; sum != want {
			t.Errorf("%s has the amino acids %q, want %q", locus, sum, want)
		}
	}
	if _, ok := own.Transcript("F_1"); ok || o.IsForeign("JCVISYN3A_0001") {
		t.Error("the shipped organism was changed, or dnaA is foreign")
	}
	if a, _ := own.Transcript("JCVISYN3A_0001"); a.Length() == 0 {
		t.Error("dnaA has no transcript")
	} else if b, _ := o.Transcript("JCVISYN3A_0001"); a != b {
		t.Errorf("dnaA: %+v, want %+v", b, a)
	}
}

// Without a sequence a gene is in the proportions of the organism's own, to the
// last base and amino acid.
func TestForeignTranscriptsWithoutASequence(t *testing.T) {
	t.Parallel()
	own := of(t, biovm.Syn3A)
	text := table(own, 600_000, func(g *organism.Gene) string { return row(g, g.Locus, g.Symbol, "") })
	text += row(&organism.Gene{Start: 590_000, End: 593_002, Type: "CDS"}, "F_1", "", "")
	o, err := withGenome(t, own, text)
	if err != nil {
		t.Fatal(err)
	}
	got, _ := o.Transcript("F_1")
	if got.Length() != 3003 || got.Residues() != 1000 || got.First != "AU" || got.Promoter != 180 {
		t.Errorf("%d bases, %d amino acids, begins with %s, promoter %v; want 3003, 1000, AU, 180", got.Length(), got.Residues(), got.First, got.Promoter)
	}
	var bases, amino, n, residues float64
	for _, g := range own.Genes() {
		if x, ok := own.Transcript(g.Locus); ok && x.Residues() > 0 {
			bases += float64(x.Bases[0])
			n += float64(x.Length())
			amino += float64(x.AminoAcids[8]) // lysine
			residues += float64(x.Residues())
		}
	}
	if a, k := 3003*bases/n, 1000*amino/residues; float64(got.Bases[0]) < a-1 || float64(got.Bases[0]) > a+1 || float64(got.AminoAcids[8]) < k-1 || float64(got.AminoAcids[8]) > k+1 {
		t.Errorf("%d A and %d lysines, want %v and %v", got.Bases[0], got.AminoAcids[8], a, k)
	}
}
