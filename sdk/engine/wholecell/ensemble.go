package wholecell

import (
	"context"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/replicas"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

// EnsembleOptions say how many cells are simulated, and how.
type EnsembleOptions struct {
	Course   Course // of each cell; its Progress is not used
	Replicas int    // ≥ 1; number i has stream Config.Stream + i
	// Workers is how many goroutines simulate; 0 means one per processor. The
	// result does not depend on it.
	Workers int
	// Progress, where not nil, is told how many replicas are done, by one
	// goroutine at a time.
	Progress func(done, total int)
	// Each, where not nil, is given each replica's series in the order of the
	// replicas, by one goroutine at a time. An error ends the ensemble.
	Each func(replica int, s *Series) error
}

// Statistics are what the cells of an ensemble have in common. They are
// streamed: their size does not depend on the number of replicas.
type Statistics struct {
	Names    []string
	Times    []float64 // simulated seconds
	Replicas int
	// By name, then time. Variance is that of the sample, with n-1; of one replica
	// it is 0.
	Mean, Variance, Min, Max [][]float64
}

// Ensemble simulates cells that differ in nothing but their chance, on many
// processors. When ctx ends it returns its error, after all its goroutines
// ended.
func Ensemble(ctx context.Context, o *organism.Organism, cfg Config, opts EnsembleOptions) (*Statistics, error) {
	const most = 1 << 30
	if opts.Replicas < 1 || opts.Replicas > most {
		return nil, &biovm.FieldError{Path: "replicas", Value: opts.Replicas, Reason: "must be from 1 to 2^30"}
	}
	if opts.Workers < 0 {
		return nil, &biovm.FieldError{Path: "workers", Value: opts.Workers, Reason: "must be 0 or more; 0 means one per processor"}
	}
	times, err := opts.Course.times()
	if err != nil {
		return nil, err
	}
	s, err := newStrain(o, cfg)
	if err != nil {
		return nil, err
	}
	if _, err := s.plan.observe(opts.Course.Names); err != nil {
		return nil, err
	}
	course := opts.Course
	course.Progress = nil
	samples := newGrid[expression.Sample](len(opts.Course.Names), len(times))
	err = replicas.Stream(ctx, opts.Replicas, replicas.Options{Workers: opts.Workers, Progress: opts.Progress},
		func() (*strain, error) { return s, nil },
		func(ctx context.Context, s *strain, replica int) (*Series, error) {
			c, err := s.cell(cfg.Seed, cfg.Stream+uint64(replica)) //nolint:gosec // it is not negative
			if err != nil {
				return nil, err
			}
			return c.Record(ctx, course)
		},
		func(replica int, s *Series) error { // in their order, so that sums are always rounded the same
			if opts.Each != nil {
				if err := opts.Each(replica, s); err != nil {
					return err
				}
			}
			for i, row := range samples {
				for k, v := range s.Values[i] {
					row[k].Add(v)
				}
			}
			return nil
		})
	if err != nil {
		return nil, err
	}
	return statistics(opts.Course.Names, times, opts.Replicas, samples), nil
}

// statistics are those of so many cells' samples, by name and time.
func statistics(names []string, times []float64, cells int, samples [][]expression.Sample) *Statistics {
	st := &Statistics{Names: names, Times: times, Replicas: cells}
	for _, grid := range []*[][]float64{&st.Mean, &st.Variance, &st.Min, &st.Max} {
		*grid = newGrid[float64](len(names), len(times))
	}
	for i, row := range samples {
		for k := range row {
			m := row[k].Moments()
			st.Mean[i][k], st.Variance[i][k], st.Min[i][k], st.Max[i][k] = m.Mean, m.Variance, m.Min, m.Max
		}
	}
	return st
}

func newGrid[T any](rows, columns int) [][]T {
	grid := make([][]T, rows)
	for i := range grid {
		grid[i] = make([]T, columns)
	}
	return grid
}
