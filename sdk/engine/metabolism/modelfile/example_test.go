package modelfile_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism/modelfile"
)

// A file of any format, and the growth of what is in it.
func ExampleRead() {
	file := strings.NewReader(`{"id": "yeast on sugar",
		"metabolites": [{"id": "sugar_e", "compartment": "e"}, {"id": "sugar_c", "compartment": "c"}],
		"reactions": [
			{"id": "EX_sugar_e", "metabolites": {"sugar_e": -1}, "lower_bound": -10, "upper_bound": 1000},
			{"id": "uptake", "metabolites": {"sugar_e": -1, "sugar_c": 1}, "gene_reaction_rule": "HXT1 or HXT2"},
			{"id": "growth", "metabolites": {"sugar_c": -20}, "objective_coefficient": 1}
		]}`)
	m, format, err := modelfile.Read(file, "yeast.json")
	if err != nil {
		fmt.Println(err)
		return
	}
	f, err := metabolism.NewAnalyzer(m).FBA(context.Background(), metabolism.Question{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s (%v): genes %v, growth %.2f per hour\n", m.ID(), format, m.Genes(), f.Growth)
	// Output:
	// yeast on sugar (COBRA JSON): genes [HXT1 HXT2], growth 0.50 per hour
}
