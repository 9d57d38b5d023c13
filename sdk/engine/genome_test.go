//go:build !race

package engine_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/enginetest"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome/genbank"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

func published(t testing.TB, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", name))
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("../shared/data/%s is not there; it is not part of the repository", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// ofGenome is a spec with a genome that the engine has.
func ofGenome(t testing.TB, e *engine.Engine, name string, content []byte) biovm.Spec {
	t.Helper()
	if err := e.PutFile(t.Context(), sumOf(content), content); err != nil {
		t.Fatal(err)
	}
	return biovm.Spec{ID: biovm.ID(name), BiologicalType: biovm.Syn3A, Genome: &biovm.Source{Source: "mine.gb", SHA256: sumOf(content)}}
}

// made makes a VM and returns its status and figures.
func made(t testing.TB, e *engine.Engine, s biovm.Spec) (biovm.Status, biovm.Metrics) {
	t.Helper()
	status, err := e.Create(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	m, err := e.Metrics(t.Context(), string(s.ID))
	if err != nil {
		t.Fatal(err)
	}
	return status, m
}

// edited is the published genome of syn3A with its features changed; nil leaves
// one out.
func edited(t testing.TB, change func(f genome.Feature) *genome.Feature, more ...genome.Feature) []byte {
	t.Helper()
	records, err := genbank.NewReader(bytes.NewReader(published(t, "syn3a/syn3A.gb"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var features []genome.Feature
	for _, f := range records[0].Features {
		if kept := change(f); kept != nil {
			features = append(features, *kept)
		}
	}
	records[0].Features = append(features, more...)
	var b bytes.Buffer
	if err := genbank.NewWriter(&b).WriteAll(records); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The published genome makes the very cell that the type has, plain or packed.
func TestGenomePublished(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t, engine.Options{})
	content := published(t, "syn3a/syn3A.gb")
	want, figures := made(t, e, biovm.Spec{ID: "plain", BiologicalType: biovm.Syn3A})
	for name, content := range map[string][]byte{"own": content, "packed": packed(t, content)} {
		got, m := made(t, e, ofGenome(t, e, name, content))
		if d := cmp.Diff(want.Genome, got.Genome); d != "" || got.Grant != want.Grant {
			t.Errorf("%s: genome (-want +got):\n%s\ngrant %+v, want %+v", name, d, got.Grant, want.Grant)
		}
		if d := cmp.Diff(figures.Growth, m.Growth); d != "" {
			t.Errorf("%s: growth (-want +got):\n%s", name, d)
		}
		if d := cmp.Diff(figures.Usage, m.Usage); d != "" {
			t.Errorf("%s: usage (-want +got):\n%s", name, d)
		}
		if d := cmp.Diff(figures.Cell, m.Cell); d != "" {
			t.Errorf("%s: cell (-want +got):\n%s", name, d)
		}
		genes, err := e.Genes(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		own, err := e.Genes(t.Context(), "plain")
		if d := cmp.Diff(own, genes); d != "" || err != nil {
			t.Errorf("%s: %v, genes (-want +got):\n%s", name, err, d)
		}
	}
}

// A genome without genes grows as flux balance analysis without them says, which
// knows of no genomes.
func TestGenomeWithoutGenes(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t, engine.Options{})
	o, err := organism.Of(biovm.Syn3A)
	if err != nil {
		t.Fatal(err)
	}
	for name, lost := range map[string][]string{
		"slower": {"JCVISYN3A_0227", "JCVISYN3A_0493", "JCVISYN3A_0876"},
		"dead":   {"JCVISYN3A_0445"},
		"broken": {"JCVISYN3A_0227"},
	} {
		content := edited(t, func(f genome.Feature) *genome.Feature {
			switch {
			case !slices.Contains(lost, f.Get("locus_tag")):
			case name != "broken":
				return nil
			case f.Key == "gene":
				f.Qualifiers = append(slices.Clone(f.Qualifiers), genome.Qualifier{Name: "pseudo", Form: genome.Flag})
			}
			return &f
		})
		status, m := made(t, e, ofGenome(t, e, name, content))
		q := metabolism.Question{}
		for _, locus := range lost {
			if o.Model().HasGene(locus) {
				q.Knockouts = append(q.Knockouts, locus)
			}
		}
		f, err := metabolism.NewAnalyzer(o.Model()).FBA(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(m.Growth.FreeGrowthRate-f.Growth) > 1e-12 || (name == "dead") != (f.Growth == 0) {
			t.Errorf("%s: grows at %v free, want %v", name, m.Growth.FreeGrowthRate, f.Growth)
		}
		want := biovm.GenomeSummary{BasePairs: 543_379, Genes: 496 - len(lost), MissingGenes: len(lost), Missing: lost}
		if d := cmp.Diff(want, status.Genome); d != "" || len(status.Spec.Knockouts) > 0 {
			t.Errorf("%s: knock-outs %q, genome (-want +got):\n%s", name, status.Spec.Knockouts, d)
		}
	}
	spec := biovm.Spec{ID: "knocked", BiologicalType: biovm.Syn3A, Knockouts: []string{"JCVISYN3A_0227", "JCVISYN3A_0493", "JCVISYN3A_0876"}}
	_, knocked := made(t, e, spec)
	slower, err := e.Metrics(t.Context(), "slower")
	if d := cmp.Diff(knocked.Growth, slower.Growth); d != "" || err != nil {
		t.Errorf("%v, growth of a genome without genes and of their knock-outs:\n%s", err, d)
	}
}

// What a VM's genome is stays known, in this process and in the next, without the
// file being read for a status.
func TestGenomeOutlivesTheEngine(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := enginetest.Open(t, engine.Options{Dir: dir})
	content := synthetic(t, func(g organism.Gene) bool { return g.Locus != "JCVISYN3A_0227" }, 700_123, "")
	before, m := made(t, first, ofGenome(t, first, "a", content))
	if before.Genome.BasePairs != 700_123 || before.Grant.MemoryKB != 701 || before.Genome.MissingGenes != 1 {
		t.Errorf("made: %+v holding %+v", before.Genome, before.Grant)
	}
	if err := errors.Join(first.Confirm(t.Context(), "a"), first.Close()); err != nil {
		t.Fatal(err)
	}
	second := enginetest.Open(t, engine.Options{Dir: dir})
	after, err := second.Status(t.Context(), "a")
	if d := cmp.Diff(before.Genome, after.Genome); d != "" || err != nil || after.ModelVersion != before.ModelVersion {
		t.Errorf("opened again: version %s, %v, genome (-want +got):\n%s", after.ModelVersion, err, d)
	}
	if again, err := second.Metrics(t.Context(), "a"); err != nil || again.Growth != m.Growth {
		t.Errorf("opened again it grows at %+v, %v; want %+v", again.Growth, err, m.Growth)
	}
	// A knock-out is counted, and a change of anything else leaves the count.
	for _, c := range []biovm.Change{{Knockouts: new([]string{"dnaA", "JCVISYN3A_0227"})}, {Seed: new(int64(3))}} {
		if err := second.Update(t.Context(), "a", c); err != nil {
			t.Fatal(err)
		}
		if s, err := second.Status(t.Context(), "a"); err != nil || s.Genome.KnockedOut != 1 || s.Genome.Genes != 495 {
			t.Errorf("after %+v: %+v, %v", c, s.Genome, err)
		}
	}
	if _, err := second.Allocate(t.Context(), "a", biovm.Allocation{MemoryKB: new(700)}); !slices.Equal(paths(err), []string{"memory_kb"}) {
		t.Errorf("Allocate of 700 kb to a genome of 701: %v", err)
	}
	if err := errors.Join(second.Operate(t.Context(), "a", biovm.OpDestroy), second.Verify(t.Context())); err != nil {
		t.Fatal(err)
	}
}

// synthetic is a GenBank file of those of syn3A's genes that are kept, without a
// sequence.
func synthetic(t testing.TB, keep func(g organism.Gene) bool, bp int, more string) []byte {
	t.Helper()
	o, err := organism.Of(biovm.Syn3A)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "LOCUS       MINE           %d bp    DNA     circular SYN 01-JAN-2026\nFEATURES             Location/Qualifiers\n", bp)
	for _, g := range o.Genes() {
		switch {
		case !keep(g):
		case g.Type == "pseudogene":
			fmt.Fprintf(&b, "     gene            %d..%d\n                     /locus_tag=%q\n                     /pseudo\n", g.Start, g.End, g.Locus)
		default:
			fmt.Fprintf(&b, "     %-16s%d..%d\n                     /locus_tag=%q\n", g.Type, g.Start, g.End, g.Locus)
		}
	}
	b.WriteString(more + "//\n")
	return b.Bytes()
}

const foreignFeature = "     CDS             600001..603003\n                     /locus_tag=\"MINE_1\"\n"

// A cell whose genome lacks genes lives over time without them; one with foreign
// genes expresses them, unless they are knocked out.
func TestGenomeLives(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t, engine.Options{})
	lacks := synthetic(t, func(g organism.Gene) bool { return g.Locus != "JCVISYN3A_0227" }, 700_000, "")
	foreign := synthetic(t, func(organism.Gene) bool { return true }, 700_000, foreignFeature)
	for name, content := range map[string][]byte{"lacks": lacks, "foreign": foreign} {
		s := ofGenome(t, e, name, content)
		status, m := made(t, e, s)
		if err := e.Operate(t.Context(), name, biovm.OpStart); err != nil {
			t.Fatal(err)
		}
		gene := map[string]string{"lacks": "JCVISYN3A_0001", "foreign": "MINE_1"}[name]
		r, err := e.Execute(t.Context(), name, biovm.Process{Code: `simulate(0.01, record=["protein:` + gene + `"])["record"]["protein:` + gene + `"][0]`})
		want := map[string]string{"lacks": "148", "foreign": "180"}[name]
		if got := strings.TrimSuffix(string(r.Value), ".0"); err != nil || m.Cell.Problem != "" || got != want {
			t.Errorf("%s: %s of %s, %v; want %s; figures %+v of %+v", name, r.Value, gene, err, want, m.Cell, status.Genome)
		}
	}
	if err := e.Update(t.Context(), "foreign", biovm.Change{Knockouts: new([]string{"MINE_1"})}); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Execute(t.Context(), "foreign", biovm.Process{Code: `simulate(0.01, anew=True, record=["protein:MINE_1"])`}); err == nil || !strings.Contains(err.Error(), "MINE_1 is knocked out") {
		t.Errorf("record of the protein of a gene that is knocked out: %v", err)
	}
}

// Other organisms' genomes and files that are to do harm are refused, by name.
func TestGenomeRefused(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t, engine.Options{})
	few := synthetic(t, func(g organism.Gene) bool { return g.Locus < "JCVISYN3A_0010" }, 700_000, foreignFeature)
	everywhere := synthetic(t, func(organism.Gene) bool { return true }, 700_000, strings.Repeat(strings.Replace(foreignFeature, "603003", "699999", 1), 50_000))
	for want, content := range map[string][]byte{
		"more than 268435456 bytes, unpacked": bomb(t, ">mine\n"), "unexpected EOF": packed(t, few)[:60], "not a genome": []byte(sugar),
		"no genome of JCVI-syn3A: of its 10 genes 9 are among the 496": few,
	} {
		s := ofGenome(t, e, "a", content)
		if _, err := e.Create(t.Context(), s); !slices.Equal(paths(err), []string{"genome.source"}) || !strings.Contains(err.Error(), "mine.gb: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("Create = %v, want a problem at genome.source with %q", err, want)
		}
	}
	// One gene over and over is one, and takes no time.
	if _, err := e.Create(t.Context(), ofGenome(t, e, "b", everywhere)); err != nil {
		t.Error(err)
	}
	large := synthetic(t, func(organism.Gene) bool { return true }, 900_000_000, "")
	if _, err := e.Create(t.Context(), ofGenome(t, e, "a", large)); !errors.Is(err, biovm.ErrNoCapacity) {
		t.Errorf("a genome of 900,000 kb: %v, want ErrNoCapacity", err)
	}
	none := biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A, Genome: &biovm.Source{SHA256: strings.Repeat("0", 64)}}
	if _, err := e.Create(t.Context(), none); !slices.Equal(paths(err), []string{"genome.sha256"}) {
		t.Errorf("Create of a genome that was not brought = %v", err)
	}
	made(t, e, biovm.Spec{ID: "plain", BiologicalType: biovm.Syn3A})
	if err := e.Update(t.Context(), "plain", biovm.Change{GenomeSource: new("mine.gb")}); !slices.Equal(paths(err), []string{"genome.source"}) {
		t.Errorf("Update of where no genome is from = %v", err)
	}
}

// The genome of E. coli is none of syn3A, though many names are the same, and the
// other way round; minimal_cell takes the genes that it lacks for foreign.
func TestGenomeOfOthers(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t, engine.Options{})
	for kind, name := range map[biovm.BiologicalType]string{biovm.Syn3A: "ecoli/NC_000913.3.gff3.gz", biovm.EColi: "syn3a/syn3A.gb"} {
		s := ofGenome(t, e, "a", published(t, name))
		s.BiologicalType = kind
		_, err := e.Create(t.Context(), s)
		if !slices.Equal(paths(err), []string{"genome.source"}) || !strings.Contains(err.Error(), "are needed") {
			t.Errorf("%s of %s: %v", kind, name, err)
		}
	}
	s := ofGenome(t, e, "minimal", published(t, "syn3a/syn3A.gb"))
	s.BiologicalType = biovm.MinimalCell
	minimal, err := organism.Of(biovm.MinimalCell)
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := made(t, e, s); got.Genome.ForeignGenes != 496-len(minimal.Genes()) || got.Genome.MissingGenes != 0 || got.Genome.BasePairs != 543_379 {
		t.Errorf("minimal_cell with syn3A's genome: %+v", got.Genome)
	}
}

// What is kept of a genome says the same as its file does, to the engine that
// read that and to the next ones.
func TestGenomeIsReadOnce(t *testing.T) {
	t.Parallel()
	o := engine.Options{Dir: t.TempDir()}
	content := edited(t, func(f genome.Feature) *genome.Feature {
		if f.Get("locus_tag") == "JCVISYN3A_0227" {
			return nil
		}
		return &f
	})
	var first []biovm.Gene
	for range 3 {
		e := enginetest.Open(t, o)
		if first == nil {
			made(t, e, ofGenome(t, e, "a", content))
		}
		genes, err := e.Genes(t.Context(), "a")
		if err != nil || len(genes) != 495 {
			t.Fatalf("%d genes, %v; want 495", len(genes), err)
		}
		if first == nil {
			first = genes
		}
		if d := cmp.Diff(first, genes); d != "" {
			t.Errorf("genes of a later engine (-first +now):\n%s", d)
		}
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// BenchmarkOpenGenomes opens a data directory with ten VMs of published genomes,
// and asks each how it grows, as a refresh of Terraform's does.
func BenchmarkOpenGenomes(b *testing.B) {
	text := published(b, "syn3a/syn3A.gb")
	for name, files := range map[string]int{"one file": 1, "ten files": 10} {
		b.Run(name, func(b *testing.B) {
			o := engine.Options{Dir: b.TempDir()}
			e := enginetest.Open(b, o)
			for i := range 10 {
				made(b, e, ofGenome(b, e, fmt.Sprint("g", i), append(bytes.Clone(text), strings.Repeat("\n", i%files)...)))
			}
			for b.Loop() {
				e, err := engine.Open(b.Context(), o)
				if err != nil {
					b.Fatal(err)
				}
				for i := range 10 {
					if _, err := e.Metrics(b.Context(), fmt.Sprint("g", i)); err != nil {
						b.Fatal(err)
					}
				}
				if err := e.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
