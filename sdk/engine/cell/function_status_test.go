package cell_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/cell"
)

// lacking names the functions that lack something, and what.
func lacking(functions []cell.Function) string {
	var all []string
	for _, f := range functions {
		if !f.Supported() {
			all = append(all, fmt.Sprintf("%s: %s", f.Name, strings.Join(f.Missing, ", ")))
		}
	}
	return strings.Join(all, "; ")
}

func TestFunctionStatus(t *testing.T) {
	t.Parallel()
	// A cell with the published counts, but for some genes that it does not
	// express.
	without := func(c *cell.Cell, symbols ...string) cell.Expression {
		silent := map[string]bool{}
		for _, s := range symbols {
			g, ok := c.Organism.Gene(s)
			if !ok {
				t.Fatalf("no gene %s", s)
			}
			silent[g.Locus] = true
		}
		return func(locus string) (float64, bool) {
			g, ok := c.Organism.Gene(locus)
			if silent[locus] {
				return 0, true
			}
			return g.ProteinCount, ok && g.ProteinCount > 0
		}
	}
	for _, tt := range []struct {
		name   string
		lost   []string
		silent []string
		atp    float64
		want   []string // each in what is lacking; none means nothing is
	}{
		{"wild type", nil, nil, 100, nil},
		{"dnaA is gone", []string{"dnaA"}, nil, 100, []string{"DNA replication: gene dnaA"}},
		{"dnaE and polC are not expressed", nil, []string{"dnaE", "polC"}, 100, []string{"DNA replication: protein of gene polC", "protein of gene dnaE"}},
		{"tuf is not expressed", nil, []string{"tuf"}, 100, []string{"protein synthesis: protein of gene tuf"}},
		{"no kinase makes ATP", nil, []string{"pgk", "pyk", "ackA"}, 100, []string{"energy production: enzymes"}},
		{"too little ATP granted", nil, nil, 2, []string{"DNA replication: flux", "protein synthesis: flux", "energy production: the network cannot"}},
	} {
		c := newCell(t, biovm.Spec{BiologicalType: biovm.MinimalCell, Knockouts: tt.lost}, nil, holds(tt.atp, 15))
		functions, err := c.FunctionStatus(t.Context(), without(c, tt.silent...))
		if err != nil {
			t.Fatal(err)
		}
		lacks := lacking(functions)
		if len(functions) != 3 || (lacks == "") != (len(tt.want) == 0) {
			t.Errorf("%s: lacks %q", tt.name, lacks)
		}
		for _, want := range tt.want {
			if !strings.Contains(lacks, want) {
				t.Errorf("%s: lacks %q, want it to say %q", tt.name, lacks, want)
			}
		}
	}
}

// TestFunctionEvidence: the fluxes are those of the flux distribution that the
// cell answers with, and every gene is accounted for.
func TestFunctionEvidence(t *testing.T) {
	t.Parallel()
	c := newCell(t, biovm.Spec{BiologicalType: biovm.Syn3A}, nil, holds(100, 15))
	functions, err := c.FunctionStatus(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	a, err := c.FBA(t.Context(), cell.Request{Parsimonious: true, Fluxes: []string{"DNAP", "Protein_transl"}})
	if err != nil {
		t.Fatal(err)
	}
	genes, fluxes := map[string]int{}, map[string]float64{}
	for _, f := range functions {
		for _, e := range f.Evidence {
			if e.Kind == "gene" {
				genes[f.Name]++
			} else {
				fluxes[e.Subject] = e.Value
			}
		}
	}
	for _, r := range a.Fluxes {
		if math.Abs(fluxes[r.Reaction]-r.Rate) > 1e-9 || r.Rate <= 0 {
			t.Errorf("flux of %s: %v as evidence, %v of FBA", r.Reaction, fluxes[r.Reaction], r.Rate)
		}
	}
	if math.Abs(fluxes["regeneration of ATP"]-a.ATP.Produced) > 1e-6 {
		t.Errorf("regeneration of ATP: %v as evidence, %v of FBA", fluxes["regeneration of ATP"], a.ATP.Produced)
	}
	// Counted in the table by hand: genes of class E, by category.
	if genes["DNA replication"] != 20 || genes["protein synthesis"] != 77 {
		t.Errorf("%v essential genes, want 20 of DNA replication and topology and 77 of translation", genes)
	}
	// What start looks at is the same genes.
	start, err := c.Functions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i := range start {
		if lacking(start) != "" || start[i].Name != functions[i].Name {
			t.Errorf("Functions: %+v", start[i])
		}
	}
	// E. coli has no such reactions: growth stands for them.
	functions, err = newCell(t, biovm.Spec{BiologicalType: biovm.EColi}, nil, holds(100, 60)).FunctionStatus(t.Context(), nil)
	if err != nil || lacking(functions) != "" {
		t.Errorf("ecoli lacks %q, %v", lacking(functions), err)
	}
}
