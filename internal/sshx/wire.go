package sshx

import (
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// A wire is the network connection below SSH. It remembers what SSH's errors do
// not tell: whether the server said anything, when last, and whether it was the
// network that failed.
type wire struct {
	net.Conn

	handshake time.Duration // after the first byte; 0 once logged in
	last      atomic.Int64  // when a byte came last, in Unix nanoseconds; 0 before the first

	mu     sync.Mutex // guards the fields below
	err    error      // the first error of reading or writing
	closed bool       // by this side, so that later errors mean nothing
}

// newWire gives the server the time banner to say anything, and then handshake to
// let the user in.
func newWire(conn net.Conn, banner, handshake time.Duration) *wire {
	_ = conn.SetDeadline(time.Now().Add(banner))
	return &wire{Conn: conn, handshake: handshake}
}

// Read implements net.Conn.
func (w *wire) Read(b []byte) (int, error) {
	n, err := w.Conn.Read(b)
	if n > 0 {
		now := time.Now()
		if w.last.Swap(now.UnixNano()) == 0 {
			_ = w.SetDeadline(now.Add(w.handshake))
		}
	}
	w.note(err)
	return n, err
}

// Write implements net.Conn.
func (w *wire) Write(b []byte) (int, error) {
	n, err := w.Conn.Write(b)
	w.note(err)
	return n, err
}

// Close implements net.Conn.
func (w *wire) Close() error {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	return w.Conn.Close()
}

// loggedIn ends the time limit.
func (w *wire) loggedIn() { _ = w.SetDeadline(time.Time{}) }

// silence is how long ago a byte came last.
func (w *wire) silence() time.Duration { return time.Since(time.Unix(0, w.last.Load())) }

// spoke reports whether anything ever came.
func (w *wire) spoke() bool { return w.last.Load() != 0 }

func (w *wire) note(err error) {
	if err == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil && !w.closed {
		w.err = err
	}
}

// failure is the error of the network, nil if it was not the network.
func (w *wire) failure() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

// over reports whether nothing can come any more.
func (w *wire) over() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err != nil || w.closed
}
