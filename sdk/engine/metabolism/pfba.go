package metabolism

import (
	"context"
	"fmt"
	"math"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/lp"
)

// PFBA finds, of all flux distributions that are best for the question's
// objective, one with the least sum of absolute fluxes (parsimonious FBA,
// Lewis et al. 2010, doi 10.1038/msb.2010.47). Its certificate is that of the
// second step. Errors are those of [Analyzer.FBA].
func (a *Analyzer) PFBA(ctx context.Context, q Question) (*Flux, error) {
	b, f, err := a.state(&q)
	if f != nil || err != nil {
		return f, err
	}
	t, err := a.growthTableau(ctx)
	if err != nil {
		return nil, err
	}
	f, err = t.maximize(ctx, &q, b)
	if err != nil || f.Status != StatusOptimal {
		return f, err
	}
	p, err := a.parsimonyTableau(ctx, t)
	if err != nil {
		return nil, err
	}
	goal := a.model.goalOf(&q)
	s, err := p.minimizeTotal(ctx, b, q.Allocation, goal, f.Objective)
	if err != nil {
		return nil, err
	}
	f.setFluxes(p, s.X, goal)
	f.Certificate = Certificate(*s.Certificate)
	return f, nil
}

// parsimonyTableau returns the programme that minimises the total flux, ready
// to be asked. Its start is the parsimonious optimum of the model as
// published. The costs are the same for every question, so each starts dual
// feasible.
func (a *Analyzer) parsimonyTableau(ctx context.Context, growth *tableau) (*tableau, error) {
	if a.pfba != nil {
		return a.pfba, nil
	}
	l := newLayout(a.model, true, func(int) bool { return true })
	p := l.problem()
	for col := range p.Cost {
		p.Cost[col] = 1
	}
	if l.goalRow >= 0 {
		p.RowLower[l.goalRow] = growth.optimum // 0 without a goal, where the row is empty
	} else {
		forward, reverse := l.atLeast(p, a.model.objective, growth.optimum)
		j := a.model.objective
		p.Lower[j], p.Upper[j] = forward[0], forward[1]
		p.Lower[l.reverse[j]], p.Upper[l.reverse[j]] = reverse[0], reverse[1]
	}
	t, err := newTableau(ctx, l, p)
	if err != nil {
		return nil, err
	}
	a.pfba = t
	return t, nil
}

// minimizeTotal solves for the least total flux with the objective kept at
// its optimum.
func (t *tableau) minimizeTotal(ctx context.Context, b *fluxBounds, a *Allocation, goal Goal, optimum float64) (*lp.Solution, error) {
	// The optimum comes from another programme; where its rounding leaves no
	// room, this much of it is given up.
	for _, slack := range []float64{0, 1e-10, 1e-8} {
		t.setBounds(b, a)
		t.keep(goal, float64(goal.sign()*optimum)-float64(slack*max(1, math.Abs(optimum))))
		s, err := t.solve(ctx, t.start)
		if err != nil || s.Status == lp.Optimal {
			return s, err
		}
	}
	return nil, fmt.Errorf("model %s: the optimum %v could not be kept while minimising the total flux", t.model.id, optimum)
}

// keep asks for a point that is no worse for the goal than least, of which
// more is better. The goal is the model's or one flux to maximise.
func (t *tableau) keep(goal Goal, least float64) {
	if t.goalRow >= 0 {
		t.setRowLower(t.goalRow, math.Inf(-1))
	}
	if !goal.single() {
		t.setRowLower(t.goalRow, least)
		return
	}
	j := goal.Terms[0].Reaction
	forward, reverse := t.atLeast(t.problem, j, least)
	t.setColumn(j, forward)
	t.setColumn(t.reverse[j], reverse)
}

// atLeast gives the bounds of the parts of a split reaction with which its
// flux does not fall below a value that its present bounds allow.
func (l *layout) atLeast(p *lp.Problem, j int, least float64) (forward, reverse [2]float64) {
	r := l.reverse[j]
	if least > 0 {
		return [2]float64{min(least, p.Upper[j]), p.Upper[j]}, [2]float64{}
	}
	return [2]float64{p.Lower[j], p.Upper[j]}, [2]float64{p.Lower[r], max(p.Lower[r], min(p.Upper[r], 0-least))}
}
