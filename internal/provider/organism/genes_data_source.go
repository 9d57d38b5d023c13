package organism

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/diagnose"
	"github.com/bioxen/terraform-provider-bioxen/internal/provider/providerdata"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

// GenesDataSource is bioxen_genes.
type GenesDataSource struct{ providerdata.DataSource }

var (
	_ datasource.DataSourceWithConfigure        = (*GenesDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*GenesDataSource)(nil)
)

// NewGenesDataSource returns the data source.
func NewGenesDataSource() datasource.DataSource { return &GenesDataSource{} }

// Metadata implements [datasource.DataSource].
func (d *GenesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_genes"
}

// Schema implements [datasource.DataSource].
func (d *GenesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Genes of an organism, or of a VM, whose knock-outs are left out. The filters hold together.",
		Attributes: map[string]schema.Attribute{
			"biological_type": schema.StringAttribute{Optional: true, MarkdownDescription: "Organism whose genes to list: `syn3a`, `ecoli` or `minimal_cell`. Either this or `vm_id`."},
			"vm_id":           schema.StringAttribute{Optional: true, MarkdownDescription: "Name or UUID of the VM whose genes to list."},
			"essential":       schema.BoolAttribute{Optional: true, MarkdownDescription: "Whether to list the genes that experiments found essential (classes E, Q, L and M) only, or the others only. Default: both."},
			"in_model":        schema.BoolAttribute{Optional: true, MarkdownDescription: "Whether to list the genes that the metabolic network has reactions for only, or the others only. Default: both."},
			"names": schema.SetAttribute{
				Optional: true, ElementType: types.StringType, Validators: []validator.Set{setvalidator.NoNullValues()},
				MarkdownDescription: "Genes to list, by locus, alias or symbol; each must be there. Default: all.",
			},
			"loci": schema.ListAttribute{
				Computed: true, ElementType: types.StringType,
				MarkdownDescription: "Loci of the genes, in the order of the genome.",
			},
			"genes": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The genes, in the order of the genome.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"locus":             text("Canonical name: `JCVISYN3A_nnnn`, or a b-number for `ecoli`."),
					"symbol":            text("Symbol, such as `dnaA`; empty when it has none."),
					"product":           text("What the gene makes."),
					"type":              text("`CDS`, `tRNA`, `rRNA` and so on."),
					"strand":            text("`+` or `-`."),
					"essentiality":      text("Experimental class: E essential, Q quasi-essential, N non-essential for `syn3a` and `minimal_cell`; L essential on rich medium, M on glucose minimal medium for `ecoli`. Empty when not known or not essential."),
					"start":             schema.Int64Attribute{Computed: true, MarkdownDescription: "First base pair, counted from 1."},
					"end":               schema.Int64Attribute{Computed: true, MarkdownDescription: "Last base pair."},
					"proteins_per_cell": schema.Float64Attribute{Computed: true, MarkdownDescription: "Measured copy number of the protein; 0 when it was not measured."},
					"in_model":          schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the metabolic network has reactions that take the gene."},
				}},
			},
		},
	}
}

// ConfigValidators implements [datasource.DataSourceWithConfigValidators].
func (d *GenesDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{datasourcevalidator.ExactlyOneOf(path.MatchRoot("biological_type"), path.MatchRoot("vm_id"))}
}

type genesModel struct {
	BiologicalType types.String `tfsdk:"biological_type"`
	VMID           types.String `tfsdk:"vm_id"`
	Essential      types.Bool   `tfsdk:"essential"`
	InModel        types.Bool   `tfsdk:"in_model"`
	Names          []string     `tfsdk:"names"`
	Loci           []string     `tfsdk:"loci"`
	Genes          []geneModel  `tfsdk:"genes"`
}

type geneModel struct {
	Locus           string  `tfsdk:"locus"`
	Symbol          string  `tfsdk:"symbol"`
	Product         string  `tfsdk:"product"`
	Type            string  `tfsdk:"type"`
	Strand          string  `tfsdk:"strand"`
	Essentiality    string  `tfsdk:"essentiality"`
	Start           int64   `tfsdk:"start"`
	End             int64   `tfsdk:"end"`
	ProteinsPerCell float64 `tfsdk:"proteins_per_cell"`
	InModel         bool    `tfsdk:"in_model"`
}

// Read implements [datasource.DataSource].
func (d *GenesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m genesModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	client, ok := d.Data.MustClient(&resp.Diagnostics)
	if resp.Diagnostics.HasError() || !ok {
		return
	}
	all, err := genes(ctx, client, m)
	if err != nil {
		noun := diagnose.Noun{Attributes: []string{"biological_type"}, Fallback: path.Root("vm_id")}
		noun.Add(&resp.Diagnostics, "The genes cannot be read", err)
		return
	}
	m.choose(all, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func genes(ctx context.Context, client *bioxen.Client, m genesModel) ([]biovm.Gene, error) {
	if m.VMID.IsNull() {
		return client.Genes(ctx, biovm.BiologicalType(m.BiologicalType.ValueString()))
	}
	v, err := client.Get(ctx, m.VMID.ValueString())
	if err != nil {
		return nil, err
	}
	catalog, ok := v.(biovm.GeneCatalog)
	if !ok {
		return nil, fmt.Errorf("vm %q: %w: a %s vm does not know its genes", v.ID(), biovm.ErrUnsupported, v.Type())
	}
	return catalog.Genes(ctx)
}

// choose fills in the genes that pass the filters.
func (m *genesModel) choose(all []biovm.Gene, diags *diag.Diagnostics) {
	m.Loci, m.Genes = []string{}, []geneModel{}
	found := map[string]bool{}
	for _, g := range all {
		if !m.wants(g, found) {
			continue
		}
		m.Loci = append(m.Loci, g.Locus)
		m.Genes = append(m.Genes, geneModel{
			Locus: g.Locus, Symbol: g.Symbol, Product: g.Product, Type: g.Type, Strand: g.Strand, Essentiality: g.Essentiality,
			Start: int64(g.Start), End: int64(g.End), ProteinsPerCell: g.ProteinsPerCell, InModel: g.InModel,
		})
	}
	for _, name := range m.Names {
		if !found[name] {
			diags.AddAttributeError(path.Root("names").AtSetValue(types.StringValue(name)), "There is no such gene",
				fmt.Sprintf("%q is no locus, alias or symbol of the organism's genes, or the VM has lost the gene.", name))
		}
	}
}

func (m *genesModel) wants(g biovm.Gene, found map[string]bool) bool {
	named := m.Names == nil
	for _, name := range m.Names {
		if name == g.Locus || name == g.Symbol || slices.Contains(g.Aliases, name) {
			named, found[name] = true, true
		}
	}
	essential := slices.Contains([]string{"E", "Q", "L", "M"}, g.Essentiality)
	return named && (m.Essential.IsNull() || m.Essential.ValueBool() == essential) && (m.InModel.IsNull() || m.InModel.ValueBool() == g.InModel)
}
