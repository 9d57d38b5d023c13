package sshx

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/crypto/ssh"
)

// packet is how much one SSH packet carries.
const packet = 32 << 10

// linger is how long what was written may take to leave after Close.
const linger = 2 * time.Second

// A stream is a net.Conn over a channel. A channel's own Read and Write know no
// deadlines, so two goroutines do them. They end when the channel does, which
// Close and the connection's end bring about. As with a socket, Write returns
// when the bytes are on their way, at most two packets of them.
type stream struct {
	conn    *Conn
	channel ssh.Channel
	remote  net.Addr
	ended   func() error // what the channel's end means; nil means io.EOF

	closing sync.Once
	closed  chan struct{} // by Close

	readBy  deadline
	readMu  sync.Mutex    // guards got and rest; held by the Read that waits
	got     []byte        // a packet
	rest    []byte        // what has not been read of it
	filled  chan []byte   // packets; closed at the end
	drained chan []byte   // buffers to fill
	readErr error         // written before filled is closed
	readEnd chan struct{} // closed when the reading goroutine has ended

	writeBy  deadline
	writeMu  sync.Mutex    // guards shut, and the order of packets
	shut     bool          // by CloseWrite
	free     chan []byte   // buffers to write into
	outgoing chan []byte   // packets to send; a nil one ends them
	writeErr error         // written before writeEnd is closed
	writeEnd chan struct{} // closed when nothing is sent any more
}

var _ net.Conn = (*stream)(nil)

// newStream takes over a channel.
func newStream(c *Conn, ch ssh.Channel, remote net.Addr, ended func() error) (*stream, error) {
	s := &stream{
		conn: c, channel: ch, remote: remote, ended: ended, closed: make(chan struct{}),
		filled: make(chan []byte, 1), drained: make(chan []byte, 2), readEnd: make(chan struct{}),
		free: make(chan []byte, 2), outgoing: make(chan []byte, 3), writeEnd: make(chan struct{}),
	}
	for range 2 {
		s.drained <- make([]byte, packet)
		s.free <- make([]byte, packet)
	}
	if !c.run(s.receive) || !c.run(s.send) {
		return nil, ErrClosed
	}
	return s, nil
}

// receive reads the channel to its end, a packet ahead of Read.
func (s *stream) receive() {
	defer close(s.readEnd)
	defer close(s.filled)
	for {
		var buffer []byte
		select {
		case buffer = <-s.drained:
		case <-s.closed:
			return
		case <-s.conn.done:
			s.readErr = s.conn.why()
			return
		}
		n, err := s.channel.Read(buffer[:packet])
		if n > 0 {
			select {
			case s.filled <- buffer[:n]:
			case <-s.closed:
				return
			case <-s.conn.done:
				s.readErr = s.conn.why()
				return
			}
		}
		if err != nil {
			s.readErr = s.end(err)
			return
		}
	}
}

// end says what the end of the channel means: the library reports the loss of
// the connection as io.EOF too, which would make a truncated answer a whole one.
func (s *stream) end(err error) error {
	if lost := s.conn.lost(); lost != nil {
		return lost
	}
	if errors.Is(err, io.EOF) && s.ended != nil {
		return s.ended()
	}
	return err
}

// send writes what Write left, to the end.
func (s *stream) send() {
	defer close(s.writeEnd)
	for {
		var out []byte
		select {
		case out = <-s.outgoing:
		case <-s.conn.done:
			s.writeErr = s.conn.why()
			return
		case <-s.closed:
			select {
			case out = <-s.outgoing: // what was written before Close
			default:
				s.writeErr = net.ErrClosed
				return
			}
		}
		if out == nil {
			if err := s.channel.CloseWrite(); err != nil {
				s.writeErr = s.broken()
				return
			}
			continue
		}
		if _, err := s.channel.Write(out); err != nil {
			s.writeErr = s.broken()
			return
		}
		s.free <- out[:packet]
	}
}

// broken is why nothing can be sent.
func (s *stream) broken() error {
	if lost := s.conn.lost(); lost != nil {
		return lost
	}
	return syscall.EPIPE // the other end has closed the channel
}

// Read implements net.Conn.
func (s *stream) Read(b []byte) (int, error) {
	n, err := s.read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = s.opError("read", err)
	}
	return n, err
}

func (s *stream) read(b []byte) (int, error) {
	s.readMu.Lock()
	defer s.readMu.Unlock()
	expired := s.readBy.wait()
	switch {
	case isClosed(s.closed):
		return 0, net.ErrClosed
	case isClosed(expired):
		return 0, os.ErrDeadlineExceeded
	case len(b) == 0:
		return 0, nil
	}
	if len(s.rest) == 0 {
		select {
		case p, ok := <-s.filled:
			if !ok {
				if isClosed(s.closed) {
					return 0, net.ErrClosed
				}
				return 0, s.readErr
			}
			s.got, s.rest = p, p
		case <-expired:
			return 0, os.ErrDeadlineExceeded
		case <-s.closed:
			return 0, net.ErrClosed
		}
	}
	n := copy(b, s.rest)
	if s.rest = s.rest[n:]; len(s.rest) == 0 {
		s.drained <- s.got // has room for all buffers there are
	}
	return n, nil
}

// Write implements net.Conn.
func (s *stream) Write(b []byte) (int, error) {
	n, err := s.write(b)
	if err != nil {
		err = s.opError("write", err)
	}
	return n, err
}

func (s *stream) write(b []byte) (int, error) {
	s.writeMu.Lock()
	defer s.writeMu.Unlock()
	expired := s.writeBy.wait()
	for n := 0; ; {
		switch {
		case isClosed(s.closed):
			return n, net.ErrClosed
		case isClosed(expired):
			return n, os.ErrDeadlineExceeded
		case isClosed(s.writeEnd):
			return n, s.writeErr
		case s.shut:
			return n, syscall.EPIPE
		case n == len(b):
			return n, nil
		}
		select {
		case buffer := <-s.free:
			m := copy(buffer[:packet], b[n:])
			s.outgoing <- buffer[:m] // has room for all buffers there are
			n += m
		case <-s.writeEnd:
			return n, s.writeErr
		case <-expired:
			return n, os.ErrDeadlineExceeded
		case <-s.closed:
			return n, net.ErrClosed
		}
	}
}

// CloseWrite tells the other end that nothing more is written, as that of a
// net.UnixConn does.
func (s *stream) CloseWrite() error {
	s.writeMu.Lock()
	defer s.writeMu.Unlock()
	if isClosed(s.closed) {
		return s.opError("close", net.ErrClosed)
	}
	if !s.shut {
		s.shut = true
		s.outgoing <- nil
	}
	return nil
}

// Close implements net.Conn. What was written before is still sent, unless the
// other end does not take it. The SSH connection goes on.
func (s *stream) Close() error {
	err := s.opError("close", net.ErrClosed)
	s.closing.Do(func() {
		err = nil
		close(s.closed)
		s.conn.run(func() {
			t := time.NewTimer(linger)
			defer t.Stop()
			select {
			case <-s.writeEnd:
			case <-t.C:
			case <-s.conn.done:
			}
			_ = s.channel.Close() // which ends receive and send
		})
	})
	return err
}

// LocalAddr implements net.Conn.
func (s *stream) LocalAddr() net.Addr { return s.conn.wire.LocalAddr() }

// RemoteAddr implements net.Conn.
func (s *stream) RemoteAddr() net.Addr { return s.remote }

// SetDeadline implements net.Conn.
func (s *stream) SetDeadline(t time.Time) error {
	return errors.Join(s.SetReadDeadline(t), s.SetWriteDeadline(t))
}

// SetReadDeadline implements net.Conn.
func (s *stream) SetReadDeadline(t time.Time) error {
	if isClosed(s.closed) {
		return s.opError("set", net.ErrClosed)
	}
	s.readBy.set(t)
	return nil
}

// SetWriteDeadline implements net.Conn. A Write that is cut short has sent as
// much as it says.
func (s *stream) SetWriteDeadline(t time.Time) error {
	if isClosed(s.closed) {
		return s.opError("set", net.ErrClosed)
	}
	s.writeBy.set(t)
	return nil
}

func (s *stream) opError(op string, err error) error {
	return &net.OpError{Op: op, Net: s.remote.Network(), Addr: s.remote, Err: err}
}

// A commandAddr is the address of a command's input and output. It does not name
// the command, which may hold secrets.
type commandAddr struct{ at string }

// Network returns "ssh".
func (commandAddr) Network() string { return "ssh" }

// String names the server.
func (a commandAddr) String() string { return fmt.Sprintf("a command at %s", a.at) }
