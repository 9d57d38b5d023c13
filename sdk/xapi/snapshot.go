package xapi

import (
	"context"
	"crypto/rand"
	"errors"
)

// Snapshot keeps a VM's disks and record as they are. The snapshot is a VM
// of its own that cannot run. On error none is left.
func (c *Client) Snapshot(ctx context.Context, ref VMRef, name string) (VMRef, error) {
	leave, err := c.gate.enter(ctx, "VM.snapshot")
	if err != nil {
		return "", err
	}
	defer leave()
	working := workingName(name)
	value, err := async(ctx, c, "VM.snapshot", ref, working)
	snapshot := VMRef(value)
	if err == nil {
		err = c.SetVMName(ctx, snapshot, name)
	}
	if err != nil {
		return "", errors.Join(err, c.unwindVM(ctx, snapshot, working))
	}
	return snapshot, nil
}

// Revert brings a snapshot's VM back to it, halted whatever it did, its
// drives and interfaces replaced: references to them are void afterwards.
func (c *Client) Revert(ctx context.Context, snapshot VMRef) error {
	return c.void(ctx, "VM.revert", snapshot)
}

// workingName is what an object is called while it is being made. Should the
// answer get lost, it can still be found, for nothing else has that name.
func workingName(name string) string { return name + " (being made " + rand.Text() + ")" }
