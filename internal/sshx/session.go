package sshx

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"golang.org/x/crypto/ssh"
)

// A session is a command that runs at the server.
type session struct {
	channel
	conn   *Conn
	exited chan struct{} // closed when nothing more comes from the channel
	status exitStatus    // read after exited
}

// An exitStatus is how a command ended.
type exitStatus struct {
	known  bool
	code   int
	signal string
}

// start runs a command. On an error, which says what was to be done, nothing of
// it remains. The command is not repeated in errors: it may hold secrets.
func (c *Conn) start(ctx context.Context, what, command string) (*session, error) {
	if ctx.Err() != nil {
		return nil, fmt.Errorf("ssh to %s: %s: %w", c.target.Address, what, context.Cause(ctx))
	}
	ch, err := c.open(ctx, "session", nil)
	if errors.Is(err, errEnded) {
		return nil, fmt.Errorf("ssh to %s: %s: %w", c.target.Address, what, context.Cause(ctx))
	} else if err != nil {
		return nil, c.failed(what, err)
	}
	s := &session{channel: ch, conn: c, exited: make(chan struct{})}
	if !c.run(s.listen) {
		return nil, ErrClosed
	}
	accepted := make(chan error, 1)
	ok := c.run(func() {
		granted, err := s.SendRequest("exec", true, ssh.Marshal(struct{ Command string }{command}))
		if err == nil && !granted {
			err = errors.New("the server refuses to run commands")
		}
		accepted <- err
	})
	if !ok {
		return nil, ErrClosed
	}
	select {
	case err = <-accepted:
	case <-ctx.Done():
		s.abandon("")
		return nil, fmt.Errorf("ssh to %s: %s: %w", c.target.Address, what, context.Cause(ctx))
	}
	if err != nil {
		s.abandon("")
		return nil, c.failed(what, err)
	}
	return s, nil
}

// listen takes down how the command ends, until the channel is closed.
func (s *session) listen() {
	defer close(s.exited)
	for r := range s.requests {
		switch r.Type {
		case "exit-status":
			if len(r.Payload) >= 4 {
				s.status.known, s.status.code = true, int(binary.BigEndian.Uint32(r.Payload))
			}
		case "exit-signal":
			var m struct {
				Signal  string
				Dumped  bool
				Message string
				Lang    string
			}
			if ssh.Unmarshal(r.Payload, &m) == nil {
				s.status = exitStatus{known: true, code: 128 + signalNumber(m.Signal), signal: m.Signal}
			}
		}
		_ = r.Reply(false, nil)
	}
}

// signalNumber is the number of a signal in shells' exit codes, 0 if unusual.
func signalNumber(name string) int {
	switch name {
	case "HUP":
		return 1
	case "INT":
		return 2
	case "QUIT":
		return 3
	case "ILL":
		return 4
	case "ABRT":
		return 6
	case "FPE":
		return 8
	case "KILL":
		return 9
	case "SEGV":
		return 11
	case "PIPE":
		return 13
	case "ALRM":
		return 14
	case "TERM":
		return 15
	}
	return 0
}

// abandon sends the command a signal, if any, and closes the channel, without
// waiting for either: the server may be deaf.
func (s *session) abandon(signal string) {
	s.conn.run(func() {
		if signal != "" {
			_, _ = s.SendRequest("signal", false, ssh.Marshal(struct{ Signal string }{signal}))
		}
		_ = s.Close()
	})
}
