//go:build !race

package metabolism_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// TestCheckPublished compares the imbalances of two published files with those
// that COBRApy's check_mass_balance finds, and holds what Check calls blocked
// against the ranges of the fluxes.
func TestCheckPublished(t *testing.T) {
	t.Parallel()
	eachPublished(t, func(t *testing.T, m *metabolism.Model, want *publishedModel) {
		r := m.Check()
		t.Logf("%d dead ends, %d blocked metabolites, %d blocked reactions, %d imbalances, %d unknown",
			len(r.DeadEnds), len(r.Blocked), len(r.BlockedReactions), len(r.Imbalances), len(r.Unknown))
		var imbalanced []string
		for _, i := range r.Imbalances {
			imbalanced = append(imbalanced, i.Reaction)
		}
		switch want.File {
		case "iML1515.json":
			if diff := cmp.Diff([]string{"PUACGAMS"}, imbalanced); diff != "" {
				t.Errorf("imbalances (-want +got):\n%s", diff)
			}
		case "iMB155.json":
			if !slices.Contains(imbalanced, "ACP_transl") || !slices.Contains(imbalanced, "DNAP") {
				t.Errorf("imbalances: got %v, want the syntheses of macromolecules among them", imbalanced)
			}
		case "e_coli_core.xml":
			if len(imbalanced) > 0 {
				t.Errorf("imbalances: got %v, want none", imbalanced)
			}
		}
		v, err := metabolism.NewAnalyzer(m).Variability(t.Context(), metabolism.Question{}, 0.5, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range r.BlockedReactions {
			j, _ := m.Reaction(id)
			if got := v.Ranges[j]; got.Min < -1e-9 || got.Max > 1e-9 {
				t.Errorf("%s is said to be blocked, and its flux can be in %v", id, got)
			}
		}
	})
}
