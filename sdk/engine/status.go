package engine

import (
	"context"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/store"
)

// Status says what a VM is and holds. Nothing is solved.
func (e *Engine) Status(ctx context.Context, ref string) (biovm.Status, error) {
	var status biovm.Status
	err := e.do(ctx, "find", ref, func(ctx context.Context, c *call) error {
		vm, err := e.find(ctx, c, ref)
		if err != nil {
			return err
		}
		status, err = describe(vm)
		return err
	})
	return status, err
}

// Statuses returns all VMs' statuses, by name.
func (e *Engine) Statuses(ctx context.Context) ([]biovm.Status, error) {
	var all []biovm.Status
	err := e.do(ctx, "list", "", func(ctx context.Context, c *call) error {
		vms, err := e.vms(ctx)
		if err != nil {
			return err
		}
		all = make([]biovm.Status, len(vms))
		for i, vm := range vms {
			c.vm = vm.Spec.ID
			if all[i], err = describe(vm); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

func (e *Engine) vms(ctx context.Context) (vms []store.VM, err error) {
	err = e.store.Read(ctx, func(tx *store.Tx) error {
		vms, err = tx.VMs(ctx)
		return err
	})
	return vms, err
}

func describe(vm store.VM) (biovm.Status, error) {
	t, err := termsOfVM(vm)
	if err != nil {
		return biovm.Status{}, err
	}
	return statusOf(t, vm), nil
}

func statusOf(t terms, vm store.VM) biovm.Status {
	return biovm.Status{
		ID:               vm.Spec.ID,
		UUID:             vm.UUID,
		State:            vm.State,
		Spec:             vm.Spec,
		Config:           t.config,
		Allocated:        vm.Allocated,
		Grant:            vm.Grant,
		Genome:           t.genome(),
		SimulatedSeconds: vm.SimulatedSeconds,
		ModelVersion:     t.modelVersion(),
		CreatedAt:        vm.CreatedAt,
		Pending:          vm.Owner != "",
		Problem:          vm.Problem,
	}
}
