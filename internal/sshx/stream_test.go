package sshx_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/internal/sshx"
	"github.com/bioxen/terraform-provider-bioxen/internal/sshx/sshtest"
)

// listen serves a unix socket in the test's folder until its end.
func listen(t testing.TB, serve func(*net.UnixConn)) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := l.AcceptUnix()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer c.Close()
				serve(c)
			})
		}
	})
	t.Cleanup(func() { l.Close() })
	return path
}

// closeWrite tells the other end that no more comes.
func closeWrite(t testing.TB, conn net.Conn) {
	c, ok := conn.(interface{ CloseWrite() error })
	if !ok {
		t.Errorf("%T has no CloseWrite", conn)
		return
	}
	if err := c.CloseWrite(); err != nil {
		t.Error(err)
	}
}

func echo(c *net.UnixConn) {
	_, _ = io.Copy(c, c)
	_ = c.CloseWrite()
}

// A way is one of those to get a net.Conn to a socket.
type way struct {
	name string
	dial func(*sshx.Conn, context.Context, string) (net.Conn, error)
}

// ways are the two: the second runs a command that does nothing but echo.
func ways() []way {
	return []way{
		{"DialUnix", (*sshx.Conn).DialUnix},
		{"Stdio", func(c *sshx.Conn, ctx context.Context, _ string) (net.Conn, error) { return c.Stdio(ctx, "cat") }},
	}
}

// TestEcho sends more than all buffers hold, in odd pieces, and gets it back.
func TestEcho(t *testing.T) {
	t.Parallel()
	s := sshtest.New(t, sshtest.Options{})
	c := dial(t, s.Target(), sshx.Options{})
	path := listen(t, echo)
	big := make([]byte, 5<<20)
	_, _ = rand.NewChaCha8([32]byte{2}).Read(big)
	for _, w := range ways() {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			conn, err := w.dial(c, t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			var wg sync.WaitGroup
			wg.Go(func() {
				for rest, size := big, 1; len(rest) > 0; size = size*3%100_003 + 1 {
					n, err := conn.Write(rest[:min(size, len(rest))])
					if err != nil {
						t.Error(err)
						return
					}
					rest = rest[n:]
				}
				closeWrite(t, conn)
			})
			got, err := io.ReadAll(conn)
			wg.Wait()
			if err != nil || !bytes.Equal(got, big) {
				t.Errorf("got %d bytes back, %v, want %d", len(got), err, len(big))
			}
			if _, err := conn.Write([]byte("x")); err == nil {
				t.Error("a Write after CloseWrite succeeds")
			}
			if err := conn.Close(); err != nil {
				t.Error(err)
			}
			if err := conn.Close(); !errors.Is(err, net.ErrClosed) {
				t.Errorf("the second Close: got %v, want net.ErrClosed", err)
			}
		})
	}
	t.Cleanup(func() {
		if c.Err() != nil {
			t.Errorf("the SSH connection ended: %v", c.Err())
		}
	})
}

// What was written before Close arrives.
func TestCloseFlushes(t *testing.T) {
	t.Parallel()
	s := sshtest.New(t, sshtest.Options{})
	c := dial(t, s.Target(), sshx.Options{})
	const size = 60_000 // both buffers
	got := make(chan int, 1)
	path := listen(t, func(c *net.UnixConn) {
		all, _ := io.ReadAll(c)
		got <- len(all)
	})
	for range 20 {
		conn, err := c.DialUnix(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Write(make([]byte, size)); err != nil {
			t.Fatal(err)
		}
		conn.Close()
		if n := <-got; n != size {
			t.Fatalf("%d bytes arrived, want %d", n, size)
		}
	}
}

func TestDeadlines(t *testing.T) {
	t.Parallel()
	s := sshtest.New(t, sshtest.Options{})
	c := dial(t, s.Target(), sshx.Options{})
	mute := listen(t, func(c *net.UnixConn) { // reads when told to
		<-t.Context().Done()
	})
	for name, start := range map[string]func() (net.Conn, error){
		"DialUnix": func() (net.Conn, error) { return c.DialUnix(t.Context(), mute) },
		"Stdio":    func() (net.Conn, error) { return c.Stdio(t.Context(), "sleep 60") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, err := start()
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			expired := func(what string, err error) {
				t.Helper()
				if e, ok := errors.AsType[net.Error](err); !ok || !e.Timeout() || !errors.Is(err, os.ErrDeadlineExceeded) {
					t.Errorf("%s: got %v, want a timeout", what, err)
				}
			}
			read := func() error { _, err := conn.Read(make([]byte, 1)); return err }
			set := func(err error) {
				t.Helper()
				if err != nil {
					t.Fatal(err)
				}
			}
			set(conn.SetReadDeadline(time.Now().Add(30 * time.Millisecond)))
			expired("a deadline to come", read())
			expired("and again", read())
			set(conn.SetReadDeadline(time.Now().Add(-time.Second)))
			expired("a deadline that has passed", read())
			set(conn.SetReadDeadline(time.Time{}))
			time.AfterFunc(50*time.Millisecond, func() { set(conn.SetReadDeadline(time.Unix(1, 0))) })
			expired("a deadline set under way", read())
			set(conn.SetReadDeadline(time.Now().Add(time.Hour)))
			time.AfterFunc(50*time.Millisecond, func() { set(conn.SetDeadline(time.Now().Add(10 * time.Millisecond))) })
			expired("a deadline moved nearer", read())

			// Writing, until all buffers on the way are full.
			set(conn.SetDeadline(time.Time{}))
			set(conn.SetWriteDeadline(time.Now().Add(500 * time.Millisecond)))
			n, err := conn.Write(make([]byte, 32<<20))
			expired("writing", err)
			if n < 32<<10 || n >= 32<<20 {
				t.Errorf("%d bytes were written, want some and not all", n)
			}
			_, err = conn.Write([]byte("x"))
			expired("writing again", err)
			// Close does not wait for whom nobody reads.
			began := time.Now()
			if err := conn.Close(); err != nil {
				t.Error(err)
			}
			if took := time.Since(began); took > time.Second {
				t.Errorf("Close took %s", took)
			}
			if err := conn.SetDeadline(time.Time{}); !errors.Is(err, net.ErrClosed) {
				t.Errorf("SetDeadline after Close: got %v, want net.ErrClosed", err)
			}
			if err := read(); !errors.Is(err, net.ErrClosed) {
				t.Errorf("Read after Close: got %v, want net.ErrClosed", err)
			}
		})
	}
}

// A deadline that passes takes nothing away: what comes later is read, and
// nothing that was written is written twice or lost.
func TestNothingIsLostAtADeadline(t *testing.T) {
	t.Parallel()
	s := sshtest.New(t, sshtest.Options{})
	c := dial(t, s.Target(), sshx.Options{})
	conn, err := c.DialUnix(t.Context(), listen(t, func(c *net.UnixConn) {
		// Slowly, so that writes meet their deadlines.
		buffer := make([]byte, 64<<10)
		for {
			n, err := c.Read(buffer)
			if err != nil {
				return
			}
			if _, err := c.Write(buffer[:n]); err != nil {
				return
			}
		}
	}))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	sent := make([]byte, 4<<20)
	_, _ = rand.NewChaCha8([32]byte{3}).Read(sent)
	var wg sync.WaitGroup
	wg.Go(func() {
		for n := 0; n < len(sent); {
			_ = conn.SetWriteDeadline(time.Now().Add(time.Millisecond))
			m, err := conn.Write(sent[n:])
			n += m
			if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Error(err)
				return
			}
		}
	})
	var got []byte
	buffer := make([]byte, 10_000)
	for len(got) < len(sent) {
		_ = conn.SetReadDeadline(time.Now().Add(time.Millisecond))
		n, err := conn.Read(buffer)
		got = append(got, buffer[:n]...)
		if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Error(err)
			break
		}
	}
	wg.Wait()
	if !bytes.Equal(got, sent) {
		t.Errorf("got %d bytes that are not the %d sent", len(got), len(sent))
	}
}

// An answer that is cut off is not a whole one.
func TestLossIsNotTheEnd(t *testing.T) {
	t.Parallel()
	for _, w := range ways() {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			s := sshtest.New(t, sshtest.Options{})
			c := dial(t, s.Target(), sshx.Options{})
			conn, err := w.dial(c, t.Context(), listen(t, echo))
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if _, err := conn.Write([]byte("half")); err != nil {
				t.Fatal(err)
			}
			if _, err := io.ReadFull(conn, make([]byte, 4)); err != nil {
				t.Fatal(err)
			}
			time.AfterFunc(50*time.Millisecond, s.Hangup)
			if _, err := conn.Read(make([]byte, 1)); err == nil || errors.Is(err, io.EOF) && err == io.EOF || !strings.Contains(err.Error(), "connection was lost") { //nolint:errorlint // the bare io.EOF is what must not come
				t.Errorf("Read: got %v, want the loss of the connection", err)
			}
			<-c.Done()
			if _, err := conn.Write(make([]byte, 200<<10)); err == nil {
				t.Error("Write succeeds after the loss")
			}
		})
	}
}

// Close of the SSH connection ends streams that nobody closed, whoever waits.
func TestCloseEndsStreams(t *testing.T) {
	t.Parallel()
	s := sshtest.New(t, sshtest.Options{})
	c, err := sshx.Dial(t.Context(), s.Target(), sshx.Options{})
	if err != nil {
		t.Fatal(err)
	}
	path := listen(t, echo)
	var wg sync.WaitGroup
	for _, w := range ways() {
		for range 3 {
			conn, err := w.dial(c, t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			wg.Go(func() {
				if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, sshx.ErrClosed) {
					t.Errorf("got %v, want ErrClosed", err)
				}
			})
		}
	}
	time.AfterFunc(50*time.Millisecond, func() { c.Close() })
	wg.Wait()
	c.Close()
}

// HTTP's client keeps connections, sets deadlines and cancels.
func TestHTTP(t *testing.T) {
	t.Parallel()
	s := sshtest.New(t, sshtest.Options{})
	c := dial(t, s.Target(), sshx.Options{})
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			<-r.Context().Done()
			return
		}
		if all, err := io.ReadAll(r.Body); err == nil {
			_, _ = w.Write(all)
		}
	})}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { server.Close() })
	var dialed atomic.Int32
	client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		dialed.Add(1)
		return c.DialUnix(ctx, path)
	}}}
	defer client.CloseIdleConnections()
	for i := range 50 {
		text := strings.Repeat(fmt.Sprint(i), 1000*i+1)
		r, err := client.Post("http://guest/", "text/plain", strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r.Body)
		r.Body.Close()
		if err != nil || string(got) != text {
			t.Fatalf("request %d: got %d bytes, %v, want %d", i, len(got), err, len(text))
		}
	}
	if n := dialed.Load(); n != 1 {
		t.Errorf("%d connections for requests one after another, want one", n)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://guest/slow", nil)
	if err != nil {
		t.Fatal(err)
	}
	if r, err := client.Do(request); !errors.Is(err, context.DeadlineExceeded) {
		if err == nil {
			r.Body.Close()
		}
		t.Errorf("got %v, want the deadline", err)
	}
}

func TestDialUnixRefusals(t *testing.T) {
	t.Parallel()
	s := sshtest.New(t, sshtest.Options{})
	c := dial(t, s.Target(), sshx.Options{})
	path := listen(t, echo)
	missing := filepath.Join(t.TempDir(), "it's not there")
	if _, err := c.DialUnix(t.Context(), missing); !errors.Is(err, fs.ErrNotExist) || errors.Is(err, sshx.ErrForwardRefused) || !strings.Contains(err.Error(), missing) {
		t.Errorf("no socket: got %v, want fs.ErrNotExist", err)
	}
	s.ForbidStreamlocal(true)
	if _, err := c.DialUnix(t.Context(), path); !errors.Is(err, sshx.ErrForwardRefused) {
		t.Errorf("forbidden, as OpenSSH says it: got %v, want ErrForwardRefused", err)
	}
	if _, err := c.DialUnix(t.Context(), missing); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("forbidden, and no socket: got %v, want fs.ErrNotExist", err)
	}
	s.ProhibitStreamlocal(true)
	if _, err := c.DialUnix(t.Context(), path); !errors.Is(err, sshx.ErrForwardRefused) {
		t.Errorf("prohibited: got %v, want ErrForwardRefused", err)
	}
	s.ProhibitStreamlocal(false)
	s.ForbidStreamlocal(false)
	s.Freeze()
	t.Cleanup(s.Thaw)
	for name, f := range map[string]func(context.Context) error{
		"DialUnix": func(ctx context.Context) error { _, err := c.DialUnix(ctx, path); return err },
		"Stdio":    func(ctx context.Context) error { _, err := c.Stdio(ctx, "cat"); return err },
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		began := time.Now()
		err := f(ctx)
		cancel()
		if took := time.Since(began); !errors.Is(err, context.DeadlineExceeded) || took > 5*time.Second {
			t.Errorf("%s to a frozen server: got %v after %s, want the deadline", name, err, took)
		}
	}
	s.Thaw()
	// What the server opened after all is closed again, and all goes on.
	conn, err := c.DialUnix(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
}

func TestStdioFailure(t *testing.T) {
	t.Parallel()
	s := sshtest.New(t, sshtest.Options{})
	c := dial(t, s.Target(), sshx.Options{})
	conn, err := c.Stdio(t.Context(), "echo out; echo no engine here >&2; exit 7")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	got, err := io.ReadAll(conn)
	if string(got) != "out\n" || err == nil || !strings.Contains(err.Error(), "status 7: no engine here") {
		t.Errorf("got %q, %v, want the output and then the status with what the command said", got, err)
	}
}
