package living

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/culture"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/near"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/operon/lac"
)

// Figures implements [Cell].
func (e *ecoliCell) Figures() []Figure {
	return []Figure{
		{"biomass", "gDW/l", "of the culture"},
		{"growth_rate", "1/h", "of the culture in its last step"},
		{"lac_open", "operons", "lac operons that can be transcribed, in the followed cell"},
		{"lac_mrna", "copies", "of the lac operon's mRNA"},
		{"lac_inducer", "µM", "TMG, IPTG and allolactose in the followed cell"},
		{"plasmids", "copies", "of all plasmids in the followed cell"},
	}
}

// Patterns implements [Cell].
func (e *ecoliCell) Patterns() []Figure {
	return []Figure{
		{"medium:EXCHANGE", "mM", "concentration of a substrate of the culture"},
		{"plasmid:NAME", "copies", "of a plasmid in the followed cell"},
		{"mrna:GENE", "copies", "of lacZ, lacY or lacA"},
		{"protein:GENE", "copies", "of lacZ, lacY or lacA"},
	}
}

// Probe implements [Cell].
func (e *ecoliCell) Probe(name string) (func() float64, error) {
	of := func(read func(lac.Metrics) float64) func() float64 {
		return func() float64 { return read(e.lac.Metrics()) }
	}
	switch name {
	case "biomass":
		return func() float64 { return e.culture.Sample().Biomass }, nil
	case "growth_rate":
		return func() float64 { return e.culture.Sample().GrowthRate }, nil
	case "lac_open":
		return of(func(m lac.Metrics) float64 { return m.OpenOperons }), nil
	case "lac_mrna":
		return of(func(m lac.Metrics) float64 { return m.MRNA }), nil
	case "lac_inducer":
		return of(func(m lac.Metrics) float64 { return m.TMG + m.IPTG + m.Allolactose }), nil
	case "plasmids":
		return func() float64 { return float64(e.copies()) }, nil
	}
	kind, of1, _ := strings.Cut(name, ":")
	switch kind {
	case "medium":
		if _, known := e.Medium()[of1]; known {
			return func() float64 { return e.Medium()[of1] }, nil
		}
		return nil, &biovm.FieldError{Path: "record", Value: name, Reason: "is no substance of the medium that runs out" + e.suggest(of1)}
	case "plasmid":
		for i, p := range e.now.Plasmids {
			if p.Name == of1 {
				return func() float64 { return e.plasmids[i].Metrics().Copies }, nil
			}
		}
		return nil, &biovm.FieldError{Path: "record", Value: name, Reason: "the cell was given no such plasmid"}
	case "mrna", "protein":
		return e.product(name, kind, of1)
	}
	return nil, unknown(name, e)
}

// suggest names the substance of the medium that somebody may have meant, and all
// that there are.
func (e *ecoliCell) suggest(name string) string {
	known := slices.Sorted(maps.Keys(e.Medium()))
	meant := near.Names(name, known, nearNames)
	if exchange := substances()[strings.ToLower(name)]; exchange != "" {
		meant = []string{exchange}
	}
	return biovm.Near(meant) + "; there are " + strings.Join(known, ", ")
}

// product reads a figure of a gene of the lac operon.
func (e *ecoliCell) product(name, kind, gene string) (func() float64, error) {
	proteins := map[string]func(lac.Metrics) float64{
		"lacz": func(m lac.Metrics) float64 { return m.LacZ },
		"lacy": func(m lac.Metrics) float64 { return m.LacY },
		"laca": func(m lac.Metrics) float64 { return m.LacA },
	}
	symbol := gene
	if g, ok := e.body.Organism.Gene(gene); ok {
		symbol = g.Symbol
	}
	read, ok := proteins[strings.ToLower(symbol)]
	if !ok {
		return nil, &biovm.FieldError{Path: "record", Value: name, Reason: "of ecoli the genes lacZ, lacY and lacA are simulated"}
	}
	if kind == "mrna" {
		read = func(m lac.Metrics) float64 { return m.MRNA }
	}
	return func() float64 { return read(e.lac.Metrics()) }, nil
}

// copies counts all plasmids.
func (e *ecoliCell) copies() int {
	n := 0
	for _, host := range e.plasmids {
		n += int(host.Metrics().Copies)
	}
	return n
}

// Metrics implements [Cell].
func (e *ecoliCell) Metrics(context.Context) (biovm.CellMetrics, error) {
	operons := map[string]string{}
	for id, control := range e.operons.Controls {
		operons[id] = control.String()
	}
	for _, id := range e.operons.Lost {
		operons[id] = "lost"
	}
	if _, managed := operons[lacOperon]; !managed {
		operons[lacOperon] = e.lac.Metrics().Status
	}
	phase := culture.Lag
	if e.culture.Time() > 0 {
		phase = e.culture.Sample().Phase
	}
	return biovm.CellMetrics{EColi: &biovm.EColiMetrics{PlasmidCount: e.copies(), GrowthPhase: string(phase), Operons: operons}}, nil
}
