package sshx

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// Output is what a command left.
type Output struct {
	Stdout, Stderr []byte
	// Code is the exit status; 128 and the signal's number when one ended it.
	Code int
	// Signal is the name of the signal that ended the command, like "KILL".
	Signal string
}

// Run runs a command with the user's shell ([Quote] makes words of arguments),
// with the input, which may be nil, and returns what it left, whatever its exit
// status: an error is about the connection, the context, the input, or an output
// beyond [Options].MaxOutput. It returns when the command has ended and all that
// it started has closed its outputs.
//
// At the end of ctx the command is sent SIGTERM, which OpenSSH does not pass on
// to those of root, and Run does not wait for it.
// stdin may be read until the Read that is under way returns.
func (c *Conn) Run(ctx context.Context, command string, stdin io.Reader) (Output, error) {
	return c.execute(ctx, "run a command", command, stdin)
}

// execute is Run, whose errors say what was to be done.
func (c *Conn) execute(ctx context.Context, what, command string, stdin io.Reader) (Output, error) {
	s, err := c.start(ctx, what, command)
	if err != nil {
		return Output{}, err
	}
	out, err := s.finish(ctx, what, stdin)
	if err != nil {
		s.abandon("TERM")
		return Output{}, err
	}
	return out, nil
}

// finish feeds the command, collects what it writes, and waits for its end.
func (s *session) finish(ctx context.Context, what string, stdin io.Reader) (Output, error) {
	input := s.feed(stdin)
	stdout, stderr, exited := s.collect(s), s.collect(s.Stderr()), s.exited
	var texts [2][]byte
	for stdout != nil || stderr != nil || exited != nil {
		var err error
		select {
		case c := <-stdout:
			texts[0], err, stdout = c.text, c.err, nil
		case c := <-stderr:
			texts[1], err, stderr = c.text, c.err, nil
		case <-exited:
			exited = nil
		case err = <-input:
		case <-ctx.Done():
			err = context.Cause(ctx)
		}
		if err != nil {
			return Output{}, fmt.Errorf("ssh to %s: %s: %w", s.conn.target.Address, what, err)
		}
	}
	if !s.status.known {
		return Output{}, s.conn.failed(what, errors.New("the server did not tell how it ended"))
	}
	return Output{Stdout: texts[0], Stderr: texts[1], Code: s.status.code, Signal: s.status.signal}, nil
}

// collected is what came from an output until its end.
type collected struct {
	text []byte
	err  error
}

// collect reads an output to its end, or to the limit.
func (s *session) collect(r io.Reader) <-chan collected {
	all := make(chan collected, 1)
	limit := s.conn.o.MaxOutput
	ok := s.conn.run(func() {
		text, err := io.ReadAll(io.LimitReader(r, limit+1))
		if int64(len(text)) > limit {
			text, err = nil, fmt.Errorf("%w: more than %d bytes", ErrOutput, limit)
		}
		all <- collected{text, err}
	})
	if !ok {
		all <- collected{err: ErrClosed}
	}
	return all
}

// feed copies the input to the command, and its end. What it returns gives an
// error of the input. The goroutine ends when the input does or when the command
// does not listen any more; Close does not wait for it, because a Read of the
// caller's may take for ever.
func (s *session) feed(stdin io.Reader) <-chan error {
	failed := make(chan error, 1)
	if stdin == nil {
		s.conn.run(func() { _ = s.CloseWrite() })
		return failed
	}
	go func() {
		buffer := make([]byte, 32<<10) // a packet
		for {
			n, err := stdin.Read(buffer)
			if n > 0 {
				if _, err := s.Write(buffer[:n]); err != nil {
					return // how the command ended says why
				}
			}
			if errors.Is(err, io.EOF) {
				_ = s.CloseWrite()
				return
			}
			if err != nil {
				failed <- fmt.Errorf("its input: %w", err)
				return
			}
		}
	}()
	return failed
}
