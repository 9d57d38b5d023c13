package metabolism

import (
	"context"
	"fmt"
	"math"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/lp"
)

// MinimalMedium finds a medium that the cell of the question grows on at the
// given rate, in 1/h, or faster, with the least total uptake, in mmol/gDW/h, as
// COBRApy's minimal_medium does; nothing can then be left out of it. Of all
// such media it returns one that is not a matter of chance: what can be
// replaced without more uptake is, the last exchange of the model first. Uptake
// is looked for within the question's bounds and its Medium, or the model's own;
// give a richer Medium to look further. It returns nil when there is no such
// medium. Errors are those of [Analyzer.FBA].
func (a *Analyzer) MinimalMedium(ctx context.Context, q Question, growth float64) (map[string]float64, error) {
	if !(growth >= 0) || math.IsInf(growth, 1) {
		return nil, &ValueError{Field: "growth", Name: a.model.id, Text: fmt.Sprintf("%v must be a finite number of 0 or more, in 1/h", growth)}
	}
	if a.model.objective < 0 {
		return nil, fmt.Errorf("model %s: it is growth that takes a medium: %w", a.model.id, ErrNoObjective)
	}
	b, dead, err := a.state(&q)
	if dead != nil || err != nil {
		return nil, err
	}
	t, err := a.uptakeTableau(b, q.Allocation, growth)
	if err != nil {
		return nil, err
	}
	medium, least, err := t.uptake(ctx)
	if medium == nil || err != nil {
		return nil, err
	}
	least += float64(uptakeTol * max(1, least))
	exchanges := a.model.Exchanges()
	for i := len(exchanges) - 1; i >= 0; i-- {
		j := exchanges[i]
		if b.obliges(j) {
			continue
		}
		lower, upper := t.problem.Lower[t.column(j)], t.problem.Upper[t.column(j)]
		t.setColumn(t.column(j), [2]float64{0, 0})
		if _, there := medium[a.model.reactions[j].ID]; !there {
			continue
		}
		other, total, err := t.uptake(ctx)
		switch {
		case err != nil:
			return nil, err
		case other == nil || total > least:
			t.setColumn(t.column(j), [2]float64{lower, upper})
		default:
			medium = other
		}
	}
	return medium, nil
}

// uptakeTol is by how much, relative to max(1, the least), the uptake of media
// may differ and count as the same: the rounding of two solves is far below.
const uptakeTol = 1e-9

// An uptakeTableau is the programme whose cost is the uptake.
type uptakeTableau struct {
	*tableau
}

// column is the part of an exchange that takes up.
func (t *uptakeTableau) column(j int) int {
	if t.model.reactions[j].consumes() {
		return t.reverse[j]
	}
	return j
}

func (a *Analyzer) uptakeTableau(b *fluxBounds, al *Allocation, growth float64) (*uptakeTableau, error) {
	_, rationed := al.ATPCap()
	l := newLayout(a.model, rationed, a.model.exchange)
	p := l.problem()
	t := &uptakeTableau{&tableau{layout: l, problem: p}}
	for _, j := range a.model.Exchanges() {
		p.Cost[t.column(j)] = 1
	}
	solver, err := lp.NewFold(p)
	if err != nil {
		return nil, fmt.Errorf("model %s: %w", a.model.id, err)
	}
	t.solver, t.start = solver, solver.Basis()
	at := *b
	at.lower = append([]float64(nil), b.lower...)
	at.lower[a.model.objective] = max(growth, at.lower[a.model.objective])
	if at.crossing() < 0 {
		t.setBounds(&at, al)
		return t, nil
	}
	at.lower[a.model.objective] = b.lower[a.model.objective]
	t.setBounds(&at, al)
	t.setColumn(a.model.objective, [2]float64{1, 0}) // no flux is as fast: infeasible
	return t, nil
}

// uptake solves what is set, and returns what is taken up, and the sum; nil
// when that is infeasible.
func (t *uptakeTableau) uptake(ctx context.Context) (medium map[string]float64, total float64, err error) {
	s, err := t.solver.Solve(ctx)
	if err != nil {
		return nil, 0, fmt.Errorf("model %s: %w", t.model.id, err)
	}
	if s.Status != lp.Optimal {
		return nil, 0, nil
	}
	medium = map[string]float64{}
	for _, j := range t.model.Exchanges() {
		if v := s.X[t.column(j)]; v > noteworthy {
			medium[t.model.reactions[j].ID] = v
		}
	}
	return medium, s.Objective, nil
}
