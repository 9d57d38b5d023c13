package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/chassis"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/process"
)

// Chassis lists every chassis that a VM is on, by name: the shared ones, and
// each VM's own under the VM's name.
func (e *Engine) Chassis(ctx context.Context) ([]biovm.ChassisStatus, error) {
	var all []biovm.ChassisStatus
	err := e.do(ctx, "list chassis", "", func(ctx context.Context, _ *call) error {
		vms, err := e.vms(ctx)
		if err != nil {
			return err
		}
		shared := map[string]int{} // where in all
		for _, vm := range vms {
			t, err := termsOf(vm.Spec)
			if err != nil {
				return err
			}
			i, ok := shared[vm.Spec.SharedChassis]
			if !t.shared() || !ok {
				s := biovm.ChassisStatus{Name: string(vm.Spec.ID), Kind: t.kind.Kind, Capacity: t.capacity, MaxVMs: 1}
				if i = len(all); t.shared() {
					s.Name, s.Shared, s.MaxVMs = vm.Spec.SharedChassis, true, t.kind.MaxVMs
					shared[s.Name] = i
				}
				all = append(all, s)
			}
			all[i].Granted = plus(all[i].Granted, vm.Grant)
			all[i].Free = less(all[i].Capacity, all[i].Granted)
			all[i].VMs = append(all[i].VMs, vm.Spec.ID)
		}
		slices.SortStableFunc(all, func(a, b biovm.ChassisStatus) int { return strings.Compare(a.Name, b.Name) })
		return nil
	})
	return all, err
}

// Capabilities say what this build offers. The organisms' free growth rates
// are solved for when no engine on the data directory has done so yet.
func (e *Engine) Capabilities(ctx context.Context) (biovm.Capabilities, error) {
	c := biovm.Capabilities{
		Builtins: process.Builtins(),
		Limits:   biovm.DefaultLimits(),
		Drivers:  []biovm.DriverInfo{{VMType: biovm.Basic, Description: "runs the cell on the local, embedded engine"}},
		Version:  e.options.Version,
	}
	for _, k := range chassis.Kinds() {
		c.Chassis = append(c.Chassis, biovm.ChassisCapability{
			Kind: k.Kind, Description: k.Description, Capacity: k.Capacity(), OverheadPercent: k.OverheadPercent,
			MaxVMs: k.MaxVMs, RibosomesPerUnit: k.RibosomesPerUnit, RNAPolymerasesPerUnit: k.RNAPolymerasesPerUnit,
		})
	}
	err := e.do(ctx, "list capabilities", "", func(ctx context.Context, _ *call) error {
		for _, name := range biovm.BiologicalTypes() {
			t, err := e.capability(ctx, name)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			c.Types = append(c.Types, t)
		}
		return nil
	})
	if err != nil {
		return biovm.Capabilities{}, err
	}
	return c, nil
}

func (e *Engine) capability(ctx context.Context, name biovm.BiologicalType) (biovm.TypeCapability, error) {
	t, err := termsOf(biovm.Spec{BiologicalType: name})
	if err != nil {
		return biovm.TypeCapability{}, err
	}
	c, err := e.cell(ctx, t, t.defaultGrant())
	if err != nil {
		return biovm.TypeCapability{}, err
	}
	rate, err := c.FreeGrowthRate(ctx)
	return biovm.TypeCapability{
		Type: name, Name: t.organism.Name(),
		Description:    fmt.Sprintf("%s, genome %s, on %s", t.organism.Strain(), t.organism.Accession(), t.organism.Medium()),
		Defaults:       biovm.Defaults(name),
		Genome:         t.genome(),
		ModelVersion:   t.organism.ModelVersion(),
		FreeGrowthRate: rate,
	}, err
}
