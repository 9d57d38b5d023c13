package wholecell

import (
	"context"
	"math"
	"runtime"
	"sync"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
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
	e := &ensemble{strain: s, cfg: cfg, opts: &opts, waiting: map[int]*Series{}}
	e.stats = newStatistics(opts.Course.Names, times)
	return e.run(ctx)
}

// An ensemble is one call of Ensemble. The mutex guards what is below it.
type ensemble struct {
	strain *strain
	cfg    Config
	opts   *EnsembleOptions

	mu      sync.Mutex
	room    *sync.Cond      // joined or failed changed
	given   int             // replicas that workers took
	joined  int             // replicas that are in stats
	waiting map[int]*Series // of replicas that are done before their turn
	stats   *Statistics
	failed  error
}

func (e *ensemble) run(ctx context.Context) (*Statistics, error) {
	e.room = sync.NewCond(&e.mu)
	workers := e.opts.Workers
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var all sync.WaitGroup
	for range min(workers, e.opts.Replicas) {
		all.Go(func() {
			if err := e.work(ctx, workers); err != nil {
				e.fail(err)
				cancel()
			}
		})
	}
	all.Wait()
	if e.failed != nil {
		return nil, e.failed
	}
	e.stats.finish()
	return e.stats, nil
}

func (e *ensemble) fail(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.failed == nil {
		e.failed = err
	}
	e.room.Broadcast()
}

// take gives a worker its next replica. Workers do not run far ahead of the one
// whose turn it is, so that few series wait.
func (e *ensemble) take(workers int) (replica int, more bool) {
	const ahead = 4
	e.mu.Lock()
	defer e.mu.Unlock()
	for e.failed == nil && e.given < e.opts.Replicas && e.given >= e.joined+ahead*workers {
		e.room.Wait()
	}
	if e.failed != nil || e.given == e.opts.Replicas {
		return 0, false
	}
	e.given++
	return e.given - 1, true
}

func (e *ensemble) work(ctx context.Context, workers int) error {
	course := e.opts.Course
	course.Progress = nil
	for {
		replica, more := e.take(workers)
		if !more {
			return nil
		}
		c, err := e.strain.cell(e.cfg.Seed, e.cfg.Stream+uint64(replica)) //nolint:gosec // it is not negative
		if err != nil {
			return err
		}
		s, err := c.Record(ctx, course)
		if err != nil {
			return err
		}
		if err := e.join(replica, s); err != nil {
			return err
		}
	}
}

// join adds series to the statistics in the order of the replicas, so that sums
// are always rounded the same.
func (e *ensemble) join(replica int, s *Series) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.waiting[replica] = s
	for s, ok := e.waiting[e.joined]; ok; s, ok = e.waiting[e.joined] {
		delete(e.waiting, e.joined)
		if e.opts.Each != nil {
			if err := e.opts.Each(e.joined, s); err != nil {
				return err
			}
		}
		e.stats.add(s)
		e.joined++
		if e.opts.Progress != nil {
			e.opts.Progress(e.joined, e.opts.Replicas)
		}
	}
	e.room.Broadcast()
	return nil
}

func newStatistics(names []string, times []float64) *Statistics {
	st := &Statistics{Names: names, Times: times}
	for _, grid := range []*[][]float64{&st.Mean, &st.Variance, &st.Min, &st.Max} {
		*grid = make([][]float64, len(names))
		for i := range names {
			(*grid)[i] = make([]float64, len(times))
		}
	}
	return st
}

// add takes in one replica, by Welford; Variance holds the sum of squares until
// finish.
func (st *Statistics) add(s *Series) {
	st.Replicas++
	n := float64(st.Replicas)
	for i := range st.Names {
		for k, v := range s.Values[i] {
			if st.Replicas == 1 {
				st.Min[i][k], st.Max[i][k] = v, v
			}
			st.Min[i][k], st.Max[i][k] = math.Min(st.Min[i][k], v), math.Max(st.Max[i][k], v)
			d := v - st.Mean[i][k]
			st.Mean[i][k] += d / n
			st.Variance[i][k] += float64(d * (v - st.Mean[i][k]))
		}
	}
}

func (st *Statistics) finish() {
	for i := range st.Variance {
		for k := range st.Variance[i] {
			st.Variance[i][k] /= max(1, float64(st.Replicas-1))
		}
	}
}
