package engine

import (
	"context"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/store"
)

// Allocate changes what a VM holds, whole or not at all, and returns it. Above
// the VM's limits it fails with [biovm.FieldError]s that name the setting to
// raise, beyond what the chassis has left with [biovm.CapacityError]s.
func (e *Engine) Allocate(ctx context.Context, ref string, a biovm.Allocation) (biovm.Resources, error) {
	return e.allocate(ctx, "allocate resources of", ref, a, func(before biovm.Allocation) biovm.Allocation { return a.Over(before) })
}

// ResetAllocation forgets what was allocated by hand: the defaults hold again,
// if the chassis has them left.
func (e *Engine) ResetAllocation(ctx context.Context, ref string) (biovm.Resources, error) {
	return e.allocate(ctx, "reset resources of", ref, biovm.Allocation{}, func(biovm.Allocation) biovm.Allocation { return biovm.Allocation{} })
}

// allocate changes an allocation; asked is what the caller says of it.
func (e *Engine) allocate(ctx context.Context, op, ref string, asked biovm.Allocation, next func(before biovm.Allocation) biovm.Allocation) (biovm.Resources, error) {
	var granted biovm.Resources
	err := e.do(ctx, op, ref, func(ctx context.Context, c *call) error {
		if asked.ATP != nil {
			// Reading a network takes too long for a transaction. Whose it is never
			// changes.
			vm, err := e.find(ctx, c, ref)
			if err != nil {
				return err
			}
			t, err := termsOf(vm.Spec)
			if err != nil {
				return err
			}
			if err := e.checkShare(ctx, t, asked, vm.Grant.ATP); err != nil {
				return err
			}
			ref = vm.UUID
		}
		vm, err := e.change(ctx, c, ref, func(tx *store.Tx, vm *store.VM) ([]happening, error) {
			if _, err := vm.State.Next(biovm.OpAllocate); err != nil {
				return nil, err
			}
			t, err := termsOfVM(*vm)
			if err != nil {
				return nil, err
			}
			vm.Allocated = next(vm.Allocated)
			before := vm.Grant
			if vm.Grant, err = t.grant(vm.Allocated); err != nil {
				return nil, err
			}
			if vm.Grant != before {
				vm.Generation++
			}
			_, err = t.admit(ctx, tx, vm.Grant, vm.UUID)
			return []happening{{biovm.EventAllocated, map[string]any{"allocated": vm.Allocated, "grant": vm.Grant}}}, err
		})
		granted = vm.Grant
		return err
	})
	if err != nil {
		return biovm.Resources{}, err
	}
	return granted, nil
}

// Available says what a VM could hold at most: its grant and what its chassis
// has left, whatever its limits.
func (e *Engine) Available(ctx context.Context, ref string) (biovm.Resources, error) {
	var available biovm.Resources
	err := e.do(ctx, "look at resources of", ref, func(ctx context.Context, c *call) error {
		vm, err := e.find(ctx, c, ref)
		if err != nil {
			return err
		}
		t, err := termsOf(vm.Spec)
		if err != nil {
			return err
		}
		available, err = e.available(ctx, t, vm.UUID)
		return err
	})
	return available, err
}

// available is what the VM's chassis has less what others hold of it.
func (e *Engine) available(ctx context.Context, t terms, vm string) (biovm.Resources, error) {
	if !t.shared() {
		return t.capacity, nil
	}
	var taken biovm.Resources
	err := e.store.Read(ctx, func(tx *store.Tx) error {
		var err error
		taken, _, err = tx.Granted(ctx, t.spec.SharedChassis, vm)
		return err
	})
	return less(t.capacity, taken), err
}

// less is what is left of a after b; never below 0, and without a priority.
func less(a, b biovm.Resources) biovm.Resources {
	return biovm.Resources{
		ATP:           max(a.ATP-b.ATP, 0),
		Ribosomes:     max(a.Ribosomes-b.Ribosomes, 0),
		RNAPolymerase: max(a.RNAPolymerase-b.RNAPolymerase, 0),
		MemoryKB:      max(a.MemoryKB-b.MemoryKB, 0),
	}
}

// plus is the sum of two grants, without a priority.
func plus(a, b biovm.Resources) biovm.Resources {
	return biovm.Resources{
		ATP:           a.ATP + b.ATP,
		Ribosomes:     a.Ribosomes + b.Ribosomes,
		RNAPolymerase: a.RNAPolymerase + b.RNAPolymerase,
		MemoryKB:      a.MemoryKB + b.MemoryKB,
	}
}
