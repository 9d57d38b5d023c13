package xapi

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// A fake is a server that answers each method as the test says. It exists for
// what a real server does not do; package xapitest has one that behaves.
type fake struct {
	*httptest.Server
	mu       sync.Mutex // guards what follows
	methods  map[string]func(params []any) answer
	calls    []string
	sessions int
}

// An answer writes itself for a call's id.
type answer func(w http.ResponseWriter, id json.RawMessage)

func newFake(t testing.TB) *fake {
	t.Helper()
	f := script()
	f.Server = httptest.NewUnstartedServer(f)
	f.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	f.StartTLS()
	t.Cleanup(f.Close)
	return f
}

// script is a fake without its server.
func script() *fake {
	f := &fake{}
	f.methods = map[string]func([]any) answer{
		"session.login_with_password": func([]any) answer {
			f.sessions++
			return result(fmt.Sprintf("OpaqueRef:session-%d", f.sessions))
		},
		"session.logout":              func([]any) answer { return result("") },
		"host.get_all_records":        func([]any) answer { return result(map[string]any{}) },
		"Certificate.get_all_records": func([]any) answer { return result(map[string]any{}) },
	}
	return f
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	var call struct {
		Method string          `json:"method"`
		Params []any           `json:"params"`
		ID     json.RawMessage `json:"id"`
	}
	if err := json.Unmarshal(body, &call); err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	f.mu.Lock()
	f.calls = append(f.calls, call.Method)
	handle, ok := f.methods[call.Method]
	a := failure("MESSAGE_METHOD_UNKNOWN", call.Method)
	if ok {
		a = handle(call.Params)
	}
	f.mu.Unlock()
	a(w, call.ID)
}

// on says how to answer a method from now on.
func (f *fake) on(method string, handle func(params []any) answer) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.methods[method] = handle
}

// count is how often a method was called.
func (f *fake) count(method string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, c := range f.calls {
		if c == method {
			n++
		}
	}
	return n
}

func result(v any) answer {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return rawResult(string(b))
}

func rawResult(text string) answer {
	return func(w http.ResponseWriter, id json.RawMessage) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"jsonrpc":"2.0","result":%s,"id":%s}`, text, id)
	}
}

func failure(code string, params ...string) answer {
	return func(w http.ResponseWriter, id json.RawMessage) {
		w.Header().Set("Content-Type", "application/json")
		if params == nil {
			params = []string{}
		}
		b, _ := json.Marshal(map[string]any{"code": 1, "message": code, "data": params})
		_, _ = fmt.Fprintf(w, `{"jsonrpc":"2.0","error":%s,"id":%s}`, b, id)
	}
}

// body answers with any bytes, status and type.
func body(status int, media, text string) answer {
	return func(w http.ResponseWriter, _ json.RawMessage) {
		w.Header().Set("Content-Type", media)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
	}
}

// drop closes the connection instead of answering.
func drop(w http.ResponseWriter, _ json.RawMessage) {
	conn, _, err := w.(http.Hijacker).Hijack() //nolint:forcetypeassert // HTTP/1.1 has it
	if err == nil {
		conn.Close()
	}
}

// slowly says when the call arrived, and answers when it may.
func slowly(arrived, release chan struct{}) answer {
	return func(w http.ResponseWriter, id json.RawMessage) {
		close(arrived)
		<-release
		result("")(w, id)
	}
}

// options trust the fake.
func (f *fake) options() Options {
	return Options{
		URL: f.URL, Username: "root", Password: testPassword, Pins: []string{Fingerprint(f.Certificate())},
		RetryPause: time.Microsecond,
	}
}

const testPassword = `hunter"2<&>`

// dial connects to the fake and logs out when the test is over.
func (f *fake) dial(t testing.TB) *Client {
	t.Helper()
	c, err := Dial(t.Context(), f.options())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return c
}
