package xapi

import (
	"context"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
)

// IPFilter says which of a guest's addresses to wait for. The zero value
// takes the first global IPv4 or IPv6 address of any interface.
type IPFilter struct {
	// Device is the interface's number, as in VIF.Device; any when empty.
	Device string
	// Within is the network that the address must be in; any when not valid.
	Within netip.Prefix
}

// accepts reports whether the guest metrics key and address are wanted.
func (f IPFilter) accepts(key string, a netip.Addr) bool {
	device, rest, _ := strings.Cut(key, "/")
	if !strings.HasPrefix(rest, "ip") || f.Device != "" && device != f.Device {
		return false
	}
	if f.Within.IsValid() && !f.Within.Contains(a) {
		return false
	}
	return !a.IsLinkLocalUnicast() && !a.IsLoopback() && !a.IsUnspecified() && !a.IsMulticast()
}

// pick returns the wanted address of guest metrics, IPv4 before IPv6, lower
// keys first.
func (f IPFilter) pick(networks map[string]string) (netip.Addr, bool) {
	var best netip.Addr
	for _, key := range slices.Sorted(maps.Keys(networks)) {
		a, err := netip.ParseAddr(networks[key])
		if err != nil || !f.accepts(key, a.Unmap()) {
			continue
		}
		if a = a.Unmap(); !best.IsValid() || a.Is4() && !best.Is4() {
			best = a
		}
	}
	return best, best.IsValid()
}

// A WaitIPError says what was last seen of a VM whose address never came.
type WaitIPError struct {
	PowerState string
	// Networks are the guest's words, as in VMGuestMetrics.
	Networks map[string]string
	// Agent: somebody in the guest speaks at all.
	Agent bool
	Err   error
}

// Error says what was last seen and what it may mean.
func (e *WaitIPError) Error() string {
	var seen string
	switch {
	case e.PowerState != PowerRunning:
		seen = "the VM is " + e.PowerState
	case !e.Agent:
		seen = "no agent in the guest spoke; does the template have guest tools?"
	case len(e.Networks) == 0:
		seen = "the guest's agent speaks, but knows no address"
	default:
		seen = fmt.Sprintf("the guest's agent knows %v, none of which is wanted", e.Networks)
	}
	return fmt.Sprintf("xapi: wait for the VM's address: %v; last seen: %s", e.Err, seen)
}

// Unwrap returns why the wait ended.
func (e *WaitIPError) Unwrap() error { return e.Err }

// errHalted ends a wait for a guest that cannot speak any more.
var errHalted = fmt.Errorf("the VM halted: %w", VMBadPowerState)

// WaitIP waits until a running VM's guest reports a wanted address. It looks
// at each event rather than at times, follows the guest metrics, whose
// reference changes when a VM starts, believes them only of a VM that runs,
// and ends at once when the VM halts or goes away. A failure is a
// [WaitIPError] that says what was last seen.
func (c *Client) WaitIP(ctx context.Context, ref VMRef, filter IPFilter) (netip.Addr, error) {
	last := &WaitIPError{}
	for _, err := range c.Events(ctx, "vm/"+string(ref), "vm_guest_metrics") {
		if err != nil {
			last.Err = err
			return netip.Addr{}, last
		}
		vm, err := c.VM(ctx, ref)
		if err != nil {
			last.Err = err
			return netip.Addr{}, last
		}
		last.PowerState = vm.PowerState
		if vm.PowerState == PowerHalted {
			last.Err = errHalted
			return netip.Addr{}, last
		}
		if vm.PowerState != PowerRunning || vm.GuestMetrics.IsNull() {
			continue
		}
		g, err := c.VMGuestMetrics(ctx, vm.GuestMetrics)
		if isCode(err, HandleInvalid) {
			continue // replaced in between: its successor is an event too
		}
		if err != nil {
			last.Err = err
			return netip.Addr{}, last
		}
		last.Networks, last.Agent = g.Networks, len(g.OSVersion) > 0 || len(g.PVDriversVersion) > 0 || len(g.Networks) > 0
		if a, ok := filter.pick(g.Networks); ok {
			return a, nil
		}
	}
	last.Err = context.Cause(ctx)
	return netip.Addr{}, last
}
