package remote_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/remote"
)

// pipes is a listener whose connections are pipes.
type pipes chan net.Conn

// Accept implements [net.Listener].
func (p pipes) Accept() (net.Conn, error) {
	if c, ok := <-p; ok {
		return c, nil
	}
	return nil, net.ErrClosed
}

// Close implements [net.Listener].
func (p pipes) Close() error {
	close(p)
	return nil
}

// Addr implements [net.Listener].
func (pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }

// dial is the other side.
func (p pipes) dial(context.Context) (net.Conn, error) {
	here, there := net.Pipe()
	p <- there
	return here, nil
}

// TestWatchQuiet has streams that break after a day on which nothing happened,
// and some that break at once: only the latter are in a row.
func TestWatchQuiet(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		lasts time.Duration
		event bool
	}{"days": {24 * time.Hour, true}, "moments": {0, false}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { watchQuiet(t, tt.lasts, tt.event) })
		})
	}
}

func watchQuiet(t *testing.T, lasts time.Duration, want bool) {
	t.Helper()
	const quiet = 10 // streams
	streams := 0
	l := make(pipes)
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v1/version" {
			_ = json.NewEncoder(w).Encode(remote.ServerInfo{Version: "test", API: remote.Speaks()}) // who is gone sees nothing
			return
		}
		streams++
		_, _ = fmt.Fprint(w, ": hello\n\n")
		_ = http.NewResponseController(w).Flush()
		if streams <= quiet {
			<-time.After(lasts) // of the bubble
			return
		}
		_, _ = fmt.Fprint(w, "id: 1\nevent: created\ndata: {\"seq\":1}\n\n")
	})}
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	c, err := remote.Dial(t.Context(), remote.Options{Dial: l.dial})
	if err != nil {
		t.Fatal(err)
	}
	var last biovm.Event
	for last, err = range c.Watch(t.Context(), 0) {
		break
	}
	if got := err == nil && last.Seq == 1; got != want {
		t.Errorf("%d streams of %v and one with an event: %+v, %v; want the event: %t", quiet, lasts, last, err, want)
	}
	if err := errors.Join(c.Close(), s.Close()); err != nil {
		t.Error(err)
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		t.Errorf("Serve: %v", err)
	}
}
