package genomefile_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome/genomefile"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

// published reads a file of the data beside the repository, which a clone does
// not have.
func published(tb testing.TB, name string) []byte {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "..", "shared", "data", name))
	if os.IsNotExist(err) {
		tb.Skipf("../shared/data/%s is not there; it is not part of the repository", name)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return text
}

func read(tb testing.TB, text []byte, name string) *genome.Genome {
	tb.Helper()
	g, _, err := genomefile.Read(bytes.NewReader(text), name)
	if err != nil {
		tb.Fatal(err)
	}
	return g
}

// A row is what gene tables are compared by.
type row struct {
	Locus, Name, Type string
	Start, End        int
	Strand            int
}

func rows(g *genome.Genome) []row {
	var all []row
	for i := range g.Genes {
		gene := &g.Genes[i]
		all = append(all, row{gene.Locus, gene.Name, gene.Type, gene.Start, gene.End, gene.Strand})
	}
	return sorted(all)
}

func sorted(all []row) []row {
	slices.SortFunc(all, func(a, b row) int { return strings.Compare(a.Locus+fmt.Sprint(a.Start), b.Locus+fmt.Sprint(b.Start)) })
	return all
}

func embedded(t *testing.T, kind biovm.BiologicalType) ([]row, map[string]string) {
	t.Helper()
	o, err := organism.Of(kind)
	if err != nil {
		t.Fatal(err)
	}
	var all []row
	products := map[string]string{}
	for _, gene := range o.Genes() {
		all = append(all, row{gene.Locus, gene.Symbol, gene.Type, gene.Start, gene.End, gene.Strand})
		products[gene.Locus] = gene.Product
	}
	return sorted(all), products
}

// TestSyn3A holds what CP016816.2 is known to have, and that its genes are
// those of the embedded table.
func TestSyn3A(t *testing.T) {
	t.Parallel()
	g := read(t, published(t, "syn3a/syn3A.gb"), "syn3A.gb")
	r := &g.Records[0]
	if c := genome.Compose(r.Bases); c.Len() != 543379 || math.Round(c.GC()*1000) != 243 || c.Others != 0 || !r.Circular {
		t.Errorf("got %d bases, GC %v, circular %v; want 543379, 24.3 %%, true", c.Len(), c.GC(), r.Circular)
	}
	counts := map[string]int{}
	for _, c := range g.Counts() {
		counts[c.Type] = c.N
	}
	if want := (map[string]int{"CDS": 455, "pseudogene": 3, "tRNA": 29, "rRNA": 6, "ncRNA": 2, "tmRNA": 1}); !cmp.Equal(counts, want) {
		t.Errorf("got %v, want %v", counts, want)
	}
	want, products := embedded(t, biovm.Syn3A)
	// The table has symbols of Breuer et al. 2019 for genes that GenBank gives none.
	const unnamed = 29
	got, lacking := rows(g), 0
	for i := range got {
		if i < len(want) && got[i].Name == "" && want[i].Name != "" {
			lacking++
			want[i].Name = ""
		}
	}
	if lacking != unnamed {
		t.Errorf("the file lacks %d names of the table, want %d", lacking, unnamed)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the embedded table has (-), the file (+):\n%s", diff)
	}
	for i := range g.Genes {
		if gene := &g.Genes[i]; gene.Product != products[gene.Locus] {
			t.Errorf("%s: got the product %q, want %q", gene.Locus, gene.Product, products[gene.Locus])
		}
	}
	translated := 0
	for i := range g.Genes {
		gene := &g.Genes[i]
		p, err := g.Protein(gene)
		if err != nil {
			t.Errorf("%s: %v", gene.Locus, err)
			continue
		}
		if p == nil || gene.Pseudo {
			continue
		}
		if translated++; p.Sequence != gene.Codings[0].Stated || !p.Start || !p.Stop {
			t.Errorf("%s: got %q, the file has %q", gene.Locus, p.Sequence, gene.Codings[0].Stated)
		}
	}
	if translated != 455 {
		t.Errorf("%d proteins were compared, want 455", translated)
	}
	for _, p := range g.Check() {
		t.Errorf("the file has no problem, got %v", p.String())
	}
}

// TestSyn3AFrames holds that the stop of each protein's gene ends an open
// reading frame, and that this frame has the gene in it.
func TestSyn3AFrames(t *testing.T) {
	t.Parallel()
	g := read(t, published(t, "syn3a/syn3A.gb"), "syn3A.gb")
	orfs, err := g.Records[0].ORFs(genome.ORFOptions{Code: 4, MinCodons: 20})
	if err != nil {
		t.Fatal(err)
	}
	ends := map[[2]int]genome.ORF{}
	for _, o := range orfs {
		end := o.End
		if o.Strand < 0 {
			end = o.Start
		}
		ends[[2]int{end, o.Strand}] = o
	}
	for i := range g.Genes {
		gene := &g.Genes[i]
		if gene.Type != "CDS" {
			continue
		}
		end := gene.End
		if gene.Strand < 0 {
			end = gene.Start
		}
		o, ok := ends[[2]int{end, gene.Strand}]
		if !ok || o.Codons < (gene.End-gene.Start+1)/3-1 {
			t.Errorf("%s: got the frame %+v, want one that ends with it and has it", gene.Locus, o)
		}
	}
}

// TestSyn3AWithoutUGA holds that the code matters: by code 11, UGA would end
// most proteins.
func TestSyn3AWithoutUGA(t *testing.T) {
	t.Parallel()
	g := read(t, published(t, "syn3a/syn3A.gb"), "syn3A.gb")
	short := 0
	for i := range g.Genes {
		for n := range g.Genes[i].Codings {
			g.Genes[i].Codings[n].Code = 11
		}
		p, err := g.Protein(&g.Genes[i])
		if err != nil {
			t.Fatal(err)
		}
		if p != nil && p.Stops > 0 {
			short++
		}
	}
	if short < 200 || len(g.Check()) < short-3 {
		t.Errorf("%d proteins have a stop inside by code 11, and %d problems are found", short, len(g.Check()))
	}
}

// TestEColi holds that the genes of the GFF3 file are those of the published
// table, line by line, and of the embedded one.
func TestEColi(t *testing.T) {
	t.Parallel()
	g := read(t, published(t, "ecoli/NC_000913.3.gff3.gz"), "NC_000913.3.gff3.gz")
	if r := &g.Records[0]; len(g.Records) != 1 || r.ID != "NC_000913.3" || r.Length != 4641652 || !r.Circular {
		t.Errorf("got %d records, the first is %s with %d bases, circular %v", len(g.Records), r.ID, r.Length, r.Circular)
	}
	for _, p := range g.Check() {
		t.Errorf("the file has no problem, got %v", p.String())
	}
	want, _ := embedded(t, biovm.EColi)
	if diff := cmp.Diff(want, rows(g)); diff != "" {
		t.Errorf("the embedded table has (-), the file (+):\n%s", diff)
	}
	// The published table has a line for each part of a gene; all of them are
	// of the last part.
	table := csv.NewReader(bytes.NewReader(published(t, "ecoli/ecoli_genes.tsv")))
	table.Comma, table.Comment, table.LazyQuotes = '\t', '#', true
	lines, err := table.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	byLocus := map[string]*genome.Gene{}
	parts := 0
	for i := range g.Genes {
		byLocus[g.Genes[i].Locus] = &g.Genes[i]
		parts += len(g.Genes[i].Location.Spans())
	}
	if len(lines)-1 != parts {
		t.Errorf("the table has %d lines, the file %d parts of genes", len(lines)-1, parts)
	}
	for _, line := range lines[1:] {
		gene := byLocus[line[0]]
		if gene == nil {
			t.Errorf("the gene %s is not there", line[0])
			continue
		}
		start, err1 := strconv.Atoi(line[1])
		end, err2 := strconv.Atoi(line[2])
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		there := slices.ContainsFunc(gene.Location.Spans(), func(s genome.Span) bool { return s.Start == start && s.End == end })
		if strand := map[int]string{1: "+", -1: "-"}[gene.Strand]; !there || strand != line[3] || gene.Type != line[4] || gene.Name != line[5] || gene.Product != line[6] {
			t.Errorf("%s: got %s %s %s %q at %s, the table has %q", gene.Locus, strand, gene.Type, gene.Name, gene.Product, gene.Location.String(), line)
		}
	}
}

// TestEColiSlippage holds that what ribosomes read by changing their frame is
// there.
func TestEColiSlippage(t *testing.T) {
	t.Parallel()
	g := read(t, published(t, "ecoli/NC_000913.3.gff3.gz"), "NC_000913.3.gff3.gz")
	slips, selenium := map[string]string{}, []string{}
	for i := range g.Genes {
		for _, c := range g.Genes[i].Codings {
			if c.Slippage {
				slips[g.Genes[i].Name] = c.Location.String()
			}
			for _, e := range c.Exceptions {
				selenium = append(selenium, g.Genes[i].Name+string(e.Amino)+e.Location.String())
			}
		}
	}
	want := map[string]string{
		"dnaX": "join(492092..493375,493375..493386)",
		"copA": "complement(join(511168..511176,511176..511379))",
		"prfB": "complement(join(3035184..3036206,3036208..3036282))",
	}
	if diff := cmp.Diff(want, slips); diff != "" {
		t.Errorf("frames change (-want, +got):\n%s", diff)
	}
	sec := []string{"fdnGU1547986..1547988", "fdoGUcomplement(4085235..4085237)", "fdhFUcomplement(4298947..4298949)"}
	if diff := cmp.Diff(sec, selenium); diff != "" {
		t.Errorf("selenocysteines (-want, +got):\n%s", diff)
	}
}
