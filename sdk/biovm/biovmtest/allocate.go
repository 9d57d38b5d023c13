package biovmtest

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// roomy is a spec whose settings leave everything that a chassis has.
func roomy(d biovm.Driver, name biovm.ID) biovm.Spec {
	s := spec(d, name)
	s.Config.ResourceLimits = biovm.ResourceLimits{MaxATP: new(100.0), MaxRibosomes: new(1000)}
	return s
}

func testAllocate(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	vm := create(t, d, spec(d, "a"))
	a := ability[biovm.Allocator](t, vm)
	defaults := status(t, vm).Grant
	if defaults.ATP != 70 || defaults.Ribosomes != 15 {
		t.Errorf("a new syn3a on a chassis of its own holds %+v, want 70 percent and 15 units", defaults)
	}
	want := defaults
	// Each allocation stands until the next of the same resource.
	for _, step := range []struct {
		allocation biovm.Allocation
		change     func(r *biovm.Resources)
	}{
		{biovm.Allocation{ATP: new(62.5)}, func(r *biovm.Resources) { r.ATP = 62.5 }},
		{biovm.Allocation{Ribosomes: new(1), Priority: new(5)}, func(r *biovm.Resources) { r.Ribosomes, r.Priority = 1, 5 }},
		{biovm.Allocation{}, func(*biovm.Resources) {}},
		{biovm.Allocation{ATP: new(70.0), RNAPolymerase: new(9), MemoryKB: new(5000)}, func(r *biovm.Resources) { r.ATP, r.RNAPolymerase, r.MemoryKB = 70, 9, 5000 }},
	} {
		step.change(&want)
		got, err := a.Allocate(t.Context(), step.allocation)
		if err != nil || got != want {
			t.Fatalf("Allocate(%s) = %+v, %v; want %+v", form(t, step.allocation), got, err, want)
		}
		if s := status(t, vm); s.Grant != want {
			t.Errorf("after Allocate(%s) the vm holds %+v, want %+v", form(t, step.allocation), s.Grant, want)
		}
	}
	byHand := biovm.Allocation{ATP: new(70.0), Ribosomes: new(1), RNAPolymerase: new(9), MemoryKB: new(5000), Priority: new(5)}
	if got := status(t, vm).Allocated; form(t, got) != form(t, byHand) {
		t.Errorf("what was allocated by hand is %s, want %s", form(t, got), form(t, byHand))
	}
	checkUsage(t, a, want)

	// A grant outlives the cell's life.
	for _, op := range []biovm.Op{biovm.OpStart, biovm.OpPause, biovm.OpResume, biovm.OpStop, biovm.OpStart} {
		if err := apply(t.Context(), vm, op); err != nil {
			t.Fatal(err)
		}
		if got := status(t, vm).Grant; got != want {
			t.Errorf("after %s the vm holds %+v, want %+v", op, got, want)
		}
	}
	got, err := a.ResetAllocation(t.Context())
	if s := status(t, vm); err != nil || got != defaults || s.Grant != defaults || form(t, s.Allocated) != "{}" {
		t.Errorf("ResetAllocation = %+v, %v, and the vm holds %+v, allocated %s; want the defaults %+v", got, err, s.Grant, form(t, s.Allocated), defaults)
	}

	m, err := biovm.NewResourceManager(vm)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := m.OptimizeForBiologicalType(t.Context()); err != nil || got.ATP != 60 || got.Ribosomes != 10 {
		t.Errorf("OptimizeForBiologicalType of a syn3a = %+v, %v; want 60 percent and 10 units", got, err)
	}
}

// checkUsage checks what a VM says that it holds, may hold and could hold.
func checkUsage(t *testing.T, a biovm.Allocator, grant biovm.Resources) {
	t.Helper()
	usage, err := a.Usage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if usage.Grant != grant || usage.Limits.ATP < grant.ATP || usage.Limits.Ribosomes < grant.Ribosomes || usage.MemoryKB < 1 || usage.MemoryKB > grant.MemoryKB {
		t.Errorf("Usage = %s of a vm that holds %+v", form(t, usage), grant)
	}
	if usage.Ribosomes <= 0 || usage.Ribosomes > float64(grant.Ribosomes)*(1+1e-9) || usage.ATPPercent <= 0 || usage.ATPPercent > grant.ATP*(1+1e-9) {
		t.Errorf("Usage = %s: the cell uses none, or more than the %+v that it holds", form(t, usage), grant)
	}
	free, err := a.Available(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if free.ATP < grant.ATP || free.Ribosomes < grant.Ribosomes || free.RNAPolymerase < grant.RNAPolymerase || free.MemoryKB < grant.MemoryKB {
		t.Errorf("Available = %+v, less than the %+v that the vm holds", free, grant)
	}
}

func testAllocateRefused(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	tests := map[string]struct {
		spec       biovm.Spec
		allocation biovm.Allocation
		is         error
		paths      []string
		text       string
	}{
		"no amounts": {
			spec(d, "a"),
			biovm.Allocation{ATP: new(0.0), Ribosomes: new(0), RNAPolymerase: new(-1), MemoryKB: new(0), Priority: new(9)},
			biovm.ErrInvalid,
			[]string{"atp", "memory_kb", "priority", "ribosomes", "rna_polymerase"},
			"",
		},
		"above the limits":      {spec(d, "b"), biovm.Allocation{ATP: new(70.5), Ribosomes: new(16)}, biovm.ErrInvalid, []string{"atp", "ribosomes"}, "max_atp"},
		"above the limits too":  {spec(d, "c"), biovm.Allocation{Ribosomes: new(16)}, biovm.ErrInvalid, []string{"ribosomes"}, "max_ribosomes"},
		"a genome without room": {spec(d, "d"), biovm.Allocation{MemoryKB: new(1)}, biovm.ErrInvalid, []string{"memory_kb"}, ""},
		"beyond the chassis":    {roomy(d, "e"), biovm.Allocation{Ribosomes: new(1000)}, biovm.ErrNoCapacity, nil, "ribosomes"},
		"polymerases":           {spec(d, "f"), biovm.Allocation{RNAPolymerase: new(1_000_000)}, biovm.ErrNoCapacity, nil, "rna_polymerase"},
		"memory":                {spec(d, "g"), biovm.Allocation{MemoryKB: new(1_000_000_000)}, biovm.ErrNoCapacity, nil, "memory_kb"},
		"half of it would do":   {spec(d, "h"), biovm.Allocation{ATP: new(1.0), RNAPolymerase: new(1_000_000)}, biovm.ErrNoCapacity, nil, "rna_polymerase"},
	}
	for name, tt := range tests {
		vm := create(t, d, tt.spec)
		a := ability[biovm.Allocator](t, vm)
		before := form(t, status(t, vm))
		_, err := a.Allocate(t.Context(), tt.allocation)
		if !errors.Is(err, tt.is) || !slices.Equal(paths(err), tt.paths) {
			t.Errorf("%s: Allocate(%s) = %v, with problems at %q; want %v at %q", name, form(t, tt.allocation), err, paths(err), tt.is, tt.paths)
			continue
		}
		checkOpError(t, err, "allocate", tt.spec.ID)
		if !strings.Contains(err.Error(), tt.text) {
			t.Errorf("%s: Allocate(%s) = %v, want it to name %s", name, form(t, tt.allocation), err, tt.text)
		}
		if after := form(t, status(t, vm)); after != before {
			t.Errorf("%s: the refused Allocate(%s) changed the vm from %s to %s", name, form(t, tt.allocation), before, after)
		}
	}
}

// testAllocateGrowth holds that what a VM holds decides how fast it grows, and
// that the free rate does not depend on it.
func testAllocateGrowth(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	vm := create(t, d, roomy(d, "a"))
	a := ability[biovm.Allocator](t, vm)
	steps := []struct {
		atp       float64
		ribosomes int
		growth    float64 // published or independent; 0 is not known
		limit     string
	}{
		{100, 1, 0.254769, biovm.LimitedByRibosomes}, // 325 ribosomes, by the growth law
		{100, 2, 0.342393120, biovm.LimitedByMetabolism},
		{100, 15, 0.342393120, biovm.LimitedByMetabolism},
		{75, 15, 0, biovm.LimitedByATP},
		{50, 15, 0, biovm.LimitedByATP},
	}
	last := 0.0
	for _, s := range steps {
		if _, err := a.Allocate(t.Context(), biovm.Allocation{ATP: &s.atp, Ribosomes: &s.ribosomes}); err != nil {
			t.Fatal(err)
		}
		g := metrics(t, vm).Growth
		checkGrowth(t, g)
		if !near(g.FreeGrowthRate, 0.342393120) || g.LimitedBy != s.limit {
			t.Errorf("with %v percent and %d units the free rate is %v and %s limits; want 0.342393120 and %s", s.atp, s.ribosomes, g.FreeGrowthRate, g.LimitedBy, s.limit)
		}
		if s.growth != 0 && (g.GrowthRate < s.growth*0.9999 || g.GrowthRate > s.growth*1.0001) {
			t.Errorf("with %v percent and %d units the cell grows at %v 1/h, want %v", s.atp, s.ribosomes, g.GrowthRate, s.growth)
		}
		if s.atp < 100 && g.GrowthRate >= last {
			t.Errorf("with %v percent of its ATP the cell grows at %v 1/h, and with more at %v", s.atp, g.GrowthRate, last)
		}
		last = g.GrowthRate
	}
}

// testRecommendations holds that a recommendation does what it says.
func testRecommendations(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	vm := create(t, d, roomy(d, "a"))
	a := ability[biovm.Allocator](t, vm)
	scarce := biovm.Allocation{ATP: new(40.0), Ribosomes: new(1)}
	if _, err := a.Allocate(t.Context(), scarce); err != nil {
		t.Fatal(err)
	}
	before := metrics(t, vm).Growth.GrowthRate
	all, err := a.Recommendations(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Error("nothing is recommended to a cell that has 40 percent of its ATP and a chassis of its own")
	}
	for i, r := range all {
		if r.Reason == "" || i > 0 && r.GrowthRate > all[i-1].GrowthRate {
			t.Errorf("recommendation %d is %s; want a reason, and the best first", i, form(t, r))
		}
		if _, err := a.Allocate(t.Context(), r.Allocation); err != nil {
			t.Errorf("what is recommended cannot be allocated: %v", err)
			continue
		}
		after := metrics(t, vm).Growth.GrowthRate
		if !near(after, r.GrowthRate) || after-before-r.Change > 1e-9 || r.Change-(after-before) > 1e-9 {
			t.Errorf("with recommendation %s the cell grows at %v instead of %v", form(t, r), after, before)
		}
		if _, err := a.ResetAllocation(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Allocate(t.Context(), scarce); err != nil {
			t.Fatal(err)
		}
	}
}
