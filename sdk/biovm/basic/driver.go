package basic

import (
	"context"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// Driver makes basic VMs on an engine. It is safe for concurrent use.
type Driver struct {
	engine Engine
}

// New returns a driver on the engine. Closing the driver closes the engine.
func New(e Engine) *Driver { return &Driver{engine: e} }

// Info implements [biovm.Driver].
func (d *Driver) Info() biovm.DriverInfo {
	return biovm.DriverInfo{VMType: biovm.Basic, Description: "runs the cell on the local, embedded engine"}
}

// Check implements [biovm.Driver].
func (d *Driver) Check(ctx context.Context, spec biovm.Spec) error { return d.engine.Check(ctx, spec) }

// Create implements [biovm.Driver].
func (d *Driver) Create(ctx context.Context, spec biovm.Spec) (biovm.VM, error) {
	s, err := d.engine.Create(ctx, spec)
	if err != nil {
		return nil, err
	}
	return d.vm(s), nil
}

// Get implements [biovm.Driver].
func (d *Driver) Get(ctx context.Context, ref string) (biovm.VM, error) {
	s, err := d.engine.Status(ctx, ref)
	if err != nil {
		return nil, err
	}
	return d.vm(s), nil
}

// List implements [biovm.Driver].
func (d *Driver) List(ctx context.Context) ([]biovm.VM, error) {
	all, err := d.engine.Statuses(ctx)
	if err != nil {
		return nil, err
	}
	vms := make([]biovm.VM, len(all))
	for i, s := range all {
		vms[i] = d.vm(s)
	}
	return vms, nil
}

// Close implements [biovm.Driver].
func (d *Driver) Close() error { return d.engine.Close() }

func (d *Driver) vm(s biovm.Status) *VM {
	return &VM{engine: d.engine, id: s.ID, uuid: s.UUID, organism: s.Spec.BiologicalType}
}
