package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/store"
)

// A happening becomes an event.
type happening struct {
	kind biovm.EventKind
	data any // encoded as JSON; nil for none
}

// change changes a VM in one writing transaction: fn looks at it and writes
// what is to be different into it. When fn names happenings, the VM is stored
// and they become events; when it names none, nothing was changed.
func (e *Engine) change(ctx context.Context, c *call, ref string, fn func(tx *store.Tx, vm *store.VM) ([]happening, error)) (store.VM, error) {
	var vm store.VM
	err := e.write(ctx, func(tx *store.Tx) error {
		var err error
		if vm, err = tx.VM(ctx, ref); err != nil {
			return err
		}
		c.vm = vm.Spec.ID
		happened, err := fn(tx, &vm)
		if err != nil || len(happened) == 0 {
			return err
		}
		if err := tx.UpdateVM(ctx, vm); err != nil {
			return err
		}
		return announce(ctx, tx, vm, happened...)
	})
	return vm, err
}

// write runs a writing transaction and wakes those who watch.
func (e *Engine) write(ctx context.Context, fn func(*store.Tx) error) error {
	err := e.store.Write(ctx, fn)
	if err == nil {
		e.changed.ring()
	}
	return err
}

// announce adds events about a VM.
func announce(ctx context.Context, tx *store.Tx, vm store.VM, happened ...happening) error {
	for _, h := range happened {
		ev := biovm.Event{Time: time.Now(), VM: vm.Spec.ID, UUID: vm.UUID, Kind: h.kind}
		if h.data != nil {
			data, err := json.Marshal(h.data)
			if err != nil {
				return fmt.Errorf("encode %s event: %w", h.kind, err)
			}
			ev.Data = data
		}
		if err := tx.Append(ctx, ev); err != nil {
			return err
		}
	}
	return nil
}

// find reads a VM and puts its name into the call.
func (e *Engine) find(ctx context.Context, c *call, ref string) (store.VM, error) {
	var vm store.VM
	err := e.store.Read(ctx, func(tx *store.Tx) error {
		var err error
		vm, err = tx.VM(ctx, ref)
		return err
	})
	if err == nil {
		c.vm = vm.Spec.ID
	}
	return vm, err
}
