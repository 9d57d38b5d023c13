package engine

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// spin takes slices of steps until the counter of all slices is used up, and
// returns how many it took.
func spin(ctx context.Context, t *testing.T, s *scheduler, vm string, weight int, total *counter) int {
	t.Helper()
	task, err := s.enter(ctx, vm, weight)
	if err != nil {
		t.Error(err)
		return 0
	}
	slices := 0
	for total.take() {
		slices++
		if err := task.yield(ctx, 1000); err != nil {
			t.Error(err)
			return slices
		}
	}
	task.leave(0)
	return slices
}

type counter struct {
	mu   sync.Mutex // guards left
	left int
}

func (c *counter) take() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.left--
	return c.left >= 0
}

// In a bubble no time passes while steps are taken, so steps alone count, and
// every goroutine waits for its turn before the first slice.
func TestSchedulerSharesByWeight(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		workers int
		weights []int
	}{
		{1, []int{5, 1}},
		{1, []int{1, 2, 3, 4, 5}},
		{1, []int{3, 3}},
	} {
		t.Run(fmt.Sprint(c.workers, c.weights), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newScheduler(c.workers)
				holders := make([]*task, c.workers)
				for i := range holders {
					holders[i], _ = s.enter(t.Context(), fmt.Sprint("holder", i), 1)
				}
				const total = 6000
				slices, sum := make([]int, len(c.weights)), 0
				left := &counter{left: total}
				var wg sync.WaitGroup
				for i, w := range c.weights {
					sum += w
					wg.Go(func() { slices[i] = spin(t.Context(), t, s, fmt.Sprint(i), w, left) })
				}
				synctest.Wait()
				for _, h := range holders {
					h.leave(0)
				}
				wg.Wait()
				for i, w := range c.weights {
					want := total * float64(w) / float64(sum)
					if got := float64(slices[i]); math.Abs(got-want) > 0.02*want+float64(len(c.weights)) {
						t.Errorf("weight %d of %v: got %v slices, want about %v", w, c.weights, got, want)
					}
				}
				if s.free != c.workers || len(s.waiting) != 0 {
					t.Errorf("afterwards %d workers are free and %d tasks wait, want %d and 0", s.free, len(s.waiting), c.workers)
				}
			})
		})
	}
}

// A program's steps must not be all that counts: an analysis is one step.
func TestSchedulerChargesTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScheduler(1)
		slow, err := s.enter(t.Context(), "slow", 1)
		if err != nil {
			t.Fatal(err)
		}
		<-time.After(time.Second) // in the bubble: no real time passes
		slow.leave(1)
		if got := s.passes["slow"]; got != stepsPerSecond {
			t.Errorf("pass after a second in one step: got %v, want %v", got, stepsPerSecond)
		}
	})
}

// A VM whose processes are short must not get ahead of its weight by coming
// back as new each time.
func TestSchedulerRemembersShortProcesses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScheduler(1)
		holder, err := s.enter(t.Context(), "holder", 1)
		if err != nil {
			t.Fatal(err)
		}
		left := &counter{left: 1200}
		runs := map[int]int{}
		var wg sync.WaitGroup
		var mu sync.Mutex // guards runs
		for _, weight := range []int{5, 1} {
			for range 2 { // so that one of them always waits
				wg.Go(func() {
					for left.take() {
						task, err := s.enter(t.Context(), fmt.Sprint(weight), weight)
						if err != nil {
							t.Error(err)
							return
						}
						mu.Lock()
						runs[weight]++
						mu.Unlock()
						synctest.Wait() // until the others stand in line again
						task.leave(1000)
					}
				})
			}
		}
		synctest.Wait()
		holder.leave(0)
		wg.Wait()
		if got := float64(runs[5]) / float64(runs[1]); got < 4 || got > 6 {
			t.Errorf("runs of weight 5 for each of weight 1: got %.2f (%v), want about 5", got, runs)
		}
	})
}

func TestSchedulerWaitersLeave(t *testing.T) {
	t.Parallel()
	s := newScheduler(1)
	holder, err := s.enter(t.Context(), "a", 1)
	if err != nil {
		t.Fatal(err)
	}
	cause := errors.New("cut off")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	if _, err := s.enter(ctx, "b", 1); !errors.Is(err, cause) {
		t.Errorf("enter: got %v, want %v", err, cause)
	}
	holder.leave(1)
	if s.free != 1 {
		t.Errorf("free workers: got %d, want 1", s.free)
	}
}

func TestAllowanceStandsStill(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		defer cancel(nil)
		a := newAllowance(time.Second, cancel)
		<-time.After(600 * time.Millisecond)
		a.hold()
		<-time.After(time.Hour)
		if ctx.Err() != nil {
			t.Fatalf("it ran out while it was held: %v", context.Cause(ctx))
		}
		a.run()
		<-time.After(399 * time.Millisecond)
		if ctx.Err() != nil {
			t.Fatalf("it ran out early: %v", context.Cause(ctx))
		}
		<-time.After(2 * time.Millisecond)
		if !errors.Is(context.Cause(ctx), errTimeout) {
			t.Errorf("after its time: got %v, want %v", context.Cause(ctx), errTimeout)
		}
		a.hold()
	})
}
