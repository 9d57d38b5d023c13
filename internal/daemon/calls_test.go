package daemon_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/internal/daemon"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/enginetest"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/remote"
)

// endless is a process that ends by its limits at the earliest.
func endless() biovm.Process {
	return biovm.Process{
		Code:   "def f():\n  for i in range(1000000000):\n    pass\nf()\n",
		Limits: biovm.Limits{Steps: 1 << 60, Timeout: time.Hour},
	}
}

// waitRunning waits until a process runs in the VM: another one does not get its
// turn then.
func waitRunning(t *testing.T, e *engine.Engine, ref string) {
	t.Helper()
	for {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		_, err := e.Execute(ctx, ref, biovm.Process{Code: "1"})
		cancel()
		if errors.Is(err, context.DeadlineExceeded) {
			return // it has its turn
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestCancel holds that a caller who gives up hears his own reason, and that what
// he asked for ends where it runs.
func TestCancel(t *testing.T) {
	t.Parallel()
	e, c := both(t)
	world(t, e)
	for name, how := range map[string]struct {
		context func() (context.Context, context.CancelFunc)
		want    error
	}{
		"canceled": {func() (context.Context, context.CancelFunc) { return context.WithCancel(t.Context()) }, context.Canceled},
		"deadline": {func() (context.Context, context.CancelFunc) {
			return context.WithTimeout(t.Context(), 300*time.Millisecond)
		}, context.DeadlineExceeded},
	} {
		ctx, cancel := how.context()
		ended := make(chan error, 1)
		go func() { // ends with ctx
			_, err := c.Execute(ctx, "cell", endless())
			ended <- err
		}()
		waitRunning(t, e, "cell")
		if how.want == context.Canceled { //nolint:errorlint // a constant
			cancel()
		}
		err := <-ended
		cancel()
		var op *biovm.OpError
		if !errors.Is(err, how.want) || !errors.As(err, &op) || errors.Is(err, remote.ErrUnavailable) {
			t.Errorf("%s: Execute = %v, want an OpError around %v", name, err, how.want)
		}
		// The cell is free again at once: nothing goes on for nobody.
		if _, err := e.Execute(t.Context(), "cell", biovm.Process{Code: "1"}); err != nil {
			t.Errorf("%s: the next Execute = %v", name, err)
		}
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("because")
	cancel(reason)
	if _, err := c.Status(ctx, "cell"); !errors.Is(err, context.Canceled) || !errors.Is(err, reason) {
		t.Errorf("Status with a reason to end = %v, want it and %v", err, context.Canceled)
	}
}

// TestClosed holds that a closed client says so, whatever it is asked.
func TestClosed(t *testing.T) {
	t.Parallel()
	e, c := both(t)
	world(t, e)
	ended := make(chan error, 2)
	go func() { // ends with the client
		_, err := c.Execute(t.Context(), "cell", endless())
		ended <- err
	}()
	go func() { // ends with the client
		for _, err := range c.Watch(t.Context(), 0) {
			if err != nil {
				ended <- err
				return
			}
		}
		ended <- nil
	}()
	waitRunning(t, e, "cell")
	if err := errors.Join(c.Close(), c.Close()); err != nil {
		t.Errorf("Close: %v", err)
	}
	for range 2 {
		if err := <-ended; !errors.Is(err, remote.ErrClosed) {
			t.Errorf("a call under way = %v, want ErrClosed", err)
		}
	}
	for _, q := range questions() {
		if _, err := q.ask(t.Context(), c); !errors.Is(err, remote.ErrClosed) && !errors.Is(err, biovm.ErrInvalid) {
			t.Errorf("%s after Close = %v, want ErrClosed", q.name, err)
		}
	}
	if _, err := e.Execute(t.Context(), "cell", biovm.Process{Code: "1"}); err != nil {
		t.Errorf("Execute at the engine after the client's Close = %v", err)
	}
}

// TestSession holds that what a client made is its own until it is gone.
func TestSession(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t, engine.Options{})
	endpoint := serve(t, daemon.Options{Engine: e})
	spec := biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A}

	// The first client dies without a word: its connections end.
	var conns []net.Conn
	var d net.Dialer
	opened := make(chan net.Conn, 16)
	first, err := remote.Dial(t.Context(), remote.Options{Dial: func(ctx context.Context) (net.Conn, error) {
		c, err := d.DialContext(ctx, "unix", strings.TrimPrefix(endpoint, "unix://"))
		if err == nil {
			opened <- c
		}
		return c, err
	}})
	if err != nil {
		t.Fatal(err)
	}
	made, err := first.Create(t.Context(), spec)
	if err != nil || !made.Pending {
		t.Fatalf("Create = %+v, %v; want a pending vm", made, err)
	}
	second := dial(t, remote.Options{Endpoint: endpoint})
	if _, err := second.Create(t.Context(), spec); !errors.Is(err, biovm.ErrExists) {
		t.Errorf("Create while its maker lives = %v, want ErrExists", err)
	}
	close(opened)
	for c := range opened {
		conns = append(conns, c)
	}
	for _, c := range conns {
		_ = c.Close()
	}
	adopted := awaitAdoption(t, second, spec)
	if adopted.UUID != made.UUID || !adopted.Pending {
		t.Errorf("Create after its maker's death = %+v, want the same vm, pending", adopted)
	}
	if err := second.Confirm(t.Context(), "a"); err != nil {
		t.Errorf("Confirm: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
}

// awaitAdoption creates until the daemon has seen that the maker is gone.
func awaitAdoption(t *testing.T, c *remote.Client, spec biovm.Spec) biovm.Status {
	t.Helper()
	for {
		s, err := c.Create(t.Context(), spec)
		if err == nil {
			return s
		}
		if !errors.Is(err, biovm.ErrExists) {
			t.Fatal(err)
		}
	}
}

// TestDaemonAnew holds that a client goes on when its daemon was started anew,
// and that what it left unconfirmed is there to be adopted.
func TestDaemonAnew(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t, engine.Options{})
	path := t.TempDir() + "/s"
	spec := biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A}
	var c *remote.Client
	var made biovm.Status
	for round := range 2 {
		l, err := daemon.ListenUnix(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- daemon.New(daemon.Options{Engine: e}).Serve(ctx, l) }()
		if round == 0 {
			c = dial(t, remote.Options{Endpoint: "unix://" + path})
			if made, err = c.Create(t.Context(), spec); err != nil {
				t.Fatal(err)
			}
		} else if again, err := c.Create(t.Context(), spec); err != nil || again.UUID != made.UUID {
			t.Errorf("Create at the new daemon = %+v, %v; want the vm that was left", again, err)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Serve: %v", err)
		}
		if _, err := c.Status(t.Context(), "a"); !errors.Is(err, remote.ErrUnavailable) {
			t.Errorf("Status without a daemon = %v, want ErrUnavailable", err)
		}
	}
}

// TestEventsResume holds that a watcher whose stream breaks misses nothing and
// sees nothing twice.
func TestEventsResume(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t, engine.Options{})
	world(t, e)
	endpoint := serve(t, daemon.Options{Engine: e})
	var dials atomic.Int32
	var d net.Dialer
	c := dial(t, remote.Options{Dial: func(ctx context.Context) (net.Conn, error) {
		conn, err := d.DialContext(ctx, "unix", strings.TrimPrefix(endpoint, "unix://"))
		if dials.Add(1) == 1 {
			return &brittle{Conn: conn, left: 1500}, err
		}
		return conn, err
	}})
	last, err := e.LastEvent(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var seq int64
	for ev, err := range c.Watch(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if ev.Seq != seq+1 {
			t.Errorf("after event %d comes %d", seq, ev.Seq)
		}
		if seq = ev.Seq; seq == last {
			break
		}
	}
	if got := dials.Load(); got < 2 {
		t.Errorf("%d connection was opened, want the first one broken", got)
	}
}

// brittle is a connection that breaks after so many bytes.
type brittle struct {
	net.Conn

	left int
}

// Read implements [net.Conn].
func (b *brittle) Read(p []byte) (int, error) {
	if b.left <= 0 {
		_ = b.Close()
		return 0, net.ErrClosed
	}
	n, err := b.Conn.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// TestLastEventID holds that a browser's way of resuming works.
func TestLastEventID(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t, engine.Options{})
	world(t, e)
	h := httpClient(serve(t, daemon.Options{Engine: e}))
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://bioxen/v1/events?after=0", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Last-Event-ID", "2")
	resp, err := h.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b := make([]byte, 64)
	text := ""
	for !strings.Contains(text, "id: ") || !strings.HasSuffix(text, "\n") {
		n, err := resp.Body.Read(b)
		if text += string(b[:n]); err != nil {
			t.Fatal(err)
		}
	}
	if !strings.Contains(text, "id: 3\n") || resp.Header.Get("Content-Type") != "text/event-stream" {
		t.Errorf("the stream of %s after event 2 begins %q", resp.Header.Get("Content-Type"), text)
	}
}

// httpClient speaks plain HTTP to a daemon's socket.
func httpClient(endpoint string) *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", strings.TrimPrefix(endpoint, "unix://"))
	}, DisableKeepAlives: true}}
}
