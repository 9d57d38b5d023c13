package genome

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/providerdata"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

// Resource is the resource bioxen_genome.
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
	resp.TypeName = req.ProviderTypeName + "_genome"
}

// Schema implements [resource.Resource].
func (r *Resource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = resourceSchema()
}

// IdentitySchema implements [resource.ResourceWithIdentity].
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"name": identityschema.StringAttribute{RequiredForImport: true, Description: "Name of the genome"},
	}}
}

// Create implements [resource.Resource]. A create that died half-way has kept the
// genome or not, and the next one makes no difference.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, client, ok := providerdata.Begin[model](ctx, r.Data, req.Plan, &resp.Diagnostics)
	if ok {
		keep(ctx, client, plan, &resp.State, resp.Identity, &resp.Diagnostics)
	}
}

// Update implements [resource.Resource]. All that changes in place is where the
// same content is from.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, client, ok := providerdata.Begin[model](ctx, r.Data, req.Plan, &resp.Diagnostics)
	if ok {
		keep(ctx, client, plan, &resp.State, resp.Identity, &resp.Diagnostics)
	}
}

// keep keeps what is planned, and puts it into the state.
func keep(ctx context.Context, client *bioxen.Client, plan model, state *tfsdk.State, identity *tfsdk.ResourceIdentity, diags *diag.Diagnostics) {
	g, err := client.PutGenome(ctx, plan.Name.ValueString(), plan.file())
	if err != nil {
		noun().Add(diags, invalid, err)
		return
	}
	plan.fill(g)
	diags.Append(state.Set(ctx, plan)...)
	diags.Append(identity.SetAttribute(ctx, path.Root("name"), plan.Name)...)
}

// Read implements [resource.Resource].
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	client, ok := r.Data.Client()
	if resp.Diagnostics.HasError() || !ok {
		return // without a data directory the state is all there is
	}
	// Terraform below 1.12 keeps no identity: it is due even for what is gone.
	resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("name"), state.Name)...)
	g, err := client.Genome(ctx, state.Name.ValueString())
	switch {
	case errors.Is(err, biovm.ErrNotFound):
		resp.State.RemoveResource(ctx)
		return
	case err != nil:
		noun().Add(&resp.Diagnostics, "The genome cannot be read", err)
		return
	}
	state.fill(g)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// Delete implements [resource.Resource]. VMs that are made of the genome have its
// content for themselves.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, client, ok := providerdata.Begin[model](ctx, r.Data, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	if err := client.DeleteGenome(ctx, state.Name.ValueString()); err != nil {
		noun().Add(&resp.Diagnostics, "The genome cannot be deleted", err)
	}
}

// ImportState implements [resource.ResourceWithImportState]: by name.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	name, client, ok := providerdata.Imported(ctx, r.Data, req, "name", &resp.Diagnostics)
	if !ok {
		return
	}
	g, err := client.Genome(ctx, name)
	if err != nil {
		noun().Add(&resp.Diagnostics, "The genome cannot be imported by its name", err)
		return
	}
	var m model
	m.fill(g)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
	resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("name"), m.Name)...)
}
