package cli

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// printAnalysis prints a cell and the analysis of its metabolism for people;
// all of it is in the JSON form.
func (a *app) printAnalysis(form string, s biovm.Status, r biovm.Result) error {
	if form == formJSON {
		return printJSON(a.Stdout, r)
	}
	text, err := analysisText(r.Value)
	if err != nil {
		return err
	}
	return printText(a.Stdout, describe(s)+"\n"+text)
}

// describe says in a line what a cell is and holds.
func describe(s biovm.Status) string {
	on := "its own " + string(s.Spec.Chassis) + " chassis"
	if s.Spec.SharedChassis != "" {
		on = fmt.Sprintf("the shared %s chassis %q", s.Spec.Chassis, s.Spec.SharedChassis)
	}
	return fmt.Sprintf("%s on %s, with %d ribosome units and %s %% of its ATP\n", s.Spec.BiologicalType, on, s.Grant.Ribosomes, number(s.Grant.ATP))
}

// inTable is how many of a list's rows a summary shows.
const inTable = 6

// analysisText sums up what minimal_metabolism_analysis() says.
func analysisText(raw json.RawMessage) (string, error) {
	var v struct {
		biovm.Growth

		Uptake          json.RawMessage      `json:"uptake"`
		Secretion       json.RawMessage      `json:"secretion"`
		ActiveReactions int                  `json:"active_reactions"`
		Essential       biovm.EssentialGenes `json:"essential_genes"`
	}
	if err := json.Unmarshal(raw, &v); err != nil {
		return "", fmt.Errorf("read the analysis: %w", err)
	}
	var b strings.Builder
	b.WriteString(growthText(v.Growth))
	line := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "%-15s "+format+"\n", append([]any{name}, args...)...)
	}
	line("ATP", "%s mmol/gDW/h regenerated, %s of it for maintenance", number(v.ATP.Produced), number(v.ATP.Maintenance))
	line("reactions", "%d carry flux", v.ActiveReactions)
	e := v.Essential
	if v.FreeGrowthRate > 0 {
		line("essential genes", "%d by the model, %d by experiment, which agree on %.1f %%", len(e.InSilico), len(e.InVivo), 100*e.Agreement.Accuracy)
	} else { // the model predicts nothing that could be compared
		line("essential genes", "%d by experiment; the model predicts none where no cell grows", len(e.InVivo))
	}
	for _, rates := range []struct {
		name string
		raw  json.RawMessage
	}{{"takes up", v.Uptake}, {"secretes", v.Secretion}} {
		text, err := ratesText(rates.raw)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "\n%s, mmol/gDW/h:\n%s", rates.name, text)
	}
	return b.String(), nil
}

// ratesText renders the first of some rates, which come with the largest first.
func ratesText(raw json.RawMessage) (string, error) {
	v, err := members(raw)
	if err != nil {
		return "", err
	}
	rates, ok := v.([]field)
	if !ok || len(rates) == 0 {
		return "  nothing\n", nil
	}
	var rows [][]string
	for _, r := range rates[:min(len(rates), inTable)] {
		rows = append(rows, []string{r.name, scalar(r.value)})
	}
	text := table("  ", rows)
	if more := len(rates) - inTable; more > 0 {
		text += fmt.Sprintf("  and %d more\n", more)
	}
	return text, nil
}
