package vm

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/diagnose"
	"github.com/bioxen/terraform-provider-bioxen/internal/provider/providerdata"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

// DataSource is the data source bioxen_vm.
type DataSource struct{ data *providerdata.Data }

var (
	_ datasource.DataSourceWithConfigure        = (*DataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*DataSource)(nil)
)

// NewDataSource returns the data source.
func NewDataSource() datasource.DataSource { return &DataSource{} }

// Metadata implements [datasource.DataSource].
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vm"
}

// Schema implements [datasource.DataSource].
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	number := func(description string) schema.Attribute {
		return schema.Float64Attribute{Computed: true, MarkdownDescription: description}
	}
	integer := func(description string) schema.Attribute {
		return schema.Int64Attribute{Computed: true, MarkdownDescription: description}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A VM in the data directory, whoever made it, and how it grows now.",
		Attributes: map[string]schema.Attribute{
			"name":                  schema.StringAttribute{Optional: true, Computed: true, MarkdownDescription: "Name of the VM. Either this or `id`."},
			"id":                    schema.StringAttribute{Optional: true, Computed: true, MarkdownDescription: "UUID of the VM."},
			"biological_type":       text("Organism."),
			"vm_type":               text("Where the cell runs."),
			"chassis":               text("Kind of host cell."),
			"shared_chassis":        text("Name of the shared chassis; null for a chassis of its own."),
			"state":                 text("State: `created` (never started), `running`, `paused`, `stopped` or `error`."),
			"problem":               text("Why the state is `error`; null otherwise."),
			"max_atp":               number("Largest ATP share that may be allocated, in percent."),
			"max_ribosomes":         integer("Largest number of ribosome units that may be allocated."),
			"medium":                schema.MapAttribute{Computed: true, ElementType: types.Float64Type, MarkdownDescription: "Largest uptake by exchange reaction, in mmol per gram dry weight and hour; null for the organism's default medium."},
			"knockouts":             schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Genes that the cell lacks."},
			"seed":                  integer("Start of the VM's random stream."),
			"genome_bp":             integer("Size of the organism's genome, in base pairs."),
			"gene_count":            integer("Number of genes that the cell has."),
			"free_growth_rate":      number("Growth rate with machinery without end, in 1/h."),
			"growth_rate":           number("Growth rate under the grant, in 1/h."),
			"doubling_time_minutes": number("Doubling time under the grant, in minutes; 0 when the cell does not grow."),
			"limited_by":            text("What limits growth: `ribosomes`, `atp`, `metabolism` or `dead`."),
			"simulated_seconds":     number("Biological time that has passed, in seconds."),
			"executions":            integer("Records of processes that are kept."),
			"model_version":         text("Version of the tables that the numbers come from."),
			"created_at":            text("When the VM was made, in RFC 3339."),
		},
	}
}

// ConfigValidators implements [datasource.DataSourceWithConfigValidators].
func (d *DataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{datasourcevalidator.ExactlyOneOf(path.MatchRoot("name"), path.MatchRoot("id"))}
}

type dataModel struct {
	Name             types.String  `tfsdk:"name"`
	ID               types.String  `tfsdk:"id"`
	BiologicalType   types.String  `tfsdk:"biological_type"`
	VMType           types.String  `tfsdk:"vm_type"`
	Chassis          types.String  `tfsdk:"chassis"`
	SharedChassis    types.String  `tfsdk:"shared_chassis"`
	State            types.String  `tfsdk:"state"`
	Problem          types.String  `tfsdk:"problem"`
	MaxATP           types.Float64 `tfsdk:"max_atp"`
	MaxRibosomes     types.Int64   `tfsdk:"max_ribosomes"`
	Medium           types.Map     `tfsdk:"medium"`
	Knockouts        types.Set     `tfsdk:"knockouts"`
	Seed             types.Int64   `tfsdk:"seed"`
	GenomeBP         types.Int64   `tfsdk:"genome_bp"`
	GeneCount        types.Int64   `tfsdk:"gene_count"`
	FreeGrowthRate   types.Float64 `tfsdk:"free_growth_rate"`
	GrowthRate       types.Float64 `tfsdk:"growth_rate"`
	DoublingTime     types.Float64 `tfsdk:"doubling_time_minutes"`
	LimitedBy        types.String  `tfsdk:"limited_by"`
	SimulatedSeconds types.Float64 `tfsdk:"simulated_seconds"`
	Executions       types.Int64   `tfsdk:"executions"`
	ModelVersion     types.String  `tfsdk:"model_version"`
	CreatedAt        types.String  `tfsdk:"created_at"`
}

// Configure implements [datasource.DataSourceWithConfigure].
func (d *DataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.data = providerdata.From(req.ProviderData, &resp.Diagnostics)
}

// Read implements [datasource.DataSource].
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config dataModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	client, ok := d.data.MustClient(&resp.Diagnostics)
	if resp.Diagnostics.HasError() || !ok {
		return
	}
	at, ref := path.Root("id"), config.ID.ValueString()
	if config.ID.IsNull() {
		at, ref = path.Root("name"), config.Name.ValueString()
	}
	m, err := describe(ctx, client, ref)
	if err != nil {
		diagnose.Noun{Fallback: at}.Add(&resp.Diagnostics, "The VM cannot be read", err)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func describe(ctx context.Context, client *bioxen.Client, ref string) (dataModel, error) {
	v, err := client.Get(ctx, ref)
	if err != nil {
		return dataModel{}, err
	}
	s, err := v.Status(ctx)
	if err != nil {
		return dataModel{}, err
	}
	genes := s.Genome.Genes
	if catalog, ok := v.(biovm.GeneCatalog); ok && len(s.Spec.Knockouts) > 0 {
		have, err := catalog.Genes(ctx)
		if err != nil {
			return dataModel{}, err
		}
		genes = len(have)
	}
	m := dataModel{
		Name: types.StringValue(string(s.ID)), ID: types.StringValue(s.UUID),
		BiologicalType: types.StringValue(string(s.Spec.BiologicalType)), VMType: types.StringValue(string(s.Spec.VMType)),
		Chassis: types.StringValue(string(s.Spec.Chassis)), State: types.StringValue(string(s.State)),
		Medium: mediumValue(s.Spec.Medium), Knockouts: stringSet(s.Spec.Knockouts), Seed: types.Int64Value(s.Spec.Seed),
		MaxATP:   providerdata.DecimalPointer(s.Config.ResourceLimits.MaxATP),
		GenomeBP: types.Int64Value(int64(s.Genome.BasePairs)), GeneCount: types.Int64Value(int64(genes)),
		SimulatedSeconds: providerdata.Decimal(s.SimulatedSeconds), ModelVersion: types.StringValue(s.ModelVersion),
		CreatedAt: types.StringValue(s.CreatedAt.Format(time.RFC3339)),
	}
	if s.Spec.SharedChassis != "" {
		m.SharedChassis = types.StringValue(s.Spec.SharedChassis)
	}
	if s.Problem != "" {
		m.Problem = types.StringValue(s.Problem)
	}
	if n := s.Config.ResourceLimits.MaxRibosomes; n != nil {
		m.MaxRibosomes = types.Int64Value(int64(*n))
	}
	if s.State == biovm.Failed {
		return m, nil // there is nothing to solve
	}
	metrics, err := v.Metrics(ctx)
	if err != nil {
		return m, err
	}
	g := metrics.Growth
	m.FreeGrowthRate = providerdata.Decimal(providerdata.Digits12(g.FreeGrowthRate))
	m.GrowthRate = providerdata.Decimal(providerdata.Digits12(g.GrowthRate))
	m.DoublingTime = providerdata.Decimal(providerdata.Digits12(g.DoublingTimeMinutes))
	m.LimitedBy = types.StringValue(g.LimitedBy)
	m.Executions = types.Int64Value(int64(metrics.Executions))
	return m, nil
}
