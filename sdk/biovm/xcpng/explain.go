package xcpng

import (
	"errors"
	"fmt"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
)

// explain says what an error of a pool means to who asked for a VM, and makes it
// one that can be branched on.
func explain(pool string, err error) error {
	if err == nil {
		return nil
	}
	full := func(advice string) error {
		return fmt.Errorf("%w on xcpng host %q: %w: %s", biovm.ErrNoCapacity, pool, err, advice)
	}
	e, ok := errors.AsType[*xapi.Error](err)
	if !ok {
		return fmt.Errorf("xcpng host %q: %w", pool, err)
	}
	switch e.Code { //nolint:exhaustive // the others say it themselves
	case xapi.HostNotEnoughFreeMemory:
		return full("no member has the memory left; give the VM less (memory_mib), stop others, or add memory")
	case xapi.NoHostsAvailable:
		return full("no member can run it now; look for members that are off or in maintenance, for storage and networks that not all of them reach, and for free memory")
	case xapi.HostNotEnoughPCPUs:
		return full("the member has fewer processors than the VM asks for; lower vcpus or name another placement")
	case xapi.HostDisabled, xapi.HostNotLive, xapi.HostOffline:
		return full("the member named in placement takes no VMs now; enable it, or name another one")
	case xapi.SRFull, xapi.SRBackendFailure44, xapi.ProvisionFailedOutOfSpace:
		return full("the storage repository is full; make room, or name another one (sr)")
	case xapi.VMBadPowerState:
		return fmt.Errorf("%w: somebody else changes the machine on xcpng host %q: %w", biovm.ErrState, pool, err)
	}
	return fmt.Errorf("xcpng host %q: %w", pool, err)
}

// gone reports whether an error says that the VM itself is not there any more.
func gone(err error, ref xapi.VMRef) bool {
	e, ok := errors.AsType[*xapi.Error](err)
	return ok && e.Code == xapi.HandleInvalid && (e.Param(1) == string(ref) || e.Param(0) == string(ref))
}
