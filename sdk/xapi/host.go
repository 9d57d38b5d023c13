package xapi

import "context"

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

// Hosts returns every host, in one call.
func (c *Client) Hosts(ctx context.Context) (map[HostRef]Host, error) {
	return read[map[HostRef]Host](ctx, c, "host.get_all_records")
}

// FreeMemory computes what a host can give to VMs that start now, in bytes,
// from what runs there; it is exacter than [HostMetrics].
func (c *Client) FreeMemory(ctx context.Context, host HostRef) (int64, error) {
	return read[int64](ctx, c, "host.compute_free_memory", host)
}
