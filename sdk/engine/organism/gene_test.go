package organism_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

func TestGeneByAnyOfItsNames(t *testing.T) {
	t.Parallel()
	tests := []struct {
		typ   biovm.BiologicalType
		refs  []string
		locus string // empty: not found
	}{
		{biovm.Syn3A, []string{"JCVISYN3A_0001", "MMSYN1_0001", "dnaA", "DNAA", "jcvisyn3a_0001"}, "JCVISYN3A_0001"},
		{biovm.Syn3A, []string{"", "ecfS", "tRNA-Leu", "b0001", "JCVISYN3A_9999"}, ""}, // ecfS: four genes
		{biovm.MinimalCell, []string{"MMSYN1_0001", "dnaA"}, "JCVISYN3A_0001"},
		{biovm.MinimalCell, []string{"JCVISYN3A_0227", "MMSYN1_0228"}, ""}, // class N
		{biovm.EColi, []string{"b0344", "lacZ", "LACZ"}, "b0344"},
		{biovm.EColi, []string{"b3794", "rffM", "wecG"}, "b3794"}, // the annotation's symbol and iML1515's
		{biovm.EColi, []string{"s0001"}, "s0001"},
		{biovm.EColi, []string{"b4104"}, "b4104"},
		{biovm.EColi, []string{"b4583", "phnE"}, "b4583"},
	}
	for _, tt := range tests {
		o := cell(t, tt.typ)
		for _, ref := range tt.refs {
			g, ok := o.Gene(ref)
			if g.Locus != tt.locus || ok != (tt.locus != "") {
				t.Errorf("%s: Gene(%q) = %q, %t, want %q", tt.typ, ref, g.Locus, ok, tt.locus)
			}
		}
	}
}

func TestSharing(t *testing.T) {
	t.Parallel()
	o := cell(t, biovm.Syn3A)
	for ref, want := range map[string][]string{
		"gapDH": {"JCVISYN3A_0451", "JCVISYN3A_0607"},
		"dnaA":  nil,
		"frog":  nil,
		"":      nil,
	} {
		if d := cmp.Diff(want, o.Sharing(ref)); d != "" {
			t.Errorf("Sharing(%q) (-want +got):\n%s", ref, d)
		}
	}
}

func TestGeneHasItsFacts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		typ  biovm.BiologicalType
		want organism.Gene
	}{
		{biovm.Syn3A, organism.Gene{
			Locus: "JCVISYN3A_0001", Symbol: "dnaA", Product: "Chromosomal replication initiator protein", Start: 1, End: 1353, Strand: 1,
			Type: "CDS", Category: "DNA replication", Essentiality: "E", ProteinCount: 148, Aliases: []string{"MMSYN1_0001"},
		}},
		{biovm.EColi, organism.Gene{
			Locus: "b0002", Symbol: "thrA", Product: "fused aspartate kinase/homoserine dehydrogenase 1", Start: 337, End: 2799, Strand: 1,
			Type: "CDS", Essentiality: "M", ProteinCount: 5703, InModel: true, Aliases: []string{"Hs", "thrA1", "thrA2", "thrD"},
		}},
		// In two parts, 257829..257899 and 258676..259006.
		{biovm.EColi, organism.Gene{
			Locus: "b0240", Symbol: "crl", Product: "RNA polymerase holoenzyme assembly factor Crl", Start: 257829, End: 259006, Strand: 1,
			Type: "pseudogene", ProteinCount: -1,
		}},
		{biovm.EColi, organism.Gene{
			Locus: "s0001", Product: "pseudo-gene of iML1515 for reactions that run without an enzyme",
			Type: "model", ProteinCount: -1, InModel: true,
		}},
	}
	for _, tt := range tests {
		got, ok := cell(t, tt.typ).Gene(tt.want.Locus)
		if !ok {
			t.Errorf("%s: no gene %s", tt.typ, tt.want.Locus)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: Gene(%q) (-want +got):\n%s", tt.typ, tt.want.Locus, diff)
		}
	}
}

func TestEssentialityClasses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		typ            biovm.BiologicalType
		genes, inModel map[string]int // class -> number
		inVivo         int
	}{
		{biovm.Syn3A, map[string]int{"E": 270, "Q": 113, "N": 72, "": 41}, map[string]int{"E": 106, "Q": 36, "N": 13}, 383},
		{biovm.MinimalCell, map[string]int{"E": 270, "Q": 113, "": 41}, map[string]int{"E": 106, "Q": 36}, 383},
		{biovm.EColi, map[string]int{"L": 299, "M": 107, "N": 3836, "": 324}, map[string]int{"L": 120, "M": 101, "N": 1292, "": 1}, 406},
	}
	for _, tt := range tests {
		o := cell(t, tt.typ)
		genes, inModel := map[string]int{}, map[string]int{}
		for _, g := range o.Genes() {
			genes[g.Essentiality]++
			if g.InModel {
				inModel[g.Essentiality]++
			}
			if g.Essentiality == "N" && g.Type != "CDS" {
				t.Errorf("%s: gene %s is a %s and of class N", tt.typ, g.Locus, g.Type)
			}
		}
		if diff := cmp.Diff(tt.genes, genes); diff != "" {
			t.Errorf("%s: classes of all genes (-want +got):\n%s", tt.typ, diff)
		}
		if diff := cmp.Diff(tt.inModel, inModel); diff != "" {
			t.Errorf("%s: classes of the model's genes (-want +got):\n%s", tt.typ, diff)
		}
		if got := len(o.EssentialInVivo()); got != tt.inVivo {
			t.Errorf("%s: EssentialInVivo() has %d genes, want %d", tt.typ, got, tt.inVivo)
		}
	}
}

// TestAminoAcidsPerCellFollowFromTheGenes counts again what the constant
// says, from lengths and copies per cell.
func TestAminoAcidsPerCellFollowFromTheGenes(t *testing.T) {
	t.Parallel()
	for _, typ := range []biovm.BiologicalType{biovm.Syn3A, biovm.MinimalCell} {
		o := cell(t, typ)
		sum, measured := 0.0, 0
		for _, g := range o.Genes() {
			if g.ProteinCount >= 0 {
				measured++
				sum += g.ProteinCount * float64(g.Length()/3-1)
			}
		}
		if want := o.Constants().AminoAcidsPerCell; sum != want || measured == 0 {
			t.Errorf("%s: %d measured proteins hold %.0f amino acids, the constant says %.0f", typ, measured, sum, want)
		}
	}
}

func TestGenesAreInOrderAndWithinTheGenome(t *testing.T) {
	t.Parallel()
	length := map[string]int{"CP016816.2": 543_379, "NC_000913.3": 4_641_652}
	for _, typ := range organism.Types() {
		o := cell(t, typ)
		last := 0
		for _, g := range o.Genes() {
			if g.Start < last || g.End < g.Start || g.End > length[o.Accession()] || g.Strand != 1 && g.Strand != -1 {
				t.Errorf("%s: gene %s at %d..%d (%d) after %d", typ, g.Locus, g.Start, g.End, g.Strand, last)
			}
			last = g.Start
		}
	}
}

// TestGenomeOfMinimalCell measures the bases of lost genes again.
func TestGenomeOfMinimalCell(t *testing.T) {
	t.Parallel()
	whole, small := cell(t, biovm.Syn3A), cell(t, biovm.MinimalCell)
	at := make([]byte, whole.GenomeBP()+1) // 1 in a gene that stays, 2 in a lost one only
	for _, class := range []byte{2, 1} {
		for _, g := range whole.Genes() {
			if _, stays := small.Gene(g.Locus); stays != (class == 1) {
				continue
			}
			for i := g.Start; i <= g.End; i++ {
				at[i] = class
			}
		}
	}
	lost := strings.Count(string(at), "\x02")
	if got, want := small.GenomeBP(), whole.GenomeBP()-lost; got != want {
		t.Errorf("GenomeBP() = %d, want %d less %d = %d", got, whole.GenomeBP(), lost, want)
	}
}

func TestModelGenesAreGenes(t *testing.T) {
	t.Parallel()
	for _, typ := range organism.Types() {
		o := cell(t, typ)
		inModel := 0
		for _, g := range append(o.ModelOnlyGenes(), o.Genes()...) {
			if g.InModel != o.Model().HasGene(g.Locus) {
				t.Errorf("%s: gene %s: InModel = %t, HasGene = %t", typ, g.Locus, g.InModel, !g.InModel)
			}
			if g.InModel {
				inModel++
			}
		}
		if got := len(o.Model().Genes()); inModel != got {
			t.Errorf("%s: %d genes are marked, the model has %d", typ, inModel, got)
		}
	}
}

func TestNearNamesComeFirst(t *testing.T) {
	t.Parallel()
	tests := []struct {
		typ  biovm.BiologicalType
		ref  string
		n    int
		want []string
	}{
		{biovm.Syn3A, "dnaAA", 1, []string{"dnaA"}},
		{biovm.Syn3A, "JCVISYN3A_00001", 1, []string{"JCVISYN3A_0001"}},
		{biovm.Syn3A, "MMSYN_0445", 1, []string{"MMSYN1_0445"}},
		{biovm.EColi, "lacY1", 1, []string{"lacY"}},
		{biovm.EColi, "LCAZ", 1, []string{"lacZ"}}, // two letters swapped
		{biovm.EColi, "something quite different", 3, nil},
		{biovm.EColi, "", 3, nil},
		{biovm.EColi, "lacz", 0, nil},
		{biovm.EColi, strings.Repeat("lacZ", 1000), 3, nil},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, cell(t, tt.typ).Near(tt.ref, tt.n)); diff != "" {
			t.Errorf("%s: Near(%q, %d) (-want +got):\n%s", tt.typ, tt.ref, tt.n, diff)
		}
	}
}

func TestNearNamesFindTheirGenesEachOnce(t *testing.T) {
	t.Parallel()
	for _, typ := range organism.Types() {
		o := cell(t, typ)
		for _, ref := range []string{"dnaX2", "rpl", "MMSYN1_999", "b99999", "ATP", "\xff\xfe"} {
			names := o.Near(ref, 5)
			seen := map[string]bool{}
			for _, n := range names {
				g, ok := o.Gene(n)
				if !ok || seen[g.Locus] {
					t.Errorf("%s: Near(%q, 5) = %q: %q finds no gene or one twice", typ, ref, names, n)
				}
				seen[g.Locus] = true
			}
			if len(names) > 5 {
				t.Errorf("%s: Near(%q, 5) = %q, want 5 at most", typ, ref, names)
			}
		}
	}
}
