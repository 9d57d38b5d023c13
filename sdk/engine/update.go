package engine

import (
	"context"
	"errors"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/store"
)

// Update makes the whole change or nothing of it. Limits that fall below what
// was allocated by hand lower the allocation to them; a grant that rises with
// its default must fit the chassis, or the change is refused. A process that
// is running goes on in the cell as it was.
func (e *Engine) Update(ctx context.Context, ref string, change biovm.Change) error {
	return e.do(ctx, "update", ref, func(ctx context.Context, c *call) error {
		for {
			before, err := e.find(ctx, c, ref)
			if err != nil {
				return err
			}
			// Looking at genes takes too long for a transaction. What it finds stays
			// true: it depends on the change and on the organism, which never changes.
			inspected, err := e.inspect(ctx, change.Apply(before.Spec))
			if change.ModelSource != nil && before.Spec.Model == nil {
				err = errors.Join(err, &biovm.FieldError{Path: "model.source", Value: *change.ModelSource, Reason: "the vm has its organism's own model: a model makes another cell, which is another vm"})
			}
			if change.GenomeSource != nil && before.Spec.Genome == nil {
				err = errors.Join(err, &biovm.FieldError{Path: "genome.source", Value: *change.GenomeSource, Reason: "the vm has its organism's own genome: a genome makes another cell, which is another vm"})
			}
			if err != nil {
				return err
			}
			// What packages come of it depends on those that are there.
			plan, err := e.planChange(ctx, before, change)
			if err != nil {
				return err
			}
			stale, err := e.update(ctx, c, before, change, inspected, plan)
			if err != nil || !stale {
				return err
			}
		}
	})
}

// update makes a change that was looked at, unless the packages were planned
// for another VM than it is now.
func (e *Engine) update(ctx context.Context, c *call, before store.VM, change biovm.Change, inspected terms, plan *packagePlan) (stale bool, err error) {
	_, err = e.change(ctx, c, before.UUID, func(tx *store.Tx, vm *store.VM) ([]happening, error) {
		if _, err := vm.State.Next(biovm.OpUpdate); err != nil {
			return nil, err
		}
		if stale = plan != nil && vm.Generation != before.Generation; stale {
			return nil, nil
		}
		spec := change.Apply(vm.Spec)
		if spec.Equal(vm.Spec) {
			return nil, nil
		}
		vm.Genome = summaryAfter(change, *vm, inspected)
		t, err := termsOfVM(store.VM{Spec: spec, Genome: vm.Genome})
		if err != nil {
			return nil, err
		}
		vm.Spec, vm.Allocated = spec, t.lower(vm.Allocated)
		vm.Generation++
		if vm.Grant, err = t.grant(vm.Allocated); err != nil {
			return nil, err
		}
		if _, err = t.admit(ctx, tx, vm.Grant, vm.UUID); err != nil {
			return nil, err
		}
		return []happening{{biovm.EventUpdated, change}}, plan.apply(ctx, tx, vm.UUID)
	})
	return stale, err
}
