//go:build !race

package culture_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/culture"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

func ecoli(t testing.TB) *metabolism.Model {
	t.Helper()
	o, err := organism.Of(biovm.EColi)
	if err != nil {
		t.Fatal(err)
	}
	return o.Model()
}

// at reads a trajectory at an hour.
func at(trajectory []culture.Sample, hour float64) culture.Sample {
	best := trajectory[0]
	for _, s := range trajectory {
		if math.Abs(s.Seconds/3600-hour) < math.Abs(best.Seconds/3600-hour) {
			best = s
		}
	}
	return best
}

// TestFedBatch compares with the fed-batch culture of E. coli W3110 of Varma and
// Palsson 1994, Appl. Environ. Microbiol. 60:3724, Fig. 10: 0.2 g of glucose per
// litre and hour, 0.82 mM glucose and 0.11 mM acetate at the beginning. Data as
// read off the figure by Succurro, Segrè and Ebenhöh 2019, mSystems 4:e00230-18.
// Uptake limits are the paper's; the network is a later one (iML1515).
func TestFedBatch(t *testing.T) {
	t.Parallel()
	c := culture.Glucose(ecoli(t))
	c.Biomass = 0.0045 // through their points from 3 to 6.5 h, back to the beginning
	c.Substrates[0].Initial, c.Substrates[0].Feed = 0.82, 200/180.156
	c.Substrates[1].Initial = 0.11
	k := newCulture(t, c)
	grow(t, k, 9)
	path := k.Trajectory()
	for _, p := range []struct{ hour, biomass, glucose float64 }{ // gDW/l, mM
		{3.45, 0.0432, 3.79},
		{4.46, 0.0901, 4.37},
		{5.42, 0.1703, 4.10},
		{5.97, 0.2396, 3.63},
		{6.5, 0.3394, 2.79},
		{7.03, 0.4698, 1.18},
		{8.0, 0.6528, 0.46},
		{9.0, 0.7497, 0.46},
	} {
		s := at(path, p.hour)
		// A quarter of biomass, or an eighth of a litre's gram: three are late of it.
		if math.Abs(s.Biomass-p.biomass) > 0.3*p.biomass {
			t.Errorf("at %v h: %.4f gDW/l, measured %.4f", p.hour, s.Biomass, p.biomass)
		}
		if math.Abs(s.Medium[0]-p.glucose) > 1.25 {
			t.Errorf("at %v h: %.2f mM glucose, measured %.2f", p.hour, s.Medium[0], p.glucose)
		}
	}
	// Growth while there is glucose: ln(0.3394/0.0432)/3.08 h = 0.67 measured.
	if mu := at(path, 5).GrowthRate; math.Abs(mu-0.67) > 0.05 {
		t.Errorf("growth %.3f 1/h, measured 0.67", mu)
	}
	// Acetate gathers until glucose is gone and is then eaten; measured: most at
	// 7.5 h, 3.5 mM, and next to none at 8.5 h. iML1515 takes more ATP to grow than
	// their network did and so overflows more: we find up to twice as much.
	most, when := 0.0, 0.0
	for _, s := range path {
		if s.Medium[1] > most {
			most, when = s.Medium[1], s.Seconds/3600
		}
	}
	if math.Abs(when-7.5) > 0.75 || most < 3.5 || most > 7.1 || at(path, 8.5).Medium[1] > 0.25 {
		t.Errorf("acetate: most %.2f mM at %.2f h, %.2f mM at 8.5 h; measured 3.5 at 7.5 h, 0.24 at 8.5 h", most, when, at(path, 8.5).Medium[1])
	}
}

// TestBatch: a culture on glucose goes through all phases: lag, exponential on
// glucose, diauxie on the acetate that it made, stationary; and starved cells
// neither grow nor take up anything.
func TestBatch(t *testing.T) {
	t.Parallel()
	c := culture.Glucose(ecoli(t))
	c.LagHours, c.StepSeconds = 1, 360
	k := newCulture(t, c)
	grow(t, k, 14)
	var order []culture.Phase
	for _, p := range culture.Phases(k.Trajectory()) {
		order = append(order, p.Phase)
	}
	if fmt.Sprint(order) != "[lag exponential diauxie stationary]" {
		t.Errorf("phases %v, want lag, exponential, diauxie, stationary", order)
	}
	end, before := k.Sample(), at(k.Trajectory(), 12)
	if !end.Starving || end.Biomass != before.Biomass || end.Medium[0] > 1e-6 || end.Medium[1] > 1e-6 {
		t.Errorf("at 14 h %+v, at 12 h %+v; want the same, starving and without sugar", end, before)
	}
	// The yield on glucose and its acetate: Varma and Palsson's culture made some
	// 0.9 gDW of 10.8 mmol; 0.4 to 0.55 gDW a gram of glucose is what books have.
	if y := end.Biomass / (10.8 * 0.180156); y < 0.4 || y > 0.55 {
		t.Errorf("yield %.3f gDW per gram of glucose, want 0.4 to 0.55", y)
	}
}

// TestStepConverges: half of the step changes the end by less, and by little.
func TestStepConverges(t *testing.T) {
	t.Parallel()
	end := func(step float64) float64 {
		c := culture.Glucose(ecoli(t))
		c.Biomass, c.StepSeconds = 0.1, step
		return grow(t, newCulture(t, c), 4).Biomass
	}
	a, b, c := end(720), end(360), end(180)
	if math.Abs(b-c) >= math.Abs(a-b) || math.Abs(b-c)/c > 0.005 {
		t.Errorf("biomass at 4 h: %.5f, %.5f, %.5f gDW/l with steps of 12, 6 and 3 min", a, b, c)
	}
}

// TestGrantBinds: ribosomes bound growth in culture as they do in the cell.
func TestGrantBinds(t *testing.T) {
	t.Parallel()
	c := culture.Glucose(ecoli(t))
	// 5,000 ribosomes: 3600·18·0.85·5000/1.19e9 = 0.2314 1/h (Dennis and Bremer).
	c.Allocation = &metabolism.Allocation{ATPShare: 100, ATPReference: 93.05, Ribosomes: 5000, AminoAcids: 1.19e9, Rate: 18 * 0.85}
	s := grow(t, newCulture(t, c), 0.5)
	if math.Abs(s.GrowthRate-0.23143) > 1e-4 || s.LimitedBy != metabolism.LimitedByRibosomes {
		t.Errorf("growth %v, limited by %s; want 0.2314 by ribosomes", s.GrowthRate, s.LimitedBy)
	}
	c.Allocation, c.Knockouts = nil, []string{"b0720"} // citrate synthase
	if s := grow(t, newCulture(t, c), 0.5); s.GrowthRate > 0.01 {
		t.Errorf("without citrate synthase: %+v", s)
	}
}

// BenchmarkBatch grows E. coli on glucose for ten hours, 200 steps.
func BenchmarkBatch(b *testing.B) {
	m := ecoli(b)
	for b.Loop() {
		k, err := culture.New(culture.Glucose(m))
		if err != nil {
			b.Fatal(err)
		}
		if err := k.Advance(context.Background(), 10*3600); err != nil {
			b.Fatal(err)
		}
	}
}
