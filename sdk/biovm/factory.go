package biovm

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A Factory makes and finds VMs on all its drivers. It is safe for concurrent
// use.
type Factory struct {
	drivers []Driver
}

// NewFactory returns a factory with one driver for each VM type. The factory
// closes them.
func NewFactory(drivers ...Driver) (*Factory, error) {
	seen := map[VMType]bool{}
	for _, d := range drivers {
		t := d.Info().VMType
		if seen[t] {
			return nil, fmt.Errorf("new factory: %w: two drivers for vm type %q", ErrInvalid, t)
		}
		seen[t] = true
	}
	return &Factory{drivers: slices.Clone(drivers)}, nil
}

// Drivers describes the drivers that are there.
func (f *Factory) Drivers() []DriverInfo {
	infos := make([]DriverInfo, len(f.drivers))
	for i, d := range f.drivers {
		infos[i] = d.Info()
	}
	return infos
}

// Driver returns the driver for a VM type, or [ErrUnsupported] when this
// factory has none.
func (f *Factory) Driver(t VMType) (Driver, error) {
	if t == "" {
		t = Basic
	}
	if _, err := ParseVMType(string(t)); err != nil {
		return nil, err
	}
	have := make([]VMType, 0, len(f.drivers))
	for _, d := range f.drivers {
		if d.Info().VMType == t {
			return d, nil
		}
		have = append(have, d.Info().VMType)
	}
	return nil, fmt.Errorf("vm type %q: %w: there is no driver for it here; there is one for %s", t, ErrUnsupported, quoted(have))
}

// Check reports everything that is wrong with a spec; see [Driver].
func (f *Factory) Check(ctx context.Context, spec Spec) error {
	d, err := f.Driver(spec.VMType)
	if err != nil {
		return errors.Join(err, spec.Validate())
	}
	return d.Check(ctx, spec)
}

// Create makes a VM and confirms that the caller has it. On error nothing is
// left behind.
func (f *Factory) Create(ctx context.Context, spec Spec) (VM, error) {
	d, err := f.Driver(spec.VMType)
	if err != nil {
		return nil, &OpError{Op: "create", VM: spec.ID, Err: err}
	}
	vm, err := d.Create(ctx, spec)
	if err != nil {
		return nil, err
	}
	if c, ok := vm.(Confirmer); ok {
		if err := c.Confirm(ctx); err != nil {
			return nil, errors.Join(err, vm.Destroy(context.WithoutCancel(ctx)))
		}
	}
	return vm, nil
}

// Get finds a VM by name or UUID on any of the drivers, or fails with
// [ErrNotFound].
func (f *Factory) Get(ctx context.Context, ref string) (VM, error) {
	for _, d := range f.drivers {
		vm, err := d.Get(ctx, ref)
		if err == nil || !errors.Is(err, ErrNotFound) {
			return vm, err
		}
	}
	return nil, &OpError{Op: "find", VM: ID(ref), Err: ErrNotFound}
}

// List returns the VMs of all drivers, by name.
func (f *Factory) List(ctx context.Context) ([]VM, error) {
	var all []VM
	for _, d := range f.drivers {
		vms, err := d.List(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, vms...)
	}
	slices.SortFunc(all, func(a, b VM) int { return strings.Compare(string(a.ID()), string(b.ID())) })
	return all, nil
}

// Close closes the drivers. VMs live on.
func (f *Factory) Close() error {
	var errs []error
	for _, d := range f.drivers {
		errs = append(errs, d.Close())
	}
	return errors.Join(errs...)
}
