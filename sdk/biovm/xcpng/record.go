package xcpng

import (
	"context"
	"errors"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// Execute implements [biovm.VM].
func (v *VM) Execute(ctx context.Context, p biovm.Process) (biovm.Result, error) {
	var r biovm.Result
	err := v.ask(ctx, string(biovm.OpExecute), false, func(ctx context.Context, cell biovm.VM) error {
		var err error
		r, err = cell.Execute(ctx, p)
		return err
	})
	return r, err
}

// recorder asks the cell in the guest about its records. That one is not there is
// an answer too.
func (v *VM) recorder(ctx context.Context, op string, do func(ctx context.Context, r biovm.Recorder) error) error {
	var missing error
	err := v.ask(ctx, op, false, func(ctx context.Context, cell biovm.VM) error {
		missing = nil
		r, err := able[biovm.Recorder](cell)
		if err == nil {
			err = do(ctx, r)
		}
		if errors.Is(err, biovm.ErrNotFound) {
			missing = &biovm.OpError{Op: op, VM: v.id, Err: inner(err)}
			return nil
		}
		return err
	})
	return errors.Join(err, missing)
}

// own puts the VM's own identity into a record: the cell in the guest has another
// UUID.
func (v *VM) own(r biovm.Record) biovm.Record {
	r.VM, r.VMUUID = v.id, v.uuid
	return r
}

// ExecuteRecorded implements [biovm.Recorder].
func (v *VM) ExecuteRecorded(ctx context.Context, p biovm.Process, triggers map[string]string) (biovm.Record, error) {
	var record biovm.Record
	err := v.ask(ctx, string(biovm.OpExecute), false, func(ctx context.Context, cell biovm.VM) error {
		r, err := able[biovm.Recorder](cell)
		if err == nil {
			record, err = r.ExecuteRecorded(ctx, p, triggers)
		}
		return err
	})
	if err != nil {
		return biovm.Record{}, err
	}
	return v.own(record), nil
}

// Record implements [biovm.Recorder]. Records are in the guest: while it stands
// still this fails with ErrState.
func (v *VM) Record(ctx context.Context, id string) (biovm.Record, error) {
	var record biovm.Record
	err := v.recorder(ctx, "find record "+id+" of", func(ctx context.Context, r biovm.Recorder) error {
		var err error
		record, err = r.Record(ctx, id)
		return err
	})
	if err != nil {
		return biovm.Record{}, err
	}
	return v.own(record), nil
}

// Records implements [biovm.Recorder], as Record does.
func (v *VM) Records(ctx context.Context) ([]biovm.Record, error) {
	var records []biovm.Record
	err := v.recorder(ctx, "list records of", func(ctx context.Context, r biovm.Recorder) error {
		var err error
		records, err = r.Records(ctx)
		return err
	})
	for i := range records {
		records[i] = v.own(records[i])
	}
	return records, err
}

// ConfirmRecord implements [biovm.Recorder], as Record does.
func (v *VM) ConfirmRecord(ctx context.Context, id string) error {
	return v.recorder(ctx, "confirm record "+id+" of", func(ctx context.Context, r biovm.Recorder) error { return r.ConfirmRecord(ctx, id) })
}

// DeleteRecord implements [biovm.Recorder]. While the guest stands still it is put
// down, and done when the guest runs again.
func (v *VM) DeleteRecord(ctx context.Context, id string) error {
	return v.change(ctx, "delete record "+id+" of", func(ctx context.Context, m *machine) error {
		if !m.up() {
			return m.restamp(ctx, func(s *stamp) { s.Forget = append(append([]string(nil), s.Forget...), id) })
		}
		g, err := v.driver.connect(ctx, m)
		if err != nil {
			return err
		}
		r, err := able[biovm.Recorder](g.cell)
		if err != nil {
			return err
		}
		return inner(r.DeleteRecord(ctx, id))
	})
}
