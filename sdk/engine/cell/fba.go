package cell

import (
	"context"
	"slices"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// A Request is a flux balance problem put to a cell.
type Request struct {
	// Free leaves the grant aside.
	Free bool
	// Objective is the reaction whose flux is maximised; empty is growth.
	Objective string
	// Parsimonious asks for the optimum with the least total flux. A cell
	// whose genome_optimization is on always answers so.
	Parsimonious bool
	// AllFluxes asks for the flux of every reaction, Fluxes for that of some.
	AllFluxes bool
	Fluxes    []string
}

// An Answer is the solution of a [Request]. Fluxes are in mmol/gDW/h.
type Answer struct {
	Status string `json:"status"` // optimal, infeasible, unbounded or dead
	// Objective is the reaction that was maximised and Value its flux; 0 unless
	// optimal.
	Objective           string  `json:"objective"`
	Value               float64 `json:"value"`
	GrowthRate          float64 `json:"growth_rate"`           // 1/h
	DoublingTimeMinutes float64 `json:"doubling_time_minutes"` // 0 when it does not grow
	LimitedBy           string  `json:"limited_by"`
	// ShadowPrices are gains at the margin, per unit of ribosomes and per
	// percent of ATP.
	ShadowPrices biovm.OneMore `json:"shadow_prices"`
	ATP          biovm.ATPFlow `json:"atp"`
	// Uptake and Secretion list what crosses the border, the largest first.
	Uptake    []Rate `json:"uptake"`
	Secretion []Rate `json:"secretion"`
	// ActiveReactions counts the reactions that carry flux, TotalFlux is the
	// sum of their absolute values.
	ActiveReactions int     `json:"active_reactions"`
	TotalFlux       float64 `json:"total_flux"`
	Parsimonious    bool    `json:"parsimonious"`
	// Fluxes holds what was asked for, in the network's or the request's order.
	Fluxes      []Rate                 `json:"fluxes,omitempty"`
	Certificate metabolism.Certificate `json:"certificate"`
	// Obliged names, of a dead cell, the lost reaction that had to carry flux.
	Obliged string `json:"obliged,omitempty"`
}

// A Rate is the flux of one reaction.
type Rate struct {
	Reaction string  `json:"reaction"`
	Rate     float64 `json:"rate"`
}

// FBA solves a flux balance problem. An unknown reaction is an error with the
// nearest names.
func (c *Cell) FBA(ctx context.Context, r Request) (Answer, error) {
	if err := c.checkReactions(append(slices.Clone(r.Fluxes), r.Objective)); err != nil {
		return Answer{}, err
	}
	if c.Config.GenomeOptimization != nil && *c.Config.GenomeOptimization {
		r.Parsimonious = true
	}
	if r.AllFluxes || len(r.Fluxes) > 0 {
		return c.solveFBA(ctx, r)
	}
	s := c.circumstance("fba")
	if !r.Free {
		s = s.granted(c)
	}
	s.Objective = r.Objective
	if r.Parsimonious {
		s.Flags = []string{"parsimonious"}
	}
	return recall(ctx, c.memo, s, func() (Answer, error) { return c.solveFBA(ctx, r) })
}

func (c *Cell) solveFBA(ctx context.Context, r Request) (Answer, error) {
	q, err := c.asked(ctx, r.Free)
	if err != nil {
		return Answer{}, err
	}
	q.Objective = r.Objective
	ask := c.fba
	if r.Parsimonious {
		ask = c.pfba
	}
	f, err := ask(ctx, q)
	if err != nil {
		return Answer{}, err
	}
	m := c.Organism.Model()
	a := Answer{
		Status: f.Status.String(), Objective: c.objective(r.Objective),
		GrowthRate: f.Growth, DoublingTimeMinutes: doublingMinutes(f.Growth), LimitedBy: f.LimitedBy,
		ShadowPrices:    c.shadowPrices(f),
		ATP:             biovm.ATPFlow{Produced: f.ATPProduced, Cap: f.ATPCap, Maintenance: c.maintenance(f)},
		Uptake:          rates(f.Uptake()),
		Secretion:       rates(f.Secretion()),
		ActiveReactions: f.Active(), TotalFlux: f.TotalFlux, Parsimonious: r.Parsimonious,
		Certificate: f.Certificate, Obliged: f.Obliged,
	}
	if f.Status == metabolism.StatusOptimal {
		a.Value = f.Objective
		a.Fluxes = fluxes(m, f, r)
	}
	return a, nil
}

// shadowPrices scales the rows' prices to the chassis' units.
func (c *Cell) shadowPrices(f *metabolism.Flux) biovm.OneMore {
	return biovm.OneMore{
		Ribosomes: f.RowPrices.Ribosomes * c.Kind.RibosomesPerUnit,
		ATP:       f.RowPrices.ATP * c.Organism.Constants().ATPReference / percent,
	}
}

func rates(exchanges []metabolism.Exchange) []Rate {
	list := make([]Rate, len(exchanges))
	for i, x := range exchanges {
		list[i] = Rate{x.Reaction, x.Rate}
	}
	return list
}

func fluxes(m *metabolism.Model, f *metabolism.Flux, r Request) []Rate {
	var list []Rate
	if r.AllFluxes {
		for j, reaction := range m.Reactions() {
			list = append(list, Rate{reaction.ID, f.Fluxes[j]})
		}
		return list
	}
	for _, id := range r.Fluxes {
		if v, ok := f.Of(id); ok {
			list = append(list, Rate{id, v})
		}
	}
	return list
}
