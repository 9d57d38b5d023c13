package xcpng

import (
	"context"
	"errors"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
)

// step checks that the VM's state allows an operation, and makes it.
func (v *VM) step(ctx context.Context, op biovm.Op, do func(ctx context.Context, m *machine, from biovm.State) error) error {
	return v.change(ctx, string(op), func(ctx context.Context, m *machine) error {
		from, _ := m.state()
		if _, err := from.Next(op); err != nil {
			return err
		}
		return do(ctx, m, from)
	})
}

// Start implements [biovm.VM]. A stopped VM's machine boots again, and the cell in
// it is brought to what was changed meanwhile.
func (v *VM) Start(ctx context.Context) error {
	return v.step(ctx, biovm.OpStart, func(ctx context.Context, m *machine, from biovm.State) error {
		off := m.record.PowerState == xapi.PowerHalted
		err := v.boot(ctx, m, off)
		if err == nil {
			err = v.run(ctx, m, from)
		}
		if err != nil && off {
			// What is stopped stays stopped.
			after, cancel := context.WithTimeout(context.WithoutCancel(ctx), unwindTime)
			defer cancel()
			v.driver.disconnect(v.uuid)
			return errors.Join(err, m.client.Shutdown(after, v.ref, 0))
		}
		return err
	})
}

// boot gives the machine power, when it has none, and connects to the guest.
func (v *VM) boot(ctx context.Context, m *machine, off bool) error {
	if off {
		v.driver.disconnect(v.uuid)
		r, err := resolveMember(ctx, m)
		if err != nil {
			return err
		}
		if err := v.driver.powerOn(ctx, m, r); err != nil {
			return &StepError{Step: "start the machine", Err: translate(err)}
		}
	}
	_, err := v.driver.connect(ctx, m)
	return err
}

// resolveMember is the member that the machine is to start on.
func resolveMember(ctx context.Context, m *machine) (xapi.HostRef, error) {
	want := m.settings().Placement
	if want == "" {
		return xapi.Null[xapi.Host](), nil
	}
	hosts, err := m.client.Hosts(ctx)
	if err != nil {
		return "", translate(err)
	}
	var missing error
	ref := find("placement", want, hosts, func(h xapi.Host) (uuid, name string) { return h.UUID, h.NameLabel }, func(field string, value any, reason string) {
		missing = &biovm.FieldError{Path: "xcpng." + field, Value: value, Reason: reason}
	})
	return ref, missing
}

// run makes the cell in a guest that was reached run, and puts that down.
func (v *VM) run(ctx context.Context, m *machine, from biovm.State) error {
	g := v.driver.connected(v.uuid)
	if g == nil {
		return ErrClosed
	}
	if from != biovm.Created {
		if err := agree(ctx, g.cell, m.stamp); err != nil {
			return inner(err)
		}
	}
	if err := bring(ctx, g.cell); err != nil {
		return inner(err)
	}
	after, err := v.driver.learn(ctx, m, g.cell)
	if err != nil {
		return err
	}
	version := g.client.Server().Version
	return m.restamp(ctx, func(s *stamp) {
		after(s)
		s.State, s.AgentVersion = biovm.Running, version
	})
}

// bring makes a cell run, wherever its guest's last end left it.
func bring(ctx context.Context, cell biovm.VM) error {
	s, err := cell.Status(ctx)
	if err != nil {
		return err
	}
	switch s.State {
	case biovm.Running:
		return nil
	case biovm.Paused:
		return cell.Resume(ctx)
	case biovm.Created, biovm.Stopped, biovm.Failed:
	}
	return cell.Start(ctx)
}

// Pause implements [biovm.VM]: the cell first, then its machine.
func (v *VM) Pause(ctx context.Context) error {
	return v.step(ctx, biovm.OpPause, func(ctx context.Context, m *machine, _ biovm.State) error {
		g, err := v.driver.connect(ctx, m)
		if err != nil {
			return err
		}
		if err := g.cell.Pause(ctx); err != nil {
			return inner(err)
		}
		undo := func(err error) error {
			return errors.Join(err, inner(g.cell.Resume(context.WithoutCancel(ctx))))
		}
		after, err := v.driver.learn(ctx, m, g.cell)
		if err != nil {
			return undo(err)
		}
		if err := m.client.Pause(ctx, v.ref); err != nil {
			return undo(translate(err))
		}
		v.driver.disconnect(v.uuid)
		return m.restamp(context.WithoutCancel(ctx), func(s *stamp) {
			after(s)
			s.State = biovm.Paused
		})
	})
}

// wake lets a machine go on that was paused, or suspended by somebody.
func (v *VM) wake(ctx context.Context, m *machine) error {
	var err error
	switch m.record.PowerState {
	case xapi.PowerPaused:
		err = m.client.Unpause(ctx, v.ref)
	case xapi.PowerSuspended:
		err = m.client.Resume(ctx, v.ref)
	}
	return translate(err)
}

// Resume implements [biovm.VM]: the machine first, then the cell.
func (v *VM) Resume(ctx context.Context) error {
	return v.step(ctx, biovm.OpResume, func(ctx context.Context, m *machine, _ biovm.State) error {
		if err := v.wake(ctx, m); err != nil {
			return err
		}
		_, err := v.driver.connect(ctx, m)
		if err == nil {
			err = v.run(ctx, m, biovm.Paused)
		}
		if err != nil {
			v.driver.disconnect(v.uuid)
			return errors.Join(err, translate(m.client.Pause(context.WithoutCancel(ctx), v.ref)))
		}
		return nil
	})
}

// Stop implements [biovm.VM]: it stops the cell, and shuts the machine down, hard
// when the guest does not within the grace.
func (v *VM) Stop(ctx context.Context) error {
	return v.step(ctx, biovm.OpStop, func(ctx context.Context, m *machine, _ biovm.State) error {
		if err := v.wake(ctx, m); err != nil {
			return err
		}
		g, err := v.driver.connect(ctx, m)
		if err != nil {
			return err
		}
		if s, err := g.cell.Status(ctx); err != nil {
			return inner(err)
		} else if _, refused := s.State.Next(biovm.OpStop); refused == nil {
			if err := g.cell.Stop(ctx); err != nil {
				return inner(err)
			}
		}
		after, err := v.driver.learn(ctx, m, g.cell)
		if err != nil {
			return err
		}
		v.driver.disconnect(v.uuid)
		if err := m.client.Shutdown(ctx, v.ref, grace(m.settings())); err != nil {
			return translate(err)
		}
		return m.restamp(context.WithoutCancel(ctx), func(s *stamp) {
			after(s)
			s.State = biovm.Stopped
		})
	})
}

func grace(x biovm.XCPngSpec) time.Duration {
	if x.ShutdownGrace > 0 {
		return x.ShutdownGrace
	}
	return shutdownGrace
}

// Destroy implements [biovm.VM]: the machine goes, with its disks unless they are
// to be kept, and the name is free again.
func (v *VM) Destroy(ctx context.Context) error {
	err := v.change(ctx, string(biovm.OpDestroy), func(ctx context.Context, m *machine) error {
		v.driver.disconnect(v.uuid)
		if m.settings().KeepDisks {
			if err := disown(ctx, m); err != nil {
				return translate(err)
			}
		}
		if err := m.client.DestroyWithDisks(ctx, v.ref); err != nil {
			return translate(err)
		}
		return release(ctx, m.client, v.id)
	})
	if errors.Is(err, biovm.ErrNotFound) {
		return v.forgetName(ctx)
	}
	return err
}

// forgetName gives back the name of a VM whose machine is gone, unless another VM
// has it by now.
func (v *VM) forgetName(ctx context.Context) error {
	return v.driver.do(ctx, string(biovm.OpDestroy), v.id, func(ctx context.Context) error {
		p := v.driver.pool(v.host)
		unlock, err := v.driver.options.Keeper.Lock(ctx, "xcpng/"+p.name+"/"+string(v.id))
		if err != nil {
			return err
		}
		defer unlock()
		view, err := p.views.get(ctx)
		if err != nil {
			return err
		}
		for _, vm := range view.vms {
			if ours(&vm) && vm.OtherConfig[nameKey] == string(v.id) {
				return nil
			}
		}
		return release(ctx, view.client, v.id)
	})
}

// disown takes the marks off the drives whose disks are to stay: all but the
// configuration drive.
func disown(ctx context.Context, m *machine) error {
	for _, ref := range m.record.VBDs {
		vbd, err := m.client.VBD(ctx, ref)
		if err != nil {
			return err
		}
		if vbd.Type != xapi.VBDDisk || vbd.VDI.IsNull() {
			continue
		}
		vdi, err := m.client.VDI(ctx, vbd.VDI)
		if err != nil {
			return err
		}
		if vdi.NameLabel == configurationLabel+string(m.id()) {
			continue
		}
		if err := m.client.DisownDisk(ctx, ref); err != nil {
			return err
		}
	}
	return nil
}
