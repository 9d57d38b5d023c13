//go:build !race

package operon_test

import (
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/operon"
)

// TestKnockOutsMeanSomething: without its lac operon E. coli does not grow on
// lactose (Jacob and Monod 1961, J. Mol. Biol. 3:318), without trp, his or leu
// it does not grow on glucose without the amino acid (Baba et al. 2006, doi
// 10.1038/msb4100050), and it does with it.
func TestKnockOutsMeanSomething(t *testing.T) {
	t.Parallel()
	o := ecoli(t)
	grows := func(carbon, supplement string, lost ...string) bool {
		t.Helper()
		q := metabolism.Question{Medium: o.Model().Medium()}
		delete(q.Medium, "EX_glc__D_e")
		q.Medium[carbon] = 10
		if carbon == "EX_lcts_e" {
			// iML1515 lets BglX split lactose in the periplasm, which does not feed a cell.
			q.Knockouts = []string{"b2132"}
		}
		if supplement != "" {
			q.Medium[supplement] = 1
		}
		if len(lost) > 0 {
			state, _, err := operon.State{}.Manage(lost, operon.KnockOut)
			if err != nil {
				t.Fatal(err)
			}
			for _, symbol := range state.Genes() {
				g, ok := o.Gene(symbol)
				if !ok {
					t.Fatalf("no gene %s", symbol)
				}
				if g.InModel {
					q.Knockouts = append(q.Knockouts, g.Locus)
				}
			}
		}
		f, err := metabolism.NewAnalyzer(o.Model()).FBA(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		return f.Growth > 1e-3
	}
	for _, c := range []struct {
		carbon, supplement, operon string
		want                       bool
	}{
		{"EX_lcts_e", "", "", true},
		{"EX_lcts_e", "", "lac", false},
		{"EX_glc__D_e", "", "lac", true},
		{"EX_glc__D_e", "", "trp", false},
		{"EX_glc__D_e", "EX_trp__L_e", "trp", true},
		{"EX_glc__D_e", "", "his", false},
		{"EX_glc__D_e", "EX_his__L_e", "his", true},
		{"EX_glc__D_e", "", "leu", false},
		{"EX_glc__D_e", "EX_leu__L_e", "leu", true},
		{"EX_gal_e", "", "", true},
		{"EX_gal_e", "", "gal", false},
		{"EX_arab__L_e", "", "", true},
		{"EX_arab__L_e", "", "araBAD", false},
		{"EX_rmn_e", "", "rhaBAD", false},
		{"EX_xyl__D_e", "", "xylAB", false},
	} {
		var lost []string
		if c.operon != "" {
			lost = []string{c.operon}
		}
		if got := grows(c.carbon, c.supplement, lost...); got != c.want {
			t.Errorf("on %s %s without %q: grows %v, want %v", c.carbon, c.supplement, c.operon, got, c.want)
		}
	}
}
