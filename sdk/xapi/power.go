package xapi

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Start starts a halted VM on a host that the server chooses.
func (c *Client) Start(ctx context.Context, ref VMRef) error {
	return c.power(ctx, PowerRunning, "VM.start", ref, false, false)
}

// StartOn starts a halted VM on the given host.
func (c *Client) StartOn(ctx context.Context, ref VMRef, host HostRef) error {
	return c.power(ctx, PowerRunning, "VM.start_on", ref, host, false, false)
}

// PossibleHosts returns the hosts that could start the VM now, memory included.
func (c *Client) PossibleHosts(ctx context.Context, ref VMRef) ([]HostRef, error) {
	return read[[]HostRef](ctx, c, "VM.get_possible_hosts", ref)
}

// Pause makes a running VM stand still; its memory stays taken.
func (c *Client) Pause(ctx context.Context, ref VMRef) error {
	return c.power(ctx, PowerPaused, "VM.pause", ref)
}

// Unpause lets a paused VM go on.
func (c *Client) Unpause(ctx context.Context, ref VMRef) error {
	return c.power(ctx, PowerRunning, "VM.unpause", ref)
}

// Suspend writes a running VM's memory to disk and gives it free.
func (c *Client) Suspend(ctx context.Context, ref VMRef) error {
	return c.power(ctx, PowerSuspended, "VM.suspend", ref)
}

// Resume brings a suspended VM back.
func (c *Client) Resume(ctx context.Context, ref VMRef) error {
	return c.power(ctx, PowerRunning, "VM.resume", ref, false, false)
}

// HardShutdown takes the power off a VM that runs, is paused or suspended.
func (c *Client) HardShutdown(ctx context.Context, ref VMRef) error {
	return c.power(ctx, PowerHalted, "VM.hard_shutdown", ref)
}

// power changes a VM's power state, a bounded number of them at once.
func (c *Client) power(ctx context.Context, want, method string, ref VMRef, args ...any) error {
	leave, err := c.gate.enter(ctx, method)
	if err != nil {
		return err
	}
	defer leave()
	return c.powerNow(ctx, want, method, ref, args...)
}

// powerNow is power for those who hold a place. When the server forgets how it
// went, the VM tells.
func (c *Client) powerNow(ctx context.Context, want, method string, ref VMRef, args ...any) error {
	_, err := async(ctx, c, method, append([]any{ref}, args...)...)
	if errors.Is(err, ErrTaskLost) {
		if vm, lookup := c.VM(ctx, ref); lookup == nil && vm.PowerState == want {
			return nil
		}
	}
	return err
}

// Shutdown asks the guest of a running VM to shut down and, when it has not
// within the grace or cannot, takes its power off. Without a grace, and of a VM
// that is paused or suspended, it takes the power off at once. A VM that is
// halted already is no error.
func (c *Client) Shutdown(ctx context.Context, ref VMRef, grace time.Duration) error {
	vm, err := c.VM(ctx, ref)
	if err != nil || vm.PowerState == PowerHalted {
		return err
	}
	if vm.PowerState == PowerRunning && grace > 0 {
		// It holds no place among the operations: to wait for a guest is no load.
		err = c.cleanShutdown(ctx, ref, grace)
		if err == nil || ctx.Err() != nil || !deafGuest(err) {
			return err
		}
	}
	if hard := c.HardShutdown(ctx, ref); hard != nil && !isCode(hard, VMBadPowerState) {
		return errors.Join(err, hard)
	}
	return nil // VMBadPowerState: it went down by itself at last
}

// errGrace is why a clean shutdown is given up.
var errGrace = errors.New("the guest did not shut down in time")

func (c *Client) cleanShutdown(ctx context.Context, ref VMRef, grace time.Duration) error {
	brief, cancel := context.WithTimeoutCause(ctx, grace, fmt.Errorf("%w, %s", errGrace, grace))
	defer cancel()
	return c.powerNow(brief, PowerHalted, "VM.clean_shutdown", ref)
}

// deafGuest reports whether a clean shutdown failed for the guest's sake, so
// that only the power switch helps. What the server forbids stays forbidden.
func deafGuest(err error) bool {
	for _, e := range []error{errGrace, VMLacksFeature, VMShutdownTimeout, VMFailedShutdownAck, VMBadPowerState} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
