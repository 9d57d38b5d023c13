package genome

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/providerdata"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
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
	if !ok || req.Plan.Raw.IsNull() {
		return
	}
	var config, plan model
	var state *model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	sum, err := content(ctx, config, state)
	if err != nil {
		noun().Add(&resp.Diagnostics, invalid, err)
		return
	}
	same := state != nil && sum.Equal(state.SHA256)
	if state != nil && !same {
		resp.RequiresReplace = append(resp.RequiresReplace, path.Root("sha256")) // what is not known yet may be another
	}
	switch {
	case same:
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
