package packages

import (
	"fmt"
	"maps"
	"slices"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/near"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/process"
)

// Library is the package as programs load from it.
func (p *Package) Library() process.Package {
	return process.Package{
		PackageVersion: biovm.PackageVersion{Name: p.Name(), Version: p.Version(), Digest: p.digest},
		Requires:       slices.Sorted(maps.Keys(p.manifest.Requires.Packages)),
		Files:          p.files,
	}
}

// Libraries are packages as programs load from them.
func Libraries(all []*Package) []process.Package {
	list := make([]process.Package, len(all))
	for i, p := range all {
		list[i] = p.Library()
	}
	return list
}

// CheckCode reads all code of the package, with the packages that it requires,
// and reports what would keep a program from loading it: malformed code, names
// that are unknown, files and functions that are not there, entry points that
// no file defines.
func (p *Package) CheckCode(required []*Package) error {
	others := Libraries(required)
	if err := process.CheckPackage(p.Library(), others...); err != nil {
		return fmt.Errorf("package %s: %w", p, err)
	}
	var errs []error
	for _, fn := range slices.Sorted(maps.Keys(p.manifest.EntryPoints)) {
		file := p.manifest.EntryPoints[fn]
		exports := process.Exports(p.Library(), file, others...)
		if !slices.Contains(exports, fn) {
			errs = append(errs, &ManifestError{Key: "entry_points." + fn, Reason: fmt.Sprintf("%s defines no %s%s", file, fn, biovm.Near(near.Names(fn, exports, nearNames)))})
		}
	}
	return joined(errs)
}
