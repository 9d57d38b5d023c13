//go:build !race

package packages_test

import (
	"math"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// The accuracy of iML1515 against Keio and glucose minimal medium: 0.947, MCC
// 0.779 over 1514 genes.
func TestEssentialityEColi(t *testing.T) {
	t.Parallel()
	got := ask[table](t, biovm.EColi, biovm.ChassisEColi, "load(\"@essentiality//essentiality.star\", \"screen\")\nscreen(erase_bounds = True)")
	if want := [4]int{168, 1266, 27, 53}; got.counts() != want || math.Abs(got.Accuracy-.947) > .0005 || math.Abs(got.MCC-.779) > .0005 {
		t.Errorf("screen %v, accuracy %.4f, MCC %.4f; want %v, 0.947 and 0.779", got.counts(), got.Accuracy, got.MCC, want)
	}
}

// Growth on carbon sources with and without oxygen: what COBRApy and GLPK give
// for iML1515, and in it the published table.
func TestMediaEColi(t *testing.T) {
	t.Parallel()
	const load = "load(\"@media//media.star\", \"carbon_screen\", \"growth_table\")\n"
	rows := ask[[]struct {
		Carbon, Name       string
		Aerobic, Anaerobic float64
	}](t, biovm.EColi, biovm.ChassisEColi, load+"carbon_screen()")
	byCarbon := map[string][2]float64{}
	for _, r := range rows {
		byCarbon[r.Carbon] = [2]float64{r.Aerobic, r.Anaerobic}
	}
	for exchange, want := range map[string]float64{
		"EX_glc__D_e": .8770, "EX_fru_e": .8770, "EX_ac_e": .2101, "EX_succ_e": .4501, "EX_lac__D_e": .3774, "EX_pyr_e": .3139, "EX_akg_e": .5474,
		"EX_etoh_e": .3721, "EX_glu__L_e": .6155, "EX_glyc_e": .4947, "EX_xyl__D_e": .7171, "EX_lcts_e": 1.7704, "EX_malt_e": 1.7798,
	} {
		if got := byCarbon[exchange][0]; math.Abs(got-want) > 5e-5 {
			t.Errorf("%s in air: %.4f, want %.4f", exchange, got, want)
		}
	}
	growth := ask[map[string]float64](t, biovm.EColi, biovm.ChassisEColi, load+"growth_table()")
	if !near(growth["m9_glucose"], byCarbon["EX_glc__D_e"][0]) || !near(growth["m9_glucose_anaerobic"], .157539812) || !near(growth["m9_acetate"], byCarbon["EX_ac_e"][0]) || len(growth) != 14 {
		t.Errorf("growth on named media %v", growth)
	}
	var want struct {
		CarbonSources map[string]any `json:"carbon_sources"`
	}
	reference(t, "iML1515_standardGEM", &want)
	for exchange, got := range byCarbon {
		for i, air := range []string{"aerobic", "anaerobic"} {
			v, ok := want.CarbonSources[exchange+"|uptake10|"+air]
			rate, _ := v.(float64) // "infeasible" is no growth
			if !ok || !near(got[i], rate) {
				t.Errorf("%s, %s: %.9f, want %v", exchange, air, got[i], v)
			}
		}
	}
	if len(byCarbon)*2 != len(want.CarbonSources) {
		t.Errorf("%d carbon sources, want %d", len(byCarbon), len(want.CarbonSources)/2)
	}
}

// Growth of ecoli against ribosomes and ATP: the knee at 18,947 ribosomes, the
// curve of ATP.
func TestGrowthLawEColi(t *testing.T) {
	t.Parallel()
	const load = "load(\"@growth_law//growth_law.star\", \"atp_sweep\", \"ribosome_sweep\")\n"
	got := ask[sweep](t, biovm.EColi, biovm.ChassisEColi, load+"ribosome_sweep([10, 30, 57, 59, 68])")
	for i, want := range []float64{.15043, .45129, .85744, .87700, .87700} {
		if p := got.Points[i]; math.Abs(p.GrowthRate-want) > 5e-6 {
			t.Errorf("%d units: %.6f, want %.5f", p.Ribosomes, p.GrowthRate, want)
		}
	}
	if got.Knee == nil || math.Abs(*got.Knee*325-18947) > 1 {
		t.Errorf("knee at %v units, want 18947 ribosomes of 325 a unit", got.Knee)
	}
	atp := ask[sweep](t, biovm.EColi, biovm.ChassisEColi, load+"atp_sweep([5, 10, 25, 50, 75, 90, 100])")
	for i, want := range []float64{0, .0258, .1731, .4187, .6643, .8116, .8770} {
		if p := atp.Points[i]; math.Abs(p.GrowthRate-want) > 1e-4 {
			t.Errorf("%v %% of ATP: %.5f, want %.4f", p.ATP, p.GrowthRate, want)
		}
	}
}
