package vm

import (
	"context"
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/ledger"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

// ValidateConfig implements [resource.ResourceWithValidateConfig]: what can be
// known without a data directory.
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	spec := m.spec(ctx, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	// Nothing is known of a file whose content is not.
	if !sourceKnown(m.Model) {
		spec.Model = nil
	}
	if !sourceKnown(m.Genome) {
		spec.Genome = nil
	}
	addKnown(&resp.Diagnostics, m, "The VM is not valid", spec.Validate())
	checkGenome(m.Genome, &resp.Diagnostics)
	checkMachine(m, &resp.Diagnostics)
}

// addKnown adds err, without what is wrong only because it is not known yet.
func addKnown(diags *diag.Diagnostics, m model, summary string, err error) {
	var found diag.Diagnostics
	n := noun()
	n.Reword = m.reword
	n.Add(&found, summary, err)
	for _, d := range found {
		at, ok := d.(diag.DiagnosticWithPath)
		switch {
		case ok && at.Path().Equal(path.Root("name")) && m.Name.IsUnknown():
		case ok && at.Path().Equal(path.Root("biological_type")) && m.BiologicalType.IsUnknown():
		case ok && at.Path().Equal(path.Root("xcpng")) && m.VMType.IsUnknown():
		default:
			diags.Append(d)
		}
	}
}

// ModifyPlan implements [resource.ResourceWithModifyPlan]: what needs the
// organisms and what is in the data directory, and the sum of the whole plan.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	client, ok := r.Data.Client()
	if !ok {
		return
	}
	var config, state, plan *model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if plan != nil {
		planSources(ctx, config, state, plan, resp)
		noMachine(ctx, *plan, resp)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if plan != nil && state != nil {
		for _, name := range remade(state, plan) {
			resp.RequiresReplace = append(resp.RequiresReplace, path.Root(name))
		}
	}
	switch {
	case plan == nil:
		r.Data.Ledger.Free(state.ledgerName())
		return
	case state == nil:
		r.judge(ctx, client, nil, *plan, &resp.Diagnostics)
		return
	case state.State.ValueString() == string(biovm.Failed):
		resp.RequiresReplace = append(resp.RequiresReplace, path.Root("state"))
		fallthrough
	case replaced(*state, *plan):
		// Terraform asks again, for the VM that takes its place.
		r.Data.Ledger.Free(state.ledgerName())
		return
	case resp.Plan.Raw.Equal(req.State.Raw):
		r.Data.Ledger.See(state.ID.ValueString())
		return
	}
	r.Data.Ledger.See(state.ID.ValueString())
	if plan = round(ctx, req.State, resp); plan == nil {
		return
	}
	replaces, restart := r.impact(ctx, client, *state, *plan, &resp.Diagnostics)
	for _, field := range replaces {
		resp.RequiresReplace = append(resp.RequiresReplace, path.Root("xcpng").AtName(field))
	}
	if len(replaces) > 0 {
		r.Data.Ledger.Free(state.ledgerName())
		return
	}
	keep(ctx, *state, *plan, resp)
	if plan.onPool() {
		keepMachine(ctx, *state, *plan, restart, resp)
	}
	r.judge(ctx, client, state, *plan, &resp.Diagnostics)
}

// ledgerName is how the ledger calls the VM.
func (m *model) ledgerName() string {
	return ledger.NameOn(m.host().ValueString(), m.Name.ValueString())
}

const cannotBeMade = "The VM cannot be made like this"

func replaced(state, plan model) bool {
	return !plan.Name.Equal(state.Name) || !plan.BiologicalType.Equal(state.BiologicalType) || !plan.VMType.Equal(state.VMType) ||
		!plan.Chassis.Equal(state.Chassis) || !plan.SharedChassis.Equal(state.SharedChassis) || !plan.host().Equal(state.host()) || len(remade(&state, &plan)) > 0
}

// round leaves numbers as the state has them where the configuration says the
// same with more digits than a number here has, as 100 / 3 does, and returns
// the plan; nil after an error.
func round(ctx context.Context, state tfsdk.State, resp *resource.ModifyPlanResponse) *model {
	var was, plan *model
	diags := &resp.Diagnostics
	diags.Append(state.Get(ctx, &was)...)
	diags.Append(resp.Plan.Get(ctx, &plan)...)
	if diags.HasError() {
		return nil
	}
	if !plan.Medium.IsUnknown() && maps.EqualFunc(plan.Medium.Elements(), was.Medium.Elements(), sameNumber) && plan.Medium.IsNull() == was.Medium.IsNull() {
		diags.Append(resp.Plan.SetAttribute(ctx, path.Root("medium"), was.Medium)...)
	}
	limit := path.Root("config").AtName("resource_limits").AtName("max_atp")
	var a, b types.Float64
	diags.Append(state.GetAttribute(ctx, limit, &a)...)
	diags.Append(resp.Plan.GetAttribute(ctx, limit, &b)...)
	if !b.IsNull() && sameNumber(a, b) {
		diags.Append(resp.Plan.SetAttribute(ctx, limit, a)...)
	}
	diags.Append(resp.Plan.Get(ctx, &plan)...)
	if diags.HasError() {
		return nil
	}
	return plan
}

// sameNumber reports whether two numbers are known, and the same in 64 bits.
func sameNumber(a, b attr.Value) bool {
	x, ok := a.(types.Float64)
	y, also := b.(types.Float64)
	return ok && also && !x.IsUnknown() && !y.IsUnknown() && x.IsNull() == y.IsNull() && x.ValueFloat64() == y.ValueFloat64()
}

// keep puts into the plan what the change leaves as it is.
func keep(ctx context.Context, state, plan model, resp *resource.ModifyPlanResponse) {
	if !plan.Knockouts.Equal(state.Knockouts) {
		return
	}
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("gene_count"), state.GeneCount)...)
	if plan.Medium.Equal(state.Medium) {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("free_growth_rate"), state.FreeGrowthRate)...)
	}
}

// judge reports what is wrong with the planned VM; state is nil for one that
// is to be made.
func (r *Resource) judge(ctx context.Context, client *bioxen.Client, state *model, plan model, diags *diag.Diagnostics) {
	if plan.BiologicalType.IsUnknown() || plan.VMType.IsUnknown() {
		return
	}
	if _, err := client.Driver(biovm.VMType(plan.VMType.ValueString())); err != nil {
		detail := err.Error() + ". Use vm_type = \"basic\", or leave vm_type out."
		if client.Endpoint() != "" {
			detail = fmt.Sprintf("The provider works at the daemon %s, which runs basic VMs. A VM of vm_type %q takes a provider with a data directory, and a pool: leave endpoint out.",
				client.Endpoint(), plan.VMType.ValueString())
		}
		diags.AddAttributeError(path.Root("vm_type"), "There is no driver for this VM type here", detail)
		return
	}
	spec := plan.spec(ctx, diags)
	if plan.Name.IsUnknown() {
		spec.ID = "unknown" // only the name's form would matter
	}
	spec = withoutUnknown(spec, &plan)
	if plan.onPool() {
		r.judgeMachine(ctx, client, state, plan, spec, diags)
	} else if state == nil && !plan.Name.IsUnknown() {
		if err := r.Data.Ledger.Name(ctx, plan.Name.ValueString()); err != nil {
			n := noun()
			n.Fallback = path.Root("name")
			n.Add(diags, cannotBeMade, err)
			return
		}
	}
	if !diags.HasError() {
		r.quote(ctx, client, state, plan, spec, diags)
	}
}

// quote reports what the chassis does not have for the planned VM, beside all
// others of the plan, and puts the VM down.
func (r *Resource) quote(ctx context.Context, client *bioxen.Client, state *model, plan model, spec biovm.Spec, diags *diag.Diagnostics) {
	v := ledger.VM{Name: plan.ledgerName(), Spec: spec, State: plan.State.ValueString()}
	var allocated biovm.Allocation
	if state != nil {
		v.UUID = state.ID.ValueString()
		v.Changed = !plan.Medium.Equal(state.Medium) || !plan.Knockouts.Equal(state.Knockouts)
		found, err := find(ctx, r.Data, *state)
		if err != nil {
			return // gone since it was read; the apply will say so
		}
		allocated = found.Status.Allocated
	}
	quote, err := client.Quote(ctx, spec, biovm.Allocation{})
	if err == nil && allocated != (biovm.Allocation{}) {
		kept := lower(allocated, quote.Limits)
		quote, err = client.Quote(ctx, spec, kept)
		if refused := biovm.FieldErrors(err); spec.Model != nil && len(refused) == 1 && refused[0].Path == "atp" {
			kept.ATP = nil // it means nothing to the cell, and the default would be another
			quote, err = client.Quote(ctx, spec, kept)
		}
	}
	if err != nil {
		addKnown(diags, plan, cannotBeMade, err)
		return
	}
	if !plan.placed() {
		return
	}
	v.Grant, v.Capacity, v.MaxVMs = quote.Grant, quote.Capacity, quote.MaxVMs
	if err := r.Data.Ledger.Plan(ctx, v); err != nil {
		noun().Add(diags, "The plan needs more than the shared chassis has", err)
	}
}

// lower brings an allocation down to the limits, as the engine does when a
// change of the settings lowers them.
func lower(a biovm.Allocation, limits biovm.Resources) biovm.Allocation {
	if a.ATP != nil {
		a.ATP = new(min(*a.ATP, limits.ATP))
	}
	if a.Ribosomes != nil {
		a.Ribosomes = new(min(*a.Ribosomes, limits.Ribosomes))
	}
	return a
}
