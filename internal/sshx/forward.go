package sshx

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
)

// DialUnix connects to a unix socket at the server's side. ctx bounds the call.
// The error wraps [ErrForwardRefused] when the server does not forward to unix
// sockets, and fs.ErrNotExist when there is no such socket.
//
// Closing what it returns does not end the connection, and the end of the
// connection ends it.
func (c *Conn) DialUnix(ctx context.Context, path string) (net.Conn, error) {
	what := fmt.Sprintf("connect to the socket %s", path)
	if ctx.Err() != nil {
		return nil, fmt.Errorf("ssh to %s: %s: %w", c.target.Address, what, context.Cause(ctx))
	}
	// What OpenSSH's PROTOCOL, 2.4, calls a channel open request.
	payload := ssh.Marshal(struct {
		Path     string
		Reserved string
		Port     uint32
	}{Path: path})
	ch, err := c.open(ctx, "direct-streamlocal@openssh.com", payload)
	if errors.Is(err, errEnded) {
		return nil, fmt.Errorf("ssh to %s: %s: %w", c.target.Address, what, context.Cause(ctx))
	}
	if refusal, ok := errors.AsType[*ssh.OpenChannelError](err); ok {
		return nil, fmt.Errorf("ssh to %s: %s: %w", c.target.Address, what, c.refusal(ctx, path, refusal))
	}
	if err != nil {
		return nil, c.failed(what, err)
	}
	if !c.run(func() { ssh.DiscardRequests(ch.requests) }) {
		return nil, ErrClosed
	}
	return c.stream(ch, &net.UnixAddr{Name: path, Net: "unix"}, nil)
}

// stream makes a net.Conn of a channel. The caller must not return its result's
// nil pointer as an interface.
func (c *Conn) stream(ch channel, remote net.Addr, ended func() error) (net.Conn, error) {
	s, err := newStream(c, ch, remote, ended)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// refusal says what it means that a server did not connect to a socket. OpenSSH
// has the same answer, "connect failed", for a socket that is not there and for
// forwards that it forbids, so the guest is asked whether the socket is there.
func (c *Conn) refusal(ctx context.Context, path string, e *ssh.OpenChannelError) error {
	said := fmt.Sprintf("it says %q", c.target.redact(e.Error()))
	if e.Reason == ssh.Prohibited || e.Reason == ssh.UnknownChannelType {
		return fmt.Errorf("%w: %s", ErrForwardRefused, said)
	}
	quoted, err := Quote(path)
	if err != nil {
		return err
	}
	// 0: it is there and may be used; 3: it is there; 4: it is not.
	out, err := c.Run(ctx, "/bin/sh -c 'test -S \"$1\" || exit 4; test -r \"$1\" -a -w \"$1\" || exit 3' sh "+quoted, nil)
	switch {
	case err != nil:
		return fmt.Errorf("%s; whether the socket is there was not to be learnt: %w", said, err)
	case out.Code == 0: // the forward is forbidden, or nobody listens: Stdio tells
		return fmt.Errorf("%w, or nobody listens at the socket, which is there: %s", ErrForwardRefused, said)
	case out.Code == 3:
		return fmt.Errorf("the user %q may not use the socket: %w: %s", c.target.User, fs.ErrPermission, said)
	case out.Code == 4:
		return fmt.Errorf("no socket is there: %w: %s", fs.ErrNotExist, said)
	}
	return fmt.Errorf("%s; a look at the socket ended with status %d", said, out.Code)
}

// Stdio runs a command and returns its input and output as a net.Conn: the way
// to a socket where the server does not forward, with a command that connects
// itself to it. ctx bounds the start.
//
// When the command ends well, Read returns io.EOF; otherwise an error with the
// status and the end of what the command wrote to its standard error.
func (c *Conn) Stdio(ctx context.Context, command string) (net.Conn, error) {
	s, err := c.start(ctx, "run a command", command)
	if err != nil {
		return nil, err
	}
	complaints := &tail{whole: make(chan struct{})}
	ok := c.run(func() {
		defer close(complaints.whole)
		_, _ = io.Copy(complaints, s.Stderr())
	})
	if !ok {
		return nil, ErrClosed
	}
	return c.stream(s.channel, commandAddr{c.target.Address}, func() error { return s.verdict(complaints) })
}

// verdict is what the end of a command's output means. The status follows the
// output, unless the command closed that and goes on.
func (s *session) verdict(complaints *tail) error {
	const patience = time.Second
	t := time.NewTimer(patience)
	defer t.Stop()
	for _, event := range []<-chan struct{}{s.exited, complaints.whole} {
		select {
		case <-event:
		case <-t.C:
			return io.EOF
		}
	}
	if !s.status.known || s.status.code == 0 {
		return io.EOF
	}
	return fmt.Errorf("the command ended with status %d: %s", s.status.code, s.conn.target.redact(complaints.String()))
}

// A tail keeps the end of what is written to it.
type tail struct {
	whole chan struct{} // closed when nothing more is written

	mu   sync.Mutex // guards text
	text []byte
}

// Write implements io.Writer.
func (t *tail) Write(b []byte) (int, error) {
	const kept = 2 << 10
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, b...)
	if extra := len(t.text) - kept; extra > 0 {
		t.text = append(t.text[:0], t.text[extra:]...)
	}
	return len(b), nil
}

// String returns the end.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.text)
}
