package genome

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/ledger"
	"github.com/bioxen/terraform-provider-bioxen/internal/provider/providerdata"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

const invalid = "The genome cannot be kept"

// ValidateConfig implements [resource.ResourceWithValidateConfig].
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !m.Name.IsUnknown() {
		noun().Add(&resp.Diagnostics, "The genome is not valid", biovm.CheckGenomeName(m.Name.ValueString()))
	}
	if !m.Source.IsUnknown() && !m.SHA256.IsUnknown() {
		noun().Add(&resp.Diagnostics, "The genome is not valid", biovm.Part{Source: new(m.file())}.Validate())
	}
}

// ModifyPlan implements [resource.ResourceWithModifyPlan]: it reads the file, says
// what is in it, and brings it to where VMs of the same plan are checked.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	client, ok := r.Data.Client()
	if !ok {
		return
	}
	var state *model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if req.Plan.Raw.IsNull() {
		if state != nil {
			r.Data.Ledger.Free(ledger.NameOfGenome(state.Name.ValueString()))
		}
		return
	}
	var config, plan model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if err := r.name(ctx, client, state, plan); err != nil {
		noun().Add(&resp.Diagnostics, invalid, err)
		return
	}
	sum, err := content(ctx, config, state)
	if err != nil {
		noun().Add(&resp.Diagnostics, invalid, err)
		return
	}
	switch {
	case state != nil && sum.Equal(state.SHA256):
		plan.stay(*state)
	case sum.IsUnknown():
		return // and so is all else, as the framework has it
	case config.Source.IsUnknown():
		plan.ID, plan.SHA256 = sum, sum
	default:
		g, err := client.CheckGenome(ctx, biovm.Source{Source: config.Source.ValueString(), SHA256: sum.ValueString()})
		if err != nil {
			noun().Add(&resp.Diagnostics, invalid, err)
			return
		}
		plan.is(g)
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

// name tells the ledger what the plan does with names, and reports that the one of a
// genome that is to be made is taken.
func (r *Resource) name(ctx context.Context, client *bioxen.Client, state *model, plan model) error {
	if state != nil && plan.Name.Equal(state.Name) {
		r.Data.Ledger.See(ledger.NameOfGenome(state.Name.ValueString()))
		return nil
	}
	if state != nil {
		// Terraform asks again, for the genome that takes its place.
		r.Data.Ledger.Free(ledger.NameOfGenome(state.Name.ValueString()))
		return nil
	}
	if plan.Name.IsUnknown() {
		return nil
	}
	there, err := client.Genome(ctx, plan.Name.ValueString())
	if errors.Is(err, biovm.ErrNotFound) {
		return r.Data.Ledger.NameGenome(ctx, plan.Name.ValueString(), nil)
	}
	if err != nil {
		return err
	}
	return r.Data.Ledger.NameGenome(ctx, plan.Name.ValueString(), &there)
}

// content is the SHA-256 of the file that the configuration names, as far as it is
// known. state is nil for a genome that is to be made.
func content(ctx context.Context, config model, state *model) (types.String, error) {
	if !config.SHA256.IsNull() && (config.SHA256.IsUnknown() || config.Source.IsUnknown()) {
		return config.SHA256, nil
	}
	if config.Source.IsUnknown() {
		return types.StringUnknown(), nil
	}
	var was *biovm.Source
	if state != nil {
		was = new(state.file())
	}
	sum, err := providerdata.Content(ctx, biovm.Part{Source: new(config.file())}, was)
	return types.StringValue(sum), err
}
