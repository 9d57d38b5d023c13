package engine

import (
	"context"
	"sync"
	"time"
)

// A scheduler shares an engine's workers among the processes that want to run,
// by the weight of their VMs: stride scheduling. Each VM has a pass, which
// grows by what it uses over its weight; a free worker goes to the waiting VM
// whose pass is lowest, so passes stay level and use is as the weights are. A
// VM that comes back starts level with the others: idling saves nothing up.
type scheduler struct {
	mu sync.Mutex // guards everything below

	free    int     // workers without work
	level   float64 // the pass of the last VM that got a worker
	waiting []*task
	order   uint64             // numbers the waiting, so that equals take turns
	passes  map[string]float64 // of VMs that ran and whose pass is above level
}

// A task is a VM's process on a scheduler. It is used by one goroutine.
type task struct {
	scheduler *scheduler
	vm        string
	weight    float64
	began     time.Time // of the present slice
	holds     bool      // a worker

	// guarded by scheduler.mu
	pass  float64
	order uint64
	turn  chan struct{} // receives when a worker is handed over
}

// stepsPerSecond is what time on a worker costs at least. Programs that only
// compute take more steps a second than that and are charged their steps; a
// single step that solves for long, as an analysis does, is charged the time.
const stepsPerSecond = 1e6

func newScheduler(workers int) *scheduler {
	return &scheduler{free: workers, passes: map[string]float64{}}
}

// enter waits for a worker for a VM's process. After it, leave must be called.
func (s *scheduler) enter(ctx context.Context, vm string, weight int) (*task, error) {
	t := &task{scheduler: s, vm: vm, weight: float64(weight), turn: make(chan struct{}, 1)}
	s.mu.Lock()
	t.pass = max(s.level, s.passes[vm])
	if s.free > 0 {
		s.free--
		s.dispatch(t)
		s.mu.Unlock()
		t.hold()
		return t, nil
	}
	s.enqueue(t)
	s.mu.Unlock()
	return t, t.wait(ctx)
}

// hold notes that the task has a worker.
func (t *task) hold() { t.holds, t.began = true, time.Now() }

// yield charges the task for steps and lets a VM go first whose turn it is. An
// error means that the task has lost its worker.
func (t *task) yield(ctx context.Context, steps uint64) error {
	s := t.scheduler
	s.mu.Lock()
	t.charge(steps)
	next := s.next()
	if next == nil || next.pass >= t.pass {
		s.mu.Unlock()
		t.hold()
		return nil
	}
	t.holds = false
	s.enqueue(t)
	s.handOver(next)
	s.mu.Unlock()
	return t.wait(ctx)
}

// leave gives the worker back, if the task has one. Steps are those since the
// last yield.
func (t *task) leave(steps uint64) {
	s := t.scheduler
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.holds {
		t.charge(steps)
		s.release()
	}
	t.holds = false
	s.passes[t.vm] = t.pass
}

// wait waits for a worker; an error means that the task has none.
func (t *task) wait(ctx context.Context) error {
	select {
	case <-t.turn:
		t.hold()
		return nil
	case <-ctx.Done():
	}
	s := t.scheduler
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, w := range s.waiting {
		if w == t {
			s.waiting = append(s.waiting[:i], s.waiting[i+1:]...)
			return context.Cause(ctx)
		}
	}
	s.release() // a worker came at the same moment: pass it on
	return context.Cause(ctx)
}

// charge makes the task pay for its slice. The caller holds s.mu.
func (t *task) charge(steps uint64) {
	cost := max(float64(steps), time.Since(t.began).Seconds()*stepsPerSecond)
	t.pass += cost / t.weight
}

func (s *scheduler) enqueue(t *task) {
	s.order++
	t.order = s.order
	s.waiting = append(s.waiting, t)
}

// next is the waiting task whose turn it is; nil when none waits.
func (s *scheduler) next() *task {
	var best *task
	for _, t := range s.waiting {
		if best == nil || t.pass < best.pass || t.pass == best.pass && t.order < best.order {
			best = t
		}
	}
	return best
}

// release gives a worker to whose turn it is, or back.
func (s *scheduler) release() {
	if next := s.next(); next != nil {
		s.handOver(next)
		return
	}
	s.free++
}

// handOver gives a worker to a waiting task.
func (s *scheduler) handOver(t *task) {
	for i, w := range s.waiting {
		if w == t {
			s.waiting = append(s.waiting[:i], s.waiting[i+1:]...)
			break
		}
	}
	s.dispatch(t)
	t.turn <- struct{}{}
}

// dispatch notes that a task gets a worker.
func (s *scheduler) dispatch(t *task) {
	s.level = max(s.level, t.pass)
	for vm, pass := range s.passes {
		if pass <= s.level {
			delete(s.passes, vm)
		}
	}
}
