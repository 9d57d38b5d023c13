package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/store"
)

func TestNewerVersionIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir, store.Options{})
	if _, err := store.DB(s).ExecContext(t.Context(), "PRAGMA user_version = 99"); err != nil {
		t.Fatal(err)
	}
	_, err := store.Open(t.Context(), dir, store.Options{})
	version, ok := errors.AsType[*store.VersionError](err)
	if !ok || version.Have != 99 || version.Known < 1 {
		t.Fatalf("open: got %v, want a VersionError of 99", err)
	}
	for _, want := range []string{"99", fmt.Sprint(version.Known), "upgrade bioxen", dir} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("open: got %q, want it to mention %q", err, want)
		}
	}
}

func TestDamagedDatabase(t *testing.T) {
	t.Parallel()
	t.Run("not a database", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		path := filepath.Join(dir, "bioxen.db")
		junk := bytes.Repeat([]byte("this is not a database. "), 1000)
		if err := os.WriteFile(path, junk, 0o600); err != nil {
			t.Fatal(err)
		}
		wantDamage(t, dir)
		if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, junk) {
			t.Errorf("the file was changed (%v)", err)
		}
	})
	t.Run("another program's", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		if _, err := other(t, dir).ExecContext(t.Context(), "CREATE TABLE theirs (x)"); err != nil {
			t.Fatal(err)
		}
		wantDamage(t, dir)
	})
	t.Run("pages lost", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		s, err := store.Open(t.Context(), dir, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.InsertVM(ctx, newVM("a")) })
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "bioxen.db")
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for i := 4096; i < len(data); i++ {
			data[i] = 0xa5
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		again, err := store.Open(t.Context(), dir, store.Options{})
		if err == nil { // the header is sound; reading is not
			defer again.Close()
			err = again.Read(t.Context(), func(tx *store.Tx) error {
				_, err := tx.VMs(t.Context())
				return err
			})
		}
		if _, ok := errors.AsType[*store.DamageError](err); !ok {
			t.Errorf("open and read: got %v, want a DamageError", err)
		}
	})
}

func wantDamage(t *testing.T, dir string) {
	t.Helper()
	_, err := store.Open(t.Context(), dir, store.Options{})
	if _, ok := errors.AsType[*store.DamageError](err); !ok || !strings.Contains(err.Error(), dir) {
		t.Errorf("open: got %v, want a DamageError that names %s", err, dir)
	}
}

func TestDirectoryIsFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(t.Context(), path, store.Options{}); !strings.Contains(fmt.Sprint(err), path+" is a file") {
		t.Errorf("open: got %v, want it to say that %s is a file", err, path)
	}
	if _, err := store.Open(t.Context(), filepath.Join(path, "below"), store.Options{}); err == nil {
		t.Error("open below a file: got no error")
	}
}

func TestDiskFull(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir, store.Options{MaxPages: 32})
	var kept int
	var err error
	for err == nil && kept < 10_000 {
		vm := newVM(fmt.Sprint("vm", kept))
		vm.Problem = strings.Repeat("x", 1000)
		err = s.Write(t.Context(), func(tx *store.Tx) error {
			return errors.Join(tx.InsertVM(t.Context(), vm), tx.Append(t.Context(), biovm.Event{Kind: biovm.EventCreated}))
		})
		if err == nil {
			kept++
		}
	}
	if !strings.Contains(fmt.Sprint(err), "no room left") || !strings.Contains(fmt.Sprint(err), dir) {
		t.Fatalf("write to a full disk: got %v after %d vms, want it to say so and name %s", err, kept, dir)
	}
	vms := read(t, s, func(ctx context.Context, tx *store.Tx) ([]store.VM, error) {
		vms, err := tx.VMs(ctx)
		return vms, errors.Join(err, tx.Verify(ctx))
	})
	if len(vms) != kept {
		t.Errorf("vms after the failed write: got %d, want %d", len(vms), kept)
	}
	// There is room again for another process.
	write(t, open(t, dir, store.Options{}), func(ctx context.Context, tx *store.Tx) error { return tx.InsertVM(ctx, newVM("more")) })
}
