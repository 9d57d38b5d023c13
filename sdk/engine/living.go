package engine

import (
	"context"
	"errors"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/cell"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/store"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/living"
)

// livingState reads the state of a VM's living cell; nil if it has lived no
// second.
func (e *Engine) livingState(ctx context.Context, uuid string) (state []byte, err error) {
	err = e.store.Read(ctx, func(tx *store.Tx) error {
		state, err = tx.Living(ctx, uuid)
		return err
	})
	return state, err
}

// present is a VM's cell with its operons as its life has them, and the life's
// state. If the state does not tell, the cell is as it was made: cellMetrics says so.
func (e *Engine) present(ctx context.Context, c *cell.Cell, vm store.VM) (*cell.Cell, []byte, error) {
	state, err := e.livingState(ctx, vm.UUID)
	if err != nil {
		return nil, nil, err
	}
	operons, err := living.Operons(state)
	if _, stuck := errors.AsType[*living.StateError](err); stuck {
		return c, state, nil
	}
	if err == nil {
		c, err = living.Under(c, operons)
	}
	return c, state, err
}

// cellMetrics are the figures that a VM's type is known by. A living cell that
// cannot go on is no error of those who ask how the VM is.
func cellMetrics(ctx context.Context, c *cell.Cell, vm store.VM, state []byte) (biovm.CellMetrics, error) {
	m, err := living.Metrics(ctx, c, state, vm.Spec.Seed)
	var stuck *living.StateError
	if errors.As(err, &stuck) || errors.Is(err, biovm.ErrUnsupported) {
		return biovm.CellMetrics{Problem: err.Error()}, nil
	}
	return m, err
}
