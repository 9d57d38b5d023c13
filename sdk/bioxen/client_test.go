package bioxen_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

func open(t *testing.T, o bioxen.Options) *bioxen.Client {
	t.Helper()
	c, err := bioxen.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return c
}

// TestOpenDefaultDir holds where VMs live when nobody says.
func TestOpenDefaultDir(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("LOCALAPPDATA", home)
	t.Setenv("XDG_STATE_HOME", home)
	c := open(t, bioxen.Options{})
	if _, err := c.Create(t.Context(), biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A}); err != nil {
		t.Fatal(err)
	}
	found := false
	err := filepath.WalkDir(home, func(_ string, d os.DirEntry, err error) error {
		found = found || err == nil && !d.IsDir()
		return err
	})
	if err != nil || !found {
		t.Errorf("there is no file below %s, %v", home, err)
	}
}

func TestOpenFails(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := bioxen.Open(t.Context(), bioxen.Options{DataDir: file}); err == nil {
		t.Error("Open of a file as a data directory gives no error")
	}
	if _, err := bioxen.Open(t.Context(), bioxen.Options{DataDir: t.TempDir(), InMemory: true}); !errors.Is(err, biovm.ErrInvalid) {
		t.Errorf("Open in memory and in a directory = %v, want an ErrInvalid", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := bioxen.Open(ctx, bioxen.Options{InMemory: true}); !errors.Is(err, context.Canceled) {
		t.Errorf("Open when its context has ended = %v, want %v", err, context.Canceled)
	}
}

// TestOpenMustExist holds that who only looks makes nothing.
func TestOpenMustExist(t *testing.T) {
	t.Parallel()
	empty := t.TempDir()
	absent := filepath.Join(empty, "absent")
	for dir, foreign := range map[string]bool{absent: false, empty: true} {
		_, err := bioxen.Open(t.Context(), bioxen.Options{DataDir: dir, MustExist: true})
		missing, ok := errors.AsType[*bioxen.MissingError](err)
		if !ok || missing.Dir != dir || missing.Foreign != foreign || !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), dir) {
			t.Errorf("Open(%q) = %v, want a MissingError that names it, Foreign = %t", dir, err, foreign)
		}
	}
	if left, err := os.ReadDir(empty); err != nil || len(left) > 0 {
		t.Errorf("Open made %v, %v", left, err)
	}
	made := open(t, bioxen.Options{DataDir: absent})
	if got := made.Dir(); got != absent {
		t.Errorf("Dir() = %q, want %q", got, absent)
	}
	again := open(t, bioxen.Options{DataDir: absent, MustExist: true})
	if all, err := again.Statuses(t.Context()); err != nil || len(all) > 0 {
		t.Errorf("Statuses of a new data directory = %v, %v", all, err)
	}
	if got := open(t, bioxen.Options{InMemory: true, MustExist: true}).Dir(); got != "" {
		t.Errorf("in memory, Dir() = %q", got)
	}
}

// TestClientsShare holds that clients on one directory see one world.
func TestClientsShare(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	one, two := open(t, bioxen.Options{DataDir: dir}), open(t, bioxen.Options{DataDir: dir})
	vm, err := one.Create(t.Context(), biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A})
	if err != nil {
		t.Fatal(err)
	}
	want, err := vm.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if want.Pending {
		t.Error("a VM that Create made is pending")
	}
	if _, err := two.Create(t.Context(), want.Spec); !errors.Is(err, biovm.ErrExists) {
		t.Errorf("Create of the same name = %v, want ErrExists", err)
	}
	same, err := two.Get(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	if err := same.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	want.State = biovm.Running
	for _, c := range []*bioxen.Client{one, two} {
		got, err := c.Statuses(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]biovm.Status{want}, got); diff != "" {
			t.Errorf("Statuses (-want +got):\n%s", diff)
		}
	}
}

func TestClientAnswers(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	c := open(t, bioxen.Options{InMemory: true, Version: "v1.2.3", Workers: 1})
	spec := biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A, SharedChassis: "lab"}

	q, err := c.Quote(ctx, spec, biovm.Allocation{Ribosomes: new(3)})
	if err != nil || q.Grant.Ribosomes != 3 || q.Grant.ATP != 25 || q.Chassis != "lab" || q.Capacity.Ribosomes != 68 || q.MaxVMs != 4 {
		t.Errorf("Quote = %+v, %v; want 3 units and a quarter of the ATP of a chassis of 68 units for 4 VMs", q, err)
	}
	if _, err := c.Quote(ctx, spec, biovm.Allocation{Ribosomes: new(16)}); !errors.Is(err, biovm.ErrInvalid) {
		t.Errorf("Quote above the limit = %v, want an ErrInvalid", err)
	}

	vm, err := c.Create(ctx, spec)
	if err != nil {
		t.Fatal(err)
	}
	chassis, err := c.Chassis(ctx)
	if err != nil || len(chassis) != 1 || chassis[0].Name != "lab" || !chassis[0].Shared || !slices.Equal(chassis[0].VMs, []biovm.ID{"a"}) {
		t.Errorf("Chassis = %+v, %v; want the lab with its VM", chassis, err)
	} else if got := chassis[0].Granted.Ribosomes + chassis[0].Free.Ribosomes; got != chassis[0].Capacity.Ribosomes {
		t.Errorf("the lab has %d units granted and free, and %d in all", got, chassis[0].Capacity.Ribosomes)
	}

	genes, err := c.Genes(ctx, biovm.Syn3A)
	if err != nil || len(genes) == 0 || genes[0].Locus != "JCVISYN3A_0001" {
		t.Errorf("Genes of syn3a = %d, %v; want them from JCVISYN3A_0001 on", len(genes), err)
	}
	if _, err := c.Genes(ctx, "frog"); !errors.Is(err, biovm.ErrInvalid) {
		t.Errorf("Genes of a frog = %v, want an ErrInvalid", err)
	}

	if err := c.CheckProcess(ctx, spec, biovm.Process{Code: "fba()"}); err != nil {
		t.Errorf("CheckProcess: %v", err)
	}
	var p *biovm.ProcessError
	if err := c.CheckProcess(ctx, spec, biovm.Process{Code: "fbaa()"}); !errors.As(err, &p) || !p.Checked {
		t.Errorf("CheckProcess of an unknown name = %v, want a ProcessError", err)
	}

	checkCapabilities(t, c)
	checkEvents(t, c, vm)
}

func checkCapabilities(t *testing.T, c *bioxen.Client) {
	t.Helper()
	caps, err := c.Capabilities(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if caps.Version != "v1.2.3" || caps.Limits != biovm.DefaultLimits() || len(caps.Builtins) == 0 || !cmp.Equal(caps.Drivers, c.Drivers()) {
		t.Errorf("Capabilities = version %q, limits %+v, %d built-ins, drivers %+v", caps.Version, caps.Limits, len(caps.Builtins), caps.Drivers)
	}
	for i, want := range biovm.BiologicalTypes() {
		if len(caps.Types) <= i || caps.Types[i].Type != want || caps.Types[i].FreeGrowthRate <= 0 {
			t.Errorf("Capabilities.Types = %+v, want %s at %d", caps.Types, want, i)
		}
	}
	for i, want := range biovm.ChassisKinds() {
		if len(caps.Chassis) <= i || caps.Chassis[i].Kind != want {
			t.Errorf("Capabilities.Chassis = %+v, want %s at %d", caps.Chassis, want, i)
		}
	}
}

// checkEvents checks that what happens to a VM is seen, and its record found.
func checkEvents(t *testing.T, c *bioxen.Client, vm biovm.VM) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	last, err := c.LastEvent(ctx)
	if err != nil || last == 0 {
		t.Fatalf("LastEvent = %d, %v; want some", last, err)
	}
	if err := vm.Start(ctx); err != nil {
		t.Fatal(err)
	}
	recorder, ok := vm.(biovm.Recorder)
	if !ok {
		t.Fatalf("%T keeps no records", vm)
	}
	r, err := recorder.ExecuteRecorded(ctx, biovm.Process{Code: "1"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := c.Record(ctx, r.ID); err != nil || got.ID != r.ID || got.VM != vm.ID() {
		t.Errorf("Record(%q) = %+v, %v", r.ID, got, err)
	}
	var kinds []biovm.EventKind
	for e, err := range c.Watch(ctx, last) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Seq <= last || e.VM != vm.ID() {
			t.Errorf("after event %d comes %+v", last, e)
		}
		last = e.Seq
		kinds = append(kinds, e.Kind)
		if e.Kind == biovm.EventRecorded {
			cancel() // ends the sequence
		}
	}
	if !slices.Contains(kinds, biovm.EventState) || !slices.Contains(kinds, biovm.EventRecorded) {
		t.Errorf("the events are %q, want the start and the record among them", kinds)
	}
}
