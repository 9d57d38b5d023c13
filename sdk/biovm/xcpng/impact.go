package xcpng

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
)

// An Impact says what it takes to change what a VM's machine is, by the names of
// the fields of [biovm.XCPngSpec] in JSON.
type Impact struct {
	// Hot fields change in place.
	Hot []string
	// Restart fields need the machine shut down and started again.
	Restart []string
	// Replace fields need the VM destroyed and made anew.
	Replace []string
}

// Impact says what it would take to change a VM's machine to what x asks for. An
// error lists, as [biovm.FieldError]s, what cannot be whatever it takes, and a
// restart that is not allowed; the impact is whole all the same.
func (d *Driver) Impact(ctx context.Context, was biovm.Status, x biovm.XCPngSpec) (Impact, error) {
	var i Impact
	err := d.do(ctx, "plan a change of", was.ID, func(ctx context.Context) error {
		if was.XCPng == nil {
			return fmt.Errorf("%w: it is no xcpng vm", biovm.ErrInvalid)
		}
		wanted := d.asked(ctx, &x)
		now := machineNow{vcpus: was.XCPng.VCPUs, memoryMiB: was.XCPng.MemoryMiB, halted: was.XCPng.PowerState == xapi.PowerHalted}
		i = impactOf(d.asked(ctx, was.Spec.XCPng), wanted, now)
		after := was.Spec
		after.VMType, after.XCPng = biovm.XCPng, &x
		return errors.Join(append(checkChange(after), i.refusal(wanted))...)
	})
	return i, err
}

// checkChange checks a changed spec's machine by itself.
func checkChange(spec biovm.Spec) []error {
	var errs []error
	for _, e := range biovm.FieldErrors(spec.Validate()) {
		if strings.HasPrefix(e.Path, "xcpng.") {
			errs = append(errs, e)
		}
	}
	return errs
}

// machineNow is what a machine has.
type machineNow struct {
	vcpus, memoryMiB int
	halted           bool
}

// impactOf compares what holds of a machine with what is to.
func impactOf(was, x biovm.XCPngSpec, now machineNow) Impact {
	var i Impact
	for _, f := range []struct {
		name    string
		changed bool
		list    *[]string
	}{
		{"host", was.Host != x.Host, &i.Replace},
		{"template", was.Template != x.Template, &i.Replace},
		{"sr", was.SR != x.SR, &i.Replace},
		{"network", was.Network != x.Network, &i.Replace},
		{"placement", was.Placement != x.Placement, &i.Replace},
		{"user_data", was.UserData != x.UserData, &i.Replace},
		{"network_config", was.NetworkConfig != x.NetworkConfig, &i.Replace},
		{"address_within", was.AddressWithin != x.AddressWithin, &i.Replace},
		{"ssh_user", was.SSHUser != x.SSHUser, &i.Hot},
		{"ssh_key_path", was.SSHKeyPath != x.SSHKeyPath, &i.Hot},
		{"address_timeout", was.AddressTimeout != x.AddressTimeout, &i.Hot},
		{"ssh_timeout", was.SSHTimeout != x.SSHTimeout, &i.Hot},
		{"shutdown_grace", was.ShutdownGrace != x.ShutdownGrace, &i.Hot},
		{"keep_disks", was.KeepDisks != x.KeepDisks, &i.Hot},
		{"allow_restart", was.AllowRestart != x.AllowRestart, &i.Hot},
		{"vcpus", was.VCPUs != x.VCPUs, i.resize(now, x.VCPUs == now.vcpus)},
		{"memory_mib", was.MemoryMiB != x.MemoryMiB, i.resize(now, x.MemoryMiB == now.memoryMiB)},
	} {
		if f.changed {
			*f.list = append(*f.list, f.name)
		}
	}
	return i
}

// resize is where a change of the machine's size belongs.
func (i *Impact) resize(now machineNow, has bool) *[]string {
	if now.halted || has {
		return &i.Hot
	}
	return &i.Restart
}

// refusal is why a change cannot be made in place, nil when it can.
func (i *Impact) refusal(x biovm.XCPngSpec) error {
	var errs problems
	for _, f := range i.Replace {
		errs.add(f, nil, "cannot change in place: destroy the vm and create it anew")
	}
	if !x.AllowRestart {
		for _, f := range i.Restart {
			errs.add(f, nil, "needs the machine shut down and started again: stop the vm first, or set allow_restart")
		}
	}
	return errs.join()
}

// resizes reports whether a field changes in place, with or without a restart.
func (i *Impact) resizes(field string) bool {
	return slices.Contains(i.Hot, field) || slices.Contains(i.Restart, field)
}
