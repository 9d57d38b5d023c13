package daemon

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/remote"
)

type removePackageInput struct {
	VMInput

	Name string `doc:"Name of the package." query:"name" required:"true"`
}

func (d *Daemon) aboutPackages(api huma.API) {
	e := d.options.Engine
	read(api, route(http.MethodGet, "/v1/vms/{ref}/packages", "list-packages", "The packages that are installed in a VM"), func(ctx context.Context, in *VMInput) ([]biovm.Package, error) {
		return e.Packages(ctx, in.ref())
	})
	install := route(http.MethodPost, "/v1/vms/{ref}/packages", "install-package", "Install a package in a VM")
	install.Description = "The source is the name of a package of the daemon's catalogue, which comes with what it requires. " +
		"Any other package is brought as a file first, and named by its SHA-256; the source only says where it is from then."
	read(api, install, func(ctx context.Context, in *withBody[biovm.PackageRequest]) (biovm.Package, error) {
		return e.InstallPackage(ctx, in.ref(), in.Body)
	})
	read(api, route(http.MethodPost, "/v1/vms/{ref}/packages/update", "update-packages", "Bring packages of a VM to the highest versions that fit"), func(ctx context.Context, in *withBody[remote.PackageNames]) ([]biovm.Package, error) {
		return e.UpdatePackages(ctx, in.ref(), in.Body.Names...)
	})
	act(api, route(http.MethodDelete, "/v1/vms/{ref}/packages", "remove-package", "Remove a package from a VM"), func(ctx context.Context, in *removePackageInput) error {
		return e.RemovePackage(ctx, in.ref(), in.Name)
	})
}
