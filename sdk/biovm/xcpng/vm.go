package xcpng

import (
	"context"
	"fmt"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
)

// VM is a handle on one xcpng VM, and on no other of the same name that may come
// after it. It has the abilities that
// all types of cells have; see [EColiVM]. It is safe for concurrent
// use.
type VM struct {
	d        *Driver
	host     string // the pool's name
	ref      xapi.VMRef
	id       biovm.ID
	uuid     string
	organism biovm.BiologicalType
}

// The abilities of an xcpng VM.
var (
	_ biovm.VM            = (*VM)(nil)
	_ biovm.Allocator     = (*VM)(nil)
	_ biovm.GeneCatalog   = (*VM)(nil)
	_ biovm.Updater       = (*VM)(nil)
	_ biovm.Recorder      = (*VM)(nil)
	_ biovm.Transcriber   = (*VM)(nil)
	_ biovm.Confirmer     = (*VM)(nil)
	_ biovm.PackageKeeper = (*VM)(nil)
)

func (d *Driver) vm(host string, m *stamped) *VM {
	return &VM{d: d, host: host, ref: m.ref, id: m.id(), uuid: m.vm.UUID, organism: m.stamp.Spec.BiologicalType}
}

// ID implements [biovm.VM].
func (v *VM) ID() biovm.ID { return v.id }

// UUID is the machine's: it tells this VM from others that have or had its name.
func (v *VM) UUID() string { return v.uuid }

// Host names the pool that the VM is on.
func (v *VM) Host() string { return v.host }

// Type implements [biovm.VM].
func (v *VM) Type() biovm.VMType { return biovm.XCPng }

// BiologicalType implements [biovm.VM].
func (v *VM) BiologicalType() biovm.BiologicalType { return v.organism }

// do runs fn as a call about the VM, with a session on its pool.
func (v *VM) do(ctx context.Context, op string, fn func(ctx context.Context, c *xapi.Client) error) error {
	return v.d.do(ctx, op, v.id, func(ctx context.Context) error {
		c, err := v.d.pool(v.host).session(ctx)
		if err != nil {
			return err
		}
		return fn(ctx, c)
	})
}

// explain says what an error of the pool means to the VM.
func (v *VM) explain(err error) error {
	if gone(err, v.ref) {
		return fmt.Errorf("%w: its machine is gone from xcpng host %q", biovm.ErrNotFound, v.host)
	}
	return explain(v.host, err)
}

// look reads the machine as it is now.
func (v *VM) look(ctx context.Context, c *xapi.Client) (*stamped, error) {
	vm, err := c.VM(ctx, v.ref)
	if err != nil {
		return nil, v.explain(err)
	}
	m, ok := stampOf(v.ref, vm)
	if !ok || vm.UUID != v.uuid {
		return nil, fmt.Errorf("%w: its machine is on xcpng host %q, and carries no mark of bioxen any more", biovm.ErrNotFound, v.host)
	}
	return &m, nil
}

// Status implements [biovm.VM]. It is one reading of the pool, which callers at
// the same time share, and never asks the guest.
func (v *VM) Status(ctx context.Context) (biovm.Status, error) {
	var s biovm.Status
	err := v.d.do(ctx, "find", v.id, func(ctx context.Context) error {
		c, err := v.d.pool(v.host).census.get(ctx)
		if err != nil {
			return err
		}
		for i := range c.machines {
			if m := &c.machines[i]; m.ref == v.ref && m.vm.UUID == v.uuid {
				s = statusOf(v.host, m, &c)
				return nil
			}
		}
		return fmt.Errorf("%w: its machine is gone from xcpng host %q", biovm.ErrNotFound, v.host)
	})
	if err != nil {
		return biovm.Status{}, err
	}
	return s, nil
}

// Confirm implements [biovm.Confirmer].
func (v *VM) Confirm(ctx context.Context) error {
	return v.do(ctx, "confirm", func(ctx context.Context, c *xapi.Client) error {
		m, err := v.look(ctx, c)
		if err != nil || m.err != nil || m.stamp.Owner == "" {
			return err
		}
		return v.locked(ctx, func(ctx context.Context) error {
			return v.rewrite(ctx, c, func(m *stamped) error {
				m.stamp.Owner = ""
				return nil
			})
		})
	})
}

// locked runs fn while nobody else of this data directory changes the VM.
func (v *VM) locked(ctx context.Context, fn func(ctx context.Context) error) error {
	unlock, err := v.d.o.Keeper.Lock(ctx, "xcpng/vm/"+v.uuid)
	if err != nil {
		return fmt.Errorf("wait for what else changes the vm: %w", err)
	}
	defer unlock()
	return fn(ctx)
}
