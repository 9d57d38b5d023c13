package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/gofrs/flock"
)

// turns are the queues of this process for file locks, by their path without
// the extension.
type turns struct {
	mu sync.Mutex // guards queues and waiting

	// queues holds a channel of capacity one for each lock that somebody
	// holds or waits for; who has put a value in has the turn. Go serves
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
	unlock, err = s.lock(ctx, s.lockPath(vm, ""))
	if err != nil {
		return nil, fmt.Errorf("wait for the vm's execution lock: %w", err)
	}
	return unlock, nil
}

// LockName waits until nobody else holds the name, in any process, and keeps
// others out until the returned function is called. It is as fair as LockVM.
func (s *Store) LockName(ctx context.Context, name string) (unlock func(), err error) {
	// A hash fits every file system, whatever is in the name.
	hash := sha256.Sum256([]byte(name))
	unlock, err = s.lock(ctx, filepath.Join(s.dir, namesName, hex.EncodeToString(hash[:16])))
	if err != nil {
		return nil, fmt.Errorf("wait for others that work on %q: %w", name, err)
	}
	return unlock, nil
}

// lock takes the lock at a path, given without the extension.
func (s *Store) lock(ctx context.Context, path string) (unlock func(), err error) {
	leave, err := s.turn(ctx, path)
	if err != nil {
		return nil, err
	}
	if s.dir == "" {
		return leave, nil
	}
	queue := flock.New(path + ".next")
	lock := flock.New(path + ".lock")
	if _, err = queue.TryLockContext(ctx, lockPoll); err == nil {
		_, err = lock.TryLockContext(ctx, lockPoll)
		err = errors.Join(err, queue.Unlock())
	}
	if err != nil {
		err = errors.Join(err, lock.Unlock())
		leave()
		return nil, err
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

// turn waits for a lock's turn in this store.
func (s *Store) turn(ctx context.Context, lock string) (leave func(), err error) {
	t := &s.turns
	t.mu.Lock()
	if t.waiting == nil {
		t.waiting = map[string]int{}
	}
	queue := t.queues[lock]
	if queue == nil {
		queue = make(chan struct{}, 1)
		t.queues[lock] = queue
	}
	t.waiting[lock]++
	t.mu.Unlock()

	gone := func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.waiting[lock]--; t.waiting[lock] == 0 {
			delete(t.waiting, lock)
			delete(t.queues, lock)
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
