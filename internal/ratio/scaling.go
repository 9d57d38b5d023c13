package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/wholecell"
)

// A scaling is what one worker does, and two that share it. Both must come to the
// same bits.
type scaling struct {
	name string
	does func(ctx context.Context, workers int) (answer float64, err error)
}

func (s scaling) title() string { return s.name }

// print tells the seconds of the clock that one and two take, the best of some
// turns, and how many times as fast two are.
func (s scaling) print(ctx context.Context, b *bench) error {
	const most = 2
	if n := runtime.NumCPU(); n < most {
		return b.tell("absent\t%s\tthis machine has %d processor", s.name, n)
	}
	var first float64
	best := [most]float64{math.Inf(1), math.Inf(1)}
	for round := range b.rounds {
		for w := range most {
			took, answer, err := s.turn(ctx, w+1)
			switch {
			case err != nil:
				return fmt.Errorf("%s: %w", s.name, err)
			case round+w == 0:
				first = answer
			case answer != first: //nolint:gocritic // to the bit
				return fmt.Errorf("%s: %d workers come to %v, and one came to %v", s.name, w+1, answer, first)
			}
			best[w] = min(best[w], took)
		}
	}
	return b.tell("scaling\t%s\t%.3f\t%.3f\t%.3f", s.name, best[0], best[1], best[0]/best[1])
}

// turn lets so many workers do it, with a processor for each.
func (s scaling) turn(ctx context.Context, workers int) (seconds, answer float64, err error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(workers))
	runtime.GC()
	began := time.Now()
	answer, err = s.does(ctx, workers)
	return time.Since(began).Seconds(), answer, err
}

// ensembles is a thousand living cells of JCVI-syn3A, with metabolism, from birth
// on.
func ensembles() scaling {
	const cells, seconds = 1000, 60
	return scaling{fmt.Sprintf("ensemble-%d-whole-cells/1-and-2-workers", cells), func(ctx context.Context, workers int) (float64, error) {
		o, err := organism.Of(biovm.Syn3A)
		if err != nil {
			return 0, err
		}
		stats, err := wholecell.Ensemble(ctx, o, wholecell.Config{Seed: 1}, wholecell.EnsembleOptions{
			Course: wholecell.Course{Seconds: seconds, Names: []string{"mass"}}, Replicas: cells, Workers: workers,
		})
		if err != nil {
			return 0, err
		}
		if len(stats.Mean) == 0 || len(stats.Mean[0]) == 0 {
			return 0, errors.New("the ensemble has no statistics")
		}
		last := len(stats.Mean[0]) - 1
		return stats.Mean[0][last] + stats.Variance[0][last], nil
	}}
}
