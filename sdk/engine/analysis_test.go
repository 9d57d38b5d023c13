package engine_test

import (
	"math"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// The figures are biology.md's: 0.342393 1/h free, and what one of an E. coli
// chassis' units of ribosomes leaves of it.
const freeSyn3A, oneUnitSyn3A = 0.342393120, 0.25477

func near(got, want, tolerance float64) bool { return math.Abs(got-want) <= tolerance*want }

func TestMetricsFollowTheGrant(t *testing.T) {
	t.Parallel()
	e := memory(t)
	spec := syn3a("a")
	spec.Config.ResourceLimits.MaxATP = new(100.0)
	started(t, e, spec)
	m, err := e.Metrics(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	if g := m.Growth; !near(g.FreeGrowthRate, freeSyn3A, 1e-6) || !near(g.GrowthRate, freeSyn3A, 1e-6) || g.LimitedBy != biovm.LimitedByMetabolism {
		t.Errorf("growth with 15 units and all ATP: got %+v, want the free rate %v", g, freeSyn3A)
	}
	if m.State != biovm.Running || m.Grant.Ribosomes != 15 || m.ModelVersion == "" || m.Usage.Grant != m.Grant || m.Usage.Limits.ATP != 100 {
		t.Errorf("metrics: got %+v", m)
	}
	if err := second(e.Allocate(t.Context(), "a", biovm.Allocation{Ribosomes: new(1)})); err != nil {
		t.Fatal(err)
	}
	m, err = e.Metrics(t.Context(), "a")
	if g := m.Growth; err != nil || !near(g.GrowthRate, oneUnitSyn3A, 1e-4) || g.LimitedBy != biovm.LimitedByRibosomes || !near(g.FreeGrowthRate, freeSyn3A, 1e-6) {
		t.Errorf("growth with one unit: got %+v, %v; want %v", g, err, oneUnitSyn3A)
	}
	u, err := e.Usage(t.Context(), "a")
	if err != nil || !near(u.Ribosomes, 1, 1e-6) || u.Limits.Ribosomes != 15 || u.MemoryKB != 544 {
		t.Errorf("usage: got %+v, %v; want the one unit kept busy, of 15", u, err)
	}
}

// A recommendation is worth what it says when it is followed.
func TestRecommendationsHold(t *testing.T) {
	t.Parallel()
	e := memory(t)
	spec := syn3a("a")
	spec.Config.ResourceLimits.MaxATP = new(100.0)
	create(t, e, spec)
	if err := second(e.Allocate(t.Context(), "a", biovm.Allocation{Ribosomes: new(1)})); err != nil {
		t.Fatal(err)
	}
	advice, err := e.Recommendations(t.Context(), "a")
	if err != nil || len(advice) == 0 {
		t.Fatalf("recommendations: got %v, %v; want some", advice, err)
	}
	for _, r := range advice {
		if err := second(e.Allocate(t.Context(), "a", r.Allocation)); err != nil {
			t.Errorf("follow %+v: %v", r, err)
			continue
		}
		m, err := e.Metrics(t.Context(), "a")
		if err != nil || !near(m.Growth.GrowthRate, r.GrowthRate, 1e-9) {
			t.Errorf("growth after %+v: got %v, %v; want %v", r, m.Growth.GrowthRate, err, r.GrowthRate)
		}
		if err := second(e.Allocate(t.Context(), "a", biovm.Allocation{Ribosomes: new(1), ATP: new(100.0)})); err != nil {
			t.Fatal(err)
		}
	}
}

func TestGenes(t *testing.T) {
	t.Parallel()
	e := memory(t)
	all, err := e.OrganismGenes(t.Context(), biovm.Syn3A)
	if err != nil {
		t.Fatal(err)
	}
	spec := syn3a("a")
	spec.Knockouts = []string{all[3].Locus}
	create(t, e, spec)
	have, err := e.Genes(t.Context(), "a")
	if err != nil || len(have) != len(all)-1 {
		t.Errorf("genes of a cell that lacks one: got %d, %v; want %d", len(have), err, len(all)-1)
	}
	wantError(t, "genes of a yeti", second(e.OrganismGenes(t.Context(), "yeti")), biovm.ErrInvalid, "yeti")
	essential, err := e.EssentialGenes(t.Context(), "a")
	if err != nil || len(essential.InSilico) < 100 || len(essential.InVivo) < 200 || essential.Agreement.Accuracy < 0.7 {
		t.Errorf("essential genes: got %d in silico, %d in vivo, %+v, %v", len(essential.InSilico), len(essential.InVivo), essential.Agreement, err)
	}
}

func TestFunctionValidation(t *testing.T) {
	t.Parallel()
	e := memory(t)
	whole := biovm.Spec{ID: "whole", BiologicalType: biovm.MinimalCell}
	started(t, e, whole)
	lame := biovm.Spec{ID: "lame", BiologicalType: biovm.MinimalCell, Knockouts: []string{"dnaA"}}
	create(t, e, lame)
	err := e.Operate(t.Context(), "lame", biovm.OpStart)
	wantError(t, "start without dnaA", err, biovm.ErrInvalid, "config.function_validation", "DNA replication")
	if got := status(t, e, "lame").State; got != biovm.Created {
		t.Errorf("state after the refusal: got %s, want created", got)
	}
	off := biovm.Config{FunctionValidation: new(false)}
	if err := e.Update(t.Context(), "lame", biovm.Change{Config: &off}); err != nil {
		t.Fatal(err)
	}
	operate(t, e, "lame", biovm.OpStart)
}

func TestChassisOfItsOwn(t *testing.T) {
	t.Parallel()
	e := memory(t)
	spec := syn3a("a")
	spec.Chassis = biovm.ChassisYeast
	create(t, e, spec)
	got, err := e.Chassis(t.Context())
	if err != nil || len(got) != 1 || got[0].Name != "a" || got[0].Shared || got[0].MaxVMs != 1 || got[0].Granted.Ribosomes != 85_000 || got[0].Free.Ribosomes != 85_000 {
		t.Errorf("chassis: got %+v, %v; want a's own yeast, half of it granted", got, err)
	}
	available, err := e.Available(t.Context(), "a")
	if err != nil || available != got[0].Capacity {
		t.Errorf("available: got %+v, %v; want all of %+v", available, err, got[0].Capacity)
	}
}
