package allocation

import (
	"context"
	"errors"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/ledger"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

const (
	invalid    = "The resources cannot be allocated"
	overdrawn  = "The plan needs more than the shared chassis has"
	noSuchVM   = "There is no such VM"
	askedTwice = "Either the preset or amounts"
)

// ValidateConfig implements [resource.ResourceWithValidateConfig].
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	m.checkPreset(&resp.Diagnostics, biovm.BiologicalTypes()...)
	asked, _ := m.asked("")
	noun(false).Add(&resp.Diagnostics, invalid, asked.Validate())
}

// checkPreset reports amounts beside the preset. Both of a preset of these types
// do no harm: a configuration that Terraform generates for an import has them.
func (m *model) checkPreset(diags *diag.Diagnostics, of ...biovm.BiologicalType) {
	harmless := func(t biovm.BiologicalType) bool {
		p := biovm.OptimizePreset(t)
		return (m.ATP.IsUnknown() || m.ATP.ValueFloat64() == *p.ATP) &&
			(m.Ribosomes.IsUnknown() || m.Ribosomes.ValueInt64() == int64(*p.Ribosomes))
	}
	if !m.Optimize.ValueBool() || slices.ContainsFunc(of, harmless) {
		return
	}
	for name, null := range map[string]bool{"atp": m.ATP.IsNull(), "ribosomes": m.Ribosomes.IsNull()} {
		if !null {
			diags.AddAttributeError(path.Root(name), askedTwice,
				"optimize = true allocates a preset of ATP and ribosomes. Leave "+name+" out, or optimize.")
		}
	}
}

// ModifyPlan implements [resource.ResourceWithModifyPlan]. It works out what
// the VM will hold, and so says at plan time what is wrong with it, and leaves
// growth known as long as nothing that it depends on changes.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	client, ok := r.Data.Client()
	if !ok {
		return
	}
	var state, plan, config *model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if plan == nil {
		r.restore(ctx, client, state.VMID.ValueString())
		return
	}
	if config.VMID.IsUnknown() {
		if config.Optimize.IsNull() {
			resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("optimize"), types.BoolNull())...)
		}
		r.guess(ctx, client, *config, &resp.Diagnostics)
		return
	}
	// What moves to another VM is planned once more, as a new one.
	moves := state != nil && !state.VMID.Equal(plan.VMID)
	if !moves && !r.Data.Ledger.Allocate(plan.VMID.ValueString()) {
		addSecond(&resp.Diagnostics)
		return
	}
	v, err := r.planned(ctx, plan.VMID.ValueString())
	if err != nil {
		addMissing(&resp.Diagnostics, plan.VMID.ValueString(), err)
		return
	}
	if config.checkPreset(&resp.Diagnostics, v.Spec.BiologicalType); resp.Diagnostics.HasError() {
		return
	}
	asked, known := config.asked(v.Spec.BiologicalType)
	quote, err := client.Quote(ctx, v.Spec, asked)
	if err != nil {
		addOwn(&resp.Diagnostics, config.Optimize.ValueBool(), err)
		return
	}
	if !known {
		return
	}
	v.Capacity, v.MaxVMs = quote.Capacity, quote.MaxVMs
	if err := r.Data.Ledger.Grant(ctx, v, quote.Grant); err != nil {
		noun(config.Optimize.ValueBool()).Add(&resp.Diagnostics, overdrawn, err)
		return
	}
	settle(state, plan, config, quote.Grant, v.Changed)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

// settle puts into the plan what the VM will hold, and what is known of its
// growth.
func settle(state, plan, config *model, g biovm.Resources, changed bool) {
	same := state != nil && state.VMID.Equal(plan.VMID) && state.holds(g)
	plan.grant(g)
	switch {
	case config.ATP.IsNull():
	case same:
		plan.ATP = state.ATP // 100 / 3 has more digits than a number here
	default:
		plan.ATP = config.ATP // to the last digit
	}
	if config.Optimize.IsNull() {
		plan.Optimize = types.BoolNull()
		if same {
			plan.Optimize = state.Optimize
		}
	}
	if same && !changed && !state.GrowthRate.IsNull() {
		plan.GrowthRate, plan.DoublingTime, plan.LimitedBy = state.GrowthRate, state.DoublingTime, state.LimitedBy
		return
	}
	plan.forgetGrowth()
}

// planned is what becomes of the VM of a UUID: what this plan makes of it, or
// else what it is.
func (r *Resource) planned(ctx context.Context, uuid string) (ledger.VM, error) {
	if v, ok := r.Data.Ledger.Planned(uuid); ok {
		return v, nil
	}
	found, err := r.Data.FindUUID(ctx, uuid)
	return ledger.Of(found.Status), err
}

// addSecond reports that the VM has another allocation.
func addSecond(diags *diag.Diagnostics) {
	diags.AddAttributeError(path.Root("vm_id"), "The VM has an allocation already",
		"Another bioxen_resource_allocation of this configuration is for the same VM, and each would undo the other. Keep one.")
}

// addMissing reports that the VM cannot be found.
func addMissing(diags *diag.Diagnostics, ref string, err error) {
	if !errors.Is(err, biovm.ErrNotFound) {
		noun(false).Add(diags, invalid, err)
		return
	}
	diags.AddAttributeError(path.Root("vm_id"), noSuchVM,
		"No VM in the data directory has the UUID \""+ref+"\". Refer to the id of a bioxen_vm, or of the data source bioxen_vm.")
}

// addOwn reports what is wrong with the allocation. What is wrong with its VM
// is shown there.
func addOwn(diags *diag.Diagnostics, optimize bool, err error) {
	own := noun(optimize)
	var found diag.Diagnostics
	own.Add(&found, invalid, err)
	for _, f := range biovm.FieldErrors(err) {
		if f.Path == "atp" || f.Path == "ribosomes" || f.Path == "rna_polymerase" || f.Path == "memory_kb" || f.Path == "priority" {
			diags.Append(found...)
			return
		}
	}
	if errors.Is(err, biovm.ErrNoCapacity) {
		diags.Append(found...)
	}
}

// guess checks an allocation whose VM is still to be made, so that it is not
// known which of the VMs of the plan it is for: it is wrong if it is wrong for
// each of them, and for each that is there.
func (r *Resource) guess(ctx context.Context, client *bioxen.Client, config model, diags *diag.Diagnostics) {
	made := r.Data.Ledger.Made()
	if len(made) == 0 {
		return
	}
	candidates := made
	all, err := r.Data.Statuses(ctx)
	if err != nil {
		return // whoever needs it reports it
	}
	for _, s := range all {
		candidates = append(candidates, ledger.Of(s))
	}
	var first error
	for _, v := range candidates {
		asked, _ := config.asked(v.Spec.BiologicalType)
		_, err := client.Quote(ctx, v.Spec, asked)
		if err == nil {
			return
		}
		if first == nil {
			first = err
		}
	}
	addOwn(diags, config.Optimize.ValueBool(), first)
}

// restore puts down that the plan brings a VM's defaults back.
func (r *Resource) restore(ctx context.Context, client *bioxen.Client, uuid string) {
	v, err := r.planned(ctx, uuid)
	if err != nil || v.Spec.SharedChassis == "" {
		return
	}
	quote, err := client.Quote(ctx, v.Spec, biovm.Allocation{})
	if err != nil {
		return
	}
	v.Capacity, v.MaxVMs = quote.Capacity, quote.MaxVMs
	// Where the defaults do not fit, the VM keeps what it has.
	_ = r.Data.Ledger.Grant(ctx, v, quote.Grant)
}
