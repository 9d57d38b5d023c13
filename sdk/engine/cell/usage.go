package cell

import (
	"context"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

const bpPerKB = 1000

// Usage says what the cell holds of its chassis and what it makes of it. Its
// limits are those of the settings in force, and the chassis' capacity where
// settings say nothing.
func (c *Cell) Usage(ctx context.Context) (biovm.Usage, error) {
	g, err := c.Growth(ctx)
	if err != nil {
		return biovm.Usage{}, err
	}
	k := c.Organism.Constants()
	busy := c.occupied(g.GrowthRate * c.aminoAcids() / (secondsPerHour * k.TranslationRate))
	share := 0.0
	if c.rationed() {
		share = g.ATP.Produced / k.ATPReference * percent
	}
	return biovm.Usage{
		Grant: c.Grant, Limits: c.Kind.Limits(c.Organism.Type(), c.Config, false),
		ATPPercent: share,
		Ribosomes:  busy / c.Kind.RibosomesPerUnit,
		MemoryKB:   (c.Organism.GenomeBP() + bpPerKB - 1) / bpPerKB,
	}, nil
}
