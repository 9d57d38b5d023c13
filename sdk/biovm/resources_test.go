package biovm_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

func TestAllocationValidate(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		allocation biovm.Allocation
		want       []string
	}{
		"nothing":      {biovm.Allocation{}, nil},
		"the smallest": {biovm.Allocation{ATP: new(1e-9), Ribosomes: new(1), RNAPolymerase: new(1), MemoryKB: new(1), Priority: new(biovm.MinPriority)}, nil},
		"the largest":  {biovm.Allocation{ATP: new(100.0), Ribosomes: new(math.MaxInt), Priority: new(biovm.MaxPriority)}, nil},
		"too much ATP": {biovm.Allocation{ATP: new(100.5)}, []string{"atp"}},
		"no number":    {biovm.Allocation{ATP: new(math.NaN())}, []string{"atp"}},
		"too eager":    {biovm.Allocation{Priority: new(6)}, []string{"priority"}},
		"all at once": {
			biovm.Allocation{ATP: new(0.0), Ribosomes: new(0), RNAPolymerase: new(-1), MemoryKB: new(0), Priority: new(0)},
			[]string{"atp", "ribosomes", "rna_polymerase", "memory_kb", "priority"},
		},
	}
	for name, tt := range tests {
		err := tt.allocation.Validate()
		if diff := cmp.Diff(tt.want, paths(err)); diff != "" {
			t.Errorf("%s: Validate = %v, paths (-want +got):\n%s", name, err, diff)
		}
	}
}

func randomAllocation(r *rand.Rand) biovm.Allocation {
	amount := func() *int {
		if r.IntN(2) == 0 {
			return nil
		}
		return new(r.IntN(100))
	}
	a := biovm.Allocation{Ribosomes: amount(), RNAPolymerase: amount(), MemoryKB: amount(), Priority: amount()}
	if r.IntN(2) == 0 {
		a.ATP = new(r.Float64() * 100)
	}
	return a
}

// TestOverLaws holds that Over is what Merge is, for allocations.
func TestOverLaws(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	for range 2000 {
		a, b, c := randomAllocation(r), randomAllocation(r), randomAllocation(r)
		for name, sides := range map[string][2]biovm.Allocation{
			"a over nothing":   {a.Over(biovm.Allocation{}), a},
			"nothing over a":   {biovm.Allocation{}.Over(a), a},
			"a over itself":    {a.Over(a), a},
			"associativity":    {a.Over(b).Over(c), a.Over(b.Over(c))},
			"an absorbed side": {a.Over(b).Over(b), a.Over(b)},
		} {
			if diff := cmp.Diff(sides[1], sides[0]); diff != "" {
				t.Fatalf("%s does not hold for %s, %s, %s (-want +got):\n%s", name, encode(t, a), encode(t, b), encode(t, c), diff)
			}
		}
	}
	got := biovm.Allocation{ATP: new(1.0)}.Over(biovm.Allocation{ATP: new(2.0), Ribosomes: new(3)})
	if diff := cmp.Diff(biovm.Allocation{ATP: new(1.0), Ribosomes: new(3)}, got); diff != "" {
		t.Errorf("Over (-want +got):\n%s", diff)
	}
}

func TestResourceManager(t *testing.T) {
	t.Parallel()
	vm := &allocatableVM{tubeVM: &tubeVM{spec: biovm.Spec{ID: "a", BiologicalType: biovm.EColi}}}
	m, err := biovm.NewResourceManager(vm)
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	if err := m.AllocateATP(ctx, 55); err != nil {
		t.Errorf("AllocateATP: %v", err)
	}
	if err := m.AllocateRibosomes(ctx, 11); err != nil {
		t.Errorf("AllocateRibosomes: %v", err)
	}
	if diff := cmp.Diff(biovm.Allocation{ATP: new(55.0), Ribosomes: new(11)}, vm.allocated); diff != "" {
		t.Errorf("allocated (-want +got):\n%s", diff)
	}
	got, err := m.OptimizeForBiologicalType(ctx)
	if err != nil || got.ATP != 80 || got.Ribosomes != 25 {
		t.Errorf("OptimizeForBiologicalType of an ecoli = %+v, %v; want 80 percent and 25 units", got, err)
	}
	if err := m.AllocateATP(ctx, 101); !errors.Is(err, biovm.ErrInvalid) {
		t.Errorf("AllocateATP(101) = %v, want the VM's own ErrInvalid", err)
	}
	if err := m.AllocateRibosomes(ctx, 0); !errors.Is(err, biovm.ErrInvalid) {
		t.Errorf("AllocateRibosomes(0) = %v, want the VM's own ErrInvalid", err)
	}

	_, err = biovm.NewResourceManager(vm.tubeVM)
	want := `manage resources of vm "a": not supported: a basic vm has no allocatable resources`
	if !errors.Is(err, biovm.ErrUnsupported) || err.Error() != want {
		t.Errorf("NewResourceManager of a VM without resources = %v, want an ErrUnsupported that says %s", err, want)
	}
}

// allocatableVM is a VM that can be allocated to, without bound.
type allocatableVM struct {
	*tubeVM
	biovm.Allocator

	allocated biovm.Allocation
}

func (v *allocatableVM) Allocate(_ context.Context, a biovm.Allocation) (biovm.Resources, error) {
	if err := a.Validate(); err != nil {
		return biovm.Resources{}, err
	}
	v.allocated = a.Over(v.allocated)
	held := v.allocated.Over(biovm.Allocation{ATP: new(70.0), Ribosomes: new(15)})
	return biovm.Resources{ATP: *held.ATP, Ribosomes: *held.Ribosomes}, nil
}
