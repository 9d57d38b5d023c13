package living

import (
	"context"
	"errors"
	"math"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/cell"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/replicas"
)

// A Plan says for how long cells live, and what is recorded meanwhile.
type Plan struct {
	// Seconds is how long, and Every the time between records, both above 0.
	Seconds, Every float64
	// Names are the figures that are recorded.
	Names []string
	// Replicas is how many cells there are, and Seed the first one's; that of each
	// further one is the next number.
	Replicas int
	Seed     int64
}

// Grid lists when records are made, in seconds from the start, the start
// included. It is empty when nothing is recorded.
func (p Plan) Grid() []float64 {
	if len(p.Names) == 0 {
		return nil
	}
	const rounding = 1e-9
	n := int(math.Floor(p.Seconds/p.Every + rounding))
	grid := make([]float64, n+1)
	for i := range grid {
		grid[i] = min(float64(float64(i)*p.Every), p.Seconds)
	}
	return grid
}

// Statistics sum up replicas.
type Statistics struct {
	// Seconds are the ages at the records.
	Seconds []float64
	// Mean and SD, the standard deviation of the replicas (divisor n − 1), are
	// by name as in the plan and by record.
	Mean, SD [][]float64
	// End sums up the figures of Figures, in their order, at the end.
	End []Summary
}

// A Summary sums up a figure over the replicas.
type Summary struct {
	Figure             Figure
	Mean, SD, Min, Max float64
}

// RoundSize is how many cells of an ensemble live between two looks at progress,
// and are held at the same time.
const RoundSize = 32

// Ensemble has replicas of a cell live from their birth, over all cores, and
// sums them up in the order of their seeds: the result does not depend on the
// number of cores. Before each round progress is told how many
// cells have lived and how many will in it; an error of it ends the ensemble.
func Ensemble(ctx context.Context, c *cell.Cell, p Plan, progress func(done, next int) error) (*Statistics, error) {
	grid := p.Grid()
	first, err := Begin(ctx, c, p.Seed)
	if err != nil {
		return nil, err
	}
	sums := make([]expression.Sample, len(grid)*len(p.Names))
	var ends []expression.Sample
	var figures []Figure
	for done := 0; done < p.Replicas; {
		n := min(RoundSize, p.Replicas-done)
		if err := progress(done, n); err != nil {
			return nil, err
		}
		round, err := replicas.Run(ctx, n, nil, func(ctx context.Context, i int) (replica, error) {
			return p.replica(ctx, first, grid, p.Seed+int64(done+i))
		})
		if err != nil {
			return nil, err
		}
		for _, r := range round {
			for i, v := range r.records {
				sums[i].Add(v)
			}
			if ends == nil {
				ends, figures = make([]expression.Sample, len(r.end)), r.figures
			}
			for i, v := range r.end {
				ends[i].Add(v)
			}
		}
		done += n
	}
	s := &Statistics{Seconds: grid, Mean: make([][]float64, len(p.Names)), SD: make([][]float64, len(p.Names))}
	for i := range p.Names {
		for k := range grid {
			m := sums[k*len(p.Names)+i].Moments()
			s.Mean[i], s.SD[i] = append(s.Mean[i], m.Mean), append(s.SD[i], m.SD())
		}
	}
	for i, f := range figures {
		m := ends[i].Moments()
		s.End = append(s.End, Summary{Figure: f, Mean: m.Mean, SD: m.SD(), Min: m.Min, Max: m.Max})
	}
	return s, nil
}

// A replica is what was seen of one cell.
type replica struct {
	records []float64 // by record and name
	figures []Figure
	end     []float64
}

// replica has one cell live.
func (p Plan) replica(ctx context.Context, first Cell, grid []float64, seed int64) (replica, error) {
	if err := ctx.Err(); err != nil {
		return replica{}, err
	}
	l, err := first.Sibling(ctx, seed)
	if err != nil {
		return replica{}, err
	}
	var r replica
	probes, err := Probes(l, p.Names)
	if err != nil {
		return r, err
	}
	for _, at := range grid {
		if err := l.Advance(ctx, at); err != nil {
			return r, err
		}
		for _, probe := range probes {
			r.records = append(r.records, probe())
		}
	}
	if err := l.Advance(ctx, p.Seconds); err != nil {
		return r, err
	}
	r.figures = l.Figures()
	r.end, err = Now(l)
	return r, err
}

// Probes finds what reads each of several figures.
func Probes(l Cell, names []string) ([]func() float64, error) {
	probes := make([]func() float64, len(names))
	var errs []error
	for i, name := range names {
		var err error
		probes[i], err = l.Probe(name)
		errs = append(errs, err)
	}
	return probes, errors.Join(errs...)
}

// Now reads the figures of Figures, in their order.
func Now(l Cell) ([]float64, error) {
	var names []string
	for _, f := range l.Figures() {
		names = append(names, f.Name)
	}
	probes, err := Probes(l, names)
	if err != nil {
		return nil, err
	}
	now := make([]float64, len(probes))
	for i, probe := range probes {
		now[i] = probe()
	}
	return now, nil
}
