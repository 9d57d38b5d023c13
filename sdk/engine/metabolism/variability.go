package metabolism

import (
	"context"
	"errors"
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
	// there is no best flux distribution.
	Ranges []Range
}

// A Range is the least and the largest flux that a reaction can carry, in
// mmol/gDW/h; infinite where nothing bounds it.
type Range struct{ Min, Max float64 }

// Variability finds the range of every flux over all flux distributions whose
// objective is at least fraction, above 0 and at most 1, of the best (FVA,
// Mahadevan and Schilling 2003, doi 10.1016/j.ymben.2003.09.002). It uses all cores; the goroutines end before it returns,
// and the results do not depend on their number. Errors are those of
// [Analyzer.FBA], and a [ValueError] for the fraction.
func (a *Analyzer) Variability(ctx context.Context, q Question, fraction float64, progress Progress) (*Variability, error) {
	if !(fraction > 0 && fraction <= 1) {
		return nil, &ValueError{Field: "fraction", Name: "of the optimum", Text: "must be above 0 and at most 1"}
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
	ends, err := s.ends(ctx, progress)
	if err != nil {
		return nil, err
	}
	v.Ranges = make([]Range, len(a.model.reactions))
	for j := range v.Ranges {
		v.Ranges[j] = s.reactionRange(j, ends)
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
		if objective := goal.Terms[0].Reaction; goal.single() {
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
		switch v := best.Fluxes[j]; {
		case v == b.lower[j]:
			b.upper[j] = b.lower[j]
		case v == b.upper[j]:
			b.lower[j] = b.upper[j]
		}
	}
}

// chunk is how many groups are looked at from one start: the work is the same
// whoever does it.
const chunk = 32

// ends finds the range of every group.
func (s *scan) ends(ctx context.Context, progress Progress) ([]Range, error) {
	n := len(s.lower)
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
				err := own.endsOf(ctx, from, to, ends)
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

// endsOf finds the ranges of the groups from one to another, each from where
// the one before it ended.
func (s *scan) endsOf(ctx context.Context, from, to int, ends []Range) error {
	if err := s.solver.SetBasis(s.start); err != nil {
		return err
	}
	for g := range s.lower {
		s.solver.SetCost(g, 0)
	}
	for g := from; g < to; g++ {
		for _, sign := range []float64{1, -1} {
			s.solver.SetCost(g, sign)
			sol, err := s.solver.Solve(ctx)
			if err != nil {
				return err
			}
			v := math.Inf(int(sign))
			if sol.Status == lp.Optimal {
				v = sol.X[g]
			}
			if sign > 0 {
				ends[g].Max = v
			} else {
				ends[g].Min = v
			}
		}
		s.solver.SetCost(g, 0)
	}
	return nil
}

// reactionRange puts the range of a reaction together. A split reaction's
// parts are looked at apart, and only one of them can carry flux at an end.
func (s *scan) reactionRange(j int, ends []Range) Range {
	r := s.columnRange(j, ends)
	if k := s.reverse[j]; k >= 0 {
		back := s.columnRange(k, ends)
		r.Min, r.Max = r.Min-back.Max, r.Max-back.Min
	}
	return Range{Min: r.Min + 0, Max: r.Max + 0}
}

func (s *scan) columnRange(col int, ends []Range) Range {
	g := s.images[col]
	if g.Column < 0 {
		return Range{g.Offset, g.Offset}
	}
	r := Range{g.Offset + float64(g.Factor*ends[g.Column].Min), g.Offset + float64(g.Factor*ends[g.Column].Max)}
	if g.Factor < 0 {
		r.Min, r.Max = r.Max, r.Min
	}
	return r
}
