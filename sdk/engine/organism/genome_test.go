package organism_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome/genomefile"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

var genomeSum = strings.Repeat("7", 64)

func of(t *testing.T, kind biovm.BiologicalType) *organism.Organism {
	t.Helper()
	o, err := organism.Of(kind)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// table is a GFF3 file of an organism's genes, each as line makes it.
func table(o *organism.Organism, bp int, line func(g *organism.Gene) string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "##gff-version 3\n##sequence-region mine 1 %d\n", bp)
	genes := o.Genes()
	for i := range genes {
		b.WriteString(line(&genes[i]))
	}
	return b.String()
}

// row is the lines of a gene by a locus tag and a name.
func row(g *organism.Gene, locus, name, more string) string {
	strand := "+"
	if g.Strand < 0 {
		strand = "-"
	}
	id := fmt.Sprintf("%s-%d", locus, g.Start)
	text := fmt.Sprintf("mine\ttest\tgene\t%d\t%d\t.\t%s\t.\tID=gene-%s;locus_tag=%s%s", g.Start, g.End, strand, id, locus, more)
	if name != "" {
		text += ";gene=" + strings.ReplaceAll(name, ";", "%3B")
	}
	text += "\n"
	if g.Type != "pseudogene" {
		text += fmt.Sprintf("mine\ttest\t%s\t%d\t%d\t.\t%s\t0\tID=x-%s;Parent=gene-%s%s\n", g.Type, g.Start, g.End, strand, id, id, more)
	}
	return text
}

func withGenome(t *testing.T, o *organism.Organism, text string) (*organism.Organism, error) {
	t.Helper()
	g, _, err := genomefile.Read(strings.NewReader(text), "")
	if err != nil {
		t.Fatal(err)
	}
	return changed(o, g)
}

// changed is an organism with a genome.
func changed(o *organism.Organism, g *genome.Genome) (*organism.Organism, error) {
	n, err := organism.NewGenome(g, genomeSum)
	if err != nil {
		return nil, err
	}
	return o.WithGenome(n)
}

// Genes are found by tag, in any case, by alias and by name; what is left of the
// table is missing, and what is left of the file foreign.
func TestWithGenome(t *testing.T) {
	t.Parallel()
	own := of(t, biovm.Syn3A)
	const lost, broken, old, named, own2 = "JCVISYN3A_0445", "JCVISYN3A_0220", "JCVISYN3A_0227", "JCVISYN3A_0001", "JCVISYN3A_0002"
	text := table(own, 600_000, func(g *organism.Gene) string {
		switch g.Locus {
		case lost:
			return ""
		case broken:
			return row(g, g.Locus, "", ";pseudo=true")
		case old:
			return row(g, g.Aliases[0], "", "")
		case named:
			return row(g, "NEW_1", g.Symbol, "")
		case own2:
			second := *g
			second.End -= 3
			second.Start += 3
			return row(g, strings.ToLower(g.Locus), "", "") + row(&second, strings.ToLower(g.Locus), "", "")
		}
		return row(g, g.Locus, g.Symbol, "")
	})
	text += row(&organism.Gene{Start: 590_000, End: 590_302, Strand: 1, Type: "CDS"}, "FOREIGN_1", "gfp", "")
	o, err := withGenome(t, own, text)
	if err != nil {
		t.Fatal(err)
	}
	var missing []string
	for _, g := range o.Missing() {
		missing = append(missing, g.Locus)
	}
	if want := []string{broken, lost}; !slices.Equal(missing, want) {
		t.Errorf("missing: got %q, want %q", missing, want)
	}
	if got, want := o.Foreign(), []string{"jcvisyn3a_0002.2", "FOREIGN_1"}; !slices.Equal(got, want) {
		t.Errorf("foreign: got %q, want %q", got, want)
	}
	if o.GenomeBP() != 600_000 || len(o.Genes()) != 496-2+2 || o.Constants().GCFraction != 0 || o.Accession() != "mine" {
		t.Errorf("%d bp, %d genes, GC %v, %q", o.GenomeBP(), len(o.Genes()), o.Constants().GCFraction, o.Accession())
	}
	for name, want := range map[string]string{"NEW_1": named, "dnaA": named, "MMSYN1_0227": old, "MMSYN1_0445": lost, "gfp": "FOREIGN_1", "jcvisyn3a_0002": own2} {
		if g, ok := o.Gene(name); !ok || g.Locus != want {
			t.Errorf("gene %s: got %q, %v; want %s", name, g.Locus, ok, want)
		}
	}
	if g, _ := o.Gene("gfp"); g.InModel || g.Essentiality != "" || g.ProteinCount != -1 || g.Start != 590_000 {
		t.Errorf("the foreign gene: %+v", g)
	}
	if got, want := o.ModelVersion(), own.ModelVersion()+"+genome-777777777777"; got != want || got != own.VersionOf(genomeSum, "") || !strings.HasSuffix(o.Key(), genomeSum) {
		t.Errorf("version %q, key %q; want %q", got, o.Key(), want)
	}
	if d := cmp.Diff(own.Genes(), o.TypeGenes()); d != "" {
		t.Errorf("the type's genes (-want +got):\n%s", d)
	}
	if len(own.Missing()) != 0 || len(own.Foreign()) != 0 || own.Accession() == "mine" {
		t.Error("the shipped organism was changed")
	}
}

// A foreign protein is made as often as the mean of the organism's own.
func TestForeignLoad(t *testing.T) {
	t.Parallel()
	own := of(t, biovm.Syn3A)
	residues := 0
	for _, g := range own.Genes() {
		if g.Type == "CDS" {
			residues += (g.End-g.Start+1)/3 - 1
		}
	}
	text := table(own, 600_000, func(g *organism.Gene) string { return row(g, g.Locus, g.Symbol, "") })
	nobody := func(string) bool { return false }
	o, err := withGenome(t, own, text)
	if err != nil {
		t.Fatal(err)
	}
	if got := o.ForeignLoad(nobody); got != 0 {
		t.Errorf("load of the organism's own genes: %v", got)
	}
	text += row(&organism.Gene{Start: 590_000, End: 590_302, Type: "CDS"}, "F_1", "", "") // 100 amino acids and a stop
	text += row(&organism.Gene{Start: 591_000, End: 591_032, Type: "CDS"}, "F_2", "", "") // 10
	text += row(&organism.Gene{Start: 592_000, End: 592_302, Type: "tRNA"}, "F_3", "", "")
	text += row(&organism.Gene{Start: 593_000, End: 593_302, Type: "CDS"}, "F_4", "", ";pseudo=true")
	if o, err = withGenome(t, own, text); err != nil {
		t.Fatal(err)
	}
	if got, want := o.ForeignLoad(nobody), 110/float64(residues); got != want {
		t.Errorf("load: got %v, want %v", got, want)
	}
	if got, want := o.ForeignLoad(func(locus string) bool { return locus == "F_1" }), 10/float64(residues); got != want {
		t.Errorf("load without F_1: got %v, want %v", got, want)
	}
}

// The published genome is the organism's own to the last gene.
func TestWithGenomePublished(t *testing.T) {
	t.Parallel()
	for kind, name := range map[biovm.BiologicalType]string{biovm.Syn3A: "syn3a/syn3A.gb", biovm.EColi: "ecoli/NC_000913.3.gff3.gz"} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "shared", "data", name))
			if err != nil {
				t.Skipf("../shared/data/%s is not there; it is not part of the repository", name)
			}
			g, _, err := genomefile.Read(bytes.NewReader(text), name)
			if err != nil {
				t.Fatal(err)
			}
			own := of(t, kind)
			o, err := changed(own, g)
			if err != nil {
				t.Fatal(err)
			}
			if len(o.Missing()) != 0 || len(o.Foreign()) != 0 || o.GenomeBP() != own.GenomeBP() || o.Accession() != own.Accession() {
				t.Errorf("missing %+v, foreign %q, %d bp of %s", o.Missing(), o.Foreign(), o.GenomeBP(), o.Accession())
			}
			if kind == biovm.Syn3A && math.Abs(o.Constants().GCFraction-own.Constants().GCFraction) > 1e-4 {
				t.Errorf("GC %v, want %v", o.Constants().GCFraction, own.Constants().GCFraction)
			}
			byLocus := cmpopts.SortSlices(func(a, b organism.Gene) bool { return a.Locus < b.Locus }) // some begin at the same base
			if d := cmp.Diff(own.Genes(), o.Genes(), byLocus); d != "" {
				t.Errorf("genes (-want +got):\n%s", d)
			}
		})
	}
}

func TestWithGenomeRefuses(t *testing.T) {
	t.Parallel()
	own := of(t, biovm.Syn3A)
	all := func(g *organism.Gene) string { return row(g, g.Locus, g.Symbol, "") }
	half := table(own, 600_000, func(g *organism.Gene) string {
		if g.Locus > "JCVISYN3A_0400" {
			return ""
		}
		return all(g)
	})
	kept := strings.Count(half, "\tgene\t")
	if kept >= 248 {
		t.Fatalf("the half has %d genes", kept)
	}
	_, err := withGenome(t, own, half)
	var relation *organism.RelationError
	if !errors.As(err, &relation) || relation.Found != kept || relation.Of != 496 || relation.Genes != kept {
		t.Errorf("a genome of %d genes of 496: %v", kept, err)
	}
	for _, word := range []string{"JCVI-syn3A", "496", fmt.Sprint(kept), "JCVISYN3A_0001, MMSYN1_0001, dnaA"} {
		if err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("error %v does not name %s", err, word)
		}
	}
	for name, tt := range map[string]struct {
		text string
		want string
		line int
	}{
		"no genes":   {">mine\nACGT\n", "no genes", 0},
		"no length":  {strings.Replace(table(own, 9, all), "##sequence-region mine 1 9\n", "", 1), "how long", 0},
		"outside":    {table(own, 500, all), "ends at base 1353, and there are 500", 3},
		"a protein":  {"LOCUS       P                 12 aa            linear   BCT 01-JAN-2026\nORIGIN\n        1 mkvlaagtsg sk\n//\n", "protein", 1},
		"very large": {table(own, 3_000_000_000, all), "3000000000 bases", 0},
	} {
		_, err := withGenome(t, own, tt.text)
		var at *genome.LineError
		if !errors.As(err, &at) || at.Line != tt.line || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want a LineError of line %d with %q", name, err, tt.line, tt.want)
		}
	}
}

// With both files, the network's genes are found on the genome.
func TestWithGenomeAndModel(t *testing.T) {
	t.Parallel()
	own := of(t, biovm.Syn3A)
	text := table(own, 600_000, func(g *organism.Gene) string {
		if g.Symbol == "dnaA" {
			return ""
		}
		return row(g, g.Locus, g.Symbol, "")
	}) + row(&organism.Gene{Start: 590_000, End: 590_302, Type: "CDS"}, "F_1", "gfp", "")
	o, err := withGenome(t, own, text)
	if err != nil {
		t.Fatal(err)
	}
	sum := strings.Repeat("5", 64)
	o, err = o.WithModel(organism.Network{Model: networkOf(t, "(dnaA or gfp) and other", "dnaA", "gfp", "other"), SHA256: sum})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := o.Model().Reactions()[0].Rule.String(), "(JCVISYN3A_0001 or F_1) and other"; got != want {
		t.Errorf("rule: got %s, want %s", got, want)
	}
	if got, want := o.ModelVersion(), own.VersionOf(genomeSum, sum); got != want {
		t.Errorf("version: got %s, want %s", got, want)
	}
	if got, want := o.String(), "syn3a with genome mine and model mine"; got != want {
		t.Errorf("String: got %q, want %q", got, want)
	}
	if g, ok := o.Gene("gfp"); !ok || !g.InModel {
		t.Errorf("gene gfp: %+v, %v", g, ok)
	}
	if len(o.Missing()) != 1 || !o.Missing()[0].InModel || len(o.ModelOnlyGenes()) != 1 || o.ModelOnlyGenes()[0].Locus != "other" {
		t.Errorf("missing %+v, of the network alone %+v", o.Missing(), o.ModelOnlyGenes())
	}
}

// Whatever a file says, the genes of a genome and the missing ones are the
// organism's and the foreign ones, each by a name of its own, or it is refused.
func FuzzWithGenome(f *testing.F) {
	own, err := organism.Of(biovm.Syn3A)
	if err != nil {
		f.Fatal(err)
	}
	whole := table(own, 600_000, func(g *organism.Gene) string { return row(g, g.Locus, g.Symbol, "") })
	for _, more := range []string{"", row(&organism.Gene{Start: 1, End: 9, Type: "CDS"}, "JCVISYN3A_0001.2", "dnaA", ""), "mine\tx\tCDS\t5\t3\t.\t?\t.\tID=a\n", "mine\tx\tgene\t1\t2\t.\t+\t.\tlocus_tag=\xff\n"} {
		f.Add(more)
	}
	f.Fuzz(func(t *testing.T, more string) {
		g, _, err := genomefile.Read(strings.NewReader(whole+more), "")
		if err != nil {
			return
		}
		o, err := changed(own, g)
		if err != nil {
			return
		}
		if len(o.Genes())+len(o.Missing()) != len(own.Genes())+len(o.Foreign()) {
			t.Errorf("%d genes and %d missing ones of %d and %d foreign", len(o.Genes()), len(o.Missing()), len(own.Genes()), len(o.Foreign()))
		}
		for _, x := range slices.Concat(o.Genes(), o.Missing()) {
			if found, ok := o.Gene(x.Locus); !ok || found.Locus != x.Locus {
				t.Errorf("gene %q is not found by its locus", x.Locus)
			}
		}
		// What is kept of a genome is all that it takes.
		n, err := organism.NewGenome(g, genomeSum)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(n)
		if err != nil {
			t.Fatal(err)
		}
		var kept organism.Genome
		if err := json.Unmarshal(text, &kept); err != nil {
			t.Fatal(err)
		}
		if again, err := own.WithGenome(kept); err != nil || !cmp.Equal(again.Genes(), o.Genes()) || !cmp.Equal(again.Facts(), o.Facts()) || !cmp.Equal(again.Foreign(), o.Foreign()) {
			t.Errorf("of what was kept of the genome another organism came: %v", err)
		} else {
			for _, locus := range o.Foreign() {
				want, _ := o.Transcript(locus)
				if got, _ := again.Transcript(locus); got != want {
					t.Errorf("of what was kept of the genome the transcript of %q came as %+v, want %+v", locus, got, want)
				}
			}
		}
		if load := o.ForeignLoad(func(string) bool { return false }); !(load >= 0) || math.IsInf(load, 0) {
			t.Errorf("load %v", load)
		}
	})
}
