package remote_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/remote"
)

// forgetful is a daemon that does not know its first session when it is asked for
// it, though the client's stream of it stays open: the machine it ran on went
// without a word, and is back.
type forgetful struct {
	callers sync.WaitGroup // of the first session
	turns   chan struct{}  // one for each of them that is to hear of it
	opened  atomic.Int32   // sessions
	closed  atomic.Int32   // of those, but the first
}

func (f *forgetful) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer := func(status int, v any) {
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(v) // who is gone sees nothing
	}
	switch session := r.Header.Get(remote.HeaderSession); {
	case r.URL.Path == "/v1/version":
		answer(http.StatusOK, remote.ServerInfo{Version: "test", API: remote.Speaks()})
	case r.URL.Path == "/v1/sessions":
		n := f.opened.Add(1)
		answer(http.StatusOK, remote.SessionOpened{Session: fmt.Sprint(n)})
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
		if n > 1 {
			f.closed.Add(1)
		}
	case session == "1":
		f.callers.Done()
		f.callers.Wait()
		<-f.turns
		p := remote.NoSession()
		answer(p.Status, p)
	default:
		answer(http.StatusOK, biovm.Status{ID: biovm.ID(session)})
	}
}

// TestSessionForgotten has several calls find out that their session is gone, one
// after the other: they open one other, and none closes it for the rest.
func TestSessionForgotten(t *testing.T) {
	t.Parallel()
	const calls = 8
	f := &forgetful{turns: make(chan struct{}, calls)}
	f.turns <- struct{}{}
	f.callers.Add(calls)
	s := httptest.NewServer(f)
	t.Cleanup(s.Close)
	c, err := remote.Dial(t.Context(), remote.Options{Dial: func(ctx context.Context) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", s.Listener.Addr().String())
	}})
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range calls {
		all.Go(func() {
			made, err := c.Create(t.Context(), biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A})
			f.turns <- struct{}{}
			if err != nil || made.ID != "2" {
				t.Errorf("Create in a session that is gone: in session %q, %v; want it in session 2", made.ID, err)
			}
		})
	}
	all.Wait()
	if opened, closed := f.opened.Load(), f.closed.Load(); opened != 2 || closed != 0 {
		t.Errorf("%d sessions were opened, and %d of those after the first closed; want 2 and none", opened, closed)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}
