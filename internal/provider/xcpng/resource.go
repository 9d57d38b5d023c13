package xcpng

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/providerdata"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

// Resource is bioxen_xcpng_host.
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
	resp.TypeName = req.ProviderTypeName + "_xcpng_host"
}

// Schema implements [resource.Resource].
func (r *Resource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = resourceSchema()
}

// IdentitySchema implements [resource.ResourceWithIdentity].
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"name": identityschema.StringAttribute{RequiredForImport: true, Description: "Name of the pool"},
	}}
}

// Create implements [resource.Resource]. A process that dies after the pool is
// kept leaves what the next apply finds equal and takes over.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, client, ok := providerdata.Begin[model](ctx, r.Data, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if err := r.vacant(ctx, client, plan); err != nil {
		n := noun()
		n.Fallback = path.Root("name")
		n.Add(&resp.Diagnostics, "The pool cannot be kept", err)
		return
	}
	if r.put(ctx, client, nil, &plan, config, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
		resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("name"), plan.Name)...)
	}
}

// vacant fails with [biovm.ErrExists] when another pool of the name is kept.
func (r *Resource) vacant(ctx context.Context, client *bioxen.Client, plan model) error {
	kept, err := client.KeptHost(ctx, plan.Name.ValueString())
	if _, lost := errors.AsType[*bioxen.SecretError](err); lost || errors.Is(err, biovm.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	kept.Password, kept.PasswordVersion = "", 0
	if !kept.Equal(plan.defaults(plan.host())) {
		return fmt.Errorf("xcpng host %q: %w in the data directory, with another address or other settings", kept.Name, biovm.ErrExists)
	}
	return nil
}

// put looks at the pool, keeps it, and fills plan with what it shows.
func (r *Resource) put(ctx context.Context, client *bioxen.Client, state *model, plan *model, config model, diags *diag.Diagnostics) bool {
	used, ok := r.effective(ctx, client, state, *plan, config, diags)
	if !ok {
		return false
	}
	p, err := probe(ctx, used)
	if err != nil {
		addRefusal(diags, *plan, err)
		return false
	}
	h, err := withPassword(ctx, client, state, *plan, config)
	if err == nil {
		err = client.PutHost(ctx, h)
	}
	if err != nil {
		noun().Add(diags, "The pool cannot be kept", err)
		return false
	}
	plan.fill(h)
	if plan.PoolUUID.IsUnknown() {
		plan.show(p)
	}
	return true
}

// Read implements [resource.Resource]. A pool that does not answer, or lets
// nobody in, is a warning: else a plan could not bring the change that helps.
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
	h, err := client.KeptHost(ctx, name)
	if errors.Is(err, biovm.ErrNotFound) {
		resp.State.RemoveResource(ctx)
		return
	}
	if _, lost := errors.AsType[*bioxen.SecretError](err); lost {
		resp.Diagnostics.AddAttributeWarning(path.Root("password_wo_version"), "The password cannot be read",
			err.Error()+". Change password_wo_version to set password_wo again, and apply with -target=bioxen_xcpng_host.… first when VMs on the pool stand in the way.")
		return
	}
	if err != nil {
		noun().Add(&resp.Diagnostics, "The pool cannot be read", err)
		return
	}
	state.fill(h)
	if r.Data.HostKnown(name) {
		p, err := client.XCPng().Pool(ctx, name)
		if err == nil {
			state.show(p)
		} else {
			resp.Diagnostics.AddWarning("The pool cannot be read now", fmt.Sprintf("What the state says of pool %q is what was seen last: %v.", name, err))
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// Update implements [resource.Resource].
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, client, ok := providerdata.Begin[model](ctx, r.Data, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	var state, config model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if r.put(ctx, client, &state, &plan, config, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
		resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("name"), plan.Name)...)
	}
}

// Delete implements [resource.Resource]: it forgets the pool.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, client, ok := providerdata.Begin[model](ctx, r.Data, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	if err := client.DeleteHost(ctx, state.Name.ValueString()); err != nil {
		noun().Add(&resp.Diagnostics, "The pool cannot be forgotten", err)
	}
}

// ImportState implements [resource.ResourceWithImportState]: by the name that
// the data directory keeps the pool by, or by the pool's UUID.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	ref, client, ok := providerdata.Imported(ctx, r.Data, req, "name", &resp.Diagnostics)
	if !ok {
		return
	}
	name, err := lookUp(ctx, client, ref)
	if err != nil {
		noun().Add(&resp.Diagnostics, "The pool cannot be imported by its name or UUID", err)
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("name"), name)...)
	resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("name"), name)...)
}

// lookUp finds the name of a kept pool.
func lookUp(ctx context.Context, client *bioxen.Client, ref string) (string, error) {
	names, err := client.HostNames(ctx)
	if err != nil {
		return "", err
	}
	var kept []string
	for _, name := range names {
		_, err := client.KeptHost(ctx, name)
		switch {
		case errors.Is(err, biovm.ErrNotFound):
			continue // the provider's own
		case name == ref:
			return name, nil
		}
		kept = append(kept, name)
	}
	errs := []error{fmt.Errorf("xcpng host %q: %w; the data directory keeps %q", ref, biovm.ErrNotFound, kept)}
	for _, name := range kept {
		p, err := client.XCPng().Pool(ctx, name)
		if err == nil && p.UUID == ref {
			return name, nil
		}
		if err != nil {
			errs = append(errs, err)
		}
	}
	return "", errors.Join(errs...)
}
