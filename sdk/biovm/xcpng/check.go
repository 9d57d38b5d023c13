package xcpng

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// Check implements [biovm.Driver]. What only the pool can tell is left out when
// it does not answer.
func (d *Driver) Check(ctx context.Context, spec biovm.Spec) error {
	return d.do(ctx, "check", spec.ID, func(ctx context.Context) error {
		errs := []error{d.checkCell(ctx, spec)}
		x := d.asked(ctx, spec.XCPng)
		errs = append(errs, checkMachine(spec, x)...)
		if x.Host == "" {
			return errors.Join(errs...)
		}
		_, err := d.survey(ctx, x)
		if err != nil && (Answered(err) || ctx.Err() != nil) {
			errs = append(errs, err)
		}
		return errors.Join(errs...)
	})
}

// asked is what holds of a spec's machine: what it says over what its pool gives
// to those who say nothing, and that over the driver's defaults.
func (d *Driver) asked(ctx context.Context, spec *biovm.XCPngSpec) biovm.XCPngSpec {
	var x biovm.XCPngSpec
	if spec != nil {
		x = *spec
	}
	name := cmp.Or(x.Host, d.o.Defaults.Host)
	if h, err := d.o.Hosts.Host(ctx, name); name != "" && err == nil {
		x = x.Over(h.Defaults())
	}
	return x.Over(d.o.Defaults)
}

// checkCell checks the cell, which is a basic one in its guest.
func (d *Driver) checkCell(ctx context.Context, spec biovm.Spec) error {
	return inner(d.o.Twin.Check(ctx, cellOf(spec)))
}

// checkMachine checks what can be known without the pool.
func checkMachine(spec biovm.Spec, x biovm.XCPngSpec) []error {
	var errs []error
	if spec.VMType != biovm.XCPng {
		errs = append(errs, &biovm.FieldError{Path: "vm_type", Value: string(spec.VMType), Reason: `this driver makes vms of vm_type "xcpng" only`})
	}
	if spec.SharedChassis != "" {
		errs = append(errs, fmt.Errorf("%w: %w", biovm.ErrUnsupported, &biovm.FieldError{
			Path: "shared_chassis", Value: spec.SharedChassis, Reason: "an xcpng vm has an engine of its own in its guest, and cannot share a chassis with others: leave it out",
		}))
	}
	if x.Host == "" {
		errs = append(errs, &biovm.FieldError{Path: "xcpng.host", Reason: "name the pool to make the vm on, or set a default one"})
	}
	spec.VMType, spec.XCPng = biovm.XCPng, &x
	for _, e := range biovm.FieldErrors(spec.Validate()) {
		if strings.HasPrefix(e.Path, "xcpng.") || e.Path == "shared_chassis" {
			errs = append(errs, e)
		}
	}
	if text := strings.TrimSpace(x.UserData); strings.HasPrefix(text, "#!") || strings.HasPrefix(text, "Content-Type:") || strings.HasPrefix(text, "MIME-Version:") || strings.HasPrefix(text, "[") || strings.HasPrefix(text, "- ") {
		errs = append(errs, &biovm.FieldError{Path: "xcpng.user_data", Reason: "must be cloud-config, a YAML mapping: it is merged into what the guest is told"})
	}
	return errs
}

// survey finds what the spec of a machine names on its pool.
func (d *Driver) survey(ctx context.Context, x biovm.XCPngSpec) (site, error) {
	if _, err := d.o.Hosts.Host(ctx, x.Host); errors.Is(err, biovm.ErrNotFound) {
		names, listErr := d.o.Hosts.HostNames(ctx)
		if listErr != nil {
			return site{}, listErr
		}
		return site{}, &biovm.FieldError{Path: "xcpng.host", Value: x.Host, Reason: "there is no such xcpng host; there is " + list(names)}
	}
	o, err := d.pool(x.Host).offer.get(ctx)
	if err != nil {
		return site{}, err
	}
	return o.resolve(x)
}
