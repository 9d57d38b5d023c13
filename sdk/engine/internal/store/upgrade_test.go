package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/store"
)

// makeVersion1 makes a database as the first release did, with a row in each
// table.
func makeVersion1(t *testing.T, dir string) {
	t.Helper()
	schema, err := os.ReadFile(filepath.Join("migrations", "0001_init.sql"))
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, "bioxen.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, statement := range []string{
		string(schema),
		`PRAGMA journal_mode = WAL`,
		`INSERT INTO chassis VALUES ('pool', 'yeast')`,
		`INSERT INTO vm VALUES ('11111111-2222-4333-8444-555555555555', 'a', 'running', '{"id":"a","biological_type":"syn3a"}', '{"ribosomes":3}', 'pool', 33.3, 3, 2, 544, 4, 1.5, 'none', 2, 'somebody', 6, 7)`,
		`INSERT INTO record VALUES (4, 'r', '11111111-2222-4333-8444-555555555555', '{"code":"1"}', '{"k":"v"}', '{"value":1}', 3, NULL, 5)`,
		`INSERT INTO event VALUES (1, 8, 'a', '11111111-2222-4333-8444-555555555555', 'created', NULL)`,
		`INSERT INTO memo VALUES (1, 'key', x'0102')`,
		`PRAGMA user_version = 1`,
	} {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%.40s: %v", statement, err)
		}
	}
}

// A database of version 1 keeps every row, and gets an identity.
func TestOpenVersion1(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	makeVersion1(t, dir)
	s := open(t, dir, store.Options{})
	vm := read(t, s, func(ctx context.Context, tx *store.Tx) (store.VM, error) { return tx.VM(ctx, "a") })
	want := store.VM{
		UUID: "11111111-2222-4333-8444-555555555555", State: biovm.Running, Problem: "none", Owner: "somebody", Life: 6, Generation: 7,
		Spec: biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A}, Allocated: biovm.Allocation{Ribosomes: new(3)}, SimulatedSeconds: 1.5,
		Grant: biovm.Resources{ATP: 33.3, Ribosomes: 3, RNAPolymerase: 2, MemoryKB: 544, Priority: 4}, CreatedAt: vm.CreatedAt,
	}
	if d := cmp.Diff(want, vm); d != "" || vm.CreatedAt.UnixNano() != 2 {
		t.Errorf("vm (-want +got):\n%s", d)
	}
	record := read(t, s, func(ctx context.Context, tx *store.Tx) (store.Record, error) { return tx.Record(ctx, "r") })
	if record.Process.Code != "1" || record.Triggers["k"] != "v" || string(record.Result.Value) != "1" || record.Generation != 5 || record.CreatedAt.UnixNano() != 3 {
		t.Errorf("record: got %+v", record)
	}
	kind := read(t, s, func(ctx context.Context, tx *store.Tx) (biovm.ChassisKind, error) { return tx.ChassisKind(ctx, "pool") })
	if value, ok, err := s.Load(t.Context(), "key"); kind != biovm.ChassisYeast || !ok || err != nil || !cmp.Equal(value, []byte{1, 2}) {
		t.Errorf("chassis %q, memo %v, %v, %v", kind, value, ok, err)
	}
	var events int
	if err := store.DB(s).QueryRowContext(t.Context(), "SELECT count(*) FROM event WHERE time = 8").Scan(&events); err != nil || events != 1 {
		t.Errorf("events: got %d, %v; want 1", events, err)
	}
	again := open(t, dir, store.Options{})
	if s.UUID() != again.UUID() || !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(s.UUID()) {
		t.Errorf("directory: %q, and when opened again %q; want the same random UUID", s.UUID(), again.UUID())
	}
	if other := open(t, t.TempDir(), store.Options{}); other.UUID() == s.UUID() {
		t.Error("two directories have one UUID")
	}
}

// What was sealed is opened for its purpose only, in its directory only.
func TestSeal(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]store.Options{"file": {}, "memory": {InMemory: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if o.InMemory {
				dir = ""
			}
			s := open(t, dir, o)
			sealed, err := s.Seal("secret", "a")
			if err != nil {
				t.Fatal(err)
			}
			if got, err := s.Unseal(sealed, "a"); got != "secret" || err != nil {
				t.Errorf("unseal: got %q, %v", got, err)
			}
			var e *store.KeyError
			if _, err := s.Unseal(sealed, "b"); !errors.As(err, &e) {
				t.Errorf("unseal for another purpose: got %v, want a KeyError", err)
			}
			if _, err := s.Unseal(nil, "a"); !errors.As(err, &e) {
				t.Errorf("unseal nothing: got %v, want a KeyError", err)
			}
			if again, err := s.Seal("secret", "a"); err != nil || cmp.Equal(again, sealed) {
				t.Errorf("the same secret was sealed to the same bytes: %v", err)
			}
		})
	}
}

// Locks of names go when nobody has the directory open, and not before.
func TestNamesAreRemovedByTheLast(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	names := func() int {
		entries, err := os.ReadDir(filepath.Join(dir, "names"))
		if err != nil {
			t.Fatal(err)
		}
		return len(entries)
	}
	var stores []*store.Store
	another := func() *store.Store {
		s, err := store.Open(t.Context(), dir, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		stores = append(stores, s)
		return s
	}
	a := another()
	unlock, err := a.LockName(t.Context(), "../a name")
	if err != nil {
		t.Fatal(err)
	}
	another()
	if names() == 0 {
		t.Error("the lock of a name went while it was held")
	}
	unlock()
	for _, s := range stores {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	open(t, dir, store.Options{})
	if n := names(); n != 0 {
		t.Errorf("%d locks of names stay when nobody has the directory open", n)
	}
}

// migrate brings a database of version 1 to a later one, as a release of then did,
// and has it say more.
func migrate(t *testing.T, dir string, version int, more ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "bioxen.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var statements []string
	for n := 2; n <= version; n++ {
		names, err := filepath.Glob(filepath.Join("migrations", fmt.Sprintf("%04d_*.sql", n)))
		if err != nil || len(names) != 1 {
			t.Fatalf("migration %d: %q, %v", n, names, err)
		}
		text, err := os.ReadFile(names[0])
		if err != nil {
			t.Fatal(err)
		}
		statements = append(statements, string(text))
	}
	for _, statement := range append(append(statements, more...), fmt.Sprintf("PRAGMA user_version = %d", version)) {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%.40s: %v", statement, err)
		}
	}
}

// A database of version 7 keeps its genomes, which are confirmed.
func TestOpenVersion7(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	makeVersion1(t, dir)
	migrate(t, dir, 7, `INSERT INTO file VALUES ('aa', 1, x'00')`, `INSERT INTO genome VALUES ('mine', 'aa', '{"name":"mine","source":"mine.gb","sha256":"aa","counts":{"CDS":1},"genes":1}')`)
	s := open(t, dir, store.Options{})
	kept := read(t, s, func(ctx context.Context, tx *store.Tx) ([]store.Genome, error) { return tx.Genomes(ctx) })
	want := []store.Genome{{Genome: biovm.Genome{Name: "mine", Source: biovm.Source{Source: "mine.gb", SHA256: "aa"}, Counts: map[string]int{"CDS": 1}, Genes: 1}}}
	if d := cmp.Diff(want, kept); d != "" || !has(t, s, "aa") {
		t.Errorf("its file is there: %t, genomes (-want +got):\n%s", has(t, s, "aa"), d)
	}
	// One that is pending stays so until it is confirmed.
	want[0].Owner, want[0].Pending = "somebody", true
	write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.PutGenome(ctx, want[0]) })
	if d := cmp.Diff(want, read(t, s, func(ctx context.Context, tx *store.Tx) ([]store.Genome, error) { return tx.Genomes(ctx) })); d != "" {
		t.Errorf("pending (-want +got):\n%s", d)
	}
}

// A database of version 6 keeps its files, and takes genomes.
func TestOpenVersion6(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	makeVersion1(t, dir)
	migrate(t, dir, 6,
		`INSERT INTO file VALUES ('aa', 1, x'00')`,
		`INSERT INTO vm_file VALUES ('11111111-2222-4333-8444-555555555555', 'genome', 'aa')`,
		`INSERT INTO vm_package VALUES ('11111111-2222-4333-8444-555555555555', 'own', '1.0.0', 'dd', 'aa', NULL)`,
		`UPDATE vm SET genome = '{"base_pairs":7}'`)
	s := open(t, dir, store.Options{})
	vm := read(t, s, func(ctx context.Context, tx *store.Tx) (store.VM, error) { return tx.VM(ctx, "a") })
	packages := read(t, s, func(ctx context.Context, tx *store.Tx) ([]store.Package, error) { return tx.Packages(ctx, vm.UUID) })
	if vm.Genome == nil || vm.Generation != 7 || len(packages) != 1 || packages[0].SHA256 != "aa" || !has(t, s, "aa") {
		t.Errorf("vm %+v with packages %+v", vm, packages)
	}
	sum := put(t, s, "genome", "somebody-dead")
	g := biovm.Genome{Name: "mine", Source: biovm.Source{Source: "mine.gb", SHA256: sum}, Counts: map[string]int{"CDS": 1}, Genes: 1}
	write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.PutGenome(ctx, store.Genome{Genome: g}) })
	if err := s.SweepFiles(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := read(t, s, func(ctx context.Context, tx *store.Tx) (store.Genome, error) { return tx.Genome(ctx, "mine") })
	if !cmp.Equal(got.Genome, g) || !has(t, s, sum) {
		t.Errorf("kept %+v, and its file is there: %t", got, has(t, s, sum))
	}
	write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.Verify(ctx) })
	write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteGenome(ctx, "mine") })
	if has(t, s, sum) {
		t.Error("the file outlives its genome")
	}
}
