package process

import (
	"maps"
	"slices"

	"go.starlark.net/starlark"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/cell"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// A field is an entry of a record.
type field struct {
	name  string
	value starlark.Value
}

// record makes a dict with the fields in their order.
func record(fields ...field) *starlark.Dict {
	d := starlark.NewDict(len(fields))
	for _, f := range fields {
		// A fresh dict takes every string as a key.
		_ = d.SetKey(starlark.String(f.name), f.value)
	}
	return d
}

func number(f float64) starlark.Value { return starlark.Float(f) }

func integer(n int) starlark.Value { return starlark.MakeInt(n) }

func text(s string) starlark.Value { return starlark.String(s) }

func texts(names []string) starlark.Value {
	list := make([]starlark.Value, len(names))
	for i, n := range names {
		list[i] = text(n)
	}
	return starlark.NewList(list)
}

// ratesOf makes a dict from reaction to flux, in the order of the list.
func ratesOf(list []cell.Rate) *starlark.Dict {
	d := starlark.NewDict(len(list))
	for _, r := range list {
		_ = d.SetKey(text(r.Reaction), number(r.Rate))
	}
	return d
}

// numbersOf makes a dict from a map, sorted by key.
func numbersOf(m map[string]float64) *starlark.Dict {
	d := starlark.NewDict(len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		_ = d.SetKey(text(k), number(m[k]))
	}
	return d
}

// growthFields are the entries that every answer about growth begins with.
func growthFields(g biovm.Growth) []field {
	return []field{
		{"growth_rate", number(g.GrowthRate)},
		{"free_growth_rate", number(g.FreeGrowthRate)},
		{"doubling_time_minutes", number(g.DoublingTimeMinutes)},
		{"limited_by", text(g.LimitedBy)},
		{"one_more_unit", oneMoreOf(g.OneMoreUnit)},
		{"atp", atpOf(g.ATP)},
	}
}

func oneMoreOf(o biovm.OneMore) starlark.Value {
	return record(field{"ribosomes", number(o.Ribosomes)}, field{"atp", number(o.ATP)})
}

func atpOf(a biovm.ATPFlow) starlark.Value {
	return record(field{"produced", number(a.Produced)}, field{"cap", number(a.Cap)}, field{"maintenance", number(a.Maintenance)})
}

func certificateOf(c metabolism.Certificate) starlark.Value {
	return record(
		field{"residual", number(c.Residual)}, field{"bound_violation", number(c.BoundViolation)},
		field{"dual_violation", number(c.DualViolation)}, field{"gap", number(c.Gap)},
	)
}

func resourcesOf(r biovm.Resources) starlark.Value {
	return record(
		field{"atp", number(r.ATP)}, field{"ribosomes", integer(r.Ribosomes)},
		field{"rna_polymerase", integer(r.RNAPolymerase)}, field{"memory_kb", integer(r.MemoryKB)},
		field{"priority", integer(r.Priority)},
	)
}

func essentialOf(e biovm.EssentialGenes) *starlark.Dict {
	a := e.Agreement
	return record(
		field{"in_silico", texts(e.InSilico)},
		field{"in_vivo", texts(e.InVivo)},
		field{"agreement", record(
			field{"true_positives", integer(a.TruePositives)}, field{"true_negatives", integer(a.TrueNegatives)},
			field{"false_positives", integer(a.FalsePositives)}, field{"false_negatives", integer(a.FalseNegatives)},
			field{"accuracy", number(a.Accuracy)}, field{"mcc", number(a.MCC)},
		)},
	)
}

func answerOf(a cell.Answer) *starlark.Dict {
	value := number(a.Value)
	if a.Status == metabolism.StatusUnbounded.String() {
		value = starlark.None
	}
	d := record(
		field{"status", text(a.Status)},
		field{"objective", text(a.Objective)},
		field{"value", value},
		field{"growth_rate", number(a.GrowthRate)},
		field{"doubling_time_minutes", number(a.DoublingTimeMinutes)},
		field{"limited_by", text(a.LimitedBy)},
		field{"shadow_prices", oneMoreOf(a.ShadowPrices)},
		field{"atp", atpOf(a.ATP)},
		field{"uptake", ratesOf(a.Uptake)},
		field{"secretion", ratesOf(a.Secretion)},
		field{"active_reactions", integer(a.ActiveReactions)},
		field{"total_flux", number(a.TotalFlux)},
		field{"parsimonious", starlark.Bool(a.Parsimonious)},
		field{"certificate", certificateOf(a.Certificate)},
	)
	return d
}

// rangesOf makes the answer of fva.
func rangesOf(a cell.FluxRanges) *starlark.Dict {
	value := number(a.Value)
	if a.Status == metabolism.StatusUnbounded.String() {
		value = starlark.None
	}
	ranges := starlark.NewDict(len(a.Ranges))
	for _, r := range a.Ranges {
		_ = ranges.SetKey(text(r.Reaction), starlark.NewList([]starlark.Value{endOf(r.Min), endOf(r.Max)}))
	}
	return record(
		field{"status", text(a.Status)}, field{"objective", text(a.Objective)}, field{"value", value},
		field{"fraction", number(a.Fraction)}, field{"limited_by", text(a.LimitedBy)},
		field{"ranges", ranges}, field{"certificate", certificateOf(a.Certificate)},
	)
}

// endOf is the end of a range, None where nothing bounds it.
func endOf(v *float64) starlark.Value {
	if v == nil {
		return starlark.None
	}
	return number(*v)
}

func geneOf(g biovm.Gene) starlark.Value {
	return record(
		field{"locus", text(g.Locus)}, field{"symbol", text(g.Symbol)}, field{"aliases", texts(g.Aliases)},
		field{"product", text(g.Product)}, field{"type", text(g.Type)},
		field{"start", integer(g.Start)}, field{"end", integer(g.End)}, field{"strand", text(g.Strand)},
		field{"essentiality", text(g.Essentiality)}, field{"proteins_per_cell", number(g.ProteinsPerCell)},
		field{"in_model", starlark.Bool(g.InModel)},
	)
}
