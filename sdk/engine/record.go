package engine

import (
	"context"
	"errors"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/store"
)

// adoptRecord takes over a pending record of an equal execution whose owner
// died before it could put down that the record is there. It must have run in
// the VM as it stands: what came of another grant or spec answers no question
// that is asked now.
func (e *Engine) adoptRecord(ctx context.Context, vm store.VM, x execution) (r store.Record, ok bool, err error) {
	err = e.store.Write(ctx, func(tx *store.Tx) error {
		pending, err := tx.Pending(ctx, vm, x.process, x.triggers)
		if err != nil {
			return err
		}
		for _, p := range pending {
			alive, err := e.store.Alive(p.Owner)
			if err != nil {
				return err
			}
			if !alive {
				r, ok = p, true
				r.Owner = x.owner
				return tx.OwnRecord(ctx, r.ID, r.Owner)
			}
		}
		return nil
	})
	return r, ok, err
}

// Record finds a record of any VM by its ID.
func (e *Engine) Record(ctx context.Context, id string) (biovm.Record, error) {
	var record biovm.Record
	err := e.do(ctx, "find record "+id+" of", "", func(ctx context.Context, _ *call) error {
		return e.store.Read(ctx, func(tx *store.Tx) error {
			r, err := tx.Record(ctx, id)
			record = r.Record
			return err
		})
	})
	return record, err
}

// Records lists a VM's records, oldest first.
func (e *Engine) Records(ctx context.Context, ref string) ([]biovm.Record, error) {
	var records []biovm.Record
	err := e.do(ctx, "list records of", ref, func(ctx context.Context, c *call) error {
		return e.store.Read(ctx, func(tx *store.Tx) error {
			vm, err := tx.VM(ctx, ref)
			if err != nil {
				return err
			}
			c.vm = vm.Spec.ID
			rows, err := tx.Records(ctx, vm.UUID)
			records = make([]biovm.Record, len(rows))
			for i, r := range rows {
				records[i] = r.Record
			}
			return err
		})
	})
	return records, err
}

// ConfirmRecord takes the pending mark off a record; on one without it does
// nothing.
func (e *Engine) ConfirmRecord(ctx context.Context, id string) error {
	return e.do(ctx, "confirm record "+id+" of", "", func(ctx context.Context, c *call) error {
		confirmed := false
		err := e.store.Read(ctx, func(tx *store.Tx) error {
			r, err := tx.Record(ctx, id)
			c.vm, confirmed = r.VM, r.Owner == ""
			return err
		})
		if err != nil || confirmed {
			return err
		}
		return e.store.Write(ctx, func(tx *store.Tx) error {
			if _, err := tx.Record(ctx, id); err != nil {
				return err
			}
			return tx.OwnRecord(ctx, id, "")
		})
	})
}

// DeleteRecord forgets a record; one that is gone is no error.
func (e *Engine) DeleteRecord(ctx context.Context, id string) error {
	return e.do(ctx, "forget record "+id+" of", "", func(ctx context.Context, c *call) error {
		return e.write(ctx, func(tx *store.Tx) error {
			r, err := tx.Record(ctx, id)
			if errors.Is(err, biovm.ErrNotFound) {
				return nil
			}
			if err != nil {
				return err
			}
			c.vm = r.VM
			vm, err := tx.VM(ctx, r.VMUUID)
			if err != nil {
				return err
			}
			if err := tx.DeleteRecord(ctx, id); err != nil {
				return err
			}
			return announce(ctx, tx, vm, happening{biovm.EventForgotten, map[string]string{"record": id}})
		})
	})
}
