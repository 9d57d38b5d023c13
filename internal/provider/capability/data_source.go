package capability

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/diagnose"
	"github.com/bioxen/terraform-provider-bioxen/internal/provider/organism"
	"github.com/bioxen/terraform-provider-bioxen/internal/provider/providerdata"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// DataSource is bioxen_capabilities.
type DataSource struct{ providerdata.DataSource }

var _ datasource.DataSourceWithConfigure = (*DataSource)(nil)

// NewDataSource returns the data source.
func NewDataSource() datasource.DataSource { return &DataSource{} }

// Metadata implements [datasource.DataSource].
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_capabilities"
}

// Schema implements [datasource.DataSource].
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	integer := func(description string) schema.Attribute {
		return schema.Int64Attribute{Computed: true, MarkdownDescription: description}
	}
	number := func(description string) schema.Attribute {
		return schema.Float64Attribute{Computed: true, MarkdownDescription: description}
	}
	amounts := func(description string) schema.Attribute {
		return schema.SingleNestedAttribute{Computed: true, MarkdownDescription: description, Attributes: AmountAttributes()}
	}
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "What this release and data directory offer: organisms, host cells, what is left on shared ones, built-ins and limits of processes, drivers.",
		Attributes: map[string]schema.Attribute{
			"version": text("Version of the provider."),
			"biological_types": schema.MapNestedAttribute{
				Computed: true, MarkdownDescription: "The organisms by name.",
				NestedObject: schema.NestedAttributeObject{Attributes: organism.TypeAttributes()},
			},
			"chassis": schema.MapNestedAttribute{
				Computed: true, MarkdownDescription: "The kinds of host cell by name.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"description":              text("What it is, in a sentence."),
					"capacity":                 amounts("What a chassis of the kind has to give, the hypervisor's overhead taken off."),
					"overhead_percent":         number("What the hypervisor takes of ribosomes, polymerases and genome space, in percent."),
					"max_vms":                  integer("How many VMs a chassis of the kind carries."),
					"ribosomes_per_unit":       number("Ribosomes behind a unit."),
					"rna_polymerases_per_unit": number("RNA polymerases behind a unit."),
				}},
			},
			"shared_chassis": schema.MapNestedAttribute{
				Computed: true, MarkdownDescription: "The shared chassis that VMs are on, by name.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"chassis":  text("Its kind."),
					"capacity": amounts("What it has to give."),
					"free":     amounts("What it has left."),
					"max_vms":  integer("How many VMs it carries."),
					"vms":      schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Names of its VMs."},
				}},
			},
			"builtins": schema.MapAttribute{
				Computed: true, ElementType: types.StringType,
				MarkdownDescription: "The verbs of the process language, each with its documentation.",
			},
			"limits": schema.SingleNestedAttribute{
				Computed: true, MarkdownDescription: "Limits of a process that asks for no others.",
				Attributes: map[string]schema.Attribute{
					"steps":           integer("Starlark steps."),
					"timeout_seconds": number("Wall time, in seconds."),
					"output_bytes":    integer("What is printed, and the result likewise, in bytes."),
				},
			},
			"drivers": schema.MapAttribute{
				Computed: true, ElementType: types.StringType,
				MarkdownDescription: "The VM types that there is a driver for, each with what the driver does.",
			},
		},
	}
}

// AmountAttributes describe amounts of what a chassis has to give.
func AmountAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"atp":            schema.Float64Attribute{Computed: true, MarkdownDescription: "ATP, in percent."},
		"ribosomes":      schema.Int64Attribute{Computed: true, MarkdownDescription: "Ribosome units."},
		"rna_polymerase": schema.Int64Attribute{Computed: true, MarkdownDescription: "RNA polymerase units."},
		"memory_kb":      schema.Int64Attribute{Computed: true, MarkdownDescription: "Genome space, in kilobases."},
	}
}

// Amounts are in the form of [AmountAttributes].
type Amounts struct {
	ATP           float64 `tfsdk:"atp"`
	Ribosomes     int64   `tfsdk:"ribosomes"`
	RNAPolymerase int64   `tfsdk:"rna_polymerase"`
	MemoryKB      int64   `tfsdk:"memory_kb"`
}

// AmountsOf takes amounts out of resources.
func AmountsOf(r biovm.Resources) Amounts {
	return Amounts{ATP: r.ATP, Ribosomes: int64(r.Ribosomes), RNAPolymerase: int64(r.RNAPolymerase), MemoryKB: int64(r.MemoryKB)}
}

type model struct {
	Version         string                   `tfsdk:"version"`
	BiologicalTypes map[string]organism.Type `tfsdk:"biological_types"`
	Chassis         map[string]kindModel     `tfsdk:"chassis"`
	SharedChassis   map[string]sharedModel   `tfsdk:"shared_chassis"`
	Builtins        map[string]string        `tfsdk:"builtins"`
	Limits          limitsModel              `tfsdk:"limits"`
	Drivers         map[string]string        `tfsdk:"drivers"`
}

type kindModel struct {
	Description           string  `tfsdk:"description"`
	Capacity              Amounts `tfsdk:"capacity"`
	OverheadPercent       float64 `tfsdk:"overhead_percent"`
	MaxVMs                int64   `tfsdk:"max_vms"`
	RibosomesPerUnit      float64 `tfsdk:"ribosomes_per_unit"`
	RNAPolymerasesPerUnit float64 `tfsdk:"rna_polymerases_per_unit"`
}

type sharedModel struct {
	Chassis  string   `tfsdk:"chassis"`
	Capacity Amounts  `tfsdk:"capacity"`
	Free     Amounts  `tfsdk:"free"`
	MaxVMs   int64    `tfsdk:"max_vms"`
	VMs      []string `tfsdk:"vms"`
}

type limitsModel struct {
	Steps          int64   `tfsdk:"steps"`
	TimeoutSeconds float64 `tfsdk:"timeout_seconds"`
	OutputBytes    int64   `tfsdk:"output_bytes"`
}

// Read implements [datasource.DataSource].
func (d *DataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	client, ok := d.Data.MustClient(&resp.Diagnostics)
	if !ok {
		return
	}
	caps, err := client.Capabilities(ctx)
	if err != nil {
		diagnose.Noun{}.Add(&resp.Diagnostics, "The capabilities cannot be read", err)
		return
	}
	chassis, err := client.Chassis(ctx)
	if err != nil {
		diagnose.Noun{}.Add(&resp.Diagnostics, "The chassis cannot be read", err)
		return
	}
	m := modelOf(caps)
	for _, c := range chassis {
		if !c.Shared {
			continue
		}
		s := sharedModel{Chassis: string(c.Kind), Capacity: AmountsOf(c.Capacity), Free: AmountsOf(c.Free), MaxVMs: int64(c.MaxVMs), VMs: []string{}}
		for _, id := range c.VMs {
			s.VMs = append(s.VMs, string(id))
		}
		m.SharedChassis[c.Name] = s
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func modelOf(caps biovm.Capabilities) model {
	limits := caps.Limits.WithDefaults()
	m := model{
		Version: caps.Version, BiologicalTypes: organism.Types(caps.Types), Drivers: drivers(caps.Drivers),
		Chassis: map[string]kindModel{}, SharedChassis: map[string]sharedModel{}, Builtins: map[string]string{},
		Limits: limitsModel{
			Steps: int64(min(limits.Steps, 1<<62)), TimeoutSeconds: limits.Timeout.Seconds(), OutputBytes: int64(limits.OutputBytes),
		},
	}
	for _, b := range caps.Builtins {
		m.Builtins[b.Name] = b.Doc
	}
	for _, c := range caps.Chassis {
		m.Chassis[string(c.Kind)] = kindModel{
			Description: c.Description, Capacity: AmountsOf(c.Capacity), OverheadPercent: c.OverheadPercent, MaxVMs: int64(c.MaxVMs),
			RibosomesPerUnit: c.RibosomesPerUnit, RNAPolymerasesPerUnit: c.RNAPolymerasesPerUnit,
		}
	}
	return m
}
