package xcpng

import (
	"context"
	"slices"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
)

// A census is all that a pool shows of VMs, in one reading of it.
type census struct {
	// machines are those with a stamp, by name, the unfinished ones included.
	machines []stamped
	guests   map[xapi.VMGuestMetricsRef]xapi.VMGuestMetrics
	members  map[xapi.HostRef]string
}

// readCensus reads it, in two calls, or three when the members are not known.
func (p *pool) readCensus(ctx context.Context) (census, error) {
	c, err := p.session(ctx)
	if err != nil {
		return census{}, err
	}
	vms, err := c.VMs(ctx)
	if err != nil {
		return census{}, explain(p.name, err)
	}
	var all census
	if all.guests, err = c.AllVMGuestMetrics(ctx); err != nil {
		return census{}, explain(p.name, err)
	}
	for ref, vm := range vms {
		if vm.IsASnapshot || vm.IsControlDomain {
			continue
		}
		m, ok := stampOf(ref, vm)
		if !ok || vm.IsATemplate && !m.half() || m.id() == "" {
			continue
		}
		all.machines = append(all.machines, m)
	}
	slices.SortFunc(all.machines, func(a, b stamped) int {
		if c := strings.Compare(string(a.id()), string(b.id())); c != 0 {
			return c
		}
		return strings.Compare(a.vm.UUID, b.vm.UUID)
	})
	all.members, err = p.memberNames(ctx, c, all.machines)
	return all, err
}

// memberNames are the members' names by reference, read anew when a machine is
// on one that was not there.
func (p *pool) memberNames(ctx context.Context, c *xapi.Client, machines []stamped) (map[xapi.HostRef]string, error) {
	p.mu.Lock()
	names := p.names
	p.mu.Unlock()
	known := func(m stamped) bool { _, ok := names[m.vm.ResidentOn]; return ok || m.vm.ResidentOn.IsNull() }
	if names != nil && !slices.ContainsFunc(machines, func(m stamped) bool { return !known(m) }) {
		return names, nil
	}
	hosts, err := c.Hosts(ctx)
	if err != nil {
		return nil, explain(p.name, err)
	}
	names = map[xapi.HostRef]string{}
	for ref, h := range hosts {
		names[ref] = h.NameLabel
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.names = names
	return names, nil
}

// find returns the machine of a VM by its UUID or name.
func (c *census) find(ref string) (*stamped, bool) {
	for i := range c.machines {
		if c.machines[i].vm.UUID == ref {
			return &c.machines[i], true
		}
	}
	return c.named(biovm.ID(ref))
}

// named returns the machine of a VM by its name: a finished one, if there is one.
func (c *census) named(id biovm.ID) (found *stamped, ok bool) {
	for i := range c.machines {
		if m := &c.machines[i]; m.id() == id && (!ok || !m.half()) {
			found, ok = m, true
		}
	}
	return found, ok
}
