package store

import (
	"context"
	"database/sql"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// Package is the row of a package that is installed in a VM.
type Package struct {
	biovm.PackageVersion

	// SHA256 names the file that has the package.
	SHA256 string
	// Asked is what installed it by hand; nil: nothing did.
	Asked *biovm.PackageRequest
}

func scanPackage(row scanner) (Package, error) {
	var (
		p     Package
		asked sql.NullString
	)
	if err := row.Scan(&p.Name, &p.Version, &p.Digest, &p.SHA256, &asked); err != nil || !asked.Valid {
		return p, err
	}
	p.Asked = &biovm.PackageRequest{}
	return p, decode("vm_package.asked", asked.String, p.Asked)
}

// Packages returns the packages that are installed in a VM, by name.
func (t *Tx) Packages(ctx context.Context, vm string) ([]Package, error) {
	return collect(ctx, t, scanPackage, "SELECT name, version, digest, sha256, asked FROM vm_package WHERE vm_uuid = ? ORDER BY name", vm)
}

// SetPackages replaces the packages that are installed in a VM; their files are
// there. Files that are of no use any more are removed.
func (t *Tx) SetPackages(ctx context.Context, vm string, packages []Package) error {
	if _, err := t.exec(ctx, "DELETE FROM vm_package WHERE vm_uuid = ?", vm); err != nil {
		return err
	}
	for _, p := range packages {
		var asked string
		if p.Asked != nil {
			text, err := encode(p.Asked)
			if err != nil {
				return err
			}
			asked = text
		}
		if _, err := t.exec(ctx, "INSERT INTO vm_package (vm_uuid, name, version, digest, sha256, asked) VALUES (?, ?, ?, ?, ?, ?)",
			vm, p.Name, p.Version, p.Digest, p.SHA256, null(asked)); err != nil {
			return err
		}
	}
	return t.CollectFiles(ctx)
}
