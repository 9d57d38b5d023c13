package xapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// callerFunc is a chain's bottom that a test makes up.
type callerFunc func(ctx context.Context, r *request) (json.RawMessage, error)

func (f callerFunc) call(ctx context.Context, r *request) (json.RawMessage, error) { return f(ctx, r) }

// refused is a call that did not reach its server.
func refused() error { return fmt.Errorf("xapi: %w: connection refused", errUnsent) }

// sessions is a session caller over a made-up server.
func sessions(next callerFunc) *sessionCaller {
	return &sessionCaller{next: next, endpoint: &endpoint{host: "a"}, username: "root", password: testPassword, originator: "bioxen"}
}

const loginMethod = "session.login_with_password"

func TestLoginOnceForAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var logins atomic.Int64
		valid := "s1"
		s := sessions(func(_ context.Context, r *request) (json.RawMessage, error) {
			switch {
			case r.method == loginMethod:
				<-time.After(time.Second) // the server's, within the bubble
				return fmt.Appendf(nil, `"s%d"`, logins.Add(1)), nil
			case r.session != valid:
				return nil, &Error{Method: r.method, Code: SessionInvalid, Params: []string{}}
			}
			return json.RawMessage(`"ok"`), nil
		})
		if _, err := s.call(t.Context(), &request{method: "VM.get_record", safe: true}); err != nil {
			t.Fatal(err)
		}
		valid = "s2" // the server forgot s1
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				if _, err := s.call(t.Context(), &request{method: "VM.get_record", safe: true}); err != nil {
					t.Errorf("a call that lost its session: %v", err)
				}
			})
		}
		wg.Wait()
		if n := logins.Load(); n != 2 {
			t.Errorf("%d logins for 50 calls that lost one session, want 2 with the first", n)
		}
	})
}

// A waiter leaves a login that takes long when its own context ends; the
// login goes on for the others.
func TestLoginIsNobodys(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sessions(func(ctx context.Context, r *request) (json.RawMessage, error) {
			if r.method == loginMethod && !wait(ctx, 5*time.Second) {
				return nil, context.Cause(ctx)
			}
			return json.RawMessage(`"s"`), nil
		})
		start := time.Now()
		var wg sync.WaitGroup
		wg.Go(func() { // starts the login, and leaves first
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			if _, err := s.call(ctx, &request{method: "VM.get_record", safe: true}); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("a waiter whose context ended: %v, want its end", err)
			}
			if took := time.Since(start); took != time.Second {
				t.Errorf("it waited %s, want 1 s", took)
			}
		})
		wg.Go(func() {
			synctest.Wait()
			if _, err := s.call(t.Context(), &request{method: "VM.get_record", safe: true}); err != nil {
				t.Errorf("a patient waiter: %v", err)
			}
			if took := time.Since(start); took != 5*time.Second {
				t.Errorf("it waited %s, want 5 s", took)
			}
		})
		wg.Wait()
	})
}

// A session that arrives after the client was closed is not left behind.
func TestCloseDuringLogin(t *testing.T) {
	t.Parallel()
	for name, patience := range map[string]time.Duration{"patient": time.Minute, "impatient": time.Second} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var in, out atomic.Int64
				s := sessions(func(ctx context.Context, r *request) (json.RawMessage, error) {
					switch r.method {
					case loginMethod:
						if !wait(ctx, 5*time.Second) {
							return nil, context.Cause(ctx)
						}
						in.Add(1)
					case "session.logout":
						out.Add(1)
					}
					return json.RawMessage(`"s"`), nil
				})
				done := make(chan error)
				go func() { // ends when the login does
					_, err := s.call(t.Context(), &request{method: "VM.get_record", safe: true})
					done <- err
				}()
				synctest.Wait()
				ctx, cancel := context.WithTimeout(t.Context(), patience)
				defer cancel()
				if err := s.close(ctx); err != nil {
					t.Errorf("close: %v", err)
				}
				if err := <-done; err == nil {
					t.Error("a call that waited for the login succeeds after the close")
				}
				if in.Load() != out.Load() {
					t.Errorf("%d logins, %d logouts", in.Load(), out.Load())
				}
				if _, err := s.call(t.Context(), &request{method: "VM.get_record"}); !errors.Is(err, ErrClosed) {
					t.Errorf("a call after the close: %v, want ErrClosed", err)
				}
				if err := s.close(t.Context()); err != nil {
					t.Errorf("a second close: %v", err)
				}
			})
		})
	}
}

// Which calls are sent again after which refusals.
func TestSentAgain(t *testing.T) {
	t.Parallel()
	invalid := &Error{Method: "m", Code: SessionInvalid, Params: []string{}}
	supporter := &Error{Method: "m", Code: HostIsSlave, Params: []string{"b"}}
	within := "s1"
	for name, test := range map[string]struct {
		r     request
		first error
		again bool
	}{
		"read, session lost":                {request{safe: true}, invalid, true},
		"change, session lost":              {request{}, invalid, false},
		"change at the door, session lost":  {request{prompt: true}, invalid, true},
		"change, supporter":                 {request{}, supporter, true},
		"change, unsent":                    {request{}, refused(), true},
		"change, answer lost":               {request{}, ErrLostAnswer, false},
		"read, refused":                     {request{safe: true}, &Error{Method: "m", Code: HandleInvalid}, false},
		"read, untrusted":                   {request{safe: true}, ErrUntrusted, false},
		"of one session, session lost":      {request{safe: true, within: &within}, invalid, false},
		"of one session, other master asks": {request{safe: true, within: &within}, supporter, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			calls, logins, logouts := 0, 0, 0
			s := sessions(func(_ context.Context, r *request) (json.RawMessage, error) {
				switch r.method {
				case loginMethod:
					logins++
					return fmt.Appendf(nil, `"s%d"`, logins), nil
				case "session.logout":
					logouts++
					return json.RawMessage(`""`), nil
				}
				if calls++; calls == 1 {
					return nil, test.first
				}
				if r.session != "s2" {
					t.Errorf("sent again with session %s, want the new one", r.session)
				}
				return json.RawMessage(`"ok"`), nil
			})
			r := test.r
			r.method = "m"
			_, err := s.call(t.Context(), &r)
			if (calls == 2) != test.again || (err == nil) != test.again {
				t.Errorf("%d calls, error %v; sent again: want %t", calls, err, test.again)
			}
			// An old session that may still be there is ended.
			if test.again && (logouts == 1) == errors.Is(test.first, SessionInvalid) {
				t.Errorf("%d logouts of the old session after %v", logouts, test.first)
			}
		})
	}
}

// A call that means something in one session only is not sent in another.
func TestOtherSession(t *testing.T) {
	t.Parallel()
	s := sessions(func(context.Context, *request) (json.RawMessage, error) { return json.RawMessage(`"s1"`), nil })
	within := ""
	if _, err := s.call(t.Context(), &request{method: "event.from", within: &within}); err != nil || within != "s1" {
		t.Fatalf("the first call: session %q, error %v; want s1", within, err)
	}
	within = "s0"
	if _, err := s.call(t.Context(), &request{method: "event.from", within: &within}); !errors.Is(err, errOtherSession) {
		t.Errorf("with another session: %v, want errOtherSession", err)
	}
}

func TestMasterHop(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ says, want string }{
		"IPv4":            {"10.0.0.2", "https://10.0.0.2:8443/jsonrpc"},
		"IPv6":            {"fd00::2", "https://[fd00::2]:8443/jsonrpc"},
		"IPv6 bracketed":  {"[fd00::2]", "https://[fd00::2]:8443/jsonrpc"},
		"nobody is named": {"", "https://a:8443/jsonrpc"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, err := newEndpoint("https://a:8443")
			if err != nil {
				t.Fatal(err)
			}
			s := sessions(nil)
			s.endpoint = e
			s.next = callerFunc(func(_ context.Context, r *request) (json.RawMessage, error) {
				if e.address() == "a" {
					return nil, &Error{Method: r.method, Code: HostIsSlave, Params: []string{test.says}}
				}
				return json.RawMessage(`"s"`), nil
			})
			_, err = s.call(t.Context(), &request{method: "m"})
			if got := e.url("/jsonrpc").String(); got != test.want {
				t.Errorf("a supporter that names %q leads to %s, want %s", test.says, got, test.want)
			}
			if (err == nil) != (test.says != "") {
				t.Errorf("error %v", err)
			}
		})
	}
}

// One hop only: two supporters that name each other end in an error.
func TestNoMasterAnywhere(t *testing.T) {
	t.Parallel()
	s := sessions(nil)
	calls := 0
	s.next = callerFunc(func(_ context.Context, r *request) (json.RawMessage, error) {
		calls++
		other := map[string]string{"a": "b", "b": "a"}[s.endpoint.address()]
		return nil, &Error{Method: r.method, Code: HostIsSlave, Params: []string{other}}
	})
	if _, err := s.call(t.Context(), &request{method: "m"}); !errors.Is(err, HostIsSlave) || calls != 2 {
		t.Errorf("%d calls, error %v; want 2 and HOST_IS_SLAVE", calls, err)
	}
}

func TestFailOver(t *testing.T) {
	t.Parallel()
	s := sessions(nil)
	s.endpoint.setMembers([]string{"a", "b", "c", "d"})
	dead := map[string]bool{}
	master := "a"
	var asked []string
	s.next = callerFunc(func(_ context.Context, r *request) (json.RawMessage, error) {
		here := s.endpoint.address()
		asked = append(asked, here)
		switch {
		case dead[here]:
			return nil, refused()
		case here != master:
			return nil, &Error{Method: r.method, Code: HostIsSlave, Params: []string{master}}
		}
		return json.RawMessage(`"s-` + here + `"`), nil
	})
	if _, err := s.call(t.Context(), &request{method: "m"}); err != nil {
		t.Fatal(err)
	}
	dead["a"], dead["b"], master = true, true, "d"
	asked = nil
	if _, err := s.call(t.Context(), &request{method: "m"}); err != nil {
		t.Fatalf("after the master died: %v", err)
	}
	// The call and its login at a; b is dead too; c names d; the old session's logout, the call.
	if d := cmp.Diff([]string{"a", "a", "b", "c", "d", "d", "d"}, asked); d != "" || s.endpoint.address() != "d" {
		t.Errorf("it ended at %s and asked (-want +got):\n%s", s.endpoint.address(), d)
	}
	dead["c"], dead["d"] = true, true
	_, err := s.call(t.Context(), &request{method: "m"})
	if !errors.Is(err, errUnsent) || !strings.Contains(err.Error(), "member c") {
		t.Errorf("all are dead: %v, want what each member said", err)
	}
	if got := s.endpoint.address(); got != "d" {
		t.Errorf("all are dead: the address is now %s, want d as before", got)
	}
}
