//go:build !race

package cell_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// Upper and lower case make no difference to genes; but many reactions are
// called as genes are in upper case, and not always those of their own enzyme.
func TestReactionsAreKnockedOutByID(t *testing.T) {
	t.Parallel()
	for _, organism := range biovm.BiologicalTypes() {
		c := newCell(t, biovm.Spec{BiologicalType: organism}, nil, nil)
		for _, reaction := range c.Organism.Model().Reactions() {
			k, err := c.WithKnockouts([]string{reaction.ID})
			if err != nil {
				t.Errorf("%s without %s: %v", organism, reaction.ID, err)
				continue
			}
			if diff := cmp.Diff([]string{reaction.ID}, k.LostReactions); diff != "" || len(k.Knockouts) > 0 {
				t.Errorf("%s without %s has lost genes %q and reactions (-want +got):\n%s", organism, reaction.ID, k.Knockouts, diff)
			}
		}
	}
	c := newCell(t, biovm.Spec{BiologicalType: biovm.EColi}, nil, nil)
	for name, locus := range map[string]string{"pgi": "b4025", "Pgi": "b4025", "cat": "b1101", "LACY": "b0343", "B0343": "b0343"} {
		k, err := c.WithKnockouts([]string{name})
		if err != nil {
			t.Errorf("without %s: %v", name, err)
			continue
		}
		if diff := cmp.Diff([]string{locus}, k.Knockouts); diff != "" || len(k.LostReactions) > 0 {
			t.Errorf("without %s it has lost reactions %q and genes (-want +got):\n%s", name, k.LostReactions, diff)
		}
	}
}
