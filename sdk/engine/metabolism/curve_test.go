package metabolism_test

import (
	"errors"
	"math"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

func fba(t testing.TB, a *metabolism.Analyzer, q metabolism.Question) *metabolism.Flux {
	t.Helper()
	f, err := a.FBA(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// rationed is the question with an amount of the resource.
func rationed(q metabolism.Question, r metabolism.Resource, amount float64) metabolism.Question {
	al := *q.Allocation
	if r == metabolism.ResourceATP {
		al.ATPShare = amount
	} else {
		al.Ribosomes = amount
	}
	q.Allocation = &al
	return q
}

func curve(t testing.TB, m *metabolism.Model, q metabolism.Question, r metabolism.Resource, from, to float64) []metabolism.Breakpoint {
	t.Helper()
	points, err := metabolism.NewAnalyzer(m).Curve(t.Context(), q, r, from, to)
	if err != nil {
		t.Fatal(err)
	}
	return points
}

// checkCurve compares a curve between its points with FBA, at as many amounts
// of equal distance, and at and around every point.
func checkCurve(t testing.TB, m *metabolism.Model, q metabolism.Question, r metabolism.Resource, points []metabolism.Breakpoint, amounts int) {
	t.Helper()
	a := metabolism.NewAnalyzer(m)
	from, to := points[0].Amount, points[len(points)-1].Amount
	var at []float64
	for i := range amounts {
		at = append(at, from+(to-from)*float64(i)/float64(amounts-1))
	}
	for i, p := range points {
		if i > 0 {
			before := points[i-1]
			at = append(at, (before.Amount+p.Amount)/2, p.Amount)
			if p.Amount < before.Amount || p.Growth < before.Growth-1e-9 {
				t.Errorf("point %d: got %+v after %+v, want more of either", i, p, before)
			}
			if before.Growth > 0 && p.Slope > before.Slope+1e-9 {
				t.Errorf("point %d: the slope grows from %v to %v: that is not concave", i, before.Slope, p.Slope)
			}
		}
	}
	for _, amount := range at {
		f := fba(t, a, rationed(q, r, amount))
		want, k := interpolate(points, amount)
		if born(points, amount) { // where FBA may be on either side of the jump
			continue
		}
		if math.Abs(f.Growth-want) > 2e-9*max(1, want) { // twice what a curve may differ by
			t.Errorf("at %v: the curve has %.12f, FBA %.12f", amount, want, f.Growth)
		}
		p := points[k]
		inside := k+1 < len(points) && amount > p.Amount+1e-6 && amount < points[k+1].Amount-1e-6
		if inside && f.LimitedBy != p.LimitedBy {
			t.Errorf("at %v: the curve says that %q limits, FBA %q", amount, p.LimitedBy, f.LimitedBy)
		}
	}
}

// interpolate is the curve at an amount, and the point that it is after.
func interpolate(points []metabolism.Breakpoint, amount float64) (growth float64, after int) {
	for i, p := range points {
		if amount >= p.Amount {
			after = i
		}
	}
	p := points[after]
	if after+1 == len(points) {
		return p.Growth, after
	}
	next := points[after+1]
	return p.Growth + (next.Growth-p.Growth)*(amount-p.Amount)/(next.Amount-p.Amount), after
}

// born reports whether a curve jumps at an amount.
func born(points []metabolism.Breakpoint, amount float64) bool {
	for i := 1; i < len(points); i++ {
		if points[i].Amount == points[i-1].Amount && math.Abs(amount-points[i].Amount) < 1e-6*max(1, amount) {
			return true
		}
	}
	return false
}

// TestCurveByHand draws the tiny cell's: 35 ATP is all, of which one keeps it
// alive and four make a unit of growth.
func TestCurveByHand(t *testing.T) {
	t.Parallel()
	m := tiny(t)
	q := metabolism.Question{Allocation: share(100)}
	points := curve(t, m, q, metabolism.ResourceATP, 0, 100)
	checkCurve(t, m, q, metabolism.ResourceATP, points, 101)
	first, last := points[0], points[len(points)-1]
	if first.Growth != 0 || first.LimitedBy != metabolism.LimitedByDeath || first.Slope != 0 {
		t.Errorf("without ATP: got %+v, want death", first)
	}
	if last.Amount != 100 || !near(last.Growth, 8.5, 1e-9) {
		t.Errorf("with all: got %+v, want growth 8.5", last)
	}
	alive := points[2]
	if points[1].Amount != alive.Amount || !near(alive.Amount, 100.0/35, 1e-8) || !near(alive.Slope, 0.35/4, 1e-6) || alive.LimitedBy != metabolism.LimitedByATP {
		t.Errorf("from where it lives: got %+v, want one ATP, and a quarter of 0.35 for a percent more", alive)
	}
	q.Allocation = ribosomes(1)
	checkCurve(t, m, q, metabolism.ResourceRibosomes, curve(t, m, q, metabolism.ResourceRibosomes, 0, 20), 101)
	for _, ends := range [][2]float64{{5, 5}, {6, 5}, {-1, 5}, {0, math.Inf(1)}, {math.NaN(), 5}} {
		var wrong *metabolism.ValueError
		if _, err := metabolism.NewAnalyzer(m).Curve(t.Context(), q, metabolism.ResourceATP, ends[0], ends[1]); !errors.As(err, &wrong) {
			t.Errorf("from %v to %v: got error %v, want a ValueError", ends[0], ends[1], err)
		}
	}
}

// TestCurveOfDeath draws nothing but a dead cell, and one that needs nothing.
func TestCurveOfDeath(t *testing.T) {
	t.Parallel()
	m := tiny(t)
	q := metabolism.Question{Allocation: share(100), Medium: map[string]float64{}}
	points := curve(t, m, q, metabolism.ResourceATP, 0, 100)
	checkCurve(t, m, q, metabolism.ResourceATP, points, 3)
	for _, p := range points {
		if p.Growth != 0 || p.Slope != 0 || p.LimitedBy != metabolism.LimitedByDeath {
			t.Errorf("starved: got %+v, want death", p)
		}
	}
}

// TestCurves compares the curves of syn3A.
func TestCurves(t *testing.T) {
	t.Parallel()
	drawCurves(t, biovm.Syn3A, 41)
}

// drawCurves draws growth over ATP, and over ribosomes with ATP enough and not.
func drawCurves(t *testing.T, kind biovm.BiologicalType, amounts int) {
	t.Helper()
	o, err := organism.Of(kind)
	if err != nil {
		t.Fatal(err)
	}
	m, want := o.Model(), readReference(t).Models[kind]
	free := metabolism.Allocation{
		ATPShare: 100, ATPReference: want.ATP.Reference, Ribosomes: math.Inf(1),
		Rate: o.Constants().TranslationRate, AminoAcids: o.Constants().AminoAcidsPerCell,
	}
	enough := want.Growth * free.AminoAcids / (3600 * free.Rate) // about what the free cell uses
	few := free
	few.ATPShare = 50
	for _, tc := range []struct {
		name     string
		al       metabolism.Allocation
		resource metabolism.Resource
		to       float64
	}{
		{"ATP", free, metabolism.ResourceATP, 100},
		{"ribosomes", free, metabolism.ResourceRibosomes, 2 * enough},
		{"ribosomes with half of the ATP", few, metabolism.ResourceRibosomes, 2 * enough},
	} {
		q := metabolism.Question{Allocation: &tc.al}
		points := curve(t, m, q, tc.resource, 0, tc.to)
		if len(points) > 60 {
			t.Errorf("%s: %d points, which are more than a network has", tc.name, len(points))
		}
		t.Logf("%s: %d points", tc.name, len(points))
		checkCurve(t, m, q, tc.resource, points, amounts)
	}
}
