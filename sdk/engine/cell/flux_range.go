package cell

import (
	"context"
	"math"
	"slices"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// carries is the flux, in mmol/gDW/h, from which on a reaction counts as
// carrying some: far above the solver's noise (1e-12), below the need for the
// rarest cofactor of a slow cell (1e-8).
const carries = 1e-9

// A RangeRequest asks a cell what each flux may be while its objective stays
// near its best.
type RangeRequest struct {
	// Free leaves the grant aside.
	Free bool
	// Objective is the reaction whose flux is maximised; empty is growth.
	Objective string
	// Fraction of the best, above 0 and at most 1, that the objective keeps.
	Fraction float64
	// AllReactions asks for every reaction, Reactions for some. Without either
	// it is the exchanges that can carry flux.
	AllReactions bool
	Reactions    []string
}

// FluxRanges is the answer to a [RangeRequest]. Fluxes are in mmol/gDW/h.
type FluxRanges struct {
	Status string `json:"status"` // optimal, infeasible, unbounded or dead
	// Objective is the reaction that was maximised and Value its best flux; 0
	// unless optimal.
	Objective string  `json:"objective"`
	Value     float64 `json:"value"`
	// Fraction is the share of Value that is kept.
	Fraction  float64 `json:"fraction"`
	LimitedBy string  `json:"limited_by"`
	// Ranges are in the network's or the request's order; none unless optimal.
	Ranges      []FluxRange            `json:"ranges,omitempty"`
	Certificate metabolism.Certificate `json:"certificate"` // of the best
}

// A FluxRange is the least and the largest flux of one reaction; nil where
// nothing bounds it.
type FluxRange struct {
	Reaction string   `json:"reaction"`
	Min      *float64 `json:"min"`
	Max      *float64 `json:"max"`
}

// FluxRanges finds what each flux may be over all flux distributions whose
// objective is near the best (flux variability analysis). An unknown reaction
// is an error with the nearest names, a fraction that makes no sense a
// [metabolism.ValueError].
func (c *Cell) FluxRanges(ctx context.Context, r RangeRequest) (FluxRanges, error) {
	if err := c.checkReactions(append(slices.Clone(r.Reactions), r.Objective)); err != nil {
		return FluxRanges{}, err
	}
	if r.AllReactions || math.IsNaN(r.Fraction) || math.IsInf(r.Fraction, 0) { // no key could hold these
		return c.solveRanges(ctx, r)
	}
	s := c.circumstance("fva")
	if !r.Free {
		s = s.granted(c)
	}
	s.Objective, s.Fraction, s.Fluxes = r.Objective, r.Fraction, r.Reactions
	return recall(ctx, c.memo, s, func() (FluxRanges, error) { return c.solveRanges(ctx, r) })
}

// checkReactions returns an error about the first that the network lacks;
// empty names are no reactions'.
func (c *Cell) checkReactions(ids []string) error {
	for _, id := range ids {
		if id == "" {
			continue
		}
		if err := c.CheckReaction(id); err != nil {
			return err
		}
	}
	return nil
}

func (c *Cell) solveRanges(ctx context.Context, r RangeRequest) (FluxRanges, error) {
	q, err := c.asked(ctx, r.Free)
	if err != nil {
		return FluxRanges{}, err
	}
	q.Objective = r.Objective
	v, err := solve(ctx, c.bench, func(a *metabolism.Analyzer) (*metabolism.Variability, error) {
		return a.VariabilityOf(ctx, q, r.Fraction, r.places(c.Organism.Model()), nil)
	})
	if err != nil {
		return FluxRanges{}, err
	}
	a := FluxRanges{
		Status: v.Best.Status.String(), Objective: c.objective(r.Objective), Fraction: r.Fraction,
		LimitedBy: v.Best.LimitedBy, Certificate: v.Best.Certificate,
	}
	if v.Best.Status == metabolism.StatusOptimal {
		a.Value = v.Best.Objective
		a.Ranges = chosenRanges(c.Organism.Model(), v.Ranges, r)
	}
	return a, nil
}

// objective is the reaction that is maximised; empty of a network that has
// none.
func (c *Cell) objective(asked string) string {
	m := c.Organism.Model()
	if asked != "" || m.Objective() < 0 {
		return asked
	}
	return m.Reactions()[m.Objective()].ID
}

// places are those, in the model, of the reactions whose ranges are looked at.
func (r *RangeRequest) places(m *metabolism.Model) []int {
	var list []int
	switch {
	case r.AllReactions:
		for j := range m.Reactions() {
			list = append(list, j)
		}
	case len(r.Reactions) > 0:
		for _, id := range r.Reactions {
			if j, ok := m.Reaction(id); ok {
				list = append(list, j)
			}
		}
	default:
		list = m.Exchanges()
	}
	return list
}

func chosenRanges(m *metabolism.Model, ranges []metabolism.Range, r RangeRequest) []FluxRange {
	var list []FluxRange
	some := r.AllReactions || len(r.Reactions) > 0
	for _, j := range r.places(m) {
		if some || ranges[j].Min < -carries || ranges[j].Max > carries {
			list = append(list, FluxRange{m.Reactions()[j].ID, bound(ranges[j].Min), bound(ranges[j].Max)})
		}
	}
	return list
}

func bound(v float64) *float64 {
	if math.IsInf(v, 0) {
		return nil
	}
	return &v
}
