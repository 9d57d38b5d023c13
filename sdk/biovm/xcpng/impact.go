package xcpng

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
)

// An Impact says what a change of a VM's machine takes. The fields are named as in
// the JSON form of [biovm.XCPngSpec].
type Impact struct {
	// Hot changes at once, while the cell runs.
	Hot []string
	// Restart needs the machine shut down and started again, when it runs.
	Restart []string
	// Replace needs another machine.
	Replace []string
}

// ImpactOf compares what specs say of a machine.
func ImpactOf(was, want biovm.XCPngSpec) Impact {
	var i Impact
	differs := func(list *[]string, field string, same bool) {
		if !same {
			*list = append(*list, field)
		}
	}
	differs(&i.Replace, "host", was.Host == want.Host)
	differs(&i.Replace, "template", was.Template == want.Template)
	differs(&i.Replace, "sr", was.SR == want.SR)
	differs(&i.Replace, "network", was.Network == want.Network)
	differs(&i.Replace, "ssh_user", was.SSHUser == want.SSHUser)
	differs(&i.Replace, "user_data", was.UserData == want.UserData)
	differs(&i.Replace, "network_config", was.NetworkConfig == want.NetworkConfig)
	differs(&i.Restart, "vcpus", was.VCPUs == want.VCPUs)
	differs(&i.Restart, "memory_mib", was.MemoryMiB == want.MemoryMiB)
	differs(&i.Hot, "placement", was.Placement == want.Placement) // from the next start on
	differs(&i.Hot, "ssh_key_path", was.SSHKeyPath == want.SSHKeyPath)
	differs(&i.Hot, "address_within", was.AddressWithin == want.AddressWithin)
	differs(&i.Hot, "address_timeout", was.AddressTimeout == want.AddressTimeout)
	differs(&i.Hot, "ssh_timeout", was.SSHTimeout == want.SSHTimeout)
	differs(&i.Hot, "shutdown_grace", was.ShutdownGrace == want.ShutdownGrace)
	differs(&i.Hot, "keep_disks", was.KeepDisks == want.KeepDisks)
	differs(&i.Hot, "allow_restart", was.AllowRestart == want.AllowRestart)
	return i
}

// Impact says what it takes to change a VM's machine to what x says, both over the
// defaults, and which of it is refused: what needs another machine, and a restart
// without leave. The refusals are [biovm.FieldError]s.
func (d *Driver) Impact(was biovm.Status, x biovm.XCPngSpec) (Impact, error) {
	host := x.Host
	if was.XCPng != nil {
		host = was.XCPng.Host
	}
	p := d.pool(host)
	want := p.settings(biovm.Spec{XCPng: &x})
	i := ImpactOf(p.settings(was.Spec), want)
	alive := was.State != biovm.Stopped
	return i, i.refusal(want, alive)
}

func (i Impact) refusal(want biovm.XCPngSpec, alive bool) error {
	var errs []error
	for _, field := range i.Replace {
		errs = append(errs, &biovm.FieldError{Path: "xcpng." + field, Reason: "cannot change on a machine that is there: it takes another one"})
	}
	if alive && !want.AllowRestart {
		for _, field := range i.Restart {
			errs = append(errs, &biovm.FieldError{Path: "xcpng." + field, Reason: "can change only while the machine is off: stop the VM first, or permit the restart with allow_restart"})
		}
	}
	return errors.Join(errs...)
}

// resize changes the machine to what x says.
func (v *VM) resize(ctx context.Context, x biovm.XCPngSpec) error {
	return v.change(ctx, string(biovm.OpUpdate), func(ctx context.Context, m *machine) error {
		state, _ := m.state()
		if _, err := state.Next(biovm.OpUpdate); err != nil {
			return err
		}
		for _, e := range biovm.FieldErrors(biovm.Spec{ID: v.id, BiologicalType: v.organism, VMType: biovm.XCPng, XCPng: &x}.Validate()) {
			if strings.HasPrefix(e.Path, "xcpng") {
				return e
			}
		}
		want := m.pool.settings(biovm.Spec{XCPng: &x})
		i := ImpactOf(m.settings(), want)
		alive := state != biovm.Stopped
		if err := i.refusal(want, alive); err != nil {
			return err
		}
		if len(i.Restart) > 0 {
			if err := v.restarted(ctx, m, state, func(ctx context.Context) error { return size(ctx, m, i, want) }); err != nil {
				return err
			}
		}
		return m.restamp(context.WithoutCancel(ctx), func(s *stamp) { s.Spec.XCPng = &x })
	})
}

// size sets what can be set of a machine that is off. What the spec does not say
// stays.
func size(ctx context.Context, m *machine, i Impact, want biovm.XCPngSpec) error {
	if slices.Contains(i.Restart, "vcpus") && want.VCPUs > 0 {
		if err := m.client.SetVCPUs(ctx, m.ref, int64(want.VCPUs)); err != nil {
			return translate(err)
		}
	}
	if slices.Contains(i.Restart, "memory_mib") && want.MemoryMiB > 0 {
		if err := m.client.SetMemory(ctx, m.ref, int64(want.MemoryMiB)<<mebibyte); err != nil {
			return translate(err)
		}
	}
	return nil
}

// restarted does something while the machine is off, and brings the VM back to
// where it was, also when that fails.
func (v *VM) restarted(ctx context.Context, m *machine, state biovm.State, do func(ctx context.Context) error) error {
	if state == biovm.Stopped && m.record.PowerState == xapi.PowerHalted {
		return do(ctx)
	}
	if err := v.wake(ctx, m); err != nil {
		return err
	}
	v.driver.disconnect(v.uuid)
	if err := m.client.Shutdown(ctx, v.ref, grace(m.settings())); err != nil {
		return translate(err)
	}
	err := do(ctx)
	if err == nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	back := context.WithoutCancel(ctx)
	if failed := v.boot(back, m, true); failed != nil {
		return errors.Join(err, failed)
	}
	switch state {
	case biovm.Running:
		err = errors.Join(err, v.run(back, m, biovm.Running))
	case biovm.Paused:
		err = errors.Join(err, translate(m.client.Pause(back, v.ref)))
		v.driver.disconnect(v.uuid)
	case biovm.Created, biovm.Stopped, biovm.Failed:
	}
	return err
}
