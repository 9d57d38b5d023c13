package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/store"
)

// Create makes a VM, pending and owned by this engine, or adopts a pending one
// of equal spec whose owner is gone, grant and state as they are. It fails
// with [biovm.ErrExists] when the name is taken, and with
// [biovm.CapacityError]s when the chassis has too little left; then nothing
// was changed.
func (e *Engine) Create(ctx context.Context, spec biovm.Spec) (biovm.Status, error) {
	return e.create(ctx, spec, e.store.ID())
}

// create makes a VM that belongs to an owner.
func (e *Engine) create(ctx context.Context, spec biovm.Spec, owner string) (biovm.Status, error) {
	var status biovm.Status
	err := e.do(ctx, "create", string(spec.ID), func(ctx context.Context, _ *call) error {
		t, err := e.inspect(ctx, spec)
		if err != nil {
			return err
		}
		g, err := t.grant(biovm.Allocation{})
		if err != nil {
			return err
		}
		plan, err := e.planFor(store.VM{Spec: t.spec}, nil, wish{})
		if err != nil {
			return err
		}
		vm := store.VM{UUID: uuid.NewString(), State: biovm.Created, Spec: t.spec, Grant: g, CreatedAt: time.Now().UTC(), Owner: owner, Genome: t.own}
		err = e.write(ctx, func(tx *store.Tx) error {
			found, err := tx.VM(ctx, string(spec.ID))
			if err == nil {
				vm, err = e.adopt(ctx, tx, found, t.spec, owner)
				return err
			}
			if !errors.Is(err, biovm.ErrNotFound) {
				return err
			}
			return insert(ctx, tx, t, vm, plan)
		})
		status = statusOf(t, vm)
		return err
	})
	if err != nil {
		return biovm.Status{}, err
	}
	return status, nil
}

// insert admits a new VM, with its packages.
func insert(ctx context.Context, tx *store.Tx, t terms, vm store.VM, plan *packagePlan) error {
	a, err := t.admit(ctx, tx, vm.Grant, vm.UUID)
	if err != nil {
		return err
	}
	if err := checkFiles(ctx, tx, t.spec); err != nil {
		return err
	}
	if t.shared() && a.isNew {
		if err := tx.AddChassis(ctx, t.spec.SharedChassis, t.kind.Kind); err != nil {
			return err
		}
	}
	if err := tx.InsertVM(ctx, vm); err != nil {
		return err
	}
	if err := plan.apply(ctx, tx, vm.UUID); err != nil {
		return err
	}
	return announce(ctx, tx, vm, happening{biovm.EventCreated, map[string]any{"spec": vm.Spec, "grant": vm.Grant}})
}

// adopt takes over a VM that an engine left behind which died before its maker
// could put down that the VM is there.
func (e *Engine) adopt(ctx context.Context, tx *store.Tx, found store.VM, spec biovm.Spec, owner string) (store.VM, error) {
	if found.Owner == "" {
		return found, biovm.ErrExists
	}
	alive, err := e.store.Alive(found.Owner)
	switch {
	case err != nil:
		return found, err
	case alive:
		return found, fmt.Errorf("%w: another call is creating it", biovm.ErrExists)
	case !found.Spec.Equal(spec):
		return found, fmt.Errorf("%w, left unconfirmed by a process that is gone and of another spec: destroy it first", biovm.ErrExists)
	}
	found.Owner = owner
	return found, tx.UpdateVM(ctx, found)
}

// Confirm takes the pending mark off a VM; on one without it does nothing.
func (e *Engine) Confirm(ctx context.Context, ref string) error {
	return e.do(ctx, "confirm", ref, func(ctx context.Context, c *call) error {
		// Nearly always there is no mark: that must not cost a transaction
		// that waits for others.
		if vm, err := e.find(ctx, c, ref); err != nil || vm.Owner == "" {
			return err
		}
		_, err := e.change(ctx, c, ref, func(_ *store.Tx, vm *store.VM) ([]happening, error) {
			if vm.Owner == "" {
				return nil, nil
			}
			vm.Owner = ""
			return []happening{{biovm.EventConfirmed, nil}}, nil
		})
		return err
	})
}
