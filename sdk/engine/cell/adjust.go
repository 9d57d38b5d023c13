package cell

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// An AdjustRequest asks what becomes of a cell that just lost genes or
// reactions.
type AdjustRequest struct {
	// AllFluxes asks for the flux of every reaction, Fluxes for that of some.
	AllFluxes bool
	Fluxes    []string
}

// An Adjustment is the flux distribution of a cell that has not adapted to what
// it lost. Fluxes are in mmol/gDW/h.
type Adjustment struct {
	// Status is optimal, infeasible or dead; where the intact cell has no fluxes
	// to start from, that one's.
	Status string `json:"status"`
	// GrowthRate is the cell's and IntactGrowthRate the intact one's, in 1/h.
	GrowthRate       float64 `json:"growth_rate"`
	IntactGrowthRate float64 `json:"intact_growth_rate"`
	// Distance is the sum of the absolute changes of flux.
	Distance float64 `json:"distance"`
	// Uptake and Secretion list what crosses the border, the largest first.
	Uptake    []Rate `json:"uptake"`
	Secretion []Rate `json:"secretion"`
	// ActiveReactions counts the reactions that carry flux.
	ActiveReactions int `json:"active_reactions"`
	// Fluxes holds what was asked for, in the network's or the request's order.
	Fluxes      []Rate                 `json:"fluxes,omitempty"`
	Certificate metabolism.Certificate `json:"certificate"`
}

// Adjust finds the fluxes of the cell when it was the intact one a moment ago:
// those nearest to the intact cell's parsimonious ones (linear minimisation of
// metabolic adjustment, see [metabolism.Analyzer.MOMA]). Both are free cells.
// The intact one is of the same organism.
func (c *Cell) Adjust(ctx context.Context, intact *Cell, r AdjustRequest) (Adjustment, error) {
	if err := c.checkReactions(r.Fluxes); err != nil {
		return Adjustment{}, err
	}
	if r.AllFluxes || len(r.Fluxes) > 0 {
		return c.solveAdjustment(ctx, intact, r)
	}
	s, from := c.circumstance("moma"), intact.circumstance("")
	s.From = &from
	return recall(ctx, c.memo, s, func() (Adjustment, error) { return c.solveAdjustment(ctx, intact, r) })
}

func (c *Cell) solveAdjustment(ctx context.Context, intact *Cell, r AdjustRequest) (Adjustment, error) {
	q, err := intact.question(ctx)
	if err != nil {
		return Adjustment{}, err
	}
	before, err := intact.pfba(ctx, q)
	if err != nil {
		return Adjustment{}, err
	}
	if before.Status != metabolism.StatusOptimal {
		return Adjustment{Status: before.Status.String(), Uptake: []Rate{}, Secretion: []Rate{}}, nil
	}
	if q, err = c.question(ctx); err != nil {
		return Adjustment{}, err
	}
	after, err := solve(ctx, c.bench, func(a *metabolism.Analyzer) (*metabolism.Adjustment, error) {
		return a.MOMA(ctx, q, before.Fluxes)
	})
	if err != nil {
		return Adjustment{}, err
	}
	a := Adjustment{
		Status: after.Status.String(), GrowthRate: after.Growth, IntactGrowthRate: before.Growth,
		Distance: after.Distance, Uptake: []Rate{}, Secretion: []Rate{}, Certificate: after.Certificate,
	}
	if after.Status != metabolism.StatusOptimal {
		return a, nil
	}
	m := c.Organism.Model()
	a.Uptake, a.Secretion = crossing(m, after.Fluxes, 1), crossing(m, after.Fluxes, -1)
	for j, v := range after.Fluxes {
		if math.Abs(v) > carries {
			a.ActiveReactions++
		}
		if r.AllFluxes {
			a.Fluxes = append(a.Fluxes, Rate{m.Reactions()[j].ID, v})
		}
	}
	for _, id := range r.Fluxes {
		if j, ok := m.Reaction(id); ok && !r.AllFluxes {
			a.Fluxes = append(a.Fluxes, Rate{id, after.Fluxes[j]})
		}
	}
	return a, nil
}

// crossing lists what is taken up (sign 1) or given off (-1), the largest
// first.
func crossing(m *metabolism.Model, fluxes []float64, sign float64) []Rate {
	list := []Rate{}
	for _, j := range m.Exchanges() {
		x := m.Reactions()[j]
		if rate := sign * x.Terms[0].Coef * fluxes[j]; rate > carries {
			list = append(list, Rate{x.ID, rate})
		}
	}
	slices.SortFunc(list, func(a, b Rate) int {
		return cmp.Or(cmp.Compare(b.Rate, a.Rate), cmp.Compare(a.Reaction, b.Reaction))
	})
	return list
}
