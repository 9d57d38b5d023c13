package sshtest

import (
	"net"
	"time"
)

// faults are the switches; the server's mutex guards them.
type faults struct {
	forbid     bool
	prohibit   bool
	gossip     bool
	wrongKey   bool
	delay      time.Duration
	refusals   int
	rejections int
	budget     int64         // bytes that a connection may send; negative: any number
	era        int           // counts the calls of DropAfter
	frozen     chan struct{} // closed by Thaw; nil when not frozen
}

func (s *Server) fault() faults {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faults
}

func (s *Server) set(f func(*faults)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(&s.faults)
}

// ForbidStreamlocal makes the server refuse to connect to unix sockets, in
// OpenSSH's words: the same as for a socket that is not there.
func (s *Server) ForbidStreamlocal(on bool) { s.set(func(f *faults) { f.forbid = on }) }

// ProhibitStreamlocal makes it refuse that as other servers do: "prohibited".
func (s *Server) ProhibitStreamlocal(on bool) { s.set(func(f *faults) { f.prohibit = on }) }

// Gossip makes it refuse every channel, with all the passwords that it was told
// in its words.
func (s *Server) Gossip(on bool) { s.set(func(f *faults) { f.gossip = on }) }

// WrongHostKey makes new connections see other host keys of the same types: a
// man in the middle.
func (s *Server) WrongHostKey(on bool) { s.set(func(f *faults) { f.wrongKey = on }) }

// BannerDelay is how long it takes to say its first word to new connections.
func (s *Server) BannerDelay(d time.Duration) { s.set(func(f *faults) { f.delay = d }) }

// RefuseConnections closes the next n connections before the first word.
func (s *Server) RefuseConnections(n int) { s.set(func(f *faults) { f.refusals = n }) }

// RejectLogins lets nobody in for the next n connections that try.
func (s *Server) RejectLogins(n int) { s.set(func(f *faults) { f.rejections = n }) }

// DropAfter cuts every connection that has sent n bytes from now on, or from its
// beginning; a negative number ends that.
func (s *Server) DropAfter(n int64) {
	s.set(func(f *faults) {
		f.budget = n
		f.era++
	})
}

// Freeze stops the server, as a paused machine does: connections stay, and
// nothing is read or answered.
func (s *Server) Freeze() {
	s.set(func(f *faults) {
		if f.frozen == nil {
			f.frozen = make(chan struct{})
		}
	})
}

// Thaw ends Freeze.
func (s *Server) Thaw() {
	s.set(func(f *faults) {
		if f.frozen != nil {
			close(f.frozen)
			f.frozen = nil
		}
	})
}

// Hangup closes all connections.
func (s *Server) Hangup() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		_ = c.Close()
	}
}

// A faultConn is a connection that obeys the switches.
type faultConn struct {
	net.Conn
	server *Server

	// The server's mutex guards these.
	era  int   // of sent
	sent int64 // in this era
}

// Read implements net.Conn.
func (c *faultConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.thawed()
	return n, err
}

// Write implements net.Conn.
func (c *faultConn) Write(b []byte) (int, error) {
	c.thawed()
	allowed := len(b)
	c.server.set(func(f *faults) {
		if c.era != f.era {
			c.era, c.sent = f.era, 0
		}
		if f.budget >= 0 {
			allowed = int(min(int64(allowed), f.budget-c.sent))
		}
		c.sent += int64(allowed)
	})
	n, err := c.Conn.Write(b[:allowed])
	if err == nil && allowed < len(b) {
		_ = c.Close()
		return n, net.ErrClosed
	}
	return n, err
}

// thawed waits until the server is not frozen, or ends.
func (c *faultConn) thawed() {
	for {
		frozen := c.server.fault().frozen
		if frozen == nil {
			return
		}
		select {
		case <-frozen:
		case <-c.server.ended:
			return
		}
	}
}
