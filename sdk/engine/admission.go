package engine

import (
	"context"
	"errors"
	"fmt"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/store"
)

// admission says whether a shared chassis takes a VM.
type admission struct {
	taken biovm.Resources // what others hold
	isNew bool            // nobody else is on it
}

// admit checks inside a transaction that the VM's chassis has what the grant
// takes, beside what all others but the VM of UUID except hold of it. For a
// writing transaction that stays true until it commits.
func (t terms) admit(ctx context.Context, tx *store.Tx, g biovm.Resources, except string) (admission, error) {
	if !t.shared() {
		return admission{}, t.fits(g, biovm.Resources{})
	}
	taken, vms, err := tx.Granted(ctx, t.spec.SharedChassis, except)
	if err != nil {
		return admission{}, err
	}
	a := admission{taken: taken, isNew: vms == 0}
	if vms > 0 {
		kind, err := tx.ChassisKind(ctx, t.spec.SharedChassis)
		if err != nil {
			return a, err
		}
		if kind != t.kind.Kind {
			return a, &biovm.FieldError{Path: "shared_chassis", Value: t.spec.SharedChassis, Reason: fmt.Sprintf("is of kind %q here, not %q; say chassis = %q or use another name", kind, t.kind.Kind, kind)}
		}
	}
	err = t.fits(g, taken)
	if vms >= t.kind.MaxVMs {
		err = errors.Join(&biovm.CapacityError{Resource: "vms", Want: 1, Free: 0, Capacity: float64(t.kind.MaxVMs), Chassis: t.chassisName()}, err)
	}
	return a, err
}
