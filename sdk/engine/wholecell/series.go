package wholecell

import (
	"context"
	"math"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// A Course says how long a cell is simulated and what is recorded of it.
type Course struct {
	Seconds float64 // > 0, simulated
	// Every is the time between records, in simulated seconds; 0 means 60. The
	// first record is of the beginning and the last one of the end.
	Every float64
	Names []string // observables, see [Observables]
	// Progress, where not nil, is told after each record how far it is, in
	// simulated seconds.
	Progress func(done, total float64)
}

const (
	defaultEvery = 60
	maxRecords   = 1 << 20
)

// times are those of the records, from 0.
func (r *Course) times() ([]float64, error) {
	every := r.Every
	if every == 0 {
		every = defaultEvery
	}
	switch {
	case !(r.Seconds > 0) || math.IsInf(r.Seconds, 1):
		return nil, &biovm.FieldError{Path: "seconds", Value: r.Seconds, Reason: "must be a finite number of simulated seconds above 0"}
	case !(every > 0) || r.Seconds/every > maxRecords:
		return nil, &biovm.FieldError{Path: "every", Value: r.Every, Reason: "must be simulated seconds above 0, with no more than a million records; 0 means 60"}
	}
	var at []float64
	for i := 0; float64(float64(i)*every) < r.Seconds; i++ {
		at = append(at, float64(float64(i)*every))
	}
	return append(at, r.Seconds), nil
}

// A Series holds what was recorded of a cell.
type Series struct {
	Names  []string
	Times  []float64   // simulated seconds, from the cell's first birth
	Values [][]float64 // by name, then time
}

// Record simulates the cell and records observables. When ctx ends it returns
// what was recorded so far, with ctx's error.
func (c *Cell) Record(ctx context.Context, r Course) (*Series, error) {
	at, err := r.times()
	if err != nil {
		return nil, err
	}
	reads, err := c.plan.observe(r.Names)
	if err != nil {
		return nil, err
	}
	s := &Series{Names: r.Names, Values: make([][]float64, len(r.Names))}
	begin := c.Time()
	values := make([]float64, len(reads))
	for _, t := range at {
		if err := c.advanceTo(ctx, begin+t); err != nil {
			return s, err
		}
		c.read(reads, values)
		s.Times = append(s.Times, c.Time())
		for i, v := range values {
			s.Values[i] = append(s.Values[i], v)
		}
		if r.Progress != nil {
			r.Progress(t, r.Seconds)
		}
	}
	return s, nil
}
