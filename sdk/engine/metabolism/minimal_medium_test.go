package metabolism_test

import (
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// The totals are those of COBRApy 0.26.2 with GLPK 5.0 at a tolerance of 1e-9:
//
//	m = cobra.io.read_sbml_model("iMB155.xml") # or load_json_model("iML1515.json")
//	m.tolerance = 1e-9
//	cobra.medium.minimal_medium(m, growth).sum()
func TestMinimalMedium(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		kind          biovm.BiologicalType
		growth, total float64
	}{
		{biovm.Syn3A, 0.1, 4.755925400000008},
		{biovm.Syn3A, 0.3, 13.642291700000055},
		{biovm.EColi, 0.1, 6.417330786742482},
		{biovm.EColi, 0.5, 24.603017570075977},
	} {
		m := model(t, tt.kind)
		a := metabolism.NewAnalyzer(m)
		medium, err := a.MinimalMedium(t.Context(), metabolism.Question{}, tt.growth)
		if err != nil {
			t.Fatal(err)
		}
		total := 0.0
		for _, id := range slices.Sorted(maps.Keys(medium)) {
			total += medium[id]
		}
		if math.Abs(total-tt.total) > agreement*tt.total {
			t.Errorf("%s at %v: total uptake %v, want %v", tt.kind, tt.growth, total, tt.total)
		}
		f, err := a.FBA(t.Context(), metabolism.Question{Medium: medium})
		if err != nil || math.Abs(f.Growth-tt.growth) > agreement {
			t.Errorf("%s on its minimal medium: growth %v, %v; want %v and no more", tt.kind, f.Growth, err, tt.growth)
		}
		if medium, err := a.MinimalMedium(t.Context(), metabolism.Question{}, 1e3); medium != nil || err != nil {
			t.Errorf("%s at 1000: got %v, %v; want no medium", tt.kind, medium, err)
		}
	}
}
