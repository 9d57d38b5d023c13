package metabolism

import (
	"context"
	"fmt"
	"math"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/lp"
)

// A scan is the programme of one question made small, to ask of it many things
// that differ from the question by narrower bounds or by the objective. Each is
// answered from the same basis, so that an answer does not depend on those
// before it. It is not safe for concurrent use; see clone.
type scan struct {
	*layout
	images       []lp.Image // per column of the layout
	lower, upper []float64  // per group: the question's own bounds
	solver       *lp.Solver
	status       lp.Status // of the question itself
	start        lp.Basis
	rest         []float64 // per group: the flux at the start, where that matters
	changed      []int     // groups whose bounds are narrower now
}

// newScan makes the scan of a question that was checked and whose bounds do
// not cross. The objective is the model's goal.
func newScan(ctx context.Context, m *Model, b *fluxBounds, a *Allocation) (*scan, error) {
	_, rationed := a.ATPCap()
	l := newLayout(m, rationed, func(int) bool { return false })
	p := l.problem()
	p.Maximize, p.Cost = true, l.goalCost(m.goal)
	for j := range b.lower {
		forward, reverse := l.columnBounds(j, b.lower[j], b.upper[j])
		p.Lower[j], p.Upper[j] = forward[0], forward[1]
		if r := l.reverse[j]; r >= 0 {
			p.Lower[r], p.Upper[r] = reverse[0], reverse[1]
		}
	}
	p.RowUpper[l.atpRow], _ = a.ATPCap()
	p.RowUpper[l.growthRow], _ = a.GrowthCap()
	if l.goalRow >= 0 {
		p.RowLower[l.goalRow] = b.least
	}
	s := &scan{layout: l, images: make([]lp.Image, len(p.Cost))}
	return s, s.reduce(ctx, p)
}

// reduce makes p smaller, and solves what remains.
func (s *scan) reduce(ctx context.Context, p *lp.Problem) error {
	r := lp.Reduce(p)
	for j := range s.images {
		s.images[j] = lp.Image{Column: j, Factor: 1}
		if r != nil {
			s.images[j] = r.Image(j)
		}
	}
	if r != nil {
		p = r.Problem
	}
	solver, err := lp.New(p)
	if err != nil {
		return fmt.Errorf("model %s: %w", s.model.id, err)
	}
	s.lower, s.upper, s.solver = p.Lower, p.Upper, solver
	sol, err := solver.Solve(ctx)
	if err != nil {
		return fmt.Errorf("model %s: %w", s.model.id, err)
	}
	s.start, s.status = solver.Basis(), sol.Status
	return nil
}

// clone returns a scan for another goroutine.
func (s *scan) clone() *scan {
	c := *s
	c.solver, c.changed = s.solver.Clone(), nil
	return &c
}

// lose holds the flux of a reaction at zero. It is false when the question's
// own bounds do not allow that.
func (s *scan) lose(j int) bool {
	ok := s.narrow(j, 0, 0)
	if r := s.reverse[j]; r >= 0 {
		ok = s.narrow(r, 0, 0) && ok
	}
	return ok
}

// narrowTol is how far bounds may cross, relative to max(1, |bound|), and
// still count as equal.
const narrowTol = 1e-9

// narrow bounds a column besides the bounds that it has.
func (s *scan) narrow(col int, lower, upper float64) bool {
	g := s.images[col]
	if g.Column < 0 {
		slack := float64(narrowTol * max(1, math.Abs(g.Offset)))
		return lower-slack <= g.Offset && g.Offset <= upper+slack
	}
	lower, upper = (lower-g.Offset)/g.Factor, (upper-g.Offset)/g.Factor
	if g.Factor < 0 {
		lower, upper = upper, lower
	}
	have := s.solver.Bounds(g.Column)
	lower, upper = max(lower, have[0]), min(upper, have[1])
	if lower > upper {
		if lower-upper > narrowTol*max(1, math.Abs(upper)) {
			return false
		}
		lower = upper
	}
	s.solver.SetBounds(g.Column, lower, upper)
	s.changed = append(s.changed, g.Column)
	return true
}

// restore brings the question's own bounds back.
func (s *scan) restore() {
	for _, g := range s.changed {
		s.solver.SetBounds(g, s.lower[g], s.upper[g])
	}
	s.changed = s.changed[:0]
}

// solve solves what is set, from the question's own optimum.
func (s *scan) solve(ctx context.Context) (*lp.Solution, error) {
	if err := s.solver.SetBasis(s.start); err != nil {
		return nil, fmt.Errorf("model %s: %w", s.model.id, err)
	}
	sol, err := s.solver.Solve(ctx)
	if err != nil {
		return nil, fmt.Errorf("model %s: %w", s.model.id, err)
	}
	return sol, nil
}

// flux is the net flux of a reaction at a point of the small programme.
func (s *scan) flux(j int, y []float64) float64 {
	v := s.column(j, y)
	if r := s.reverse[j]; r >= 0 {
		v -= s.column(r, y)
	}
	return v + 0 // no negative zero
}

func (s *scan) column(col int, y []float64) float64 {
	g := s.images[col]
	if g.Column < 0 {
		return g.Offset
	}
	return g.Offset + float64(g.Factor*y[g.Column])
}
