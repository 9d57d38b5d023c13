package allocation

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/providerdata"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

// defaultTimeout holds when the configuration names none.
const defaultTimeout = 5 * time.Minute

// Resource is bioxen_resource_allocation.
type Resource struct{ providerdata.Resource }

var (
	_ resource.ResourceWithConfigure      = (*Resource)(nil)
	_ resource.ResourceWithImportState    = (*Resource)(nil)
	_ resource.ResourceWithIdentity       = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan     = (*Resource)(nil)
	_ resource.ResourceWithValidateConfig = (*Resource)(nil)
)

// NewResource returns the resource.
func NewResource() resource.Resource { return &Resource{} }

// Metadata implements [resource.Resource].
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_resource_allocation"
}

// Schema implements [resource.Resource].
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = resourceSchema(ctx)
}

// IdentitySchema implements [resource.ResourceWithIdentity].
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"vm_id": identityschema.StringAttribute{RequiredForImport: true, Description: "UUID of the VM"},
	}}
}

// Create implements [resource.Resource].
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, client, ok := providerdata.Begin[model](ctx, r.Data, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	timeout, diags := plan.Timeouts.Create(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !r.Data.Ledger.Claim(plan.VMID.ValueString()) {
		addSecond(&resp.Diagnostics)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	g, err := allocate(ctx, client, r.Data, config)
	if err != nil {
		noun(config.Optimize.ValueBool()).Add(&resp.Diagnostics, "The resources cannot be allocated", err)
		return
	}
	plan.grant(g)
	if plan.Optimize.IsUnknown() {
		plan.Optimize = types.BoolNull()
	}
	plan.GrowthRate, plan.DoublingTime, plan.LimitedBy = types.Float64Null(), types.Float64Null(), types.StringNull()
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("vm_id"), plan.VMID)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if err := readBack(ctx, r.Data, &plan); err != nil {
		noun(false).Add(&resp.Diagnostics, "The resources are allocated, but the VM's growth cannot be read", err)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

// allocate allocates what the configuration asks for over the VM's defaults,
// waiting for capacity if it must.
func allocate(ctx context.Context, client *bioxen.Client, data *providerdata.Data, config model) (g biovm.Resources, err error) {
	err = providerdata.Await(ctx, client, func(ctx context.Context) error {
		v, s, err := find(ctx, data, config.VMID.ValueString())
		if err != nil {
			return err
		}
		a, err := allocator(v)
		if err != nil {
			return err
		}
		asked, _ := config.asked(s.Spec.BiologicalType)
		quote, err := client.Quote(ctx, s.Spec, asked)
		if err != nil {
			return err
		}
		g, err = a.Allocate(ctx, full(quote.Grant))
		return err
	})
	return g, err
}

func find(ctx context.Context, data *providerdata.Data, ref string) (biovm.VM, biovm.Status, error) {
	found, err := data.Find(ctx, ref)
	if err != nil {
		return nil, biovm.Status{}, err
	}
	v, err := found.VM(ctx)
	return v, found.Status, err
}

func allocator(v biovm.VM) (biovm.Allocator, error) {
	a, ok := v.(biovm.Allocator)
	if !ok {
		return nil, fmt.Errorf("vm %q: %w: a %s vm has no allocatable resources", v.ID(), biovm.ErrUnsupported, v.Type())
	}
	return a, nil
}

// readBack fills m from the VM that it names. Of a VM on a pool nothing is asked
// but the pool.
func readBack(ctx context.Context, data *providerdata.Data, m *model) error {
	found, err := data.Find(ctx, m.VMID.ValueString())
	if err != nil {
		return err
	}
	s := found.Status
	m.grant(s.Grant)
	switch {
	case s.State == biovm.Failed:
		return nil // there is nothing to solve
	case s.Growth != nil:
		m.grow(*s.Growth)
		return nil
	case s.XCPng != nil:
		return nil // the guest will say
	}
	v, err := found.VM(ctx)
	if err != nil {
		return err
	}
	metrics, err := v.Metrics(ctx)
	if err != nil {
		return err
	}
	m.grow(metrics.Growth)
	return nil
}

// Read implements [resource.Resource].
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	_, ok := r.Data.Client()
	if resp.Diagnostics.HasError() || !ok {
		return // without a data directory the state is all there is
	}
	err := readBack(ctx, r.Data, &state)
	// Terraform below 1.12 keeps no identity: it is due even for what is gone.
	resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("vm_id"), state.VMID)...)
	if errors.Is(err, biovm.ErrNotFound) {
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		noun(false).Add(&resp.Diagnostics, "The allocation cannot be read", err)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// Update implements [resource.Resource].
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, client, ok := providerdata.Begin[model](ctx, r.Data, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	timeout, diags := plan.Timeouts.Update(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if _, err := allocate(ctx, client, r.Data, config); err != nil {
		noun(config.Optimize.ValueBool()).Add(&resp.Diagnostics, "The allocation cannot be changed", err)
		return
	}
	if plan.Optimize.IsUnknown() {
		plan.Optimize = types.BoolNull()
	}
	if err := readBack(ctx, r.Data, &plan); err != nil {
		noun(false).Add(&resp.Diagnostics, "The allocation was changed, but the VM's growth cannot be read", err)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("vm_id"), plan.VMID)...)
}

// Delete implements [resource.Resource]. A destroy must end: where others hold
// what the defaults would need, the VM keeps what it has.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, _, ok := providerdata.Begin[model](ctx, r.Data, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	r.Data.Ledger.Unclaim(state.VMID.ValueString())
	v, _, err := find(ctx, r.Data, state.VMID.ValueString())
	if err == nil {
		err = reset(ctx, v, &resp.Diagnostics)
	}
	if err != nil && !errors.Is(err, biovm.ErrNotFound) && !errors.Is(err, biovm.ErrState) {
		noun(false).Add(&resp.Diagnostics, "The default resources cannot be brought back", err)
	}
}

func reset(ctx context.Context, v biovm.VM, diags *diag.Diagnostics) error {
	a, err := allocator(v)
	if err != nil {
		return err
	}
	_, err = a.ResetAllocation(ctx)
	if errors.Is(err, biovm.ErrNoCapacity) {
		diags.AddWarning("The VM keeps what it holds", fmt.Sprintf(
			"The allocation is forgotten, but the chassis of VM %q does not have the defaults left: %v. "+
				"The VM keeps its present resources until they are allocated anew or the VM is destroyed.", v.ID(), err))
		return nil
	}
	return err
}

// ImportState implements [resource.ResourceWithImportState]: by the VM's name
// or UUID.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	ref, _, ok := providerdata.Imported(ctx, r.Data, req, "vm_id", &resp.Diagnostics)
	if !ok {
		return
	}
	found, err := r.Data.Find(ctx, ref)
	if err != nil {
		noun(false).Add(&resp.Diagnostics, "The allocation cannot be imported by its VM's name or UUID", err)
		return
	}
	s := found.Status
	// The preset may have been asked for as such or by its figures. Saying it
	// was fits both; see the plan.
	preset := biovm.OptimizePreset(s.Spec.BiologicalType)
	if reflect.DeepEqual(preset, biovm.Allocation{ATP: s.Allocated.ATP, Ribosomes: s.Allocated.Ribosomes}) {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("optimize"), true)...)
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("vm_id"), s.UUID)...)
	resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("vm_id"), s.UUID)...)
}
