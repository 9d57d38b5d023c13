package xcpng

import (
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
)

// A machine is a VM as the pool showed it. It belongs to one call.
type machine struct {
	pool   *pool
	client *xapi.Client
	ref    xapi.VMRef
	record xapi.VM
	stamp  stamp
	number int // of the stamp
}

// load takes in what the pool shows now.
func (m *machine) load(vm xapi.VM) error {
	s, n, err := stampOf(&vm)
	if err != nil {
		return err
	}
	m.record, m.stamp, m.number = vm, s, n
	return nil
}

// id is the VM's name.
func (m *machine) id() biovm.ID { return biovm.ID(m.record.OtherConfig[nameKey]) }

// ours reports whether a VM of the pool is one of this driver's.
func ours(vm *xapi.VM) bool {
	_, named := vm.OtherConfig[nameKey]
	return named && !vm.IsASnapshot && !vm.IsControlDomain && !vm.IsDefaultTemplate
}

// state tells where the VM stands: as this driver left it, unless somebody did
// something to the machine, which problem then says.
func (m *machine) state() (state biovm.State, problem string) {
	left := m.stamp.State
	alive := left == biovm.Created || left == biovm.Running
	switch m.record.PowerState {
	case xapi.PowerRunning:
		if left == biovm.Paused {
			return biovm.Paused, "its machine was let go on outside of BioXen; the cell still stands still"
		}
		if left == biovm.Stopped {
			return biovm.Stopped, "its machine was started outside of BioXen; the cell does not run"
		}
		return left, ""
	case xapi.PowerPaused, xapi.PowerSuspended:
		if left != biovm.Paused {
			return biovm.Paused, "its machine was " + m.word() + " outside of BioXen"
		}
		return biovm.Paused, ""
	case xapi.PowerHalted:
		if alive || left == biovm.Paused {
			return biovm.Stopped, "its machine was halted outside of BioXen"
		}
		return biovm.Stopped, ""
	}
	return left, ""
}

func (m *machine) word() string {
	if m.record.PowerState == xapi.PowerSuspended {
		return "suspended"
	}
	return "paused"
}

// up reports whether the guest can be asked.
func (m *machine) up() bool {
	s, _ := m.state()
	return s == biovm.Created || s == biovm.Running
}

// settings are what the spec says of the machine, over all defaults.
func (m *machine) settings() biovm.XCPngSpec {
	return m.pool.settings(m.stamp.Spec)
}
