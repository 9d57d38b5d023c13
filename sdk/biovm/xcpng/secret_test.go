package xcpng_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// A journal is what was said where others may look. It is safe for concurrent
// use.
type journal struct {
	mu   sync.Mutex // guards text
	text bytes.Buffer
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(b)
}

// note writes down what somebody prints.
func (j *journal) note(format string, args ...any) {
	_, _ = fmt.Fprintf(j, format, args...) // Write never fails
}

// has lists those of the secrets that were said.
func (j *journal) has(secrets map[string]string) []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	var found []string
	for name, secret := range secrets {
		if strings.Contains(j.text.String(), secret) {
			found = append(found, name)
		}
	}
	return found
}

// TestSecrets scans logs, errors, and what is on the pool for passwords and keys.
func TestSecrets(t *testing.T) {
	t.Parallel()
	const password = "correct horse battery staple"
	r := newRig(t, xapitest.SingleHost(), xapitest.Credentials(xapitest.Username, password))
	h := r.hosts["lab"]
	h.Password = password
	r.hosts["lab"] = h
	said := new(journal)
	o := r.options()
	o.KeyDir = filepath.Join(t.TempDir(), "keys")
	o.Logger = slog.New(slog.NewJSONHandler(said, &slog.HandlerOptions{Level: slog.LevelDebug}))
	d := r.open(t, o)
	note := func(err error) { said.note("%v %+v %#v\n", err, err, err) }

	vm := running(t, d, syn3a("a"))
	if _, err := vm.Execute(t.Context(), biovm.Process{Code: "1"}); err != nil {
		t.Error(err)
	}
	// Everything that can be printed, and errors of many kinds.
	said.note("%+v %#v %v\n%+v\n", h, h, status(t, vm), d.Info())
	r.lodge.set(lodgeWays{wrongKey: true})
	_, err := d.Create(t.Context(), syn3a("b"))
	note(err)
	r.lodge.set(lodgeWays{silent: true})
	s := syn3a("c")
	s.XCPng = &biovm.XCPngSpec{AddressTimeout: 100 * time.Millisecond}
	_, err = d.Create(t.Context(), s)
	note(err)
	r.lodge.set(lodgeWays{})
	wrong := h
	wrong.Password = password + "!"
	wo := o
	wo.Hosts = hosts{"lab": wrong}
	stranger := r.open(t, wo)
	_, err = stranger.List(t.Context())
	note(errors.Join(err, stranger.Close()))
	untrusted := h
	untrusted.Pins = []string{strings.Repeat("ab", 32)}
	wo.Hosts = hosts{"lab": untrusted}
	deceived := r.open(t, wo)
	_, err = deceived.List(t.Context())
	note(errors.Join(err, deceived.Close()))

	for _, v := range r.server.Inventory().VMs {
		said.note("%+v\n", v)
	}
	said.note("%v\n", r.poolConfig(t))
	for _, disk := range r.server.Inventory().VDIs { // the configuration drive is one
		_, _ = said.Write(r.server.DiskContent(disk.Ref))
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}

	file := filepath.Join(o.KeyDir, "id_ed25519")
	key, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(key)), "\n")
	secrets := map[string]string{"the password": password, "the private key": lines[len(lines)/2]}
	if found := said.has(secrets); len(found) > 0 {
		t.Errorf("%v was said, in %d bytes", found, said.text.Len())
	}
	// The control: a planted secret is found.
	said.note("x%sx", secrets["the private key"])
	if found := said.has(secrets); len(found) != 1 || said.text.Len() < 10_000 {
		t.Errorf("of %d bytes the scan finds %v, and one secret was planted", said.text.Len(), found)
	}
	for name, want := range map[string]fs.FileMode{file: 0o600, o.KeyDir: 0o700} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v; want mode %o", name, info.Mode(), err, want)
		}
	}
}

// TestOtherKey has a driver that does not have the key to a guest.
func TestOtherKey(t *testing.T) {
	t.Parallel()
	r := newRig(t, xapitest.SingleHost())
	if _, err := r.driver(t).Create(t.Context(), syn3a("a")); err != nil {
		t.Fatal(err)
	}
	other := r.driver(t) // with a key of its own, in memory
	vm, err := other.Get(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := vm.Status(t.Context()); err != nil {
		t.Errorf("Status needs no key: %v", err)
	}
	if err := vm.Start(t.Context()); err == nil || !strings.Contains(err.Error(), "the guest was made for the key SHA256:") {
		t.Errorf("Start = %v, want it to name the key", err)
	}
}
