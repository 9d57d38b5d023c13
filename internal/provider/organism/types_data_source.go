// Package organism is the data sources bioxen_biological_types and
// bioxen_genes.
package organism

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/diagnose"
	"github.com/bioxen/terraform-provider-bioxen/internal/provider/providerdata"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// TypesDataSource is bioxen_biological_types.
type TypesDataSource struct{ providerdata.DataSource }

var _ datasource.DataSourceWithConfigure = (*TypesDataSource)(nil)

// NewTypesDataSource returns the data source.
func NewTypesDataSource() datasource.DataSource { return &TypesDataSource{} }

// Metadata implements [datasource.DataSource].
func (d *TypesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_biological_types"
}

// Schema implements [datasource.DataSource].
func (d *TypesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The organisms that a VM can run.",
		Attributes: map[string]schema.Attribute{
			"names": schema.ListAttribute{
				Computed: true, ElementType: types.StringType,
				MarkdownDescription: "Their names, always in the same order: `syn3a`, `ecoli`, `minimal_cell`.",
			},
			"types": schema.MapNestedAttribute{
				Computed: true, MarkdownDescription: "The organisms by name.",
				NestedObject: schema.NestedAttributeObject{Attributes: TypeAttributes()},
			},
		},
	}
}

// TypeAttributes describe an organism.
func TypeAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"full_name":        schema.StringAttribute{Computed: true, MarkdownDescription: "Name of the organism in full."},
		"description":      schema.StringAttribute{Computed: true, MarkdownDescription: "What it is, in a sentence."},
		"genome_bp":        schema.Int64Attribute{Computed: true, MarkdownDescription: "Size of the genome, in base pairs."},
		"gene_count":       schema.Int64Attribute{Computed: true, MarkdownDescription: "Number of genes."},
		"model_version":    schema.StringAttribute{Computed: true, MarkdownDescription: "Version of the tables that the numbers come from."},
		"free_growth_rate": schema.Float64Attribute{Computed: true, MarkdownDescription: "Growth rate with machinery without end, on the default medium, in 1/h."},
		"max_atp":          schema.Float64Attribute{Computed: true, MarkdownDescription: "Default limit of the ATP share, in percent."},
		"max_ribosomes":    schema.Int64Attribute{Computed: true, MarkdownDescription: "Default limit of ribosomes, in units of an `ecoli` chassis."},
	}
}

// A Type describes an organism, in the form of [TypeAttributes].
type Type struct {
	FullName       string  `tfsdk:"full_name"`
	Description    string  `tfsdk:"description"`
	GenomeBP       int64   `tfsdk:"genome_bp"`
	GeneCount      int64   `tfsdk:"gene_count"`
	ModelVersion   string  `tfsdk:"model_version"`
	FreeGrowthRate float64 `tfsdk:"free_growth_rate"`
	MaxATP         float64 `tfsdk:"max_atp"`
	MaxRibosomes   int64   `tfsdk:"max_ribosomes"`
}

// Types describes organisms, by name.
func Types(caps []biovm.TypeCapability) map[string]Type {
	byName := make(map[string]Type, len(caps))
	for _, c := range caps {
		t := Type{
			FullName: c.Name, Description: c.Description, GenomeBP: int64(c.Genome.BasePairs), GeneCount: int64(c.Genome.Genes),
			ModelVersion: c.ModelVersion, FreeGrowthRate: providerdata.Digits12(c.FreeGrowthRate),
		}
		if l := c.Defaults.ResourceLimits; l.MaxATP != nil && l.MaxRibosomes != nil {
			t.MaxATP, t.MaxRibosomes = *l.MaxATP, int64(*l.MaxRibosomes)
		}
		byName[string(c.Type)] = t
	}
	return byName
}

type typesModel struct {
	Names []string        `tfsdk:"names"`
	Types map[string]Type `tfsdk:"types"`
}

// Read implements [datasource.DataSource].
func (d *TypesDataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	client, ok := d.Data.MustClient(&resp.Diagnostics)
	if !ok {
		return
	}
	caps, err := client.Capabilities(ctx)
	if err != nil {
		diagnose.Noun{}.Add(&resp.Diagnostics, "The biological types cannot be read", err)
		return
	}
	m := typesModel{Types: Types(caps.Types)}
	for _, c := range caps.Types {
		m.Names = append(m.Names, string(c.Type))
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
