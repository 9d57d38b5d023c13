package flux

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/float64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

// Schema implements [datasource.DataSource].
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The fluxes of a metabolic network that has machinery without end, an organism's or one from a file, by flux balance analysis (FBA). " +
			"Fluxes are in mmol per gram dry weight and hour; computed numbers have 12 significant digits. " +
			"A network without a best flux distribution is an answer (`status`), not an error.",
		Attributes: questionAttributes(),
	}
	maps.Copy(resp.Schema.Attributes, answerAttributes())
}

func questionAttributes() map[string]schema.Attribute {
	var methods []string
	for _, m := range bioxen.FluxMethods() {
		methods = append(methods, string(m))
	}
	return map[string]schema.Attribute{
		"biological_type": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Organism whose network to analyse: `syn3a`, `ecoli` or `minimal_cell`. Either this or `model_file`.",
		},
		"model_file": schema.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: "File with the network to analyse: SBML Level 3 with flux balance constraints, or the JSON of COBRApy and BiGG, plain or packed with gzip.",
			Attributes: map[string]schema.Attribute{
				"source": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Path of the file, at most 256 MiB. Give it as `\"${path.module}/...\"`: else it counts from where Terraform runs.",
				},
				"sha256": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "SHA-256 of the file, in hexadecimal, such as from `filesha256()` or a publication. A file that has another one is refused. Default: any.",
				},
			},
		},
		"medium": schema.MapAttribute{
			Optional: true, ElementType: types.Float64Type, Validators: []validator.Map{mapvalidator.NoNullValues()},
			MarkdownDescription: "Exchange reactions with the largest uptake. It replaces the network's own medium; what it leaves out is not there. Default: the network's own medium.",
		},
		"knockouts": schema.SetAttribute{
			Optional: true, ElementType: types.StringType, Validators: []validator.Set{setvalidator.NoNullValues()},
			MarkdownDescription: "Genes that are lost, an organism's by locus, alias or symbol, a file's by ID; or reactions, by their ID, which goes before a gene's name in another case. Default: none.",
		},
		"erase_bounds": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Whether a lost reaction that its bounds oblige to carry flux forgets the obligation, as in COBRApy. Default: `false`, it kills the cell.",
		},
		"objective": schema.StringAttribute{
			Optional: true, Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			MarkdownDescription: "Reaction whose flux to maximise. Default: the network's own objective, which is growth.",
		},
		"method": schema.StringAttribute{
			Optional: true, Validators: []validator.String{stringvalidator.OneOf(methods...)},
			MarkdownDescription: "`fba`: one flux distribution of the best objective; `pfba`: of these, one with the least total flux; `fva`: besides the first, what each flux may be (`ranges`). Default: `fba`.",
		},
		"fraction": schema.Float64Attribute{
			Optional: true, Validators: []validator.Float64{float64validator.AtLeast(0), float64validator.NoneOf(0)},
			MarkdownDescription: "`fva`: share of the best objective that is kept while fluxes vary, above 0 and at most 1. Default: `1`.",
		},
		"reactions": schema.SetAttribute{
			Optional: true, ElementType: types.StringType, Validators: []validator.Set{setvalidator.NoNullValues()},
			MarkdownDescription: "Reactions to report in `fluxes` and `ranges`. Default: the exchanges that carry flux or, with `fva`, can carry some.",
		},
	}
}

func answerAttributes() map[string]schema.Attribute {
	number := func(description string) schema.Attribute {
		return schema.Float64Attribute{Computed: true, MarkdownDescription: description}
	}
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	numbers := func(description string) schema.Attribute {
		return schema.MapAttribute{Computed: true, ElementType: types.Float64Type, MarkdownDescription: description}
	}
	return map[string]schema.Attribute{
		"model":            text("ID of the network."),
		"status":           text("`optimal`; `infeasible`, when the cell cannot meet its obligations, such as maintenance; `unbounded`, when nothing limits the objective; `dead`, when a lost reaction was obliged to carry flux."),
		"objective_value":  number("Best of the objective; 0 when the cell is dead, null when it is unbounded."),
		"growth_rate":      number("Flux of growth, in 1/h; 0 unless `optimal`."),
		"limited_by":       text("`metabolism` (medium, maintenance and the network) or `dead`; empty when unbounded."),
		"obliged":          text("Of a `dead` cell, the lost reaction that its bounds oblige to carry flux; else empty."),
		"limiting":         numbers("Reactions that are held at a bound other than 0 which matters, with what the objective gains per unit of flux that the bound gives way: of an uptake, what one more would bring."),
		"fluxes":           numbers("Fluxes of the reactions to report; uptake is negative. Empty unless `optimal`."),
		"active_reactions": schema.Int64Attribute{Computed: true, MarkdownDescription: "How many reactions carry flux."},
		"total_flux":       number("Sum of the absolute values of all fluxes; the least one with `pfba`."),
		"ranges": schema.MapNestedAttribute{
			Computed: true, MarkdownDescription: "`fva`: what the fluxes of the reactions to report may be. Null with other methods.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"min": number("Least flux; null where nothing bounds it."),
				"max": number("Largest flux; null where nothing bounds it."),
			}},
		},
		"certificate": schema.SingleNestedAttribute{
			Computed: true, MarkdownDescription: "How well the solution keeps the conditions of optimality, recomputed from the problem as stated and relative to max(1, |value|); all 0 unless `optimal`.",
			Attributes: map[string]schema.Attribute{
				"residual":        number("Largest violation of a metabolite's balance."),
				"bound_violation": number("Largest violation of a flux bound."),
				"dual_violation":  number("Largest reduced cost of the wrong sign."),
				"gap":             number("Difference between the primal and the dual objective."),
			},
		},
	}
}
