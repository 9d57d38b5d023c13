package metabolism_test

import (
	"context"
	"fmt"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

// A cell with the ribosomes of one unit of an ecoli chassis, and with two.
func ExampleAnalyzer_FBA() {
	ctx := context.Background()
	cell, err := organism.Of(biovm.Syn3A)
	if err != nil {
		fmt.Println(err)
		return
	}
	analyzer, constants := metabolism.NewAnalyzer(cell.Model()), cell.Constants()
	for _, ribosomes := range []float64{325, 650} {
		f, err := analyzer.FBA(ctx, metabolism.Question{Allocation: &metabolism.Allocation{
			ATPShare: 100, Ribosomes: ribosomes,
			Rate: constants.TranslationRate, AminoAcids: constants.AminoAcidsPerCell,
		}})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%.0f ribosomes: %.1f minutes, limited by %s\n", ribosomes, f.DoublingMinutes(), f.LimitedBy)
	}
	// Output:
	// 325 ribosomes: 163.2 minutes, limited by ribosomes
	// 650 ribosomes: 121.5 minutes, limited by metabolism
}

// The growth of E. coli on glucose as the ratio of two whole numbers: nothing
// was rounded on the way, and it is proven that no fluxes bring more.
func ExampleAnalyzer_FBAExact() {
	cell, err := organism.Of(biovm.EColi)
	if err != nil {
		fmt.Println(err)
		return
	}
	exact, err := metabolism.NewAnalyzer(cell.Model()).FBAExact(context.Background(), metabolism.Question{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s = %s/h\n", exact.Objective, exact.Objective.FloatString(30))
	// Output:
	// 186512000/212671143 = 0.876997214426970940763693549153/h
}

// A question about a gene that the model does not have.
func ExampleQuestion_Check() {
	cell, err := organism.Of(biovm.EColi)
	if err != nil {
		fmt.Println(err)
		return
	}
	q := metabolism.Question{Knockouts: []string{"b0727", "b07270"}}
	fmt.Println(q.Check(cell.Model()))
	// Output:
	// unknown gene "b07270": did you mean b0727, b0720, b0721?
}

// syn3A is the analyzer of JCVI-syn3A in its medium.
func syn3A() (*metabolism.Analyzer, error) {
	cell, err := organism.Of(biovm.Syn3A)
	if err != nil {
		return nil, err
	}
	return metabolism.NewAnalyzer(cell.Model()), nil
}

// The least fluxes with which the cell grows at its best.
func ExampleAnalyzer_PFBA() {
	analyzer, err := syn3A()
	if err != nil {
		fmt.Println(err)
		return
	}
	f, err := analyzer.PFBA(context.Background(), metabolism.Question{})
	if err != nil {
		fmt.Println(err)
		return
	}
	glucose, _ := f.Of("EX_glc__D_e")
	fmt.Printf("growth %.4f/h with fluxes of %.1f mmol/gDW/h in all, %.2f of them glucose\n", f.Growth, f.TotalFlux, -glucose)
	// Output: growth 0.3424/h with fluxes of 263.9 mmol/gDW/h in all, 7.40 of them glucose
}

// What pyruvate kinase may do while the cell grows at nine tenths of its best.
func ExampleAnalyzer_Variability() {
	analyzer, err := syn3A()
	if err != nil {
		fmt.Println(err)
		return
	}
	v, err := analyzer.Variability(context.Background(), metabolism.Question{}, 0.9, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	j, _ := analyzer.Model().Reaction("PYK")
	fmt.Printf("%.2f to %.2f mmol/gDW/h\n", v.Ranges[j].Min, v.Ranges[j].Max)
	// Output: 0.00 to 6.41 mmol/gDW/h
}

// The genes that the cell cannot lose.
func ExampleAnalyzer_Deletions() {
	analyzer, err := syn3A()
	if err != nil {
		fmt.Println(err)
		return
	}
	screen, err := analyzer.Deletions(context.Background(), metabolism.Question{}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	essential := screen.Essential()
	fmt.Println(len(essential), "of", len(screen.Deletions), "genes, among them", essential[0])
	// Output: 123 of 155 genes, among them JCVISYN3A_0008
}

// What a cell cannot lose depends on where it lives: here with oxygen, and
// without.
func ExampleAnalyzer_EssentialGenes() {
	analyzer, err := syn3A()
	if err != nil {
		fmt.Println(err)
		return
	}
	without := map[string]float64{}
	for exchange, uptake := range analyzer.Model().Medium() {
		if exchange != "EX_o2_e" {
			without[exchange] = uptake
		}
	}
	for _, medium := range []map[string]float64{nil, without} {
		genes, err := analyzer.EssentialGenes(context.Background(), metabolism.Question{Medium: medium})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(len(genes), "essential genes")
	}
	// Output:
	// 123 essential genes
	// 124 essential genes
}

// The reactions that the cell cannot lose, as COBRApy counts them.
func ExampleAnalyzer_ReactionDeletions() {
	analyzer, err := syn3A()
	if err != nil {
		fmt.Println(err)
		return
	}
	screen, err := analyzer.ReactionDeletions(context.Background(), metabolism.Question{EraseBounds: true}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(screen.Essential()), "of", len(screen.Deletions), "reactions")
	// Output: 134 of 338 reactions
}

// A cell that just lost a gene, before it adapts and when it did.
func ExampleAnalyzer_MOMA() {
	ctx := context.Background()
	analyzer, err := syn3A()
	if err != nil {
		fmt.Println(err)
		return
	}
	intact, err := analyzer.PFBA(ctx, metabolism.Question{})
	if err != nil {
		fmt.Println(err)
		return
	}
	lost := metabolism.Question{Knockouts: []string{"JCVISYN3A_0227"}}
	before, err := analyzer.MOMA(ctx, lost, intact.Fluxes)
	if err != nil {
		fmt.Println(err)
		return
	}
	after, err := analyzer.FBA(ctx, lost)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("intact %.3f/h, at once %.3f/h, adapted %.3f/h\n", intact.Growth, before.Growth, after.Growth)
	// Output: intact 0.342/h, at once 0.207/h, adapted 0.215/h
}

// What the cell needs of its medium to grow at 0.1/h.
func ExampleAnalyzer_MinimalMedium() {
	analyzer, err := syn3A()
	if err != nil {
		fmt.Println(err)
		return
	}
	medium, err := analyzer.MinimalMedium(context.Background(), metabolism.Question{}, 0.1)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d of %d components, glucose at %.2f mmol/gDW/h\n", len(medium), len(analyzer.Model().Medium()), medium["EX_glc__D_e"])
	// Output: 44 of 78 components, glucose at 4.33 mmol/gDW/h
}

// How growth depends on the ribosomes: each adds as much, until the network on
// its medium takes over.
func ExampleAnalyzer_Curve() {
	cell, err := organism.Of(biovm.Syn3A)
	if err != nil {
		fmt.Println(err)
		return
	}
	constants := cell.Constants()
	curve, err := metabolism.NewAnalyzer(cell.Model()).Curve(context.Background(), metabolism.Question{
		Allocation: &metabolism.Allocation{ATPShare: 100, Rate: constants.TranslationRate, AminoAcids: constants.AminoAcidsPerCell},
	}, metabolism.ResourceRibosomes, 100, 1000)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range curve {
		fmt.Printf("%.1f ribosomes: %.4f/h, then %.6f more for each, limited by %s\n", p.Amount, p.Growth, p.Slope, p.LimitedBy)
	}
	// Output:
	// 100.0 ribosomes: 0.0784/h, then 0.000784 more for each, limited by ribosomes
	// 436.8 ribosomes: 0.3424/h, then 0.000000 more for each, limited by metabolism
	// 1000.0 ribosomes: 0.3424/h, then 0.000000 more for each, limited by metabolism
}

// What is doubtful about a network: here a reaction that makes a carbon.
func ExampleModel_Check() {
	m, err := metabolism.NewModel("doubtful", "out", []metabolism.Metabolite{
		{ID: "a_c", Compartment: "c", Formula: "C2"}, {ID: "b_c", Compartment: "c", Formula: "C"},
	}, []metabolism.Reaction{
		{ID: "in", Terms: []metabolism.Term{{Metabolite: 1, Coef: 1}}, Upper: 10},
		{ID: "join", Terms: []metabolism.Term{{Metabolite: 1, Coef: -1}, {Metabolite: 0, Coef: 1}}, Upper: 1000},
		{ID: "out", Terms: []metabolism.Term{{Metabolite: 0, Coef: -1}}, Upper: 1000},
	}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, i := range m.Check().Imbalances {
		fmt.Println(i.Reaction, "makes", i.Elements)
	}
	// Output: join makes map[C:1]
}

// The ATP that a share is a share of.
func ExampleATPReference() {
	analyzer, err := syn3A()
	if err != nil {
		fmt.Println(err)
		return
	}
	atp, err := metabolism.ATPReference(context.Background(), analyzer.Model())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.2f mmol/gDW/h\n", atp)
	// Output: 27.37 mmol/gDW/h
}
