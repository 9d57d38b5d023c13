package organism_test

import (
	"fmt"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

func ExampleOf() {
	cell, err := organism.Of(biovm.Syn3A)
	if err != nil {
		fmt.Println(err)
		return
	}
	model := cell.Model()
	fmt.Printf("%s: %d bp, %d genes\n", cell.Name(), cell.GenomeBP(), len(cell.Genes()))
	fmt.Printf("%s: %d reactions, %d metabolites, %d genes\n", model.ID(), len(model.Reactions()), len(model.Metabolites()), len(model.Genes()))
	// Output:
	// JCVI-syn3A: 543379 bp, 496 genes
	// iMB155: 338 reactions, 304 metabolites, 155 genes
}

func ExampleOrganism_Gene() {
	cell, err := organism.Of(biovm.EColi)
	if err != nil {
		fmt.Println(err)
		return
	}
	gene, _ := cell.Gene("lacZ")
	fmt.Println(gene.Locus, gene.Product, gene.Length(), "bp")
	if _, ok := cell.Gene("lacZZ"); !ok {
		fmt.Println("did you mean", cell.Near("lacZZ", 1))
	}
	// Output:
	// b0344 beta-galactosidase 3075 bp
	// did you mean [lacZ]
}

func ExampleOrganism_Facts() {
	cell, err := organism.Of(biovm.EColi)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, fact := range cell.Facts() {
		if fact.Key == "translation_rate" {
			fmt.Println(fact.Value, fact.Unit)
			fmt.Println(fact.Source)
		}
	}
	// Output:
	// 15.3 aa/s/ribosome
	// 18 aa/s elongation times 0.85 active ribosomes, at a doubling time of 60 min, Dennis & Bremer 2008, EcoSal Plus 3(1), doi:10.1128/ecosal.5.2.3
}
