package process

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/providerdata"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

// Resource is bioxen_process.
type Resource struct{ data *providerdata.Data }

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
	resp.TypeName = req.ProviderTypeName + "_process"
}

// Schema implements [resource.Resource].
func (r *Resource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = resourceSchema()
}

// IdentitySchema implements [resource.ResourceWithIdentity].
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"id": identityschema.StringAttribute{RequiredForImport: true, Description: "UUID of the record"},
	}}
}

// Configure implements [resource.ResourceWithConfigure].
func (r *Resource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.data = providerdata.From(req.ProviderData, &resp.Diagnostics)
}

// Create implements [resource.Resource]: it runs the process.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	client, ok := r.data.MustClient(&resp.Diagnostics)
	if resp.Diagnostics.HasError() || !ok {
		return
	}
	r.data.Ledger.Apply()
	record, err := execute(ctx, client, plan)
	if err != nil {
		noun().Add(&resp.Diagnostics, "The process failed", err)
		return
	}
	r.data.Made(func(ctx context.Context) error {
		_, err := read(ctx, client, record.ID)
		return err
	})
	plan.fill(record)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("id"), plan.ID)...)
}

func execute(ctx context.Context, client *bioxen.Client, plan model) (biovm.Record, error) {
	p, err := plan.process()
	if err != nil {
		return biovm.Record{}, err
	}
	v, err := recorder(ctx, client, plan.VMID.ValueString())
	if err != nil {
		return biovm.Record{}, err
	}
	return v.ExecuteRecorded(ctx, p, plan.triggers())
}

func recorder(ctx context.Context, client *bioxen.Client, vm string) (biovm.Recorder, error) {
	v, err := client.Get(ctx, vm)
	if err != nil {
		return nil, err
	}
	r, ok := v.(biovm.Recorder)
	if !ok {
		return nil, fmt.Errorf("vm %q: %w: a %s vm keeps no records of processes", v.ID(), biovm.ErrUnsupported, v.Type())
	}
	return r, nil
}

// Read implements [resource.Resource].
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	client, ok := r.data.Client()
	if resp.Diagnostics.HasError() || !ok {
		return // without a data directory the state is all there is
	}
	record, err := read(ctx, client, state.ID.ValueString())
	// Terraform below 1.12 keeps no identity: it is due even for what is gone.
	resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("id"), state.ID)...)
	if errors.Is(err, biovm.ErrNotFound) {
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		noun().Add(&resp.Diagnostics, "The record of the process cannot be read", err)
		return
	}
	state.fill(record)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// read finds a record and tells the engine that Terraform knows it.
func read(ctx context.Context, client *bioxen.Client, id string) (biovm.Record, error) {
	record, err := client.Record(ctx, id)
	if err != nil {
		return record, err
	}
	v, err := recorder(ctx, client, record.VMUUID)
	if err != nil {
		return record, err
	}
	return record, v.ConfirmRecord(ctx, id)
}

// Update implements [resource.Resource]. All that can change in place is the
// timeout, which nothing but a new execution would use.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("id"), plan.ID)...)
}

// Delete implements [resource.Resource]: it forgets the record.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	client, ok := r.data.MustClient(&resp.Diagnostics)
	if resp.Diagnostics.HasError() || !ok {
		return
	}
	r.data.Ledger.Apply()
	v, err := recorder(ctx, client, state.VMID.ValueString())
	if err == nil {
		err = v.DeleteRecord(ctx, state.ID.ValueString())
	}
	if err != nil && !errors.Is(err, biovm.ErrNotFound) {
		noun().Add(&resp.Diagnostics, "The record of the process cannot be deleted", err)
	}
}

// ImportState implements [resource.ResourceWithImportState]: by the record's
// UUID.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	client, ok := r.data.MustClient(&resp.Diagnostics)
	if !ok {
		return
	}
	id := req.ID
	if id == "" && req.Identity != nil {
		resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root("id"), &id)...)
	}
	record, err := client.Record(ctx, id)
	if err != nil {
		noun().Add(&resp.Diagnostics, "The process cannot be imported by the UUID of its record", err)
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), record.ID)...)
	resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("id"), record.ID)...)
}
