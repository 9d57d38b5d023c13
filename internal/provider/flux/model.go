package flux

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/providerdata"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

type model struct {
	BiologicalType types.String       `tfsdk:"biological_type"`
	ModelFile      *fileModel         `tfsdk:"model_file"`
	Medium         map[string]float64 `tfsdk:"medium"`
	Knockouts      []string           `tfsdk:"knockouts"`
	EraseBounds    types.Bool         `tfsdk:"erase_bounds"`
	Objective      types.String       `tfsdk:"objective"`
	Method         types.String       `tfsdk:"method"`
	Fraction       types.Float64      `tfsdk:"fraction"`
	Reactions      []string           `tfsdk:"reactions"`

	Model           types.String          `tfsdk:"model"`
	Status          types.String          `tfsdk:"status"`
	ObjectiveValue  types.Float64         `tfsdk:"objective_value"`
	GrowthRate      types.Float64         `tfsdk:"growth_rate"`
	LimitedBy       types.String          `tfsdk:"limited_by"`
	Obliged         types.String          `tfsdk:"obliged"`
	Limiting        map[string]float64    `tfsdk:"limiting"`
	Fluxes          map[string]float64    `tfsdk:"fluxes"`
	Ranges          map[string]rangeModel `tfsdk:"ranges"`
	ActiveReactions types.Int64           `tfsdk:"active_reactions"`
	TotalFlux       types.Float64         `tfsdk:"total_flux"`
	Certificate     *certificateModel     `tfsdk:"certificate"`
}

type fileModel struct {
	Source types.String `tfsdk:"source"`
	SHA256 types.String `tfsdk:"sha256"`
}

type rangeModel struct {
	Min types.Float64 `tfsdk:"min"`
	Max types.Float64 `tfsdk:"max"`
}

type certificateModel struct {
	Residual       float64 `tfsdk:"residual"`
	BoundViolation float64 `tfsdk:"bound_violation"`
	DualViolation  float64 `tfsdk:"dual_violation"`
	Gap            float64 `tfsdk:"gap"`
}

// question is what the configuration asks.
func (m *model) question() bioxen.FluxQuestion {
	q := bioxen.FluxQuestion{
		BiologicalType: biovm.BiologicalType(m.BiologicalType.ValueString()), Medium: m.Medium, Knockouts: m.Knockouts,
		EraseBounds: m.EraseBounds.ValueBool(), Objective: m.Objective.ValueString(),
		Method: bioxen.FluxMethod(m.Method.ValueString()), Fraction: m.Fraction.ValueFloat64(), Reactions: m.Reactions,
	}
	if m.ModelFile != nil {
		q.ModelFile = &bioxen.ModelFile{Source: m.ModelFile.Source.ValueString(), SHA256: m.ModelFile.SHA256.ValueString()}
	}
	return q
}

// set fills in the answer.
func (m *model) set(a bioxen.FluxAnalysis) {
	m.Model, m.Status = types.StringValue(a.Model), types.StringValue(a.Status)
	m.LimitedBy, m.Obliged = types.StringValue(a.LimitedBy), types.StringValue(a.Obliged)
	m.ObjectiveValue = digits12(a.Objective)
	if a.Status == "unbounded" {
		m.ObjectiveValue = types.Float64Null()
	}
	m.GrowthRate, m.TotalFlux, m.ActiveReactions = digits12(a.Growth), digits12(a.TotalFlux), types.Int64Value(int64(a.ActiveReactions))
	m.Limiting, m.Fluxes = rounded(a.Limiting), rounded(a.Fluxes)
	if bioxen.FluxMethod(m.Method.ValueString()) == bioxen.FVA {
		m.Ranges = make(map[string]rangeModel, len(a.Ranges))
		for id, r := range a.Ranges {
			m.Ranges[id] = rangeModel{Min: end(r.Min), Max: end(r.Max)}
		}
	}
	m.Certificate = &certificateModel{
		Residual: providerdata.Digits12(a.Certificate.Residual), BoundViolation: providerdata.Digits12(a.Certificate.BoundViolation),
		DualViolation: providerdata.Digits12(a.Certificate.DualViolation), Gap: providerdata.Digits12(a.Certificate.Gap),
	}
}

func digits12(x float64) types.Float64 { return types.Float64Value(providerdata.Digits12(x)) }

func rounded(numbers map[string]float64) map[string]float64 {
	out := make(map[string]float64, len(numbers))
	for id, v := range numbers {
		out[id] = providerdata.Digits12(v)
	}
	return out
}

func end(v *float64) types.Float64 {
	if v == nil {
		return types.Float64Null()
	}
	return digits12(*v)
}
