package xcpng

import (
	"fmt"
	"net/netip"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
)

// A view is how a VM stands by what its machine does and what its stamp says.
type view struct {
	state   biovm.State
	problem string
	// answers: the machine runs, and the cell is to be asked in it.
	answers bool
}

// viewOf says how a VM stands. What others did to its machine decides over what
// the stamp says.
func viewOf(m *stamped) view {
	if m.err != nil {
		return view{state: biovm.Failed, problem: m.err.Error() + "; it can be destroyed"}
	}
	if m.half() {
		return view{state: biovm.Failed, problem: "it was never finished, and who was making it is gone: create it again with an equal spec, or destroy it"}
	}
	was := m.stamp.State
	alive := was == biovm.Created || was == biovm.Running
	switch m.vm.PowerState {
	case xapi.PowerRunning:
		switch was { //nolint:exhaustive // in the others the machine is to run
		case biovm.Paused:
			return view{state: was, problem: "somebody let its machine go on; its cell stands still until it is resumed"}
		case biovm.Stopped:
			return view{state: was, problem: "somebody started its machine; its cell is not alive until it is started"}
		}
		return view{state: was, answers: alive}
	case xapi.PowerHalted:
		if was == biovm.Stopped {
			return view{state: was}
		}
		return view{state: biovm.Stopped, problem: fmt.Sprintf("somebody halted its machine when it was %s; start it to have the cell back", was)}
	case xapi.PowerPaused, xapi.PowerSuspended:
		verb := map[string]string{xapi.PowerPaused: "paused", xapi.PowerSuspended: "suspended"}[m.vm.PowerState]
		switch {
		case was == biovm.Paused && m.vm.PowerState == xapi.PowerPaused:
			return view{state: was}
		case was == biovm.Stopped:
			return view{state: was, problem: fmt.Sprintf("somebody started its machine and %s it", verb)}
		}
		return view{state: biovm.Paused, problem: fmt.Sprintf("somebody %s its machine when it was %s; resume it to have the cell go on", verb, was)}
	}
	return view{state: was, problem: fmt.Sprintf("its machine is in the power state %q, which this release does not know", m.vm.PowerState)}
}

// statusOf is a VM's status by a census.
func statusOf(host string, m *stamped, c *census) biovm.Status {
	s, now := m.stamp, viewOf(m)
	out := biovm.Status{
		ID: m.id(), UUID: m.vm.UUID, State: now.state, Problem: now.problem,
		Spec: s.Spec, Config: s.Config, Allocated: s.Allocated, Grant: s.Grant, Genome: s.Genome,
		SimulatedSeconds: s.SimulatedSeconds, ModelVersion: s.ModelVersion, CreatedAt: s.CreatedAt,
		Pending: s.Owner != "", Growth: s.Growth,
		XCPng: &biovm.XCPngStatus{
			Host: host, Template: s.Made.Template, PowerState: m.vm.PowerState, Member: c.members[m.vm.ResidentOn],
			HostKey: s.Made.HostKey, AgentVersion: s.Made.AgentVersion,
			VCPUs: int(m.vm.VCPUsAtStartup), MemoryMiB: int(m.vm.MemoryStaticMax >> 20),
		},
	}
	if m.err != nil {
		out.Spec = biovm.Spec{ID: m.id(), VMType: biovm.XCPng}
	}
	if g, ok := c.guests[m.vm.GuestMetrics]; ok && m.vm.PowerState != xapi.PowerHalted {
		wanted := xapi.IPFilter{Within: within(s.Asked)}
		if a, ok := wanted.Pick(g.Networks); ok {
			out.XCPng.Address = a.String()
		}
	}
	return out
}

// within is the network that a guest's address must be in; not valid when any
// will do.
func within(x biovm.XCPngSpec) netip.Prefix {
	p, err := netip.ParsePrefix(x.AddressWithin)
	if err != nil {
		return netip.Prefix{}
	}
	return p.Masked()
}
