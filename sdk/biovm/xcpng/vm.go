package xcpng

import (
	"context"
	"errors"
	"fmt"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
)

// VM is a handle on one xcpng VM, and on no other of the same name that may come
// after it. It has every ability that biovm knows. It is safe for concurrent use.
type VM struct {
	driver   *Driver
	host     string
	id       biovm.ID
	uuid     string
	ref      xapi.VMRef
	organism biovm.BiologicalType
}

// The abilities of an xcpng VM.
var (
	_ biovm.VM          = (*VM)(nil)
	_ biovm.Allocator   = (*VM)(nil)
	_ biovm.GeneCatalog = (*VM)(nil)
	_ biovm.Updater     = (*VM)(nil)
	_ biovm.Recorder    = (*VM)(nil)
	_ biovm.Confirmer   = (*VM)(nil)
)

// ID implements [biovm.VM].
func (v *VM) ID() biovm.ID { return v.id }

// UUID is the machine's in its pool.
func (v *VM) UUID() string { return v.uuid }

// Host names the pool.
func (v *VM) Host() string { return v.host }

// Type implements [biovm.VM].
func (v *VM) Type() biovm.VMType { return biovm.XCPng }

// BiologicalType implements [biovm.VM].
func (v *VM) BiologicalType() biovm.BiologicalType { return v.organism }

// Status implements [biovm.VM]. It is read from the pool, with those of others who
// ask at the same time, and never asks the guest.
func (v *VM) Status(ctx context.Context) (biovm.Status, error) {
	var s biovm.Status
	err := v.driver.do(ctx, "find", v.id, func(ctx context.Context) error {
		m, view, err := v.driver.find(ctx, v.host, v.uuid)
		if err == nil {
			s = view.status(m)
		}
		return err
	})
	return s, err
}

// machine reads the VM's machine from the pool.
func (v *VM) machine(ctx context.Context) (*machine, error) {
	p := v.driver.pool(v.host)
	c, err := p.client(ctx)
	if err != nil {
		return nil, err
	}
	vm, err := c.VM(ctx, v.ref)
	if err != nil {
		return nil, translate(err)
	}
	m := &machine{pool: p, client: c, ref: v.ref}
	if err := m.load(vm); err != nil {
		return nil, err
	}
	if m.number == 0 || m.stamp.Phase != phaseReady {
		return nil, biovm.ErrNotFound
	}
	return m, nil
}

// change does something that changes the VM, one such call after the other.
func (v *VM) change(ctx context.Context, op string, do func(ctx context.Context, m *machine) error) error {
	return v.driver.do(ctx, op, v.id, func(ctx context.Context) error {
		unlock, err := v.driver.turns.Lock(ctx, v.uuid)
		if err != nil {
			return err
		}
		defer unlock()
		m, err := v.machine(ctx)
		if err != nil {
			return err
		}
		return do(ctx, m)
	})
}

// ask asks the cell in the guest or, where twin is not nil and the guest stands
// still, a twin of it. A guest that is connected is asked at once: only when that
// does not answer is the pool asked what became of it.
func (v *VM) ask(ctx context.Context, op string, twin bool, do func(ctx context.Context, cell biovm.VM) error) error {
	d := v.driver
	return d.do(ctx, op, v.id, func(ctx context.Context) error {
		if g := d.connected(v.uuid); g != nil && g.cell != nil {
			err := do(ctx, g.cell)
			if err == nil || ctx.Err() != nil || answered(err) {
				return inner(err)
			}
			d.disconnect(v.uuid)
		}
		m, err := v.machine(ctx)
		if err != nil {
			return err
		}
		switch {
		case m.up():
			g, err := d.connect(ctx, m)
			if err != nil {
				return err
			}
			return inner(do(ctx, g.cell))
		case twin:
			return d.twin(ctx, m, do)
		}
		state, _ := m.state()
		return standsStill(state)
	})
}

// answered reports whether an error is the guest's engine's own: it was reached.
// That the cell is not found is no answer: the machine may be another one.
func answered(err error) bool {
	for _, e := range []error{biovm.ErrExists, biovm.ErrState, biovm.ErrNoCapacity, biovm.ErrUnsupported, biovm.ErrInvalid, biovm.ErrLimit, biovm.ErrProcess} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// standsStill is the error of what only a guest that runs can do.
func standsStill(s biovm.State) error {
	return fmt.Errorf("%w: it is %s, and what it keeps in its guest can be reached only when that runs", biovm.ErrState, s)
}
