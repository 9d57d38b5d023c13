package vm

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/diagnose"
	"github.com/bioxen/terraform-provider-bioxen/internal/provider/providerdata"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// ListDataSource is bioxen_vms.
type ListDataSource struct{ providerdata.DataSource }

var _ datasource.DataSourceWithConfigure = (*ListDataSource)(nil)

// NewListDataSource returns the data source.
func NewListDataSource() datasource.DataSource { return &ListDataSource{} }

// Metadata implements [datasource.DataSource].
func (d *ListDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vms"
}

// Schema implements [datasource.DataSource].
func (d *ListDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "The VMs in the data directory and on all pools that are known, whoever made them. The filters hold together.",
		Attributes: map[string]schema.Attribute{
			"biological_type": schema.StringAttribute{
				Optional: true, Validators: []validator.String{stringvalidator.OneOf(names(biovm.BiologicalTypes())...)},
				MarkdownDescription: "Organism of the VMs to list: `syn3a`, `ecoli` or `minimal_cell`. Default: all.",
			},
			"vm_type": schema.StringAttribute{
				Optional: true, Validators: []validator.String{stringvalidator.OneOf(names(biovm.VMTypes())...)},
				MarkdownDescription: "Where the VMs to list run: `basic` or `xcpng`. Default: anywhere.",
			},
			"state": schema.StringAttribute{
				Optional: true, Validators: []validator.String{stringvalidator.OneOf(names(biovm.States())...)},
				MarkdownDescription: "State of the VMs to list: `created`, `running`, `paused`, `stopped` or `error`. Default: all.",
			},
			"shared_chassis": schema.StringAttribute{Optional: true, MarkdownDescription: "Shared chassis of the VMs to list. Default: all VMs."},
			"vms": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The VMs, by name.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"id":              text("UUID."),
					"name":            text("Name."),
					"biological_type": text("Organism."),
					"vm_type":         text("Where it runs."),
					"chassis":         text("Kind of host cell."),
					"shared_chassis":  text("Name of the shared chassis; empty for a chassis of its own."),
					"state":           text("State: `created`, `running`, `paused`, `stopped` or `error`."),
				}},
			},
		},
	}
}

func names[T ~string](all []T) []string {
	out := make([]string, len(all))
	for i, n := range all {
		out[i] = string(n)
	}
	return out
}

type listModel struct {
	BiologicalType types.String `tfsdk:"biological_type"`
	VMType         types.String `tfsdk:"vm_type"`
	State          types.String `tfsdk:"state"`
	SharedChassis  types.String `tfsdk:"shared_chassis"`
	VMs            []entryModel `tfsdk:"vms"`
}

type entryModel struct {
	ID             string `tfsdk:"id"`
	Name           string `tfsdk:"name"`
	BiologicalType string `tfsdk:"biological_type"`
	VMType         string `tfsdk:"vm_type"`
	Chassis        string `tfsdk:"chassis"`
	SharedChassis  string `tfsdk:"shared_chassis"`
	State          string `tfsdk:"state"`
}

// Read implements [datasource.DataSource].
func (d *ListDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m listModel
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("biological_type"), &m.BiologicalType)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("vm_type"), &m.VMType)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("state"), &m.State)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("shared_chassis"), &m.SharedChassis)...)
	_, ok := d.Data.MustClient(&resp.Diagnostics)
	if resp.Diagnostics.HasError() || !ok {
		return
	}
	all, err := d.Data.Statuses(ctx)
	if err != nil {
		diagnose.Noun{}.Add(&resp.Diagnostics, "The VMs cannot be listed", err)
		return
	}
	m.VMs = []entryModel{}
	for _, s := range all {
		if !m.wants(s) {
			continue
		}
		m.VMs = append(m.VMs, entryModel{
			ID: s.UUID, Name: string(s.ID), BiologicalType: string(s.Spec.BiologicalType), VMType: string(s.Spec.VMType),
			Chassis: string(s.Spec.Chassis), SharedChassis: s.Spec.SharedChassis, State: string(s.State),
		})
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func (m listModel) wants(s biovm.Status) bool {
	return (m.BiologicalType.IsNull() || m.BiologicalType.ValueString() == string(s.Spec.BiologicalType)) &&
		(m.VMType.IsNull() || m.VMType.ValueString() == string(s.Spec.VMType)) &&
		(m.State.IsNull() || m.State.ValueString() == string(s.State)) &&
		(m.SharedChassis.IsNull() || m.SharedChassis.ValueString() == s.Spec.SharedChassis)
}
