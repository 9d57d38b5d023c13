package basic

import (
	"context"
	"errors"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/source"
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

// Check implements [biovm.Driver]. Files that the spec names are read and
// brought to the engine, where it does not have them.
func (d *Driver) Check(ctx context.Context, spec biovm.Spec) error {
	spec, err := d.stage(ctx, "check", spec)
	if err != nil {
		return err
	}
	return d.engine.Check(ctx, spec)
}

// Create implements [biovm.Driver]. Files are brought as by Check.
func (d *Driver) Create(ctx context.Context, spec biovm.Spec) (biovm.VM, error) {
	spec, err := d.stage(ctx, "create", spec)
	if err != nil {
		return nil, err
	}
	s, err := d.engine.Create(ctx, spec)
	if err != nil {
		return nil, err
	}
	return d.vm(s), nil
}

// stage brings the files of a spec to the engine.
func (d *Driver) stage(ctx context.Context, op string, spec biovm.Spec) (biovm.Spec, error) {
	staged, err := source.Reader{}.Stage(ctx, d.engine, spec)
	if err == nil {
		return staged, nil
	}
	if len(biovm.FieldErrors(err)) > 0 {
		err = errors.Join(spec.Validate(), err) // all that is wrong at once, as far as it can be told
	}
	return spec, &biovm.OpError{Op: op, VM: spec.ID, Err: err}
}

// CheckPackage reports what would keep a package from being installed in the VM
// of a spec, and says what it would be; see [Engine]. A path is read, and a URL
// downloaded.
func (d *Driver) CheckPackage(ctx context.Context, spec biovm.Spec, r biovm.PackageRequest) (biovm.Package, error) {
	staged, err := source.Reader{}.StagePackage(ctx, d.engine, r)
	if err != nil {
		return biovm.Package{}, &biovm.OpError{Op: "check package for", VM: spec.ID, Err: err}
	}
	return d.engine.CheckPackage(ctx, spec, staged)
}

// HoldFile reports whether the engine has a file; see [Engine].
func (d *Driver) HoldFile(ctx context.Context, sha256 string) (bool, error) {
	return d.engine.HoldFile(ctx, sha256)
}

// PutFile brings a file to the engine; see [Engine].
func (d *Driver) PutFile(ctx context.Context, sha256 string, content []byte) error {
	return d.engine.PutFile(ctx, sha256, content)
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

// vm is a handle with the abilities of the VM's type.
func (d *Driver) vm(s biovm.Status) biovm.VM {
	return able(&VM{engine: d.engine, id: s.ID, uuid: s.UUID, organism: s.Spec.BiologicalType})
}
