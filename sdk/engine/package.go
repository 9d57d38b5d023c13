package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/near"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/store"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/packages"
)

// InstallPackage installs a package in a VM, with what it requires of the
// catalogue, in one transaction. A package that is no one of the catalogue is
// the file of the request's SHA256, which was brought ([Engine.PutFile]). See
// [biovm.VM].
func (e *Engine) InstallPackage(ctx context.Context, ref string, r biovm.PackageRequest) (biovm.Package, error) {
	var installed biovm.Package
	err := e.do(ctx, "install package in", ref, func(ctx context.Context, c *call) error {
		vm, err := e.find(ctx, c, ref)
		if err != nil {
			return err
		}
		name, w, err := e.wishFor(ctx, r)
		if err != nil {
			return err
		}
		all, _, err := e.repack(ctx, c, vm.UUID, func(store.VM, []placed) (wish, error) { return w, nil })
		if err != nil {
			return refusedPackage(err, r)
		}
		installed = all[slices.IndexFunc(all, func(p biovm.Package) bool { return p.Name == name })]
		return nil
	})
	return installed, err
}

// CheckPackage reports what would keep a package from being installed in the VM
// of a spec, whether the VM is there or not, and says what it would be. A
// package that it requires and that is not there yet is no error: it is named
// in Missing.
func (e *Engine) CheckPackage(ctx context.Context, spec biovm.Spec, r biovm.PackageRequest) (biovm.Package, error) {
	var would biovm.Package
	err := e.do(ctx, "check package for", string(spec.ID), func(ctx context.Context, c *call) error {
		name, w, err := e.wishFor(ctx, r)
		if err != nil {
			return err
		}
		vm, err := e.find(ctx, c, string(spec.ID))
		if errors.Is(err, biovm.ErrNotFound) {
			vm, err = store.VM{Spec: spec.WithDefaults()}, nil // one that has nothing yet
		}
		if err != nil {
			return err
		}
		vm.Spec.Packages = spec.Packages
		var have []placed
		if vm.UUID != "" {
			if have, err = e.placedIn(ctx, vm.UUID); err != nil {
				return err
			}
		}
		plan, err := e.planFor(vm, have, w)
		if unknown, ok := errors.AsType[*packages.UnknownError](err); ok && w.given[name] != nil {
			alone := &packagePlan{rows: []store.Package{{PackageVersion: w.given[name].Library().PackageVersion, Asked: &r}}, picked: []*packages.Package{w.given[name]}}
			would = packageList(alone, vm.Spec)[0]
			would.Missing = unknown.Requirement.Name
			return nil
		}
		if err != nil {
			return refusedPackage(err, r)
		}
		all := packageList(plan, vm.Spec)
		would = all[slices.IndexFunc(all, func(p biovm.Package) bool { return p.Name == name })]
		return nil
	})
	return would, err
}

// refusedPackage says of which request an error is, which users meet at
// package.source.
func refusedPackage(err error, r biovm.PackageRequest) error {
	if !errors.Is(err, biovm.ErrInvalid) || len(biovm.FieldErrors(err)) > 0 {
		return err
	}
	return &biovm.FieldError{Path: "package.source", Value: r.String(), Reason: err.Error()}
}

// wishFor reads what a request asks for, and the package's name.
func (e *Engine) wishFor(ctx context.Context, r biovm.PackageRequest) (string, wish, error) {
	if err := r.Validate(); err != nil {
		return "", wish{}, err
	}
	if err := packages.CheckRange(r.Range); err != nil {
		return "", wish{}, &biovm.FieldError{Path: "package.range", Value: r.Range, Reason: err.Error()}
	}
	if r.FromCatalogue() {
		catalogue, err := e.shelf.catalogue()
		if err != nil {
			return "", wish{}, err
		}
		if reason := misses(r, catalogue); reason != "" {
			return "", wish{}, &biovm.FieldError{Path: "package.source", Value: r.String(), Reason: reason}
		}
		return r.Source, wish{install: map[string]biovm.PackageRequest{r.Source: r}}, nil
	}
	if r.SHA256 == "" {
		return "", wish{}, &biovm.FieldError{Path: "package.sha256", Reason: "is needed here: an engine finds files by their SHA-256 only"}
	}
	p, err := e.packageFile(ctx, r.SHA256)
	switch {
	case errors.Is(err, biovm.ErrNotFound):
		return "", wish{}, missingFile(r.Part())
	case errors.Is(err, biovm.ErrInvalid):
		return "", wish{}, &biovm.FieldError{Path: "package.source", Value: r.Source, Reason: err.Error()}
	case err != nil:
		return "", wish{}, err
	}
	// Who names a file means that one, be it a pre-release.
	if r.Range != "" && !packages.Fits(p.Version(), r.Range) {
		return "", wish{}, &biovm.FieldError{Path: "package.range", Value: r.Range, Reason: "the package is " + p.String() + ", which is not in the range"}
	}
	return p.Name(), wish{install: map[string]biovm.PackageRequest{p.Name(): r}, given: map[string]*packages.Package{p.Name(): p}}, nil
}

// repack changes the packages of a VM in one transaction, which is planned
// before it, and again when the VM was changed meanwhile. It returns what is
// installed then, and what was before.
func (e *Engine) repack(ctx context.Context, c *call, uuid string, wishOf func(vm store.VM, have []placed) (wish, error)) (now []biovm.Package, before []store.Package, err error) {
	for {
		vm, err := e.find(ctx, c, uuid)
		if err != nil {
			return nil, nil, err
		}
		have, err := e.placedIn(ctx, uuid)
		if err != nil {
			return nil, nil, err
		}
		before = rowsOf(have)
		w, err := wishOf(vm, have)
		if err != nil {
			return nil, nil, err
		}
		if _, err := vm.State.Next(biovm.OpUpdate); err != nil {
			return nil, nil, err
		}
		plan, err := e.planFor(vm, have, w)
		if err != nil {
			return nil, nil, err
		}
		stale, err := e.place(ctx, c, vm, plan, before)
		if err != nil {
			return nil, nil, err
		}
		if !stale {
			return packageList(plan, vm.Spec), before, nil
		}
	}
}

// place makes a VM have the packages of a plan, unless it was changed since.
func (e *Engine) place(ctx context.Context, c *call, vm store.VM, plan *packagePlan, before []store.Package) (stale bool, err error) {
	if slices.EqualFunc(plan.sorted(), before, sameRow) {
		return false, nil
	}
	_, err = e.change(ctx, c, vm.UUID, func(tx *store.Tx, now *store.VM) ([]happening, error) {
		if stale = now.Generation != vm.Generation; stale {
			return nil, nil
		}
		if _, err := now.State.Next(biovm.OpUpdate); err != nil {
			return nil, err
		}
		now.Generation++
		list := make([]biovm.PackageVersion, len(plan.rows))
		for i, row := range plan.rows {
			list[i] = row.PackageVersion
		}
		return []happening{{biovm.EventPackages, map[string]any{"packages": list}}}, plan.apply(ctx, tx, vm.UUID)
	})
	return stale, err
}

func (p *packagePlan) sorted() []store.Package {
	return slices.SortedFunc(slices.Values(p.rows), func(a, b store.Package) int { return strings.Compare(a.Name, b.Name) })
}

func sameRow(a, b store.Package) bool {
	asked := a.Asked == nil && b.Asked == nil || a.Asked != nil && b.Asked != nil && *a.Asked == *b.Asked
	return asked && a.PackageVersion == b.PackageVersion && a.SHA256 == b.SHA256
}

// packageList tells of the packages of a plan, by name.
func packageList(plan *packagePlan, spec biovm.Spec) []biovm.Package {
	all := make([]biovm.Package, len(plan.rows))
	for i, row := range plan.rows {
		m := plan.picked[i].Manifest()
		all[i] = biovm.Package{
			PackageVersion: row.PackageVersion, Description: m.Description, Licence: m.Licence, Authors: m.Authors,
			Requires: m.Requires.Packages, EntryPoints: m.EntryPoints, Request: row.Asked,
			InSpec: slices.ContainsFunc(spec.Packages, func(text string) bool { return biovm.ParsePackageRequest(text).Source == row.Name }),
		}
		for _, p := range plan.picked {
			if _, requires := p.Manifest().Requires.Packages[row.Name]; requires {
				all[i].RequiredBy = append(all[i].RequiredBy, p.Name())
			}
		}
		slices.Sort(all[i].RequiredBy)
	}
	slices.SortFunc(all, func(a, b biovm.Package) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// Packages lists the packages that are installed in a VM, by name.
func (e *Engine) Packages(ctx context.Context, ref string) ([]biovm.Package, error) {
	list := []biovm.Package{}
	err := e.do(ctx, "list packages of", ref, func(ctx context.Context, c *call) error {
		vm, err := e.find(ctx, c, ref)
		if err != nil {
			return err
		}
		have, err := e.placedIn(ctx, vm.UUID)
		if err == nil {
			list = listOf(vm, have)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// listOf tells of the packages that a VM has.
func listOf(vm store.VM, have []placed) []biovm.Package {
	plan := &packagePlan{rows: rowsOf(have)}
	for _, h := range have {
		plan.picked = append(plan.picked, h.p)
	}
	return packageList(plan, vm.Spec)
}

// UpdatePackages brings packages of a VM to the highest versions that fit; see
// [biovm.PackageKeeper].
func (e *Engine) UpdatePackages(ctx context.Context, ref string, names ...string) ([]biovm.Package, error) {
	changed := []biovm.Package{}
	err := e.do(ctx, "update packages of", ref, func(ctx context.Context, c *call) error {
		vm, err := e.find(ctx, c, ref)
		if err != nil {
			return err
		}
		now, before, err := e.repack(ctx, c, vm.UUID, func(_ store.VM, have []placed) (wish, error) {
			for _, name := range names {
				if err := there(rowsOf(have), name); err != nil {
					return wish{}, err
				}
			}
			return wish{update: func(name string) bool { return len(names) == 0 || slices.Contains(names, name) }}, nil
		})
		for _, p := range now {
			if !slices.ContainsFunc(before, func(r store.Package) bool { return r.Digest == p.Digest }) {
				changed = append(changed, p)
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return changed, nil
}

// there refuses a name that is not that of an installed package.
func there(rows []store.Package, name string) error {
	var names []string
	for _, row := range rows {
		names = append(names, row.Name)
	}
	if slices.Contains(names, name) {
		return nil
	}
	const most = 3
	return &biovm.FieldError{Path: "package.name", Value: name, Reason: "is not installed in the vm" + biovm.Near(near.Names(name, names, most))}
}

// RemovePackage removes a package that was installed by hand; see
// [biovm.PackageKeeper].
func (e *Engine) RemovePackage(ctx context.Context, ref, name string) error {
	return e.do(ctx, "remove package from", ref, func(ctx context.Context, c *call) error {
		vm, err := e.find(ctx, c, ref)
		if err != nil {
			return err
		}
		if !biovm.ValidPackageName(name) { // a path, say: nothing is removed, and that is no success
			return &biovm.FieldError{Path: "package.name", Value: name, Reason: "is no name of a package: name it as it is listed"}
		}
		_, _, err = e.repack(ctx, c, vm.UUID, func(vm store.VM, have []placed) (wish, error) {
			// Of these: another may have installed what requires it meanwhile.
			installed := listOf(vm, have)
			i := slices.IndexFunc(installed, func(p biovm.Package) bool { return p.Name == name })
			if i < 0 {
				return wish{}, errRemoved
			}
			return wish{remove: name}, removable(installed[i])
		})
		if errors.Is(err, errRemoved) {
			return nil
		}
		return err
	})
}

// errRemoved: what is to be removed is not there.
var errRemoved = errors.New("the package is not installed")

// removable refuses to remove what is needed.
func removable(p biovm.Package) error {
	bad := func(format string, args ...any) error {
		return &biovm.FieldError{Path: "package.name", Value: p.Name, Reason: fmt.Sprintf(format, args...)}
	}
	switch {
	case len(p.RequiredBy) > 0:
		return bad("is required by %s; remove that first", strings.Join(p.RequiredBy, ", "))
	case p.InSpec && p.Request == nil:
		return bad("is listed in the vm's spec; take it out of packages there")
	}
	return nil
}
