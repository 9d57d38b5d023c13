package xcpng

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
)

// undoTime bounds what is done to take a failed step back. It is as long as the
// pool's client takes for its own at worst.
const undoTime = 5 * time.Minute

// afterwards is a context for what must be done whether the call's ends or not.
func afterwards(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), undoTime)
}

// A step is one operation on a VM whose turn it is.
type step struct {
	v *VM
	c *xapi.Client
	m *stamped // as it was when the turn came

	undo []func(ctx context.Context) error
}

// unless takes back what the step did, last first, when it failed.
func (s *step) unless(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	after, cancel := afterwards(ctx)
	defer cancel()
	for i := len(s.undo) - 1; i >= 0; i-- {
		if undo := s.undo[i](after); undo != nil {
			s.v.d.o.Logger.WarnContext(ctx, "xcpng: a failed step could not be taken back", slog.String("vm", string(s.v.id)), slog.String("error", undo.Error()))
			err = fmt.Errorf("%w; and what was done could not all be taken back: %w", err, undo)
		}
	}
	return err
}

// back puts down how to take back what was done.
func (s *step) back(undo func(ctx context.Context) error) { s.undo = append(s.undo, undo) }

// operate makes a step when it is the VM's turn and its state allows it: act
// does it, and edit puts it into the stamp, which decides who of several did it.
func (v *VM) operate(ctx context.Context, op biovm.Op, act func(ctx context.Context, s *step) error, edit func(s *stamp)) error {
	return v.do(ctx, string(op), func(ctx context.Context, c *xapi.Client) error {
		return v.locked(ctx, func(ctx context.Context) error { return v.turn(ctx, c, op, act, edit) })
	})
}

func (v *VM) turn(ctx context.Context, c *xapi.Client, op biovm.Op, act func(ctx context.Context, s *step) error, edit func(s *stamp)) error {
	m, err := v.look(ctx, c)
	if err != nil {
		return err
	}
	s := &step{v: v, c: c, m: m}
	next, err := viewOf(m).state.Next(op)
	if err != nil {
		return err
	}
	if err := act(ctx, s); err != nil {
		return s.unless(ctx, err)
	}
	// It is done: that it is written down does not hang on the caller.
	after, cancel := afterwards(ctx)
	defer cancel()
	beaten := false
	err = v.rewrite(after, c, func(m *stamped) error {
		if m.number != s.m.number {
			// Somebody else wrote in between: what counts is what they left.
			if _, err := m.stamp.State.Next(op); err != nil {
				beaten = true
				return err
			}
		}
		m.stamp.State = next
		if edit != nil {
			edit(&m.stamp)
		}
		return nil
	})
	if beaten {
		return err // the machine is as they want it: nothing is to be taken back
	}
	return s.unless(ctx, err)
}

// Start implements [biovm.VM]. A stopped VM's machine boots, and its cell is
// brought in line with what was changed meanwhile.
func (v *VM) Start(ctx context.Context) error { return v.wake(ctx, biovm.OpStart) }

// Resume implements [biovm.VM].
func (v *VM) Resume(ctx context.Context) error { return v.wake(ctx, biovm.OpResume) }

func (v *VM) wake(ctx context.Context, op biovm.Op) error {
	var now biovm.Status
	return v.operate(ctx, op, func(ctx context.Context, s *step) error {
		if err := s.power(ctx); err != nil {
			return err
		}
		return s.inGuest(ctx, func(ctx context.Context, c cell) (err error) {
			now, err = c.align(ctx, &s.m.stamp, biovm.Running)
			return err
		})
	}, func(s *stamp) {
		s.take(now)
		s.Forget = nil
	})
}

// Pause implements [biovm.VM]. It waits for a process that runs.
func (v *VM) Pause(ctx context.Context) error {
	executions := 0
	return v.operate(ctx, biovm.OpPause, func(ctx context.Context, s *step) error {
		err := s.inGuest(ctx, func(ctx context.Context, c cell) error {
			if err := s.halt(ctx, c, biovm.OpPause, biovm.Paused); err != nil {
				return err
			}
			executions = c.executions(ctx, s.m.stamp.Executions)
			return nil
		})
		if err != nil {
			return err
		}
		return s.still(ctx, func(ctx context.Context) error {
			if err := s.c.Pause(ctx, v.ref); err != nil {
				return v.explain(err)
			}
			s.back(func(ctx context.Context) error { return s.c.Unpause(ctx, v.ref) })
			return nil
		})
	}, func(s *stamp) { s.Executions = executions })
}

// Stop implements [biovm.VM]. A process that runs is cut off, the guest is asked
// to shut down, and its power taken off when it does not within the grace that
// the spec gives it.
func (v *VM) Stop(ctx context.Context) error {
	executions := -1
	act := func(ctx context.Context, s *step) error {
		grace := orDefault(s.m.stamp.Asked.ShutdownGrace, shutdownTime)
		if err := s.power(ctx); err == nil {
			// A guest that does not answer is stopped all the same: its cell is
			// brought in line at the next start.
			brief, cancel := context.WithTimeout(ctx, grace)
			err := s.inGuest(brief, func(ctx context.Context, c cell) error {
				if err := s.halt(ctx, c, biovm.OpStop, biovm.Stopped); err != nil {
					return err
				}
				executions = c.executions(ctx, s.m.stamp.Executions)
				return nil
			})
			cancel()
			if err != nil && ctx.Err() != nil {
				return err
			}
			if err != nil {
				v.d.o.Logger.WarnContext(ctx, "xcpng: the cell of a vm that stops did not stop first", slog.String("vm", string(v.id)), slog.String("error", err.Error()))
			}
		} else if ctx.Err() != nil {
			return err
		}
		return s.still(ctx, func(ctx context.Context) error { return v.explain(s.c.Shutdown(ctx, v.ref, grace)) })
	}
	return v.do(ctx, string(biovm.OpStop), func(ctx context.Context, c *xapi.Client) error {
		// Somebody may wait for a process to end, and have the turn as long.
		if err := v.cutProcess(ctx, c); err != nil {
			return err
		}
		return v.locked(ctx, func(ctx context.Context) error {
			return v.turn(ctx, c, biovm.OpStop, act, func(s *stamp) {
				if executions >= 0 {
					s.Executions = executions
				}
			})
		})
	})
}

// cutProcess stops the cell of a running VM, and with it the process in it.
func (v *VM) cutProcess(ctx context.Context, c *xapi.Client) error {
	m, err := v.look(ctx, c)
	if err != nil {
		return err
	}
	now := viewOf(m)
	if _, err := now.state.Next(biovm.OpStop); err != nil {
		return err
	}
	if !now.answers || v.d.guest(v.uuid).current() == nil {
		return nil
	}
	brief, cancel := context.WithTimeout(ctx, orDefault(m.stamp.Asked.ShutdownGrace, shutdownTime))
	defer cancel()
	err = v.ask(brief, c, question{
		guest:    func(ctx context.Context, c cell) error { return c.engine.Operate(ctx, c.name, biovm.OpStop) },
		standing: needs(biovm.OpStop),
	})
	if errors.Is(err, biovm.ErrNotFound) && !errors.Is(err, biovm.ErrState) {
		if _, err := v.look(ctx, c); err != nil {
			return err
		}
	}
	return ctx.Err() // the turn itself sees what came of it
}

// power has a machine run that does not, and puts down how to take that back.
func (s *step) power(ctx context.Context) error {
	v := s.v
	var err error
	switch s.m.vm.PowerState {
	case xapi.PowerRunning:
		return nil
	case xapi.PowerHalted:
		err = v.boot(ctx, s.c, &s.m.stamp)
		if _, refused := errors.AsType[*xapi.Error](err); refused && !errors.Is(err, xapi.TaskCancelled) {
			break // somebody else may have started it: that is theirs
		}
		s.back(func(ctx context.Context) error {
			v.d.hangUp(v.uuid)
			return s.c.Shutdown(ctx, v.ref, 0)
		})
	case xapi.PowerSuspended:
		if err = s.c.Resume(ctx, v.ref); err == nil {
			s.back(func(ctx context.Context) error {
				v.d.hangUp(v.uuid)
				return s.c.Suspend(ctx, v.ref)
			})
		}
	default:
		if err = s.c.Unpause(ctx, v.ref); err == nil {
			s.back(func(ctx context.Context) error {
				v.d.hangUp(v.uuid)
				return s.c.Pause(ctx, v.ref)
			})
		}
	}
	return v.explain(err)
}

// boot starts a halted machine where it is to run.
func (v *VM) boot(ctx context.Context, c *xapi.Client, s *stamp) error {
	if s.Made.Member == "" {
		return c.Start(ctx, v.ref)
	}
	hosts, err := c.Hosts(ctx)
	if err != nil {
		return err
	}
	for ref, h := range hosts {
		if h.UUID == s.Made.Member {
			return c.StartOn(ctx, v.ref, ref)
		}
	}
	return fmt.Errorf("%w: the member %s, which the vm is to start on (placement), is not in the pool any more", biovm.ErrNoCapacity, s.Asked.Placement)
}

// inGuest asks the cell in a machine that runs.
func (s *step) inGuest(ctx context.Context, fn func(ctx context.Context, c cell) error) error {
	g := s.v.d.guest(s.v.uuid)
	const attempts = 2
	var err error
	for range attempts {
		var l *line
		if l, err = s.v.connect(ctx, s.c, &s.m.stamp); err != nil {
			return s.away(ctx, err)
		}
		var lost bool
		lost, err = s.v.call(ctx, s.c, g, l, question{guest: fn})
		if !lost {
			return err
		}
		_ = g.hangUp()
	}
	return s.away(ctx, err)
}

// away says what became of a guest that went while it was asked.
func (s *step) away(ctx context.Context, err error) error {
	if !errors.Is(err, errAway) {
		return err
	}
	m, lookup := s.v.look(ctx, s.c)
	switch {
	case lookup != nil:
		return lookup
	case m.vm.PowerState == xapi.PowerRunning:
		return err
	}
	return fmt.Errorf("%w: somebody else changed its machine meanwhile, which is %s now", biovm.ErrState, m.vm.PowerState)
}

// halt pauses or stops the cell, which may have happened already.
func (s *step) halt(ctx context.Context, c cell, op biovm.Op, want biovm.State) error {
	err := c.engine.Operate(ctx, c.name, op)
	if err == nil {
		was := s.m.stamp.State
		s.back(func(ctx context.Context) error {
			return s.inGuest(ctx, func(ctx context.Context, c cell) error {
				_, err := c.align(ctx, &s.m.stamp, was)
				return err
			})
		})
		return nil
	}
	now, lookup := c.engine.Status(ctx, c.name)
	switch {
	case lookup != nil:
		return err
	case now.State == want, want == biovm.Stopped && now.State != biovm.Running && now.State != biovm.Paused:
		return nil
	case !errors.Is(err, biovm.ErrState):
		return err
	}
	// It stood otherwise than the stamp says.
	_, err = c.align(ctx, &s.m.stamp, want)
	return err
}

// still does what makes the guest stand still, when nobody is in it any more,
// and hangs up.
func (s *step) still(ctx context.Context, fn func(ctx context.Context) error) error {
	g := s.v.d.guest(s.v.uuid)
	err := g.door.shut(ctx)
	defer g.door.open()
	if err != nil {
		return err
	}
	_ = g.hangUp()
	return fn(ctx)
}

// executions is how many records the cell keeps; what it last said, when it does
// not say.
func (c cell) executions(ctx context.Context, last int) int {
	all, err := c.engine.Records(ctx, c.name)
	if err != nil {
		return last
	}
	return len(all)
}
