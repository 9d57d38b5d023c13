package packages

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/providerdata"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// Resource is bioxen_package.
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
	resp.TypeName = req.ProviderTypeName + "_package"
}

// Schema implements [resource.Resource].
func (r *Resource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = resourceSchema()
}

// IdentitySchema implements [resource.ResourceWithIdentity].
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"vm_id": identityschema.StringAttribute{RequiredForImport: true, Description: "UUID of the VM"},
		"name":  identityschema.StringAttribute{RequiredForImport: true, Description: "Name of the package"},
	}}
}

// Create implements [resource.Resource]. A create that died half-way has
// installed the package or not, and the next one makes no difference. A package
// that was asked for in another way belongs to somebody else.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if !resp.Diagnostics.HasError() {
		r.refuseAnothers(ctx, plan, &resp.Diagnostics)
	}
	if !resp.Diagnostics.HasError() {
		r.install(ctx, plan, &resp.State, resp.Identity, &resp.Diagnostics)
	}
}

// Update implements [resource.Resource].
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if !resp.Diagnostics.HasError() {
		r.install(ctx, plan, &resp.State, resp.Identity, &resp.Diagnostics)
	}
}

// refuseAnothers refuses a package of a name that is installed from elsewhere:
// two resources of one package would install theirs in turn, at every apply.
// Problems of other kinds are for install to tell.
func (r *Resource) refuseAnothers(ctx context.Context, plan model, diags *diag.Diagnostics) {
	name := plan.Name.ValueString()
	if plan.Name.IsUnknown() {
		client, ok := r.Data.MustClient(diags)
		if !ok {
			return
		}
		spec, err := r.spec(ctx, plan)
		if err != nil {
			return
		}
		p, err := client.CheckPackage(ctx, spec, plan.request())
		if err != nil {
			return
		}
		name = p.Name
	}
	there, _, err := r.read(ctx, plan.VMID.ValueString(), name)
	if err != nil || there.Request.Source == plan.Source.ValueString() && there.Request.Range == plan.Range.ValueString() {
		return
	}
	diags.AddAttributeError(path.Root("source"), "The package is installed already", fmt.Sprintf(
		"Package %s %s was installed in the VM from %s, by another bioxen_package or by hand. Import it as VM/%s, or remove it first; a VM has one package of a name.",
		there.Name, there.Version, there.Request, there.Name))
}

// install installs what is planned, and puts it into the state.
func (r *Resource) install(ctx context.Context, plan model, state *tfsdk.State, identity *tfsdk.ResourceIdentity, diags *diag.Diagnostics) {
	client, ok := r.Data.MustClient(diags)
	if !ok {
		return
	}
	r.Data.Apply()
	found, err := r.Data.Find(ctx, plan.VMID.ValueString())
	if err != nil {
		noun().Add(diags, invalid, err)
		return
	}
	asPlanned(ctx, client, found.Status.Spec, plan, diags)
	if diags.HasError() {
		return
	}
	v, err := found.VM(ctx)
	if err != nil {
		noun().Add(diags, invalid, err)
		return
	}
	p, err := v.InstallPackage(ctx, plan.request())
	if err != nil {
		noun().Add(diags, invalid, err)
		return
	}
	sum := plan.SHA256
	plan.fill(found.Status.UUID, p)
	plan.SHA256 = sum
	diags.Append(state.Set(ctx, plan)...)
	identify(ctx, plan, identity, diags)
}

func identify(ctx context.Context, m model, identity *tfsdk.ResourceIdentity, diags *diag.Diagnostics) {
	diags.Append(identity.SetAttribute(ctx, path.Root("vm_id"), m.VMID)...)
	diags.Append(identity.SetAttribute(ctx, path.Root("name"), m.Name)...)
}

// Read implements [resource.Resource]. The packages of a VM on a pool are in its
// guest: while that does not run, they are as they were.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	_, ok := r.Data.Client()
	if resp.Diagnostics.HasError() || !ok {
		return // without a data directory the state is all there is
	}
	// Terraform below 1.12 keeps no identity: it is due even for what is gone.
	identify(ctx, state, resp.Identity, &resp.Diagnostics)
	p, vm, err := r.read(ctx, state.VMID.ValueString(), state.Name.ValueString())
	switch {
	case errors.Is(err, biovm.ErrNotFound):
		resp.State.RemoveResource(ctx)
		return
	case errors.Is(err, biovm.ErrState):
		return
	case err != nil:
		noun().Add(&resp.Diagnostics, "The packages of the VM cannot be read", err)
		return
	}
	state.fill(vm, p)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// read finds a package that was installed by hand, and the UUID of its VM.
func (r *Resource) read(ctx context.Context, ref, name string) (biovm.Package, string, error) {
	keeper, vm, err := r.keeper(ctx, ref)
	if err != nil {
		return biovm.Package{}, "", err
	}
	list, err := keeper.Packages(ctx)
	if err != nil {
		return biovm.Package{}, "", err
	}
	i := slices.IndexFunc(list, func(p biovm.Package) bool { return p.Name == name && p.Request != nil })
	if i < 0 {
		return biovm.Package{}, "", fmt.Errorf("package %q was not installed by hand: %w", name, biovm.ErrNotFound)
	}
	return list[i], vm, nil
}

func (r *Resource) keeper(ctx context.Context, ref string) (biovm.PackageKeeper, string, error) {
	found, err := r.Data.Find(ctx, ref)
	if err != nil {
		return nil, "", err
	}
	v, err := found.VM(ctx)
	if err != nil {
		return nil, "", err
	}
	keeper, ok := v.(biovm.PackageKeeper)
	if !ok {
		return nil, "", fmt.Errorf("vm %q: %w: a %s vm keeps no packages", v.ID(), biovm.ErrUnsupported, v.Type())
	}
	return keeper, found.Status.UUID, nil
}

// Delete implements [resource.Resource]. A destroy must end, also that of a VM on a
// pool which does not run: then the package stays in the guest until the VM goes.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, client, ok := providerdata.Begin[model](ctx, r.Data, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	keeper, _, err := r.keeper(ctx, state.VMID.ValueString())
	if err == nil {
		err = providerdata.AwaitPackages(ctx, client, func(ctx context.Context) error {
			return keeper.RemovePackage(ctx, state.Name.ValueString())
		})
	}
	switch {
	case errors.Is(err, biovm.ErrState):
		resp.Diagnostics.AddWarning("The package stays in the VM", fmt.Sprintf(
			"Package %s is forgotten, but could not be removed: %v. It goes with the VM; as long as that is there, bioxen package remove does it.", state.Name.ValueString(), err))
	case err != nil && !errors.Is(err, biovm.ErrNotFound):
		n := noun()
		n.Fallback = path.Root("source")
		if there, _, err := r.read(ctx, state.VMID.ValueString(), state.Name.ValueString()); err == nil && len(there.RequiredBy) > 0 {
			n.Reword = func(e biovm.FieldError) biovm.FieldError {
				e.Reason += ": where Terraform installs both, the bioxen_package of that one says depends_on this one, and is destroyed before it"
				return e
			}
		}
		n.Add(&resp.Diagnostics, "The package cannot be removed", err)
	}
}

// ImportState implements [resource.ResourceWithImportState]: by the VM's name or
// UUID and the package's name.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	_, ok := r.Data.MustClient(&resp.Diagnostics)
	if !ok {
		return
	}
	ref, name, _ := strings.Cut(req.ID, "/")
	if req.ID == "" && req.Identity != nil {
		resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root("vm_id"), &ref)...)
		resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root("name"), &name)...)
	}
	const cannot = "The package cannot be imported as VM/NAME"
	if ref == "" || name == "" {
		resp.Diagnostics.AddError(cannot, fmt.Sprintf("%q is not the name or UUID of a VM, a slash and the name of a package, as cell/media.", req.ID))
		return
	}
	p, vm, err := r.read(ctx, ref, name)
	if err != nil {
		noun().Add(&resp.Diagnostics, cannot, err)
		return
	}
	var m model
	m.fill(vm, p)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
	identify(ctx, m, resp.Identity, &resp.Diagnostics)
}
