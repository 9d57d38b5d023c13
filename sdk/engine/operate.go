package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/store"
)

// Operate applies OpStart, OpPause, OpResume, OpStop or OpDestroy. What the
// VM's state does not allow fails with [biovm.ErrState] and changes nothing.
//
// A process that runs is waited for by pause, and cut off by stop and
// destroy: its execution fails with [biovm.ErrState], at once when it runs in
// this engine, within some seconds when it runs in another one.
func (e *Engine) Operate(ctx context.Context, ref string, op biovm.Op) error {
	return e.do(ctx, string(op), ref, func(ctx context.Context, c *call) error {
		switch op {
		case biovm.OpStart:
			return e.start(ctx, c, ref)
		case biovm.OpPause:
			return e.pause(ctx, c, ref)
		case biovm.OpResume:
			_, err := e.move(ctx, c, ref, op)
			return err
		case biovm.OpStop:
			vm, err := e.move(ctx, c, ref, op)
			if err == nil {
				e.cutOff(vm.UUID, errStopped())
			}
			return err
		case biovm.OpDestroy:
			return e.destroy(ctx, c, ref)
		case biovm.OpExecute, biovm.OpAllocate, biovm.OpUpdate:
		}
		return fmt.Errorf("%w: %q does not change a vm's state by itself; use start, pause, resume, stop or destroy", biovm.ErrInvalid, op)
	})
}

// move applies an operation that changes the state only.
func (e *Engine) move(ctx context.Context, c *call, ref string, op biovm.Op) (store.VM, error) {
	return e.change(ctx, c, ref, func(_ *store.Tx, vm *store.VM) ([]happening, error) { return step(vm, op) })
}

func step(vm *store.VM, op biovm.Op) ([]happening, error) {
	from := vm.State
	to, err := from.Next(op)
	if err != nil {
		return nil, err
	}
	vm.State = to
	if op == biovm.OpStop {
		vm.Life++
	}
	return []happening{{biovm.EventState, map[string]biovm.State{"from": from, "to": to}}}, nil
}

// start starts a VM, if its settings ask for it after verifying that the cell
// can live. That takes too long for a transaction, so it is done before, and
// again if the VM was changed meanwhile.
func (e *Engine) start(ctx context.Context, c *call, ref string) error {
	for {
		before, err := e.find(ctx, c, ref)
		if err != nil {
			return err
		}
		if _, err := before.State.Next(biovm.OpStart); err != nil {
			return err
		}
		if err := e.validateFunctions(ctx, before); err != nil {
			return err
		}
		stale := false
		_, err = e.change(ctx, c, before.UUID, func(_ *store.Tx, vm *store.VM) ([]happening, error) {
			if stale = vm.Generation != before.Generation; stale {
				return nil, nil
			}
			return step(vm, biovm.OpStart)
		})
		if err != nil || !stale {
			return err
		}
	}
}

// validateFunctions is what function_validation asks for.
func (e *Engine) validateFunctions(ctx context.Context, vm store.VM) error {
	t, err := termsOf(vm.Spec)
	if err != nil {
		return err
	}
	if v := t.config.FunctionValidation; v == nil || !*v {
		return nil
	}
	c, err := e.cell(ctx, t, vm.Grant)
	if err != nil {
		return err
	}
	functions, err := c.Functions(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, f := range functions {
		if !f.Supported() {
			errs = append(errs, &biovm.FieldError{Path: "config.function_validation", Value: true, Reason: fmt.Sprintf(
				"the cell cannot start without %s: %s; change its knockouts or medium, or turn function_validation off", f.Name, strings.Join(f.Missing, ", "))})
		}
	}
	return errors.Join(errs...)
}

// pause waits until no process runs in the VM, and pauses it.
func (e *Engine) pause(ctx context.Context, c *call, ref string) error {
	vm, err := e.find(ctx, c, ref)
	if err != nil {
		return err
	}
	if _, err := vm.State.Next(biovm.OpPause); err != nil {
		return err
	}
	unlock, err := e.store.LockVM(ctx, vm.UUID)
	if err != nil {
		return err
	}
	defer unlock()
	_, err = e.move(ctx, c, vm.UUID, biovm.OpPause)
	return err
}

// destroy ends a VM, and with it its records and its grant.
func (e *Engine) destroy(ctx context.Context, c *call, ref string) error {
	var vm store.VM
	err := e.write(ctx, func(tx *store.Tx) error {
		var err error
		if vm, err = tx.VM(ctx, ref); err != nil {
			return err
		}
		c.vm = vm.Spec.ID
		if _, err := vm.State.Next(biovm.OpDestroy); err != nil {
			return err
		}
		return errors.Join(tx.DeleteVM(ctx, vm), announce(ctx, tx, vm, happening{biovm.EventDestroyed, nil}))
	})
	if err != nil {
		return err
	}
	e.cutOff(vm.UUID, errDestroyed())
	e.store.ForgetVM(vm.UUID)
	return nil
}

func errDestroyed() error {
	return fmt.Errorf("%w: the vm was destroyed while the process ran", biovm.ErrState)
}

func errStopped() error {
	return fmt.Errorf("%w: the vm was stopped while the process ran", biovm.ErrState)
}

// cutOff ends the process that this engine runs in a VM, if it runs one.
func (e *Engine) cutOff(vm string, cause error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if cancel := e.executions[vm]; cancel != nil {
		cancel(cause)
	}
}
