package allocation

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/capability"
	"github.com/bioxen/terraform-provider-bioxen/internal/provider/diagnose"
	"github.com/bioxen/terraform-provider-bioxen/internal/provider/providerdata"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

// DataSource is bioxen_resources.
type DataSource struct{ providerdata.DataSource }

var (
	_ datasource.DataSourceWithConfigure        = (*DataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*DataSource)(nil)
)

// NewDataSource returns the data source.
func NewDataSource() datasource.DataSource { return &DataSource{} }

// Metadata implements [datasource.DataSource].
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_resources"
}

// Schema implements [datasource.DataSource].
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	amounts := func(description string) schema.Attribute {
		return schema.SingleNestedAttribute{Computed: true, MarkdownDescription: description, Attributes: capability.AmountAttributes()}
	}
	number := func(description string) schema.Attribute {
		return schema.Float64Attribute{Computed: true, MarkdownDescription: description}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "What a VM holds and uses of its chassis and what could be better, or what a shared chassis has given and has left.",
		Attributes: map[string]schema.Attribute{
			"vm_id":          schema.StringAttribute{Optional: true, MarkdownDescription: "Name or UUID of the VM. Either this or `shared_chassis`."},
			"shared_chassis": schema.StringAttribute{Optional: true, MarkdownDescription: "Name of the shared chassis."},
			"grant":          amounts("What the VM holds; of a chassis, what all its VMs hold together."),
			"priority":       schema.Int64Attribute{Computed: true, MarkdownDescription: "Weight of the VM's share of the host's cores, 1 to 5; null for a chassis."},
			"available":      amounts("What the VM could hold at most: its grant and what its chassis has left; of a chassis, what it has left."),
			"limits":         amounts("What may be allocated to the VM at most: by its settings, and for polymerases and genome space by its chassis; of a chassis, its capacity."),
			"usage": schema.SingleNestedAttribute{
				Computed: true, MarkdownDescription: "What the growing cell makes of its grant; null for a chassis.",
				Attributes: map[string]schema.Attribute{
					"atp_percent": number("ATP regeneration that the cell uses, in percent of its reference."),
					"ribosomes":   number("Ribosome units that translation keeps busy."),
					"memory_kb":   schema.Int64Attribute{Computed: true, MarkdownDescription: "DNA that the cell holds, in kilobases."},
				},
			},
			"recommendations": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "Changes of the grant worth making, best first; each was solved for, and holds when it is applied. Null for a chassis.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"atp":          number("ATP share to allocate, in percent; null to leave it as it is."),
					"ribosomes":    schema.Int64Attribute{Computed: true, MarkdownDescription: "Ribosome units to allocate; null to leave them as they are."},
					"growth_rate":  number("Growth rate with it, in 1/h."),
					"change":       number("Difference to the growth rate now, in 1/h."),
					"shadow_price": number("Growth rate that one more unit would bring at the margin, in 1/h per unit; 0 where it does not bind."),
					"reason":       schema.StringAttribute{Computed: true, MarkdownDescription: "Why."},
				}},
			},
			"vms": schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Names of the VMs on the chassis; null for a VM."},
		},
	}
}

// ConfigValidators implements [datasource.DataSourceWithConfigValidators].
func (d *DataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{datasourcevalidator.ExactlyOneOf(path.MatchRoot("vm_id"), path.MatchRoot("shared_chassis"))}
}

type dataModel struct {
	VMID            types.String          `tfsdk:"vm_id"`
	SharedChassis   types.String          `tfsdk:"shared_chassis"`
	Grant           *capability.Amounts   `tfsdk:"grant"`
	Priority        *int64                `tfsdk:"priority"`
	Available       *capability.Amounts   `tfsdk:"available"`
	Limits          *capability.Amounts   `tfsdk:"limits"`
	Usage           *usageModel           `tfsdk:"usage"`
	Recommendations []recommendationModel `tfsdk:"recommendations"`
	VMs             []string              `tfsdk:"vms"`
}

type usageModel struct {
	ATPPercent float64 `tfsdk:"atp_percent"`
	Ribosomes  float64 `tfsdk:"ribosomes"`
	MemoryKB   int64   `tfsdk:"memory_kb"`
}

type recommendationModel struct {
	ATP         *float64 `tfsdk:"atp"`
	Ribosomes   *int64   `tfsdk:"ribosomes"`
	GrowthRate  float64  `tfsdk:"growth_rate"`
	Change      float64  `tfsdk:"change"`
	ShadowPrice float64  `tfsdk:"shadow_price"`
	Reason      string   `tfsdk:"reason"`
}

// Read implements [datasource.DataSource].
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m dataModel
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("vm_id"), &m.VMID)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("shared_chassis"), &m.SharedChassis)...)
	client, ok := d.Data.MustClient(&resp.Diagnostics)
	if resp.Diagnostics.HasError() || !ok {
		return
	}
	at, fill := path.Root("vm_id"), m.ofVM
	if m.VMID.IsNull() {
		at, fill = path.Root("shared_chassis"), m.ofChassis
	}
	if err := fill(ctx, client); err != nil {
		diagnose.Noun{Fallback: at}.Add(&resp.Diagnostics, "The resources cannot be read", err)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func (m *dataModel) ofVM(ctx context.Context, client *bioxen.Client) error {
	v, err := client.Get(ctx, m.VMID.ValueString())
	if err != nil {
		return err
	}
	a, err := allocator(v)
	if err != nil {
		return err
	}
	usage, err := a.Usage(ctx)
	if err != nil {
		return err
	}
	available, err := a.Available(ctx)
	if err != nil {
		return err
	}
	recommended, err := a.Recommendations(ctx)
	if err != nil {
		return err
	}
	m.Grant, m.Limits, m.Available = new(capability.AmountsOf(usage.Grant)), new(capability.AmountsOf(usage.Limits)), new(capability.AmountsOf(available))
	m.Priority = new(int64(usage.Grant.Priority))
	m.Usage = &usageModel{
		ATPPercent: providerdata.Digits12(usage.ATPPercent), Ribosomes: providerdata.Digits12(usage.Ribosomes), MemoryKB: int64(usage.MemoryKB),
	}
	m.Recommendations = recommendations(recommended)
	return nil
}

func recommendations(all []biovm.Recommendation) []recommendationModel {
	out := []recommendationModel{}
	for _, r := range all {
		rec := recommendationModel{
			ATP: r.Allocation.ATP, GrowthRate: providerdata.Digits12(r.GrowthRate), Change: providerdata.Digits12(r.Change),
			ShadowPrice: providerdata.Digits12(r.ShadowPrice), Reason: r.Reason,
		}
		if r.Allocation.Ribosomes != nil {
			rec.Ribosomes = new(int64(*r.Allocation.Ribosomes))
		}
		out = append(out, rec)
	}
	return out
}

func (m *dataModel) ofChassis(ctx context.Context, client *bioxen.Client) error {
	all, err := client.Chassis(ctx)
	if err != nil {
		return err
	}
	name := m.SharedChassis.ValueString()
	for _, c := range all {
		if !c.Shared || c.Name != name {
			continue
		}
		m.Grant, m.Limits, m.Available = new(capability.AmountsOf(c.Granted)), new(capability.AmountsOf(c.Capacity)), new(capability.AmountsOf(c.Free))
		m.VMs = []string{}
		for _, id := range c.VMs {
			m.VMs = append(m.VMs, string(id))
		}
		return nil
	}
	return fmt.Errorf("shared chassis %q: %w: no vm is on it", name, biovm.ErrNotFound)
}
