package xapi

import (
	"context"
	"time"
)

// VMGuestMetrics is what the guest says of itself. A VM that starts gets a new
// one, empty until an agent in the guest speaks; a clone inherits the
// contents of its template's until then.
type VMGuestMetrics struct {
	UUID string `xapi:"uuid"`
	// Networks maps <device>/ip, <device>/ipv4/<n> and <device>/ipv6/<n> to
	// addresses.
	Networks          map[string]string `xapi:"networks"`
	OSVersion         map[string]string `xapi:"os_version"`
	PVDriversVersion  map[string]string `xapi:"PV_drivers_version"`
	PVDriversDetected bool              `xapi:"PV_drivers_detected"`
	Other             map[string]string `xapi:"other"`
	LastUpdated       time.Time         `xapi:"last_updated"`
}

// VMGuestMetrics reads what a guest says of itself.
func (c *Client) VMGuestMetrics(ctx context.Context, ref VMGuestMetricsRef) (VMGuestMetrics, error) {
	return read[VMGuestMetrics](ctx, c, "VM_guest_metrics.get_record", ref)
}

// AllVMGuestMetrics returns what every guest says of itself, in one call.
func (c *Client) AllVMGuestMetrics(ctx context.Context) (map[VMGuestMetricsRef]VMGuestMetrics, error) {
	return read[map[VMGuestMetricsRef]VMGuestMetrics](ctx, c, "VM_guest_metrics.get_all_records")
}
