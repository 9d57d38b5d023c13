package providerdata

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

// A Resource is what resources have in common, to be embedded: the data of the
// provider's configuration, which is nil before there is one.
type Resource struct{ Data *Data }

// Configure implements [resource.ResourceWithConfigure].
func (r *Resource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.Data = From(req.ProviderData, &resp.Diagnostics)
}

// A DataSource is what data sources have in common, as a [Resource] is.
type DataSource struct{ Data *Data }

// Configure implements [datasource.DataSourceWithConfigure].
func (d *DataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.Data = From(req.ProviderData, &resp.Diagnostics)
}

// A Getter is a plan, a state or a configuration.
type Getter interface {
	Get(ctx context.Context, target any) diag.Diagnostics
}

// Begin begins a change of what there is: it reads what the change is about, and
// says that an apply is under way. ok is false when it cannot go on, which diags
// say why.
func Begin[M any](ctx context.Context, d *Data, about Getter, diags *diag.Diagnostics) (m M, client *bioxen.Client, ok bool) {
	diags.Append(about.Get(ctx, &m)...)
	client, ok = d.MustClient(diags)
	if !ok || diags.HasError() {
		return m, nil, false
	}
	d.Apply()
	return m, client, true
}

// Imported begins an import: it returns what the ID names, or the attribute of the
// identity that stands for it. ok is as for [Begin].
func Imported(ctx context.Context, d *Data, req resource.ImportStateRequest, attribute string, diags *diag.Diagnostics) (ref string, client *bioxen.Client, ok bool) {
	client, ok = d.MustClient(diags)
	if !ok {
		return "", nil, false
	}
	if ref = req.ID; ref == "" && req.Identity != nil {
		var said types.String // null where the ID is the empty text
		diags.Append(req.Identity.GetAttribute(ctx, path.Root(attribute), &said)...)
		ref = said.ValueString()
	}
	if ref == "" && !diags.HasError() {
		diags.AddError("There is nothing to import", fmt.Sprintf("The import names nothing: its ID is empty, and so is the %s of its identity.", attribute))
	}
	return ref, client, !diags.HasError()
}
