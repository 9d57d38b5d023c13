package biovmtest

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// annotation is a GenBank file without a sequence: genes at their places on a
// record of so many base pairs.
func annotation(bp int, genes ...biovm.Gene) string {
	var b strings.Builder
	fmt.Fprintf(&b, "LOCUS       MINE           %d bp    DNA     circular SYN 01-JAN-2026\nFEATURES             Location/Qualifiers\n", bp)
	feature := func(key string, g biovm.Gene) {
		place := fmt.Sprintf("%d..%d", g.Start, g.End)
		if g.Strand == "-" {
			place = "complement(" + place + ")"
		}
		fmt.Fprintf(&b, "     %-16s%s\n                     /locus_tag=%q\n", key, place, g.Locus)
		if g.Type == "pseudogene" {
			b.WriteString("                     /pseudo\n")
		}
	}
	for _, g := range genes {
		feature("gene", g)
		if g.Type != "pseudogene" {
			feature(g.Type, g)
		}
	}
	b.WriteString("//\n")
	return b.String()
}

// The genes that the tests are about: one without which growth is slower, one
// without which there is none, which the toy has too, and one that the organism
// does not know, of 1,000 amino acids.
const (
	slowGene    = "JCVISYN3A_0227"
	takenGene   = "JCVISYN3A_0445"
	foreignGene = "MINE_0001"
	mineBP      = 600_001
	mineKB      = 601
)

func foreign() biovm.Gene {
	return biovm.Gene{Locus: foreignGene, Type: "CDS", Start: 550_000, End: 553_002, Strand: "+"}
}

// genesOf are the genes of the organism, and those but one.
func genesOf(t *testing.T, vm biovm.VM, lost string) (all, without []biovm.Gene) {
	t.Helper()
	all, err := ability[biovm.GeneCatalog](t, vm).Genes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	without = slices.DeleteFunc(slices.Clone(all), func(g biovm.Gene) bool { return g.Locus == lost })
	if len(without) != len(all)-1 {
		t.Fatalf("the organism has %d genes, and %d without %s", len(all), len(without), lost)
	}
	return all, without
}

// testGenome holds that a VM lives by the genome that it was made with, long
// after the file is gone: without the genes that it lacks.
func testGenome(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	plain := create(t, d, spec(d, "plain"))
	_, without := genesOf(t, plain, slowGene)
	s := spec(d, "a")
	s.Genome = written(t, "mine.gb", annotation(mineBP, without...))
	if err := d.Check(t.Context(), s); err != nil {
		t.Fatalf("Check: %v", err)
	}
	vm := create(t, d, s)
	if s.Genome.SHA256 != "" {
		t.Errorf("Create changed the caller's spec: %+v", s.Genome)
	}
	if err := os.Remove(s.Genome.Source); err != nil {
		t.Fatal(err)
	}
	is := status(t, vm)
	if g := is.Spec.Genome; g == nil || g.Source != s.Genome.Source || !biovm.ValidSHA256(g.SHA256) || !strings.Contains(is.ModelVersion, g.SHA256[:12]) {
		t.Errorf("status of a vm with a genome: %+v of version %q", g, is.ModelVersion)
	}
	want := biovm.GenomeSummary{BasePairs: mineBP, Genes: len(without), MissingGenes: 1, Missing: []string{slowGene}}
	if form(t, is.Genome) != form(t, want) || len(is.Spec.Knockouts) != 0 || is.Grant.MemoryKB != mineKB {
		t.Errorf("genome %s, knock-outs %q and %d kb, want %s, none and %d", form(t, is.Genome), is.Spec.Knockouts, is.Grant.MemoryKB, form(t, want), mineKB)
	}
	if err := ability[biovm.Updater](t, plain).Update(t.Context(), biovm.Change{Knockouts: new([]string{slowGene})}); err != nil {
		t.Fatal(err)
	}
	if err := vm.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	got, knocked := metrics(t, vm).Growth, metrics(t, plain).Growth
	if !(got.GrowthRate > 0) || !closeTo(got.GrowthRate, knocked.GrowthRate) || !closeTo(got.FreeGrowthRate, knocked.FreeGrowthRate) {
		t.Errorf("without %s in its genome the vm grows at %v, %v free; with a knock-out at %v, %v", slowGene, got.GrowthRate, got.FreeGrowthRate, knocked.GrowthRate, knocked.FreeGrowthRate)
	}
	r := execute(t, vm, `[genome()["bp"], genome()["genes"], genome()["missing"], genome()["gc"], get_biological_status()["knockouts"], knockout("MMSYN1_0227")["ratio"]]`)
	if want := fmt.Sprintf(`[%d, %d, [%q], null, [%[3]q], 1.0]`, mineBP, len(without), slowGene); !sameJSON(t, r.Value, want) || r.ModelVersion != is.ModelVersion {
		t.Errorf("the vm says of its genome %s by version %q, want %s", r.Value, r.ModelVersion, want)
	}
	testGenomeUpdate(t, vm, without)
}

// testGenomeUpdate holds that the genome stays when the rest changes.
func testGenomeUpdate(t *testing.T, vm biovm.VM, genes []biovm.Gene) {
	t.Helper()
	u, list := ability[biovm.Updater](t, vm), ability[biovm.GeneCatalog](t, vm)
	if err := u.Update(t.Context(), biovm.Change{Knockouts: new([]string{genes[0].Locus, slowGene}), GenomeSource: new("elsewhere.gb")}); err != nil {
		t.Fatal(err)
	}
	is := status(t, vm)
	if g := is.Spec.Genome; g == nil || g.Source != "elsewhere.gb" || is.Genome.BasePairs != mineBP || is.Genome.Genes != len(genes) || is.Genome.KnockedOut != 1 {
		t.Errorf("after Update the vm has the genome %+v: %s", g, form(t, is.Genome))
	}
	if left, err := list.Genes(t.Context()); err != nil || len(left) != len(genes)-1 || left[0].Locus != genes[1].Locus {
		t.Errorf("after a knock-out there are %d genes, %v; want %d", len(left), err, len(genes)-1)
	}
	if err := u.Update(t.Context(), biovm.Change{Knockouts: new([]string{"no-such-gene"})}); !slices.Equal(paths(err), []string{"knockouts[0]"}) || !strings.Contains(err.Error(), "with genome MINE") {
		t.Errorf("a knock-out of no gene: %v, want a problem at knockouts[0] that names the genome", err)
	}
	allocate := biovm.Allocation{MemoryKB: new(mineKB - 1)}
	if _, err := ability[biovm.Allocator](t, vm).Allocate(t.Context(), allocate); !slices.Equal(paths(err), []string{"memory_kb"}) {
		t.Errorf("less room than the genome takes: %v, want a problem at memory_kb", err)
	}
}

// testGenomeForeign holds that what the organism does not know takes ribosomes,
// until it is knocked out, and room.
func testGenomeForeign(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	few := func(s biovm.Spec) biovm.Spec {
		s.Chassis, s.Config.ResourceLimits.MaxRibosomes = biovm.ChassisOrthogonal, new(20)
		return s
	}
	plain := create(t, d, few(spec(d, "plain")))
	all, _ := genesOf(t, plain, takenGene)
	residues := 0
	for _, g := range all {
		if g.Type == "CDS" {
			residues += (g.End-g.Start+1)/3 - 1
		}
	}
	s := few(spec(d, "a"))
	s.Genome = written(t, "mine.gb", annotation(mineBP, append(all, foreign())...))
	vm := create(t, d, s)
	if is := status(t, vm).Genome; is.Genes != len(all)+1 || is.ForeignGenes != 1 || is.MissingGenes != 0 {
		t.Errorf("genome %s, want one foreign gene", form(t, is))
	}
	own, loaded := metrics(t, plain).Growth, metrics(t, vm).Growth
	if own.LimitedBy != biovm.LimitedByRibosomes || loaded.LimitedBy != biovm.LimitedByRibosomes {
		t.Fatalf("20 ribosomes do not limit growth: %+v, %+v", own, loaded)
	}
	if want := own.GrowthRate / (1 + 1000/float64(residues)); !closeTo(loaded.GrowthRate, want) || !closeTo(loaded.FreeGrowthRate, own.FreeGrowthRate) {
		t.Errorf("with a foreign gene the vm grows at %v, %v free; want %v, %v", loaded.GrowthRate, loaded.FreeGrowthRate, want, own.FreeGrowthRate)
	}
	if err := ability[biovm.Updater](t, vm).Update(t.Context(), biovm.Change{Knockouts: new([]string{foreignGene})}); err != nil {
		t.Fatal(err)
	}
	if got := metrics(t, vm).Growth.GrowthRate; !closeTo(got, own.GrowthRate) {
		t.Errorf("without its foreign gene the vm grows at %v, want %v", got, own.GrowthRate)
	}
	s.ID, s.Genome = "b", written(t, "large.gb", annotation(60_000_000, all...))
	_, err := d.Create(t.Context(), s)
	if e, ok := errors.AsType[*biovm.CapacityError](err); !ok || e.Resource != "memory_kb" || e.Want != 60_000 || !errors.Is(err, biovm.ErrNoCapacity) {
		t.Errorf("a genome of 60,000 kb: %v, want a lack of memory_kb", err)
	}
}

// testGenomeAndModel holds that a VM can have both, and lacks of its network what
// its genome lacks.
func testGenomeAndModel(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	all, without := genesOf(t, create(t, d, spec(d, "plain")), takenGene)
	for id, tt := range map[biovm.ID]struct {
		genes []biovm.Gene
		free  float64
	}{"a": {all, toyFree}, "b": {without, 0}} {
		s := spec(d, id)
		s.Model, s.Genome = written(t, "toy.json", toy), written(t, "mine.gb", annotation(mineBP, tt.genes...))
		vm := create(t, d, s)
		if g := metrics(t, vm).Growth; !closeTo(g.FreeGrowthRate, tt.free) {
			t.Errorf("with a genome of %d genes the toy grows at %v free, want %v", len(tt.genes), g.FreeGrowthRate, tt.free)
		}
		is := status(t, vm)
		if !strings.Contains(is.ModelVersion, "+genome-"+is.Spec.Genome.SHA256[:12]+"+model-"+toySum()[:12]) {
			t.Errorf("model version %q, want genome and model in it", is.ModelVersion)
		}
	}
}

// testGenomeRefused holds that what is wrong with a genome is said of the file.
func testGenomeRefused(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	all, _ := genesOf(t, create(t, d, spec(d, "plain")), takenGene)
	whole := annotation(mineBP, all...)
	right := written(t, "mine.gb", whole)
	wrongSum := &biovm.Source{Source: right.Source, SHA256: strings.Repeat("0", 64)}
	genome := func(name, content string) func(s *biovm.Spec) {
		return func(s *biovm.Spec) { s.Genome = written(t, name, content) }
	}
	for name, tt := range map[string]struct {
		change func(s *biovm.Spec)
		paths  []string
		words  []string
	}{
		"missing":       {func(s *biovm.Spec) { s.Genome = &biovm.Source{Source: "/no/such/genome.gb"} }, []string{"genome.source"}, []string{"/no/such/genome.gb", "no such file"}},
		"another sum":   {func(s *biovm.Spec) { s.Genome = wrongSum }, []string{"genome.sha256"}, []string{wrongSum.SHA256}},
		"broken":        {genome("broken.gb", strings.Replace(whole, fmt.Sprintf("%d..%d", all[0].Start, all[0].End), "one..two", 1)), []string{"genome.source"}, []string{"broken.gb", "record MINE", "line 3"}},
		"outside":       {genome("short.gb", annotation(1000, all...)), []string{"genome.source"}, []string{"short.gb", "record MINE", "line 3", "1000"}},
		"no genome":     {genome("readme.md", "hello"), []string{"genome.source"}, []string{"readme.md", "not a genome"}},
		"no genes":      {genome("bare.fasta", ">mine\nACGT\n"), []string{"genome.source"}, []string{"bare.fasta", "no genes"}},
		"another's":     {genome("other.gb", annotation(mineBP, all[0], all[1], foreign())), []string{"genome.source"}, []string{"other.gb", fmt.Sprintf("of its 3 genes 2 are among the %d", len(all))}},
		"both wrong":    {func(s *biovm.Spec) { genome("readme.md", "hello")(s); s.Model = written(t, "model.md", "hello") }, []string{"genome.source", "model.source"}, []string{"readme.md", "model.md"}},
		"no such gene":  {func(s *biovm.Spec) { s.Genome, s.Knockouts = right, []string{"nothing"} }, []string{"knockouts[0]"}, []string{"with genome MINE"}},
		"no file, http": {func(s *biovm.Spec) { s.Genome = &biovm.Source{Source: "http://example.org/a.gb"} }, []string{"genome.source"}, []string{"https"}},
	} {
		s := spec(d, "a")
		tt.change(&s)
		_, err := d.Create(t.Context(), s)
		for door, err := range map[string]error{"Check": d.Check(t.Context(), s), "Create": err} {
			if got := paths(err); !slices.Equal(slices.Sorted(slices.Values(got)), tt.paths) || !errors.Is(err, biovm.ErrInvalid) {
				t.Errorf("%s: %s = %v, with problems at %q; want %q", name, door, err, got, tt.paths)
				continue
			}
			checkOpError(t, err, strings.ToLower(door), "a")
			for _, word := range tt.words {
				if !strings.Contains(err.Error(), word) {
					t.Errorf("%s: %s = %v, want it to name %s", name, door, err, word)
				}
			}
		}
	}
}
