package xcpng

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/xcpng"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

// ValidateConfig implements [resource.ResourceWithValidateConfig].
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() || !m.known() {
		return
	}
	noun().Add(&resp.Diagnostics, "The pool is not valid", m.host().Validate())
}

// ModifyPlan implements [resource.ResourceWithModifyPlan]: it logs in to the
// pool and looks for what the configuration names there.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	client, ok := r.Data.Client()
	if !ok || req.Plan.Raw.IsNull() {
		return
	}
	var state *model
	var plan, config model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if client.Endpoint() != "" {
		resp.Diagnostics.AddAttributeError(path.Root("name"), "A daemon keeps no pools", fmt.Sprintf(
			"The provider works at the daemon %s. Pools, and VMs on them, take a provider with a data directory: leave endpoint out.", client.Endpoint()))
		return
	}
	r.Data.Ledger.MakeHost(plan.Name.ValueString())
	if state != nil && req.Plan.Raw.Equal(req.State.Raw) {
		return // the refresh has looked
	}
	if !plan.Name.IsUnknown() {
		plan.ID = plan.Name
	}
	if state != nil && plan.URL.Equal(state.URL) && !state.PoolUUID.IsNull() {
		plan.keep(*state)
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
	if !plan.known() || config.PasswordWO.IsUnknown() || config.PasswordWOVersion.IsUnknown() || !r.Data.HostKnown(plan.Name.ValueString()) {
		return
	}
	h, ok := r.effective(ctx, client, state, plan, config, &resp.Diagnostics)
	if !ok {
		return
	}
	_, err := probe(ctx, h)
	switch {
	case err == nil:
	case xcpng.Answered(err):
		addRefusal(&resp.Diagnostics, plan, err)
	default:
		resp.Diagnostics.AddAttributeWarning(path.Root("url"), "The pool does not answer now", fmt.Sprintf(
			"What the configuration says of pool %q could not be checked: %v. The apply needs an answer.", h.Name, err))
	}
}

// effective is the pool as VMs will be made on it, with its password.
func (r *Resource) effective(ctx context.Context, client *bioxen.Client, state *model, plan, config model, diags *diag.Diagnostics) (biovm.XCPngHost, bool) {
	h, err := withPassword(ctx, client, state, plan, config)
	if err != nil {
		addSecret(diags, err)
		return h, false
	}
	used := client.HostIfKept(h)
	switch {
	case used.URL != h.URL:
		diags.AddAttributeError(path.Root("url"), "The provider says another address of the pool", fmt.Sprintf(
			"The provider's block xcpng, or the environment, has %s for pool %q, which goes before this resource. Say the same in both places, or in one.", used.URL, h.Name))
		return h, false
	case used.Password == "":
		diags.AddAttributeError(path.Root("password_wo"), "There is no password for the pool", fmt.Sprintf(
			"Set password_wo and password_wo_version, or a password in the provider's block (xcpng = { %s = { password = … } }), or BIOXEN_XCPNG_PASSWORD with BIOXEN_XCPNG_HOST=%s.", h.Name, h.Name))
		return h, false
	}
	return used, true
}

// withPassword is the planned pool with the password that is to be kept of it:
// the configuration's, when it is new, or else the one that is kept.
func withPassword(ctx context.Context, client *bioxen.Client, state *model, plan, config model) (biovm.XCPngHost, error) {
	h := plan.defaults(plan.host())
	h.PasswordVersion = plan.PasswordWOVersion.ValueInt64()
	switch {
	case config.PasswordWO.IsNull():
	case state == nil || !plan.PasswordWOVersion.Equal(state.PasswordWOVersion):
		h.Password = config.PasswordWO.ValueString()
	default:
		kept, err := client.KeptHost(ctx, h.Name)
		if err != nil {
			return h, err
		}
		h.Password = kept.Password
	}
	return h, nil
}

// defaults puts in what VMs on the pool get that name none.
func (m *model) defaults(h biovm.XCPngHost) biovm.XCPngHost {
	h.Template, h.Network, h.SR = m.Template.ValueString(), m.Network.ValueString(), m.SR.ValueString()
	return h
}

// addSecret reports that the kept password cannot be used.
func addSecret(diags *diag.Diagnostics, err error) {
	if _, ok := errors.AsType[*bioxen.SecretError](err); ok {
		diags.AddAttributeError(path.Root("password_wo_version"), "The password cannot be read",
			err.Error()+". Change password_wo_version to set password_wo again.")
		return
	}
	noun().Add(diags, "The pool cannot be read", err)
}

func optional(s string) types.String {
	if s == "" {
		return types.StringNull()
	}
	return types.StringValue(s)
}
