package metabolism

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/lp"
)

// atpID is the metabolite whose regeneration an ATP share rations.
const atpID = "atp_c"

// A layout says how a model becomes a linear programme. The columns are the
// reactions, and after them, for the reactions that are split, their reverse
// parts; v = forward - reverse. The rows are the metabolites, then one for
// ATP production and one for growth, and where the model's goal is more than
// one flux to maximise, one for how good a point is.
type layout struct {
	model     *Model
	reverse   []int // per reaction: the column of its reverse part, or -1
	atp       []float64
	atpRow    int
	growthRow int
	goalRow   int // -1 where the goal is one flux to maximise
}

// newLayout splits the reactions that the function chooses, and all that touch
// ATP where that is rationed: only then is production linear in the columns.
func newLayout(m *Model, rationed bool, split func(j int) bool) *layout {
	l := &layout{
		model: m, reverse: make([]int, len(m.reactions)), atp: make([]float64, len(m.reactions)),
		atpRow: len(m.metabolites), growthRow: len(m.metabolites) + 1, goalRow: -1,
	}
	if !m.goal.single() {
		l.goalRow = l.growthRow + 1
	}
	if atp, ok := m.Metabolite(atpID); ok && rationed {
		for j := range m.reactions {
			l.atp[j] = m.reactions[j].Coef(atp)
		}
	}
	next := len(m.reactions)
	for j := range m.reactions {
		l.reverse[j] = -1
		if l.atp[j] != 0 || split(j) {
			l.reverse[j] = next
			next++
		}
	}
	return l
}

// columns returns the number of columns.
func (l *layout) columns() int {
	n := len(l.reverse)
	for _, r := range l.reverse {
		if r >= 0 {
			n++
		}
	}
	return n
}

// problem builds the programme of the model as published, without costs.
func (l *layout) problem() *lp.Problem {
	n, rows := l.columns(), l.growthRow+1
	if l.goalRow >= 0 {
		rows++
	}
	p := &lp.Problem{
		Cost: make([]float64, n), Lower: make([]float64, n), Upper: make([]float64, n),
		RowLower: make([]float64, rows), RowUpper: make([]float64, rows),
		ColStart: make([]int, 1, n+1),
	}
	for i := l.atpRow; i < rows; i++ {
		p.RowLower[i], p.RowUpper[i] = math.Inf(-1), math.Inf(1)
	}
	for j := range l.reverse {
		l.appendColumn(p, j, 1)
	}
	for j, r := range l.reverse {
		if r >= 0 {
			l.appendColumn(p, j, -1)
		}
	}
	for j, r := range l.reverse {
		forward, reverse := l.columnBounds(j, l.model.reactions[j].Lower, l.model.reactions[j].Upper)
		p.Lower[j], p.Upper[j] = forward[0], forward[1]
		if r >= 0 {
			p.Lower[r], p.Upper[r] = reverse[0], reverse[1]
		}
	}
	return p
}

// appendColumn adds reaction j in its forward (sign 1) or reverse (-1) sense.
func (l *layout) appendColumn(p *lp.Problem, j int, sign float64) {
	add := func(row int, value float64) {
		if value != 0 {
			p.RowIndex, p.Value = append(p.RowIndex, row), append(p.Value, value)
		}
	}
	for _, t := range l.model.reactions[j].Terms {
		add(t.Metabolite, sign*t.Coef)
	}
	add(l.atpRow, max(0, sign*l.atp[j]))
	if j == l.model.objective {
		add(l.growthRow, sign)
	}
	if l.goalRow >= 0 {
		for _, t := range l.model.goal.Terms {
			if t.Reaction == j {
				add(l.goalRow, float64(sign*l.model.goal.sign())*t.Coef)
			}
		}
	}
	p.ColStart = append(p.ColStart, len(p.Value))
}

// fluxes turns a point of the programme into one net flux per reaction.
func (l *layout) fluxes(x []float64) []float64 {
	v := make([]float64, len(l.reverse))
	for j, r := range l.reverse {
		v[j] = x[j]
		if r >= 0 {
			v[j] -= x[r]
		}
		if v[j] == 0 {
			v[j] = 0 // clears the sign of a negative zero
		}
	}
	return v
}

// A tableau is a layout with a solver, and with the basis from which every
// question starts: the answer to a question depends on it and on nothing that
// was asked before.
type tableau struct {
	*layout
	problem *lp.Problem // as the solver has it now
	solver  *lp.Fold
	start   lp.Basis
	optimum float64 // of the question that the start answers; 0 when it has none
}

// newTableau makes a tableau of a programme, which it takes over, and solves
// it: its optimal basis is the start of every question.
func newTableau(ctx context.Context, l *layout, p *lp.Problem) (*tableau, error) {
	solver, err := lp.NewFold(p)
	if err != nil {
		return nil, fmt.Errorf("model %s: %w", l.model.id, err)
	}
	t := &tableau{layout: l, problem: p, solver: solver, start: solver.Basis()}
	s, err := t.solver.Solve(ctx)
	if err != nil {
		return nil, fmt.Errorf("model %s: %w", l.model.id, err)
	}
	if s.Status == lp.Optimal {
		t.start, t.optimum = t.solver.Basis(), s.Objective
	}
	return t, nil
}

func (t *tableau) clone() *tableau {
	c := *t
	p := *t.problem
	p.Cost, p.Lower, p.Upper = slices.Clone(p.Cost), slices.Clone(p.Lower), slices.Clone(p.Upper)
	p.RowLower, p.RowUpper = slices.Clone(p.RowLower), slices.Clone(p.RowUpper)
	c.problem, c.solver = &p, t.solver.Clone()
	return &c
}

// columnBounds gives the bounds of a reaction's column and, for a split
// reaction, of its reverse part, for the net flux to keep its bounds. At least
// one part is held at zero unless the flux may have either sign.
func (l *layout) columnBounds(j int, lower, upper float64) (forward, reverse [2]float64) {
	if l.reverse[j] < 0 {
		return [2]float64{lower, upper}, reverse
	}
	return [2]float64{max(0, lower), max(0, upper)}, [2]float64{max(0, 0-upper), max(0, 0-lower)}
}

// setFlux bounds the net flux of a reaction.
func (t *tableau) setFlux(j int, lower, upper float64) {
	forward, reverse := t.columnBounds(j, lower, upper)
	t.setColumn(j, forward)
	if r := t.reverse[j]; r >= 0 {
		t.setColumn(r, reverse)
	}
}

func (t *tableau) setColumn(col int, b [2]float64) {
	if t.problem.Lower[col] != b[0] || t.problem.Upper[col] != b[1] {
		t.problem.Lower[col], t.problem.Upper[col] = b[0], b[1]
		t.solver.SetBounds(col, b[0], b[1])
	}
}

func (t *tableau) setCost(col int, cost float64) {
	if t.problem.Cost[col] != cost {
		t.problem.Cost[col] = cost
		t.solver.SetCost(col, cost)
	}
}

func (t *tableau) setRowLower(row int, lower float64) {
	if t.problem.RowLower[row] != lower {
		t.problem.RowLower[row] = lower
		t.solver.SetRowBounds(row, lower, t.problem.RowUpper[row])
	}
}

func (t *tableau) setRowUpper(row int, upper float64) {
	if t.problem.RowUpper[row] != upper {
		t.problem.RowUpper[row] = upper
		t.solver.SetRowBounds(row, t.problem.RowLower[row], upper)
	}
}

// setBounds states the bounds and the allocation rows of a question.
func (t *tableau) setBounds(b *fluxBounds, a *Allocation) {
	for j := range b.lower {
		t.setFlux(j, b.lower[j], b.upper[j])
	}
	atp, _ := a.ATPCap()
	growth, _ := a.GrowthCap()
	t.setRowUpper(t.atpRow, atp)
	t.setRowUpper(t.growthRow, growth)
}

// solve solves what is set, from the given basis.
func (t *tableau) solve(ctx context.Context, from lp.Basis) (*lp.Solution, error) {
	err := t.solver.SetBasis(from)
	if err != nil {
		return nil, fmt.Errorf("model %s: %w", t.model.id, err)
	}
	s, err := t.solver.Solve(ctx)
	if err != nil {
		return nil, fmt.Errorf("model %s: %w", t.model.id, err)
	}
	return s, nil
}
