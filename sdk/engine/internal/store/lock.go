package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/gofrs/flock"
)

// turns are the queues of this process for VMs' execution locks.
type turns struct {
	mu sync.Mutex // guards queues and waiting

	// queues holds a channel of capacity one for each VM that somebody
	// executes or waits for; who has put a value in has the turn. Go serves
	// blocked senders in order.
	queues  map[string]chan struct{}
	waiting map[string]int
}

// LockVM waits until nobody executes in the VM, in any process, and keeps
// others out until the returned function is called. Waiters of one store are
// served in the order of asking; no process starves another: who wants a
// lock first takes its place in the queue, a second lock that is held only
// while waiting. A process that dies lets go of both.
func (s *Store) LockVM(ctx context.Context, vm string) (unlock func(), err error) {
	leave, err := s.turn(ctx, vm)
	if err != nil {
		return nil, err
	}
	if s.dir == "" {
		return leave, nil
	}
	queue := flock.New(s.lockPath(vm, ".next"))
	lock := flock.New(s.lockPath(vm, ".lock"))
	if _, err = queue.TryLockContext(ctx, lockPoll); err == nil {
		_, err = lock.TryLockContext(ctx, lockPoll)
		err = errors.Join(err, queue.Unlock())
	}
	if err != nil {
		err = errors.Join(err, lock.Unlock())
		leave()
		return nil, fmt.Errorf("wait for the vm's execution lock: %w", err)
	}
	return func() {
		// Closing the file lets go of the lock whatever Unlock says.
		_ = lock.Unlock()
		leave()
	}, nil
}

// ForgetVM removes the lock files of a VM that is gone.
func (s *Store) ForgetVM(vm string) {
	if s.dir == "" {
		return
	}
	for _, ext := range []string{".next", ".lock"} {
		// One that is in use, or cannot be removed, goes when a store opens.
		_ = os.Remove(s.lockPath(vm, ext))
	}
}

func (s *Store) lockPath(vm, ext string) string { return filepath.Join(s.dir, locksName, vm+ext) }

// turn waits for the VM's turn in this store.
func (s *Store) turn(ctx context.Context, vm string) (leave func(), err error) {
	t := &s.turns
	t.mu.Lock()
	if t.waiting == nil {
		t.waiting = map[string]int{}
	}
	queue := t.queues[vm]
	if queue == nil {
		queue = make(chan struct{}, 1)
		t.queues[vm] = queue
	}
	t.waiting[vm]++
	t.mu.Unlock()

	gone := func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.waiting[vm]--; t.waiting[vm] == 0 {
			delete(t.waiting, vm)
			delete(t.queues, vm)
		}
	}
	select {
	case queue <- struct{}{}:
		return func() { <-queue; gone() }, nil
	case <-ctx.Done():
		gone()
		return nil, ctx.Err()
	}
}
