package engine

import (
	"context"
	"errors"
	"sync"
	"time"
)

// errTimeout is the cause of the end of a process that used up its wall time.
var errTimeout = errors.New("wall time used up")

// An allowance is the wall time that a process has. It stands still while the
// process waits for a worker.
type allowance struct {
	cancel context.CancelCauseFunc

	mu    sync.Mutex // guards what follows
	left  time.Duration
	since time.Time
	timer *time.Timer
}

func newAllowance(d time.Duration, cancel context.CancelCauseFunc) *allowance {
	a := &allowance{cancel: cancel, left: d}
	a.run()
	return a
}

// run lets the time pass.
func (a *allowance) run() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.since = time.Now()
	a.timer = time.AfterFunc(a.left, func() { a.cancel(errTimeout) })
}

// hold lets the time stand still.
func (a *allowance) hold() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.timer.Stop()
	a.left = max(a.left-time.Since(a.since), 0)
}
