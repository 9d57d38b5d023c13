package vm

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/diagnose"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

// machineNoun is where problems with a VM's machine are shown.
func machineNoun() diagnose.Noun {
	n := noun()
	n.Fallback = path.Root("xcpng").AtName("host")
	return n
}

// checkMachine reports a block that does not go with the type of the VM.
func checkMachine(m model, diags *diag.Diagnostics) {
	if m.onPool() && m.XCPng.IsNull() {
		diags.AddAttributeError(path.Root("xcpng"), "The VM is not valid",
			"A VM of vm_type \"xcpng\" runs in a machine of its own: say on which pool with xcpng = { host = \"…\" }.")
	}
	if m.onPool() && !m.SharedChassis.IsNull() {
		diags.AddAttributeError(path.Root("shared_chassis"), "The VM is not valid",
			"A VM of vm_type \"xcpng\" has a machine, an engine and a chassis of its own, which it shares with no other. Leave shared_chassis out.")
	}
}

// judgeMachine reports what is wrong with the planned VM on a pool; state is
// nil for one that is to be made.
func (r *Resource) judgeMachine(ctx context.Context, client *bioxen.Client, state *model, plan model, spec biovm.Spec, diags *diag.Diagnostics) {
	host := plan.host()
	if host.IsUnknown() || host.IsNull() || !r.Data.HostKnown(host.ValueString()) {
		return
	}
	if _, err := client.Host(ctx, host.ValueString()); err != nil {
		r.addNoHost(ctx, client, host.ValueString(), err, diags)
		return
	}
	if state == nil && !plan.Name.IsUnknown() {
		all, err := r.Data.OnHost(ctx, host.ValueString())
		if err != nil {
			addSilent(diags, host.ValueString(), err)
			return
		}
		if err := r.Data.Ledger.NameVM(ctx, host.ValueString(), plan.Name.ValueString(), all); err != nil {
			n := noun()
			n.Fallback = path.Root("name")
			n.Add(diags, cannotBeMade, err)
			return
		}
	}
	if state != nil {
		return // what changes of the machine, impact has looked at
	}
	switch err := client.XCPng().Check(ctx, spec); {
	case err == nil:
	case len(biovm.FieldErrors(err)) > 0 || errors.Is(err, biovm.ErrInvalid) || errors.Is(err, biovm.ErrNoCapacity):
		addKnown(diags, plan, cannotBeMade, err)
	default:
		addSilent(diags, host.ValueString(), err)
	}
}

// addNoHost reports a pool that cannot be used, unless the plan has it.
func (r *Resource) addNoHost(ctx context.Context, client *bioxen.Client, host string, err error, diags *diag.Diagnostics) {
	if r.Data.Ledger.HasHost(ctx, host) {
		return
	}
	at := path.Root("xcpng").AtName("host")
	if !errors.Is(err, biovm.ErrNotFound) {
		machineNoun().Add(diags, "The pool cannot be used", err)
		return
	}
	names, _ := client.HostNames(ctx)
	known := "None is known here."
	if len(names) > 0 {
		known = "Known are " + strings.Join(names, ", ") + "."
	}
	diags.AddAttributeError(at, "There is no such pool", fmt.Sprintf(
		"No pool is called %q. %s Make a bioxen_xcpng_host, or name it in the provider's block xcpng.", host, known))
}

// addSilent warns that the pool could not be asked.
func addSilent(diags *diag.Diagnostics, host string, err error) {
	diags.AddAttributeWarning(path.Root("xcpng").AtName("host"), "The pool does not answer now", fmt.Sprintf(
		"What the configuration says of the VM's machine could not be checked on pool %q: %v. The apply needs an answer.", host, err))
}

// impact reports what the planned change of the machine does to the running
// guest, and what it may not do. It returns the attributes that replace the VM,
// and whether its guest is restarted.
func (r *Resource) impact(ctx context.Context, client *bioxen.Client, state, plan model, diags *diag.Diagnostics) (replace []string, restart bool) {
	if plan.XCPng.Equal(state.XCPng) || !plan.machineKnown() || plan.XCPng.IsNull() || !r.Data.HostKnown(plan.host().ValueString()) {
		return nil, false
	}
	want := plan.xcpngSpec(ctx, diags)
	found, err := r.Data.FindOn(ctx, plan.host().ValueString(), state.ID.ValueString())
	if err != nil {
		if !errors.Is(err, biovm.ErrNotFound) {
			addSilent(diags, plan.host().ValueString(), err)
		}
		return nil, false
	}
	i, err := client.XCPng().Impact(ctx, found.Status, *want)
	// What an error says of fields the impact says too; here each has its own
	// consequence.
	if err != nil && len(biovm.FieldErrors(err)) == 0 {
		r.noun(plan).Add(diags, cannotBeMade, err)
		return nil, false
	}
	if len(i.Replace) > 0 {
		return i.Replace, false
	}
	if len(i.Restart) == 0 || found.Status.State == biovm.Stopped {
		return nil, false
	}
	slices.Sort(i.Restart)
	fields := strings.Join(i.Restart, ", ")
	if !want.AllowRestart {
		for _, field := range i.Restart {
			diags.AddAttributeError(path.Root("xcpng").AtName(field), "The change needs a restart, which is not allowed", fmt.Sprintf(
				"The guest of VM %q must be shut down and started again to change %s. Set xcpng.allow_restart = true to let that happen, stop the VM first (state = \"stopped\"), or take the change back.",
				plan.Name.ValueString(), fields))
		}
		return nil, true
	}
	diags.AddAttributeWarning(path.Root("xcpng"), "The guest will be restarted", fmt.Sprintf(
		"The apply shuts the guest of VM %q down and starts it again, to change %s. Processes that run in it are cut off; the cell and its records stay.", plan.Name.ValueString(), fields))
	return nil, true
}

// keepMachine puts into the plan what the change leaves as it is of what the
// machine shows.
func keepMachine(ctx context.Context, state, plan model, restart bool, resp *resource.ModifyPlanResponse) {
	boots := state.State.ValueString() == string(biovm.Stopped) || plan.State.ValueString() == string(biovm.Stopped)
	if restart || plan.State.IsUnknown() || boots && !plan.State.Equal(state.State) {
		return
	}
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("xcpng_address"), state.XCPngAddress)...)
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("xcpng_host_key"), state.XCPngHostKey)...)
}

// noMachine puts into the plan that a VM without a machine has nothing to show
// of one.
func noMachine(ctx context.Context, plan model, resp *resource.ModifyPlanResponse) {
	if plan.VMType.IsUnknown() || plan.onPool() {
		return
	}
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("xcpng_address"), types.StringNull())...)
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("xcpng_host_key"), types.StringNull())...)
}
