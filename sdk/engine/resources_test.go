package engine_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

func maxRibosomes(n int) biovm.Config {
	return biovm.Config{ResourceLimits: biovm.ResourceLimits{MaxRibosomes: &n}}
}

func TestAllocate(t *testing.T) {
	t.Parallel()
	e := memory(t)
	create(t, e, syn3a("a"))
	defaults := biovm.Resources{ATP: 70, Ribosomes: 15, RNAPolymerase: 3, MemoryKB: 544, Priority: 3}
	for _, c := range []struct {
		ask  biovm.Allocation
		want biovm.Resources
	}{
		{biovm.Allocation{Ribosomes: new(2)}, biovm.Resources{ATP: 70, Ribosomes: 2, RNAPolymerase: 3, MemoryKB: 544, Priority: 3}},
		{biovm.Allocation{ATP: new(12.5), Priority: new(5)}, biovm.Resources{ATP: 12.5, Ribosomes: 2, RNAPolymerase: 3, MemoryKB: 544, Priority: 5}},
		{biovm.Allocation{RNAPolymerase: new(68), MemoryKB: new(850_000)}, biovm.Resources{ATP: 12.5, Ribosomes: 2, RNAPolymerase: 68, MemoryKB: 850_000, Priority: 5}},
	} {
		got, err := e.Allocate(t.Context(), "a", c.ask)
		if err != nil || got != c.want || status(t, e, "a").Grant != c.want {
			t.Errorf("allocate %+v: got %+v, %v; want %+v", c.ask, got, err, c.want)
		}
	}
	held := status(t, e, "a").Allocated
	if held.Ribosomes == nil || *held.Ribosomes != 2 || held.ATP == nil || *held.ATP != 12.5 {
		t.Errorf("allocated: got %+v, want what was asked for, all of it", held)
	}
	if got, err := e.ResetAllocation(t.Context(), "a"); err != nil || got != defaults {
		t.Errorf("reset: got %+v, %v; want %+v", got, err, defaults)
	}
	if got := status(t, e, "a").Allocated; got != (biovm.Allocation{}) {
		t.Errorf("allocated after reset: got %+v, want nothing", got)
	}
}

func TestAllocateRefuses(t *testing.T) {
	t.Parallel()
	e := memory(t)
	spec := syn3a("a")
	create(t, e, spec)
	configured := syn3a("configured")
	configured.Config = maxRibosomes(500)
	create(t, e, configured)
	pooled := syn3a("pooled")
	pooled.SharedChassis = "pool"
	create(t, e, pooled)
	for name, c := range map[string]struct {
		spec     biovm.Spec
		ask      biovm.Allocation
		sentinel error
		path     string // of the FieldError, or the CapacityError's resource
		text     string
	}{
		"type's limit":       {spec, biovm.Allocation{Ribosomes: new(16)}, biovm.ErrInvalid, "ribosomes", "15 units at most, its type's limit; raise config.resource_limits.max_ribosomes"},
		"type's ATP limit":   {spec, biovm.Allocation{ATP: new(70.5)}, biovm.ErrInvalid, "atp", "70 percent at most, its type's limit; raise config.resource_limits.max_atp"},
		"no percentage":      {spec, biovm.Allocation{ATP: new(101.0)}, biovm.ErrInvalid, "atp", "at most 100 percent"},
		"priority":           {spec, biovm.Allocation{Priority: new(6)}, biovm.ErrInvalid, "priority", "must be 1 to 5"},
		"genome":             {spec, biovm.Allocation{MemoryKB: new(543)}, biovm.ErrInvalid, "memory_kb", "takes 544 kb"},
		"polymerases":        {spec, biovm.Allocation{RNAPolymerase: new(69)}, biovm.ErrNoCapacity, "rna_polymerase", "want 69, free 68 of 68"},
		"beyond the chassis": {configured, biovm.Allocation{Ribosomes: new(69)}, biovm.ErrNoCapacity, "ribosomes", `want 69, free 68 of 68 on chassis "ecoli"`},
		"fair share":         {pooled, biovm.Allocation{ATP: new(26.0)}, biovm.ErrInvalid, "atp", `25 percent at most, a fair share of chassis "pool"; raise config.resource_limits.max_atp`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, quoted := e.Quote(t.Context(), c.spec, c.ask)
			_, allocated := e.Allocate(t.Context(), string(c.spec.ID), c.ask)
			for door, err := range map[string]error{"allocate": allocated, "quote": quoted} {
				wantError(t, door, err, c.sentinel, c.text)
				var path string
				for _, f := range biovm.FieldErrors(err) {
					path = f.Path
				}
				if capacity, ok := errors.AsType[*biovm.CapacityError](err); ok {
					path = capacity.Resource
				}
				if path != c.path {
					t.Errorf("%s: got a problem with %q, want %q", door, path, c.path)
				}
			}
			if s := status(t, e, string(c.spec.ID)); s.Allocated != (biovm.Allocation{}) {
				t.Errorf("allocated after a refusal: got %+v, want nothing", s.Allocated)
			}
		})
	}
}

func TestAllocateFromAShare(t *testing.T) {
	t.Parallel()
	e := memory(t)
	greedy := syn3a("greedy")
	greedy.SharedChassis = "pool"
	greedy.Config = biovm.Config{ResourceLimits: biovm.ResourceLimits{MaxRibosomes: new(60), MaxATP: new(100.0)}}
	if err := second(e.Create(t.Context(), greedy)); err != nil {
		t.Fatal(err)
	}
	if got := status(t, e, "greedy").Grant; got.ATP != 25 || got.Ribosomes != 15 {
		t.Errorf("default grant with high limits: got %+v, want the fair share, 25 %% and 15 units", got)
	}
	if err := second(e.Allocate(t.Context(), "greedy", biovm.Allocation{ATP: new(100.0), Ribosomes: new(60)})); err != nil {
		t.Fatal(err)
	}
	modest := syn3a("modest")
	modest.SharedChassis = "pool"
	wantError(t, "create beside who holds all the ATP", second(e.Create(t.Context(), modest)), biovm.ErrNoCapacity,
		`atp: want 25, free 0 of 100 on chassis "pool"`, `ribosomes: want 15, free 8 of 68`)
	if err := second(e.Allocate(t.Context(), "greedy", biovm.Allocation{ATP: new(50.0), Ribosomes: new(40)})); err != nil {
		t.Fatal(err)
	}
	create(t, e, modest)
	available, err := e.Available(t.Context(), "greedy")
	if want := (biovm.Resources{ATP: 75, Ribosomes: 53, RNAPolymerase: 65, MemoryKB: 849_456}); err != nil || available != want {
		t.Errorf("available: got %+v, %v; want its own grant and what is left, %+v", available, err, want)
	}
	wantError(t, "allocate beyond the rest", second(e.Allocate(t.Context(), "greedy", biovm.Allocation{ATP: new(76.0)})), biovm.ErrNoCapacity, "free 75 of 100")
	if err := second(e.Allocate(t.Context(), "greedy", biovm.Allocation{ATP: new(75.0)})); err != nil {
		t.Errorf("allocate the whole rest: got %v, want none", err)
	}
}

func TestQuote(t *testing.T) {
	t.Parallel()
	e := memory(t)
	spec := syn3a("a")
	spec.Chassis = biovm.ChassisOrthogonal
	got, err := e.Quote(t.Context(), spec, biovm.Allocation{ATP: new(50.0)})
	want := biovm.Quote{
		Grant:    biovm.Resources{ATP: 50, Ribosomes: 425, RNAPolymerase: 187, MemoryKB: 544, Priority: 3},
		Limits:   biovm.Resources{ATP: 70, Ribosomes: 425, RNAPolymerase: 187, MemoryKB: 55_705, Priority: 5},
		Config:   biovm.Merge(biovm.Defaults(biovm.Syn3A), maxRibosomes(425)),
		Capacity: biovm.Resources{ATP: 100, Ribosomes: 425, RNAPolymerase: 187, MemoryKB: 55_705},
		MaxVMs:   1,
	}
	if d := cmp.Diff(want, got); err != nil || d != "" {
		t.Errorf("quote: %v (-want +got):\n%s", err, d)
	}
	if all, err := e.Statuses(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("vms after a quote: got %v, %v; want none", all, err)
	}
}

func TestUpdate(t *testing.T) {
	t.Parallel()
	e := memory(t)
	create(t, e, syn3a("a"))
	change := biovm.Change{
		Config: new(maxRibosomes(20)), Medium: new(map[string]float64{"EX_glc__D_e": 1}),
		Knockouts: new([]string{"JCVISYN3A_0002"}), Seed: new(int64(9)),
	}
	if err := e.Update(t.Context(), "a", change); err != nil {
		t.Fatal(err)
	}
	got := status(t, e, "a")
	if got.Grant.Ribosomes != 20 || got.Spec.Seed != 9 || got.Spec.Medium["EX_glc__D_e"] != 1 || len(got.Spec.Knockouts) != 1 {
		t.Errorf("status after update: got %+v, want the change in it and 20 units", got)
	}
	last, err := e.LastEvent(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Update(t.Context(), "a", change); err != nil {
		t.Fatal(err)
	}
	if again, err := e.LastEvent(t.Context()); err != nil || again != last {
		t.Errorf("events after an update that changes nothing: got %d, %v; want %d", again, err, last)
	}
	// All or nothing: one bad part, and the good one is not made either.
	err = e.Update(t.Context(), "a", biovm.Change{Seed: new(int64(1)), Knockouts: new([]string{"nope"})})
	wantError(t, "update with an unknown gene", err, biovm.ErrInvalid, "knockouts[0]")
	if d := cmp.Diff(got, status(t, e, "a")); d != "" {
		t.Errorf("status after a refused update (-before +after):\n%s", d)
	}
}

func TestUpdateLowersTheGrant(t *testing.T) {
	t.Parallel()
	e := memory(t)
	create(t, e, syn3a("a"))
	if err := second(e.Allocate(t.Context(), "a", biovm.Allocation{Ribosomes: new(12), ATP: new(40.0)})); err != nil {
		t.Fatal(err)
	}
	lower := maxRibosomes(10)
	lower.ResourceLimits.MaxATP = new(30.0)
	if err := e.Update(t.Context(), "a", biovm.Change{Config: &lower}); err != nil {
		t.Fatal(err)
	}
	got := status(t, e, "a")
	if got.Grant.Ribosomes != 10 || got.Grant.ATP != 30 || *got.Allocated.Ribosomes != 10 || *got.Allocated.ATP != 30 {
		t.Errorf("under lower limits: got grant %+v and %d units and %v %% allocated, want 10 and 30", got.Grant, *got.Allocated.Ribosomes, *got.Allocated.ATP)
	}
}

func TestUpdateChecksCapacity(t *testing.T) {
	t.Parallel()
	e := memory(t)
	for i := range 4 {
		spec := syn3a(fmt.Sprint("vm", i))
		spec.SharedChassis = "pool"
		create(t, e, spec)
	}
	// 60 of 68 units are granted. A higher limit claims nothing, a lower one
	// gives units back, which are gone when it is lifted again.
	if err := e.Update(t.Context(), "vm0", biovm.Change{Config: new(maxRibosomes(40))}); err != nil {
		t.Errorf("raise the limit above what is left: got %v, want none", err)
	}
	if got := status(t, e, "vm0").Grant.Ribosomes; got != 15 {
		t.Errorf("grant under a raised limit: got %d units, want 15 as before", got)
	}
	if err := e.Update(t.Context(), "vm1", biovm.Change{Config: new(maxRibosomes(1))}); err != nil {
		t.Fatal(err)
	}
	if err := second(e.Allocate(t.Context(), "vm0", biovm.Allocation{Ribosomes: new(37)})); err != nil {
		t.Fatal(err)
	}
	err := e.Update(t.Context(), "vm1", biovm.Change{Config: new(biovm.Config{})})
	wantError(t, "lift the limit, and the default grant with it, beyond the rest", err, biovm.ErrNoCapacity, "ribosomes: want 15, free 1 of 68")
	if got := status(t, e, "vm1"); got.Grant.Ribosomes != 1 || got.Spec.Config.ResourceLimits.MaxRibosomes == nil {
		t.Errorf("vm1 after the refusal: got %+v, want it as it was", got)
	}
}
