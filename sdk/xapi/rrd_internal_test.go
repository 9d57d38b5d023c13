package xapi

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// measuring is a fake whose measurements answer gives.
func measuring(t *testing.T, measure http.HandlerFunc) *Client {
	t.Helper()
	f := script()
	f.methods["VM.get_record"] = func([]any) answer { return result(map[string]any{"uuid": "u", "resident_on": "OpaqueRef:host"}) }
	f.methods["host.get_all_records"] = func([]any) answer {
		return result(map[string]any{"OpaqueRef:host": map[string]any{"address": "127.0.0.1"}})
	}
	f.methods["host.get_servertime"] = func([]any) answer { return result("20260102T03:04:05Z") }
	f.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			measure(w, r)
			return
		}
		f.ServeHTTP(w, r)
	}))
	f.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	f.StartTLS()
	t.Cleanup(f.Close)
	return f.dial(t)
}

func TestMeasurementsAsServersWriteThem(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 3, 4, 0, 0, time.UTC)
	asked := ""
	c := measuring(t, func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.Query().Get("start")
		_, _ = fmt.Fprintf(w, `{"meta": {"start": 1, "step": 5, "end": 2, "rows": 2, "columns": 4, "legend":
			["AVERAGE:vm:u:cpu0", "AVERAGE:vm:u:memory", "AVERAGE:vm:other:cpu0", "AVERAGE:vm:u:memory_internal_free"]},
			"data": [{"t": %d, "values": ["NaN", "2.5E9", "1", "NaN"]}, {"t": %d, "values": ["0.25", "1", "1", "Infinity"]}]}`, at.Unix(), at.Unix()-5)
	})
	got, err := c.VMMeasurements(t.Context(), "OpaqueRef:vm")
	want := Measurements{Time: at, Values: map[string]float64{"cpu0": 0.25, "memory": 2.5e9}}
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("measurements, %v (-want +got):\n%s", err, d)
	}
	if want := fmt.Sprint(at.Unix() + 5 - 60); asked != want {
		t.Errorf("asked from %s on, want %s, by the host's clock", asked, want)
	}
}

func TestMeasurementsGoWrong(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		answer http.HandlerFunc
		calls  int
		want   error // nil: it goes well in the end
		any    bool  // any error will do
	}{
		"a lost session": {func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Get("session_id") == "OpaqueRef:session-1" {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			_, _ = fmt.Fprint(w, `{"meta": {"legend": []}, "data": []}`)
		}, 2, nil, false},
		"no right": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }, 2, ErrProtocol, false},
		"another member": {func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.Host, "127.0.0.1") {
				http.Redirect(w, r, "http://localhost/elsewhere", http.StatusFound)
				return
			}
			if r.TLS == nil || r.URL.Path != "/rrd_updates" {
				w.WriteHeader(http.StatusTeapot)
			}
			_, _ = fmt.Fprint(w, `{"meta": {"legend": []}, "data": []}`)
		}, 2, nil, false},
		"for ever elsewhere": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/again", http.StatusFound) }, 2, ErrProtocol, false},
		"a proxy":            {func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, "<html>") }, 1, ErrProtocol, false},
		"an error":           {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadRequest) }, 1, ErrProtocol, false},
		"a short row": {func(w http.ResponseWriter, _ *http.Request) {
			_, _ = fmt.Fprint(w, `{"meta": {"legend": ["AVERAGE:vm:u:cpu0"]}, "data": [{"t": 1, "values": []}]}`)
		}, 1, ErrProtocol, false},
		"cut off": {func(w http.ResponseWriter, _ *http.Request) { drop(w, nil) }, 1, nil, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			calls := 0
			c := measuring(t, func(w http.ResponseWriter, r *http.Request) {
				calls++
				test.answer(w, r)
			})
			_, err := c.VMMeasurements(t.Context(), "OpaqueRef:vm")
			switch {
			case test.any && err == nil, !test.any && !errors.Is(err, test.want):
				t.Errorf("got %v, want %v", err, test.want)
			case err != nil && strings.Contains(err.Error(), "session-"):
				t.Errorf("the session is in %q", err)
			case calls < test.calls:
				t.Errorf("%d requests, want %d", calls, test.calls)
			}
		})
	}
}
