package xapi

import (
	"context"
	"time"
)

// HostMetrics is how a host is doing.
type HostMetrics struct {
	UUID        string    `xapi:"uuid"`
	MemoryTotal int64     `xapi:"memory_total"` // bytes
	MemoryFree  int64     `xapi:"memory_free"`  // bytes, a little behind the truth
	Live        bool      `xapi:"live"`
	LastUpdated time.Time `xapi:"last_updated"`
}

// HostMetrics returns every host's metrics, in one call.
func (c *Client) HostMetrics(ctx context.Context) (map[HostMetricsRef]HostMetrics, error) {
	return read[map[HostMetricsRef]HostMetrics](ctx, c, "host_metrics.get_all_records")
}
