package xapi

import (
	"context"
	"time"
)

// VMMetrics is what the host measures of a VM.
type VMMetrics struct {
	UUID         string            `xapi:"uuid"`
	MemoryActual int64             `xapi:"memory_actual"` // bytes
	VCPUsNumber  int64             `xapi:"VCPUs_number"`
	VCPUsUse     map[int64]float64 `xapi:"VCPUs_utilisation"`
	StartTime    time.Time         `xapi:"start_time"`
	InstallTime  time.Time         `xapi:"install_time"`
	LastUpdated  time.Time         `xapi:"last_updated"`
}

// VMMetrics reads a VM's metrics.
func (c *Client) VMMetrics(ctx context.Context, ref VMMetricsRef) (VMMetrics, error) {
	return read[VMMetrics](ctx, c, "VM_metrics.get_record", ref)
}

// AllVMMetrics returns the metrics of every VM, in one call.
func (c *Client) AllVMMetrics(ctx context.Context) (map[VMMetricsRef]VMMetrics, error) {
	return read[map[VMMetricsRef]VMMetrics](ctx, c, "VM_metrics.get_all_records")
}
