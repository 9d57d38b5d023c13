package metabolism_test

import (
	"errors"
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

func minimalMedium(t testing.TB, m *metabolism.Model, q metabolism.Question, growth float64) map[string]float64 {
	t.Helper()
	medium, err := metabolism.NewAnalyzer(m).MinimalMedium(t.Context(), q, growth)
	if err != nil {
		t.Fatal(err)
	}
	return medium
}

// TestMinimalMediumByHand asks the tiny cell: g glucose and o oxygen bring
// 2g + 3o = 4b + 1 ATP and 2g ≥ o + b pyruvate. A mole of oxygen brings more
// ATP than one of glucose, until pyruvate is short.
func TestMinimalMediumByHand(t *testing.T) {
	t.Parallel()
	m := tiny(t)
	twice := network(t, "BIO", "",
		"EX_a_e -2 1000 [] a_e =>", "EX_b_e -10 1000 [] b_e =>", "EX_c_e -10 1000 [] c_e =>", "EX_d_e -1 -0.5 [] d_e =>",
		"A 0 1000 [] a_e => 2 x_c", "B 0 1000 [] b_e => x_c", "C 0 1000 [] c_e => x_c", "D 0 1000 [] d_e => e_c", "E 0 1000 [] e_c =>",
		"BIO 0 1000 [] x_c =>",
	)
	for name, tc := range map[string]struct {
		m      *metabolism.Model
		q      metabolism.Question
		growth float64
		want   map[string]float64
	}{
		"slow":       {m, metabolism.Question{}, 1, map[string]float64{"EX_glc_e": 1, "EX_o2_e": 1}},
		"alive":      {m, metabolism.Question{}, 0, map[string]float64{"EX_glc_e": 0.125, "EX_o2_e": 0.25}},
		"best":       {m, metabolism.Question{}, 8.5, map[string]float64{"EX_glc_e": 10, "EX_o2_e": 5}},
		"anaerobic":  {m, metabolism.Question{Medium: map[string]float64{"EX_glc_e": 10}}, 1, map[string]float64{"EX_glc_e": 2.5}},
		"too fast":   {m, metabolism.Question{}, 8.6, nil},
		"beyond all": {m, metabolism.Question{}, 1e6, nil},
		// Half of a's worth in b or c, of which the one that is later in the
		// model is left out; without a there would be a medium too, of more.
		"least in all": {twice, metabolism.Question{}, 6, map[string]float64{"EX_a_e": 2, "EX_b_e": 2, "EX_d_e": 0.5}},
	} {
		got := minimalMedium(t, tc.m, tc.q, tc.growth)
		if diff := cmp.Diff(tc.want, got, cmpopts.EquateApprox(1e-9, 0)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	for _, growth := range []float64{-1, math.NaN(), math.Inf(1)} {
		var wrong *metabolism.ValueError
		if _, err := metabolism.NewAnalyzer(m).MinimalMedium(t.Context(), metabolism.Question{}, growth); !errors.As(err, &wrong) {
			t.Errorf("growth %v: got error %v, want a ValueError", growth, err)
		}
	}
}

// TestMinimalMediumSuffices grows syn3A on the medium, and leaves out one
// component after the other.
func TestMinimalMediumSuffices(t *testing.T) {
	t.Parallel()
	m := model(t, biovm.Syn3A)
	const growth = 0.1
	medium := minimalMedium(t, m, metabolism.Question{}, growth)
	a := metabolism.NewAnalyzer(m)
	enough := maps.Clone(medium)
	for id := range enough {
		enough[id] *= 1 + 1e-9
	}
	if f := fba(t, a, metabolism.Question{Medium: enough}); f.Growth < growth*(1-1e-6) {
		t.Errorf("on the medium: got %v, growth %v, want %v", f.Status, f.Growth, growth)
	}
	for _, id := range slices.Sorted(maps.Keys(medium)) {
		less := maps.Clone(enough)
		delete(less, id)
		if f := fba(t, a, metabolism.Question{Medium: less}); f.Growth >= growth {
			t.Errorf("without %s: got growth %v, so that it need not be there", id, f.Growth)
		}
	}
}

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
