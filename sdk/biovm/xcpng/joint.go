package xcpng

import (
	"context"
	"sync"
)

// A joint read is one that callers at the same time make together. What a
// caller gets was read after it asked: who comes while somebody reads waits for
// the next reading. It is safe for concurrent use; its goroutines, which run
// starts, end with their readings, and those when nobody waits for them.
type joint[T any] struct {
	read func(ctx context.Context) (T, error)
	run  func(func())

	mu      sync.Mutex // guards what follows
	running *reading[T]
	next    *reading[T] // those who came since running began; nil when nobody did
}

// A reading is one read; value and err may be looked at when done is closed.
type reading[T any] struct {
	done    chan struct{}
	value   T
	err     error
	waiting int // guarded by the joint's mutex
	cancel  context.CancelFunc
}

// get reads, or shares another's reading.
func (s *joint[T]) get(ctx context.Context) (T, error) {
	r := s.join(ctx)
	select {
	case <-r.done:
		return r.value, r.err
	case <-ctx.Done():
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.waiting--; r.waiting == 0 {
		r.cancel()
	}
	var none T
	return none, context.Cause(ctx)
}

func (s *joint[T]) join(ctx context.Context) *reading[T] {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next != nil && s.next.waiting > 0 {
		s.next.waiting++
		return s.next
	}
	// The reading goes on when who began it leaves before others do.
	alone, cancel := context.WithCancel(context.WithoutCancel(ctx))
	r := &reading[T]{done: make(chan struct{}), waiting: 1, cancel: cancel}
	before := s.running
	if before == nil {
		s.running = r
	} else {
		s.next = r
	}
	s.run(func() {
		defer cancel()
		if before != nil {
			<-before.done
		}
		s.turn(r)
		r.value, r.err = s.read(alone)
		s.mu.Lock()
		if s.running == r {
			s.running = nil
		}
		s.mu.Unlock()
		close(r.done)
	})
	return r
}

// turn makes r the reading that nobody joins any more.
func (s *joint[T]) turn(r *reading[T]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running = r
	if s.next == r {
		s.next = nil
	}
}
