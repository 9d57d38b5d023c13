package metabolism

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/lp"
)

// A Resource is what a curve is drawn over.
type Resource int

// The resources that an [Allocation] rations.
const (
	ResourceATP       Resource = iota + 1 // ATPShare, in percent
	ResourceRibosomes                     // Ribosomes, in physical ribosomes
)

// A Breakpoint is a point of a curve where its slope changes, or one of its
// ends.
type Breakpoint struct {
	Amount float64 // percent of ATP, or ribosomes
	Growth float64 // 1/h; 0 where the cell is dead
	// Slope is what one unit more brings from here on, in 1/h per unit, and
	// LimitedBy what limits from here on; at the last point as before it.
	Slope     float64
	LimitedBy string
}

// curveTol is the difference of growth, relative to max(1, growth), that counts
// as none: what solves leave of the same optimum is far below.
const curveTol = 1e-9

// Curve returns growth as a function of a resource between two amounts, all
// else as the question's allocation has it: growth is concave and piecewise
// linear in a ration, so the breakpoints are the whole of it. Below the amount
// with which the cell can keep itself alive it is 0, and the curve starts with
// a jump there: two points of the same amount. Errors are those of
// [Analyzer.FBA], and a [ValueError] for amounts that are not in order or
// without an allocation.
func (a *Analyzer) Curve(ctx context.Context, q Question, r Resource, from, to float64) ([]Breakpoint, error) {
	if q.Allocation == nil || !(from >= 0 && from < to) || math.IsInf(to, 1) {
		return nil, &ValueError{Field: "curve", Name: a.model.id, Text: "needs an allocation and two finite amounts of 0 or more, the lower one first"}
	}
	c := &curve{a: a, q: q, resource: r}
	low, err := c.at(ctx, from)
	if err != nil {
		return nil, err
	}
	high, err := c.at(ctx, to)
	if err != nil {
		return nil, err
	}
	var dead []Breakpoint
	if !low.alive && high.alive {
		start := low
		if low, err = c.birth(ctx, low, high); err != nil {
			return nil, err
		}
		dead = []Breakpoint{start.Breakpoint, {Amount: low.Amount, LimitedBy: LimitedByDeath}}
	}
	points := []curvePoint{low, high}
	if low.alive {
		if points, err = c.between(ctx, low, high, maxBreaks); err != nil {
			return nil, err
		}
	}
	found := breakpoints(points)
	if err := c.limits(ctx, found); err != nil {
		return nil, err
	}
	return append(dead, found...), nil
}

// maxBreaks bounds the recursion: no curve of a network has as many.
const maxBreaks = 200

type curve struct {
	a        *Analyzer
	q        Question
	resource Resource
}

// A curvePoint is a point and the slope that the dual prices there.
type curvePoint struct {
	Breakpoint

	alive bool
}

func (c *curve) at(ctx context.Context, amount float64) (curvePoint, error) {
	q, al := c.q, *c.q.Allocation
	if c.resource == ResourceATP {
		al.ATPShare = amount
	} else {
		al.Ribosomes = amount
	}
	q.Allocation = &al
	f, err := c.a.FBA(ctx, q)
	if err != nil {
		return curvePoint{}, err
	}
	p := curvePoint{alive: f.Status == StatusOptimal}
	p.Amount, p.Growth, p.LimitedBy = amount, max(0, f.Growth), f.LimitedBy
	if c.resource == ResourceATP {
		p.Slope = f.RowPrices.ATP * al.ATPReference / percent
	} else {
		p.Slope = f.RowPrices.Ribosomes
	}
	return p, nil
}

// birth finds the least amount with which the cell lives: what it uses at least
// or, where rounding leaves nothing feasible there, by halving from little more.
func (c *curve) birth(ctx context.Context, dead, alive curvePoint) (curvePoint, error) {
	least, err := c.least(ctx)
	if err != nil {
		return alive, err
	}
	for slack := 1e-13; slack < curveTol; slack *= 10 {
		amount := least + float64(slack*max(1, least))
		if !(amount > dead.Amount && amount < alive.Amount) {
			continue
		}
		p, err := c.at(ctx, amount)
		if err != nil || p.alive {
			return p, err
		}
		dead = p
	}
	for alive.Amount-dead.Amount > curveTol*max(1, alive.Amount) {
		p, err := c.at(ctx, dead.Amount+float64((alive.Amount-dead.Amount)/2))
		if err != nil {
			return p, err
		}
		if p.alive {
			alive = p
		} else {
			dead = p
		}
	}
	return alive, nil
}

// least is the smallest amount of the resource that any flux distribution uses,
// -Inf when there is no such distribution.
func (c *curve) least(ctx context.Context) (float64, error) {
	t, err := c.a.growthTableau(ctx)
	if err != nil {
		return 0, err
	}
	q, al := c.q, *c.q.Allocation
	for col := range t.problem.Cost {
		t.setCost(col, 0)
	}
	var unit float64 // of the resource, in what the programme counts
	if c.resource == ResourceATP {
		al.ATPShare, unit = percent, al.ATPReference/percent
		for j, r := range t.reverse {
			if r >= 0 {
				t.setCost(j, min(0, 0-t.atp[j]))
				t.setCost(r, min(0, t.atp[j]))
			}
		}
	} else {
		al.Ribosomes, unit = math.Inf(1), al.growthPerRibosome()
		if j := t.model.objective; j >= 0 {
			t.setCost(j, -1)
		}
	}
	t.setBounds(c.a.model.bounds(&q), &al)
	s, err := t.solve(ctx, t.start)
	if err != nil || s.Status != lp.Optimal {
		return math.Inf(-1), err
	}
	return (0 - s.Objective) / unit, nil
}

// between finds the points between two: where their tangents meet, a concave
// function is either on both, and breaks there, or below, and breaks on either
// side.
func (c *curve) between(ctx context.Context, low, high curvePoint, left int) ([]curvePoint, error) {
	rise := (high.Growth - low.Growth) / (high.Amount - low.Amount)
	near := float64(curveTol * max(1, high.Growth))
	span := high.Amount - low.Amount
	if left == 0 || span <= curveTol*max(1, high.Amount) ||
		math.Abs(rise-low.Slope)*span <= near || math.Abs(rise-high.Slope)*span <= near {
		return []curvePoint{low, high}, nil
	}
	meet := low.Amount + float64(((high.Growth-float64(high.Slope*span))-low.Growth)/(low.Slope-high.Slope))
	meet = max(low.Amount+span/1e6, min(high.Amount-span/1e6, meet))
	p, err := c.at(ctx, meet)
	if err != nil {
		return nil, err
	}
	before, err := c.between(ctx, low, p, left-1)
	if err != nil {
		return nil, err
	}
	after, err := c.between(ctx, p, high, left-1)
	if err != nil {
		return nil, err
	}
	return append(before, after[1:]...), nil
}

// breakpoints drops the points that are on the line between their neighbours,
// and puts in slopes as the curve has them to the right.
func breakpoints(points []curvePoint) []Breakpoint {
	slices.SortStableFunc(points, func(a, b curvePoint) int { return cmp.Compare(a.Amount, b.Amount) })
	kept := []Breakpoint{points[0].Breakpoint}
	for i := 1; i+1 < len(points); i++ {
		a, b, c := kept[len(kept)-1], points[i].Breakpoint, points[i+1].Breakpoint
		line := a.Growth + float64((c.Growth-a.Growth)/(c.Amount-a.Amount)*(b.Amount-a.Amount))
		if math.Abs(line-b.Growth) > curveTol*max(1, c.Growth) {
			kept = append(kept, b)
		}
	}
	if last := points[len(points)-1].Breakpoint; last.Amount > points[0].Amount {
		kept = append(kept, last)
	}
	for i := range kept[1:] {
		kept[i].Slope = (kept[i+1].Growth - kept[i].Growth) / (kept[i+1].Amount - kept[i].Amount)
	}
	return kept
}

// limits says what limits between two points, which at the points themselves
// can be either of what does before and after.
func (c *curve) limits(ctx context.Context, points []Breakpoint) error {
	for i := range points[1:] {
		p, err := c.at(ctx, points[i].Amount+float64((points[i+1].Amount-points[i].Amount)/2))
		if err != nil {
			return err
		}
		points[i].LimitedBy = p.LimitedBy
	}
	if last := len(points) - 1; last > 0 {
		points[last].Slope, points[last].LimitedBy = points[last-1].Slope, points[last-1].LimitedBy
	}
	return nil
}
