package expression

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"sync"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
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
	moments  []moments // by grid time, then column
}

// Moments are the statistics of one species at one time. Variance is that of
// the sample, with n-1; of one replica it is 0.
type Moments struct{ Mean, Variance, Min, Max float64 }

// At is the statistics of a column, at the time with an index of Grid. Columns
// are those of Species, and then what is Derived.
func (st *Statistics) At(grid, column int) Moments {
	m := &st.moments[grid*st.columns+column]
	out := Moments{Mean: m.mean, Min: m.low, Max: m.high}
	if m.n > 1 {
		out.Variance = m.squares / (m.n - 1)
	}
	return out
}

// moments are running ones, by Welford.
type moments struct{ n, mean, squares, low, high float64 }

func (m *moments) add(x float64) {
	if m.n == 0 {
		m.low, m.high = x, x
	}
	m.n++
	d := x - m.mean
	m.mean += d / m.n
	m.squares += float64(d * (x - m.mean))
	m.low, m.high = min(m.low, x), max(m.high, x)
}

// merge adds what another saw, by Chan, Golub and LeVeque (1979).
func (m *moments) merge(o *moments) {
	if m.n == 0 {
		*m = *o
		return
	}
	n := m.n + o.n
	d := o.mean - m.mean
	m.mean += float64(d * (o.n / n))
	m.squares += o.squares + float64(float64(d*d)*(m.n*o.n/n))
	m.n, m.low, m.high = n, min(m.low, o.low), max(m.high, o.high)
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
	e := &ensemble{net: n, opts: &o, batches: (o.Replicas + batch - 1) / batch}
	e.turn = sync.NewCond(&e.mu)
	e.stats = Statistics{Grid: append([]float64(nil), o.Grid...), Species: append([]Species(nil), o.Species...), Replicas: o.Replicas}
	e.stats.columns = len(o.Species) + len(o.Derived)
	e.stats.moments = make([]moments, len(o.Grid)*e.stats.columns)
	workers := o.Workers
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var all sync.WaitGroup
	for range min(workers, e.batches) {
		all.Go(func() {
			if err := e.work(ctx); err != nil {
				e.fail(err)
				cancel()
			}
		})
	}
	all.Wait()
	if e.failed != nil {
		return nil, e.failed
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
	net     *Network
	opts    *EnsembleOptions
	batches int

	mu     sync.Mutex
	turn   *sync.Cond // joined or failed changed
	given  int        // batches that workers took
	joined int        // batches that are in stats
	stats  Statistics
	failed error
}

// fail notes the first error and lets nobody wait any longer.
func (e *ensemble) fail(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.failed == nil {
		e.failed = err
	}
	e.turn.Broadcast()
}

// take gives a worker its next batch.
func (e *ensemble) take() (number int, more bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.failed != nil || e.given == e.batches {
		return 0, false
	}
	e.given++
	return e.given - 1, true
}

// work simulates batch after batch.
func (e *ensemble) work(ctx context.Context) error {
	s, err := newSimulator(e.net, Options{Method: e.opts.Method, Epsilon: e.opts.Epsilon})
	if err != nil {
		return err
	}
	width := len(e.stats.moments)
	sums := make([]moments, width)
	rows := 1
	if e.opts.Each != nil {
		rows = batch
	}
	counts := make([]float64, rows*width)
	for {
		number, more := e.take()
		if !more {
			return nil
		}
		clear(sums)
		first := number * batch
		last := min(first+batch, e.opts.Replicas)
		for replica := first; replica < last; replica++ {
			row := counts[:width]
			if rows > 1 {
				row = counts[(replica-first)*width:][:width]
			}
			if err := e.replica(ctx, s, replica, row); err != nil {
				return err
			}
			for i, x := range row {
				sums[i].add(x)
			}
		}
		if err := e.join(number, sums, counts); err != nil {
			return err
		}
	}
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

// join waits for a batch's turn and adds it to the statistics.
func (e *ensemble) join(number int, sums []moments, counts []float64) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	for e.joined != number && e.failed == nil {
		e.turn.Wait()
	}
	if e.failed != nil {
		return e.failed
	}
	for i := range sums {
		e.stats.moments[i].merge(&sums[i])
	}
	done := min((number+1)*batch, e.opts.Replicas)
	if e.opts.Each != nil {
		for replica := number * batch; replica < done; replica++ {
			if err := e.opts.Each(replica, counts[(replica-number*batch)*len(sums):][:len(sums)]); err != nil {
				return fmt.Errorf("replica %d: %w", replica, err)
			}
		}
	}
	if e.opts.Progress != nil {
		e.opts.Progress(done, e.opts.Replicas)
	}
	e.joined++
	e.turn.Broadcast()
	return nil
}
