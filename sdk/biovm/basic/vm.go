package basic

import (
	"context"
	"errors"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/source"
)

// VM is a handle on one basic VM, and on no other of the same name that may
// come after it. It has the abilities that
// all types of cells have; see [EColiVM]. It is safe for
// concurrent use.
type VM struct {
	engine   Engine
	id       biovm.ID
	uuid     string
	organism biovm.BiologicalType
}

// The abilities of a basic VM.
var (
	_ biovm.VM            = (*VM)(nil)
	_ biovm.Allocator     = (*VM)(nil)
	_ biovm.GeneCatalog   = (*VM)(nil)
	_ biovm.Updater       = (*VM)(nil)
	_ biovm.Recorder      = (*VM)(nil)
	_ biovm.Transcriber   = (*VM)(nil)
	_ biovm.Confirmer     = (*VM)(nil)
	_ biovm.PackageKeeper = (*VM)(nil)
)

// ID implements [biovm.VM].
func (v *VM) ID() biovm.ID { return v.id }

// UUID tells this VM from others that have or had its name.
func (v *VM) UUID() string { return v.uuid }

// Type implements [biovm.VM].
func (v *VM) Type() biovm.VMType { return biovm.Basic }

// BiologicalType implements [biovm.VM].
func (v *VM) BiologicalType() biovm.BiologicalType { return v.organism }

// named puts the VM's name into an error in place of its UUID, which is all
// that the engine knows of a VM that it has not looked for or not found.
func (v *VM) named(err error) error {
	if e, ok := err.(*biovm.OpError); ok && string(e.VM) == v.uuid { //nolint:errorlint // only what the engine itself put there
		return &biovm.OpError{Op: e.Op, VM: v.id, Err: e.Err}
	}
	return err
}

// Start implements [biovm.VM].
func (v *VM) Start(ctx context.Context) error {
	return v.named(v.engine.Operate(ctx, v.uuid, biovm.OpStart))
}

// Pause implements [biovm.VM].
func (v *VM) Pause(ctx context.Context) error {
	return v.named(v.engine.Operate(ctx, v.uuid, biovm.OpPause))
}

// Resume implements [biovm.VM].
func (v *VM) Resume(ctx context.Context) error {
	return v.named(v.engine.Operate(ctx, v.uuid, biovm.OpResume))
}

// Stop implements [biovm.VM].
func (v *VM) Stop(ctx context.Context) error {
	return v.named(v.engine.Operate(ctx, v.uuid, biovm.OpStop))
}

// Destroy implements [biovm.VM].
func (v *VM) Destroy(ctx context.Context) error {
	err := v.engine.Operate(ctx, v.uuid, biovm.OpDestroy)
	if errors.Is(err, biovm.ErrNotFound) {
		return nil
	}
	return v.named(err)
}

// Status implements [biovm.VM].
func (v *VM) Status(ctx context.Context) (biovm.Status, error) {
	r, err := v.engine.Status(ctx, v.uuid)
	return r, v.named(err)
}

// Execute implements [biovm.VM].
func (v *VM) Execute(ctx context.Context, p biovm.Process) (biovm.Result, error) {
	r, err := v.engine.Execute(ctx, v.uuid, p)
	return r, v.named(err)
}

// InstallPackage implements [biovm.VM]. A path is read, and a URL downloaded, here.
func (v *VM) InstallPackage(ctx context.Context, r biovm.PackageRequest) (biovm.Package, error) {
	staged, err := source.Reader{}.StagePackage(ctx, v.engine, r)
	if err != nil {
		return biovm.Package{}, &biovm.OpError{Op: "install package in", VM: v.id, Err: err}
	}
	p, err := v.engine.InstallPackage(ctx, v.uuid, staged)
	return p, v.named(err)
}

// Packages implements [biovm.PackageKeeper].
func (v *VM) Packages(ctx context.Context) ([]biovm.Package, error) {
	r, err := v.engine.Packages(ctx, v.uuid)
	return r, v.named(err)
}

// UpdatePackages implements [biovm.PackageKeeper].
func (v *VM) UpdatePackages(ctx context.Context, names ...string) ([]biovm.Package, error) {
	r, err := v.engine.UpdatePackages(ctx, v.uuid, names...)
	return r, v.named(err)
}

// RemovePackage implements [biovm.PackageKeeper].
func (v *VM) RemovePackage(ctx context.Context, name string) error {
	return v.named(v.engine.RemovePackage(ctx, v.uuid, name))
}

// Metrics implements [biovm.VM].
func (v *VM) Metrics(ctx context.Context) (biovm.Metrics, error) {
	r, err := v.engine.Metrics(ctx, v.uuid)
	return r, v.named(err)
}

// Confirm implements [biovm.Confirmer].
func (v *VM) Confirm(ctx context.Context) error { return v.named(v.engine.Confirm(ctx, v.uuid)) }

// Update implements [biovm.Updater].
func (v *VM) Update(ctx context.Context, c biovm.Change) error {
	return v.named(v.engine.Update(ctx, v.uuid, c))
}

// Allocate implements [biovm.Allocator].
func (v *VM) Allocate(ctx context.Context, a biovm.Allocation) (biovm.Resources, error) {
	r, err := v.engine.Allocate(ctx, v.uuid, a)
	return r, v.named(err)
}

// ResetAllocation implements [biovm.Allocator].
func (v *VM) ResetAllocation(ctx context.Context) (biovm.Resources, error) {
	r, err := v.engine.ResetAllocation(ctx, v.uuid)
	return r, v.named(err)
}

// Usage implements [biovm.Allocator].
func (v *VM) Usage(ctx context.Context) (biovm.Usage, error) {
	r, err := v.engine.Usage(ctx, v.uuid)
	return r, v.named(err)
}

// Available implements [biovm.Allocator].
func (v *VM) Available(ctx context.Context) (biovm.Resources, error) {
	r, err := v.engine.Available(ctx, v.uuid)
	return r, v.named(err)
}

// Recommendations implements [biovm.Allocator].
func (v *VM) Recommendations(ctx context.Context) ([]biovm.Recommendation, error) {
	r, err := v.engine.Recommendations(ctx, v.uuid)
	return r, v.named(err)
}

// Genes implements [biovm.GeneCatalog].
func (v *VM) Genes(ctx context.Context) ([]biovm.Gene, error) {
	r, err := v.engine.Genes(ctx, v.uuid)
	return r, v.named(err)
}

// EssentialGenes implements [biovm.GeneCatalog].
func (v *VM) EssentialGenes(ctx context.Context) (biovm.EssentialGenes, error) {
	r, err := v.engine.EssentialGenes(ctx, v.uuid)
	return r, v.named(err)
}

// ExecuteRecorded implements [biovm.Recorder].
func (v *VM) ExecuteRecorded(ctx context.Context, p biovm.Process, triggers map[string]string) (biovm.Record, error) {
	r, err := v.engine.ExecuteRecorded(ctx, v.uuid, p, triggers)
	return r, v.named(err)
}

// Record implements [biovm.Recorder]. A record of another VM is not found.
func (v *VM) Record(ctx context.Context, id string) (biovm.Record, error) {
	r, err := v.engine.Record(ctx, id)
	if err == nil && r.VMUUID != v.uuid {
		return biovm.Record{}, &biovm.OpError{Op: "read record " + id + " of", VM: v.id, Err: biovm.ErrNotFound}
	}
	return r, v.named(err)
}

// Records implements [biovm.Recorder].
func (v *VM) Records(ctx context.Context) ([]biovm.Record, error) {
	r, err := v.engine.Records(ctx, v.uuid)
	return r, v.named(err)
}

// ConfirmRecord implements [biovm.Recorder].
func (v *VM) ConfirmRecord(ctx context.Context, id string) error {
	if _, err := v.Record(ctx, id); err != nil {
		return err
	}
	return v.engine.ConfirmRecord(ctx, id)
}

// DeleteRecord implements [biovm.Recorder].
func (v *VM) DeleteRecord(ctx context.Context, id string) error {
	_, err := v.Record(ctx, id)
	if errors.Is(err, biovm.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return v.engine.DeleteRecord(ctx, id)
}
