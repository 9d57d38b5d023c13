package store_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/store"
)

func TestOwnersLiveAsLongAsTheirStores(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a := open(t, dir, store.Options{})
	b, err := store.Open(t.Context(), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := func(owner string, alive bool) {
		t.Helper()
		if got, err := a.Alive(owner); got != alive || err != nil {
			t.Errorf("alive %s: got %v, %v; want %v", owner, got, err, alive)
		}
	}
	var wg sync.WaitGroup
	for range 20 { // those who ask must not take each other for the owner
		wg.Go(func() { want(b.ID(), true) })
	}
	wg.Wait()
	want(a.ID(), true)
	want("someone-else", false)
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	want(b.ID(), false)
	owners, err := os.ReadDir(filepath.Join(dir, "owners"))
	if err != nil || len(owners) != 1 {
		t.Errorf("owner locks: got %v, %v; want one", owners, err)
	}
}

func TestOpenRemovesWhatTheDeadLeft(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a := open(t, dir, store.Options{})
	vm := newVM("a")
	write(t, a, func(ctx context.Context, tx *store.Tx) error { return tx.InsertVM(ctx, vm) })
	files := map[string]bool{ // and whether they stay
		"owners/dead.lock": false, "locks/gone.lock": false, "locks/gone.next": false,
		"locks/" + vm.UUID + ".lock": true,
	}
	for f := range files {
		if err := os.WriteFile(filepath.Join(dir, f), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	open(t, dir, store.Options{})
	for f, stay := range files {
		if _, err := os.Stat(filepath.Join(dir, f)); (err == nil) != stay {
			t.Errorf("%s after open: got %v, want it there: %v", f, err, stay)
		}
	}
	a.ForgetVM(vm.UUID)
	if _, err := os.Stat(filepath.Join(dir, "locks", vm.UUID+".lock")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("lock of a forgotten vm: got %v, want none", err)
	}
}

func TestManyOpenAtOnce(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new")
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			s, err := store.Open(t.Context(), dir, store.Options{})
			if err != nil {
				t.Error(err)
				return
			}
			if alive, err := s.Alive(s.ID()); !alive || err != nil {
				t.Errorf("alive: got %v, %v", alive, err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// LockVM must let one in at a time, whichever store asks, and starve none.
func TestLockVM(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]store.Options{"file": {}, "memory": {InMemory: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			stores := []*store.Store{nil, nil}
			if o.InMemory {
				stores[0] = open(t, "", o)
				stores[1] = stores[0]
			} else {
				stores[0], stores[1] = open(t, dir, o), open(t, dir, o)
			}
			var inside, turns atomic.Int64
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			var wg sync.WaitGroup
			for _, s := range stores {
				for range 3 {
					wg.Go(func() {
						for range 10 {
							unlock, err := s.LockVM(ctx, "vm")
							if err != nil {
								t.Error(err)
								return
							}
							if n := inside.Add(1); n != 1 {
								t.Errorf("%d inside at once", n)
							}
							turns.Add(1)
							inside.Add(-1)
							unlock()
						}
					})
				}
			}
			wg.Wait()
			if got := turns.Load(); got != 60 {
				t.Errorf("turns: got %d, want 60", got)
			}
		})
	}
}

func TestLockVMGivesUpWithItsContext(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a, b := open(t, dir, store.Options{}), open(t, dir, store.Options{})
	unlock, err := a.LockVM(t.Context(), "vm")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []*store.Store{a, b} {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		if _, err := s.LockVM(ctx, "vm"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("lock of a held vm: got %v, want %v", err, context.DeadlineExceeded)
		}
	}
	unlock()
	again, err := b.LockVM(t.Context(), "vm")
	if err != nil {
		t.Fatal(err)
	}
	again()
}
