package metabolism

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Status tells what became of a question.
type Status int

// The statuses.
const (
	StatusOptimal    Status = iota + 1 // there is a best flux distribution
	StatusInfeasible                   // the cell cannot meet its obligations, such as maintenance: it is dead
	StatusUnbounded                    // nothing limits the objective: the question forgot a bound
	StatusDead                         // a lost reaction was obliged to carry flux
)

// String gives the status in a word.
func (s Status) String() string {
	switch s {
	case StatusOptimal:
		return "optimal"
	case StatusInfeasible:
		return "infeasible"
	case StatusUnbounded:
		return "unbounded"
	case StatusDead:
		return "dead"
	}
	return fmt.Sprintf("Status(%d)", int(s))
}

// What can limit a cell, as [Flux.LimitedBy] says it.
const (
	LimitedByRibosomes  = "ribosomes"
	LimitedByATP        = "atp"
	LimitedByMetabolism = "metabolism"
	LimitedByDeath      = "dead"
)

// A Flux is the answer to a question. Nothing changes it after it was
// returned; it may be shared. A cell that is dead is an answer, not an error.
type Flux struct {
	Status    Status
	Objective float64 // what the goal sums up to; infinite when unbounded, 0 when dead
	Growth    float64 // flux of the biomass reaction, [Model.Objective], 1/h; 0 unless optimal
	// Fluxes holds the net flux of every reaction of the model, in its order,
	// in mmol/gDW/h; nil unless optimal.
	Fluxes []float64
	// ShadowPrices tells, per metabolite, how the objective changes when one
	// mmol/gDW/h more of it must be made net; a scarce one has a negative
	// price, as in COBRApy. Nil unless optimal. Under [Analyzer.PFBA] these,
	// ReducedCosts and RowPrices are still those of the objective.
	ShadowPrices []float64
	// ReducedCosts tells, per reaction, how the objective changes with its
	// flux in the direction that it has; nil unless optimal.
	ReducedCosts []float64
	// LimitedBy says what limits: "ribosomes", "atp", "metabolism" (medium,
	// maintenance and the network) or "dead"; empty when unbounded.
	LimitedBy string
	RowPrices RowPrices
	// ATPProduced is the sum of all ATP production, in mmol/gDW/h.
	ATPProduced float64
	// ATPCap is the most that the allocation allows; 0 when it sets no limit
	// (and when the share is 0).
	ATPCap float64
	// TotalFlux is the sum of all absolute fluxes, in mmol/gDW/h.
	TotalFlux   float64
	Certificate Certificate
	// Obliged is, of a [StatusDead] cell, the lost reaction that its bounds
	// oblige to carry flux.
	Obliged string

	model *Model
}

// RowPrices are the values of the rations: by how much the objective grows
// with one unit more, as long as nothing else becomes limiting.
type RowPrices struct {
	ATP       float64 // per mmol/gDW/h of ATP regeneration
	Ribosomes float64 // per physical ribosome
}

// A Certificate shows how well an answer keeps the conditions of optimality.
// It is recomputed from the programme as stated, not taken from the solver's
// state. All are relative to max(1, |value|); zero unless optimal.
type Certificate struct {
	Residual       float64 // largest violation of a row, such as S·v = 0
	BoundViolation float64 // largest violation of a flux bound
	DualViolation  float64 // largest reduced cost of the wrong sign
	Gap            float64 // between the primal and the dual objective
}

// DoublingMinutes returns the doubling time ln 2/growth in minutes, +Inf for
// a cell that does not grow.
func (f *Flux) DoublingMinutes() float64 {
	const minutesPerHour = 60
	if !(f.Growth > 0) {
		return math.Inf(1)
	}
	return minutesPerHour * math.Ln2 / f.Growth
}

// Of returns the flux of a reaction by its ID, in mmol/gDW/h; false when the
// model has no such reaction or the status is not optimal.
func (f *Flux) Of(reaction string) (float64, bool) {
	j, ok := f.model.Reaction(reaction)
	if !ok || f.Fluxes == nil {
		return 0, false
	}
	return f.Fluxes[j], true
}

// noteworthy is the flux, in mmol/gDW/h, from which on a reaction counts as
// active. It is far above the solver's noise (1e-12) and below the need for
// the rarest cofactor of a slow cell (1e-8).
const noteworthy = 1e-9

// An Exchange is what crosses the border of the cell by one reaction.
type Exchange struct {
	Reaction   string  // such as EX_glc__D_e
	Metabolite string  // such as glc__D_e
	Rate       float64 // mmol/gDW/h, above zero
}

// Uptake returns what the cell takes up from the medium, the largest rate
// first.
func (f *Flux) Uptake() []Exchange { return f.exchanges(1) }

// Secretion returns what the cell gives off to the medium, the largest rate
// first.
func (f *Flux) Secretion() []Exchange { return f.exchanges(-1) }

func (f *Flux) exchanges(sign float64) []Exchange {
	if f.Fluxes == nil {
		return nil
	}
	var found []Exchange
	for _, j := range f.model.Exchanges() {
		r := &f.model.reactions[j]
		rate := sign * r.Terms[0].Coef * f.Fluxes[j]
		if rate > noteworthy {
			found = append(found, Exchange{r.ID, f.model.metabolites[r.Terms[0].Metabolite].ID, rate})
		}
	}
	slices.SortFunc(found, func(a, b Exchange) int {
		return cmp.Or(cmp.Compare(b.Rate, a.Rate), cmp.Compare(a.Reaction, b.Reaction))
	})
	return found
}

// Active returns the number of reactions that carry flux.
func (f *Flux) Active() int {
	n := 0
	for _, v := range f.Fluxes {
		if math.Abs(v) > noteworthy {
			n++
		}
	}
	return n
}
