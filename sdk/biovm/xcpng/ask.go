package xcpng

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
)

// A question is what a caller wants to know of a cell.
type question struct {
	// guest asks the cell in the guest.
	guest func(ctx context.Context, c cell) error
	// twin asks the cell's twin when the guest stands still; nil when only the
	// cell itself can tell.
	twin func(ctx context.Context, t twin, m *stamped, now view) error
	// standing is the error for a guest that stands still, when there is no twin.
	standing func(now view) error
	// once: asking twice does harm.
	once bool
}

// needs is the error of an operation that a VM's state does not allow.
func needs(op biovm.Op) func(now view) error {
	return func(now view) error {
		if _, err := now.state.Next(op); err != nil {
			return err
		}
		return fmt.Errorf("%w: %s", biovm.ErrState, now.problem)
	}
}

// errAway ends a call into a guest that stands still or is gone.
var errAway = errors.New("the guest does not answer any more")

// errUnasked says that a call did not get into the guest.
var errUnasked = errors.New("the guest was not asked")

// ask puts a question to the cell. While there is a line to it the pool is not
// asked at all; a call that hangs because somebody else made the machine stand
// still ends when the pool says so.
func (v *VM) ask(ctx context.Context, c *xapi.Client, q question) error {
	const attempts = 3
	g := v.d.guest(v.uuid)
	var last error
	for range attempts {
		l := g.current()
		if l == nil {
			m, err := v.look(ctx, c)
			if err != nil {
				if errors.Is(err, biovm.ErrNotFound) {
					v.d.forget(v.uuid)
				}
				return err
			}
			if now := viewOf(m); !now.answers {
				return v.askTwin(ctx, q, m, now)
			}
			l, err = v.connect(ctx, c, &m.stamp)
			if errors.Is(err, errAway) {
				last = err
				continue // it was there a moment ago
			}
			if err != nil {
				return err
			}
		}
		lost, err := v.call(ctx, c, g, l, q)
		if !lost {
			return err
		}
		_ = g.hangUp()
		if last = err; q.once && !errors.Is(err, errUnasked) {
			return v.cutOff(ctx, c, q, err)
		}
	}
	return last
}

// cutOff is the error of a question that may have been answered, and must not be
// asked twice.
func (v *VM) cutOff(ctx context.Context, c *xapi.Client, q question, err error) error {
	m, lookup := v.look(ctx, c)
	if lookup != nil {
		return errors.Join(err, lookup)
	}
	if now := viewOf(m); !now.answers {
		return errors.Join(q.standing(now), err)
	}
	return fmt.Errorf("%w; it may have run to its end, and is not run again", err)
}

func (v *VM) askTwin(ctx context.Context, q question, m *stamped, now view) error {
	if m.err != nil {
		return fmt.Errorf("%w: %w", biovm.ErrState, m.err)
	}
	if q.twin == nil || now.state == biovm.Failed {
		return q.standing(now)
	}
	return v.d.asTwin(ctx, &m.stamp, func(t twin) error { return q.twin(ctx, t, m, now) })
}

// call asks through a line, which it reports lost when it did not hold.
func (v *VM) call(ctx context.Context, c *xapi.Client, g *guest, l *line, q question) (lost bool, err error) {
	if err := g.door.enter(ctx); err != nil {
		return false, err
	}
	defer g.door.leave()
	if g.current() != l {
		return true, errUnasked // it went while the door was shut
	}
	err = v.whileUp(ctx, c, l.conn.Done(), func(ctx context.Context) error { return q.guest(ctx, v.cell(l)) })
	switch {
	case err == nil || ctx.Err() != nil:
		return false, err
	case errors.Is(err, errAway):
		return true, err
	}
	return !l.alive(), err
}

// whileUp runs fn, which waits for a guest, and ends it with errAway when down is
// closed, or when it takes long and the machine does not run.
func (v *VM) whileUp(ctx context.Context, c *xapi.Client, down <-chan struct{}, fn func(ctx context.Context) error) error {
	watched, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	v.d.calls.underWay.Go(func() { v.watch(watched, c, down, cancel) })
	err := fn(watched)
	if err != nil && ctx.Err() == nil && errors.Is(context.Cause(watched), errAway) {
		return fmt.Errorf("%w: %w", errAway, err)
	}
	return err
}

// watchAfter is how long a call may take before its guest is looked after.
const watchAfter = time.Second

// watch is the other half of whileUp. It ends with ctx.
func (v *VM) watch(ctx context.Context, c *xapi.Client, down <-chan struct{}, end context.CancelCauseFunc) {
	t := time.NewTimer(watchAfter)
	defer t.Stop()
	select {
	case <-t.C:
	case <-down:
		end(errAway)
		return
	case <-ctx.Done():
		return
	}
	events, stop := context.WithCancel(ctx)
	defer stop()
	v.d.calls.underWay.Go(func() {
		select {
		case <-down:
			end(errAway)
		case <-events.Done():
		}
	})
	for _, err := range c.Events(events, "vm/"+string(v.ref)) {
		if err != nil {
			return // the caller's patience decides
		}
		m, err := v.look(events, c)
		if errors.Is(err, biovm.ErrNotFound) || err == nil && m.vm.PowerState != xapi.PowerRunning {
			end(errAway)
			return
		}
	}
}
