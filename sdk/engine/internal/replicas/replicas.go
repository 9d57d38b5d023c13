// Package replicas does the same thing many times, on all cores, with results
// that do not depend on how many there are. It is pure.
package replicas

import (
	"context"
	"runtime"
	"sync"
)

// Options say by whom something is done, and who is told.
type Options struct {
	Workers int // how many goroutines do it; 0 means one per processor
	// Ahead is how many results of a worker's may be there before the one whose
	// turn it is was taken; 0 means 4.
	Ahead int
	// Progress, where not nil, is told how many are done and taken, by one
	// goroutine at a time.
	Progress func(done, total int)
}

// Stream calls do for 0 to n-1, and hands each result to take in that order, by
// one goroutine at a time. Each goroutine that does makes what it needs for that,
// once, by worker. Of all that is done few results wait for their turn: memory
// does not grow with n. The first error that happens ends it, and the end of ctx
// does; the goroutines end before it returns.
func Stream[W, T any](ctx context.Context, n int, o Options, worker func() (W, error), do func(ctx context.Context, w W, i int) (T, error), take func(i int, result T) error) error {
	workers := o.Workers
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ahead := o.Ahead
	if ahead == 0 {
		ahead = 4
	}
	s := &stream[T]{n: n, most: ahead * workers, progress: o.Progress, take: take, waiting: map[int]T{}}
	s.room = sync.NewCond(&s.mu)
	var all sync.WaitGroup
	for range min(workers, n) {
		all.Go(func() {
			if err := run(ctx, s, worker, do); err != nil {
				s.fail(err)
				cancel()
			}
		})
	}
	all.Wait()
	return s.failed
}

// Run calls do for 0 to n-1, on all cores, and returns the results in that
// order. The first error that happens ends it; the goroutines end before it
// returns. Progress, where not nil, is told how many are done, by one goroutine
// at a time.
func Run[T any](ctx context.Context, n int, progress func(done, total int), do func(ctx context.Context, i int) (T, error)) ([]T, error) {
	results := make([]T, n)
	err := Stream(ctx, n, Options{Progress: progress},
		func() (struct{}, error) { return struct{}{}, nil },
		func(ctx context.Context, _ struct{}, i int) (T, error) { return do(ctx, i) },
		func(i int, result T) error { results[i] = result; return nil })
	return results, err
}

// A stream is one call of Stream. The mutex guards what is below it.
type stream[T any] struct {
	n, most  int
	progress func(done, total int)
	take     func(i int, result T) error

	mu      sync.Mutex
	room    *sync.Cond // taken or failed changed
	given   int        // how many workers were given
	taken   int        // how many results were taken
	waiting map[int]T  // results before their turn
	failed  error
}

// run does one after another.
func run[W, T any](ctx context.Context, s *stream[T], worker func() (W, error), do func(ctx context.Context, w W, i int) (T, error)) error {
	w, err := worker()
	for err == nil {
		i, more := s.give()
		if !more {
			return nil
		}
		if err = ctx.Err(); err != nil {
			break
		}
		var result T
		if result, err = do(ctx, w, i); err == nil {
			err = s.done(i, result)
		}
	}
	return err
}

// fail notes the first error, and lets nobody wait any longer.
func (s *stream[T]) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed == nil {
		s.failed = err
	}
	s.room.Broadcast()
}

// give gives a worker the next to do. Workers do not run far ahead of the one
// whose turn it is.
func (s *stream[T]) give() (i int, more bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.failed == nil && s.given < s.n && s.given >= s.taken+s.most {
		s.room.Wait()
	}
	if s.failed != nil || s.given == s.n {
		return 0, false
	}
	s.given++
	return s.given - 1, true
}

// done lets take have all results whose turn it is.
func (s *stream[T]) done(i int, result T) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed != nil { // nothing is taken after an error
		return s.failed
	}
	s.waiting[i] = result
	for {
		result, ok := s.waiting[s.taken]
		if !ok {
			break
		}
		delete(s.waiting, s.taken)
		if err := s.take(s.taken, result); err != nil {
			s.failed = err
			return err
		}
		s.taken++
		if s.progress != nil {
			s.progress(s.taken, s.n)
		}
	}
	s.room.Broadcast()
	return nil
}
