package sshx_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/internal/sshx"
	"github.com/bioxen/terraform-provider-bioxen/internal/sshx/sshtest"
)

func TestRun(t *testing.T) {
	t.Parallel()
	s := sshtest.New(t, sshtest.Options{Env: []string{"FROM_TEST=yes"}})
	c := dial(t, s.Target(), sshx.Options{})
	for command, want := range map[string]sshx.Output{
		"echo out; echo err >&2; exit 3":  {Stdout: []byte("out\n"), Stderr: []byte("err\n"), Code: 3},
		"cat":                             {Stdout: []byte("input")},
		"echo $FROM_TEST":                 {Stdout: []byte("yes\n")},
		"true":                            {},
		"kill -9 $$":                      {Code: 137, Signal: "KILL"},
		"nonexistent-command 2>/dev/null": {Code: 127},
		"exec 0<&-; exec true":            {},
	} {
		got, err := c.Run(t.Context(), command, strings.NewReader("input"))
		if err != nil {
			t.Errorf("%s: %v", command, err)
			continue
		}
		if got.Stdout = bytes.Clone(got.Stdout); len(got.Stdout) == 0 {
			got.Stdout = nil
		}
		if len(got.Stderr) == 0 {
			got.Stderr = nil
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", command, diff)
		}
	}
}

func TestRunManyAtOnce(t *testing.T) {
	t.Parallel()
	s := sshtest.New(t, sshtest.Options{})
	c := dial(t, s.Target(), sshx.Options{})
	big := make([]byte, 3<<20) // more than a window
	_, _ = rand.NewChaCha8([32]byte{1}).Read(big)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			out, err := c.Run(t.Context(), "cat", bytes.NewReader(big))
			if err != nil || !bytes.Equal(out.Stdout, big) {
				t.Errorf("got %d bytes, %v, want %d", len(out.Stdout), err, len(big))
			}
		})
	}
	wg.Wait()
	if n := s.Accepted(); n != 1 {
		t.Errorf("%d connections, want one", n)
	}
}

func TestRunFailures(t *testing.T) {
	t.Parallel()
	s := sshtest.New(t, sshtest.Options{})
	t.Run("input", func(t *testing.T) {
		t.Parallel()
		c := dial(t, s.Target(), sshx.Options{})
		broken := errors.New("broken input")
		if _, err := c.Run(t.Context(), "cat", io.MultiReader(strings.NewReader("some"), failing{broken})); !errors.Is(err, broken) {
			t.Errorf("got %v, want the input's error", err)
		}
		works(t, c)
	})
	t.Run("output", func(t *testing.T) {
		t.Parallel()
		c := dial(t, s.Target(), sshx.Options{MaxOutput: 1000})
		if out, err := c.Run(t.Context(), "head -c 1000 /dev/zero; head -c 1000 /dev/zero >&2", nil); err != nil || len(out.Stdout) != 1000 || len(out.Stderr) != 1000 {
			t.Errorf("at the limit: got %d and %d bytes, %v", len(out.Stdout), len(out.Stderr), err)
		}
		for _, command := range []string{"head -c 1001 /dev/zero", "head -c 1001 /dev/zero >&2", "cat /dev/zero"} {
			if _, err := c.Run(t.Context(), command, nil); !errors.Is(err, sshx.ErrOutput) {
				t.Errorf("%s: got %v, want ErrOutput", command, err)
			}
		}
		works(t, c)
	})
	t.Run("context", func(t *testing.T) {
		t.Parallel()
		c := dial(t, s.Target(), sshx.Options{})
		endless, w := io.Pipe()
		defer w.Close()
		for _, stdin := range []io.Reader{nil, endless} {
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			began := time.Now()
			_, err := c.Run(ctx, "sleep 60", stdin)
			cancel()
			if took := time.Since(began); !errors.Is(err, context.DeadlineExceeded) || took > 5*time.Second {
				t.Errorf("got %v after %s, want the deadline", err, took)
			}
		}
		works(t, c)
		canceled, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := c.Run(canceled, "true", nil); !errors.Is(err, context.Canceled) {
			t.Errorf("a context that has ended: got %v", err)
		}
	})
	t.Run("the connection is cut", func(t *testing.T) {
		t.Parallel()
		s := sshtest.New(t, sshtest.Options{})
		c := dial(t, s.Target(), sshx.Options{})
		time.AfterFunc(100*time.Millisecond, s.Hangup)
		_, err := c.Run(t.Context(), "sleep 60", nil)
		if err == nil || !strings.Contains(err.Error(), "connection was lost") {
			t.Errorf("got %v, want the loss of the connection", err)
		}
		<-c.Done()
		if c.Err() == nil || !strings.Contains(c.Err().Error(), s.Address()) {
			t.Errorf("Err is %v", c.Err())
		}
		if _, err := c.Run(t.Context(), "true", nil); err == nil || !strings.Contains(err.Error(), "connection was lost") {
			t.Errorf("afterwards: got %v", err)
		}
	})
	t.Run("closed", func(t *testing.T) {
		t.Parallel()
		c := dial(t, s.Target(), sshx.Options{})
		time.AfterFunc(100*time.Millisecond, func() { c.Close() })
		if _, err := c.Run(t.Context(), "sleep 60", nil); !errors.Is(err, sshx.ErrClosed) {
			t.Errorf("got %v, want ErrClosed", err)
		}
		if err := c.Close(); err != nil {
			t.Errorf("the second Close: %v", err)
		}
		if !errors.Is(c.Err(), sshx.ErrClosed) {
			t.Errorf("Err is %v, want ErrClosed", c.Err())
		}
		if _, err := c.Run(t.Context(), "true", nil); !errors.Is(err, sshx.ErrClosed) {
			t.Errorf("Run: got %v, want ErrClosed", err)
		}
		if _, err := c.DialUnix(t.Context(), "/x"); !errors.Is(err, sshx.ErrClosed) {
			t.Errorf("DialUnix: got %v, want ErrClosed", err)
		}
		if _, err := c.Stdio(t.Context(), "cat"); !errors.Is(err, sshx.ErrClosed) {
			t.Errorf("Stdio: got %v, want ErrClosed", err)
		}
	})
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// A command may hold secrets: no error repeats it.
func TestErrorsDoNotRepeatTheCommand(t *testing.T) {
	t.Parallel()
	s := sshtest.New(t, sshtest.Options{})
	c := dial(t, s.Target(), sshx.Options{MaxOutput: 1})
	const secret = "s3cr3t"
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, slow := c.Run(ctx, "sleep 60; : "+secret, nil)
	_, loud := c.Run(t.Context(), "echo "+secret, nil)
	s.Gossip(true)
	_, refused := c.Run(t.Context(), "echo "+secret, nil)
	for _, err := range []error{slow, loud, refused} {
		if err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("got %v, want an error without the command", err)
		}
	}
}

func TestKeepAlive(t *testing.T) {
	t.Parallel()
	s := sshtest.New(t, sshtest.Options{})
	quick := sshx.Options{KeepAlive: 50 * time.Millisecond, KeepAliveMisses: 4}
	c := dial(t, s.Target(), quick)
	// A server that answers is left alone, for longer than a frozen one.
	if _, err := c.Run(t.Context(), "sleep 0.6", nil); err != nil {
		t.Fatal(err)
	}
	s.Freeze()
	began := time.Now()
	_, err := c.Run(t.Context(), "true", nil) // blocks until the connection is given up
	if took := time.Since(began); !errors.Is(err, sshx.ErrSilent) || took > 5*time.Second {
		t.Errorf("got %v after %s, want ErrSilent", err, took)
	}
	<-c.Done()
	if !errors.Is(c.Err(), sshx.ErrSilent) {
		t.Errorf("Err is %v, want ErrSilent", c.Err())
	}
}

// A machine that was paused for less than the patience is not given up.
func TestKeepAliveForgives(t *testing.T) {
	t.Parallel()
	s := sshtest.New(t, sshtest.Options{})
	c := dial(t, s.Target(), sshx.Options{KeepAlive: 50 * time.Millisecond, KeepAliveMisses: 100})
	for range 3 {
		s.Freeze()
		thaw := time.AfterFunc(200*time.Millisecond, s.Thaw)
		works(t, c)
		thaw.Stop()
	}
}
