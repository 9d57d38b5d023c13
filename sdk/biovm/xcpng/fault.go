package xcpng

import (
	"errors"
	"fmt"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
)

// translate makes of the pool's errors what callers of a driver branch on. The
// pool's own words stay in it.
func translate(err error) error {
	if err == nil {
		return nil
	}
	e, ok := errors.AsType[*xapi.Error](err)
	if !ok {
		return err
	}
	switch e.Code { //nolint:exhaustive // the others are what they are
	case xapi.HandleInvalid:
		if e.Param(0) == "VM" {
			return fmt.Errorf("%w: %w", biovm.ErrNotFound, err)
		}
	case xapi.VMBadPowerState:
		return fmt.Errorf("%w: %w", biovm.ErrState, err)
	case xapi.NoHostsAvailable, xapi.HostNotEnoughFreeMemory, xapi.HostNotEnoughPCPUs:
		return fmt.Errorf("%w: no member of the pool can run the machine now; free memory, ask for less (xcpng.memory_mib), or name another member (xcpng.placement): %w", biovm.ErrNoCapacity, err)
	case xapi.SRFull, xapi.SRBackendFailure44, xapi.ProvisionFailedOutOfSpace:
		return fmt.Errorf("%w: the storage repository is full; free space on it, or name another one (xcpng.sr): %w", biovm.ErrNoCapacity, err)
	case xapi.SessionAuthenticationFailed:
		return fmt.Errorf("%w: the pool does not accept the user name and the password: %w", biovm.ErrInvalid, err)
	}
	return err
}
