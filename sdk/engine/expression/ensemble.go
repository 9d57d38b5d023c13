package expression

import (
	"context"
	"fmt"
	"math"
	"sync"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/replicas"
)

// EnsembleOptions say how many simulations of a network are run, and what is
// asked of them.
type EnsembleOptions struct {
	Method  Method
	Epsilon float64 // see [Options]
	// Replicas is how many simulations are run, ≥ 1; number i has stream i of Seed.
	Replicas int
	Seed     uint64
	// Grid lists the times, in seconds, rising from ≥ 0, at which the counts are
	// taken.
	Grid []float64
	// Species lists those whose statistics are wanted; nil means all, if there is
	// nothing Derived.
	Species []Species
	// Derived are numbers made of a time and the counts, whose statistics are
	// wanted besides: their columns follow those of the species. Many goroutines
	// call them at once.
	Derived []func(t float64, x []float64) float64
	// Workers is how many goroutines simulate; 0 means one per processor. The
	// result does not depend on it.
	Workers int
	// Progress, where not nil, is told how many replicas are done. It is called
	// by one goroutine at a time.
	Progress func(done, total int)
	// Each, where not nil, is given each replica's counts in the order of the
	// replicas, by grid time, then column; the slice is the ensemble's. It is
	// called by one goroutine at a time. An error ends the ensemble.
	Each func(replica int, counts []float64) error
	// Prepare, where not nil, is called before each replica is simulated, by the
	// goroutine that will, at time 0: it may set counts and rates.
	Prepare func(replica int, s *Simulator) error
}

// Statistics are what an ensemble's replicas have in common. They are streamed:
// their size does not depend on the number of replicas.
type Statistics struct {
	Grid     []float64
	Species  []Species
	Replicas int
	columns  int
	samples  []Sample // by grid time, then column
}

// At is the statistics of a column, at the time with an index of Grid. Columns
// are those of Species, and then what is Derived.
func (st *Statistics) At(grid, column int) Moments {
	return st.samples[grid*st.columns+column].Moments()
}

// batch is how many replicas are summed up by one worker before they join the
// others. It is fixed, and batches join in order, so that sums are always
// rounded the same.
const batch = 16

// Ensemble simulates replicas of a network on many processors. When ctx ends it
// returns its error, after all its goroutines ended.
func Ensemble(ctx context.Context, n *Network, o EnsembleOptions) (*Statistics, error) {
	if o.Species == nil && len(o.Derived) == 0 {
		for s := range n.species {
			o.Species = append(o.Species, Species(s))
		}
	}
	if err := o.check(n); err != nil {
		return nil, err
	}
	e := &ensemble{net: n, opts: &o}
	e.stats = Statistics{Grid: append([]float64(nil), o.Grid...), Species: append([]Species(nil), o.Species...), Replicas: o.Replicas}
	e.stats.columns = len(o.Species) + len(o.Derived)
	e.stats.samples = make([]Sample, len(o.Grid)*e.stats.columns)
	options := replicas.Options{Workers: o.Workers, Ahead: 1} // summaries may be large
	if o.Progress != nil {
		options.Progress = func(done, _ int) { o.Progress(min(done*batch, o.Replicas), o.Replicas) }
	}
	batches := (o.Replicas + batch - 1) / batch
	simulators := func() (*Simulator, error) { return newSimulator(n, Options{Method: o.Method, Epsilon: o.Epsilon}) }
	if err := replicas.Stream(ctx, batches, options, simulators, e.simulate, e.join); err != nil {
		return nil, err
	}
	return &e.stats, nil
}

func (o *EnsembleOptions) check(n *Network) error {
	const most = 1 << 40
	invalid := func(path string, value any, reason string) error {
		return &biovm.FieldError{Path: path, Value: value, Reason: reason}
	}
	switch {
	case o.Replicas < 1 || o.Replicas > most:
		return invalid("replicas", o.Replicas, "must be from 1 to 2^40")
	case o.Workers < 0:
		return invalid("workers", o.Workers, "must be ≥ 0; 0 means one per processor")
	case len(o.Grid) == 0:
		return invalid("grid", nil, "must have a time at least")
	}
	for i, t := range o.Grid {
		if !(t >= 0) || math.IsInf(t, 1) || i > 0 && t < o.Grid[i-1] {
			return invalid(fmt.Sprintf("grid[%d]", i), t, "must be a time ≥ 0, in seconds, not before the last")
		}
	}
	for i, s := range o.Species {
		if s < 0 || int(s) >= len(n.species) {
			return invalid(fmt.Sprintf("species[%d]", i), int(s), fmt.Sprintf("there are %d", len(n.species)))
		}
	}
	options := Options{Method: o.Method, Epsilon: o.Epsilon}
	return options.check()
}

// An ensemble is one call of Ensemble. The mutex guards what is below it.
type ensemble struct {
	net   *Network
	opts  *EnsembleOptions
	stats Statistics

	mu   sync.Mutex
	free []*summary // to be used again
}

// A summary is what a batch of replicas came to.
type summary struct {
	samples []Sample
	counts  []float64 // of each replica, if somebody wants to see them
}

// room gives a summary that nothing is in.
func (e *ensemble) room() *summary {
	e.mu.Lock()
	defer e.mu.Unlock()
	if last := len(e.free) - 1; last >= 0 {
		m := e.free[last]
		e.free = e.free[:last]
		clear(m.samples)
		return m
	}
	width, rows := len(e.stats.samples), 1
	if e.opts.Each != nil {
		rows = batch
	}
	return &summary{samples: make([]Sample, width), counts: make([]float64, rows*width)}
}

// simulate simulates a batch.
func (e *ensemble) simulate(ctx context.Context, s *Simulator, number int) (*summary, error) {
	m := e.room()
	width := len(m.samples)
	first := number * batch
	for replica := first; replica < min(first+batch, e.opts.Replicas); replica++ {
		row := m.counts[:width]
		if e.opts.Each != nil {
			row = m.counts[(replica-first)*width:][:width]
		}
		if err := e.replica(ctx, s, replica, row); err != nil {
			return nil, err
		}
		for i, x := range row {
			m.samples[i].Add(x)
		}
	}
	return m, nil
}

// replica simulates one, and takes its counts.
func (e *ensemble) replica(ctx context.Context, s *Simulator, replica int, counts []float64) error {
	s.Reset(e.opts.Seed, uint64(replica))
	if e.opts.Prepare != nil {
		if err := e.opts.Prepare(replica, s); err != nil {
			return fmt.Errorf("replica %d: %w", replica, err)
		}
	}
	for g, t := range e.opts.Grid {
		if err := s.Advance(ctx, t); err != nil {
			return fmt.Errorf("replica %d: %w", replica, err)
		}
		row := counts[g*e.stats.columns:]
		for k, sp := range e.opts.Species {
			row[k] = s.x[sp]
		}
		for k, f := range e.opts.Derived {
			row[len(e.opts.Species)+k] = f(t, s.x)
		}
	}
	return nil
}

// join adds a batch whose turn it is to the statistics.
func (e *ensemble) join(number int, m *summary) error {
	for i := range m.samples {
		e.stats.samples[i].Merge(&m.samples[i])
	}
	if e.opts.Each != nil {
		width := len(m.samples)
		first := number * batch
		for replica := first; replica < min(first+batch, e.opts.Replicas); replica++ {
			if err := e.opts.Each(replica, m.counts[(replica-first)*width:][:width]); err != nil {
				return fmt.Errorf("replica %d: %w", replica, err)
			}
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.free = append(e.free, m)
	return nil
}
