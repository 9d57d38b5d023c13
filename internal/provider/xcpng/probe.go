package xcpng

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/providerdata"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/xcpng"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
)

// probe asks a pool, which need not be kept yet, what it offers.
func probe(ctx context.Context, h biovm.XCPngHost) (p xcpng.Pool, err error) {
	client, err := bioxen.Open(ctx, bioxen.Options{InMemory: true, XCPng: []biovm.XCPngHost{h}, Logger: providerdata.Logger()})
	if err != nil {
		return xcpng.Pool{}, err
	}
	defer func() { err = errors.Join(err, client.Close()) }() //nolint:contextcheck // logging out outlives the call
	return client.XCPng().Pool(ctx, h.Name)
}

// reachable reports whether err is the pool's own answer, or says that what
// answered is not the pool, rather than that nobody did.
func reachable(err error) bool {
	if errors.Is(err, xapi.ErrUntrusted) {
		return true
	}
	_, answered := errors.AsType[*xapi.Error](err)
	return answered || len(biovm.FieldErrors(err)) > 0
}

// addRefusal reports why a pool cannot be used.
func addRefusal(diags *diag.Diagnostics, m model, err error) {
	const summary = "The pool cannot be used"
	n := noun()
	switch {
	case errors.Is(err, xapi.ErrUntrusted):
		at, advice := path.Root("url"), " Name the certificate that is to be trusted in pins, or its authority in ca_cert_pem."
		if !m.Pins.IsNull() {
			at, advice = path.Root("pins"), " Compare with what the host itself shows: openssl x509 -in /etc/xensource/xapi-ssl.pem -noout -fingerprint -sha256."
		} else if !m.CACertPEM.IsNull() {
			at, advice = path.Root("ca_cert_pem"), ""
		}
		diags.AddAttributeError(at, summary, "The pool shows a certificate that is not trusted; somebody may stand in between: "+err.Error()+"."+advice)
		return
	case errors.Is(err, xapi.SessionAuthenticationFailed), errors.Is(err, xapi.SessionAuthorizationFailed), errors.Is(err, xapi.RBACPermissionDenied):
		n.Fallback = path.Root("username")
	}
	n.Add(diags, summary, err)
}

// checkOffer reports what the pool does not have.
func checkOffer(diags *diag.Diagnostics, m model, p xcpng.Pool) {
	var templates, networks, srs []named
	for _, t := range p.Templates {
		templates = append(templates, named{t.Name, t.UUID})
	}
	for _, n := range p.Networks {
		networks = append(networks, named{n.Name, n.UUID})
	}
	for _, s := range p.Storage {
		srs = append(srs, named{s.Name, s.UUID})
	}
	for _, o := range []struct {
		attribute, noun string
		asked           types.String
		have            []named
	}{{"template", "template", m.Template, templates}, {"network", "network", m.Network, networks}, {"sr", "storage repository", m.SR, srs}} {
		if o.asked.IsNull() || o.asked.IsUnknown() {
			continue
		}
		if problem := find(o.have, o.noun, o.asked.ValueString()); problem != "" {
			diags.AddAttributeError(path.Root(o.attribute), "The pool does not have it", problem)
		}
	}
}

// named is what a pool has, by name and UUID.
type named struct{ name, uuid string }

// find says why a reference by name or UUID does not lead to one thing; empty
// when it does.
func find(all []named, noun, ref string) string {
	var found []named
	for _, n := range all {
		if n.uuid == ref {
			return ""
		}
		if n.name == ref {
			found = append(found, n)
		}
	}
	switch len(found) {
	case 1:
		return ""
	case 0:
		return fmt.Sprintf("There is no %s of the name or UUID %q. There are: %s.", noun, ref, list(all))
	}
	var uuids []string
	for _, n := range found {
		uuids = append(uuids, n.uuid)
	}
	slices.Sort(uuids)
	return fmt.Sprintf("Of what is there %d are called %q. Name the %s by its UUID: %s.", len(found), ref, noun, strings.Join(uuids, ", "))
}

// list names what there is, in order, and not without end.
func list(all []named) string {
	const most = 20
	var names []string
	for _, n := range all {
		names = append(names, fmt.Sprintf("%q", n.name))
	}
	slices.Sort(names)
	names = slices.Compact(names)
	switch {
	case len(names) == 0:
		return "none"
	case len(names) > most:
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}
