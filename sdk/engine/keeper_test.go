package engine_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/enginetest"
)

// labHost is a pool with a password that a file could be searched for.
func labHost(name string) biovm.XCPngHost {
	return biovm.XCPngHost{
		Name: name, URL: "https://pool.example", Username: "root", Password: "correct horse battery staple " + name,
		CACertPEM: "-----BEGIN CERTIFICATE-----", Pins: []string{strings.Repeat("ab", 32)},
		PasswordVersion: 7, Template: "debian", Network: "lan", SR: "nfs",
	}
}

func TestHosts(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]engine.Options{"file": {Dir: t.TempDir()}, "memory": {InMemory: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			e := enginetest.Open(t, o)
			if _, err := e.Host(ctx, "lab"); !errors.Is(err, biovm.ErrNotFound) {
				t.Errorf("a host that is not there: got %v, want %v", err, biovm.ErrNotFound)
			}
			bare := biovm.XCPngHost{Name: "bare", URL: "https://10.0.0.1", Username: "x"}
			for _, h := range []biovm.XCPngHost{labHost("lab"), bare, labHost("lab")} {
				if err := e.PutHost(ctx, h); err != nil {
					t.Fatal(err)
				}
			}
			got, err := e.Host(ctx, "lab")
			if err != nil || !got.Equal(labHost("lab")) {
				t.Errorf("host: got %v, %v; want what was put, with its password", got, err)
			}
			all, err := e.Hosts(ctx)
			if err != nil || len(all) != 2 || !all[0].Equal(bare) || !all[1].Equal(labHost("lab")) {
				t.Errorf("hosts: got %v, %v; want bare and lab", all, err)
			}
			if names, err := e.HostNames(ctx); err != nil || !cmp.Equal(names, []string{"bare", "lab"}) {
				t.Errorf("names: got %q, %v", names, err)
			}
			if err := e.PutHost(ctx, biovm.XCPngHost{Name: "no name"}); len(biovm.FieldErrors(err)) != 3 {
				t.Errorf("put an invalid host: got %v, want errors of name, url and username", err)
			}
			for range 2 { // the second finds nothing to do
				if err := e.DeleteHost(ctx, "lab"); err != nil {
					t.Error(err)
				}
			}
			if _, err := e.Host(ctx, "lab"); !errors.Is(err, biovm.ErrNotFound) {
				t.Errorf("a deleted host: got %v, want %v", err, biovm.ErrNotFound)
			}
		})
	}
}

// grep lists the files of a directory that hold the text.
func grep(t *testing.T, dir, text string) (files []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if bytes.Contains(content, []byte(text)) {
			files = append(files, filepath.Base(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// No file of the data directory holds a password; and who has the database
// without the key file cannot read one.
func TestPasswordsAreEncrypted(t *testing.T) {
	t.Parallel()
	ctx, dir := t.Context(), t.TempDir()
	e := enginetest.Open(t, engine.Options{Dir: dir})
	lab := labHost("lab")
	if err := e.PutHost(ctx, lab); err != nil {
		t.Fatal(err)
	}
	key := filepath.Join(dir, "secret.key")
	if info, err := os.Stat(key); err != nil || info.Mode() != 0o600 && runtime.GOOS != "windows" {
		t.Errorf("key file: got %v, %v; want mode 0600", info, err)
	}
	if files := grep(t, dir, lab.Password); files != nil {
		t.Errorf("the password is in %q", files)
	}
	if files := grep(t, dir, lab.URL); files == nil {
		t.Error("the address is in no file: the search shows nothing")
	}

	kept, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	refused := func(what string) {
		t.Helper()
		_, err := e.Host(ctx, "lab")
		secret, ok := errors.AsType[*engine.SecretError](err)
		if !ok || secret.Host != "lab" || !strings.Contains(err.Error(), "set the password again") || !strings.Contains(err.Error(), key) {
			t.Errorf("%s: got %v, want a SecretError that names the host, the file and the way out", what, err)
		}
		if _, err := e.Hosts(ctx); !errors.As(err, &secret) {
			t.Errorf("%s: list: got %v, want a SecretError", what, err)
		}
	}
	if err := os.WriteFile(key, []byte("rubbish"), 0o600); err != nil {
		t.Fatal(err)
	}
	refused("a damaged key file")
	if err := e.PutHost(ctx, labHost("other")); err == nil {
		t.Error("a damaged key file was written over")
	}
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	refused("without a key file")
	if err := e.PutHost(ctx, labHost("other")); err != nil { // makes another key
		t.Fatal(err)
	}
	refused("with another key")
	if err := e.PutHost(ctx, lab); err != nil { // the way out
		t.Fatal(err)
	}
	if got, err := e.Host(ctx, "lab"); err != nil || !got.Equal(lab) {
		t.Errorf("after the password was set again: got %v, %v", got, err)
	}
	if err := os.WriteFile(key, kept, 0o600); err != nil {
		t.Fatal(err)
	}
	refused("with the first key")
}

func TestOwners(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a, b := enginetest.Open(t, engine.Options{Dir: dir}), enginetest.Open(t, engine.Options{Dir: dir})
	stranger, memory := enginetest.Open(t, engine.Options{}), enginetest.Open(t, engine.Options{InMemory: true})
	check := func(e *engine.Engine, owner string, alive, ours bool) {
		t.Helper()
		if gotAlive, gotOurs, err := e.Alive(owner); gotAlive != alive || gotOurs != ours || err != nil {
			t.Errorf("Alive(%q) = %t, %t, %v; want %t, %t", owner, gotAlive, gotOurs, err, alive, ours)
		}
	}
	check(a, a.Owner(), true, true)
	check(a, b.Owner(), true, true)
	check(a, stranger.Owner(), false, false)
	check(stranger, memory.Owner(), false, false)
	check(memory, memory.Owner(), true, true)
	check(a, "", false, false)
	directory, _, _ := strings.Cut(a.Owner(), "/")
	check(a, directory+"/../../etc/passwd", false, false)
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	check(a, b.Owner(), false, true)
}

func TestLockEndsWithItsContextAndEngine(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a, b := enginetest.Open(t, engine.Options{Dir: dir}), enginetest.Open(t, engine.Options{Dir: dir})
	unlock, err := a.Lock(t.Context(), "a/b")
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	other, err := b.Lock(t.Context(), "a") // no part of it
	if err != nil {
		t.Fatal(err)
	}
	other()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := a.Lock(ctx, "a/b"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("lock of a held name: got %v, want %v", err, context.DeadlineExceeded)
	}
	failed := make(chan error, 1)
	go func() { failed <- second(b.Lock(t.Context(), "a/b")) }()
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-failed; !errors.Is(err, engine.ErrClosed) {
		t.Errorf("lock when the engine is closed: got %v, want %v", err, engine.ErrClosed)
	}
}

// keep is what a second process does: it keeps a pool, and counts in a file,
// which only the lock of a name keeps exact.
func keep(ctx context.Context, e *engine.Engine, name string) error {
	for range 20 {
		if err := e.PutHost(ctx, labHost(name)); err != nil {
			return err
		}
		if got, err := e.Host(ctx, name); err != nil || !got.Equal(labHost(name)) {
			return fmt.Errorf("host %s: got %v, %w; want what was put", name, got, err)
		}
		if err := count(ctx, e, filepath.Join(e.Dir(), "count")); err != nil {
			return err
		}
	}
	return nil
}

func count(ctx context.Context, e *engine.Engine, file string) error {
	unlock, err := e.Lock(ctx, "count")
	if err != nil {
		return err
	}
	defer unlock()
	text, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	n, _ := strconv.Atoi(string(text)) // 0 at first
	return os.WriteFile(file, []byte(strconv.Itoa(n+1)), 0o600)
}

// Two processes that keep their first pools at once make one key, and a name is
// held by one at a time.
func TestKeeperOfTwoProcesses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	one, oneSays := child(t, "keeper", dir, "one")
	two, twoSays := child(t, "keeper", dir, "two")
	e := enginetest.Open(t, engine.Options{Dir: dir})
	if err := keep(t.Context(), e, "three"); err != nil {
		t.Error(err)
	}
	var owners []string
	for oneSays.Scan() {
		owners = append(owners, oneSays.Text())
	}
	for twoSays.Scan() {
		owners = append(owners, twoSays.Text())
	}
	if err := errors.Join(one.Wait(), two.Wait()); err != nil {
		t.Fatal(err)
	}
	for _, owner := range owners {
		if alive, ours, err := e.Alive(owner); alive || !ours || err != nil {
			t.Errorf("Alive(%q) = %t, %t, %v; want a dead owner of this directory", owner, alive, ours, err)
		}
	}
	if len(owners) != 2 || owners[0] == owners[1] {
		t.Errorf("owners: got %q, want two", owners)
	}
	if all, err := e.Hosts(t.Context()); err != nil || len(all) != 3 {
		t.Errorf("hosts: got %v, %v; want three", all, err)
	}
	if n, err := os.ReadFile(filepath.Join(dir, "count")); err != nil || string(n) != "60" {
		t.Errorf("count: got %s, %v; want 60", n, err)
	}
}
