package biovmtest

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

func testCreate(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	for i, organism := range biovm.BiologicalTypes() {
		s := spec(d, biovm.ID(strings.ReplaceAll(string(organism), "_", "-")))
		s.BiologicalType, s.Seed = organism, int64(i)
		if err := d.Check(t.Context(), s); err != nil {
			t.Errorf("Check(%+v): %v", s, err)
		}
		vm, err := d.Create(t.Context(), s)
		if err != nil {
			t.Fatalf("Create(%+v): %v", s, err)
		}
		if vm.ID() != s.ID || vm.Type() != d.Info().VMType || vm.BiologicalType() != organism {
			t.Errorf("Create(%+v) made a %s vm %q, a %s", s, vm.Type(), vm.ID(), vm.BiologicalType())
		}
		got := status(t, vm)
		if got.ID != s.ID || got.UUID == "" || got.State != biovm.Created || !got.Spec.Equal(s) {
			t.Errorf("after Create(%s) the status is %s", form(t, s), form(t, got))
		}
		if got.Genome.BasePairs <= 0 || got.Genome.Genes <= 0 || got.ModelVersion == "" || got.CreatedAt.IsZero() || got.SimulatedSeconds != 0 {
			t.Errorf("a new %s has genome %+v, model version %q, was made at %v, and has lived for %v s", organism, got.Genome, got.ModelVersion, got.CreatedAt, got.SimulatedSeconds)
		}
		if g := got.Grant; g.ATP <= 0 || g.Ribosomes < 1 || g.RNAPolymerase < 1 || g.MemoryKB*1000 < got.Genome.BasePairs || g.Priority != biovm.DefaultPriority {
			t.Errorf("a new %s holds %+v: nothing to live on", organism, g)
		}
		if want := biovm.Defaults(organism); form(t, got.Config) != form(t, want) {
			t.Errorf("a new %s on a chassis of its own has settings %s, want %s", organism, form(t, got.Config), form(t, want))
		}
		checkConfirm(t, vm, got.Pending)
		// A VM of the same name does not disturb a check.
		if err := d.Check(t.Context(), s); err != nil {
			t.Errorf("Check(%+v) when it is there: %v", s, err)
		}
	}
}

// checkConfirm checks that a new VM is pending until it is confirmed.
func checkConfirm(t *testing.T, vm biovm.VM, pending bool) {
	t.Helper()
	c, ok := vm.(biovm.Confirmer)
	if pending != ok {
		t.Errorf("pending is %t, and that the vm can be confirmed %t", pending, ok)
	}
	if !ok {
		return
	}
	for range 2 {
		if err := c.Confirm(t.Context()); err != nil {
			t.Errorf("Confirm: %v", err)
		}
		if status(t, vm).Pending {
			t.Error("the vm is pending after Confirm")
		}
	}
}

func testCreateTwice(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	pending := spec(d, "pending")
	if _, err := d.Create(t.Context(), pending); err != nil {
		t.Fatal(err)
	}
	confirmed := spec(d, "confirmed")
	vm := create(t, d, confirmed)
	before := form(t, status(t, vm))

	// The maker of the pending one lives: nobody adopts it.
	other := confirmed
	other.BiologicalType = biovm.MinimalCell
	for _, s := range []biovm.Spec{pending, confirmed, other} {
		vm, err := d.Create(t.Context(), s)
		if !errors.Is(err, biovm.ErrExists) || vm != nil {
			t.Errorf("Create(%+v) when the name is taken = %v, %v; want ErrExists", s, vm, err)
		}
		checkOpError(t, err, "create", s.ID)
	}
	if after := form(t, status(t, vm)); after != before {
		t.Errorf("a refused Create changed the vm that is there from %s to %s", before, after)
	}
	if got := names(t, d); !slices.Equal(got, []biovm.ID{"confirmed", "pending"}) {
		t.Errorf("List = %q, want the two", got)
	}
}

// checkOpError checks that an error says which operation on which VM failed,
// in words that begin with the operation.
func checkOpError(t *testing.T, err error, op string, vm biovm.ID) {
	t.Helper()
	var e *biovm.OpError
	if !errors.As(err, &e) || !strings.HasPrefix(e.Op, op) || e.VM != vm {
		t.Errorf("the error %v (%T) does not say that it is about %s of vm %q", err, err, op, vm)
	}
}

func testGet(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	vm := create(t, d, spec(d, "a"))
	create(t, d, spec(d, "b"))
	want := status(t, vm)
	for _, ref := range []string{"a", want.UUID} {
		got, err := d.Get(t.Context(), ref)
		if err != nil {
			t.Errorf("Get(%q): %v", ref, err)
			continue
		}
		if got.ID() != "a" || got.Type() != vm.Type() || got.BiologicalType() != vm.BiologicalType() || form(t, status(t, got)) != form(t, want) {
			t.Errorf("Get(%q) = vm %q with status %s, want %s", ref, got.ID(), form(t, status(t, got)), form(t, want))
		}
	}
	for _, ref := range []string{"", "c", "A", "a ", "00000000-0000-4000-8000-000000000000", "'; --", strings.Repeat("x", 10_000)} {
		if vm, err := d.Get(t.Context(), ref); !errors.Is(err, biovm.ErrNotFound) || vm != nil {
			t.Errorf("Get(%.50q) = %v, %v; want ErrNotFound", ref, vm, err)
		}
	}
}

func testList(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	if got := names(t, d); len(got) != 0 {
		t.Fatalf("a new driver lists %q", got)
	}
	for _, name := range []biovm.ID{"b", "a-2", "c", "a", "B"} {
		create(t, d, spec(d, name))
	}
	want := []biovm.ID{"B", "a", "a-2", "b", "c"}
	if got := names(t, d); !slices.Equal(got, want) {
		t.Errorf("List = %q, want %q", got, want)
	}
}

// testInvalid holds that Check and Create say all that is wrong at once, and
// that nothing is left behind.
func testInvalid(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	tests := map[string]struct {
		change func(s *biovm.Spec)
		want   []string // paths, sorted
	}{
		"no name":          {func(s *biovm.Spec) { s.ID = "" }, []string{"id"}},
		"a bad name":       {func(s *biovm.Spec) { s.ID = "a/b" }, []string{"id"}},
		"a UUID as a name": {func(s *biovm.Spec) { s.ID = "00000000-0000-4000-8000-000000000000" }, []string{"id"}},
		"no type":          {func(s *biovm.Spec) { s.BiologicalType = "" }, []string{"biological_type"}},
		"no such chassis":  {func(s *biovm.Spec) { s.Chassis = "frog" }, []string{"chassis"}},
		"no such gene":     {func(s *biovm.Spec) { s.Knockouts = []string{"no-such-gene"} }, []string{"knockouts[0]"}},
		"no such exchange": {func(s *biovm.Spec) { s.Medium = map[string]float64{"EX_nothing": 1} }, []string{`medium["EX_nothing"]`}},
		"another's type": {func(s *biovm.Spec) {
			s.VMType = biovm.XCPng
			if d.Info().VMType == biovm.XCPng {
				s.VMType = biovm.Basic
			}
		}, []string{"vm_type"}},
		"all at once": {func(s *biovm.Spec) {
			s.ID, s.SharedChassis = "a b", "-"
			s.Config.ResourceLimits.MaxATP, s.Config.PlasmidSupport = new(120.0), new(true)
			s.Medium = map[string]float64{"EX_glc__D_e": -1}
			s.Knockouts = []string{"JCVISYN3A_0227", "no-such-gene"}
		}, []string{"config.plasmid_support", "config.resource_limits.max_atp", "id", "knockouts[1]", `medium["EX_glc__D_e"]`, "shared_chassis"}},
	}
	for name, tt := range tests {
		s := spec(d, "a")
		tt.change(&s)
		check := d.Check(t.Context(), s)
		vm, err := d.Create(t.Context(), s)
		if vm != nil {
			t.Errorf("%s: Create made %q", name, vm.ID())
		}
		for call, err := range map[string]error{"Check": check, "Create": err} {
			if !errors.Is(err, biovm.ErrInvalid) {
				t.Errorf("%s: %s = %v, want an ErrInvalid", name, call, err)
			}
			if got := paths(err); !slices.Equal(got, tt.want) {
				t.Errorf("%s: %s = %v, with problems at %q, want %q", name, call, err, got, tt.want)
			}
		}
	}
	if got := names(t, d); len(got) != 0 {
		t.Errorf("refused specs left %q behind", got)
	}
}

// paths are where an error's problems are, sorted, each once.
func paths(err error) []string {
	var all []string
	for _, e := range biovm.FieldErrors(err) {
		all = append(all, e.Path)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
