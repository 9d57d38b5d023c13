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
)

// DataSource is the data source bioxen_vm.
type DataSource struct{ providerdata.DataSource }

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
		MarkdownDescription: "A VM in the data directory or on a pool, whoever made it, and how it grows now. Of an `xcpng` VM only the pool is asked, and growth is as the guest last said.",
		Attributes: map[string]schema.Attribute{
			"name":                  schema.StringAttribute{Optional: true, Computed: true, MarkdownDescription: "Name of the VM. Either this or `id`."},
			"id":                    schema.StringAttribute{Optional: true, Computed: true, MarkdownDescription: "UUID of the VM."},
			"biological_type":       text("Organism."),
			"vm_type":               text("Where the cell runs."),
			"chassis":               text("Kind of host cell."),
			"shared_chassis":        text("Name of the shared chassis; null for a chassis of its own."),
			"state":                 text("State: `created` (never started), `running`, `paused`, `stopped` or `error`."),
			"problem":               text("Why the state is `error`, or what others did to an `xcpng` VM's machine; null otherwise."),
			"max_atp":               number("Largest ATP share that may be allocated, in percent."),
			"max_ribosomes":         integer("Largest number of ribosome units that may be allocated."),
			"medium":                schema.MapAttribute{Computed: true, ElementType: types.Float64Type, MarkdownDescription: "Largest uptake by exchange reaction, in mmol per gram dry weight and hour; null for the organism's default medium."},
			"knockouts":             schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Genes that the cell lacks."},
			"packages":              schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Packages that the VM was made with, as its configuration lists them."},
			"model":                 dataModelAttribute(),
			"genome":                dataGenomeAttribute(),
			"missing_genes":         schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Loci of the organism's genes that the VM's own genome lacks, the first 100; empty with the organism's genome."},
			"foreign_genes":         integer("Number of genes of the VM's own genome that the organism does not know."),
			"seed":                  integer("Start of the VM's random stream."),
			"genome_bp":             integer("Size of the genome, in base pairs."),
			"gene_count":            integer("Number of genes that the cell has."),
			"free_growth_rate":      number("Growth rate with machinery without end, in 1/h."),
			"growth_rate":           number("Growth rate under the grant, in 1/h."),
			"doubling_time_minutes": number("Doubling time under the grant, in minutes; 0 when the cell does not grow."),
			"limited_by":            text("What limits growth: `ribosomes`, `atp`, `metabolism` or `dead`."),
			"simulated_seconds":     number("Biological time that has passed, in seconds."),
			"executions":            integer("Records of processes that are kept; null for an `xcpng` VM, which keeps them in its guest."),
			"model_version":         text("Version of the tables that the numbers come from."),
			"created_at":            text("When the VM was made, in RFC 3339."),
			"xcpng": schema.SingleNestedAttribute{
				Computed: true, Attributes: machineAttributes(),
				MarkdownDescription: "What the pool shows of the machine of an `xcpng` VM; null for others.",
			},
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
	Packages         types.Set     `tfsdk:"packages"`
	Model            types.Object  `tfsdk:"model"`
	Genome           types.Object  `tfsdk:"genome"`
	MissingGenes     []string      `tfsdk:"missing_genes"`
	ForeignGenes     types.Int64   `tfsdk:"foreign_genes"`
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
	XCPng            *machineModel `tfsdk:"xcpng"`
}

// Read implements [datasource.DataSource].
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config dataModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	_, ok := d.Data.MustClient(&resp.Diagnostics)
	if resp.Diagnostics.HasError() || !ok {
		return
	}
	at, ref := path.Root("id"), config.ID.ValueString()
	if config.ID.IsNull() {
		at, ref = path.Root("name"), config.Name.ValueString()
	}
	m, err := describe(ctx, d.Data, ref)
	if err != nil {
		diagnose.Noun{Fallback: at}.Add(&resp.Diagnostics, "The VM cannot be read", err)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func describe(ctx context.Context, data *providerdata.Data, ref string) (dataModel, error) {
	found, err := data.Find(ctx, ref)
	if err != nil {
		return dataModel{}, err
	}
	s := found.Status
	client, _ := data.Client()
	genes, err := client.GeneCount(s)
	if err != nil {
		return dataModel{}, err
	}
	m := dataModel{
		Name: types.StringValue(string(s.ID)), ID: types.StringValue(s.UUID),
		BiologicalType: types.StringValue(string(s.Spec.BiologicalType)), VMType: types.StringValue(string(s.Spec.VMType)),
		Chassis: types.StringValue(string(s.Spec.Chassis)), State: types.StringValue(string(s.State)),
		Medium: mediumValue(s.Spec.Medium), Knockouts: stringSet(s.Spec.Knockouts), Packages: stringSet(s.Spec.Packages), Seed: types.Int64Value(s.Spec.Seed), Model: sourceValue(s.Spec.Model),
		Genome: sourceValue(s.Spec.Genome), MissingGenes: append([]string{}, s.Genome.Missing...), ForeignGenes: types.Int64Value(int64(s.Genome.ForeignGenes)),
		MaxATP:   providerdata.DecimalPointer(s.Config.ResourceLimits.MaxATP),
		GenomeBP: types.Int64Value(int64(s.Genome.BasePairs)), GeneCount: types.Int64Value(int64(genes)),
		SimulatedSeconds: providerdata.Decimal(s.SimulatedSeconds), ModelVersion: types.StringValue(s.ModelVersion),
		CreatedAt: types.StringValue(s.CreatedAt.Format(time.RFC3339)), XCPng: machineOf(s),
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
	if s.Growth != nil {
		m.grow(*s.Growth)
	}
	if s.XCPng != nil {
		return m, nil // the guest is not asked
	}
	v, err := found.VM(ctx)
	if err != nil {
		return m, err
	}
	metrics, err := v.Metrics(ctx)
	if err != nil {
		return m, err
	}
	m.grow(metrics.Growth)
	m.Executions = types.Int64Value(int64(metrics.Executions))
	return m, nil
}

func (m *dataModel) grow(g biovm.Growth) {
	m.FreeGrowthRate = providerdata.Decimal(providerdata.Digits12(g.FreeGrowthRate))
	m.GrowthRate = providerdata.Decimal(providerdata.Digits12(g.GrowthRate))
	m.DoublingTime = providerdata.Decimal(providerdata.Digits12(g.DoublingTimeMinutes))
	m.LimitedBy = types.StringValue(g.LimitedBy)
}

// machineModel is what a pool shows of a VM's machine.
type machineModel struct {
	Host         string `tfsdk:"host"`
	Template     string `tfsdk:"template"`
	PowerState   string `tfsdk:"power_state"`
	Member       string `tfsdk:"member"`
	Address      string `tfsdk:"address"`
	HostKey      string `tfsdk:"host_key"`
	VCPUs        int    `tfsdk:"vcpus"`
	MemoryMiB    int    `tfsdk:"memory_mib"`
	AgentVersion string `tfsdk:"agent_version"`
}

func machineOf(s biovm.Status) *machineModel {
	if s.XCPng == nil {
		return nil
	}
	x := s.XCPng
	return &machineModel{x.Host, x.Template, x.PowerState, x.Member, x.Address, x.HostKey, x.VCPUs, x.MemoryMiB, x.AgentVersion}
}

func machineAttributes() map[string]schema.Attribute {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	return map[string]schema.Attribute{
		"host":          text("Name of its pool."),
		"template":      text("Template that it was made of."),
		"power_state":   text("The pool's word: `Halted`, `Paused`, `Running` or `Suspended`."),
		"member":        text("Member of the pool that it runs on, by name; empty when it runs on none."),
		"address":       text("Address that the guest reported; empty when it did not."),
		"host_key":      text("SSH host key that the guest published, in the form of `authorized_keys`; empty before it did."),
		"vcpus":         schema.Int64Attribute{Computed: true, MarkdownDescription: "Virtual processors."},
		"memory_mib":    schema.Int64Attribute{Computed: true, MarkdownDescription: "Memory, in MiB."},
		"agent_version": text("Version of the engine in the guest when the VM was made."),
	}
}
