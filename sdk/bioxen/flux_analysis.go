package bioxen

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// A FluxMethod is a way to analyse fluxes.
type FluxMethod string

// The methods.
const (
	FBA  FluxMethod = "fba"  // the largest objective
	PFBA FluxMethod = "pfba" // besides, with the least total flux
	FVA  FluxMethod = "fva"  // what each flux may be near the largest objective
)

// FluxMethods lists the methods.
func FluxMethods() []FluxMethod { return []FluxMethod{FBA, PFBA, FVA} }

// A FluxQuestion asks for the fluxes of a metabolic network that has machinery
// without end: of an organism's, or of one in a file.
type FluxQuestion struct {
	// BiologicalType or ModelFile says which network; one of them.
	BiologicalType biovm.BiologicalType `json:"biological_type,omitempty"`
	ModelFile      *ModelFile           `json:"model_file,omitempty"`
	// Medium maps exchange reactions to the largest uptake, in mmol/gDW/h, and
	// replaces the network's own; nil is the network's own.
	Medium map[string]float64 `json:"medium,omitempty"`
	// Knockouts are lost genes, an organism's by any of their names, or lost
	// reactions, by their ID, which goes before a gene's name in another case.
	Knockouts []string `json:"knockouts,omitempty"`
	// EraseBounds has a lost reaction forget an obligation to carry flux, as
	// COBRApy does; otherwise that kills the cell.
	EraseBounds bool `json:"erase_bounds,omitempty"`
	// Objective is the reaction whose flux is maximised; empty is the network's
	// own objective, which is growth.
	Objective string     `json:"objective,omitempty"`
	Method    FluxMethod `json:"method,omitempty"` // empty is FBA
	// Fraction of the objective's best that [FVA] keeps, above 0 and at most 1;
	// 0 is 1. Other methods take none.
	Fraction float64 `json:"fraction,omitempty"`
	// Reactions to report; nil is the exchanges that carry flux or, under
	// [FVA], can carry some.
	Reactions []string `json:"reactions,omitempty"`
}

// A FluxAnalysis answers a [FluxQuestion]. Fluxes are in mmol/gDW/h.
type FluxAnalysis struct {
	Model  string `json:"model"`  // the network's ID
	Status string `json:"status"` // optimal, infeasible, unbounded or dead
	// Objective is the best that was found, and Growth the flux of growth, in
	// 1/h; both 0 unless optimal.
	Objective float64 `json:"objective"`
	Growth    float64 `json:"growth"`
	// LimitedBy is metabolism (medium, maintenance and the network) or dead;
	// empty when unbounded. Obliged is, of a dead cell, the lost reaction that
	// its bounds oblige to carry flux.
	LimitedBy string `json:"limited_by"`
	Obliged   string `json:"obliged,omitempty"`
	// Limiting maps the reactions that are held at a bound other than 0, and
	// whose bound matters, to what the objective gains per mmol/gDW/h that the
	// bound gives way.
	Limiting map[string]float64 `json:"limiting"`
	// Fluxes holds the reactions to report, Ranges what each may be under
	// [FVA]; both empty unless optimal.
	Fluxes map[string]float64   `json:"fluxes"`
	Ranges map[string]FluxRange `json:"ranges,omitempty"`
	// ActiveReactions counts the reactions that carry flux, TotalFlux is the
	// sum of their absolute values.
	ActiveReactions int             `json:"active_reactions"`
	TotalFlux       float64         `json:"total_flux"`
	Certificate     FluxCertificate `json:"certificate"`
}

// A FluxRange is the least and the largest flux of a reaction; nil where
// nothing bounds it.
type FluxRange struct {
	Min *float64 `json:"min"`
	Max *float64 `json:"max"`
}

// A FluxCertificate shows how well a solution keeps the conditions of
// optimality, relative to max(1, |value|).
type FluxCertificate struct {
	Residual       float64 `json:"residual"`        // largest violation of a balance
	BoundViolation float64 `json:"bound_violation"` // largest violation of a bound
	DualViolation  float64 `json:"dual_violation"`  // largest reduced cost of the wrong sign
	Gap            float64 `json:"gap"`             // between the primal and the dual objective
}

// AnalyzeFluxes answers a question about a metabolic network. It needs no
// client: nothing is read but the model's file, if there is one. What is wrong
// with the question comes as [biovm.FieldError]s, all at once, with the nearest
// names. A network without a best flux distribution is an answer, not an error.
func AnalyzeFluxes(ctx context.Context, q FluxQuestion) (FluxAnalysis, error) {
	n, err := networkOf(q)
	if err != nil {
		return FluxAnalysis{}, err
	}
	asked, err := n.question(q)
	if err != nil {
		return FluxAnalysis{}, err
	}
	a := metabolism.NewAnalyzer(n.model)
	solve := a.FBA
	switch q.Method {
	case FVA:
		fraction := q.Fraction
		if fraction == 0 {
			fraction = 1
		}
		v, err := a.VariabilityOf(ctx, asked, fraction, n.looked(q), nil)
		if err != nil {
			return FluxAnalysis{}, err
		}
		return n.answer(q, v.Best, v.Ranges), nil
	case PFBA:
		solve = a.PFBA
	case FBA:
	}
	f, err := solve(ctx, asked)
	if err != nil {
		return FluxAnalysis{}, err
	}
	return n.answer(q, f, nil), nil
}

// question checks q and puts it in the network's terms.
func (n *network) question(q FluxQuestion) (metabolism.Question, error) {
	asked := metabolism.Question{Medium: q.Medium, EraseBounds: q.EraseBounds, Objective: q.Objective}
	var errs []error
	refuse := func(path string, value any, err error) {
		if err != nil {
			errs = append(errs, &biovm.FieldError{Path: path, Value: value, Reason: err.Error()})
		}
	}
	for _, id := range slices.Sorted(maps.Keys(q.Medium)) {
		refuse(fmt.Sprintf("medium[%q]", id), nil, n.check(metabolism.Question{Medium: map[string]float64{id: q.Medium[id]}}))
	}
	for i, name := range q.Knockouts {
		gene, reaction, err := n.lost(name)
		refuse(fmt.Sprintf("knockouts[%d]", i), name, err)
		if gene != "" {
			asked.Knockouts = append(asked.Knockouts, gene)
		}
		if reaction != "" {
			asked.KnockoutReactions = append(asked.KnockoutReactions, reaction)
		}
	}
	slices.Sort(asked.Knockouts)
	slices.Sort(asked.KnockoutReactions)
	switch {
	case q.Objective != "":
		refuse("objective", q.Objective, n.checkReaction(q.Objective))
	case len(n.model.Goal().Terms) == 0:
		refuse("objective", nil, fmt.Errorf("%w: name the reaction to maximise", metabolism.ErrNoObjective))
	}
	for i, id := range q.Reactions {
		refuse(fmt.Sprintf("reactions[%d]", i), id, n.checkReaction(id))
	}
	if q.Method != "" && !slices.Contains(FluxMethods(), q.Method) {
		refuse("method", string(q.Method), fmt.Errorf("must be one of %v", FluxMethods()))
	}
	switch {
	case q.Fraction != 0 && q.Method != FVA:
		refuse("fraction", q.Fraction, errors.New(`goes with method "fva" only`))
	case !(q.Fraction >= 0 && q.Fraction <= 1):
		refuse("fraction", q.Fraction, errors.New("must be above 0 and at most 1"))
	}
	return asked, errors.Join(errs...)
}

// carries is the flux, in mmol/gDW/h, from which on a reaction counts as
// carrying some, and the price per mmol/gDW/h from which on a bound matters:
// far above the solver's noise (1e-12), below the need for the rarest cofactor
// (1e-8).
const carries = 1e-9

// answer reports what was found; ranges are those of all reactions, or nil.
func (n *network) answer(q FluxQuestion, f *metabolism.Flux, ranges []metabolism.Range) FluxAnalysis {
	a := FluxAnalysis{
		Model: n.model.ID(), Status: f.Status.String(), LimitedBy: f.LimitedBy, Obliged: f.Obliged,
		Limiting: map[string]float64{}, Fluxes: map[string]float64{},
	}
	if f.Status != metabolism.StatusOptimal {
		return a
	}
	a.Objective, a.Growth, a.ActiveReactions, a.TotalFlux = f.Objective, f.Growth, f.Active(), f.TotalFlux
	a.Certificate = FluxCertificate(f.Certificate)
	reactions := n.model.Reactions()
	for j, price := range f.ReducedCosts {
		if math.Abs(price) > carries && math.Abs(f.Fluxes[j]) > carries {
			a.Limiting[reactions[j].ID] = math.Abs(price)
		}
	}
	if ranges != nil {
		a.Ranges = map[string]FluxRange{}
	}
	for _, j := range n.reported(q, f, ranges) {
		a.Fluxes[reactions[j].ID] = f.Fluxes[j]
		if ranges != nil {
			a.Ranges[reactions[j].ID] = FluxRange{end(ranges[j].Min), end(ranges[j].Max)}
		}
	}
	return a
}

// looked are the indices of the reactions to look at.
func (n *network) looked(q FluxQuestion) []int {
	if q.Reactions == nil {
		return n.model.Exchanges()
	}
	var list []int
	for _, id := range q.Reactions {
		if j, ok := n.model.Reaction(id); ok {
			list = append(list, j)
		}
	}
	return list
}

// reported are those to report: all that were asked for, or the exchanges that
// carry something.
func (n *network) reported(q FluxQuestion, f *metabolism.Flux, ranges []metabolism.Range) []int {
	if q.Reactions != nil {
		return n.looked(q)
	}
	var list []int
	for _, j := range n.looked(q) {
		most := math.Abs(f.Fluxes[j])
		if ranges != nil {
			most = max(most, math.Abs(ranges[j].Min), math.Abs(ranges[j].Max))
		}
		if most > carries {
			list = append(list, j)
		}
	}
	return list
}

func end(v float64) *float64 {
	if math.IsInf(v, 0) {
		return nil
	}
	return &v
}
