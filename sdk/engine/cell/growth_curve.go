package cell

import (
	"context"
	"math"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// A CurveRequest asks for growth as a function of one resource of the grant.
type CurveRequest struct {
	Resource metabolism.Resource
	// From and To are the ends, in percent of ATP or units of ribosomes.
	From, To float64
	// Free leaves the other resource without limit, in place of the grant's.
	Free bool
}

// A CurvePoint is where the curve changes its slope, or one of its ends.
type CurvePoint struct {
	Amount     float64 `json:"amount"`      // percent of ATP or units of ribosomes
	GrowthRate float64 `json:"growth_rate"` // 1/h
	// Slope is what one percent or unit more brings from here on, 1/h, and
	// LimitedBy what limits from here on; at the last point as before it.
	Slope     float64 `json:"slope"`
	LimitedBy string  `json:"limited_by"`
}

// GrowthCurve returns growth over the amounts of a resource: between two points
// it is a straight line (see [metabolism.Analyzer.Curve]). Amounts that make no
// sense are a [metabolism.ValueError].
func (c *Cell) GrowthCurve(ctx context.Context, r CurveRequest) ([]CurvePoint, error) {
	if math.IsNaN(r.From+r.To) || math.IsInf(r.From+r.To, 0) { // no key could hold these
		return c.solveCurve(ctx, r)
	}
	s := c.circumstance("growth_curve/atp")
	if r.Resource == metabolism.ResourceRibosomes {
		s.Question, s.PerUnit = "growth_curve/ribosomes", c.Kind.RibosomesPerUnit
	}
	if s.Amounts = []float64{r.From, r.To}; !r.Free {
		s = s.granted(c)
	}
	return recall(ctx, c.memo, s, func() ([]CurvePoint, error) { return c.solveCurve(ctx, r) })
}

func (c *Cell) solveCurve(ctx context.Context, r CurveRequest) ([]CurvePoint, error) {
	atp, ribosomes, unit := c.Grant.ATP, c.ribosomes(), 1.0
	if r.Free {
		atp, ribosomes = percent, math.Inf(1)
	}
	q, err := c.lightly(ctx, atp, ribosomes)
	if err != nil {
		return nil, err
	}
	if r.Resource == metabolism.ResourceRibosomes {
		unit = c.Kind.RibosomesPerUnit
	}
	// What works of an amount, and what useless protein leaves of the growth.
	scale, left := unit, 1-c.Clamps.Cost
	if r.Resource == metabolism.ResourceRibosomes {
		scale = c.working(unit)
	}
	if scale == 0 { // no ribosome works, however many there are
		return []CurvePoint{{Amount: r.From, LimitedBy: metabolism.LimitedByRibosomes}, {Amount: r.To, LimitedBy: metabolism.LimitedByRibosomes}}, nil
	}
	found, err := solve(ctx, c.bench, func(a *metabolism.Analyzer) ([]metabolism.Breakpoint, error) {
		return a.Curve(ctx, q, r.Resource, float64(r.From*scale), float64(r.To*scale))
	})
	if err != nil {
		return nil, err
	}
	points := make([]CurvePoint, len(found))
	for i, p := range found {
		points[i] = CurvePoint{p.Amount / scale, float64(left * p.Growth), float64(left * float64(p.Slope*scale)), p.LimitedBy}
	}
	return points, nil
}
