package metabolism

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/lp"
)

// A Variability is what each reaction may do while the objective stays near
// its best.
type Variability struct {
	Best *Flux // the answer to the question itself
	// Ranges has one entry per reaction of the model, in its order; empty when
	// there is no best flux distribution. Both ends are NaN where the range was
	// not asked for.
	Ranges []Range
}

// A Range is the least and the largest flux that a reaction can carry, in
// mmol/gDW/h; infinite where nothing bounds it.
type Range struct{ Min, Max float64 }

// Variability finds the range of every flux over all flux distributions whose
// objective is at least fraction, above 0 and at most 1, of the best (FVA,
// Mahadevan and Schilling 2003, doi 10.1016/j.ymben.2003.09.002). It uses all
// cores; the goroutines end before it returns, and the results do not depend on
// their number. Errors are those of [Analyzer.FBA], and a [ValueError] for the
// fraction.
func (a *Analyzer) Variability(ctx context.Context, q Question, fraction float64, progress Progress) (*Variability, error) {
	asked := make([]int, len(a.model.reactions))
	for j := range asked {
		asked[j] = j
	}
	return a.VariabilityOf(ctx, q, fraction, asked, progress)
}

// VariabilityOf is [Analyzer.Variability] of the reactions with the given
// places in the model, for which it finds the same. A place that the model does
// not have is a [ValueError].
func (a *Analyzer) VariabilityOf(ctx context.Context, q Question, fraction float64, reactions []int, progress Progress) (*Variability, error) {
	if !(fraction > 0 && fraction <= 1) {
		return nil, &ValueError{Field: "fraction", Name: "of the optimum", Text: "must be above 0 and at most 1"}
	}
	for _, j := range reactions {
		if j < 0 || j >= len(a.model.reactions) {
			return nil, &ValueError{Field: "reactions", Name: a.model.id, Text: fmt.Sprintf("no reaction %d: there are %d", j, len(a.model.reactions))}
		}
	}
	best, err := a.FBA(ctx, q)
	if err != nil {
		return nil, err
	}
	v := &Variability{Best: best}
	if best.Status != StatusOptimal {
		return v, nil
	}
	s, err := a.near(ctx, &q, best, fraction)
	if err != nil {
		return nil, err
	}
	if err := s.idle(ctx); err != nil {
		return nil, err
	}
	aims, of := s.aims(reactions)
	ends, err := s.ends(ctx, aims, progress)
	if err != nil {
		return nil, err
	}
	v.Ranges = make([]Range, len(a.model.reactions))
	for j := range v.Ranges {
		v.Ranges[j] = Range{math.NaN(), math.NaN()}
	}
	for _, j := range reactions {
		g := of[j]
		v.Ranges[j] = Range{g.Offset + 0, g.Offset + 0} // no negative zero
		if g.Column >= 0 {
			v.Ranges[j] = ends[g.Column].image(g)
		}
	}
	return v, nil
}

// near is the scan of all that is as good as the fraction of the best.
func (a *Analyzer) near(ctx context.Context, q *Question, best *Flux, fraction float64) (*scan, error) {
	b := a.model.bounds(q)
	goal := a.model.goalOf(q)
	if fraction == 1 {
		b.face(best)
	}
	// The optimum comes from another programme; where its rounding leaves no
	// room, this much of it is given up.
	for _, slack := range []float64{1e-12, 1e-10, 1e-8} {
		at := *b
		at.lower = append([]float64(nil), b.lower...)
		floor := float64(goal.sign()*best.Objective) - float64((1-fraction)*math.Abs(best.Objective)) - float64(slack*max(1, math.Abs(best.Objective)))
		if goal.single() {
			objective := goal.Terms[0].Reaction
			at.lower[objective] = min(at.upper[objective], max(at.lower[objective], floor))
		} else {
			at.least = floor
		}
		s, err := newScan(ctx, a.model, &at, q.Allocation)
		if err != nil {
			return nil, err
		}
		if s.status == lp.Infeasible {
			continue
		}
		return s, nil
	}
	return nil, errors.New("model " + a.model.id + ": the optimum could not be kept while looking for what else may be")
}

// faceTol is the reduced cost, in units of the objective per mmol/gDW/h, from
// which on a flux cannot leave its bound while the objective stays at its best:
// far above the rounding of duals (1e-14) and below what any need costs.
const faceTol = 1e-9

// face holds the fluxes that have a price at the bounds that they are at: by
// complementary slackness they are there in every optimum.
func (b *fluxBounds) face(best *Flux) {
	for j, d := range best.ReducedCosts {
		if math.Abs(d) <= faceTol {
			continue
		}
		switch best.Fluxes[j] {
		case b.lower[j]:
			b.upper[j] = b.lower[j]
		case b.upper[j]:
			b.lower[j] = b.upper[j]
		}
	}
}

// An aim is what a scan makes as large and as small as can be: one group, or
// for a reaction of two parts the difference of theirs.
type aim struct {
	groups  [2]int // -1 for none
	factors [2]float64
}

// aims returns what to look at, and for each of the reactions what the range of
// an aim says about its own: the aim's place is the image's column.
func (s *scan) aims(reactions []int) ([]aim, []lp.Image) {
	of := make([]lp.Image, len(s.reverse))
	split := make([]aim, len(s.reverse))
	needed := make([]bool, len(s.lower))
	asked := make([]bool, len(s.reverse))
	for _, j := range reactions {
		asked[j] = true
		of[j] = s.images[j]
		if r := s.reverse[j]; r >= 0 {
			split[j], of[j] = difference(of[j], s.images[r])
		}
		if g := of[j].Column; g >= 0 {
			needed[g] = true
		}
	}
	var aims []aim
	place := make([]int, len(s.lower))
	for g, ok := range needed {
		if ok {
			place[g] = len(aims)
			aims = append(aims, aim{groups: [2]int{g, -1}, factors: [2]float64{1, 0}})
		}
	}
	for j := range of {
		switch {
		case !asked[j]:
		case of[j].Column >= 0:
			of[j].Column = place[of[j].Column]
		case split[j].factors[1] != 0:
			of[j].Column, of[j].Factor = len(aims), 1
			aims = append(aims, split[j])
		}
	}
	return aims, of
}

// difference is one image less another: an image, or, where they are of two
// groups, an aim and the image's offset.
func difference(forward, back lp.Image) (aim, lp.Image) {
	d := lp.Image{Column: forward.Column, Factor: forward.Factor, Offset: forward.Offset - back.Offset}
	switch {
	case back.Column < 0:
	case forward.Column < 0:
		d.Column, d.Factor = back.Column, 0-back.Factor
	case forward.Column != back.Column:
		d.Column = -1
		return aim{groups: [2]int{forward.Column, back.Column}, factors: [2]float64{forward.Factor, 0 - back.Factor}}, d
	default:
		if d.Factor -= back.Factor; d.Factor == 0 {
			d.Column = -1
		}
	}
	return aim{}, d
}

// image is the range of what the image stands for.
func (r Range) image(g lp.Image) Range {
	if g.Factor < 0 {
		r.Min, r.Max = r.Max, r.Min
	}
	return Range{g.Offset + float64(g.Factor*r.Min) + 0, g.Offset + float64(g.Factor*r.Max) + 0}
}

// idle leaves the objective out: from there to any other it is the same way.
func (s *scan) idle(ctx context.Context) error {
	for g := range s.lower {
		s.solver.SetCost(g, 0)
	}
	sol, err := s.solve(ctx)
	if err != nil {
		return err
	}
	if sol.Status != lp.Optimal { // it was, with an objective
		return fmt.Errorf("model %s: without an objective it came out as %v", s.model.id, sol.Status)
	}
	s.start, s.rest = s.solver.Basis(), sol.X
	return nil
}

// chunk is how many aims a worker takes at once.
const chunk = 8

// ends finds the range of every aim.
func (s *scan) ends(ctx context.Context, aims []aim, progress Progress) ([]Range, error) {
	n := len(aims)
	ends := make([]Range, n)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // a worker that fails stops the others
	var (
		next    atomic.Int64
		workers sync.WaitGroup
		mu      sync.Mutex // guards done, failed and the calls of progress
		done    int
		failed  error
	)
	chunks := (n + chunk - 1) / chunk
	for range min(runtime.GOMAXPROCS(0), chunks) {
		own := s.clone()
		workers.Go(func() {
			for c := int(next.Add(1)) - 1; c < chunks; c = int(next.Add(1)) - 1 {
				from, to := c*chunk, min(n, (c+1)*chunk)
				err := own.endsOf(ctx, aims[from:to], ends[from:to])
				mu.Lock()
				if done += to - from; err == nil && progress != nil {
					progress(done, n)
				}
				if err != nil && (failed == nil || errors.Is(failed, context.Canceled)) {
					failed = err
				}
				mu.Unlock()
				if err != nil {
					cancel()
					return
				}
			}
		})
	}
	workers.Wait()
	return ends, failed
}

// endsOf finds the ranges of some aims.
func (s *scan) endsOf(ctx context.Context, aims []aim, ends []Range) error {
	for i := range aims {
		for _, sign := range []float64{1, -1} {
			v, err := s.end(ctx, &aims[i], sign)
			if err != nil {
				return err
			}
			if sign > 0 {
				ends[i].Max = v
			} else {
				ends[i].Min = v
			}
		}
		s.setAim(&aims[i], 0)
	}
	return nil
}

// atBound reports whether an aim is at its own bound at the start already, as
// all are at zero that rest, and returns that.
func (s *scan) atBound(a *aim, sign float64) (float64, bool) {
	g := a.groups[0]
	if a.groups[1] >= 0 {
		return 0, false
	}
	bound := s.upper[g]
	if sign*a.factors[0] < 0 {
		bound = s.lower[g]
	}
	return float64(a.factors[0] * bound), s.rest[g] == bound
}

// end finds the largest (sign 1) or least (-1) value of an aim, from the same
// start as every other.
func (s *scan) end(ctx context.Context, a *aim, sign float64) (float64, error) {
	if v, ok := s.atBound(a, sign); ok {
		return v, nil
	}
	s.setAim(a, sign)
	sol, err := s.solve(ctx)
	switch {
	case err != nil:
		return 0, err
	case sol.Status == lp.Unbounded:
		return math.Inf(int(sign)), nil
	case sol.Status != lp.Optimal: // there is a flux distribution: the best one
		return 0, fmt.Errorf("model %s: a flux range came out as %v", s.model.id, sol.Status)
	}
	v := 0.0
	for k, g := range a.groups {
		if g >= 0 {
			v += float64(a.factors[k] * sol.X[g])
		}
	}
	return v, nil
}

func (s *scan) setAim(a *aim, sign float64) {
	for k, g := range a.groups {
		if g >= 0 {
			s.solver.SetCost(g, float64(sign*a.factors[k]))
		}
	}
}
