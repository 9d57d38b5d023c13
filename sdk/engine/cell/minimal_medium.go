package cell

import (
	"context"
	"fmt"
	"math"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// MinimalMedium finds what of its medium the cell needs to grow at a rate, in
// 1/h, or faster: exchange reactions with their uptake, in mmol/gDW/h, of the
// least total (see [metabolism.Analyzer.MinimalMedium]). Free leaves the grant aside. Nil means
// that the cell cannot grow so fast. A rate that makes no sense is a
// [metabolism.ValueError].
func (c *Cell) MinimalMedium(ctx context.Context, growth float64, free bool) (map[string]float64, error) {
	if !(growth >= 0) || math.IsInf(growth, 1) { // which no key could hold
		return nil, &metabolism.ValueError{Field: "growth", Name: string(c.Organism.Type()), Text: fmt.Sprintf("%v must be a finite number of 0 or more, in 1/h", growth)}
	}
	s, q := c.circumstance("minimal_medium"), c.question()
	if !free {
		s, q = s.granted(c), c.granted(c.Grant.ATP, c.ribosomes())
	}
	s.Growth = growth
	return recall(ctx, c.memo, s, func() (map[string]float64, error) {
		return solve(ctx, c.bench, func(a *metabolism.Analyzer) (map[string]float64, error) {
			return a.MinimalMedium(ctx, q, growth)
		})
	})
}
