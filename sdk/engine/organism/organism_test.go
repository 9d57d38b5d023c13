package organism_test

import (
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

func TestOfLoadsEveryType(t *testing.T) {
	t.Parallel()
	for _, typ := range organism.Types() {
		o, err := organism.Of(typ)
		if err != nil {
			t.Errorf("Of(%q): %v", typ, err)
			continue
		}
		m := o.Model()
		t.Log(o.ModelVersion(), len(o.Genes()), len(m.Reactions()), len(m.Metabolites()), len(m.Genes()), o.GeneCounts())
	}
}
