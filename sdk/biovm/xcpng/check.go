package xcpng

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
)

// Check implements [biovm.Driver]. A pool that does not answer is no reason to
// refuse a spec: what it would say is then not known.
func (d *Driver) Check(ctx context.Context, spec biovm.Spec) error {
	return d.do(ctx, "check", spec.ID, func(ctx context.Context) error {
		if err := d.checkCell(ctx, spec); err != nil {
			return err
		}
		p, err := d.where(spec)
		if err != nil {
			return err
		}
		c, err := p.client(ctx)
		if err == nil {
			_, err = resolve(ctx, c, p.settings(spec))
		}
		if err == nil || errors.Is(err, biovm.ErrInvalid) || errors.Is(err, biovm.ErrNotFound) || ctx.Err() != nil {
			return err
		}
		d.options.Logger.Warn("a spec was not compared with its pool", "host", p.name, "error", err)
		return nil
	})
}

// checkCell checks what the pool has no part in.
func (d *Driver) checkCell(ctx context.Context, spec biovm.Spec) error {
	var errs []error
	if spec.VMType != biovm.XCPng {
		errs = append(errs, &biovm.FieldError{Path: "vm_type", Value: string(spec.VMType), Reason: "this driver makes VMs of type \"xcpng\""})
	}
	if spec.SharedChassis != "" {
		if _, err := biovm.ParseID(spec.SharedChassis); err == nil {
			errs = append(errs, fmt.Errorf("%w: %w", &biovm.FieldError{
				Path: "shared_chassis", Value: spec.SharedChassis, Reason: "an xcpng VM has its chassis for itself: an engine of its own, in its own machine",
			}, biovm.ErrUnsupported))
		}
	}
	if spec.XCPng != nil {
		own := spec
		own.VMType = biovm.XCPng
		for _, e := range biovm.FieldErrors(own.Validate()) {
			if strings.HasPrefix(e.Path, "xcpng") {
				errs = append(errs, e)
			}
		}
	}
	cell := cellSpec(spec)
	if _, err := biovm.ParseID(spec.SharedChassis); err != nil && spec.SharedChassis != "" {
		cell.SharedChassis = spec.SharedChassis // the twin says what is wrong with the name
	}
	if err := d.options.Twin.Check(ctx, cell); err != nil {
		errs = append(errs, inner(err))
	}
	return errors.Join(errs...)
}

// cellSpec is what the guest's engine is asked for.
func cellSpec(s biovm.Spec) biovm.Spec {
	s.VMType, s.SharedChassis, s.XCPng = biovm.Basic, "", nil
	return s
}

// where is the pool that a spec names.
func (d *Driver) where(spec biovm.Spec) (*pool, error) {
	var x biovm.XCPngSpec
	if spec.XCPng != nil {
		x = *spec.XCPng
	}
	x = x.Over(d.options.Defaults)
	if x.Host == "" {
		return nil, &biovm.FieldError{Path: "xcpng.host", Reason: "must name a pool"}
	}
	return d.pool(x.Host), nil
}

// A resolution is what the names in a spec mean in a pool.
type resolution struct {
	settings biovm.XCPngSpec
	template xapi.TemplateFacts
	sr       xapi.SRRef
	network  xapi.NetworkRef
	member   xapi.HostRef
}

// resolve finds what a spec names in a pool, and says of all that it does not
// find at once.
func resolve(ctx context.Context, c *xapi.Client, x biovm.XCPngSpec) (resolution, error) {
	r := resolution{settings: x}
	var errs []error
	bad := func(field string, value any, reason string) {
		errs = append(errs, &biovm.FieldError{Path: "xcpng." + field, Value: value, Reason: reason})
	}
	if x.Template == "" {
		bad("template", nil, "must name a template")
	} else if err := r.findTemplate(ctx, c, bad); err != nil {
		return r, err
	}
	srs, err := c.SRs(ctx)
	if err != nil {
		return r, err
	}
	r.sr = find("sr", x.SR, srs, func(s xapi.SR) (uuid, name string) { return s.UUID, s.NameLabel }, bad)
	networks, err := c.Networks(ctx)
	if err != nil {
		return r, err
	}
	r.network = find("network", x.Network, networks, func(n xapi.Network) (uuid, name string) { return n.UUID, n.NameLabel }, bad)
	hosts, err := c.Hosts(ctx)
	if err != nil {
		return r, err
	}
	r.member = find("placement", x.Placement, hosts, func(h xapi.Host) (uuid, name string) { return h.UUID, h.NameLabel }, bad)
	if x.Network == "" && x.Template != "" && len(errs) == 0 && r.template.Interfaces == 0 {
		bad("network", nil, "is needed: the template has no network interface")
	}
	return r, errors.Join(errs...)
}

func (r *resolution) findTemplate(ctx context.Context, c *xapi.Client, bad func(string, any, string)) error {
	name := r.settings.Template
	found, err := c.FindTemplate(ctx, name)
	switch {
	case errors.Is(err, xapi.ErrAmbiguous):
		bad("template", name, "is the name of several templates: give the UUID")
	case errors.Is(err, xapi.UUIDInvalid):
		bad("template", name, "is no template of the pool, neither its name nor its UUID")
	case err != nil:
		return err
	case found.DescribedDisks || found.Disks == 0:
		bad("template", name, "has no disk with a system on it: make a template of a machine that boots")
	case !found.Bootable:
		bad("template", name, "has no disk that is bootable")
	}
	r.template = found
	return nil
}

// find finds an object by UUID or, when it is the only one, by name; null for no
// name.
func find[T any](field, want string, all map[xapi.Ref[T]]T, names func(T) (uuid, name string), bad func(string, any, string)) xapi.Ref[T] {
	if want == "" {
		return xapi.Null[T]()
	}
	found, count := xapi.Null[T](), 0
	for ref, object := range all {
		uuid, name := names(object)
		if uuid == want {
			return ref
		}
		if name == want {
			found = ref
			count++
		}
	}
	switch count {
	case 0:
		bad(field, want, "there is none of that name or UUID in the pool")
	case 1:
		return found
	default:
		bad(field, want, "is the name of several: give the UUID")
	}
	return xapi.Null[T]()
}
