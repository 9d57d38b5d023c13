package xcpng

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/diagnose"
	"github.com/bioxen/terraform-provider-bioxen/internal/provider/providerdata"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
)

// MetricsDataSource is bioxen_xcpng_vm_metrics.
type MetricsDataSource struct{ providerdata.DataSource }

var _ datasource.DataSourceWithConfigure = (*MetricsDataSource)(nil)

// NewMetricsDataSource returns the data source.
func NewMetricsDataSource() datasource.DataSource { return &MetricsDataSource{} }

// Metadata implements [datasource.DataSource].
func (d *MetricsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_xcpng_vm_metrics"
}

// Schema implements [datasource.DataSource].
func (d *MetricsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	number := func(description string) schema.Attribute {
		return schema.Float64Attribute{Computed: true, MarkdownDescription: description}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "What the pool measures of an `xcpng` VM's machine, and how its cell grows. What was not measured is null, and `values` is empty: all of it while the machine does not run, and for some ten seconds after it starts.",
		Attributes: map[string]schema.Attribute{
			"vm_id": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "UUID of the VM: the `id` of a `bioxen_vm`.",
			},
			"name":                  text("Name of the VM."),
			"state":                 text("State of the VM: `created`, `running`, `paused`, `stopped` or `error`."),
			"time":                  text("When the machine was measured last, in RFC 3339, by the clock of the pool's member."),
			"cpu_percent":           number("Use of the virtual processors, on average, in percent of all of them."),
			"memory_mib":            number("Memory that the machine has, in MiB."),
			"memory_free_mib":       number("Memory that the guest has left, in MiB, as its guest tools say."),
			"network_rx":            number("What its interfaces receive, in bytes per second."),
			"network_tx":            number("What its interfaces send, in bytes per second."),
			"values":                schema.MapAttribute{Computed: true, ElementType: types.Float64Type, MarkdownDescription: "All that was measured, by the pool's names for it."},
			"growth_rate":           number("Growth rate of the cell under its grant, in 1/h, as the guest last said."),
			"doubling_time_minutes": number("Doubling time of the cell under its grant, in minutes; 0 when it does not grow."),
			"limited_by":            text("What limits its growth: `ribosomes`, `atp`, `metabolism` or `dead`."),
			"simulated_seconds":     number("Biological time that has passed, in seconds."),
		},
	}
}

type metricsModel struct {
	VMID             types.String       `tfsdk:"vm_id"`
	Name             types.String       `tfsdk:"name"`
	State            types.String       `tfsdk:"state"`
	Time             types.String       `tfsdk:"time"`
	CPUPercent       types.Float64      `tfsdk:"cpu_percent"`
	MemoryMiB        types.Float64      `tfsdk:"memory_mib"`
	MemoryFreeMiB    types.Float64      `tfsdk:"memory_free_mib"`
	NetworkRX        types.Float64      `tfsdk:"network_rx"`
	NetworkTX        types.Float64      `tfsdk:"network_tx"`
	Values           map[string]float64 `tfsdk:"values"`
	GrowthRate       types.Float64      `tfsdk:"growth_rate"`
	DoublingTime     types.Float64      `tfsdk:"doubling_time_minutes"`
	LimitedBy        types.String       `tfsdk:"limited_by"`
	SimulatedSeconds types.Float64      `tfsdk:"simulated_seconds"`
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
		diagnose.Noun{Fallback: path.Root("vm_id")}.Add(&resp.Diagnostics, "The VM's machine cannot be measured", err)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func (m *metricsModel) read(ctx context.Context, data *providerdata.Data) error {
	found, err := data.Find(ctx, m.VMID.ValueString())
	if err != nil {
		return err
	}
	s := found.Status
	if s.XCPng == nil {
		return fmt.Errorf("vm %q: %w: a %s vm has no machine to measure", s.ID, biovm.ErrUnsupported, s.Spec.VMType)
	}
	client, _ := data.Client()
	measured, err := client.XCPng().Measurements(ctx, s.XCPng.Host, s.UUID)
	if err != nil {
		return err
	}
	m.Name, m.State = types.StringValue(string(s.ID)), types.StringValue(string(s.State))
	m.SimulatedSeconds = providerdata.Decimal(s.SimulatedSeconds)
	if s.Growth != nil {
		m.GrowthRate = providerdata.Decimal(providerdata.Digits12(s.Growth.GrowthRate))
		m.DoublingTime = providerdata.Decimal(providerdata.Digits12(s.Growth.DoublingTimeMinutes))
		m.LimitedBy = types.StringValue(s.Growth.LimitedBy)
	}
	m.measure(measured)
	return nil
}

// measure puts in what the pool measured.
func (m *metricsModel) measure(x xapi.Measurements) {
	const (
		mib       = 1 << 20
		kibPerMiB = 1 << 10
	)
	m.Values = x.Values
	if m.Values == nil {
		m.Values = map[string]float64{}
	}
	if !x.Time.IsZero() {
		m.Time = types.StringValue(x.Time.Format(time.RFC3339))
	}
	if sum, n := total(x.Values, "cpu", ""); n > 0 {
		m.CPUPercent = types.Float64Value(100 * sum / float64(n))
	}
	if v, ok := x.Values["memory"]; ok {
		m.MemoryMiB = types.Float64Value(v / mib)
	}
	if v, ok := x.Values["memory_internal_free"]; ok {
		m.MemoryFreeMiB = types.Float64Value(v / kibPerMiB)
	}
	if sum, n := total(x.Values, "vif_", "_rx"); n > 0 {
		m.NetworkRX = types.Float64Value(sum)
	}
	if sum, n := total(x.Values, "vif_", "_tx"); n > 0 {
		m.NetworkTX = types.Float64Value(sum)
	}
}

// total sums up the figures whose names are a prefix, a number and a suffix.
func total(values map[string]float64, prefix, suffix string) (sum float64, n int) {
	for name, v := range values {
		number, starts := strings.CutPrefix(name, prefix)
		number, ends := strings.CutSuffix(number, suffix)
		if starts && ends && number != "" && strings.Trim(number, "0123456789") == "" {
			sum, n = sum+v, n+1
		}
	}
	return sum, n
}
