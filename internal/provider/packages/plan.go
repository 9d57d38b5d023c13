package packages

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

const invalid = "The package cannot be installed"

// ValidateConfig implements [resource.ResourceWithValidateConfig].
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() || !m.known() {
		return
	}
	noun().Add(&resp.Diagnostics, "The package is not valid", m.request().Validate())
}

// ModifyPlan implements [resource.ResourceWithModifyPlan]: it reads the package
// and says which one it is.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	client, ok := r.Data.Client()
	if !ok {
		return
	}
	var state, plan *model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() || plan == nil || !plan.known() {
		return
	}
	spec, err := r.spec(ctx, *plan)
	if errors.Is(err, biovm.ErrNotFound) {
		resp.Diagnostics.AddAttributeError(path.Root("vm_id"), "There is no such VM",
			"No VM in the data directory has the UUID \""+plan.VMID.ValueString()+"\". Refer to the id of a bioxen_vm, or of the data source bioxen_vm.")
		return
	}
	if err != nil {
		noun().Add(&resp.Diagnostics, invalid, err)
		return
	}
	p, err := client.CheckPackage(ctx, spec, plan.request())
	switch {
	case err != nil && state != nil && state.asksAs(plan) && errors.Is(err, fs.ErrNotExist):
		// Gone since it was installed: what counts is kept with the VM.
		p.PackageVersion = biovm.PackageVersion{Name: state.Name.ValueString(), Version: state.Version.ValueString(), Digest: state.Digest.ValueString()}
	case err != nil:
		noun().Add(&resp.Diagnostics, invalid, err)
		return
	case p.Missing != "":
		resp.Diagnostics.AddAttributeWarning(path.Root("source"), "The package requires one that is not there now", fmt.Sprintf(
			"Package %s requires package %s, which must be installed first: let this one depend on its bioxen_package.", p.Name, p.Missing))
	}
	if state != nil && state.Name.ValueString() != p.Name {
		resp.RequiresReplace = append(resp.RequiresReplace, path.Root("source"))
	}
	promise(ctx, p, resp)
}

// promise puts what the package is into the plan.
func promise(ctx context.Context, p biovm.Package, resp *resource.ModifyPlanResponse) {
	for name, value := range map[string]string{"name": p.Name, "version": p.Version, "digest": p.Digest} {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(name), value)...)
	}
}

// spec is that of the VM that the package is for, as it will be; of one that is
// still to be made, as little as a package needs.
func (r *Resource) spec(ctx context.Context, plan model) (biovm.Spec, error) {
	unmade := biovm.Spec{BiologicalType: biovm.EColi}
	if plan.VMID.IsUnknown() {
		return unmade, nil
	}
	id := plan.VMID.ValueString()
	if v, ok := r.Data.Ledger.Planned(id); ok {
		return v.Spec, nil
	}
	found, err := r.Data.FindUUID(ctx, id)
	return found.Status.Spec, err
}

// asPlanned refuses a package that is another one than was planned.
func asPlanned(ctx context.Context, client *bioxen.Client, spec biovm.Spec, plan model, diags *diag.Diagnostics) {
	if plan.Digest.IsUnknown() || !plan.known() {
		return
	}
	p, err := client.CheckPackage(ctx, spec, plan.request())
	switch {
	case err != nil:
		noun().Add(diags, invalid, err)
	case p.Digest != plan.Digest.ValueString():
		diags.AddAttributeError(path.Root("source"), "The package has changed since it was planned", fmt.Sprintf(
			"%s was planned as %s %s with digest %s, and is %s %s with digest %s now. Plan again.",
			plan.Source.ValueString(), plan.Name.ValueString(), plan.Version.ValueString(), plan.Digest.ValueString(), p.Name, p.Version, p.Digest))
	}
}
