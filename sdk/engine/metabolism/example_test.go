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
