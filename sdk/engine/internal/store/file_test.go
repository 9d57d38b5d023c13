package store_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/store"
)

// put brings a file for an owner and returns its sum.
func put(t *testing.T, s *store.Store, content, owner string) string {
	t.Helper()
	bytes := sha256.Sum256([]byte(content))
	sum := hex.EncodeToString(bytes[:])
	packed, err := store.PackFile([]byte(content))
	if err != nil {
		t.Fatal(err)
	}
	write(t, s, func(ctx context.Context, tx *store.Tx) error {
		there, err := tx.HasFile(ctx, sum)
		if err == nil && !there {
			err = tx.InsertFile(ctx, sum, packed)
		}
		return errors.Join(err, tx.HoldFile(ctx, sum, owner))
	})
	return sum
}

func has(t *testing.T, s *store.Store, sum string) bool {
	t.Helper()
	return read(t, s, func(ctx context.Context, tx *store.Tx) (bool, error) { return tx.HasFile(ctx, sum) })
}

func modeled(name, sum string) store.VM {
	vm := newVM(name)
	vm.Spec.Model = &biovm.Source{Source: "model.json", SHA256: sum}
	return vm
}

// A file is there as long as a VM is made of it, or somebody who lives holds it.
func TestFilesLiveAsLongAsTheirUsers(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]store.Options{"file": {}, "memory": {InMemory: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if o.InMemory {
				dir = ""
			}
			s := open(t, dir, o)
			owner, release, err := s.NewOwner(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			content := strings.Repeat("a network ", 10_000)
			sum := put(t, s, content, owner)
			packed := read(t, s, func(ctx context.Context, tx *store.Tx) (store.PackedFile, error) { return tx.File(ctx, sum) })
			if got, err := packed.Unpack(); string(got) != content || err != nil {
				t.Errorf("file: got %d bytes, %v; want %d", len(got), err, len(content))
			}
			a, b := modeled("a", sum), modeled("b", sum)
			for _, vm := range []store.VM{a, b} {
				write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.InsertVM(ctx, vm) })
			}
			if err := errors.Join(release(), s.LetGo(t.Context(), owner)); err != nil {
				t.Fatal(err)
			}
			for _, vm := range []store.VM{a, b} {
				if !has(t, s, sum) {
					t.Fatalf("the file is gone before %s is", vm.Spec.ID)
				}
				// Whoever stays in between is not disturbed.
				write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.UpdateVM(ctx, vm) })
				write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteVM(ctx, vm) })
			}
			if has(t, s, sum) {
				t.Error("the file outlives its last vm")
			}
			if _, err := store.PackFile(nil); err != nil {
				t.Errorf("an empty file: %v", err)
			}
			write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.Verify(ctx) })
		})
	}
}

// What the dead held goes with the first who looks, and what the living hold
// does not.
func TestFilesOfTheDead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir, store.Options{})
	mine, theirs := put(t, s, "mine", s.ID()), put(t, s, "theirs", "somebody-dead")
	if err := s.SweepFiles(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !has(t, s, mine) || has(t, s, theirs) {
		t.Errorf("after a sweep there is mine: %v, theirs: %v; want mine alone", has(t, s, mine), has(t, s, theirs))
	}
	// The end of a VM looks too.
	theirs = put(t, s, "theirs", "somebody-dead")
	vm := modeled("a", mine)
	write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.InsertVM(ctx, vm) })
	write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteVM(ctx, vm) })
	if !has(t, s, mine) || has(t, s, theirs) {
		t.Errorf("after a vm is gone there is mine: %v, theirs: %v; want mine alone", has(t, s, mine), has(t, s, theirs))
	}
	other, err := store.Open(t.Context(), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	put(t, other, "mine", other.ID())
	last := put(t, other, "other's", other.ID())
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	if !has(t, s, mine) || has(t, s, last) {
		t.Errorf("after another closed there is mine: %v, its own: %v; want mine alone", has(t, s, mine), has(t, s, last))
	}
}

// A VM without its file cannot be, and a file without use is found.
func TestFilesAreVerified(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir(), store.Options{})
	nowhere := strings.Repeat("0", 64)
	err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.InsertVM(t.Context(), modeled("a", nowhere)) })
	if err == nil {
		t.Error("a vm was made of a file that is not there")
	}
	if err := s.Read(t.Context(), func(tx *store.Tx) error {
		_, err := tx.File(t.Context(), nowhere)
		return err
	}); !errors.Is(err, biovm.ErrNotFound) {
		t.Errorf("a file that is not there: %v, want ErrNotFound", err)
	}
	if _, err := store.DB(s).ExecContext(t.Context(), "INSERT INTO file (sha256, size, packed) VALUES ('a', 1, x'00')"); err != nil {
		t.Fatal(err)
	}
	err = s.Read(t.Context(), func(tx *store.Tx) error { return tx.Verify(t.Context()) })
	if err == nil || !strings.Contains(err.Error(), "of no use to anybody: a") {
		t.Errorf("Verify with a file of no use = %v", err)
	}
	defer func() {
		if err := s.SweepFiles(t.Context()); err != nil || has(t, s, "a") {
			t.Errorf("after a sweep a file of no use is there: %v, %v", has(t, s, "a"), err)
		}
	}()
	damaged := read(t, s, func(ctx context.Context, tx *store.Tx) (store.PackedFile, error) { return tx.File(ctx, "a") })
	if _, err := damaged.Unpack(); err == nil {
		t.Error("a damaged file was unpacked")
	}
}

// A database of version 2 keeps every row, and takes files.
func TestOpenVersion2(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	makeVersion1(t, dir)
	schema, err := os.ReadFile(filepath.Join("migrations", "0002_host.sql"))
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, "bioxen.db"))
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		string(schema),
		`INSERT INTO xcpng_host VALUES ('lab', 'https://lab', 'root', '', '[]', 'debian', 'lan', 'sr', 7, NULL)`,
		`UPDATE directory SET uuid = '11111111-2222-4333-8444-666666666666'`,
		`PRAGMA user_version = 2`,
	} {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%.40s: %v", statement, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	s := open(t, dir, store.Options{})
	if s.UUID() != "11111111-2222-4333-8444-666666666666" {
		t.Errorf("directory: %q", s.UUID())
	}
	vm := read(t, s, func(ctx context.Context, tx *store.Tx) (store.VM, error) { return tx.VM(ctx, "a") })
	if vm.Generation != 7 || vm.Spec.Model != nil || vm.State != biovm.Running {
		t.Errorf("vm: %+v", vm)
	}
	host := read(t, s, func(ctx context.Context, tx *store.Tx) (store.XCPngHost, error) { return tx.XCPngHost(ctx, "lab") })
	if host.URL != "https://lab" || host.PasswordVersion != 7 {
		t.Errorf("pool: %+v", host)
	}
	sum := put(t, s, "model", s.ID())
	write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.InsertVM(ctx, modeled("b", sum)) })
	write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.Verify(ctx) })
}
