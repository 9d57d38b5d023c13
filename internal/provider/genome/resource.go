package genome

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/ledger"
	"github.com/bioxen/terraform-provider-bioxen/internal/provider/providerdata"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
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

// Create implements [resource.Resource]. A name that is taken is refused, whatever
// its content: whoever has it may delete it. A process that dies after the genome is
// kept, and before Terraform knows, leaves it pending, for the next one to adopt.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, client, ok := providerdata.Begin[model](ctx, r.Data, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	name := plan.Name.ValueString()
	var g biovm.Genome
	err := r.Data.AwaitGenome(ctx, func(ctx context.Context) (err error) {
		g, err = client.CreateGenome(ctx, name, plan.file())
		return err
	})
	if err != nil {
		noun().Add(&resp.Diagnostics, invalid, err)
		return
	}
	r.Data.Made(func(ctx context.Context) error { return client.ConfirmGenome(ctx, name) })
	plan.put(ctx, g, &resp.State, resp.Identity, &resp.Diagnostics)
}

// Update implements [resource.Resource]: of another content, or of the same one
// from elsewhere. That changes in place: as the name stays, a genome in its place
// could not be made before this one is gone, as create_before_destroy has it.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, client, ok := providerdata.Begin[model](ctx, r.Data, req.Plan, &resp.Diagnostics)
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if !ok || resp.Diagnostics.HasError() {
		return
	}
	g, err := client.UpdateGenome(ctx, plan.Name.ValueString(), state.SHA256.ValueString(), plan.file())
	if err != nil {
		noun().Add(&resp.Diagnostics, "The genome cannot be changed", err)
		return
	}
	plan.put(ctx, g, &resp.State, resp.Identity, &resp.Diagnostics)
}

// put puts what is kept into the state.
func (m *model) put(ctx context.Context, g biovm.Genome, state *tfsdk.State, identity *tfsdk.ResourceIdentity, diags *diag.Diagnostics) {
	m.fill(g)
	diags.Append(state.Set(ctx, *m)...)
	diags.Append(identity.SetAttribute(ctx, path.Root("name"), m.Name)...)
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
	name := state.Name.ValueString()
	r.Data.Ledger.See(ledger.NameOfGenome(name))
	g, err := client.Genome(ctx, name)
	if err == nil && g.Pending {
		err = client.ConfirmGenome(ctx, name)
	}
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
		return
	}
	r.Data.Forgot()
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
