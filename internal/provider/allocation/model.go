package allocation

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/diagnose"
	"github.com/bioxen/terraform-provider-bioxen/internal/provider/providerdata"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// noun says where an allocation's problems are shown. Those of a preset are
// shown at optimize, which asked for it.
func noun(optimize bool) diagnose.Noun {
	n := diagnose.Noun{
		Attributes: []string{"atp", "ribosomes", "rna_polymerase", "memory_kb", "priority"},
		Capacity: map[string]path.Path{
			"atp": path.Root("atp"), "ribosomes": path.Root("ribosomes"), "rna_polymerase": path.Root("rna_polymerase"),
			"memory_kb": path.Root("memory_kb"), "": path.Root("vm_id"),
		},
		Fallback: path.Root("vm_id"),
	}
	if optimize {
		at := path.Root("optimize")
		n.Attributes, n.Fallback = n.Attributes[2:], at
		n.Capacity["atp"], n.Capacity["ribosomes"] = at, at
	}
	return n
}

type model struct {
	VMID          types.String   `tfsdk:"vm_id"`
	ATP           types.Float64  `tfsdk:"atp"`
	Ribosomes     types.Int64    `tfsdk:"ribosomes"`
	RNAPolymerase types.Int64    `tfsdk:"rna_polymerase"`
	MemoryKB      types.Int64    `tfsdk:"memory_kb"`
	Priority      types.Int64    `tfsdk:"priority"`
	Optimize      types.Bool     `tfsdk:"optimize"`
	GrowthRate    types.Float64  `tfsdk:"growth_rate"`
	DoublingTime  types.Float64  `tfsdk:"doubling_time_minutes"`
	LimitedBy     types.String   `tfsdk:"limited_by"`
	Timeouts      timeouts.Value `tfsdk:"timeouts"`
}

// asked is what a configuration asks for, and whether all of it is known.
func (m *model) asked(t biovm.BiologicalType) (a biovm.Allocation, known bool) {
	if m.Optimize.ValueBool() {
		a = biovm.OptimizePreset(t)
	}
	if !m.ATP.IsNull() && !m.ATP.IsUnknown() {
		a.ATP = new(m.ATP.ValueFloat64())
	}
	for _, n := range []struct {
		from types.Int64
		to   **int
	}{{m.Ribosomes, &a.Ribosomes}, {m.RNAPolymerase, &a.RNAPolymerase}, {m.MemoryKB, &a.MemoryKB}, {m.Priority, &a.Priority}} {
		if !n.from.IsNull() && !n.from.IsUnknown() {
			*n.to = new(int(n.from.ValueInt64()))
		}
	}
	known = !m.Optimize.IsUnknown() && !m.ATP.IsUnknown() && !m.Ribosomes.IsUnknown() &&
		!m.RNAPolymerase.IsUnknown() && !m.MemoryKB.IsUnknown() && !m.Priority.IsUnknown()
	return a, known
}

// full is a grant as an allocation of all of it: what the configuration leaves
// out is put down too, so that leaving it out brings the default back.
func full(g biovm.Resources) biovm.Allocation {
	return biovm.Allocation{ATP: &g.ATP, Ribosomes: &g.Ribosomes, RNAPolymerase: &g.RNAPolymerase, MemoryKB: &g.MemoryKB, Priority: &g.Priority}
}

// grant puts in what the VM holds.
func (m *model) grant(g biovm.Resources) {
	m.ATP = providerdata.Decimal(g.ATP)
	m.Ribosomes = types.Int64Value(int64(g.Ribosomes))
	m.RNAPolymerase = types.Int64Value(int64(g.RNAPolymerase))
	m.MemoryKB = types.Int64Value(int64(g.MemoryKB))
	m.Priority = types.Int64Value(int64(g.Priority))
}

// holds reports whether the model's amounts are those of a grant.
func (m *model) holds(g biovm.Resources) bool {
	return m.ATP.ValueFloat64() == g.ATP && m.Ribosomes.ValueInt64() == int64(g.Ribosomes) && m.RNAPolymerase.ValueInt64() == int64(g.RNAPolymerase) &&
		m.MemoryKB.ValueInt64() == int64(g.MemoryKB) && m.Priority.ValueInt64() == int64(g.Priority)
}

// grow puts in how the VM grows.
func (m *model) grow(g biovm.Growth) {
	m.GrowthRate = providerdata.Decimal(providerdata.Digits12(g.GrowthRate))
	m.DoublingTime = providerdata.Decimal(providerdata.Digits12(g.DoublingTimeMinutes))
	m.LimitedBy = types.StringValue(g.LimitedBy)
}

// forgetGrowth makes the growth known after the apply.
func (m *model) forgetGrowth() {
	m.GrowthRate, m.DoublingTime, m.LimitedBy = types.Float64Unknown(), types.Float64Unknown(), types.StringUnknown()
}
