package sshx_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/internal/sshx"
	"github.com/bioxen/terraform-provider-bioxen/internal/sshx/sshtest"
)

func newPool(t testing.TB, o sshx.Options) *sshx.Pool {
	t.Helper()
	p := sshx.NewPool(o)
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

func get(t testing.TB, p *sshx.Pool, target sshx.Target) *sshx.Conn {
	t.Helper()
	c, err := p.Get(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Many callers at once share one login, and one for each target.
func TestPoolShares(t *testing.T) {
	t.Parallel()
	p := newPool(t, sshx.Options{})
	servers := []*sshtest.Server{sshtest.New(t, sshtest.Options{}), sshtest.New(t, sshtest.Options{})}
	var wg sync.WaitGroup
	for _, s := range servers {
		for range 50 {
			wg.Go(func() {
				c, err := p.Get(t.Context(), s.Target())
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := c.Run(t.Context(), "true", nil); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	for _, s := range servers {
		if s.Accepted() != 1 || s.Logins() != 1 {
			t.Errorf("%d connections, %d logins, want one", s.Accepted(), s.Logins())
		}
	}
}

// A target that knows another host key does not get the connection of one that
// knows the right one.
func TestPoolTellsTargetsApart(t *testing.T) {
	t.Parallel()
	p := newPool(t, sshx.Options{})
	s := sshtest.New(t, sshtest.Options{Password: "open sesame"})
	get(t, p, s.Target())
	wrong := s.Target()
	wrong.HostKeys.Known = sshtest.New(t, sshtest.Options{}).HostKeys()
	if _, err := p.Get(t.Context(), wrong); !isHostKeyError(err) {
		t.Errorf("another host key: got %v, want a HostKeyError", err)
	}
	wrong = s.Target()
	wrong.Auth = sshx.Auth{Password: sshx.Conceal("close sesame")}
	if _, err := p.Get(t.Context(), wrong); !isAuthError(err) {
		t.Errorf("another password: got %v, want an AuthError", err)
	}
	wrong = s.Target()
	wrong.User = "root"
	if _, err := p.Get(t.Context(), wrong); !isAuthError(err) {
		t.Errorf("another user: got %v, want an AuthError", err)
	}
}

func isHostKeyError(err error) bool { _, ok := errors.AsType[*sshx.HostKeyError](err); return ok }

func isAuthError(err error) bool { _, ok := errors.AsType[*sshx.AuthError](err); return ok }

// A connection that was lost is made again, when the server is back.
func TestPoolRedials(t *testing.T) {
	t.Parallel()
	p := newPool(t, sshx.Options{})
	s := sshtest.New(t, sshtest.Options{})
	first := get(t, p, s.Target())
	s.Stop()
	<-first.Done()
	start := time.AfterFunc(200*time.Millisecond, func() { s.Start(t) })
	defer start.Stop()
	second := get(t, p, s.Target())
	if first == second {
		t.Fatal("the pool gives out a connection that was lost")
	}
	works(t, second)
}

// A server that lets in and throws out is not stormed by callers that come back
// at once.
func TestPoolDoesNotStorm(t *testing.T) {
	t.Parallel()
	p := newPool(t, sshx.Options{})
	s := sshtest.New(t, sshtest.Options{})
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	for ctx.Err() == nil {
		c, err := p.Get(ctx, s.Target())
		if err != nil {
			break
		}
		s.Hangup()
		<-c.Done()
	}
	// Pauses of 50, 100, 200, 400 ms.
	if n := s.Accepted(); n < 2 || n > 6 {
		t.Errorf("%d connections in a second, want about 5", n)
	}
}

// The wait is everybody's: who leaves does not end it for others, and the last
// one does.
func TestPoolWaits(t *testing.T) {
	t.Parallel()
	p := newPool(t, sshx.Options{})
	s := sshtest.New(t, sshtest.Options{})
	s.Stop()
	short, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	impatient := make(chan error, 1)
	go func() { _, err := p.Get(short, s.Target()); impatient <- err }()
	patient := make(chan error, 1)
	go func() { _, err := p.Get(t.Context(), s.Target()); patient <- err }()
	err := <-impatient
	e, ok := errors.AsType[*sshx.DialError](err)
	if !ok || e.Attempts < 1 || !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "last seen: dial tcp") {
		t.Errorf("got %v, want a DialError that says what was last seen", err)
	}
	s.Start(t)
	if err := <-patient; err != nil {
		t.Errorf("who waited on: %v", err)
	}

	// The last one leaves: nobody dials any more.
	s.Stop()
	p.Drop(s.Target())
	short, cancel = context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := p.Get(short, s.Target()); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the deadline", err)
	}
	before := s.Accepted()
	s.Start(t)
	still := time.NewTimer(300 * time.Millisecond)
	<-still.C
	if n := s.Accepted() - before; n != 0 {
		t.Errorf("%d connections that nobody waits for", n)
	}
}

func TestPoolDrop(t *testing.T) {
	t.Parallel()
	p := newPool(t, sshx.Options{})
	s := sshtest.New(t, sshtest.Options{})
	p.Drop(s.Target()) // nothing there
	c := get(t, p, s.Target())
	p.Drop(s.Target())
	if !errors.Is(c.Err(), sshx.ErrClosed) {
		t.Errorf("after Drop Err is %v, want ErrClosed", c.Err())
	}
	works(t, get(t, p, s.Target()))
	// A wait is ended too.
	s.Stop()
	p.Drop(s.Target())
	waiting := make(chan error, 1)
	go func() { _, err := p.Get(t.Context(), s.Target()); waiting <- err }()
	timer := time.NewTimer(100 * time.Millisecond)
	<-timer.C
	p.Drop(s.Target())
	if err := <-waiting; !errors.Is(err, sshx.ErrClosed) {
		t.Errorf("got %v, want ErrClosed", err)
	}
}

func TestPoolClose(t *testing.T) {
	t.Parallel()
	p := newPool(t, sshx.Options{})
	s, down := sshtest.New(t, sshtest.Options{}), sshtest.New(t, sshtest.Options{})
	down.Stop()
	c := get(t, p, s.Target())
	waiting := make(chan error, 1)
	go func() { _, err := p.Get(t.Context(), down.Target()); waiting <- err }()
	running := make(chan error, 1)
	go func() { _, err := c.Run(t.Context(), "sleep 60", nil); running <- err }()
	eventually(t, "the command runs", func() bool { return len(s.Commands()) == 1 })
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	for _, err := range []error{<-waiting, <-running} {
		if !errors.Is(err, sshx.ErrClosed) {
			t.Errorf("got %v, want ErrClosed", err)
		}
	}
	if err := p.Close(); err != nil {
		t.Errorf("the second Close: %v", err)
	}
	if _, err := p.Get(t.Context(), s.Target()); !errors.Is(err, sshx.ErrClosed) {
		t.Errorf("Get: got %v, want ErrClosed", err)
	}
	if err := c.Err(); !errors.Is(err, sshx.ErrClosed) {
		t.Errorf("Err is %v, want ErrClosed", err)
	}
}
