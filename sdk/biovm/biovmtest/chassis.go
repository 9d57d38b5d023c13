package biovmtest

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// fill makes VMs on a shared chassis until it is full.
func fill(t *testing.T, d biovm.Driver, chassis string) ([]biovm.VM, error) {
	t.Helper()
	var vms []biovm.VM
	for i := range 1000 {
		s := spec(d, biovm.ID(fmt.Sprintf("%s-%d", chassis, i)))
		s.SharedChassis = chassis
		check := d.Check(t.Context(), s)
		vm, err := d.Create(t.Context(), s)
		if (check == nil) != (err == nil) {
			t.Errorf("Check(%q) = %v, and Create = %v", s.ID, check, err)
		}
		if err != nil {
			return vms, err
		}
		vms = append(vms, vm)
	}
	t.Fatalf("chassis %q took 1000 vms and had no end", chassis)
	return nil, nil
}

// shares skips the test of a driver whose VMs share nothing.
func shares(t *testing.T, d biovm.Driver) {
	t.Helper()
	s := spec(d, "a")
	s.SharedChassis = "lab"
	if err := d.Check(t.Context(), s); errors.Is(err, biovm.ErrUnsupported) {
		if got := paths(err); !slices.Equal(got, []string{"shared_chassis"}) {
			t.Errorf("Check(%+v) = %v, with problems at %q, want shared_chassis", s, err, got)
		}
		t.Skipf("the driver's VMs share no chassis: %v", err)
	}
}

func testSharedChassis(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	shares(t, d)
	vms, err := fill(t, d, "lab")
	var full *biovm.CapacityError
	if len(vms) < 2 || !errors.Is(err, biovm.ErrNoCapacity) || !errors.As(err, &full) || full.Chassis != "lab" || full.Want <= full.Free {
		t.Fatalf("after %d vms the shared chassis says %v; want it to carry some and then say what it lacks", len(vms), err)
	}
	if got := names(t, d); len(got) != len(vms) {
		t.Errorf("%d vms were made, and %q are there", len(vms), got)
	}

	// Another chassis is not full, nor is one of its own.
	elsewhere := spec(d, "elsewhere")
	elsewhere.SharedChassis = "other-lab"
	create(t, d, elsewhere)
	create(t, d, spec(d, "alone"))

	// A chassis has one kind.
	mixed := spec(d, "mixed")
	mixed.SharedChassis, mixed.Chassis = "other-lab", biovm.ChassisYeast
	if _, err := d.Create(t.Context(), mixed); !errors.Is(err, biovm.ErrInvalid) || !slices.Equal(paths(err), []string{"shared_chassis"}) {
		t.Errorf("Create on a shared chassis of another kind = %v, want an ErrInvalid about shared_chassis", err)
	}

	// Stopping frees nothing, destroying does.
	late := spec(d, "late")
	late.SharedChassis = "lab"
	if err := vms[0].Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := vms[0].Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Create(t.Context(), late); !errors.Is(err, biovm.ErrNoCapacity) {
		t.Errorf("Create on a full chassis with a stopped vm = %v, want ErrNoCapacity", err)
	}
	if err := vms[0].Destroy(t.Context()); err != nil {
		t.Fatal(err)
	}
	create(t, d, late)
	again := spec(d, "too-late")
	again.SharedChassis = "lab"
	if _, err := d.Create(t.Context(), again); !errors.Is(err, biovm.ErrNoCapacity) {
		t.Errorf("Create after the gap was filled = %v, want ErrNoCapacity", err)
	}

	// With its last VM the chassis goes, and its kind with it.
	gone, err := d.Get(t.Context(), "elsewhere")
	if err != nil {
		t.Fatal(err)
	}
	if err := gone.Destroy(t.Context()); err != nil {
		t.Fatal(err)
	}
	create(t, d, mixed)
}

// testSharedChassisAllocate holds that what others hold cannot be had.
func testSharedChassisAllocate(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	shares(t, d)
	first, second := roomy(d, "first"), roomy(d, "second")
	for _, s := range []*biovm.Spec{&first, &second} {
		// Limits above the default share would be granted by default.
		s.SharedChassis, s.Config = "lab", biovm.Config{}
	}
	one, two := create(t, d, first), create(t, d, second)
	a, b := ability[biovm.Allocator](t, one), ability[biovm.Allocator](t, two)
	free, err := a.Available(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	held := status(t, two).Grant

	// All that is left can be had, and then the other can have no more.
	if _, err := a.Allocate(t.Context(), biovm.Allocation{RNAPolymerase: &free.RNAPolymerase}); err != nil {
		t.Fatalf("Allocate of the %d polymerases that are available: %v", free.RNAPolymerase, err)
	}
	var lack *biovm.CapacityError
	_, err = b.Allocate(t.Context(), biovm.Allocation{RNAPolymerase: new(held.RNAPolymerase + 1)})
	if !errors.As(err, &lack) || lack.Resource != "rna_polymerase" || int(lack.Free) != held.RNAPolymerase || int(lack.Capacity) != free.RNAPolymerase+held.RNAPolymerase {
		t.Errorf("Allocate of more than is left = %v, want a CapacityError that %d are free of %d", err, held.RNAPolymerase, free.RNAPolymerase+held.RNAPolymerase)
	}
	if got := status(t, two).Grant; got != held {
		t.Errorf("a refused Allocate changed the grant from %+v to %+v", held, got)
	}
	if now, err := b.Available(t.Context()); err != nil || now.RNAPolymerase != held.RNAPolymerase {
		t.Errorf("Available = %+v, %v; want the %d polymerases that the vm holds", now, err, held.RNAPolymerase)
	}

	// What is given back can be had.
	if _, err := a.ResetAllocation(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Allocate(t.Context(), biovm.Allocation{RNAPolymerase: new(held.RNAPolymerase + 1)}); err != nil {
		t.Errorf("Allocate of what was given back: %v", err)
	}
}
