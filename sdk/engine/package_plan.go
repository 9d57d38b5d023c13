package engine

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/near"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/store"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/packages"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/process"
)

// A wish is how the packages of a VM are to change.
type wish struct {
	// install are requests by the packages' names; those with a file have it in
	// given.
	install map[string]biovm.PackageRequest
	given   map[string]*packages.Package
	// remove names a package that nobody asks for by hand any more.
	remove string
	// update reports whether a package may go to a higher version.
	update func(name string) bool
}

// A packagePlan is what packages a VM is to have; nil leaves them alone.
type packagePlan struct {
	rows []store.Package
	// files are those that the data directory may lack.
	files map[string]store.PackedFile
	// picked are the packages of the rows.
	picked []*packages.Package
}

// apply makes a VM have the packages of the plan.
func (p *packagePlan) apply(ctx context.Context, tx *store.Tx, uuid string) error {
	if p == nil {
		return nil
	}
	for _, row := range p.rows {
		there, err := tx.HasFile(ctx, row.SHA256)
		if err != nil {
			return err
		}
		if there {
			continue
		}
		packed, ok := p.files[row.SHA256]
		if !ok { // nobody may have held it since it was read
			return missingFile(row.Asked.Part())
		}
		if err := tx.InsertFile(ctx, row.SHA256, packed); err != nil {
			return err
		}
	}
	return tx.SetPackages(ctx, uuid, p.rows)
}

// planChange plans what a change of a VM's spec makes of its packages.
func (e *Engine) planChange(ctx context.Context, vm store.VM, change biovm.Change) (*packagePlan, error) {
	to := change.Apply(vm.Spec)
	if slices.Equal(to.Packages, vm.Spec.WithDefaults().Packages) {
		return nil, nil //nolint:nilnil // no plan: they stay
	}
	vm.Spec = to
	have, err := e.placedIn(ctx, vm.UUID)
	if err != nil {
		return nil, err
	}
	plan, err := e.planFor(vm, have, wish{})
	if errors.Is(err, biovm.ErrInvalid) && len(biovm.FieldErrors(err)) == 0 {
		err = &biovm.FieldError{Path: "packages", Reason: err.Error()}
	}
	return plan, err
}

// planFor plans which packages a VM of a spec is to have, that has some. It
// must not be called inside a transaction.
func (e *Engine) planFor(vm store.VM, have []placed, w wish) (*packagePlan, error) {
	if vm.UUID == "" && len(vm.Spec.Packages) == 0 && len(w.install) == 0 {
		return nil, nil //nolint:nilnil // a new VM without packages
	}
	asked := map[string]biovm.PackageRequest{}
	for _, h := range have {
		if h.row.Asked != nil && h.row.Name != w.remove {
			asked[h.row.Name] = *h.row.Asked
		}
	}
	maps.Copy(asked, w.install)
	picked, err := e.resolve(vm.Spec, asked, have, w)
	if err != nil {
		return nil, err
	}
	return newPlan(picked, rowsOf(have), asked, w)
}

// newPlan makes the rows of packages.
func newPlan(picked []*packages.Package, rows []store.Package, asked map[string]biovm.PackageRequest, w wish) (*packagePlan, error) {
	plan := &packagePlan{picked: picked, files: map[string]store.PackedFile{}}
	for _, p := range picked {
		row := store.Package{PackageVersion: p.Library().PackageVersion}
		if r, ok := asked[p.Name()]; ok {
			row.Asked = &r
		}
		i := slices.IndexFunc(rows, func(r store.Package) bool { return r.Digest == row.Digest })
		switch {
		case w.given[p.Name()] != nil:
			row.SHA256 = row.Asked.SHA256
		case i >= 0:
			row.SHA256 = rows[i].SHA256
		default:
			var b bytes.Buffer
			if err := p.WriteArchive(&b); err != nil {
				return nil, err
			}
			packed, err := store.PackFile(b.Bytes())
			if err != nil {
				return nil, err
			}
			sum := sha256.Sum256(b.Bytes())
			row.SHA256 = hex.EncodeToString(sum[:])
			plan.files[row.SHA256] = packed
		}
		plan.rows = append(plan.rows, row)
	}
	return plan, nil
}

// resolve chooses the packages that a spec and requests by hand come to, and
// reads the code of those that are new.
func (e *Engine) resolve(spec biovm.Spec, asked map[string]biovm.PackageRequest, have []placed, w wish) ([]*packages.Package, error) {
	catalogue, err := e.shelf.catalogue()
	if err != nil {
		return nil, err
	}
	wanted := wantedBySpec(spec)
	pinned := map[string]bool{} // to a file
	for _, name := range slices.Sorted(maps.Keys(asked)) {
		pinned[name] = !asked[name].FromCatalogue()
		versions := asked[name].Range
		if pinned[name] && versions == "" { // that very one
			versions = versionIn(name, w, have)
		}
		wanted = append(wanted, packages.Requirement{Name: name, Range: versions, By: "the installation by hand"})
	}
	choice := packages.Choice{Keep: map[string]string{}, Engine: e.options.Version}
	for _, h := range have {
		name := h.p.Name()
		fromFile := h.row.Asked != nil && !h.row.Asked.FromCatalogue()
		stays := fromFile && asked[name] == *h.row.Asked || !fromFile && !pinned[name]
		if w.given[name] != nil || !stays {
			continue // another takes its place, or nothing does
		}
		choice.Pool = append(choice.Pool, h.p)
		if w.update == nil || !w.update(name) {
			choice.Keep[name] = h.p.Digest()
		}
	}
	for _, name := range slices.Sorted(maps.Keys(w.given)) {
		choice.Pool = append(choice.Pool, w.given[name])
	}
	for _, p := range catalogue {
		if !pinned[p.Name()] {
			choice.Pool = append(choice.Pool, p)
		}
	}
	picked, err := choice.Resolve(wanted)
	if err != nil {
		return nil, err
	}
	return picked, checkCode(picked, have)
}

// versionIn is the version of a package that comes from a file: of the wish, or
// of what is there.
func versionIn(name string, w wish, have []placed) string {
	if p := w.given[name]; p != nil {
		return p.Version()
	}
	for _, h := range have {
		if h.p.Name() == name {
			return h.p.Version()
		}
	}
	return ""
}

// checkCode reads the code of packages that are new among the picked.
func checkCode(picked []*packages.Package, have []placed) error {
	var errs []error
	for _, p := range picked {
		if !slices.ContainsFunc(have, func(h placed) bool { return h.p.Digest() == p.Digest() }) {
			errs = append(errs, p.CheckCode(picked))
		}
	}
	return errors.Join(errs...)
}

func wantedBySpec(spec biovm.Spec) []packages.Requirement {
	var wanted []packages.Requirement
	for _, text := range spec.Packages {
		r := biovm.ParsePackageRequest(text)
		wanted = append(wanted, packages.Requirement{Name: r.Source, Range: r.Range, By: "the vm's spec"})
	}
	return wanted
}

// inspectPackages checks the packages that a spec lists against the catalogue,
// as far as the spec itself is sound.
func (e *Engine) inspectPackages(spec biovm.Spec) error {
	unsound := func(text string) bool { return !biovm.ParsePackageRequest(text).FromCatalogue() }
	if len(spec.Packages) == 0 || slices.ContainsFunc(spec.Packages, unsound) {
		return nil
	}
	catalogue, err := e.shelf.catalogue()
	if err != nil {
		return err
	}
	var errs []error
	for i, text := range spec.Packages {
		if reason := misses(biovm.ParsePackageRequest(text), catalogue); reason != "" {
			errs = append(errs, &biovm.FieldError{Path: fmt.Sprintf("packages[%d]", i), Value: text, Reason: reason})
		}
	}
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	if _, err := e.resolve(spec, nil, nil, wish{}); err != nil {
		return &biovm.FieldError{Path: "packages", Reason: err.Error()}
	}
	return nil
}

// misses says why no package of the catalogue meets a request.
func misses(r biovm.PackageRequest, catalogue []*packages.Package) string {
	if err := packages.CheckRange(r.Range); err != nil {
		return err.Error()
	}
	var names, versions []string
	for _, p := range catalogue {
		names = append(names, p.Name())
		if p.Name() != r.Source {
			continue
		}
		if packages.Fits(p.Version(), r.Range) {
			return ""
		}
		versions = append(versions, p.Version())
	}
	if len(versions) > 0 {
		return fmt.Sprintf("the catalogue has %s of it, which is not in the range", strings.Join(versions, ", "))
	}
	const most = 3
	return "there is no such package in the catalogue" + biovm.Near(near.Names(r.Source, names, most))
}

// librariesFor is what a process in the VM of a spec can load from, now or once
// packages of the catalogue are installed in it.
func (e *Engine) librariesFor(ctx context.Context, spec biovm.Spec) ([]process.Package, error) {
	var all []*packages.Package
	vm, err := e.find(ctx, &call{}, string(spec.ID))
	if err == nil {
		all, err = e.installed(ctx, vm.UUID)
	}
	if err != nil && !errors.Is(err, biovm.ErrNotFound) {
		return nil, err
	}
	catalogue, err := e.shelf.catalogue()
	if err != nil {
		return nil, err
	}
	for _, p := range catalogue {
		if !slices.ContainsFunc(all, func(q *packages.Package) bool { return q.Name() == p.Name() }) {
			all = append(all, p)
		}
	}
	return packages.Libraries(all), nil
}
