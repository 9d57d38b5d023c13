package sshx

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
)

// Dial logs in, in one attempt. ctx bounds the call, as does [Options].Timeout;
// the connection lives until it is closed or lost. Errors are a [HostKeyError],
// an [AuthError], a [DialError], or wrap [ErrTarget].
func Dial(ctx context.Context, t Target, o Options) (*Conn, error) {
	o = o.filled()
	p, err := t.prepare(ctx)
	if err != nil {
		return nil, err
	}
	defer p.creds.Close()
	return p.dial(ctx, o, o.Timeout)
}

// dial makes one attempt. patience is how long the server may take to accept the
// connection, and then again to say its first word.
func (p *plan) dial(ctx context.Context, o Options, patience time.Duration) (*Conn, error) {
	began := time.Now()
	conn, err := p.login(ctx, o, patience)
	if err == nil {
		o.Logger.LogAttrs(ctx, slog.LevelDebug, "ssh login", slog.String("address", p.target.Address), slog.Duration("took", time.Since(began)))
		return conn, nil
	}
	if e, ok := errors.AsType[*DialError](err); ok {
		e.Address, e.Attempts, e.Waited = p.target.Address, 1, time.Since(began)
		if ended(ctx) {
			e.Err = context.Cause(ctx)
		}
	}
	return nil, err
}

func (p *plan) login(ctx context.Context, o Options, patience time.Duration) (*Conn, error) {
	connecting, cancel := context.WithTimeout(ctx, patience)
	network, err := o.Dialer(connecting, "tcp", p.target.Address)
	cancel()
	if err != nil {
		if n, ok := errors.AsType[net.Error](err); ok && n.Timeout() && !ended(ctx) {
			err = fmt.Errorf("the connection was not accepted in %s: %w", patience.Round(time.Millisecond), err)
		}
		return nil, &DialError{Last: err}
	}
	w := newWire(network, patience, o.Timeout)
	stop := context.AfterFunc(ctx, func() {
		_ = w.Close()
		if p.creds.agent != nil {
			_ = p.creds.agent.Close()
		}
	})
	a := &attempt{plan: p, wire: w, patience: patience, timeout: o.Timeout}
	mux, channels, requests, err := ssh.NewClientConn(w, p.target.Address, a.config())
	if !stop() { // ctx ended
		_ = w.Close()
		return nil, new(DialError)
	}
	if err != nil {
		_ = w.Close()
		return nil, a.explain(err)
	}
	w.loggedIn()
	return newConn(p.target, o, w, mux, channels, requests), nil
}

// An attempt is what is known of one login while it goes on.
type attempt struct {
	*plan
	wire              *wire
	patience, timeout time.Duration

	refused  error // of the host key
	trusted  bool  // the host key was good
	rejected bool  // the server took part in authentication, and refused something
	tried    []string
	accepts  []string
}

func (a *attempt) config() *ssh.ClientConfig {
	return &ssh.ClientConfig{
		User:              a.target.User,
		Auth:              a.creds.methods(),
		HostKeyAlgorithms: a.known.algorithms(),
		HostKeyCallback: func(_ string, _ net.Addr, key ssh.PublicKey) error {
			if err := a.known.check(key); err != nil {
				a.refused = err
				return err
			}
			a.trusted = true
			return nil
		},
		AuthCallback: func(c *ssh.ClientAuthContext) (ssh.AuthMethod, error) {
			a.rejected = true
			a.tried, a.accepts = c.TriedMethods, c.AllowedMethods
			return nil, nil //nolint:nilnil // the library's word for "go on with the list"
		},
	}
}

// explain says what a failed handshake means.
func (a *attempt) explain(err error) error {
	if a.refused != nil {
		return a.refused
	}
	if n, ok := errors.AsType[*ssh.AlgorithmNegotiationError](err); ok {
		if n.What == "host key" {
			e := a.known.refusal()
			e.Offered = a.target.words(n.RequestedAlgorithms)
			return e
		}
		return &DialError{Last: errors.New(a.target.redact(err.Error())), permanent: true}
	}
	if network := a.wire.failure(); network != nil {
		return &DialError{Last: a.met(network)}
	}
	if !a.rejected {
		return &DialError{Last: errors.New(a.target.redact(err.Error()))}
	}
	e := &AuthError{Address: a.target.Address, User: a.target.User, Keys: a.creds.fingerprints(), Accepts: a.target.words(a.accepts)}
	for _, method := range a.tried {
		if method != "none" {
			e.Tried = append(e.Tried, method)
		}
	}
	if !strings.Contains(err.Error(), "no supported methods remain") { // which says nothing that Tried does not
		e.Reason = a.target.redact(err.Error())
	}
	return e
}

// met says how far an attempt came before the network failed.
func (a *attempt) met(err error) error {
	timeout := errors.Is(err, os.ErrDeadlineExceeded)
	switch {
	case !a.wire.spoke() && timeout:
		return fmt.Errorf("the connection was accepted, and no SSH server said a word in %s: %w", a.patience.Round(time.Millisecond), err)
	case !a.wire.spoke():
		return fmt.Errorf("the connection was accepted, and closed before an SSH server said a word: %w", err)
	case timeout:
		return fmt.Errorf("the SSH server did not let the user in within %s: %w", a.timeout, err)
	case a.trusted && errors.Is(err, io.EOF):
		return fmt.Errorf("the SSH server closed the connection during authentication: %w", err)
	}
	return fmt.Errorf("during the handshake: %w", err)
}
