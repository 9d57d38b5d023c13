package xapi

import (
	"context"
	"errors"
	"slices"
)

// DestroyWithDisks ends a VM, whatever its state: hard shutdown, then the VM,
// then its own disks, and its snapshots with theirs. Its own are the disks
// that are marked as owned and that no other VM has. It may be called again
// after it failed half-way, and on a VM that is gone, which is no error.
func (c *Client) DestroyWithDisks(ctx context.Context, ref VMRef) error {
	vm, err := c.VM(ctx, ref)
	if err != nil {
		return ignore(err, HandleInvalid)
	}
	var errs []error
	for _, snapshot := range vm.Snapshots {
		errs = append(errs, c.DestroyWithDisks(ctx, snapshot))
	}
	// What is whose must be read before the VM goes, and its drives with it.
	disks, err := c.ownDisks(ctx, ref, vm)
	if err != nil {
		return errors.Join(append(errs, err)...)
	}
	if vm.PowerState != PowerHalted {
		if err := c.HardShutdown(ctx, ref); err != nil && !isCode(err, VMBadPowerState) {
			return errors.Join(append(errs, err)...)
		}
	}
	if vm.IsDefaultTemplate {
		return errors.Join(append(errs, &Error{Method: "VM.destroy", Code: VMIsTemplate, Params: []string{string(ref), "destroy"}})...)
	}
	if _, err := async(ctx, c, "VM.destroy", ref); ignore(err, HandleInvalid) != nil {
		return errors.Join(append(errs, err)...)
	}
	for _, disk := range disks {
		errs = append(errs, c.DestroyVDI(ctx, disk))
	}
	return errors.Join(errs...)
}

// ownDisks lists the disks that die with the VM.
func (c *Client) ownDisks(ctx context.Context, ref VMRef, vm VM) ([]VDIRef, error) {
	var disks []VDIRef
	for _, vbd := range vm.VBDs {
		drive, err := c.VBD(ctx, vbd)
		if isCode(err, HandleInvalid) {
			continue
		}
		if err != nil {
			return nil, err
		}
		_, owned := drive.OtherConfig[ownerKey]
		if drive.Type != VBDDisk || drive.VDI.IsNull() || !owned || slices.Contains(disks, drive.VDI) {
			continue
		}
		shared, err := c.sharedDisk(ctx, drive.VDI, ref)
		if err != nil {
			return nil, err
		}
		if !shared {
			disks = append(disks, drive.VDI)
		}
	}
	return disks, nil
}

// sharedDisk reports whether a VM other than ref has the disk, or it is gone
// already.
func (c *Client) sharedDisk(ctx context.Context, disk VDIRef, ref VMRef) (bool, error) {
	vdi, err := c.VDI(ctx, disk)
	if isCode(err, HandleInvalid) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	for _, vbd := range vdi.VBDs {
		drive, err := c.VBD(ctx, vbd)
		if isCode(err, HandleInvalid) {
			continue
		}
		if err != nil {
			return false, err
		}
		if drive.VM != ref {
			return true, nil
		}
	}
	return false, nil
}
