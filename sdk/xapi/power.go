package xapi

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Start starts a halted VM on a host that the server chooses.
func (c *Client) Start(ctx context.Context, ref VMRef) error {
	return c.gated(ctx, "VM.start", ref, false, false)
}

// StartOn starts a halted VM on the given host.
func (c *Client) StartOn(ctx context.Context, ref VMRef, host HostRef) error {
	return c.gated(ctx, "VM.start_on", ref, host, false, false)
}

// PossibleHosts returns the hosts that could start the VM now, memory included.
func (c *Client) PossibleHosts(ctx context.Context, ref VMRef) ([]HostRef, error) {
	return read[[]HostRef](ctx, c, "VM.get_possible_hosts", ref)
}

// Pause makes a running VM stand still; its memory stays taken.
func (c *Client) Pause(ctx context.Context, ref VMRef) error { return c.gated(ctx, "VM.pause", ref) }

// Unpause lets a paused VM go on.
func (c *Client) Unpause(ctx context.Context, ref VMRef) error {
	return c.gated(ctx, "VM.unpause", ref)
}

// Suspend writes a running VM's memory to disk and gives it free.
func (c *Client) Suspend(ctx context.Context, ref VMRef) error {
	return c.gated(ctx, "VM.suspend", ref)
}

// Resume brings a suspended VM back.
func (c *Client) Resume(ctx context.Context, ref VMRef) error {
	return c.gated(ctx, "VM.resume", ref, false, false)
}

// HardShutdown takes the power off a VM that runs, is paused or suspended.
func (c *Client) HardShutdown(ctx context.Context, ref VMRef) error {
	return c.gated(ctx, "VM.hard_shutdown", ref)
}

// Shutdown asks the guest of a running VM to shut down and, when it has not
// within the grace, takes its power off. A VM that is halted already is no
// error.
func (c *Client) Shutdown(ctx context.Context, ref VMRef, grace time.Duration) error {
	vm, err := c.VM(ctx, ref)
	if err != nil || vm.PowerState == PowerHalted {
		return err
	}
	if vm.PowerState == PowerRunning && grace > 0 {
		err = c.cleanShutdown(ctx, ref, grace)
		if err == nil || ctx.Err() != nil {
			return err
		}
	}
	hard := c.HardShutdown(ctx, ref)
	if isCode(hard, VMBadPowerState) { // it went down by itself at last
		return nil
	}
	if hard != nil {
		return errors.Join(err, hard)
	}
	return nil
}

func (c *Client) cleanShutdown(ctx context.Context, ref VMRef, grace time.Duration) error {
	ctx, cancel := context.WithTimeoutCause(ctx, grace, fmt.Errorf("the guest did not shut down within %s", grace))
	defer cancel()
	return c.gated(ctx, "VM.clean_shutdown", ref)
}

// gated runs a void operation as a task, a bounded number of them at once.
func (c *Client) gated(ctx context.Context, method string, args ...any) error {
	leave, err := c.gate.enter(ctx)
	if err != nil {
		return fmt.Errorf("xapi: %s: %w", method, err)
	}
	defer leave()
	_, err = async(ctx, c, method, args...)
	return err
}

// Snapshot keeps a VM's disks and record as they are. The snapshot is a VM
// of its own that cannot run.
func (c *Client) Snapshot(ctx context.Context, ref VMRef, name string) (VMRef, error) {
	leave, err := c.gate.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	value, err := async(ctx, c, "VM.snapshot", ref, name)
	return VMRef(value), err
}

// Revert brings a snapshot's VM back to it, halted whatever it did, its
// drives and interfaces replaced: references to them are void afterwards.
func (c *Client) Revert(ctx context.Context, snapshot VMRef) error {
	return c.gated(ctx, "VM.revert", snapshot)
}
