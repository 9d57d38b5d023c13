package daemon_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/internal/daemon"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/basic"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/enginetest"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/remote"
)

// sugar is a network that grows at 1/h.
const sugar = `{"id": "sugar", "version": "1", "compartments": {"c": ""}, "metabolites": [{"id": "s_c", "name": "", "compartment": "c"}],
"reactions": [
 {"id": "EX_s_c", "name": "", "metabolites": {"s_c": -1}, "lower_bound": -1, "upper_bound": 0, "gene_reaction_rule": ""},
 {"id": "growth", "name": "", "metabolites": {"s_c": -1}, "lower_bound": 0, "upper_bound": 9, "gene_reaction_rule": "", "objective_coefficient": 1}],
"genes": []}`

func sumOf(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}

// TestFilesParity holds that files are refused in the same words, near and far.
func TestFilesParity(t *testing.T) {
	t.Parallel()
	e, c := both(t)
	nowhere := strings.Repeat("0", 64)
	for name, ask := range map[string]func(e basic.Engine) (any, error){
		"hold nothing":     func(e basic.Engine) (any, error) { return e.HoldFile(t.Context(), nowhere) },
		"hold no sum":      func(e basic.Engine) (any, error) { return e.HoldFile(t.Context(), "../vms") },
		"put":              func(e basic.Engine) (any, error) { return nil, e.PutFile(t.Context(), sumOf(sugar), []byte(sugar)) },
		"put again":        func(e basic.Engine) (any, error) { return nil, e.PutFile(t.Context(), sumOf(sugar), []byte(sugar)) },
		"put nothing":      func(e basic.Engine) (any, error) { return nil, e.PutFile(t.Context(), sumOf(""), nil) },
		"put another sum":  func(e basic.Engine) (any, error) { return nil, e.PutFile(t.Context(), nowhere, []byte(sugar)) },
		"put under no sum": func(e basic.Engine) (any, error) { return nil, e.PutFile(t.Context(), "../vms", []byte(sugar)) },
		"put too much": func(e basic.Engine) (any, error) {
			return nil, e.PutFile(t.Context(), nowhere, make([]byte, biovm.MaxSourceBytes+1))
		},
		"hold what is there": func(e basic.Engine) (any, error) {
			return e.HoldFile(t.Context(), sumOf(sugar))
		},
		"check without a file": func(e basic.Engine) (any, error) {
			return nil, e.Check(t.Context(), biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A, Model: &biovm.Source{SHA256: nowhere}})
		},
	} {
		want, wantErr := ask(e)
		got, gotErr := ask(c)
		if wantErr == nil && gotErr == nil {
			if want != got {
				t.Errorf("%s: %v at the engine, %v at the client", name, want, got)
			}
			continue
		}
		sameError(t, name, wantErr, gotErr)
	}
}

// TestFilesByHand makes a VM of a file as curl does, without a session.
func TestFilesByHand(t *testing.T) {
	t.Parallel()
	endpoint := serve(t, daemon.Options{})
	path := remote.FilesPath + sumOf(sugar)
	for _, o := range []struct {
		method, path, body string
		status             int
		words              string
	}{
		{"POST", path + "/hold", "", 200, `{"held":false}`},
		{"POST", "/v1/vms", `{"id":"a","biological_type":"ecoli","model":{"sha256":"` + sumOf(sugar) + `"}}`, 422, "bring it first"},
		{"PUT", path, "another", 422, sumOf("another")},
		{"PUT", path, strings.Repeat("x", biovm.MaxSourceBytes+1), 413, "67108864 bytes"},
		{"PUT", remote.FilesPath + "x", "x", 422, "64 lower-case"},
		{"PUT", path, sugar, 204, ""},
		{"POST", path + "/hold", "", 200, `{"held":true}`},
		{"POST", "/v1/vms", `{"id":"a","biological_type":"ecoli","model":{"sha256":"` + sumOf(sugar) + `"}}`, 200, sumOf(sugar)},
		{"GET", "/v1/vms/a/metrics", "", 200, `"free_growth_rate":1,`},
	} {
		r := call(t, endpoint, o.method, o.path, o.body, http.Header{"Content-Type": {"application/octet-stream"}})
		if o.method == "POST" {
			r = call(t, endpoint, o.method, o.path, o.body, nil)
		}
		if r.status != o.status || !strings.Contains(string(r.body), o.words) {
			t.Errorf("%s %s %.80s: %d, %.200s; want %d with %q", o.method, o.path, o.body, r.status, r.body, o.status, o.words)
		}
	}
}

// TestFilesOfAClient holds that a file goes with the client that brought it, if
// no VM is made of it, however the client ends.
func TestFilesOfAClient(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t, engine.Options{})
	endpoint := serve(t, daemon.Options{Engine: e})
	c := dial(t, remote.Options{Endpoint: endpoint})
	spare := sugar + " "
	for _, content := range []string{sugar, spare} {
		if err := c.PutFile(t.Context(), sumOf(content), []byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.Create(t.Context(), biovm.Spec{ID: "a", BiologicalType: biovm.EColi, Model: &biovm.Source{SHA256: sumOf(sugar)}}); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	await(t, func() bool {
		s, err := e.NewSession(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		there, err := s.HoldFile(t.Context(), sumOf(spare))
		if err := errors.Join(err, s.Close()); err != nil {
			t.Fatal(err)
		}
		return !there
	})
	if there, err := e.HoldFile(t.Context(), sumOf(sugar)); !there || err != nil {
		t.Errorf("the vm's file is there: %v, %v", there, err)
	}
}

// await waits until something is so: the daemon hears of the end of a stream when
// it hears of it.
func await(t *testing.T, so func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-tick.C:
		case <-t.Context().Done():
			t.Fatal("it did not come about")
		}
	}
}

// TestFilesOfTheKilledDaemon holds that a daemon that is killed between the file
// and the VM leaves nothing.
func TestFilesOfTheKilledDaemon(t *testing.T) {
	t.Parallel()
	dir, socket := filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "s")
	process := daemonProcess(t, dir, socket)
	c := dial(t, remote.Options{Endpoint: "unix://" + socket})
	if err := c.PutFile(t.Context(), sumOf(sugar), []byte(sugar)); err != nil {
		t.Fatal(err)
	}
	if err := process.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = process.Wait() // it was killed
	e := enginetest.Open(t, engine.Options{Dir: dir})
	if there, err := e.HoldFile(t.Context(), sumOf(sugar)); there || err != nil {
		t.Errorf("after the kill the file is there: %v, %v", there, err)
	}
}

// TestFilesAtAnOlderDaemon holds that a daemon that takes no files is not given a
// spec that it would make another cell of.
func TestFilesAtAnOlderDaemon(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "s")
	l, err := new(net.ListenConfig).Listen(t.Context(), "unix", path)
	if err != nil {
		t.Fatal(err)
	}
	older := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/v1/version":
			_ = json.NewEncoder(w).Encode(remote.ServerInfo{Version: "v0", API: remote.Speaks()})
		case "/v1/sessions":
			_ = json.NewEncoder(w).Encode(remote.SessionOpened{Session: "s"})
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		default:
			w.Header().Set("Content-Type", remote.ProblemType)
			w.WriteHeader(http.StatusNotFound)
			_ = json.NewEncoder(w).Encode(remote.Problem{Type: "about:blank", Status: http.StatusNotFound, Detail: "there is no " + r.URL.Path})
		}
	})}
	ended := make(chan error, 1)
	go func() { ended <- older.Serve(l) }() // ends with the server
	t.Cleanup(func() {
		if err := errors.Join(older.Close(), <-ended); !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	c := dial(t, remote.Options{Endpoint: "unix://" + path})
	model := filepath.Join(t.TempDir(), "sugar.json")
	if err := os.WriteFile(model, []byte(sugar), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = basic.New(c).Create(t.Context(), biovm.Spec{ID: "a", BiologicalType: biovm.EColi, Model: &biovm.Source{Source: model}})
	if !errors.Is(err, biovm.ErrUnsupported) || !strings.Contains(err.Error(), "replace it") {
		t.Errorf("Create at a daemon that takes no files = %v, want ErrUnsupported", err)
	}
}
