package xapi

import (
	"context"
	"time"
)

// A Host is a machine of the pool.
type Host struct {
	UUID            string            `xapi:"uuid"`
	NameLabel       string            `xapi:"name_label"`
	Hostname        string            `xapi:"hostname"`
	Address         string            `xapi:"address"`
	Enabled         bool              `xapi:"enabled"`
	CPUInfo         map[string]string `xapi:"cpu_info"`         // cpu_count, modelname, …
	SoftwareVersion map[string]string `xapi:"software_version"` // product_brand, product_version, xapi, …
	MemoryOverhead  int64             `xapi:"memory_overhead"`  // bytes
	Metrics         HostMetricsRef    `xapi:"metrics"`
	ResidentVMs     []VMRef           `xapi:"resident_VMs"`
	PBDs            []PBDRef          `xapi:"PBDs"`
	PIFs            []PIFRef          `xapi:"PIFs"`
	OtherConfig     map[string]string `xapi:"other_config"`
}

// HostMetrics is how a host is doing.
type HostMetrics struct {
	UUID        string    `xapi:"uuid"`
	MemoryTotal int64     `xapi:"memory_total"` // bytes
	MemoryFree  int64     `xapi:"memory_free"`  // bytes, a little behind the truth
	Live        bool      `xapi:"live"`
	LastUpdated time.Time `xapi:"last_updated"`
}

// Hosts returns every host, in one call.
func (c *Client) Hosts(ctx context.Context) (map[HostRef]Host, error) {
	return read[map[HostRef]Host](ctx, c, "host.get_all_records")
}

// HostMetrics returns every host's metrics, in one call.
func (c *Client) HostMetrics(ctx context.Context) (map[HostMetricsRef]HostMetrics, error) {
	return read[map[HostMetricsRef]HostMetrics](ctx, c, "host_metrics.get_all_records")
}

// FreeMemory computes what a host can give to VMs that start now, in bytes,
// from what runs there; it is exacter than [HostMetrics].
func (c *Client) FreeMemory(ctx context.Context, host HostRef) (int64, error) {
	return read[int64](ctx, c, "host.compute_free_memory", host)
}
