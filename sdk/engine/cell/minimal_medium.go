package cell

import (
	"context"
	"math"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// MinimalMedium finds what of its medium the cell needs to grow at a rate, in
// 1/h, or faster: exchange reactions with their uptake, in mmol/gDW/h, of the
// least total (see [metabolism.Analyzer.MinimalMedium]). Free leaves the grant
// aside. Nil means that the cell cannot grow so fast. A rate that makes no sense
// is a [metabolism.ValueError].
func (c *Cell) MinimalMedium(ctx context.Context, growth float64, free bool) (map[string]float64, error) {
	s := c.circumstance("minimal_medium")
	if !free {
		s = s.granted(c)
	}
	q, err := c.asked(ctx, free)
	if err != nil {
		return nil, err
	}
	ask := func() (map[string]float64, error) {
		return solve(ctx, c.bench, func(a *metabolism.Analyzer) (map[string]float64, error) {
			return a.MinimalMedium(ctx, q, growth)
		})
	}
	if math.IsNaN(growth) || math.IsInf(growth, 0) { // no key could hold these
		return ask()
	}
	s.Growth = growth
	return recall(ctx, c.memo, s, ask)
}
