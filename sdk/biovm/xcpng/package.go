package xcpng

import (
	"context"
	"fmt"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/source"
)

// inGuest is the error about packages of a guest that stands still.
func inGuest(now view) error {
	return fmt.Errorf("%w: the packages are in the guest, which is %s; start the vm", biovm.ErrState, now.state)
}

// InstallPackage implements [biovm.VM]. A path is read, and a URL downloaded,
// here; the package is installed in the guest, and is gone with its disk.
func (v *VM) InstallPackage(ctx context.Context, r biovm.PackageRequest) (p biovm.Package, err error) {
	err = v.put(ctx, "install package in", question{
		guest: func(ctx context.Context, c cell) error {
			staged, err := source.Reader{}.StagePackage(ctx, c.engine, r)
			if err != nil {
				return err
			}
			p, err = c.engine.InstallPackage(ctx, c.name, staged)
			return err
		},
		standing: inGuest,
	})
	return p, err
}

// Packages implements [biovm.PackageKeeper].
func (v *VM) Packages(ctx context.Context) (list []biovm.Package, err error) {
	err = v.put(ctx, "list packages of", question{
		guest: func(ctx context.Context, c cell) (err error) {
			list, err = c.engine.Packages(ctx, c.name)
			return err
		},
		standing: inGuest,
	})
	return list, err
}

// UpdatePackages implements [biovm.PackageKeeper]. The guest's catalogue counts.
func (v *VM) UpdatePackages(ctx context.Context, names ...string) (list []biovm.Package, err error) {
	err = v.put(ctx, "update packages of", question{
		guest: func(ctx context.Context, c cell) (err error) {
			list, err = c.engine.UpdatePackages(ctx, c.name, names...)
			return err
		},
		standing: inGuest,
	})
	return list, err
}

// RemovePackage implements [biovm.PackageKeeper].
func (v *VM) RemovePackage(ctx context.Context, name string) error {
	return v.put(ctx, "remove package from", question{
		guest:    func(ctx context.Context, c cell) error { return c.engine.RemovePackage(ctx, c.name, name) },
		standing: inGuest,
	})
}
