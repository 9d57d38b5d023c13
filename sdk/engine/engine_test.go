package engine_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/basic"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/enginetest"
)

// The driver of basic VMs runs on an engine.
var _ basic.Engine = (*engine.Engine)(nil)

func memory(t testing.TB) *engine.Engine {
	t.Helper()
	return enginetest.Open(t, engine.Options{InMemory: true})
}

func syn3a(name string) biovm.Spec {
	return biovm.Spec{ID: biovm.ID(name), BiologicalType: biovm.Syn3A}
}

// create makes and confirms a VM.
func create(t testing.TB, e *engine.Engine, spec biovm.Spec) biovm.Status {
	t.Helper()
	s, err := e.Create(t.Context(), spec)
	if err != nil {
		t.Fatalf("create %+v: %v", spec, err)
	}
	if err := e.Confirm(t.Context(), s.UUID); err != nil {
		t.Fatalf("confirm %s: %v", s.ID, err)
	}
	return s
}

// started makes a VM that runs.
func started(t testing.TB, e *engine.Engine, spec biovm.Spec) biovm.Status {
	t.Helper()
	s := create(t, e, spec)
	operate(t, e, string(s.ID), biovm.OpStart)
	return s
}

func operate(t testing.TB, e *engine.Engine, ref string, ops ...biovm.Op) {
	t.Helper()
	for _, op := range ops {
		if err := e.Operate(t.Context(), ref, op); err != nil {
			t.Fatalf("%s %s: %v", op, ref, err)
		}
	}
}

func status(t testing.TB, e *engine.Engine, ref string) biovm.Status {
	t.Helper()
	s, err := e.Status(t.Context(), ref)
	if err != nil {
		t.Fatalf("status of %s: %v", ref, err)
	}
	return s
}

// wantError checks that err is an OpError around a sentinel and says some
// things.
func wantError(t testing.TB, what string, err, sentinel error, texts ...string) {
	t.Helper()
	if _, ok := errors.AsType[*biovm.OpError](err); !ok || !errors.Is(err, sentinel) {
		t.Errorf("%s: got %v, want an OpError around %q", what, err, sentinel)
		return
	}
	for _, text := range texts {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("%s: got %q, want it to mention %q", what, err, text)
		}
	}
}

func TestCreateHoldsItsDefaults(t *testing.T) {
	t.Parallel()
	e := memory(t)
	before := time.Now()
	made, err := e.Create(t.Context(), syn3a("a"))
	if err != nil {
		t.Fatal(err)
	}
	want := biovm.Resources{ATP: 70, Ribosomes: 15, RNAPolymerase: 3, MemoryKB: 544, Priority: 3}
	if made.Grant != want || !made.Pending || made.State != biovm.Created || made.UUID == "" || made.CreatedAt.Before(before.Add(-time.Second)) {
		t.Errorf("created: got %+v, want pending with grant %+v", made, want)
	}
	if made.Genome.BasePairs < 540_000 || made.Genome.Genes < 450 || made.ModelVersion == "" || *made.Config.ResourceLimits.MaxRibosomes != 15 {
		t.Errorf("created: got genome %+v, model %q, config %+v", made.Genome, made.ModelVersion, made.Config)
	}
	if d := cmp.Diff(made, status(t, e, "a")); d != "" {
		t.Errorf("status (-created +read):\n%s", d)
	}
	for range 2 { // confirming again does nothing
		if err := e.Confirm(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
	}
	if got := status(t, e, made.UUID); got.Pending {
		t.Errorf("status by UUID after confirm: got %+v, want it not pending", got)
	}
	_, err = e.Create(t.Context(), syn3a("a"))
	wantError(t, "create again", err, biovm.ErrExists, `create vm "a"`)
	create(t, e, biovm.Spec{ID: "B", BiologicalType: biovm.EColi})
	all, err := e.Statuses(t.Context())
	if err != nil || len(all) != 2 || all[0].ID != "B" || all[1].ID != "a" {
		t.Errorf("statuses: got %v, %v; want B and a", all, err)
	}
}

func TestBadSpecs(t *testing.T) {
	t.Parallel()
	e := memory(t)
	for name, c := range map[string]struct {
		spec biovm.Spec
		want []string // paths of FieldErrors
		text string
	}{
		"empty":        {biovm.Spec{}, []string{"id", "biological_type"}, "must be one of"},
		"type":         {biovm.Spec{ID: "a", BiologicalType: "yeti"}, []string{"biological_type"}, "yeti"},
		"xcpng":        {biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A, VMType: biovm.XCPng}, []string{"vm_type"}, "basic vms only"},
		"uuid":         {syn3a("01234567-89ab-cdef-0123-456789abcdef"), []string{"id"}, "form of a UUID"},
		"gene":         {biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A, Knockouts: []string{"dnaA", "dnaAAA"}}, []string{"knockouts[1]"}, "did you mean"},
		"exchange":     {biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A, Medium: map[string]float64{"EX_none_e": 1}}, []string{`medium["EX_none_e"]`}, "EX_none_e"},
		"several":      {biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A, VMType: biovm.XCPng, Knockouts: []string{"nope"}}, []string{"vm_type", "knockouts[0]"}, ""},
		"foreign flag": {biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A, Config: biovm.Config{PlasmidSupport: new(true)}}, []string{"config.plasmid_support"}, "not a setting of syn3a"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checked := e.Check(t.Context(), c.spec)
			_, created := e.Create(t.Context(), c.spec)
			_, quoted := e.Quote(t.Context(), c.spec, biovm.Allocation{})
			for door, err := range map[string]error{"check": checked, "create": created, "quote": quoted} {
				wantError(t, door, err, biovm.ErrInvalid, c.text)
				var paths []string
				for _, f := range biovm.FieldErrors(err) {
					paths = append(paths, f.Path)
				}
				if !slices.Equal(paths, c.want) {
					t.Errorf("%s: got problems at %q, want %q: %v", door, paths, c.want, err)
				}
			}
		})
	}
	t.Cleanup(func() {
		if n, err := e.LastEvent(context.WithoutCancel(t.Context())); n != 0 || err != nil {
			t.Errorf("events after refusals: got %d, %v; want none", n, err)
		}
	})
}

func TestSharedChassisAdmits(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t, engine.Options{})
	pooled := func(name string) biovm.Spec {
		s := syn3a(name)
		s.SharedChassis = "pool"
		return s
	}
	for i := range 4 {
		s := create(t, e, pooled(fmt.Sprint("vm", i)))
		if want := (biovm.Resources{ATP: 25, Ribosomes: 15, RNAPolymerase: 3, MemoryKB: 544, Priority: 3}); s.Grant != want {
			t.Errorf("grant of %s: got %+v, want %+v", s.ID, s.Grant, want)
		}
	}
	fifth := pooled("vm4")
	for door, err := range map[string]error{
		"create": second(e.Create(t.Context(), fifth)),
		"check":  e.Check(t.Context(), fifth),
	} {
		wantError(t, door+" a fifth", err, biovm.ErrNoCapacity, "vms", "atp", `"pool"`)
	}
	if err := e.Check(t.Context(), pooled("vm0")); err != nil {
		t.Errorf("check a spec whose vm is there: got %v, want none: its vm counts as gone", err)
	}
	if err := second(e.Quote(t.Context(), fifth, biovm.Allocation{})); err != nil {
		t.Errorf("quote on a full chassis: got %v, want none: what others hold does not matter", err)
	}
	other := pooled("other")
	other.Chassis = biovm.ChassisYeast
	err := second(e.Create(t.Context(), other))
	wantError(t, "create on a chassis of another kind", err, biovm.ErrInvalid, `shared_chassis: "pool"`, `of kind "ecoli"`)

	chassis, err := e.Chassis(t.Context())
	if err != nil || len(chassis) != 1 {
		t.Fatalf("chassis: got %+v, %v; want one", chassis, err)
	}
	want := biovm.ChassisStatus{
		Name: "pool", Kind: biovm.ChassisEColi, Shared: true, MaxVMs: 4,
		Capacity: biovm.Resources{ATP: 100, Ribosomes: 68, RNAPolymerase: 68, MemoryKB: 850_000},
		Granted:  biovm.Resources{ATP: 100, Ribosomes: 60, RNAPolymerase: 12, MemoryKB: 2176},
		Free:     biovm.Resources{Ribosomes: 8, RNAPolymerase: 56, MemoryKB: 847_824},
		VMs:      []biovm.ID{"vm0", "vm1", "vm2", "vm3"},
	}
	if d := cmp.Diff(want, chassis[0]); d != "" {
		t.Errorf("chassis (-want +got):\n%s", d)
	}
	for i := range 4 {
		operate(t, e, fmt.Sprint("vm", i), biovm.OpDestroy)
	}
	// The chassis is gone with its last VM, so its name is free for another kind.
	create(t, e, other)
}

// second is the error of a call that returns something else besides.
func second[T any](_ T, err error) error { return err }

func TestStateTable(t *testing.T) {
	t.Parallel()
	e := memory(t)
	// How to bring a new VM into each state.
	ways := map[biovm.State][]biovm.Op{
		biovm.Created: {}, biovm.Running: {biovm.OpStart}, biovm.Paused: {biovm.OpStart, biovm.OpPause}, biovm.Stopped: {biovm.OpStart, biovm.OpStop},
	}
	for state, way := range ways {
		for _, op := range biovm.Ops() {
			t.Run(string(state+" "+biovm.State(op)), func(t *testing.T) {
				t.Parallel()
				name := string(state) + "-" + string(op)
				create(t, e, syn3a(name))
				operate(t, e, name, way...)
				want, refused := state.Next(op)
				var err error
				switch op {
				case biovm.OpExecute:
					err = second(e.Execute(t.Context(), name, biovm.Process{Code: "1 + 1"}))
				case biovm.OpAllocate:
					err = second(e.Allocate(t.Context(), name, biovm.Allocation{Ribosomes: new(2)}))
				case biovm.OpUpdate:
					err = e.Update(t.Context(), name, biovm.Change{Seed: new(int64(7))})
				case biovm.OpStart, biovm.OpPause, biovm.OpResume, biovm.OpStop, biovm.OpDestroy:
					err = e.Operate(t.Context(), name, op)
				}
				got := biovm.Destroyed
				if s, err := e.Status(t.Context(), name); err == nil {
					got = s.State
				}
				if refused != nil {
					wantError(t, "refused", err, biovm.ErrState, string(state))
					want = state
				} else if err != nil {
					t.Errorf("%s while %s: got %v, want none", op, state, err)
				}
				if got != want {
					t.Errorf("%s while %s: got state %s, want %s", op, state, got, want)
				}
			})
		}
	}
	err := e.Operate(t.Context(), "nobody", biovm.OpExecute)
	wantError(t, "operate execute", err, biovm.ErrInvalid, "use start, pause, resume, stop or destroy")
}

func TestGoneVMs(t *testing.T) {
	t.Parallel()
	e := memory(t)
	ctx := t.Context()
	for what, err := range map[string]error{
		"status":          second(e.Status(ctx, "gone")),
		"confirm":         e.Confirm(ctx, "gone"),
		"start":           e.Operate(ctx, "gone", biovm.OpStart),
		"pause":           e.Operate(ctx, "gone", biovm.OpPause),
		"stop":            e.Operate(ctx, "gone", biovm.OpStop),
		"destroy":         e.Operate(ctx, "gone", biovm.OpDestroy),
		"update":          e.Update(ctx, "gone", biovm.Change{}),
		"allocate":        second(e.Allocate(ctx, "gone", biovm.Allocation{})),
		"reset":           second(e.ResetAllocation(ctx, "gone")),
		"usage":           second(e.Usage(ctx, "gone")),
		"available":       second(e.Available(ctx, "gone")),
		"recommendations": second(e.Recommendations(ctx, "gone")),
		"metrics":         second(e.Metrics(ctx, "gone")),
		"genes":           second(e.Genes(ctx, "gone")),
		"essential genes": second(e.EssentialGenes(ctx, "gone")),
		"execute":         second(e.Execute(ctx, "gone", biovm.Process{Code: "1"})),
		"record":          second(e.Record(ctx, "gone")),
		"records":         second(e.Records(ctx, "gone")),
		"confirm record":  e.ConfirmRecord(ctx, "gone"),
	} {
		wantError(t, what, err, biovm.ErrNotFound)
	}
	if err := e.DeleteRecord(ctx, "gone"); err != nil {
		t.Errorf("delete a record that is gone: got %v, want none", err)
	}
}

// adopting opens two engines on one directory; the first makes a VM and dies
// when it is closed.
func TestPendingVMsAreAdopted(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	dying, err := engine.Open(t.Context(), engine.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	e := enginetest.Open(t, engine.Options{Dir: dir})
	spec := syn3a("a")
	spec.Knockouts = []string{"JCVISYN3A_0002", "JCVISYN3A_0003"}
	made, err := dying.Create(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	wantError(t, "create while its maker lives", second(e.Create(t.Context(), spec)), biovm.ErrExists, "another call is creating it")
	if err := dying.Close(); err != nil {
		t.Fatal(err)
	}
	other := spec
	other.Seed = 3
	wantError(t, "create another spec", second(e.Create(t.Context(), other)), biovm.ErrExists, "of another spec")
	slices.Reverse(spec.Knockouts) // equal: their order says nothing
	adopted, err := e.Create(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(made, adopted); d != "" {
		t.Errorf("adopted (-made +adopted):\n%s", d)
	}
	wantError(t, "create what was adopted", second(e.Create(t.Context(), spec)), biovm.ErrExists)
	if err := e.Confirm(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
}

func TestOpening(t *testing.T) {
	t.Parallel()
	_, err := engine.Open(t.Context(), engine.Options{InMemory: true, Dir: "x"})
	if !errors.Is(err, biovm.ErrInvalid) {
		t.Errorf("open in memory and in a directory: got %v, want %v", err, biovm.ErrInvalid)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err = engine.Open(t.Context(), engine.Options{Dir: file}); !strings.Contains(fmt.Sprint(err), "is a file") {
		t.Errorf("open a file: got %v, want it to say so", err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "bioxen.db"), bytes.Repeat([]byte("junk"), 5000), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = engine.Open(t.Context(), engine.Options{Dir: dir})
	if _, ok := errors.AsType[*engine.DamageError](err); !ok {
		t.Errorf("open a damaged directory: got %v, want a DamageError", err)
	}
}

func TestDefaultDirFromEnvironment(t *testing.T) {
	state := t.TempDir()
	t.Setenv("XDG_STATE_HOME", state)
	t.Setenv("HOME", state)
	t.Setenv("LOCALAPPDATA", state)
	want, err := engine.DefaultDir()
	if err != nil || !strings.HasPrefix(want, state) {
		t.Fatalf("default directory: got %s, %v; want it below %s", want, err, state)
	}
	e, err := engine.Open(t.Context(), engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if e.Dir() != want {
		t.Errorf("directory: got %s, want %s", e.Dir(), want)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestClose(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t, engine.Options{Logger: slog.New(slog.DiscardHandler), Workers: 1})
	create(t, e, syn3a("a"))
	for range 2 {
		if err := e.Close(); err != nil {
			t.Fatalf("close: %v", err)
		}
	}
	wantError(t, "status after close", second(e.Status(t.Context(), "a")), engine.ErrClosed, `find vm "a"`)
	wantError(t, "create after close", second(e.Create(t.Context(), syn3a("b"))), engine.ErrClosed)
}

func TestCanceledCallsChangeNothing(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t, engine.Options{})
	create(t, e, syn3a("a"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	wantError(t, "create", second(e.Create(ctx, syn3a("b"))), context.Canceled)
	wantError(t, "start", e.Operate(ctx, "a", biovm.OpStart), context.Canceled)
	wantError(t, "allocate", second(e.Allocate(ctx, "a", biovm.Allocation{Ribosomes: new(1)})), context.Canceled)
	all, err := e.Statuses(t.Context())
	if err != nil || len(all) != 1 || all[0].State != biovm.Created || all[0].Grant.Ribosomes != 15 {
		t.Errorf("statuses: got %+v, %v; want a alone, as it was", all, err)
	}
}
