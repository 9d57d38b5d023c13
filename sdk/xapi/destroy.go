package xapi

import (
	"context"
	"errors"
	"slices"
	"time"
)

// DestroyWithDisks ends a VM, whatever its state: hard shutdown, its snapshots
// with their disks, its own disks, and the VM at last, so that what could not be
// destroyed is found by it when the method is called again. Its own are the
// disks that are marked as owned and that no other VM has, and what it was
// suspended to. A VM that is gone is no error. Nothing is touched when the VM
// may not be destroyed: a control domain, a template of the server's, one
// whose destruction is blocked.
func (c *Client) DestroyWithDisks(ctx context.Context, ref VMRef) error {
	leave, err := c.gate.enter(ctx, methodDestroy)
	if err != nil {
		return err
	}
	defer leave()
	return c.destroyWithDisks(ctx, ref)
}

const methodDestroy = "VM.destroy"

// destroyWithDisks is DestroyWithDisks for those who hold a place already.
func (c *Client) destroyWithDisks(ctx context.Context, ref VMRef) error {
	err := c.destroyOnce(ctx, ref, c.DestroyVDI)
	if isCode(err, VDIInUse) {
		// A start that was on its way when the VM was looked at, or a host that
		// lets go of a disk in a moment.
		return c.destroyOnce(ctx, ref, c.discard)
	}
	return err
}

func (c *Client) destroyOnce(ctx context.Context, ref VMRef, destroy func(context.Context, VDIRef) error) error {
	vm, err := c.VM(ctx, ref)
	if err != nil {
		return ignoreGone(err, ref)
	}
	if err := mayDestroy(ref, &vm); err != nil {
		return err
	}
	if vm.PowerState != PowerHalted && !vm.IsASnapshot {
		err := c.powerNow(ctx, PowerHalted, "VM.hard_shutdown", ref)
		if isGone(err, ref) {
			return nil
		}
		if err != nil && !isCode(err, VMBadPowerState) {
			return err
		}
	}
	var errs []error
	for _, snapshot := range vm.Snapshots {
		errs = append(errs, c.destroyWithDisks(ctx, snapshot))
	}
	// The drives go with the VM, and with them the knowledge of whose the
	// disks are.
	disks, err := c.ownDisks(ctx, ref, vm)
	errs = append(errs, err)
	for _, disk := range disks {
		errs = append(errs, destroy(ctx, disk))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	_, err = async(ctx, c, methodDestroy, ref)
	if errors.Is(err, ErrTaskLost) {
		if _, lookup := c.VM(ctx, ref); isGone(lookup, ref) {
			return nil
		}
	}
	return ignoreGone(err, ref)
}

// mayDestroy refuses what the server would refuse after the disks were gone.
func mayDestroy(ref VMRef, vm *VM) error {
	refuse := func(code ErrorCode, why string) error {
		return &Error{Method: methodDestroy, Code: code, Params: []string{string(ref), why}}
	}
	if vm.IsControlDomain {
		return refuse(OperationNotAllowed, "a control domain")
	}
	if vm.IsDefaultTemplate {
		return refuse(VMIsTemplate, "destroy")
	}
	if why, ok := vm.BlockedOperations["destroy"]; ok {
		return refuse(OperationBlocked, why)
	}
	return nil
}

// ownDisks lists the disks that die with the VM.
func (c *Client) ownDisks(ctx context.Context, ref VMRef, vm VM) ([]VDIRef, error) {
	var disks []VDIRef
	if !vm.SuspendVDI.IsNull() {
		disks = append(disks, vm.SuspendVDI)
	}
	for _, vbd := range vm.VBDs {
		drive, err := c.VBD(ctx, vbd)
		if isGone(err, vbd) {
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
	if isGone(err, disk) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	for _, vbd := range vdi.VBDs {
		drive, err := c.VBD(ctx, vbd)
		if isGone(err, vbd) {
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

// discard destroys a disk that something may still hold for a moment: a host
// that lets go of a VM's drives, an upload that was cut.
func (c *Client) discard(ctx context.Context, disk VDIRef) error {
	const first, last = 100 * time.Millisecond, 5 * time.Second
	for pause := first; ; pause *= 2 {
		err := c.DestroyVDI(ctx, disk)
		if !isCode(err, VDIInUse) || pause > last || !wait(ctx, pause) {
			return err
		}
	}
}

// unwindTime is how long the clean-up after a failure may take.
const unwindTime = 5 * time.Minute

// unwinding returns the context of a clean-up, which goes on after ctx.
func unwinding(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), unwindTime)
}
