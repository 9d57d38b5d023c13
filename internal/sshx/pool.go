package sshx

import (
	"context"
	"crypto/sha256"
	"sync"
	"time"
)

// A Pool keeps one connection for each target and makes it anew when it was
// lost. Targets that differ in anything, be it a host key, share nothing. It is
// closed by Close.
type Pool struct {
	o Options

	mu      sync.Mutex // guards the fields below
	entries map[[sha256.Size]byte]*entry
	closed  bool
	wg      sync.WaitGroup
}

// An entry is a connection, or the wait for one; the pool's mutex guards it.
type entry struct {
	target  Target
	waiting int // callers
	cancel  context.CancelFunc
	done    chan struct{} // closed when conn or err is there
	conn    *Conn
	err     error

	progress progress
	born     time.Time     // when conn came
	pause    time.Duration // before the wait, because the connections before were short
}

// steady is how long a connection must live for its loss to be no sign of a
// server that lets in and throws out.
const steady = 10 * time.Second

// NewPool returns an empty pool.
func NewPool(o Options) *Pool {
	return &Pool{o: o.filled(), entries: make(map[[sha256.Size]byte]*entry)}
}

// Get returns the target's connection. If there is none, or it was lost, it is
// made as by [WaitDial], once for all callers, for as long as one of them waits;
// a caller whose ctx ends gets a [DialError] that tells how far it came. The pool
// closes the connection, not the caller.
func (p *Pool) Get(ctx context.Context, t Target) (*Conn, error) {
	if ctx.Err() != nil {
		return nil, new(progress).report(t.Address, context.Cause(ctx))
	}
	e, err := p.join(ctx, t)
	if err != nil {
		return nil, err
	}
	select {
	case <-e.done:
	case <-ctx.Done():
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	e.waiting--
	switch {
	case isClosed(e.done): // even if ctx has ended as well
		return e.conn, e.err
	case e.waiting == 0:
		e.cancel()
		p.forget(t, e)
	}
	return nil, e.progress.report(t.Address, context.Cause(ctx))
}

// join finds the target's entry or makes one.
func (p *Pool) join(ctx context.Context, t Target) (*entry, error) {
	id := t.identity()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, ErrClosed
	}
	e := p.entries[id]
	if e != nil && (!isClosed(e.done) || e.conn != nil && !isClosed(e.conn.Done())) {
		e.waiting++
		return e, nil
	}
	next := &entry{target: t, waiting: 1, done: make(chan struct{})}
	if e != nil && e.conn != nil && time.Since(e.born) < steady {
		next.pause = min(max(e.pause*2, firstPause), lastPatience)
	}
	// The wait goes on when the caller that began it leaves before others do.
	waiting, cancel := context.WithCancel(context.WithoutCancel(ctx))
	next.cancel = cancel
	p.entries[id] = next
	p.wg.Go(func() { p.dial(waiting, next) })
	return next, nil
}

// dial fills an entry.
func (p *Pool) dial(ctx context.Context, e *entry) {
	defer e.cancel()
	var c *Conn
	var err error
	if e.pause == 0 || sleep(ctx, e.pause) {
		c, err = e.progress.wait(ctx, e.target, p.o, newPace())
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if ctx.Err() != nil { // nobody waits any more, or the pool was closed
		if c != nil {
			p.wg.Go(func() { _ = c.Close() })
		}
		c, err = nil, ErrClosed
	}
	e.conn, e.err, e.born = c, err, time.Now()
	close(e.done)
	if c == nil {
		p.forget(e.target, e)
		return
	}
	p.wg.Go(func() { p.outlive(e) })
}

// outlive waits for the end of an entry's connection. One that was short is kept
// in mind, so that the next one is not made at once.
func (p *Pool) outlive(e *entry) {
	<-e.conn.Done()
	_ = e.conn.Close()
	if time.Since(e.born) < steady {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.forget(e.target, e)
}

// forget removes an entry, if it is still the target's. The mutex is held.
func (p *Pool) forget(t Target, e *entry) {
	if id := t.identity(); p.entries[id] == e {
		delete(p.entries, id)
	}
}

// Drop ends the target's connection, or the wait for it, and forgets the target.
func (p *Pool) Drop(t Target) {
	id := t.identity()
	p.mu.Lock()
	e := p.entries[id]
	delete(p.entries, id)
	p.mu.Unlock()
	if e != nil {
		e.end()
	}
}

// end ends an entry's connection or wait.
func (e *entry) end() {
	e.cancel()
	<-e.done
	if e.conn != nil {
		_ = e.conn.Close()
	}
}

// Close ends every connection and every wait, and waits for them. It may be
// called twice; Get returns [ErrClosed] from then on.
func (p *Pool) Close() error {
	p.mu.Lock()
	p.closed = true
	entries := p.entries
	p.entries = nil
	p.mu.Unlock()
	for _, e := range entries {
		e.cancel()
	}
	for _, e := range entries {
		e.end()
	}
	p.wg.Wait()
	return nil
}
