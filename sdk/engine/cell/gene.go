package cell

import (
	"context"
	"math"
	"slices"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

// Genes lists the genes that the cell has, in the genome's order: its
// organism's less its knock-outs. What only the network counts as a gene
// ([organism.Organism.ModelOnlyGenes]) is not among them.
func (c *Cell) Genes() []biovm.Gene {
	genes := make([]biovm.Gene, 0, len(c.Organism.Genes()))
	for _, g := range c.Organism.Genes() {
		if _, lost := slices.BinarySearch(c.Knockouts, g.Locus); !lost {
			genes = append(genes, Describe(c.Organism.Type(), g))
		}
	}
	return genes
}

// Describe puts a gene of an organism's table in the vocabulary's form.
func Describe(t biovm.BiologicalType, g organism.Gene) biovm.Gene {
	d := biovm.Gene{
		Locus: g.Locus, Symbol: g.Symbol, Aliases: g.Aliases, Product: g.Product,
		Start: g.Start, End: g.End, Type: g.Type, InModel: g.InModel,
		ProteinsPerCell: max(0, g.ProteinCount),
	}
	switch g.Strand {
	case 1:
		d.Strand = "+"
	case -1:
		d.Strand = "-"
	}
	// E. coli's N only says that neither list of essential genes has the gene.
	if t != biovm.EColi || g.EssentialInVivo() {
		d.Essentiality = g.Essentiality
	}
	return d
}

// EssentialGenes predicts what the cell cannot lose, one gene at a time, and
// looks up what experiments say. The prediction is about the free cell on its
// medium, without what it has lost already: a property of the organism, not of
// the grant. For a cell that does not grow there is no prediction: InSilico is
// empty and Agreement zero.
func (c *Cell) EssentialGenes(ctx context.Context) (biovm.EssentialGenes, error) {
	return recall(ctx, c.memo, c.circumstance("essential"), func() (biovm.EssentialGenes, error) {
		return c.solveEssentialGenes(ctx)
	})
}

func (c *Cell) solveEssentialGenes(ctx context.Context) (biovm.EssentialGenes, error) {
	q, err := c.question(ctx)
	if err != nil {
		return biovm.EssentialGenes{}, err
	}
	inSilico, err := solve(ctx, c.bench, func(a *metabolism.Analyzer) ([]string, error) {
		return a.EssentialGenes(ctx, q)
	})
	if err != nil {
		return biovm.EssentialGenes{}, err
	}
	lost := func(locus string) bool {
		_, found := slices.BinarySearch(c.Knockouts, locus)
		return found
	}
	e := biovm.EssentialGenes{
		InSilico: slices.DeleteFunc(append([]string{}, inSilico...), lost),
		InVivo:   slices.DeleteFunc(append([]string{}, c.Organism.EssentialInVivo()...), lost),
	}
	slices.Sort(e.InVivo)
	if wild, err := c.FreeGrowthRate(ctx); err != nil || !(wild > 0) {
		return e, err // there is no prediction that could agree
	}
	for _, g := range c.Organism.Genes() {
		if !g.InModel || lost(g.Locus) {
			continue
		}
		_, predicted := slices.BinarySearch(e.InSilico, g.Locus)
		count(&e.Agreement, predicted, g.EssentialInVivo())
	}
	rate(&e.Agreement)
	return e, nil
}

func count(a *biovm.Agreement, predicted, observed bool) {
	switch {
	case predicted && observed:
		a.TruePositives++
	case predicted:
		a.FalsePositives++
	case observed:
		a.FalseNegatives++
	default:
		a.TrueNegatives++
	}
}

// rate fills in accuracy and Matthews' correlation coefficient, both 0 where
// they are not defined.
func rate(a *biovm.Agreement) {
	tp, tn := float64(a.TruePositives), float64(a.TrueNegatives)
	fp, fn := float64(a.FalsePositives), float64(a.FalseNegatives)
	if all := tp + tn + fp + fn; all > 0 {
		a.Accuracy = (tp + tn) / all
	}
	if d := math.Sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)); d > 0 {
		a.MCC = (float64(tp*tn) - float64(fp*fn)) / d
	}
}
