package xcpng

import (
	"context"
	"errors"
	"fmt"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// twin makes a cell in memory that is as the stamp says, for as long as do takes.
func (d *Driver) twin(ctx context.Context, m *machine, do func(ctx context.Context, cell biovm.VM) error) (err error) {
	unlock, err := d.turns.Lock(ctx, "twin/"+string(m.id()))
	if err != nil {
		return err
	}
	defer unlock()
	spec := cellSpec(m.stamp.Spec)
	cell, err := d.options.Twin.Create(ctx, spec)
	if err != nil {
		return fmt.Errorf("make a twin of the cell: %w", inner(err))
	}
	defer func() { err = errors.Join(err, cell.Destroy(context.WithoutCancel(ctx))) }()
	if err := agree(ctx, cell, m.stamp); err != nil {
		return fmt.Errorf("make a twin of the cell: %w", inner(err))
	}
	return inner(do(ctx, cell))
}
