package xcpng

import (
	"context"
	"log/slog"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
)

// Allocate implements [biovm.Allocator]. Of a VM that stands still it is put
// down, and the cell gets it at the next start.
func (v *VM) Allocate(ctx context.Context, a biovm.Allocation) (biovm.Resources, error) {
	return v.allocate(ctx, "allocate resources of", func(ctx context.Context, r holder) (biovm.Resources, error) { return r.Allocate(ctx, a) })
}

// ResetAllocation implements [biovm.Allocator].
func (v *VM) ResetAllocation(ctx context.Context) (biovm.Resources, error) {
	return v.allocate(ctx, "reset resources of", func(ctx context.Context, r holder) (biovm.Resources, error) { return r.ResetAllocation(ctx) })
}

// A holder is what can be given resources: a cell in a guest, or its twin.
type holder interface {
	Allocate(ctx context.Context, a biovm.Allocation) (biovm.Resources, error)
	ResetAllocation(ctx context.Context) (biovm.Resources, error)
}

// Allocate implements holder.
func (c cell) Allocate(ctx context.Context, a biovm.Allocation) (biovm.Resources, error) {
	return c.engine.Allocate(ctx, c.name, a)
}

// ResetAllocation implements holder.
func (c cell) ResetAllocation(ctx context.Context) (biovm.Resources, error) {
	return c.engine.ResetAllocation(ctx, c.name)
}

// allocate changes what the cell holds, in the guest and in the stamp.
func (v *VM) allocate(ctx context.Context, op string, change func(ctx context.Context, r holder) (biovm.Resources, error)) (r biovm.Resources, err error) {
	err = v.alter(ctx, op, biovm.OpAllocate, alteration{
		guest: func(ctx context.Context, c cell) (err error) {
			r, err = change(ctx, c)
			return err
		},
		twin: func(ctx context.Context, t twin) (err error) {
			r, err = change(ctx, t)
			return err
		},
	})
	if err != nil {
		return biovm.Resources{}, err
	}
	return r, nil
}

// An alteration changes what a cell is or holds.
type alteration struct {
	guest func(ctx context.Context, c cell) error
	twin  func(ctx context.Context, t twin) error
	// edit puts into the stamp what the cell's status does not say; nil for
	// nothing.
	edit func(s *stamp)
}

// alter makes an alteration when it is the VM's turn: in the guest, if that
// answers, otherwise in the stamp alone, after a twin has tried it.
func (v *VM) alter(ctx context.Context, op string, kind biovm.Op, a alteration) error {
	return v.do(ctx, op, func(ctx context.Context, c *xapi.Client) error {
		return v.locked(ctx, func(ctx context.Context) error { return v.alterNow(ctx, c, kind, a) })
	})
}

func (v *VM) alterNow(ctx context.Context, c *xapi.Client, kind biovm.Op, a alteration) error {
	m, err := v.look(ctx, c)
	if err != nil {
		return err
	}
	now := viewOf(m)
	if _, err := now.state.Next(kind); err != nil {
		return err
	}
	s := &step{v: v, c: c, m: m}
	var is biovm.Status
	var growth *biovm.Growth
	if now.answers {
		is, growth, err = s.alterGuest(ctx, a)
	} else {
		is, growth, err = s.alterTwin(ctx, a)
	}
	if err != nil {
		return s.unless(ctx, err)
	}
	after, cancel := afterwards(ctx)
	defer cancel()
	return s.unless(ctx, v.rewrite(after, c, func(m *stamped) error {
		if a.edit != nil {
			a.edit(&m.stamp)
		}
		m.stamp.Growth = growth
		seconds := m.stamp.SimulatedSeconds
		m.stamp.take(is)
		m.stamp.SimulatedSeconds = max(seconds, is.SimulatedSeconds)
		return nil
	}))
}

func (s *step) alterGuest(ctx context.Context, a alteration) (is biovm.Status, growth *biovm.Growth, err error) {
	was := s.m.stamp
	err = s.inGuest(ctx, func(ctx context.Context, c cell) error {
		if err := a.guest(ctx, c); err != nil {
			return err
		}
		s.back(func(ctx context.Context) error {
			return s.inGuest(ctx, func(ctx context.Context, c cell) error {
				_, err := c.align(ctx, &was, was.State)
				return err
			})
		})
		after, cancel := afterwards(ctx)
		defer cancel()
		if is, err = c.engine.Status(after, c.name); err != nil {
			return err
		}
		growth = s.v.d.growthOf(after, func(ctx context.Context) (biovm.Metrics, error) { return c.engine.Metrics(ctx, c.name) })
		return nil
	})
	return is, growth, err
}

func (s *step) alterTwin(ctx context.Context, a alteration) (is biovm.Status, growth *biovm.Growth, err error) {
	d := s.v.d
	err = d.asTwin(ctx, &s.m.stamp, func(t twin) error {
		if err := a.twin(ctx, t); err != nil {
			return err
		}
		if is, err = t.Status(ctx); err != nil {
			return err
		}
		growth = d.growthOf(ctx, t.Metrics)
		d.o.Logger.DebugContext(ctx, "xcpng: the guest gets a change at its next start", slog.String("vm", string(s.v.id)))
		return nil
	})
	return is, growth, err
}
