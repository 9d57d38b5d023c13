package lac

import (
	"context"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/replicas"
)

// maxCells is how many cells a population may have.
const maxCells = 1_000_000

// Population simulates many cells of a configuration, cell i with stream i of
// its seed, for so many seconds, on all cores, and returns what they then are, in
// that order. The result does not depend on the number of cores. Progress, where
// not nil, is told how many are done, by one goroutine at a time.
func Population(ctx context.Context, c Config, cells int, seconds float64, progress func(done, total int)) ([]Metrics, error) {
	if cells < 1 || cells > maxCells {
		return nil, &biovm.FieldError{Path: "cells", Value: cells, Reason: "must be from 1 to 1000000"}
	}
	return replicas.Run(ctx, cells, progress, func(ctx context.Context, i int) (Metrics, error) {
		one := c
		one.Stream = uint64(i) //nolint:gosec // it is not negative
		cell, err := New(one)
		if err != nil {
			return Metrics{}, err
		}
		if err := cell.Advance(ctx, seconds); err != nil {
			return Metrics{}, err
		}
		return cell.Metrics(), nil
	})
}
