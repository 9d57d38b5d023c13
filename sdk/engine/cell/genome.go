package cell

import "github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"

// WithGenome is the line, of an organism as it is shipped, with another genome and
// the same network; see [organism.Organism.WithGenome]. Its cells lack the genes
// that are missing in it.
func (l *Line) WithGenome(g organism.Genome) (*Line, error) {
	changed, err := l.organism.WithGenome(g)
	if err != nil {
		return nil, err
	}
	return &Line{organism: changed, bench: l.bench}, nil
}

// aminoAcids is how many amino acids are in all proteins of the cell: P of its
// organism, and what its foreign genes add to that, P' = P·(1 + load); see
// [organism.Organism.ForeignLoad].
func (c *Cell) aminoAcids() float64 {
	p := c.Organism.Constants().AminoAcidsPerCell
	return p + float64(p*c.Organism.ForeignLoad(c.lost))
}
