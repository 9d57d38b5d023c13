package xapi

import (
	"context"
	"slices"
	"strconv"
	"strings"
)

// HostFacts are what matters of a host to somebody who wants to run a VM on
// it.
type HostFacts struct {
	Ref     HostRef
	UUID    string
	Name    string
	Address string
	Master  bool
	Enabled bool
	Live    bool
	// Product and Version are as the host calls itself, such as XCP-ng 8.3.0;
	// XAPI is the version of the server.
	Product, Version, XAPI string
	CPUs                   int
	CPUModel               string
	MemoryTotal            int64 // bytes
	MemoryFree             int64 // bytes, a little behind the truth
	VMs                    int   // resident, the control domain left out
}

// HostFacts returns the facts of every host, the master first, then by name,
// in a number of calls that does not depend on how many there are.
func (c *Client) HostFacts(ctx context.Context) ([]HostFacts, error) {
	_, pool, err := c.Pool(ctx)
	if err != nil {
		return nil, err
	}
	hosts, err := c.Hosts(ctx)
	if err != nil {
		return nil, err
	}
	metrics, err := c.HostMetrics(ctx)
	if err != nil {
		return nil, err
	}
	all := make([]HostFacts, 0, len(hosts))
	for ref, h := range hosts {
		m := metrics[h.Metrics]
		cpus, _ := strconv.Atoi(h.CPUInfo["cpu_count"]) // unknown is 0
		all = append(all, HostFacts{
			Ref: ref, UUID: h.UUID, Name: h.NameLabel, Address: h.Address,
			Master: ref == pool.Master, Enabled: h.Enabled, Live: m.Live,
			Product: h.SoftwareVersion["product_brand"], Version: h.SoftwareVersion["product_version"], XAPI: h.SoftwareVersion["xapi"],
			CPUs: cpus, CPUModel: h.CPUInfo["modelname"],
			MemoryTotal: m.MemoryTotal, MemoryFree: m.MemoryFree,
			VMs: max(0, len(h.ResidentVMs)-1),
		})
	}
	slices.SortFunc(all, func(a, b HostFacts) int {
		if a.Master != b.Master {
			if a.Master {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Name, b.Name)
	})
	return all, nil
}
