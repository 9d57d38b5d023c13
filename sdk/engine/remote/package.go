package remote

import (
	"context"
	"net/http"
	"net/url"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// InstallPackage installs a package in a VM: one of the daemon's catalogue, or a
// file that was brought.
func (c *Client) InstallPackage(ctx context.Context, ref string, r biovm.PackageRequest) (biovm.Package, error) {
	q := on("install package in", ref, http.MethodPost, "/packages")
	q.body = r
	p, err := ask[biovm.Package](ctx, c, q)
	return p, takesPackages(err)
}

// CheckPackage reports what would keep a package from being installed in the VM
// of a spec, and says what it would be.
func (c *Client) CheckPackage(ctx context.Context, spec biovm.Spec, r biovm.PackageRequest) (biovm.Package, error) {
	p, err := ask[biovm.Package](ctx, c, request{
		op: "check package for", ref: string(spec.ID), method: http.MethodPost, path: "/v1/check-package", body: PackageCheck{Spec: spec, Request: r},
	})
	return p, takesPackages(err)
}

// Packages lists the packages that are installed in a VM, by name.
func (c *Client) Packages(ctx context.Context, ref string) ([]biovm.Package, error) {
	list, err := ask[[]biovm.Package](ctx, c, on("list packages of", ref, http.MethodGet, "/packages"))
	return list, takesPackages(err)
}

// UpdatePackages brings packages of a VM to the highest versions that fit.
func (c *Client) UpdatePackages(ctx context.Context, ref string, names ...string) ([]biovm.Package, error) {
	q := on("update packages of", ref, http.MethodPost, "/packages/update")
	q.body = PackageNames{Names: names}
	list, err := ask[[]biovm.Package](ctx, c, q)
	return list, takesPackages(err)
}

// RemovePackage removes a package from a VM.
func (c *Client) RemovePackage(ctx context.Context, ref, name string) error {
	q := on("remove package from", ref, http.MethodDelete, "/packages")
	if q.query == nil {
		q.query = url.Values{}
	}
	q.query.Set("name", name)
	return takesPackages(c.call(ctx, q))
}

// takesPackages says of a daemon that knows nothing of packages what to do.
func takesPackages(err error) error { return since(err, "packages") }
