//go:build !race

package cell_test

import (
	"errors"
	"math"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/cell"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

func clamp(t *testing.T, c *cell.Cell, k cell.Clamps) *cell.Cell {
	t.Helper()
	changed, err := c.WithClamps(k)
	if err != nil {
		t.Fatal(err)
	}
	return changed
}

func free(t *testing.T, c *cell.Cell) float64 {
	t.Helper()
	growth, err := c.FreeGrowthRate(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return growth
}

// Bounds by expression: growth in proportion to the only way to something that
// biomass holds (tryptophan by trpA and trpB, b1260 and b1261); no loss where an
// enzyme stands in for the one that is held down (pfkA and pfkB, b3916 and b1723),
// unless that one is gone. What else it may be is asked of the network itself.
func TestHeldDown(t *testing.T) {
	t.Parallel()
	wild := newCell(t, biovm.Spec{BiologicalType: biovm.EColi}, nil, holds(100, 60))
	all := free(t, wild)
	for _, level := range []float64{0.5, 1.0 / 600, 0} {
		if got := free(t, clamp(t, wild, cell.Clamps{Levels: map[string]float64{"b1260": level}})); math.Abs(got-level*all) > 1e-7 {
			t.Errorf("trpA at %v: growth %v, want %v", level, got, level*all)
		}
	}
	if got := free(t, clamp(t, wild, cell.Clamps{Levels: map[string]float64{"b3916": 0.01}})); math.Abs(got-all) > 1e-9 {
		t.Errorf("pfkA at 1 %%, pfkB in its place: growth %v, want %v", got, all)
	}
	alone, err := wild.WithKnockouts([]string{"pfkB"})
	if err != nil {
		t.Fatal(err)
	}
	got := free(t, clamp(t, alone, cell.Clamps{Levels: map[string]float64{"b3916": 0.5}}))
	m := wild.Organism.Model()
	a := metabolism.NewAnalyzer(m)
	before, err := a.PFBA(t.Context(), metabolism.Question{Knockouts: []string{"b1723"}})
	if err != nil {
		t.Fatal(err)
	}
	q := metabolism.Question{Knockouts: []string{"b1723"}, Bounds: map[string][2]float64{}}
	for _, j := range m.GeneReactions("b3916") {
		r := m.Reactions()[j]
		half := math.Abs(before.Fluxes[j]) / 2
		q.Bounds[r.ID] = [2]float64{max(r.Lower, -half), min(r.Upper, half)}
	}
	want, err := a.FBA(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(got-want.Growth) > 1e-7 || !(got < all) {
		t.Errorf("pfkA at a half without pfkB: growth %v, want %v, below %v", got, want.Growth, all)
	}
}

// Useless protein costs the same share of growth whatever limits it: as for
// Scott et al. 2010, Science 330:1099; and what limits still does.
func TestUselessProteinCosts(t *testing.T) {
	t.Parallel()
	const cost = 0.2
	for _, g := range []struct {
		atp       float64
		ribosomes int
		limit     string
	}{{100, 60, metabolism.LimitedByMetabolism}, {100, 30, metabolism.LimitedByRibosomes}, {75, 60, metabolism.LimitedByMetabolism}} {
		wild := newCell(t, biovm.Spec{BiologicalType: biovm.EColi}, nil, holds(g.atp, g.ribosomes))
		slow := clamp(t, wild, cell.Clamps{Cost: cost})
		before, err := wild.Growth(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		after, err := slow.Growth(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		left := 1 - cost
		if !near(after.GrowthRate, left*before.GrowthRate, 1e-7) || !near(after.FreeGrowthRate, left*before.FreeGrowthRate, 1e-7) || after.LimitedBy != g.limit {
			t.Errorf("ATP %v %%, %d units: %+v, want %v of %+v, limited by %s", g.atp, g.ribosomes, after, left, before, g.limit)
		}
		if !near(after.OneMoreUnit.Ribosomes, left*before.OneMoreUnit.Ribosomes, 1e-6) || !near(after.OneMoreUnit.ATP, left*before.OneMoreUnit.ATP, 1e-5) {
			t.Errorf("ATP %v %%, %d units: one more brings %+v, want %v of %+v", g.atp, g.ribosomes, after.OneMoreUnit, left, before.OneMoreUnit)
		}
		curve, err := slow.GrowthCurve(t.Context(), cell.CurveRequest{Resource: metabolism.ResourceRibosomes, From: float64(g.ribosomes), To: float64(g.ribosomes) + 1})
		if err != nil || !near(curve[0].GrowthRate, after.GrowthRate, 1e-7) {
			t.Errorf("the curve begins at %+v, %v; want %v", curve, err, after.GrowthRate)
		}
		usage, err := slow.Usage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if all, err := wild.Usage(t.Context()); err != nil || !near(usage.Ribosomes, all.Ribosomes, 1e-6) {
			t.Errorf("%v ribosome units are busy, %v without useless protein (%v); want as many", usage.Ribosomes, all.Ribosomes, err)
		}
	}
}

// A cell that makes nothing but useless protein does not grow, whatever limits it.
func TestUselessProteinIsAll(t *testing.T) {
	t.Parallel()
	for _, units := range []int{15, 60} { // limited by ribosomes, and by metabolism
		c := clamp(t, newCell(t, biovm.Spec{BiologicalType: biovm.EColi}, nil, holds(100, units)), cell.Clamps{Cost: 1})
		growth, err := c.Growth(t.Context())
		if err != nil || growth.GrowthRate != 0 || growth.FreeGrowthRate != 0 {
			t.Errorf("%d units: %+v, %v, want no growth", units, growth, err)
		}
		curve, err := c.GrowthCurve(t.Context(), cell.CurveRequest{Resource: metabolism.ResourceRibosomes, From: 1, To: 60})
		if err != nil || curve[len(curve)-1].GrowthRate != 0 {
			t.Errorf("%d units: curve %+v, %v, want none", units, curve, err)
		}
		if _, err := c.Usage(t.Context()); err != nil {
			t.Errorf("%d units: usage: %v", units, err)
		}
	}
}

// Ribosomes without their proteins are as if they were not granted.
func TestRibosomesLost(t *testing.T) {
	t.Parallel()
	whole := newCell(t, biovm.Spec{BiologicalType: biovm.EColi}, nil, holds(100, 15))
	half := clamp(t, newCell(t, biovm.Spec{BiologicalType: biovm.EColi}, nil, holds(100, 30)), cell.Clamps{RibosomesLost: 0.5})
	want, err := whole.Growth(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got, err := half.Growth(t.Context())
	if err != nil || !near(got.GrowthRate, want.GrowthRate, 1e-9) || got.LimitedBy != metabolism.LimitedByRibosomes || !near(got.OneMoreUnit.Ribosomes, want.OneMoreUnit.Ribosomes/2, 1e-6) {
		t.Errorf("half of 30 units: %+v, %v; want the growth of 15, %+v, and half of the gain", got, err, want)
	}
	none, err := clamp(t, whole, cell.Clamps{RibosomesLost: 1}).Growth(t.Context())
	if err != nil || none.GrowthRate != 0 {
		t.Errorf("without ribosomes: %+v, %v, want no growth", none, err)
	}
	curve, err := clamp(t, whole, cell.Clamps{RibosomesLost: 1}).GrowthCurve(t.Context(), cell.CurveRequest{Resource: metabolism.ResourceRibosomes, From: 1, To: 60})
	if err != nil || len(curve) != 2 || curve[1].GrowthRate != 0 || curve[1].Amount != 60 {
		t.Errorf("curve %+v, %v, want none up to 60", curve, err)
	}
}

// Answers under clamps are remembered as such.
func TestClampsAreRemembered(t *testing.T) {
	t.Parallel()
	memo := &memory{values: map[string][]byte{}}
	wild := newCell(t, biovm.Spec{BiologicalType: biovm.EColi}, memo, holds(100, 60))
	k := cell.Clamps{Levels: map[string]float64{"b1260": 0.5}}
	all, some, again, other := free(t, wild), free(t, clamp(t, wild, k)), free(t, clamp(t, wild, k)), free(t, clamp(t, wild, cell.Clamps{Levels: map[string]float64{"b1260": 0.25}}))
	if some != again || !(other < some && some < all) || free(t, clamp(t, clamp(t, wild, k), cell.Clamps{})) != all {
		t.Errorf("growth %v, clamped %v, again %v, further %v", all, some, again, other)
	}
	for _, bad := range []cell.Clamps{{Cost: -1}, {Cost: math.NaN()}, {RibosomesLost: 2}, {Levels: map[string]float64{"b1260": 1.5}}} {
		if _, err := wild.WithClamps(bad); !errors.Is(err, biovm.ErrInvalid) {
			t.Errorf("WithClamps(%+v): %v", bad, err)
		}
	}
}
