package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/store"
)

func open(t testing.TB, dir string, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), dir, o)
	if err != nil {
		t.Fatalf("open %s: %v", dir, err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

func write(t testing.TB, s *store.Store, fn func(context.Context, *store.Tx) error) {
	t.Helper()
	if err := s.Write(t.Context(), func(tx *store.Tx) error { return fn(t.Context(), tx) }); err != nil {
		t.Fatalf("write: %v", err)
	}
}

func read[T any](t testing.TB, s *store.Store, fn func(context.Context, *store.Tx) (T, error)) T {
	t.Helper()
	var v T
	err := s.Read(t.Context(), func(tx *store.Tx) (err error) {
		v, err = fn(t.Context(), tx)
		return err
	})
	if err != nil {
		t.Fatalf("read: %v", err)
	}
	return v
}

func newVM(name string) store.VM {
	return store.VM{
		UUID: uuid.NewString(), State: biovm.Created, CreatedAt: time.Unix(1, 2).UTC(),
		Spec:      biovm.Spec{ID: biovm.ID(name), BiologicalType: biovm.Syn3A, Medium: map[string]float64{"EX_glc__D_e": 0.1}, Knockouts: []string{"dnaA"}},
		Allocated: biovm.Allocation{Ribosomes: new(3)},
		Grant:     biovm.Resources{ATP: 33.3, Ribosomes: 3, RNAPolymerase: 2, MemoryKB: 544, Priority: 3},
	}
}

// Each connection of the pool must have every pragma: one set by a statement
// would be on for some queries and off for others.
func TestPragmasOnEveryConnection(t *testing.T) {
	t.Parallel()
	db := store.DB(open(t, t.TempDir(), store.Options{}))
	for i := range 3 {
		conn, err := db.Conn(t.Context()) // kept until the end, so each is another
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		for pragma, want := range map[string]string{"foreign_keys": "1", "journal_mode": "wal", "busy_timeout": "30000", "synchronous": "2"} {
			var got string
			if err := conn.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
				t.Errorf("connection %d: %s: got %q, %v; want %q", i, pragma, got, err, want)
			}
		}
	}
}

// A transaction that reads before it writes would fail with SQLITE_BUSY, and
// no timeout helps, if it were not immediate.
func TestWritersTakeTurns(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	stores := []*store.Store{open(t, dir, store.Options{}), open(t, dir, store.Options{}), open(t, dir, store.Options{})}
	vm := newVM("counter")
	write(t, stores[0], func(ctx context.Context, tx *store.Tx) error { return tx.InsertVM(ctx, vm) })
	var wg sync.WaitGroup
	const each = 25
	for _, s := range stores {
		for range 2 {
			wg.Go(func() {
				for range each {
					err := s.Write(t.Context(), func(tx *store.Tx) error {
						vm, err := tx.VM(t.Context(), "counter")
						if err != nil {
							return err
						}
						vm.Generation++
						return tx.UpdateVM(t.Context(), vm)
					})
					if err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
	}
	wg.Wait()
	got := read(t, stores[0], func(ctx context.Context, tx *store.Tx) (store.VM, error) { return tx.VM(ctx, vm.UUID) })
	if want := int64(len(stores) * 2 * each); got.Generation != want {
		t.Errorf("generation: got %d, want %d: updates were lost", got.Generation, want)
	}
}

func TestRowsComeBack(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]store.Options{"file": {}, "memory": {InMemory: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "a b?%c#d") // a name that a DSN could choke on
			if o.InMemory {
				dir = ""
			}
			s := open(t, dir, o)
			vm := newVM("a")
			vm.Owner, vm.Spec.SharedChassis, vm.Problem = s.ID(), "pool", "none"
			vm.Generation = 5
			record := store.Record{Owner: s.ID(), Generation: vm.Generation, Record: biovm.Record{
				ID: uuid.NewString(), VM: "a", VMUUID: vm.UUID, Process: biovm.Process{Code: "1"},
				Triggers: map[string]string{"k": "v"}, Result: biovm.Result{Value: []byte("1"), Steps: 7}, CreatedAt: time.Unix(3, 4).UTC(),
			}}
			write(t, s, func(ctx context.Context, tx *store.Tx) error {
				return errors.Join(tx.AddChassis(ctx, "pool", biovm.ChassisYeast), tx.InsertVM(ctx, vm), tx.InsertRecord(ctx, record))
			})
			for _, ref := range []string{"a", vm.UUID} {
				got := read(t, s, func(ctx context.Context, tx *store.Tx) (store.VM, error) { return tx.VM(ctx, ref) })
				if d := cmp.Diff(vm, got); d != "" {
					t.Errorf("vm %s (-want +got):\n%s", ref, d)
				}
			}
			got := read(t, s, func(ctx context.Context, tx *store.Tx) ([]store.Record, error) { return tx.Records(ctx, vm.UUID) })
			if d := cmp.Diff([]store.Record{record}, got); d != "" {
				t.Errorf("records (-want +got):\n%s", d)
			}
			pending := read(t, s, func(ctx context.Context, tx *store.Tx) ([]store.Record, error) {
				return tx.Pending(ctx, vm, record.Process, record.Triggers)
			})
			if len(pending) != 1 {
				t.Errorf("pending records: got %d, want 1", len(pending))
			}
			write(t, s, func(ctx context.Context, tx *store.Tx) error {
				return errors.Join(tx.OwnRecord(ctx, record.ID, ""), tx.DeleteVM(ctx, vm))
			})
			err := s.Read(t.Context(), func(tx *store.Tx) error {
				_, e1 := tx.VM(t.Context(), "a")
				_, e2 := tx.Record(t.Context(), record.ID)
				_, e3 := tx.ChassisKind(t.Context(), "pool")
				for what, err := range map[string]error{"vm": e1, "record": e2, "chassis": e3} {
					if !errors.Is(err, biovm.ErrNotFound) {
						t.Errorf("%s after the vm was deleted: got %v, want %v", what, err, biovm.ErrNotFound)
					}
				}
				return tx.Verify(t.Context())
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}

func TestGrantedSums(t *testing.T) {
	t.Parallel()
	s := open(t, "", store.Options{InMemory: true})
	a, b := newVM("a"), newVM("b")
	a.Spec.SharedChassis, b.Spec.SharedChassis = "pool", "pool"
	write(t, s, func(ctx context.Context, tx *store.Tx) error {
		return errors.Join(tx.AddChassis(ctx, "pool", biovm.ChassisEColi), tx.InsertVM(ctx, a), tx.InsertVM(ctx, b), tx.InsertVM(ctx, newVM("elsewhere")))
	})
	for except, want := range map[string]biovm.Resources{
		"":     {ATP: 66.6, Ribosomes: 6, RNAPolymerase: 4, MemoryKB: 1088},
		a.UUID: {ATP: 33.3, Ribosomes: 3, RNAPolymerase: 2, MemoryKB: 544},
	} {
		var vms int
		got := read(t, s, func(ctx context.Context, tx *store.Tx) (sum biovm.Resources, err error) {
			sum, vms, err = tx.Granted(ctx, "pool", except)
			return sum, err
		})
		if got != want || vms != want.Ribosomes/3 {
			t.Errorf("granted except %q: got %+v to %d vms, want %+v", except, got, vms, want)
		}
	}
}

func TestFailedTransactionChangesNothing(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir(), store.Options{})
	boom := errors.New("boom")
	for range 3 {
		err := s.Write(t.Context(), func(tx *store.Tx) error {
			return errors.Join(tx.InsertVM(t.Context(), newVM("a")), tx.Append(t.Context(), biovm.Event{Kind: biovm.EventCreated}), boom)
		})
		if !errors.Is(err, boom) {
			t.Fatalf("write: got %v, want %v", err, boom)
		}
	}
	if n := len(read(t, s, func(ctx context.Context, tx *store.Tx) ([]store.VM, error) { return tx.VMs(ctx) })); n != 0 {
		t.Errorf("vms: got %d, want 0", n)
	}
	write(t, s, func(ctx context.Context, tx *store.Tx) error {
		return tx.Append(ctx, biovm.Event{Kind: biovm.EventCreated})
	})
	if got := read(t, s, func(ctx context.Context, tx *store.Tx) (int64, error) { return tx.LastEvent(ctx) }); got != 1 {
		t.Errorf("number of the first event kept: got %d, want 1", got)
	}
}

func TestContextBoundsWaiting(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a, b := open(t, dir, store.Options{}), open(t, dir, store.Options{})
	write(t, a, func(context.Context, *store.Tx) error {
		for what, s := range map[string]*store.Store{"same store": a, "other store": b} {
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			began := time.Now()
			err := s.Write(ctx, func(*store.Tx) error { return nil })
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: write while another writes: got %v, want the context's error", what, err)
			}
			if d := time.Since(began); d > 5*time.Second {
				t.Errorf("%s: waited %v after the context ended", what, d)
			}
		}
		return nil
	})
}

func TestEventsAndMemosAreTrimmed(t *testing.T) {
	t.Parallel()
	s := open(t, "", store.Options{InMemory: true, KeepEvents: 100, KeepMemos: 50})
	const n = 600
	write(t, s, func(ctx context.Context, tx *store.Tx) error {
		for range n {
			if err := tx.Append(ctx, biovm.Event{Kind: biovm.EventState, Data: []byte(`{}`)}); err != nil {
				return err
			}
		}
		return nil
	})
	events := read(t, s, func(ctx context.Context, tx *store.Tx) ([]biovm.Event, error) { return tx.Events(ctx, 0, 10*n) })
	if len(events) < 100 || len(events) >= 400 || events[len(events)-1].Seq != n {
		t.Errorf("events kept: got %d up to %d, want about 100 up to %d", len(events), events[len(events)-1].Seq, n)
	}
	for i := range n {
		if err := s.Save(t.Context(), fmt.Sprint(i), []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	for key, want := range map[string]bool{"0": false, fmt.Sprint(n - 1): true} {
		if _, ok, err := s.Load(t.Context(), key); ok != want || err != nil {
			t.Errorf("memo %s: got %v, %v; want %v", key, ok, err, want)
		}
	}
	if err := s.Read(t.Context(), func(tx *store.Tx) error { return tx.Verify(t.Context()) }); err != nil {
		t.Error(err)
	}
}

func TestVerifyFindsDamage(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ sql, want string }{
		"chassis": {`INSERT INTO chassis VALUES ('x', 'ecoli')`, "shared chassis without a vm: x"},
		"gap":     {`DELETE FROM event WHERE seq = 2`, "gap in event numbers: 2 events numbered 1 to 3"},
		"tail":    {`DELETE FROM event WHERE seq = 3`, "event numbers were lost after: 2, and 3 were given"},
		"record":  {`INSERT INTO record (id, vm_uuid, process, triggers, result, created_at) VALUES ('r', 'none', '', '', '', 0)`, "reference to nothing in table: record"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, "", store.Options{InMemory: true})
			write(t, s, func(ctx context.Context, tx *store.Tx) error {
				for range 3 {
					if err := tx.Append(ctx, biovm.Event{}); err != nil {
						return err
					}
				}
				return nil
			})
			for _, q := range []string{"PRAGMA foreign_keys = 0", c.sql} {
				if _, err := store.DB(s).ExecContext(t.Context(), q); err != nil {
					t.Fatal(err)
				}
			}
			err := s.Read(t.Context(), func(tx *store.Tx) error { return tx.Verify(t.Context()) })
			if !strings.Contains(fmt.Sprint(err), c.want) {
				t.Errorf("verify after %s: got %v, want %q", c.sql, err, c.want)
			}
		})
	}
}

func TestModes(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", "data")
	s := open(t, dir, store.Options{})
	write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.InsertVM(ctx, newVM("a")) })
	for path, want := range map[string]os.FileMode{"": 0o700 | os.ModeDir, "bioxen.db": 0o600, "bioxen.db-wal": 0o600} {
		info, err := os.Stat(filepath.Join(dir, path))
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode(); got != want && os.PathSeparator == '/' {
			t.Errorf("mode of %q: got %v, want %v", path, got, want)
		}
	}
	if s.Dir() != dir {
		t.Errorf("dir: got %s, want %s", s.Dir(), dir)
	}
}

func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir()
	open(b, dir, store.Options{})
	for b.Loop() {
		s, err := store.Open(b.Context(), dir, store.Options{})
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// other opens the database beside the store, as another program would.
func other(t *testing.T, dir string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "bioxen.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}
