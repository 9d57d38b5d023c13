package xapitest

import (
	"container/heap"
	"context"
	"iter"
	"slices"
	"time"
)

// Simulated time counts in ticks, a second each. It moves by events and never
// by itself: every call is a tick, and a call that would wait for something to
// happen moves time on to what is due next.

// An entry of the agenda is something that happens at a tick.
type entry struct {
	due, seq int64
	do       func()
}

type agenda []entry

// Len implements heap.Interface.
func (a *agenda) Len() int { return len(*a) }

// Less implements heap.Interface: the earlier, and what was put down first.
func (a *agenda) Less(i, j int) bool {
	x, y := (*a)[i], (*a)[j]
	return x.due < y.due || x.due == y.due && x.seq < y.seq
}

// Swap implements heap.Interface.
func (a *agenda) Swap(i, j int) { (*a)[i], (*a)[j] = (*a)[j], (*a)[i] }

// Push implements heap.Interface.
func (a *agenda) Push(x any) {
	if e, ok := x.(entry); ok {
		*a = append(*a, e)
	}
}

// Pop implements heap.Interface.
func (a *agenda) Pop() any {
	last := len(*a) - 1
	e := (*a)[last]
	*a = slices.Delete(*a, last, last+1)
	return e
}

// later puts something on the agenda, ticks from now. The lock is held when it
// happens.
func (s *Server) later(ticks int64, do func()) {
	s.seq++
	heap.Push(&s.agenda, entry{due: s.now + ticks, seq: s.seq, do: do})
}

// tick lets a second pass.
func (s *Server) tick() {
	s.now++
	s.happen()
}

// skip moves time on to what is due next; false when nothing is.
func (s *Server) skip() bool {
	if len(s.agenda) == 0 {
		return false
	}
	s.now = max(s.now, s.agenda[0].due)
	s.happen()
	return true
}

func (s *Server) happen() {
	for len(s.agenda) > 0 && s.agenda[0].due <= s.now {
		if e, ok := heap.Pop(&s.agenda).(entry); ok {
			e.do()
			s.settle()
		}
	}
}

// time is the simulated time.
func (s *Server) time() time.Time { return s.epoch.Add(time.Duration(s.now) * time.Second) }

func (s *Server) stamp() stamp { return stampOf(s.time()) }

// unlock lets go of the lock: it tells everybody who waits that something
// changed, and the guests what happened to them.
func (s *Server) unlock() {
	s.settle()
	if s.db.dirty {
		s.db.dirty = false
		s.broadcast()
	}
	s.mu.Unlock()
	s.tellGuests()
}

func (s *Server) broadcast() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// A pause is what an operation waits for: a time, or a condition.
type pause struct {
	ticks int64
	until func() bool
}

// An operation is a call being carried out, as a coroutine under the lock: it
// runs until it has to wait, and whoever brings about what it waits for runs it
// on.
type operation struct {
	s         *Server
	task      *object // of asynchronous calls
	yield     func(pause) bool
	next      func() (pause, bool)
	stop      func()
	done      bool
	cancelled bool // somebody wants it to stop
	deaf      bool // it does not stop
	result    any
	err       error
}

// begin runs a body until it waits or is done.
func (s *Server) begin(op *operation, body func() (any, error)) {
	op.s = s
	op.next, op.stop = iter.Pull(func(yield func(pause) bool) {
		op.yield = yield
		op.result, op.err = body()
		op.done = true
	})
	s.ops[op] = true
	s.advance(op)
}

// advance runs an operation on.
func (s *Server) advance(op *operation) {
	p, more := op.next()
	switch {
	case !more:
		delete(s.ops, op)
		op.stop()
		s.db.dirty = true // somebody may wait for its end
	case p.until != nil:
		s.waiting = append(s.waiting, waiter{op, p.until})
	default:
		s.later(p.ticks, func() { s.advance(op) })
	}
}

// A waiter is an operation that waits for a condition.
type waiter struct {
	op    *operation
	until func() bool
}

// settle runs on the operations whose conditions hold or that shall stop.
func (s *Server) settle() {
	for {
		i := slices.IndexFunc(s.waiting, func(w waiter) bool { return w.op.wantsStop() || w.until() })
		if i < 0 {
			return
		}
		op := s.waiting[i].op
		s.waiting = slices.Delete(s.waiting, i, i+1)
		s.advance(op)
	}
}

func (op *operation) wantsStop() bool { return op.cancelled && !op.deaf }

// wait waits, and fails when the operation is cancelled.
func (op *operation) wait(p pause) error {
	if !op.wantsStop() && !op.yield(p) {
		return failure("INTERNAL_ERROR", "the simulator is closed")
	}
	if op.wantsStop() {
		var ref string
		if op.task != nil {
			ref = op.task.ref
		}
		return failure("TASK_CANCELLED", ref)
	}
	return nil
}

// await waits until a condition holds.
func (op *operation) await(until func() bool) error {
	if until() {
		return nil
	}
	return op.wait(pause{until: until})
}

// spend lets ticks pass, without regard for cancellation.
func (op *operation) spend(ticks int64) { op.yield(pause{ticks: ticks}) }

// work lets an operation take its time, and shows its progress.
func (op *operation) work() error {
	for i := range op.s.taskSteps {
		if op.task != nil {
			op.task.set("progress", float64(i+1)/float64(op.s.taskSteps+1))
		}
		if err := op.wait(pause{ticks: 1}); err != nil {
			return err
		}
	}
	return nil
}

// finish waits, with the lock held, for an operation to end, moving time on
// as long as something is due. It gives up with ctx, as a server does not: the
// operation goes on.
func (s *Server) finish(ctx context.Context, op *operation) bool {
	for {
		s.settle()
		if s.hearGuests() { // before anybody else hears of it
			continue
		}
		if op.done {
			return true
		}
		if s.skip() {
			continue
		}
		if !s.sleep(ctx, nil) {
			return op.done
		}
	}
}

// sleep lets go of the lock until something changes or the timer fires; false
// when ctx ends or the server closes.
func (s *Server) sleep(ctx context.Context, timer <-chan time.Time) bool {
	changed := s.changed
	s.unlock()
	defer s.mu.Lock()
	select {
	case <-changed:
		return true
	case <-timer:
		return true
	case <-ctx.Done():
		return false
	case <-s.closing:
		return false
	}
}
