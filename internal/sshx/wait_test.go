package sshx_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/internal/sshx"
	"github.com/bioxen/terraform-provider-bioxen/internal/sshx/sshtest"
)

// A machine that boots: no listener, then one with nobody behind, then a server
// that closes, one that is slow, and one that does not know the key yet.
func TestWaitDialWhileBooting(t *testing.T) {
	t.Parallel()
	s := sshtest.New(t, sshtest.Options{})
	s.Stop()
	s.Freeze()
	s.RefuseConnections(3)
	s.RejectLogins(2)
	boot := make(chan struct{})
	go func() {
		defer close(boot)
		for _, step := range []func(){func() { s.Start(t) }, s.Thaw} {
			timer := time.NewTimer(300 * time.Millisecond)
			<-timer.C
			step()
		}
	}()
	c, err := sshx.WaitDial(t.Context(), s.Target(), sshx.Options{AuthRetry: time.Minute})
	<-boot
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	works(t, c)
	if n := s.AuthAttempts(); n < 3 {
		t.Errorf("%d keys were shown, want two that were refused before", n)
	}
}

func TestWaitDialSaysWhatItSaw(t *testing.T) {
	t.Parallel()
	deaf, err := net.Listen("tcp", "127.0.0.1:0") // accepts, and never a word
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { deaf.Close() })
	for name, c := range map[string]struct {
		prepare func(*sshtest.Server)
		address string
		want    string
	}{
		"nobody listens":       {prepare: (*sshtest.Server).Stop, want: "connection refused"},
		"never a word":         {address: deaf.Addr().String(), want: "accepted, and no SSH server said a word in "},
		"closed":               {prepare: func(s *sshtest.Server) { s.RefuseConnections(1000) }, want: "accepted, and closed before an SSH server said a word"},
		"during the handshake": {prepare: func(s *sshtest.Server) { s.DropAfter(30) }, want: "during the handshake"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sshtest.New(t, sshtest.Options{})
			target := s.Target()
			if c.prepare != nil {
				c.prepare(s)
			}
			if c.address != "" {
				target.Address = c.address
			}
			ctx, cancel := context.WithTimeout(t.Context(), 2500*time.Millisecond)
			defer cancel()
			_, err := sshx.WaitDial(ctx, target, sshx.Options{})
			e, ok := errors.AsType[*sshx.DialError](err)
			if !ok || !errors.Is(err, context.DeadlineExceeded) {
				t.Fatalf("got %v, want a DialError at the deadline", err)
			}
			// 0.4 s of patience, or else pauses of 50 ms and more, which grow.
			if e.Attempts < 2 || e.Attempts > 15 || e.Waited < 2*time.Second || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "attempts in ") {
				t.Errorf("%d attempts in %s: %v\nwant it to say %q", e.Attempts, e.Waited, err, c.want)
			}
		})
	}
}

func TestAuthRetryEnds(t *testing.T) {
	t.Parallel()
	s := sshtest.New(t, sshtest.Options{})
	s.RejectLogins(1000)
	began := time.Now()
	_, err := sshx.WaitDial(t.Context(), s.Target(), sshx.Options{AuthRetry: 700 * time.Millisecond})
	if _, ok := errors.AsType[*sshx.AuthError](err); !ok {
		t.Errorf("got %v, want an AuthError", err)
	}
	if took := time.Since(began); took < 700*time.Millisecond || took > 10*time.Second {
		t.Errorf("it took %s, want a bit more than 0.7 s", took)
	}
	if n := s.Accepted(); n < 2 || n > 4 {
		t.Errorf("%d attempts, want 2 to 4: one each half second", n)
	}
}

// Whatever the server does or does not, the end of the context ends the call.
func TestDialEndsWithItsContext(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(*sshtest.Server){
		"frozen":      (*sshtest.Server).Freeze,
		"slow banner": func(s *sshtest.Server) { s.BannerDelay(time.Hour) },
	} {
		for how, f := range map[string]func(context.Context, sshx.Target, sshx.Options) (*sshx.Conn, error){"Dial": sshx.Dial, "WaitDial": sshx.WaitDial} {
			t.Run(name+" "+how, func(t *testing.T) {
				t.Parallel()
				s := sshtest.New(t, sshtest.Options{})
				prepare(s)
				ctx, cancel := context.WithCancel(t.Context())
				timer := time.AfterFunc(100*time.Millisecond, cancel)
				defer timer.Stop()
				began := time.Now()
				_, err := f(ctx, s.Target(), sshx.Options{})
				if _, ok := errors.AsType[*sshx.DialError](err); !ok || !errors.Is(err, context.Canceled) {
					t.Errorf("got %v, want a DialError at the end of the context", err)
				}
				if took := time.Since(began); took > 5*time.Second {
					t.Errorf("it took %s", took)
				}
			})
		}
	}
}

func TestDialTimeout(t *testing.T) {
	t.Parallel()
	s := sshtest.New(t, sshtest.Options{})
	s.BannerDelay(time.Hour)
	_, err := sshx.Dial(t.Context(), s.Target(), sshx.Options{Timeout: 50 * time.Millisecond})
	if e, ok := errors.AsType[*sshx.DialError](err); !ok || e.Attempts != 1 || !strings.Contains(err.Error(), "said a word in 50ms") {
		t.Errorf("got %v, want a DialError", err)
	}
}
