package xcpng

import (
	"context"
	"crypto/rand"
	"strings"
	"sync"
)

// A loner is the keeper of a process that shares with nobody.
type loner struct {
	name string

	mu    sync.Mutex // guards held
	held  map[string]chan struct{}
	users map[string]int
}

func newLoner() *loner {
	return &loner{name: rand.Text(), held: map[string]chan struct{}{}, users: map[string]int{}}
}

// Owner implements [Keeper].
func (l *loner) Owner() string { return l.name + "/self" }

// Alive implements [Keeper].
func (l *loner) Alive(owner string) (alive, ours bool, err error) {
	home, _, _ := strings.Cut(owner, "/")
	return home == l.name, home == l.name, nil
}

// Lock implements [Keeper].
func (l *loner) Lock(ctx context.Context, name string) (unlock func(), err error) {
	l.mu.Lock()
	place := l.held[name]
	if place == nil {
		place = make(chan struct{}, 1)
		l.held[name] = place
	}
	l.users[name]++
	l.mu.Unlock()
	leave := func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.users[name]--; l.users[name] == 0 {
			delete(l.users, name)
			delete(l.held, name)
		}
	}
	select {
	case place <- struct{}{}:
		return func() { <-place; leave() }, nil
	case <-ctx.Done():
		leave()
		return nil, context.Cause(ctx)
	}
}
