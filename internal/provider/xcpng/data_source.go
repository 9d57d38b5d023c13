package xcpng

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/diagnose"
	"github.com/bioxen/terraform-provider-bioxen/internal/provider/providerdata"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/xcpng"
)

// DataSource lists one kind of things that a pool offers: bioxen_xcpng_hosts,
// _templates, _networks or _storage. E is an entry of the list.
type DataSource[E any] struct {
	providerdata.DataSource

	name, description string // of the data source
	list, entry       string // the list's attribute, and what it holds
	attributes        map[string]schema.Attribute
	of                func(xcpng.Pool) []E
}

var _ datasource.DataSourceWithConfigure = (*DataSource[struct{}])(nil)

// Metadata implements [datasource.DataSource].
func (d *DataSource[E]) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_xcpng_" + d.name
}

// Schema implements [datasource.DataSource].
func (d *DataSource[E]) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: d.description,
		Attributes: map[string]schema.Attribute{
			"host": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Name of the pool: of a `bioxen_xcpng_host`, or in the provider's block `xcpng`.",
			},
			d.list: schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: d.entry,
				NestedObject: schema.NestedAttributeObject{Attributes: d.attributes},
			},
		},
	}
}

// Read implements [datasource.DataSource].
func (d *DataSource[E]) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var host types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("host"), &host)...)
	client, ok := d.Data.MustClient(&resp.Diagnostics)
	if resp.Diagnostics.HasError() || !ok {
		return
	}
	p, err := client.XCPng().Pool(ctx, host.ValueString())
	if err != nil {
		diagnose.Noun{Fallback: path.Root("host")}.Add(&resp.Diagnostics, "The pool cannot be read", err)
		return
	}
	entries := d.of(p)
	if entries == nil {
		entries = []E{}
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("host"), host)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(d.list), entries)...)
}

func text(description string) schema.Attribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}

func integer(description string) schema.Attribute {
	return schema.Int64Attribute{Computed: true, MarkdownDescription: description}
}

func flag(description string) schema.Attribute {
	return schema.BoolAttribute{Computed: true, MarkdownDescription: description}
}
