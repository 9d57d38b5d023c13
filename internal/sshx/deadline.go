package sshx

import (
	"sync"
	"time"
)

// A deadline is a time after which reading or writing does not wait any more.
// The zero value is none.
type deadline struct {
	mu      sync.Mutex // guards the fields below
	timer   *time.Timer
	expired chan struct{} // closed when the time has come
}

// set moves the deadline; the zero time removes it. Who waits already sees it.
func (d *deadline) set(t time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.timer != nil && !d.timer.Stop() {
		<-d.expired // the timer has fired, and is about to close this
	}
	d.timer = nil
	was := isClosed(d.channel())
	until := time.Until(t)
	switch {
	case t.IsZero() || until > 0:
		if was {
			d.expired = make(chan struct{})
		}
		if !t.IsZero() {
			expired := d.expired
			d.timer = time.AfterFunc(until, func() { close(expired) })
		}
	case !was:
		close(d.expired)
	}
}

// wait returns what is closed when the time has come.
func (d *deadline) wait() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.channel()
}

// channel is called with the mutex held.
func (d *deadline) channel() chan struct{} {
	if d.expired == nil {
		d.expired = make(chan struct{})
	}
	return d.expired
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
