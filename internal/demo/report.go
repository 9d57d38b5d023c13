package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
)

// A cell is how a VM grows, as the configuration's outputs say.
type cell struct {
	Type                string  `json:"type"`
	Chassis             string  `json:"chassis"`
	Genes               int     `json:"genes"`
	FreeGrowthRate      float64 `json:"free_growth_rate"`
	GrowthRate          float64 `json:"growth_rate"`
	DoublingTimeMinutes float64 `json:"doubling_time_minutes"`
	LimitedBy           string  `json:"limited_by"`
	Ribosomes           int     `json:"ribosomes"`
	ATP                 float64 `json:"atp"`
}

// outputs are the configuration's outputs.
type outputs struct {
	cells, titration map[string]cell
	analyses         map[string]map[string]any
}

func readOutputs(text []byte) (*outputs, error) {
	var v struct {
		Cells     struct{ Value map[string]cell }
		Titration struct{ Value map[string]cell }
		Analyses  struct{ Value map[string]map[string]any }
	}
	if err := json.Unmarshal(text, &v); err != nil {
		return nil, fmt.Errorf("read terraform's outputs: %w", err)
	}
	return &outputs{v.Cells.Value, v.Titration.Value, v.Analyses.Value}, nil
}

// published is the free growth rate of each cell's network, in 1/h, to be met
// to rate, and what else is known of it.
func published() map[string]struct {
	rate   float64
	source string
} {
	return map[string]struct {
		rate   float64
		source string
	}{
		"ecoli":        {0.877, "iML1515, Monk et al. 2017: 0.877 1/h, 47.4 min"},
		"syn3a":        {0.3424, "iMB155, Breuer et al. 2019: 0.342 1/h, 2.02 h; the living cell 105 min"},
		"minimal_cell": {0.21464, "no published value; derived here from iMB155: 0.2146 1/h, 193.8 min"},
	}
}

// The growth law of syn3a: it doubles when its ribosomes have made its
// proteins once more, ln 2 · P / (3600 · k · R) hours.
const (
	aminoAcids = 29_846_983  // P, per cell: Breuer et al. 2019's proteomics, summed
	elongation = 6.499145129 // k, amino acids per ribosome and second: 12, of which 54 % are active
	tolerance  = 5e-4        // of a figure that is published to three or four digits
)

// lawMinutes is the doubling time that the growth law gives, in minutes.
func lawMinutes(ribosomes int) float64 {
	return 60 * math.Ln2 * aminoAcids / (3600 * elongation * float64(ribosomes))
}

// report renders the outputs, and says which figures are not the known ones.
func (o *outputs) report() (string, error) {
	var b strings.Builder
	var errs []error
	fmt.Fprintln(&b, "Three cells, each with what its type gets by default:")
	fmt.Fprintln(&b)
	rows := []string{"VM\tTYPE\tGENES\tRIBOSOMES\tATP\tGROWTH\tDOUBLES IN\tLIMITED BY\tFREE GROWTH"}
	for _, name := range slices.Sorted(maps.Keys(published())) {
		c, known := o.cells[name], published()[name]
		rows = append(rows, fmt.Sprintf("%s\t%s\t%d\t%d units\t%.0f %%\t%.4f 1/h\t%.1f min\t%s\t%.4f 1/h", name, c.Type, c.Genes, c.Ribosomes, c.ATP,
			c.GrowthRate, c.DoublingTimeMinutes, c.LimitedBy, c.FreeGrowthRate))
		errs = append(errs, compare("the free growth rate of "+name, c.FreeGrowthRate, known.rate, "1/h"))
	}
	b.WriteString(table(rows))
	fmt.Fprintln(&b, "\n  What is known of the free cells:")
	for _, name := range slices.Sorted(maps.Keys(published())) {
		fmt.Fprintf(&b, "  %-12s  %s\n", name, published()[name].source)
	}

	fmt.Fprintln(&b, "\nsyn3a on an orthogonal chassis, with all its ATP, by the ribosomes that it is granted:")
	fmt.Fprintln(&b)
	rows = []string{"VM\tTYPE\tRIBOSOMES\tATP\tGROWTH\tDOUBLES IN\tLIMITED BY\tFREE GROWTH\tGROWTH LAW"}
	byRibosomes := slices.SortedFunc(maps.Keys(o.titration), func(a, b string) int {
		return cmp.Compare(o.titration[a].Ribosomes, o.titration[b].Ribosomes)
	})
	for _, name := range byRibosomes {
		c := o.titration[name]
		law := lawMinutes(c.Ribosomes)
		rows = append(rows, fmt.Sprintf("%s\t%s\t%d\t%.0f %%\t%.4f 1/h\t%.1f min\t%s\t%.4f 1/h\t%.1f min", name, c.Type, c.Ribosomes, c.ATP,
			c.GrowthRate, c.DoublingTimeMinutes, c.LimitedBy, c.FreeGrowthRate, law))
		errs = append(errs, compare("the doubling time of "+name, c.DoublingTimeMinutes, law, "min"))
	}
	b.WriteString(table(rows))
	fmt.Fprintln(&b, "\n  Growth law: ln 2 · 29.85e6 amino acids / (6.50 a second · ribosomes), until the network limits at 121.5 min.")
	if len(byRibosomes) != 4 {
		errs = append(errs, fmt.Errorf("%d cells were titrated, not 4", len(byRibosomes)))
	}

	fmt.Fprintln(&b, "\nFrom minimal_metabolism_analysis(), run in each cell:")
	fmt.Fprintln(&b)
	for _, name := range slices.Sorted(maps.Keys(o.analyses)) {
		fmt.Fprintf(&b, "  %s\n", excerpt(name, o.analyses[name]))
	}
	if len(o.analyses) != len(published()) {
		errs = append(errs, fmt.Errorf("%d processes ran, not %d", len(o.analyses), len(published())))
	}
	return b.String(), errors.Join(errs...)
}

// table puts the columns of rows, which tabs separate, below each other.
func table(rows []string) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	// A strings.Builder takes everything.
	_, _ = w.Write([]byte("  " + strings.Join(rows, "\n  ") + "\n"))
	_ = w.Flush()
	return b.String()
}

// compare says that a figure is not the known one.
func compare(what string, got, want float64, unit string) error {
	if math.Abs(got-want) <= tolerance*want {
		return nil
	}
	return fmt.Errorf("%s is %g %s, and known to be %g %s", what, got, unit, want, unit)
}

// excerpt picks what fits in a line from an analysis.
func excerpt(name string, analysis map[string]any) string {
	text := fmt.Sprintf("%s: %v reactions carry flux", name, analysis["active_reactions"])
	if up, ok := analysis["uptake"].(map[string]any); ok {
		text += fmt.Sprintf(", %d nutrients are taken up", len(up))
	}
	if e, ok := analysis["essential_genes"].(map[string]any); ok {
		silico, _ := e["in_silico"].([]any)
		vivo, _ := e["in_vivo"].([]any)
		text += fmt.Sprintf(", %d genes are essential by the model and %d by experiment", len(silico), len(vivo))
		if agreement, ok := e["agreement"].(map[string]any); ok {
			if accuracy, ok := agreement["accuracy"].(float64); ok {
				text += fmt.Sprintf(" (they agree on %.1f %%)", 100*accuracy)
			}
		}
	}
	return text
}
