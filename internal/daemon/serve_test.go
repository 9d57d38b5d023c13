package daemon_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/internal/daemon"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/enginetest"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/remote"
)

// TestStop holds that a daemon that stops lets calls end, cuts off those that do
// not, and says so.
func TestStop(t *testing.T) {
	t.Parallel()
	for name, grace := range map[string]time.Duration{"within the grace": time.Minute, "after the grace": 20 * time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := enginetest.Open(t, engine.Options{})
			world(t, e)
			path := t.TempDir() + "/s"
			l, err := daemon.ListenUnix(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			ctx, stop := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() { ended <- daemon.New(daemon.Options{Engine: e, Grace: grace}).Serve(ctx, l) }() // ends with ctx
			c := dial(t, remote.Options{Endpoint: "unix://" + path})
			watched := make(chan struct{})
			go func() { // ends with the daemon
				defer close(watched)
				for _, err := range c.Watch(t.Context(), 0) {
					if err != nil && !errors.Is(err, remote.ErrUnavailable) {
						t.Errorf("Watch of a daemon that stopped = %v", err)
					}
				}
			}()
			answered := make(chan error, 1)
			go func() { // ends with the daemon, or by Operate below
				_, err := c.Execute(t.Context(), "cell", endless())
				answered <- err
			}()
			waitRunning(t, e, "cell")
			stop()
			want := remote.ErrUnavailable
			if grace == time.Minute {
				want = biovm.ErrState
				if err := e.Operate(t.Context(), "cell", biovm.OpStop); err != nil {
					t.Error(err)
				}
			}
			if err := <-answered; !errors.Is(err, want) || errors.Is(err, context.Canceled) {
				t.Errorf("the call under way = %v, want %v", err, want)
			}
			if err := <-ended; err != nil {
				t.Errorf("Serve: %v", err)
			}
			<-watched
			if _, err := c.Status(t.Context(), "cell"); !errors.Is(err, remote.ErrUnavailable) {
				t.Errorf("Status of a daemon that stopped = %v, want ErrUnavailable", err)
			}
		})
	}
}

// TestVersions holds that sides that cannot talk say who is who, whichever is
// the older one.
func TestVersions(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]struct {
		api     remote.APIRange
		replace string
	}{
		"an old daemon": {remote.APIRange{Min: remote.APIMin - 2, Max: remote.APIMin - 1}, "replace the daemon"},
		"a new daemon":  {remote.APIRange{Min: remote.APIMax + 1, Max: remote.APIMax + 3}, "replace this side"},
	} {
		endpoint := serve(t, daemon.Options{API: o.api, Version: "v7.0.0"})
		_, err := remote.Dial(t.Context(), remote.Options{Endpoint: endpoint, Version: "v1.2.3"})
		v, ok := errors.AsType[*remote.VersionError](err)
		if !ok || v.Client != "v1.2.3" || v.Server != "v7.0.0" || v.ClientAPI != remote.Speaks() || v.ServerAPI != o.api ||
			!strings.Contains(err.Error(), "v1.2.3") || !strings.Contains(err.Error(), "v7.0.0") || !strings.Contains(err.Error(), o.replace) {
			t.Errorf("with %s: Dial = %v, want a VersionError that says %q", name, err, o.replace)
		}
		// Whoever asks for more than the version hears it as well.
		r := call(t, endpoint, http.MethodGet, "/v1/vms", "", http.Header{remote.HeaderAPI: {remote.Speaks().String()}, remote.HeaderBuild: {"v1.2.3"}})
		if r.status != http.StatusUpgradeRequired || !strings.Contains(r.problem.Detail, "v1.2.3") || !strings.Contains(r.problem.Detail, "v7.0.0") {
			t.Errorf("with %s: %d, %+v", name, r.status, r.problem)
		}
	}
	// A daemon that speaks more versions than one is fine.
	c := dial(t, remote.Options{Endpoint: serve(t, daemon.Options{API: remote.APIRange{Min: remote.APIMin, Max: remote.APIMax + 5}, Version: "v2.0.0"})})
	if got := c.Server(); got.Version != "v2.0.0" || got.OS == "" || got.Arch == "" {
		t.Errorf("Server() = %+v", got)
	}
	if h, err := c.Health(t.Context()); err != nil || h.Status != "ok" {
		t.Errorf("Health = %+v, %v", h, err)
	}
}

// TestUpgradedUnderway holds that a client notices a daemon that became another.
func TestUpgradedUnderway(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t, engine.Options{})
	path := t.TempDir() + "/s"
	var c *remote.Client
	for _, api := range []remote.APIRange{{}, {Min: 8, Max: 9}} {
		l, err := daemon.ListenUnix(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- daemon.New(daemon.Options{Engine: e, API: api, Version: "v8.0.0"}).Serve(ctx, l) }() // ends with ctx
		if c == nil {
			c = dial(t, remote.Options{Endpoint: "unix://" + path})
		} else if _, err := c.Statuses(t.Context()); !asVersionError(err) {
			t.Errorf("Statuses at a daemon of another version = %v, want a VersionError", err)
		}
		stop()
		if err := <-ended; err != nil {
			t.Errorf("Serve: %v", err)
		}
	}
}

func asVersionError(err error) bool {
	_, ok := errors.AsType[*remote.VersionError](err)
	return ok
}

// A reply is an answer that was read.
type reply struct {
	status  int
	body    []byte
	problem remote.Problem // when it is one
}

// call makes a plain HTTP call.
func call(t *testing.T, endpoint, method, path, body string, header http.Header) reply {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, "http://bioxen"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	maps.Copy(req.Header, header)
	resp, err := httpClient(endpoint).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	r := reply{status: resp.StatusCode, body: b}
	if resp.StatusCode >= http.StatusBadRequest {
		if err := json.Unmarshal(b, &r.problem); err != nil || resp.Header.Get("Content-Type") != remote.ProblemType {
			t.Errorf("%s %s answers %s with no problem: %q", method, path, resp.Status, b)
		}
	}
	return r
}

// TestPlainHTTP holds what somebody with curl sees.
func TestPlainHTTP(t *testing.T) {
	t.Parallel()
	log := &lockedBuffer{}
	e := enginetest.Open(t, engine.Options{})
	endpoint := serve(t, daemon.Options{Engine: e, Logger: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	big := strings.Repeat(" ", remote.MaxCall+1)
	for _, o := range []struct {
		method, path, body string
		status             int
		detail             string
	}{
		{"POST", "/v1/vms", `{"id":"a","biological_type":"syn3a"}`, 200, ""},
		{"POST", "/v1/vms", `{"id":"a","biological_type":"syn3a"}`, 409, "already exists"},
		{"POST", "/v1/vms", `{"id":"a b","biological_type":"frog"}`, 422, "biological_type"},
		{"POST", "/v1/vms", `{"id":`, 422, "JSON"},
		{"POST", "/v1/vms", `{"id":7}`, 422, "id"},
		{"POST", "/v1/vms", ``, 400, ""},
		{"POST", "/v1/vms", big, 413, "16777216 bytes"},
		{"POST", "/v1/vms/a/operate", `{"op":"start"}`, 204, ""},
		{"POST", "/v1/vms/a/operate", `{"op":"start"}`, 409, "wrong state"},
		{"POST", "/v1/vms/a/operate", `{"op":"explode"}`, 422, "explode"},
		{"PATCH", "/v1/vms/a", `{"seed":3,"medium":null}`, 204, ""},
		{"POST", "/v1/vms/a/executions", `{"code":"secret_of_mine = 1; secret_of_mine"}`, 200, ""},
		{"POST", "/v1/vms/a/records", `{"process":{"code":"1"}}`, 200, ""},
		{"GET", "/v1/vms/a/records", "", 200, ""},
		{"GET", "/v1/nothing", "", 404, "/openapi.json"},
		{"PUT", "/v1/vms/a", "{}", 404, "/openapi.json"},
		{"DELETE", "/v1/vms/a", "", 204, ""},
		{"GET", "/v1/vms/a", "", 404, "not found"},
	} {
		r := call(t, endpoint, o.method, o.path, o.body, nil)
		if r.status != o.status || !strings.Contains(r.problem.Detail, o.detail) {
			t.Errorf("%s %s %.60s: %d, %q; want %d, %q", o.method, o.path, o.body, r.status, r.problem.Detail, o.status, o.detail)
		}
	}
	// Who has no session has nothing pending.
	var made biovm.Status
	if err := json.Unmarshal(call(t, endpoint, "POST", "/v1/vms", `{"id":"b","biological_type":"syn3a"}`, nil).body, &made); err != nil || made.Pending {
		t.Errorf("a vm without a session: %+v, %v", made, err)
	}
	if s, err := e.Status(t.Context(), "b"); err != nil || s.Pending {
		t.Errorf("at the engine: %+v, %v", s, err)
	}
	if r := call(t, endpoint, "POST", "/v1/vms", `{}`, http.Header{remote.HeaderSession: {"gone"}}); r.status != http.StatusPreconditionFailed {
		t.Errorf("a session that is not there: %d, %+v", r.status, r.problem)
	}
	if text := log.String(); strings.Contains(text, "secret_of_mine") || !strings.Contains(text, "path=/v1/vms/a/executions status=200") {
		t.Errorf("the log should name calls and not what is in them:\n%s", text)
	}
}

// TestOpenAPI holds that the description is there, is of version 3.1, and says
// how calls fail.
func TestOpenAPI(t *testing.T) {
	t.Parallel()
	var doc struct {
		OpenAPI string
		Info    struct{ Version string }
		Paths   map[string]map[string]struct {
			OperationID string
			Responses   map[string]struct {
				Content map[string]struct{ Schema map[string]any }
			}
		}
		Components struct{ Schemas map[string]any }
	}
	if err := json.Unmarshal(call(t, serve(t, daemon.Options{Version: "v1.2.3"}), "GET", "/openapi.json", "", nil).body, &doc); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.1.") || doc.Info.Version != "v1.2.3" {
		t.Errorf("it is OpenAPI %q of version %q", doc.OpenAPI, doc.Info.Version)
	}
	operations := map[string]bool{}
	for path, methods := range doc.Paths {
		for method, o := range methods {
			if o.OperationID == "" || operations[o.OperationID] {
				t.Errorf("%s %s has the ID %q", method, path, o.OperationID)
			}
			operations[o.OperationID] = true
			if got := o.Responses["default"].Content[remote.ProblemType].Schema["$ref"]; got != "#/components/schemas/Problem" {
				t.Errorf("%s %s fails with %v", method, path, got)
			}
		}
	}
	for _, want := range []string{"create-vm", "operate-vm", "execute", "events", "health", "version", "quote", "open-session", "put-file", "hold-file"} {
		if !operations[want] {
			t.Errorf("there is no operation %s", want)
		}
	}
	for _, want := range []string{"Problem", "Cause", "Spec", "Change"} {
		if doc.Components.Schemas[want] == nil {
			t.Errorf("there is no schema %s", want)
		}
	}
}
