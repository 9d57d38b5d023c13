// Package replicas does the same thing many times, on all cores, with results
// that do not depend on how many there are. It is pure.
package replicas

import (
	"context"
	"errors"
	"runtime"
	"sync"
)

// Run calls do for 0 to n-1, from as many goroutines as there are processors,
// and returns the results in that order. The first error, in that order among
// those that happened, ends it; the goroutines end before it returns. Progress,
// where not nil, is told how many are done, by one goroutine at a time.
func Run[T any](ctx context.Context, n int, progress func(done, total int), do func(ctx context.Context, i int) (T, error)) ([]T, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	results, errs := make([]T, n), make([]error, n)
	next := make(chan int)
	var wg sync.WaitGroup
	var mu sync.Mutex // guards done
	done := 0
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() { // ends when next is closed, below
			for i := range next {
				if results[i], errs[i] = do(ctx, i); errs[i] != nil {
					cancel()
					continue
				}
				if progress != nil {
					mu.Lock()
					done++
					progress(done, n)
					mu.Unlock()
				}
			}
		})
	}
	for i := range n {
		if ctx.Err() != nil {
			errs[i] = ctx.Err()
			break
		}
		next <- i
	}
	close(next)
	wg.Wait()
	return results, first(errs)
}

// first is the first error that is not the echo of another's cancelling.
func first(errs []error) error {
	var echo error
	for _, err := range errs {
		if err != nil && !errors.Is(err, context.Canceled) {
			return err
		}
		if echo == nil {
			echo = err
		}
	}
	return echo
}
