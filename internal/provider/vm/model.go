package vm

import (
	"context"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/diagnose"
	"github.com/bioxen/terraform-provider-bioxen/internal/provider/providerdata"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// noun says where a VM's problems are shown.
func noun() diagnose.Noun {
	return diagnose.Noun{
		Attributes: []string{"name", "biological_type", "vm_type", "chassis", "shared_chassis", "config", "medium", "knockouts", "packages", "model", "genome", "seed", "xcpng"},
		Capacity: map[string]path.Path{
			"":          path.Root("shared_chassis"),
			"memory_kb": path.Root("chassis"),
		},
	}
}

type model struct {
	ID             types.String   `tfsdk:"id"`
	Name           types.String   `tfsdk:"name"`
	BiologicalType types.String   `tfsdk:"biological_type"`
	VMType         types.String   `tfsdk:"vm_type"`
	Chassis        types.String   `tfsdk:"chassis"`
	SharedChassis  types.String   `tfsdk:"shared_chassis"`
	State          types.String   `tfsdk:"state"`
	Config         types.Object   `tfsdk:"config"`
	Medium         types.Map      `tfsdk:"medium"`
	Knockouts      types.Set      `tfsdk:"knockouts"`
	Packages       types.Set      `tfsdk:"packages"`
	Model          types.Object   `tfsdk:"model"`
	Genome         types.Object   `tfsdk:"genome"`
	Seed           types.Int64    `tfsdk:"seed"`
	FreeGrowthRate types.Float64  `tfsdk:"free_growth_rate"`
	GeneCount      types.Int64    `tfsdk:"gene_count"`
	XCPng          types.Object   `tfsdk:"xcpng"`
	XCPngAddress   types.String   `tfsdk:"xcpng_address"`
	XCPngHostKey   types.String   `tfsdk:"xcpng_host_key"`
	Timeouts       timeouts.Value `tfsdk:"timeouts"`
}

type configModel struct {
	ResourceLimits     types.Object `tfsdk:"resource_limits"`
	GenomeOptimization types.Bool   `tfsdk:"genome_optimization"`
	MinimalMode        types.Bool   `tfsdk:"minimal_mode"`
	OperonManagement   types.Bool   `tfsdk:"operon_management"`
	PlasmidSupport     types.Bool   `tfsdk:"plasmid_support"`
	BasicFunctionsOnly types.Bool   `tfsdk:"basic_functions_only"`
	FunctionValidation types.Bool   `tfsdk:"function_validation"`
}

type limitsModel struct {
	MaxATP       types.Float64 `tfsdk:"max_atp"`
	MaxRibosomes types.Int64   `tfsdk:"max_ribosomes"`
}

// spec is the VM that the model asks for. What is not known yet is left out;
// see [model.known].
func (m *model) spec(ctx context.Context, diags *diag.Diagnostics) biovm.Spec {
	return biovm.Spec{
		ID:             biovm.ID(m.Name.ValueString()),
		BiologicalType: biovm.BiologicalType(m.BiologicalType.ValueString()),
		VMType:         biovm.VMType(m.VMType.ValueString()),
		Chassis:        biovm.ChassisKind(m.Chassis.ValueString()),
		SharedChassis:  m.SharedChassis.ValueString(),
		Config:         m.config(ctx, diags),
		Medium:         m.medium(),
		Knockouts:      texts(m.Knockouts),
		Packages:       texts(m.Packages),
		Model:          sourceOf(m.Model),
		Genome:         sourceOf(m.Genome),
		Seed:           m.Seed.ValueInt64(),
		XCPng:          m.xcpngSpec(ctx, diags),
	}.WithDefaults()
}

// placed reports whether it is known which VM the model is about and where it
// will be.
func (m *model) placed() bool {
	return !m.BiologicalType.IsUnknown() && !m.VMType.IsUnknown() && !m.Chassis.IsUnknown() && !m.SharedChassis.IsUnknown() && !m.Config.IsUnknown()
}

func (m *model) config(ctx context.Context, diags *diag.Diagnostics) biovm.Config {
	if m.Config.IsNull() || m.Config.IsUnknown() {
		return biovm.Config{}
	}
	var c configModel
	diags.Append(m.Config.As(ctx, &c, basetypes.ObjectAsOptions{})...)
	var l limitsModel
	if !c.ResourceLimits.IsNull() && !c.ResourceLimits.IsUnknown() {
		diags.Append(c.ResourceLimits.As(ctx, &l, basetypes.ObjectAsOptions{})...)
	}
	out := biovm.Config{
		GenomeOptimization: boolPointer(c.GenomeOptimization),
		MinimalMode:        boolPointer(c.MinimalMode),
		OperonManagement:   boolPointer(c.OperonManagement),
		PlasmidSupport:     boolPointer(c.PlasmidSupport),
		BasicFunctionsOnly: boolPointer(c.BasicFunctionsOnly),
		FunctionValidation: boolPointer(c.FunctionValidation),
	}
	if !l.MaxATP.IsNull() && !l.MaxATP.IsUnknown() {
		out.ResourceLimits.MaxATP = new(l.MaxATP.ValueFloat64())
	}
	if !l.MaxRibosomes.IsNull() && !l.MaxRibosomes.IsUnknown() {
		out.ResourceLimits.MaxRibosomes = new(int(l.MaxRibosomes.ValueInt64()))
	}
	return out
}

func boolPointer(b types.Bool) *bool {
	if b.IsNull() || b.IsUnknown() {
		return nil
	}
	return new(b.ValueBool())
}

func (m *model) medium() map[string]float64 {
	if m.Medium.IsNull() || m.Medium.IsUnknown() {
		return nil
	}
	medium := map[string]float64{}
	for id, v := range m.Medium.Elements() {
		if f, ok := v.(types.Float64); ok && !f.IsUnknown() {
			medium[id] = f.ValueFloat64()
		}
	}
	return medium
}

// texts are the elements of a set that are known, sorted.
func texts(set types.Set) []string {
	var all []string
	for _, v := range set.Elements() {
		if s, ok := v.(types.String); ok && !s.IsUnknown() {
			all = append(all, s.ValueString())
		}
	}
	slices.Sort(all)
	return all
}

// fill puts in what the VM is. It leaves alone what is solved for, and
// timeouts, which only Terraform knows.
func (m *model) fill(s biovm.Status) {
	m.fillMachine(s, m.Name.IsNull())
	m.ID = types.StringValue(s.UUID)
	m.Name = types.StringValue(string(s.ID))
	m.BiologicalType = types.StringValue(string(s.Spec.BiologicalType))
	m.VMType = types.StringValue(string(s.Spec.VMType))
	m.Chassis = types.StringValue(string(s.Spec.Chassis))
	m.SharedChassis = types.StringNull()
	if s.Spec.SharedChassis != "" {
		m.SharedChassis = types.StringValue(s.Spec.SharedChassis)
	}
	m.State = types.StringValue(shownState(s.State))
	m.Config = configValue(s.Spec.Config, m.Config)
	m.Medium = mediumValue(s.Spec.Medium)
	m.Knockouts = stringSet(s.Spec.Knockouts)
	m.Packages = stringSet(s.Spec.Packages)
	m.Model, m.Genome = sourceValue(s.Spec.Model), genomeValue(s.Spec.Genome)
	m.Seed = types.Int64Value(s.Spec.Seed)
}

// shownState is the state in Terraform's terms: a VM that was never started is
// a stopped one.
func shownState(s biovm.State) string {
	if s == biovm.Created {
		return string(biovm.Stopped)
	}
	return string(s)
}

func (m *model) solve(growth biovm.Growth, genes int) {
	m.FreeGrowthRate = providerdata.Decimal(providerdata.Digits12(growth.FreeGrowthRate))
	m.GeneCount = types.Int64Value(int64(genes))
}

// timeout is d, or what holds for a VM that has a machine to boot.
func (m *model) timeout(d time.Duration) time.Duration {
	if m.onPool() {
		return machineTimeout
	}
	return d
}

// configValue is c with what it does not say written as it was: left out or
// empty.
func configValue(c biovm.Config, was types.Object) types.Object {
	limits := limitsValue(c.ResourceLimits)
	if l, ok := was.Attributes()["resource_limits"]; saysNothing(limits) && (!ok || l.IsNull()) {
		limits = types.ObjectNull(limitsTypes())
	}
	v := types.ObjectValueMust(configTypes(), map[string]attr.Value{
		"resource_limits":      limits,
		"genome_optimization":  types.BoolPointerValue(c.GenomeOptimization),
		"minimal_mode":         types.BoolPointerValue(c.MinimalMode),
		"operon_management":    types.BoolPointerValue(c.OperonManagement),
		"plasmid_support":      types.BoolPointerValue(c.PlasmidSupport),
		"basic_functions_only": types.BoolPointerValue(c.BasicFunctionsOnly),
		"function_validation":  types.BoolPointerValue(c.FunctionValidation),
	})
	if was.IsNull() && saysNothing(v) {
		return was
	}
	return v
}

func limitsValue(l biovm.ResourceLimits) types.Object {
	ribosomes := types.Int64Null()
	if l.MaxRibosomes != nil {
		ribosomes = types.Int64Value(int64(*l.MaxRibosomes))
	}
	return types.ObjectValueMust(limitsTypes(), map[string]attr.Value{
		"max_atp": providerdata.DecimalPointer(l.MaxATP), "max_ribosomes": ribosomes,
	})
}

func mediumValue(medium map[string]float64) types.Map {
	if medium == nil {
		return types.MapNull(types.Float64Type)
	}
	elements := make(map[string]attr.Value, len(medium))
	for id, v := range medium {
		elements[id] = providerdata.Decimal(v)
	}
	return types.MapValueMust(types.Float64Type, elements)
}

func stringSet(names []string) types.Set {
	elements := make([]attr.Value, len(names))
	for i, n := range names {
		elements[i] = types.StringValue(n)
	}
	return types.SetValueMust(types.StringType, elements)
}
