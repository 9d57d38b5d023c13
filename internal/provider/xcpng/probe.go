package xcpng

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/providerdata"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/xcpng"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
)

// probe asks a pool, which need not be kept yet, what it offers, and whether it has
// what VMs on it are to get.
func probe(ctx context.Context, h biovm.XCPngHost) (p xcpng.Pool, err error) {
	client, err := bioxen.Open(ctx, bioxen.Options{InMemory: true, XCPng: []biovm.XCPngHost{h}, Logger: providerdata.Logger()})
	if err != nil {
		return xcpng.Pool{}, err
	}
	defer func() { err = errors.Join(err, client.Close()) }()
	return client.XCPng().CheckPool(ctx, h.Name)
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
