package vm

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/diagnose"
	"github.com/bioxen/terraform-provider-bioxen/internal/provider/providerdata"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// MetricsDataSource is bioxen_vm_metrics.
type MetricsDataSource struct{ providerdata.DataSource }

var _ datasource.DataSourceWithConfigure = (*MetricsDataSource)(nil)

// NewMetricsDataSource returns the data source.
func NewMetricsDataSource() datasource.DataSource { return &MetricsDataSource{} }

// Metadata implements [datasource.DataSource].
func (d *MetricsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vm_metrics"
}

// Schema implements [datasource.DataSource].
func (d *MetricsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
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
		MarkdownDescription: "The figures of a VM at this moment: how its cell grows and what its type is known by, computed from the state of the living cell (at its birth when no process has called `simulate()`). An `xcpng` VM's guest is asked, so it must run.",
		Attributes: map[string]schema.Attribute{
			"vm_id":                 schema.StringAttribute{Required: true, MarkdownDescription: "UUID of the VM: the `id` of a `bioxen_vm`."},
			"name":                  text("Name of the VM."),
			"biological_type":       text("Organism."),
			"state":                 text("State: `created`, `running`, `paused`, `stopped` or `error`."),
			"simulated_seconds":     number("Biological time that has passed, in seconds."),
			"growth_rate":           number("Growth rate under the grant, in 1/h."),
			"free_growth_rate":      number("Growth rate with machinery without end, in 1/h."),
			"doubling_time_minutes": number("Doubling time under the grant, in minutes; 0 when the cell does not grow."),
			"limited_by":            text("What limits growth: `ribosomes`, `atp`, `metabolism` or `dead`."),
			"executions":            integer("Records of processes that are kept."),
			"problem":               text("Why there are no figures of the type: that the living cell cannot go on with the genes that the VM has now, say; null if there are."),
			"syn3a": schema.SingleNestedAttribute{
				Computed: true, MarkdownDescription: "What a `syn3a` is known by; null for others.",
				Attributes: map[string]schema.Attribute{
					"atp_level":              number("Concentration of ATP, in mM."),
					"essential_genes":        integer("Genes of the cell that experiments found essential."),
					"active_essential_genes": integer("Those of them that are expressed: there is a transcript or a protein of each."),
					"ribosomes_allocated":    number("Physical ribosomes of the grant."),
					"ribosomes":              number("Ribosomes that the cell has."),
					"ribosomes_active":       number("Those that translate."),
				},
			},
			"ecoli": schema.SingleNestedAttribute{
				Computed: true, MarkdownDescription: "What an `ecoli` is known by; null for others.",
				Attributes: map[string]schema.Attribute{
					"plasmid_count": integer("Copies of plasmids in the cell, all together."),
					"growth_phase":  text("Phase of growth of its culture: `lag`, `exponential`, `diauxie` or `stationary`."),
					"operons":       schema.MapAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "What operons do that were managed or are simulated, by ID."},
				},
			},
			"minimal_cell": schema.SingleNestedAttribute{
				Computed: true, MarkdownDescription: "What a `minimal_cell` is known by; null for others.",
				Attributes: map[string]schema.Attribute{
					"functions": schema.ListNestedAttribute{
						Computed: true, MarkdownDescription: "What no cell lives without, by the genes that are there and expressed and the flux that is carried.",
						NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
							"name":      text("`DNA replication`, `protein synthesis` or `energy production`."),
							"supported": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the cell has the function."},
							"missing":   schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "What it lacks, in words."},
						}},
					},
				},
			},
		},
	}
}

type metricsModel struct {
	VMID             types.String  `tfsdk:"vm_id"`
	Name             types.String  `tfsdk:"name"`
	BiologicalType   types.String  `tfsdk:"biological_type"`
	State            types.String  `tfsdk:"state"`
	SimulatedSeconds types.Float64 `tfsdk:"simulated_seconds"`
	GrowthRate       types.Float64 `tfsdk:"growth_rate"`
	FreeGrowthRate   types.Float64 `tfsdk:"free_growth_rate"`
	DoublingTime     types.Float64 `tfsdk:"doubling_time_minutes"`
	LimitedBy        types.String  `tfsdk:"limited_by"`
	Executions       types.Int64   `tfsdk:"executions"`
	Problem          types.String  `tfsdk:"problem"`
	Syn3A            *syn3aModel   `tfsdk:"syn3a"`
	EColi            *ecoliModel   `tfsdk:"ecoli"`
	MinimalCell      *minimalModel `tfsdk:"minimal_cell"`
}

type syn3aModel struct {
	ATPLevel             types.Float64 `tfsdk:"atp_level"`
	EssentialGenes       int64         `tfsdk:"essential_genes"`
	ActiveEssentialGenes int64         `tfsdk:"active_essential_genes"`
	RibosomesAllocated   types.Float64 `tfsdk:"ribosomes_allocated"`
	Ribosomes            types.Float64 `tfsdk:"ribosomes"`
	RibosomesActive      types.Float64 `tfsdk:"ribosomes_active"`
}

type ecoliModel struct {
	PlasmidCount int64             `tfsdk:"plasmid_count"`
	GrowthPhase  string            `tfsdk:"growth_phase"`
	Operons      map[string]string `tfsdk:"operons"`
}

type minimalModel struct {
	Functions []functionModel `tfsdk:"functions"`
}

type functionModel struct {
	Name      string   `tfsdk:"name"`
	Supported bool     `tfsdk:"supported"`
	Missing   []string `tfsdk:"missing"`
}

// Read implements [datasource.DataSource].
func (d *MetricsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m metricsModel
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("vm_id"), &m.VMID)...)
	_, ok := d.Data.MustClient(&resp.Diagnostics)
	if resp.Diagnostics.HasError() || !ok {
		return
	}
	if err := m.read(ctx, d.Data); err != nil {
		diagnose.Noun{Fallback: path.Root("vm_id")}.Add(&resp.Diagnostics, "The VM cannot be measured", err)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func (m *metricsModel) read(ctx context.Context, data *providerdata.Data) error {
	found, err := data.Find(ctx, m.VMID.ValueString())
	if err != nil {
		return err
	}
	v, err := found.VM(ctx)
	if err != nil {
		return err
	}
	x, err := v.Metrics(ctx)
	if err != nil {
		return err
	}
	s := found.Status
	m.Name, m.BiologicalType = types.StringValue(string(s.ID)), types.StringValue(string(s.Spec.BiologicalType))
	m.State, m.Executions = types.StringValue(string(x.State)), types.Int64Value(int64(x.Executions))
	m.SimulatedSeconds = providerdata.Decimal(x.SimulatedSeconds)
	m.GrowthRate, m.FreeGrowthRate = rounded(x.Growth.GrowthRate), rounded(x.Growth.FreeGrowthRate)
	m.DoublingTime, m.LimitedBy = rounded(x.Growth.DoublingTimeMinutes), types.StringValue(x.Growth.LimitedBy)
	m.fill(x.Cell)
	return nil
}

// fill puts in what the VM's type is known by.
func (m *metricsModel) fill(c biovm.CellMetrics) {
	if c.Problem != "" {
		m.Problem = types.StringValue(c.Problem)
	}
	if x := c.Syn3A; x != nil {
		m.Syn3A = &syn3aModel{
			ATPLevel: rounded(x.ATPLevel), EssentialGenes: int64(x.EssentialGenes), ActiveEssentialGenes: int64(x.ActiveEssentialGenes),
			RibosomesAllocated: rounded(x.RibosomesAllocated), Ribosomes: rounded(x.Ribosomes), RibosomesActive: rounded(x.RibosomesActive),
		}
	}
	if x := c.EColi; x != nil {
		m.EColi = &ecoliModel{PlasmidCount: int64(x.PlasmidCount), GrowthPhase: x.GrowthPhase, Operons: x.Operons}
	}
	if x := c.MinimalCell; x != nil {
		m.MinimalCell = &minimalModel{Functions: []functionModel{}}
		for _, f := range x.Functions {
			missing := f.Missing
			if missing == nil {
				missing = []string{}
			}
			m.MinimalCell.Functions = append(m.MinimalCell.Functions, functionModel{Name: f.Name, Supported: f.Supported, Missing: missing})
		}
	}
}

func rounded(v float64) types.Float64 { return providerdata.Decimal(providerdata.Digits12(v)) }
