package metabolism

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/lp"
)

// An Adjustment is a flux distribution near another one.
type Adjustment struct {
	Status Status
	// Growth is the flux of the biomass reaction, in 1/h; 0 unless optimal.
	Growth float64
	// Distance is the sum of the absolute changes of flux, in mmol/gDW/h.
	Distance float64
	// Fluxes holds the net flux of every reaction, in the model's order; nil
	// unless optimal.
	Fluxes      []float64
	Certificate Certificate
}

// MOMA finds the flux distribution that a cell has which just lost genes or
// reactions and has not adapted: of all that the question allows, one with the
// least sum of absolute changes from the reference (linear minimisation of
// metabolic adjustment, after Segrè et al. 2002, doi 10.1073/pnas.232349399,
// and Becker et al. 2007, doi 10.1038/nprot.2007.99). The reference is one flux
// per reaction, such as those of [Analyzer.PFBA] of the intact cell. The
// question's objective is not looked at, and it may ration nothing: the cell did
// not adapt to that either. Errors are those of [Analyzer.FBA], and a
// [ValueError] for a ration and for a reference of another length.
func (a *Analyzer) MOMA(ctx context.Context, q Question, reference []float64) (*Adjustment, error) {
	if len(reference) != len(a.model.reactions) {
		return nil, &ValueError{Field: "reference", Name: a.model.id, Text: fmt.Sprintf("%d fluxes: want one per reaction, %d", len(reference), len(a.model.reactions))}
	}
	if q.Allocation != nil {
		return nil, &ValueError{Field: "allocation", Name: a.model.id, Text: "an adjustment is the free cell's: leave the allocation out"}
	}
	b, dead, err := a.state(&q)
	if err != nil {
		return nil, err
	}
	if dead != nil {
		return &Adjustment{Status: dead.Status}, nil
	}
	p := a.adjustment(b, reference)
	s, err := lp.New(p)
	if err != nil {
		return nil, fmt.Errorf("model %s: %w", a.model.id, err)
	}
	sol, err := s.Solve(ctx)
	if err != nil {
		return nil, fmt.Errorf("model %s: %w", a.model.id, err)
	}
	if sol.Status != lp.Optimal {
		return &Adjustment{Status: StatusInfeasible}, nil
	}
	n := len(reference)
	d := &Adjustment{Status: StatusOptimal, Distance: sol.Objective, Fluxes: make([]float64, n), Certificate: Certificate(p.Certify(sol))}
	for j, w := range reference {
		d.Fluxes[j] = w + sol.X[j] - sol.X[n+j]
		if math.Abs(d.Fluxes[j]) < 1e-12 { // what adding and taking away leaves of a zero
			d.Fluxes[j] = 0
		}
	}
	d.Growth = a.model.growth(d.Fluxes)
	return d, nil
}

// adjustment builds the programme whose columns are, for every reaction, by
// how much its flux is above the reference, and after them by how much below.
func (a *Analyzer) adjustment(b *fluxBounds, reference []float64) *lp.Problem {
	l := newLayout(a.model, false, func(int) bool { return false })
	whole := l.problem()
	n := len(reference)
	p := &lp.Problem{
		Cost: make([]float64, 2*n), Lower: make([]float64, 2*n), Upper: make([]float64, 2*n),
		RowLower: slices.Clone(whole.RowLower), RowUpper: slices.Clone(whole.RowUpper),
		ColStart: slices.Clone(whole.ColStart), RowIndex: slices.Clone(whole.RowIndex), Value: slices.Clone(whole.Value),
	}
	for j, w := range reference {
		// Above and below never both: each would only cost.
		p.Cost[j], p.Cost[n+j] = 1, 1
		p.Lower[j], p.Upper[j] = max(0, b.lower[j]-w), max(0, b.upper[j]-w)
		p.Lower[n+j], p.Upper[n+j] = max(0, w-b.upper[j]), max(0, w-b.lower[j])
		for k := whole.ColStart[j]; k < whole.ColStart[j+1]; k++ {
			i := whole.RowIndex[k]
			p.RowIndex, p.Value = append(p.RowIndex, i), append(p.Value, -whole.Value[k])
			p.RowLower[i] -= float64(whole.Value[k] * w)
			p.RowUpper[i] -= float64(whole.Value[k] * w)
		}
		p.ColStart = append(p.ColStart, len(p.Value))
	}
	return p
}
