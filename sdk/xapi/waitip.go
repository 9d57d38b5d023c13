package xapi

import (
	"cmp"
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

// Pick returns the wanted address of guest metrics, IPv4 before IPv6, lower
// devices first.
func (f IPFilter) Pick(networks map[string]string) (netip.Addr, bool) {
	var best netip.Addr
	for _, key := range slices.SortedFunc(maps.Keys(networks), byDevice) {
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

// byDevice orders keys of guest metrics by the number of the device.
func byDevice(a, b string) int {
	deviceA, _, _ := strings.Cut(a, "/")
	deviceB, _, _ := strings.Cut(b, "/")
	return cmp.Or(cmp.Compare(len(deviceA), len(deviceB)), cmp.Compare(a, b))
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
	case e.PowerState == "":
		seen = "nothing of the VM"
	case e.PowerState != PowerRunning:
		seen = "the VM is " + e.PowerState
	case !e.Agent:
		seen = "the VM runs, but no agent in the guest spoke; does the template have guest tools?"
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
// reference changes when a VM starts, believes them only of a VM that runs and
// only when they are not older than its start, and ends at once when the VM
// halts or goes away. A failure is a [WaitIPError] that says what was last seen.
func (c *Client) WaitIP(ctx context.Context, ref VMRef, filter IPFilter) (netip.Addr, error) {
	w := &ipWatcher{c: c, vm: ref, filter: filter}
	// A VM that does not exist has no events, so the first look does not wait
	// for one.
	if a, ok, err := w.look(ctx); ok || err != nil {
		return a, w.failed(err)
	}
	for _, err := range c.watch(ctx, w.classes) {
		if err != nil {
			return netip.Addr{}, w.failed(err)
		}
		if a, ok, err := w.look(ctx); ok || err != nil {
			return a, w.failed(err)
		}
	}
	return netip.Addr{}, w.failed(context.Cause(ctx))
}

// An ipWatcher is one wait for an address.
type ipWatcher struct {
	c      *Client
	vm     VMRef
	guest  VMGuestMetricsRef // as the VM last had them
	filter IPFilter
	last   WaitIPError
}

// failed adds to an error what was last seen; nil stays nil.
func (w *ipWatcher) failed(err error) error {
	if err == nil {
		return nil
	}
	w.last.Err = err
	return &w.last
}

// classes are the VM and its guest metrics, not everybody's.
func (w *ipWatcher) classes() []string {
	classes := []string{"vm/" + string(w.vm)}
	if !w.guest.IsNull() {
		classes = append(classes, "vm_guest_metrics/"+string(w.guest))
	}
	return classes
}

// look reads what there is now.
func (w *ipWatcher) look(ctx context.Context) (netip.Addr, bool, error) {
	vm, err := w.c.VM(ctx, w.vm)
	if err != nil {
		return netip.Addr{}, false, err
	}
	w.last.PowerState, w.guest = vm.PowerState, vm.GuestMetrics
	if vm.PowerState == PowerHalted {
		return netip.Addr{}, false, errHalted
	}
	if vm.PowerState != PowerRunning || vm.GuestMetrics.IsNull() {
		return netip.Addr{}, false, nil
	}
	g, err := w.c.VMGuestMetrics(ctx, vm.GuestMetrics)
	if isGone(err, vm.GuestMetrics) {
		return netip.Addr{}, false, nil // replaced in between: the VM's change is an event too
	}
	if err != nil {
		return netip.Addr{}, false, err
	}
	stale, err := w.stale(ctx, vm, g)
	if err != nil || stale {
		return netip.Addr{}, false, err
	}
	w.last.Networks, w.last.Agent = g.Networks, len(g.OSVersion) > 0 || len(g.PVDriversVersion) > 0 || len(g.Networks) > 0
	a, ok := w.filter.Pick(g.Networks)
	return a, ok, nil
}

// stale reports whether guest metrics are older than the VM's start: those of
// its life before, or of the template. The server replaces them soon. Times
// have seconds, so that the same second is not older.
func (w *ipWatcher) stale(ctx context.Context, vm VM, g VMGuestMetrics) (bool, error) {
	if len(g.Networks) == 0 || vm.Metrics.IsNull() || g.LastUpdated.IsZero() {
		return false, nil
	}
	m, err := w.c.VMMetrics(ctx, vm.Metrics)
	if isGone(err, vm.Metrics) {
		return false, nil
	}
	return err == nil && g.LastUpdated.Before(m.StartTime), err
}
