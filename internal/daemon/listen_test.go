package daemon_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/internal/daemon"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/enginetest"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/remote"
)

func TestListenUnix(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("a file's mode says nothing on Windows")
	}
	dir := filepath.Join(t.TempDir(), "run")
	path := filepath.Join(dir, "s")
	l, err := daemon.ListenUnix(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	for p, want := range map[string]fs.FileMode{dir: fs.ModeDir | 0o700, path: fs.ModeSocket | 0o600} {
		if info, err := os.Lstat(p); err != nil || info.Mode() != want {
			t.Errorf("%s has mode %v, %v; want %v", p, info.Mode(), err, want)
		}
	}
	if _, err := daemon.ListenUnix(t.Context(), path); err == nil || !strings.Contains(err.Error(), "another daemon listens there") {
		t.Errorf("ListenUnix where one listens = %v", err)
	}
	if err := l.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("after Close there is %v, %v", left, err)
	}

	// A daemon that was killed leaves its socket.
	stale, err := net.ListenUnix("unix", &net.UnixAddr{Name: path})
	if err != nil {
		t.Fatal(err)
	}
	stale.SetUnlinkOnClose(false)
	if err := stale.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := daemon.ListenUnix(t.Context(), path)
	if err != nil {
		t.Fatalf("ListenUnix where one was killed = %v", err)
	}

	// One whose socket was taken away leaves its successor's alone.
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	successor, err := daemon.ListenUnix(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if _, err := os.Lstat(path); err != nil {
		t.Errorf("the successor's socket is gone: %v", err)
	}
	if err := successor.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}

	// What is no socket is not touched.
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := daemon.ListenUnix(t.Context(), path); err == nil || !strings.Contains(err.Error(), "which is no socket") {
		t.Errorf("ListenUnix over a file = %v", err)
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "mine" {
		t.Errorf("the file is %q, %v", b, err)
	}
	if _, err := daemon.ListenUnix(t.Context(), filepath.Join(dir, strings.Repeat("x", 120))); err == nil || !strings.Contains(err.Error(), "bytes long") {
		t.Errorf("ListenUnix on a path that is too long = %v", err)
	}
}

func TestReadTokens(t *testing.T) {
	t.Parallel()
	_, hash := daemon.NewToken()
	path := filepath.Join(t.TempDir(), "tokens")
	for content, want := range map[string]string{
		"# mine\n\n" + hash + " ci of mine\n" + hash + "\n": "",
		"\n# nothing\n": "has no hash of a token",
		"bioxen_secret": "line 1 is no hash of a token",
		hash + "0\n":    "line 1 is no hash of a token",
	} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := daemon.ReadTokens(path)
		switch {
		case want == "" && err != nil:
			t.Errorf("ReadTokens of %q = %v", content, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret")):
			t.Errorf("ReadTokens of %q = %v, want %q and no token", content, err, want)
		}
	}
	if _, err := daemon.ReadTokens(path + "x"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("ReadTokens of no file = %v", err)
	}
	if runtime.GOOS == "windows" {
		return
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := daemon.ReadTokens(path); !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("ReadTokens of a file that others read = %v", err)
	}
}

// lockedBuffer is a log that several goroutines write.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// network is a daemon behind TLS.
type network struct {
	endpoint, token string
	ca              []byte
	pin             string
	log             *lockedBuffer
}

func serveTLS(t *testing.T) network {
	t.Helper()
	cert, key, ca, pin := certificate(t)
	dir := t.TempDir()
	token, hash := daemon.NewToken()
	for name, content := range map[string][]byte{"cert": cert, "key": key, "tokens": []byte(hash + " test\n")} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tokens, err := daemon.ReadTokens(filepath.Join(dir, "tokens"))
	if err != nil {
		t.Fatal(err)
	}
	l, err := daemon.ListenTLS(t.Context(), "127.0.0.1:0", filepath.Join(dir, "cert"), filepath.Join(dir, "key"), tokens)
	if err != nil {
		t.Fatal(err)
	}
	n := network{endpoint: "https://" + l.Addr().String(), token: token, ca: ca, pin: pin, log: &lockedBuffer{}}
	logger := slog.New(slog.NewTextHandler(n.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	serveOn(t, daemon.Options{Engine: enginetest.Open(t, engine.Options{}), Logger: logger}, l)
	return n
}

// TestTLS holds that over the network there is trust in both directions, or
// nothing.
func TestTLS(t *testing.T) {
	t.Parallel()
	n := serveTLS(t)
	other, _ := daemon.NewToken()
	_, _, otherCA, otherPin := certificate(t)
	for name, o := range map[string]struct {
		options remote.Options
		want    error
	}{
		"an authority":          {remote.Options{Token: n.token, CACertPEM: n.ca}, nil},
		"a pin":                 {remote.Options{Token: n.token, Pins: []string{n.pin}}, nil},
		"another pin":           {remote.Options{Token: n.token, Pins: []string{otherPin}}, remote.ErrUntrusted},
		"another authority":     {remote.Options{Token: n.token, CACertPEM: otherCA}, remote.ErrUntrusted},
		"no trust":              {remote.Options{Token: n.token}, remote.ErrUntrusted},
		"another token":         {remote.Options{Token: other, CACertPEM: n.ca}, remote.ErrUnauthorized},
		"no token":              {remote.Options{CACertPEM: n.ca}, biovm.ErrInvalid},
		"no pin":                {remote.Options{Token: n.token, Pins: []string{"12:34"}}, biovm.ErrInvalid},
		"no authority":          {remote.Options{Token: n.token, CACertPEM: []byte("?")}, biovm.ErrInvalid},
		"a pin and authorities": {remote.Options{Token: n.token, CACertPEM: n.ca, Pins: []string{n.pin}}, biovm.ErrInvalid},
	} {
		o.options.Endpoint = n.endpoint
		c, err := remote.Dial(t.Context(), o.options)
		if !errors.Is(err, o.want) {
			t.Errorf("with %s: Dial = %v, want %v", name, err, o.want)
		}
		if err != nil {
			if strings.Contains(err.Error(), n.token) || strings.Contains(err.Error(), other) {
				t.Errorf("with %s: the error names the token: %v", name, err)
			}
			continue
		}
		if _, err := c.Create(t.Context(), biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A}); err != nil && !errors.Is(err, biovm.ErrExists) {
			t.Errorf("with %s: Create = %v", name, err)
		}
		if err := errors.Join(c.Confirm(t.Context(), "a"), c.Close()); err != nil {
			t.Errorf("with %s: %v", name, err)
		}
	}
	if log := n.log.String(); !strings.Contains(log, "without a token that is known") || strings.Contains(log, n.token) || strings.Contains(log, other) {
		t.Errorf("the log should name strangers, and no token:\n%s", log)
	}
}

// TestStranger holds that who has no token gets nothing and holds nothing.
func TestStranger(t *testing.T) {
	t.Parallel()
	n := serveTLS(t)
	h := &http.Client{Transport: &http.Transport{TLSClientConfig: trusting(n.ca), DisableKeepAlives: true}, Timeout: 20 * time.Second}
	for path, want := range map[string]int{"/v1/version": 200, "/v1/vms": 401, "/openapi.json": 401, "/v1/events": 401, "/": 401} {
		if got := get(t, h, n.endpoint+path); got != want {
			t.Errorf("GET %s without a token = %d, want %d", path, got, want)
		}
	}
	// A call whose body never comes is refused all the same, and at once.
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	reader, writer := net.Pipe()
	defer writer.Close()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, n.endpoint+"/v1/vms", reader)
	if err != nil {
		t.Fatal(err)
	}
	req.ContentLength = 100
	resp, err := h.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if resp.Body.Close(); resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("a call of a stranger that does not end = %s", resp.Status)
	}
	// Nor is anything taken of him with the one question that he may ask.
	req, err = http.NewRequestWithContext(t.Context(), http.MethodGet, n.endpoint+"/v1/version", strings.NewReader(strings.Repeat("x", 2<<10))) // no more than is sent at once
	if err != nil {
		t.Fatal(err)
	}
	if resp, err = h.Do(req); err != nil {
		t.Fatal(err)
	}
	if resp.Body.Close(); resp.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("a stranger brings two kibibytes to /v1/version: %s, want 413", resp.Status)
	}
}

func get(t *testing.T, h *http.Client, url string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := h.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}
