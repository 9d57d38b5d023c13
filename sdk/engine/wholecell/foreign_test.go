package wholecell_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/wholecell"
)

// withForeign is syn3A with so many foreign genes of so many amino acids each, on
// a genome of so many bases, half of them before its middle.
func withForeign(tb testing.TB, n, residues, bp int) *organism.Organism {
	tb.Helper()
	own := syn3a(tb)
	g := &genome.Genome{Records: []genome.Record{{ID: "mine", Circular: true, Length: bp}}}
	for _, x := range own.Genes() {
		g.Genes = append(g.Genes, genome.Gene{Locus: x.Locus, Name: x.Symbol, Type: x.Type, Start: x.Start, End: x.End, Strand: x.Strand, Pseudo: x.Type == "pseudogene"})
	}
	for i := range n {
		at := 1 + (bp-10_000)*(2*i+1)/(2*n)
		l := genome.Location{Kind: genome.Range, Start: at, End: at + 3*residues + 2}
		g.Genes = append(g.Genes, genome.Gene{
			Locus: fmt.Sprintf("F_%d", i+1), Type: "CDS", Start: l.Start, End: l.End, Strand: 1, Location: l,
			Codings: []genome.Coding{{Location: l, Code: 4, FirstBase: 1}},
		})
	}
	taken, err := organism.NewGenome(g, strings.Repeat("5", 64))
	if err != nil {
		tb.Fatal(err)
	}
	o, err := own.WithGenome(taken)
	if err != nil {
		tb.Fatal(err)
	}
	if len(o.Foreign()) != n {
		tb.Fatalf("%d foreign genes, want %d", len(o.Foreign()), n)
	}
	return o
}

// Foreign genes have messengers and proteins, are replicated, and can be knocked
// out; a cell that goes on in another process is the same.
func TestForeignGenesAreExpressed(t *testing.T) {
	t.Parallel()
	o := withForeign(t, 20, 300, 600_000)
	c, err := wholecell.New(o, wholecell.Config{Seed: 1, Ribosomes: 503, Polymerases: 187, Knockouts: []string{"F_2"}})
	if err != nil {
		t.Fatal(err)
	}
	before, err := c.Observe("protein:F_1", "copies:F_1", "copies:dnaA", "mass")
	if err != nil || before[0] != 180 || before[1] != 1 || before[2] != 1 || before[3] != 1 {
		t.Fatalf("protein:F_1, copies:F_1, copies:dnaA, mass = %v, %v; want 180, 1, 1, 1", before, err)
	}
	if _, err := c.Observe("protein:F_2"); !errors.Is(err, biovm.ErrInvalid) {
		t.Errorf("protein of a gene that is knocked out: %v", err)
	}
	const minutes = 2
	advance(t, c, 60*minutes)
	restored, err := wholecell.Restore(t.Context(), o, checkpoint(t, c))
	if err != nil {
		t.Fatal(err)
	}
	made := 0.0
	for i := range 20 {
		if i == 1 {
			continue
		}
		v, err := restored.Observe(fmt.Sprintf("protein:F_%d", i+1))
		if err != nil {
			t.Fatal(err)
		}
		made += v[0] - 180
	}
	// 19 genes of 180 proteins grow by 2 min of 115.
	if want := 19 * 180 * (math.Exp2(minutes/115.0) - 1); made < want/2 || made > want*2 {
		t.Errorf("%v foreign proteins were made in %v min, want about %v", made, minutes, want)
	}
	for _, a := range restored.Accounts() {
		if a.Balance() != 0 {
			t.Errorf("account %+v lacks %v", a, a.Balance())
		}
	}
	if _, err := wholecell.Restore(t.Context(), syn3a(t), checkpoint(t, c)); err == nil || !strings.Contains(err.Error(), "is of the model") {
		t.Errorf("Restore without the foreign genes: %v, want an error about the model", err)
	}
}

// A gene that a cell could not pay for at once is refused by name, unless it is
// knocked out.
func TestForeignGeneThatIsTooLong(t *testing.T) {
	t.Parallel()
	o := withForeign(t, 1, 9000, 600_000)
	if _, err := wholecell.New(o, wholecell.Config{}); !errors.Is(err, biovm.ErrUnsupported) || !strings.Contains(err.Error(), "F_1") || !strings.Contains(err.Error(), "knock it out") {
		t.Errorf("New with a gene of 27 kb: %v, want ErrUnsupported that names it", err)
	}
	if _, err := wholecell.New(o, wholecell.Config{Knockouts: []string{"F_1"}}); err != nil {
		t.Errorf("New without it: %v", err)
	}
}
