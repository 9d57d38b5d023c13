package xcpng

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
)

// kept is the error of what only the guest can tell, when it stands still.
func kept(now view) error {
	return fmt.Errorf("%w: it is %s, and its records are kept in the guest: resume or start it to see them", biovm.ErrState, now.state)
}

// own makes a guest's record one of the VM's.
func (v *VM) own(r biovm.Record) biovm.Record {
	r.VM, r.VMUUID = v.id, v.uuid
	return r
}

// ExecuteRecorded implements [biovm.Recorder]. The record is kept in the guest.
func (v *VM) ExecuteRecorded(ctx context.Context, p biovm.Process, triggers map[string]string) (r biovm.Record, err error) {
	err = v.put(ctx, string(biovm.OpExecute), question{
		guest: func(ctx context.Context, c cell) (err error) {
			r, err = c.engine.ExecuteRecorded(ctx, c.name, p, triggers)
			return err
		},
		standing: needs(biovm.OpExecute),
		once:     true,
	})
	if err != nil {
		return biovm.Record{}, err
	}
	return v.own(r), nil
}

// Record implements [biovm.Recorder]. While the guest stands still it fails with
// [biovm.ErrState].
func (v *VM) Record(ctx context.Context, id string) (r biovm.Record, err error) {
	err = v.put(ctx, "read record "+id+" of", question{
		guest: func(ctx context.Context, c cell) (err error) {
			r, err = c.record(ctx, id)
			return err
		},
		standing: kept,
	})
	if err != nil {
		return biovm.Record{}, err
	}
	return v.own(r), nil
}

// record finds a record of the cell.
func (c cell) record(ctx context.Context, id string) (biovm.Record, error) {
	r, err := c.engine.Record(ctx, id)
	if err == nil && string(r.VM) != c.name {
		err = biovm.ErrNotFound
	}
	return r, err
}

// Records implements [biovm.Recorder]. While the guest stands still it fails with
// [biovm.ErrState].
func (v *VM) Records(ctx context.Context) (r []biovm.Record, err error) {
	err = v.put(ctx, "list records of", question{
		guest: func(ctx context.Context, c cell) (err error) {
			r, err = c.engine.Records(ctx, c.name)
			return err
		},
		standing: kept,
	})
	for i := range r {
		r[i] = v.own(r[i])
	}
	return r, err
}

// ConfirmRecord implements [biovm.Recorder].
func (v *VM) ConfirmRecord(ctx context.Context, id string) error {
	return v.put(ctx, "confirm record "+id+" of", question{
		guest: func(ctx context.Context, c cell) error {
			if _, err := c.record(ctx, id); err != nil {
				return err
			}
			return c.engine.ConfirmRecord(ctx, id)
		},
		standing: kept,
	})
}

// maxForget bounds how many records a stamp holds that are to be deleted.
const maxForget = 1000

// DeleteRecord implements [biovm.Recorder]. While the guest stands still it is
// put down, and the record goes at the next start.
func (v *VM) DeleteRecord(ctx context.Context, id string) error {
	err := v.put(ctx, "forget record "+id+" of", question{
		guest: func(ctx context.Context, c cell) error {
			if _, err := c.record(ctx, id); err != nil {
				return err
			}
			return c.engine.DeleteRecord(ctx, id)
		},
		standing: func(view) error { return errStands },
	})
	switch {
	case errors.Is(err, errStands):
		return v.forgetLater(ctx, id)
	case errors.Is(err, biovm.ErrNotFound):
		return nil // with its VM, or before it
	}
	return err
}

// errStands says that the guest stands still.
var errStands = errors.New("the guest stands still")

func (v *VM) forgetLater(ctx context.Context, id string) error {
	return v.do(ctx, "forget record "+id+" of", func(ctx context.Context, c *xapi.Client) error {
		return v.locked(ctx, func(ctx context.Context) error {
			return v.rewrite(ctx, c, func(m *stamped) error {
				if slices.Contains(m.stamp.Forget, id) {
					return nil
				}
				if len(m.stamp.Forget) >= maxForget {
					return fmt.Errorf("%w: %d records wait to be deleted already: start it", biovm.ErrState, maxForget)
				}
				m.stamp.Forget = append(m.stamp.Forget, id)
				m.stamp.Executions = max(0, m.stamp.Executions-1)
				return nil
			})
		})
	})
}
