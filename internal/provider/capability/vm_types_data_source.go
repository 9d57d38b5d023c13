// Package capability is the data sources bioxen_vm_types and
// bioxen_capabilities.
package capability

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/providerdata"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// VMTypesDataSource is bioxen_vm_types.
type VMTypesDataSource struct{ providerdata.DataSource }

var _ datasource.DataSourceWithConfigure = (*VMTypesDataSource)(nil)

// NewVMTypesDataSource returns the data source.
func NewVMTypesDataSource() datasource.DataSource { return &VMTypesDataSource{} }

// Metadata implements [datasource.DataSource].
func (d *VMTypesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vm_types"
}

// Schema implements [datasource.DataSource].
func (d *VMTypesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The places where a VM can run.",
		Attributes: map[string]schema.Attribute{
			"names": schema.ListAttribute{
				Computed: true, ElementType: types.StringType,
				MarkdownDescription: "All VM types that there are, always in the same order: `basic`, `xcpng`.",
			},
			"available": schema.MapAttribute{
				Computed: true, ElementType: types.StringType,
				MarkdownDescription: "The VM types that this release has a driver for, each with what the driver does.",
			},
		},
	}
}

type vmTypesModel struct {
	Names     []string          `tfsdk:"names"`
	Available map[string]string `tfsdk:"available"`
}

// Read implements [datasource.DataSource].
func (d *VMTypesDataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	client, ok := d.Data.MustClient(&resp.Diagnostics)
	if !ok {
		return
	}
	m := vmTypesModel{Available: drivers(client.Drivers())}
	for _, t := range biovm.VMTypes() {
		m.Names = append(m.Names, string(t))
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func drivers(infos []biovm.DriverInfo) map[string]string {
	byType := make(map[string]string, len(infos))
	for _, info := range infos {
		byType[string(info.VMType)] = info.Description
	}
	return byType
}
