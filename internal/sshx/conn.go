package sshx

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
)

// A Conn is a login at a server, over which any number of commands and
// connections run at once. It ends when it is closed, when the network fails, or
// when the server is silent for too long.
type Conn struct {
	target Target
	o      Options
	wire   *wire
	ssh    ssh.Conn
	done   chan struct{} // closed when the connection is over

	mu     sync.Mutex // guards the fields below
	cause  error      // why it is over, or about to be
	closed bool       // no goroutine may be started any more
	wg     sync.WaitGroup
}

// newConn takes over a login. Its goroutines end with the connection.
func newConn(t Target, o Options, w *wire, mux ssh.Conn, channels <-chan ssh.NewChannel, requests <-chan *ssh.Request) *Conn {
	c := &Conn{target: t, o: o, wire: w, ssh: mux, done: make(chan struct{})}
	c.run(func() {
		for offer := range channels { // a server has nothing to open here
			_ = offer.Reject(ssh.Prohibited, "")
		}
	})
	c.run(func() { ssh.DiscardRequests(requests) }) // answers OpenSSH's own keepalive
	c.run(c.keepAlive)
	c.run(func() {
		err := mux.Wait()
		if network := w.failure(); network != nil {
			err = network
		}
		c.give(fmt.Errorf("ssh to %s: the connection was lost: %w", t.Address, err))
		o.Logger.Debug("ssh connection ended", slog.String("address", t.Address), slog.String("error", t.redact(c.why().Error())))
		close(c.done)
	})
	return c
}

// Done is closed when the connection is over.
func (c *Conn) Done() <-chan struct{} { return c.done }

// Err says why the connection is over: [ErrClosed], an error that wraps
// [ErrSilent], or the network's. It is nil while Done is open.
func (c *Conn) Err() error {
	select {
	case <-c.done:
		return c.why()
	default:
		return nil
	}
}

// Close ends the connection and everything that runs over it, and waits for its
// goroutines. It may be called twice.
func (c *Conn) Close() error {
	c.give(ErrClosed)
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.wg.Wait()
	return nil
}

// give ends the connection, for the first reason that is given.
func (c *Conn) give(cause error) {
	c.mu.Lock()
	if c.cause == nil {
		c.cause = cause
	}
	c.mu.Unlock()
	_ = c.wire.Close()
}

func (c *Conn) why() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.cause
}

// run starts a goroutine that Close waits for, and reports whether it could. The
// end of the connection must end it.
func (c *Conn) run(f func()) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return false
	}
	c.wg.Go(f)
	return true
}

// lost says why the connection ended, if that is why something ended.
func (c *Conn) lost() error {
	if !c.wire.over() {
		return nil
	}
	<-c.done // follows at once
	return c.why()
}

// failed is the error of a call that the connection's end, rather than the
// server, made fail.
func (c *Conn) failed(what string, err error) error {
	if lost := c.lost(); lost != nil {
		return fmt.Errorf("%s: %w", what, lost)
	}
	return fmt.Errorf("ssh to %s: %s: %s", c.target.Address, what, c.target.redact(err.Error()))
}

// A channel is what the server opened.
type channel struct {
	ssh.Channel
	requests <-chan *ssh.Request
}

// errEnded stands for the end of a context.
var errEnded = errors.New("the context ended")

// open opens a channel. When ctx ends first, it returns errEnded, and what the
// server opens after all is closed.
func (c *Conn) open(ctx context.Context, kind string, payload []byte) (channel, error) {
	type answer struct {
		channel
		err error
	}
	answers := make(chan answer)
	ok := c.run(func() {
		ch, requests, err := c.ssh.OpenChannel(kind, payload)
		select {
		case answers <- answer{channel{ch, requests}, err}:
		case <-ctx.Done():
			if err == nil {
				_ = ch.Close()
				ssh.DiscardRequests(requests)
			}
		}
	})
	if !ok {
		return channel{}, ErrClosed
	}
	select {
	case a := <-answers:
		return a.channel, a.err
	case <-ctx.Done():
		return channel{}, errEnded
	}
}

// keepAlive asks a silent server for a sign of life, and gives the connection up
// when none comes. Any byte is one. It ends with the connection.
func (c *Conn) keepAlive() {
	tick := time.NewTicker(c.o.KeepAlive)
	defer tick.Stop()
	missed, asked := 0, false
	answers := make(chan struct{}, 1)
	for {
		select {
		case <-c.done:
			return
		case <-answers:
			missed, asked = 0, false
			continue
		case <-tick.C:
		}
		if c.wire.silence() < c.o.KeepAlive {
			missed = 0
			continue
		}
		if missed++; asked && missed > c.o.KeepAliveMisses {
			c.give(fmt.Errorf("ssh to %s: %w: %d keepalives in %s had no answer", c.target.Address, ErrSilent, c.o.KeepAliveMisses,
				(time.Duration(c.o.KeepAliveMisses) * c.o.KeepAlive)))
			return
		}
		if !asked {
			// At most one waits for its answer: more would tell no more.
			asked = c.run(func() {
				// Whether granted or refused: an answer.
				if _, _, err := c.ssh.SendRequest("keepalive@openssh.com", true, nil); err == nil {
					answers <- struct{}{}
				}
			})
		}
	}
}
