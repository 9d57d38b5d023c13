package metabolism

import (
	"context"
	"math"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/lp"
)

// An Analyzer answers questions to one model. It keeps its linear programmes
// between questions and starts each from the same basis, so an answer does not
// depend on what was asked before. It is not safe for concurrent use: give
// each goroutine a [Analyzer.Clone].
type Analyzer struct {
	model *Model
	fba   *tableau
	pfba  *tableau
}

// NewAnalyzer returns an analyzer of the model. It is cheap; the first
// question pays for building the programme.
func NewAnalyzer(m *Model) *Analyzer { return &Analyzer{model: m} }

// Model returns the model that the analyzer answers for.
func (a *Analyzer) Model() *Model { return a.model }

// Clone returns an independent analyzer for another goroutine, which gives
// the same answers.
func (a *Analyzer) Clone() *Analyzer {
	c := &Analyzer{model: a.model}
	if a.fba != nil {
		c.fba = a.fba.clone()
	}
	if a.pfba != nil {
		c.pfba = a.pfba.clone()
	}
	return c
}

// FBA finds a flux distribution that is best for the question's objective. The
// error is the context's, or that of [Question.Check].
func (a *Analyzer) FBA(ctx context.Context, q Question) (*Flux, error) {
	b, f, err := a.state(&q)
	if f != nil || err != nil {
		return f, err
	}
	t, err := a.growthTableau(ctx)
	if err != nil {
		return nil, err
	}
	return t.maximize(ctx, &q, b)
}

// state checks the question and works out its bounds, and answers it when
// they suffice to see that the cell is dead.
func (a *Analyzer) state(q *Question) (*fluxBounds, *Flux, error) {
	if err := q.Check(a.model); err != nil {
		return nil, nil, err
	}
	b := a.model.bounds(q)
	if b.obliged >= 0 {
		return nil, a.dead(StatusDead, q, a.model.reactions[b.obliged].ID), nil
	}
	if b.crossing() >= 0 {
		return nil, a.dead(StatusInfeasible, q, ""), nil
	}
	return b, nil, nil
}

func (a *Analyzer) dead(s Status, q *Question, obliged string) *Flux {
	f := &Flux{Status: s, LimitedBy: LimitedByDeath, Obliged: obliged, model: a.model}
	f.ATPCap = atpCap(q.Allocation)
	return f
}

func atpCap(a *Allocation) float64 {
	if limit, ok := a.ATPCap(); ok {
		return limit
	}
	return 0
}

// growthTableau returns the programme that maximises, ready to be asked.
func (a *Analyzer) growthTableau(ctx context.Context) (*tableau, error) {
	if a.fba != nil {
		return a.fba, nil
	}
	l := newLayout(a.model, true, func(int) bool { return false })
	p := l.problem()
	p.Maximize, p.Cost = true, l.goalCost(a.model.goal)
	t, err := newTableau(ctx, l, p)
	if err != nil {
		return nil, err
	}
	a.fba = t
	return t, nil
}

// goalCost returns the costs of which the maximum is the goal.
func (l *layout) goalCost(g Goal) []float64 {
	cost := make([]float64, l.columns())
	for _, t := range g.Terms {
		c := float64(g.sign() * t.Coef)
		cost[t.Reaction] = c
		if r := l.reverse[t.Reaction]; r >= 0 {
			cost[r] = 0 - c
		}
	}
	return cost
}

// maximize solves the question from the fixed start, and leaves the optimal
// basis in the solver.
func (t *tableau) maximize(ctx context.Context, q *Question, b *fluxBounds) (*Flux, error) {
	goal := t.model.goalOf(q)
	for col, c := range t.goalCost(goal) {
		t.setCost(col, c)
	}
	t.setBounds(b, q.Allocation)
	s, err := t.solve(ctx, t.start)
	if err != nil {
		return nil, err
	}
	return t.answer(s, q, goal), nil
}

// answer reads a solution of the maximising programme.
func (t *tableau) answer(s *lp.Solution, q *Question, goal Goal) *Flux {
	f := &Flux{model: t.model, ATPCap: atpCap(q.Allocation)}
	switch s.Status {
	case lp.Infeasible:
		f.Status, f.LimitedBy = StatusInfeasible, LimitedByDeath
		return f
	case lp.Unbounded:
		f.Status, f.Objective = StatusUnbounded, math.Inf(int(goal.sign()))
		return f
	case lp.Optimal:
	}
	f.Status = StatusOptimal
	f.setFluxes(t, s.X, goal)
	f.ShadowPrices = append([]float64(nil), s.Dual[:len(t.model.metabolites)]...)
	f.ReducedCosts = t.reducedCosts(s, f.Fluxes)
	if goal.Minimize { // the programme maximises the negative
		for _, prices := range [][]float64{f.ShadowPrices, f.ReducedCosts} {
			for i := range prices {
				prices[i] = 0 - prices[i]
			}
		}
	}
	f.Certificate = Certificate(*s.Certificate)
	f.setLimit(t, s, q.Allocation)
	return f
}

// setFluxes fills in what follows from a point of the programme.
func (f *Flux) setFluxes(t *tableau, x []float64, goal Goal) {
	f.Fluxes = t.fluxes(x)
	f.Objective = goal.of(f.Fluxes)
	f.Growth = t.model.growth(f.Fluxes)
	f.ATPProduced, f.TotalFlux = 0, 0
	for j, v := range f.Fluxes {
		f.TotalFlux += math.Abs(v)
		f.ATPProduced += max(0, float64(t.atp[j]*v))
	}
}

// reducedCosts takes, of a split reaction, the part that carries the flux, or
// that alone could.
func (t *tableau) reducedCosts(s *lp.Solution, fluxes []float64) []float64 {
	costs := make([]float64, len(fluxes))
	for j, r := range t.reverse {
		costs[j] = s.ReducedCost[j]
		if r >= 0 && (fluxes[j] < 0 || fluxes[j] == 0 && t.problem.Upper[j] == 0 && t.problem.Upper[r] > 0) {
			costs[j] = 0 - s.ReducedCost[r]
		}
	}
	return costs
}

// setLimit decides what limits the objective: the ration whose row is at its
// limit and has a price, ribosomes before ATP where both have one.
func (f *Flux) setLimit(t *tableau, s *lp.Solution, a *Allocation) {
	// A price below this is rounding: one ribosome or one mmol of ATP of use
	// brings far more of the objective than that.
	const worthless = 1e-9
	f.LimitedBy = LimitedByMetabolism
	if _, limited := a.ATPCap(); limited && s.Dual[t.atpRow] > worthless {
		f.LimitedBy, f.RowPrices.ATP = LimitedByATP, s.Dual[t.atpRow]
	}
	if _, limited := a.GrowthCap(); limited && s.Dual[t.growthRow] > worthless {
		f.LimitedBy, f.RowPrices.Ribosomes = LimitedByRibosomes, s.Dual[t.growthRow]*a.growthPerRibosome()
	}
}
