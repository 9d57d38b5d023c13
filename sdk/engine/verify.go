package engine

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/store"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/packages"
)

// Verify checks that the data directory is consistent and reports everything
// that is not: a sound database, grants within every VM's limits and every
// chassis' capacity, no shared chassis without a VM or with too many, no
// record without a VM, events numbered without a gap, every VM's packages whole
// and with all that they and the VM's spec require. It changes nothing.
func (e *Engine) Verify(ctx context.Context) error {
	return e.do(ctx, "verify", "", func(ctx context.Context, _ *call) error {
		return e.store.Read(ctx, func(tx *store.Tx) error {
			vms, err := tx.VMs(ctx)
			return errors.Join(tx.Verify(ctx), err, verifyGrants(ctx, tx, vms), e.verifyPackages(ctx, tx, vms))
		})
	})
}

// verifyGrants checks each VM's grant, and the sum of each chassis'.
func verifyGrants(ctx context.Context, tx *store.Tx, vms []store.VM) error {
	type load struct {
		terms
		taken biovm.Resources
		vms   int
	}
	shared := map[string]load{}
	var errs []error
	for _, vm := range vms {
		t, err := termsOfVM(vm)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		g := vm.Grant
		if _, err := t.grant(biovm.Allocation{ATP: &g.ATP, Ribosomes: &g.Ribosomes, RNAPolymerase: &g.RNAPolymerase, MemoryKB: &g.MemoryKB, Priority: &g.Priority}); err != nil {
			errs = append(errs, fmt.Errorf("vm %q: %w", vm.Spec.ID, err))
		}
		if !t.shared() {
			continue
		}
		kind, err := tx.ChassisKind(ctx, vm.Spec.SharedChassis)
		if err != nil || kind != t.kind.Kind {
			errs = append(errs, fmt.Errorf("vm %q: it is on a chassis %q of kind %q, not %q: %w", vm.Spec.ID, vm.Spec.SharedChassis, kind, t.kind.Kind, err))
		}
		l := shared[vm.Spec.SharedChassis]
		shared[vm.Spec.SharedChassis] = load{terms: t, taken: plus(l.taken, vm.Grant), vms: l.vms + 1}
	}
	for _, name := range slices.Sorted(maps.Keys(shared)) {
		l := shared[name]
		if l.vms > l.kind.MaxVMs {
			errs = append(errs, fmt.Errorf("chassis %q carries %d vms, and %d are allowed", name, l.vms, l.kind.MaxVMs))
		}
		if err := l.fits(l.taken, biovm.Resources{}); err != nil {
			errs = append(errs, fmt.Errorf("chassis %q has granted too much: %w", name, err))
		}
	}
	return errors.Join(errs...)
}

// verifyPackages checks the packages of each VM.
func (e *Engine) verifyPackages(ctx context.Context, tx *store.Tx, vms []store.VM) error {
	var errs []error
	for _, vm := range vms {
		rows, err := tx.Packages(ctx, vm.UUID)
		if err != nil {
			return err
		}
		wanted, versions := wantedBySpec(vm.Spec), map[string]string{}
		for _, row := range rows {
			packed, err := tx.File(ctx, row.SHA256)
			if err != nil {
				return err
			}
			p, err := e.unpack(row.SHA256, packed)
			if err == nil && p.Library().PackageVersion != row.PackageVersion {
				err = fmt.Errorf("its file is another package, %s with digest %s", p, p.Digest())
			}
			if err != nil {
				errs = append(errs, fmt.Errorf("vm %q: package %s %s: %w", vm.Spec.ID, row.Name, row.Version, err))
				continue
			}
			versions[row.Name] = row.Version
			wanted = append(wanted, p.Requirements()...)
		}
		for _, r := range wanted {
			if have, ok := versions[r.Name]; !ok || !packages.Fits(have, r.Range) {
				errs = append(errs, fmt.Errorf("vm %q: %s requires package %s %s, and %q is installed", vm.Spec.ID, r.By, r.Name, r.Range, have))
			}
		}
	}
	return errors.Join(errs...)
}
