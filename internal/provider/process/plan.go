package process

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/ledger"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

const invalid = "The process is not valid"

// ValidateConfig implements [resource.ResourceWithValidateConfig].
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	p, err := m.process()
	if m.Code.IsUnknown() {
		p.Code = "None"
	}
	noun().Add(&resp.Diagnostics, invalid, errors.Join(err, p.Validate()))
}

// ModifyPlan implements [resource.ResourceWithModifyPlan]: it reads the code
// as the VM would, and makes sure that the VM will be running.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	client, ok := r.Data.Client()
	if !ok {
		return
	}
	var state, plan, config *model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() || plan == nil {
		return
	}
	if state != nil {
		if !plan.Timeout.Equal(state.Timeout) && sameTimeout(plan.Timeout.ValueString(), state.Timeout.ValueString()) {
			resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("timeout"), state.Timeout)...)
		}
		return // if it is to run anew, Terraform asks again
	}
	vms, err := r.candidates(ctx, *config)
	if errors.Is(err, biovm.ErrNotFound) {
		resp.Diagnostics.AddAttributeError(path.Root("vm_id"), "There is no such VM",
			"No VM in the data directory has the UUID \""+plan.VMID.ValueString()+"\". Refer to the id of a bioxen_vm, or of the data source bioxen_vm.")
		return
	}
	if err != nil {
		noun().Add(&resp.Diagnostics, invalid, err)
		return
	}
	if !plan.Code.IsUnknown() {
		checkCode(ctx, client, *plan, vms, &resp.Diagnostics)
	}
	checkRunning(vms, &resp.Diagnostics)
}

// candidates are the VMs that the process may be for: one, unless its VM is
// still to be made.
func (r *Resource) candidates(ctx context.Context, config model) ([]ledger.VM, error) {
	if !config.VMID.IsUnknown() {
		id := config.VMID.ValueString()
		if v, ok := r.Data.Ledger.Planned(id); ok && v.State != "" {
			return []ledger.VM{v}, nil
		}
		found, err := r.Data.FindUUID(ctx, id)
		return []ledger.VM{ledger.Of(found.Status)}, err
	}
	vms := r.Data.Ledger.Made()
	if len(vms) == 0 {
		return nil, nil
	}
	all, err := r.Data.Statuses(ctx)
	if err != nil {
		return nil, nil //nolint:nilerr // a pool does not answer: then any VM may be meant, and who needs the pool says so
	}
	for _, s := range all {
		vms = append(vms, ledger.Of(s))
	}
	return vms, nil
}

// checkCode reports code that none of the VMs can run.
func checkCode(ctx context.Context, client *bioxen.Client, plan model, vms []ledger.VM, diags *diag.Diagnostics) {
	p, err := plan.process()
	if err != nil {
		noun().Add(diags, invalid, err)
		return
	}
	if len(vms) == 0 {
		vms = []ledger.VM{{Spec: biovm.Spec{BiologicalType: biovm.EColi}}} // one without restrictions
	}
	var first error
	for _, v := range vms {
		err := client.CheckProcess(ctx, v.Spec, p)
		if err == nil {
			return
		}
		if first == nil {
			first = err
		}
	}
	if missing(first) {
		diags.AddAttributeWarning(path.Root("code"), "The code loads from a package that is not there yet", fmt.Sprintf(
			"%v. It must be installed before the process runs. It will be if the process depends on its bioxen_package, by depends_on or by a reference.", first))
		return
	}
	noun().Add(diags, invalid, first)
}

// missing reports whether all that is wrong is that packages are not there: they
// may be installed before the process runs.
func missing(err error) bool {
	switch e := err.(type) { //nolint:errorlint // this walks the tree
	case *biovm.ProcessError:
		return e.Package != ""
	case interface{ Unwrap() []error }:
		for _, part := range e.Unwrap() {
			if !missing(part) {
				return false
			}
		}
		return true
	case interface{ Unwrap() error }:
		return missing(e.Unwrap())
	}
	return false
}

// checkRunning reports that the VM will not be running.
func checkRunning(vms []ledger.VM, diags *diag.Diagnostics) {
	for _, v := range vms {
		if v.State == string(biovm.Running) || v.State == "" {
			return
		}
	}
	if len(vms) > 0 {
		diags.AddAttributeError(path.Root("vm_id"), "The VM will not be running", fmt.Sprintf(
			"Processes execute in a running VM, and this one will be %s. Set its state to running, or leave the process out.", vms[0].State))
	}
}
