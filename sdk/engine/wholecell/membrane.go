package wholecell

import (
	"math"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

// swell sets the volume from the surface of the membrane: a sphere's, until it
// has twice a newborn cell's volume, as published; more surface then is that of
// the two cells to come. Each protein in the membrane covers 28 nm². Lipids make
// up the rest of a newborn cell's surface and grow with its mass, because
// iMB155's biomass holds them in a fixed proportion; the published model counts
// them one by one.
func (c *Cell) swell() {
	const most = 2
	b := c.plan
	area := c.surface() / c.newbornSurface()
	ratio := min(most, area*math.Sqrt(area))
	c.put(b.dilution, 1/max(ratio, least))
}

// least is the smallest volume, as a share of a newborn cell's, that rate laws
// are worked out for: a daughter that is smaller got next to nothing.
const least = 0.05

// surface is the area of the membrane, in nm².
func (c *Cell) surface() float64 {
	b := c.plan
	proteins := 0.0
	for i := range b.genes.proteins {
		if p := &b.genes.proteins[i]; p.role == organism.RoleMembrane {
			proteins += c.x[p.folded]
		}
	}
	return float64(b.normal.lipid*(c.x[b.mass]/b.normal.residues)) + float64(membraneProtein*proteins)
}

func (c *Cell) newbornSurface() float64 {
	r := c.plan.organism.Constants().CellRadius
	return square * r * r
}

// weigh counts the amino acids in protein.
func (c *Cell) weigh() {
	b := c.plan
	total := 0.0
	for i := range b.genes.proteins {
		p := &b.genes.proteins[i]
		n := c.x[p.folded]
		if p.nascent != p.folded {
			n += c.x[p.nascent]
		}
		total += float64(n * p.residues)
	}
	if i := b.normal.starter; i >= 0 {
		for _, sp := range b.boundStarter() {
			total += float64(c.x[sp] * b.genes.proteins[i].residues)
		}
	}
	c.put(b.mass, total)
}
