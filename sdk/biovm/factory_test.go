package biovm_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// tubes is a driver that keeps VMs in a list and can be told to fail.
type tubes struct {
	vmType  biovm.VMType
	vms     []*tubeVM
	closed  int
	fault   error // of List, Get, Check and Close
	confirm error // of a new VM's Confirm
}

func (d *tubes) Info() biovm.DriverInfo {
	return biovm.DriverInfo{VMType: d.vmType, Description: "keeps VMs in a list"}
}

func (d *tubes) Check(context.Context, biovm.Spec) error { return d.fault }

func (d *tubes) Create(_ context.Context, spec biovm.Spec) (biovm.VM, error) {
	if err := spec.Validate(); err != nil {
		return nil, err
	}
	vm := &tubeVM{driver: d, spec: spec, confirm: d.confirm, pending: true}
	d.vms = append(d.vms, vm)
	return vm, nil
}

func (d *tubes) Get(_ context.Context, ref string) (biovm.VM, error) {
	if d.fault != nil {
		return nil, d.fault
	}
	for _, vm := range d.vms {
		if string(vm.spec.ID) == ref {
			return vm, nil
		}
	}
	return nil, biovm.ErrNotFound
}

func (d *tubes) List(context.Context) ([]biovm.VM, error) {
	var all []biovm.VM
	for _, vm := range d.vms {
		all = append(all, vm)
	}
	return all, d.fault
}

func (d *tubes) Close() error {
	d.closed++
	return d.fault
}

// tubeVM is a VM that exists, and no more: what it does not have of
// [biovm.VM] panics.
type tubeVM struct {
	biovm.VM

	driver  *tubes
	spec    biovm.Spec
	confirm error
	pending bool
}

func (v *tubeVM) ID() biovm.ID                         { return v.spec.ID }
func (v *tubeVM) Type() biovm.VMType                   { return biovm.Basic }
func (v *tubeVM) BiologicalType() biovm.BiologicalType { return v.spec.BiologicalType }

func (v *tubeVM) Confirm(context.Context) error {
	v.pending = v.confirm != nil
	return v.confirm
}

func (v *tubeVM) Destroy(ctx context.Context) error {
	v.driver.vms = slices.DeleteFunc(v.driver.vms, func(o *tubeVM) bool { return o == v })
	return ctx.Err()
}

func factory(t *testing.T, drivers ...biovm.Driver) *biovm.Factory {
	t.Helper()
	f, err := biovm.NewFactory(drivers...)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFactoryDrivers(t *testing.T) {
	t.Parallel()
	basic, xcpng := &tubes{vmType: biovm.Basic}, &tubes{vmType: biovm.XCPng}
	f := factory(t, basic, xcpng)
	want := []biovm.DriverInfo{
		{VMType: biovm.Basic, Description: "keeps VMs in a list"},
		{VMType: biovm.XCPng, Description: "keeps VMs in a list"},
	}
	if diff := cmp.Diff(want, f.Drivers()); diff != "" {
		t.Errorf("Drivers (-want +got):\n%s", diff)
	}
	for vmType, want := range map[biovm.VMType]biovm.Driver{"": basic, biovm.Basic: basic, biovm.XCPng: xcpng} {
		if got, err := f.Driver(vmType); err != nil || got != want {
			t.Errorf("Driver(%q) = %v, %v", vmType, got, err)
		}
	}
	if _, err := f.Driver("cloud"); !errors.Is(err, biovm.ErrInvalid) {
		t.Errorf(`Driver("cloud") = %v, want an ErrInvalid`, err)
	}
	_, err := factory(t, basic).Driver(biovm.XCPng)
	text := `vm type "xcpng": not supported: there is no driver for it here; there is one for "basic"`
	if !errors.Is(err, biovm.ErrUnsupported) || err.Error() != text {
		t.Errorf("Driver without one = %v, want an ErrUnsupported that says %s", err, text)
	}
	if _, err := biovm.NewFactory(basic, xcpng, &tubes{vmType: biovm.Basic}); !errors.Is(err, biovm.ErrInvalid) {
		t.Errorf("NewFactory with two drivers for a type = %v, want an ErrInvalid", err)
	}
}

func TestFactoryCheck(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	f := factory(t, &tubes{vmType: biovm.Basic, fault: broken})
	if err := f.Check(t.Context(), biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A}); !errors.Is(err, broken) {
		t.Errorf("Check = %v, want the driver's answer", err)
	}
	// What is wrong besides the type is said all the same.
	err := f.Check(t.Context(), biovm.Spec{ID: "a b", BiologicalType: biovm.Syn3A, VMType: biovm.XCPng})
	if !errors.Is(err, biovm.ErrUnsupported) || len(biovm.FieldErrors(err)) != 1 {
		t.Errorf("Check = %v, want an ErrUnsupported and a problem with id", err)
	}
}

func TestFactoryCreate(t *testing.T) {
	t.Parallel()
	d := &tubes{vmType: biovm.Basic}
	f := factory(t, d)
	vm, err := f.Create(t.Context(), biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A})
	if err != nil {
		t.Fatal(err)
	}
	if vm.ID() != "a" || d.vms[0].pending {
		t.Errorf("Create made %q, pending %t; want a, confirmed", vm.ID(), d.vms[0].pending)
	}
	if _, err := f.Create(t.Context(), biovm.Spec{ID: "b", BiologicalType: "frog"}); !errors.Is(err, biovm.ErrInvalid) {
		t.Errorf("Create of a frog = %v, want the driver's ErrInvalid", err)
	}
	var op *biovm.OpError
	if _, err := f.Create(t.Context(), biovm.Spec{ID: "c", VMType: biovm.XCPng}); !errors.As(err, &op) || op.Op != "create" || op.VM != "c" {
		t.Errorf("Create without a driver = %v, want an OpError on c", err)
	}

	// On error nothing is left behind, although the context has ended.
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	d.confirm = context.Canceled
	if _, err := f.Create(ctx, biovm.Spec{ID: "d", BiologicalType: biovm.Syn3A}); !errors.Is(err, context.Canceled) {
		t.Errorf("Create that cannot confirm = %v, want %v", err, context.Canceled)
	}
	if len(d.vms) != 1 {
		t.Errorf("%d VMs are there, want the 1 that was made", len(d.vms))
	}
}

func TestFactoryGetAndList(t *testing.T) {
	t.Parallel()
	basic, xcpng := &tubes{vmType: biovm.Basic}, &tubes{vmType: biovm.XCPng}
	f := factory(t, basic, xcpng)
	for _, s := range []biovm.Spec{{ID: "b"}, {ID: "c"}, {ID: "a", VMType: biovm.XCPng}} {
		s.BiologicalType = biovm.Syn3A
		if _, err := f.Create(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	vms, err := f.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var names []biovm.ID
	for _, vm := range vms {
		names = append(names, vm.ID())
		if got, err := f.Get(t.Context(), string(vm.ID())); err != nil || got != vm {
			t.Errorf("Get(%q) = %v, %v", vm.ID(), got, err)
		}
	}
	if diff := cmp.Diff([]biovm.ID{"a", "b", "c"}, names); diff != "" {
		t.Errorf("List (-want +got):\n%s", diff)
	}
	if _, err := f.Get(t.Context(), "nobody"); !errors.Is(err, biovm.ErrNotFound) || err.Error() != `find vm "nobody": not found` {
		t.Errorf("Get of nobody = %v, want an ErrNotFound that names it", err)
	}

	// A driver that cannot say is not one that has no such VM.
	basic.fault = errors.New("broken")
	if _, err := f.Get(t.Context(), "a"); !errors.Is(err, basic.fault) {
		t.Errorf("Get = %v, want %v", err, basic.fault)
	}
	if _, err := f.List(t.Context()); !errors.Is(err, basic.fault) {
		t.Errorf("List = %v, want %v", err, basic.fault)
	}
}

func TestFactoryClose(t *testing.T) {
	t.Parallel()
	basic, xcpng := &tubes{vmType: biovm.Basic, fault: errors.New("one")}, &tubes{vmType: biovm.XCPng, fault: errors.New("two")}
	err := factory(t, basic, xcpng).Close()
	if !errors.Is(err, basic.fault) || !errors.Is(err, xcpng.fault) || basic.closed != 1 || xcpng.closed != 1 {
		t.Errorf("Close = %v, having closed the drivers %d and %d times; want both errors, and once each", err, basic.closed, xcpng.closed)
	}
}
