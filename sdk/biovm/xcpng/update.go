package xcpng

import (
	"context"
	"errors"
	"fmt"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
)

// Update implements [biovm.Updater]. Of a VM that stands still the cell's part is
// put down, and the cell gets it at the next start. A change of memory or
// processors is made at once when the machine is halted; otherwise the machine is
// shut down and started again for it, if the change allows it.
func (v *VM) Update(ctx context.Context, change biovm.Change) error {
	return v.do(ctx, string(biovm.OpUpdate), func(ctx context.Context, c *xapi.Client) error {
		return v.locked(ctx, func(ctx context.Context) error { return v.update(ctx, c, change) })
	})
}

func (v *VM) update(ctx context.Context, c *xapi.Client, change biovm.Change) error {
	m, err := v.look(ctx, c)
	if err != nil {
		return err
	}
	now := viewOf(m)
	if _, err := now.state.Next(biovm.OpUpdate); err != nil {
		return err
	}
	if change.ModelSource != nil || change.GenomeSource != nil {
		v.d.moved(ctx, change.Apply(m.stamp.Spec))
	}
	asked := m.stamp.Asked
	var r *resizing
	if change.XCPng != nil {
		// Both as today's defaults have them, as a plan compares them: those of
		// another day are no change.
		was := v.d.asked(ctx, m.stamp.Spec.XCPng)
		asked = v.d.asked(ctx, change.XCPng)
		r, err = v.resizing(m, change, was, asked)
		asked.Template, asked.SR, asked.Network = m.stamp.Asked.Template, m.stamp.Asked.SR, m.stamp.Asked.Network
	}
	if err != nil {
		// All that is wrong at once, and nothing is changed.
		after := change.Apply(m.stamp.Spec)
		return errors.Join(v.d.checkCell(ctx, after), err)
	}
	inCell := change
	inCell.XCPng = nil
	if r == nil {
		return v.alterNow(ctx, c, biovm.OpUpdate, v.updating(change, inCell, asked))
	}
	// The cell first: what it refuses leaves the machine alone.
	was := m.stamp
	if err := v.alterNow(ctx, c, biovm.OpUpdate, v.updating(change, inCell, asked)); err != nil {
		return err
	}
	if err := v.resize(ctx, c, r); err != nil {
		after, cancel := afterwards(ctx)
		defer cancel()
		back := wholeChange(change.Apply(was.Spec), was.Spec)
		undo := v.alterNow(after, c, biovm.OpUpdate, alteration{
			guest: func(ctx context.Context, c cell) error {
				return errors.Join(c.engine.Update(ctx, c.name, back), c.hold(ctx, was.Allocated))
			},
			twin: func(ctx context.Context, t twin) error { return t.Update(ctx, back) },
			edit: func(s *stamp) { s.Spec, s.Asked, s.Allocated = was.Spec, was.Asked, was.Allocated },
		})
		if undo != nil {
			return fmt.Errorf("%w; and the rest of the change could not be taken back: %w", err, undo)
		}
		return err
	}
	return nil
}

// updating is a change of the spec as an alteration.
func (v *VM) updating(change, inCell biovm.Change, asked biovm.XCPngSpec) alteration {
	return alteration{
		guest: func(ctx context.Context, c cell) error { return c.engine.Update(ctx, c.name, inCell) },
		twin:  func(ctx context.Context, t twin) error { return t.Update(ctx, inCell) },
		edit: func(s *stamp) {
			s.Spec = change.Apply(s.Spec)
			s.Asked = asked
		},
	}
}

// A resizing is a change of a machine's size.
type resizing struct {
	from, to  machineNow
	vcpus     bool // which of them change
	memoryMiB bool
}

// resizing says what a change from what was asked to x does to the machine's size;
// nil for nothing. It fails with what stands against the change.
func (v *VM) resizing(m *stamped, change biovm.Change, was, x biovm.XCPngSpec) (*resizing, error) {
	now := machineNow{
		vcpus: int(m.vm.VCPUsAtStartup), memoryMiB: int(m.vm.MemoryStaticMax >> 20), halted: m.vm.PowerState == xapi.PowerHalted,
	}
	i := impactOf(was, x, now)
	spec := change.Apply(m.stamp.Spec)
	if err := errors.Join(append(checkChange(spec), i.refusal(x))...); err != nil {
		return nil, err
	}
	r := &resizing{from: now, to: now, vcpus: i.resizes("vcpus"), memoryMiB: i.resizes("memory_mib")}
	if r.vcpus {
		r.to.vcpus = orTemplate(x.VCPUs, m.stamp.Made.VCPUs)
	}
	if r.memoryMiB {
		r.to.memoryMiB = orTemplate(x.MemoryMiB, m.stamp.Made.MemoryMiB)
	}
	if r.to == r.from {
		return nil, nil
	}
	return r, nil
}

func orTemplate(n, template int) int {
	if n == 0 {
		return template
	}
	return n
}

// resize gives the machine another size. A machine that is not halted is, and
// then goes on as it was; with the size that it had when there is no room for the
// new one.
func (v *VM) resize(ctx context.Context, c *xapi.Client, r *resizing) error {
	m, err := v.look(ctx, c)
	if err != nil {
		return err
	}
	if m.vm.PowerState == xapi.PowerHalted {
		return v.setSize(ctx, c, r.from, r.to)
	}
	s := &step{v: v, c: c, m: m}
	grace := orDefault(m.stamp.Asked.ShutdownGrace, shutdownTime)
	if m.vm.PowerState != xapi.PowerRunning {
		if err := s.power(ctx); err != nil {
			return s.unless(ctx, err)
		}
	}
	if err := s.still(ctx, func(ctx context.Context) error { return v.explain(c.Shutdown(ctx, v.ref, grace)) }); err != nil {
		return s.unless(ctx, err)
	}
	err = v.setSize(ctx, c, r.from, r.to)
	if err == nil {
		if err = v.goOn(ctx, c, m); err == nil {
			return nil
		}
	}
	// It goes on as it was.
	after, cancel := afterwards(ctx)
	defer cancel()
	v.d.hangUp(v.uuid)
	undo := c.Shutdown(after, v.ref, 0)
	if undo == nil {
		undo = v.setSize(after, c, r.to, r.from)
	}
	if undo == nil {
		undo = v.goOn(after, c, m)
	}
	if undo != nil {
		return fmt.Errorf("%w; and it could not be brought back as it was: %w", err, v.explain(undo))
	}
	return err
}

// goOn boots the machine and brings it and the cell to where the stamp says.
func (v *VM) goOn(ctx context.Context, c *xapi.Client, m *stamped) error {
	if err := v.boot(ctx, c, &m.stamp); err != nil {
		return v.explain(err)
	}
	s := &step{v: v, c: c, m: m}
	err := s.inGuest(ctx, func(ctx context.Context, c cell) error {
		_, err := c.align(ctx, &m.stamp, m.stamp.State)
		return err
	})
	if err != nil || m.stamp.State != biovm.Paused {
		return err
	}
	return s.still(ctx, func(ctx context.Context) error { return v.explain(c.Pause(ctx, v.ref)) })
}

// setSize changes a halted machine.
func (v *VM) setSize(ctx context.Context, c *xapi.Client, from, to machineNow) error {
	if to.memoryMiB != from.memoryMiB {
		if err := c.SetMemory(ctx, v.ref, int64(to.memoryMiB)<<20); err != nil {
			return v.explain(err)
		}
	}
	if to.vcpus != from.vcpus {
		if err := c.SetVCPUs(ctx, v.ref, int64(to.vcpus)); err != nil {
			if to.memoryMiB != from.memoryMiB {
				after, cancel := afterwards(ctx)
				defer cancel()
				err = errors.Join(err, c.SetMemory(after, v.ref, int64(from.memoryMiB)<<20))
			}
			return v.explain(err)
		}
	}
	return nil
}
