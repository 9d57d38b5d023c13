package cell_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/cell"
)

// applied is a grant after an allocation.
func applied(g biovm.Resources, a biovm.Allocation) biovm.Resources {
	if a.ATP != nil {
		g.ATP = *a.ATP
	}
	if a.Ribosomes != nil {
		g.Ribosomes = *a.Ribosomes
	}
	return g
}

func TestRecommendationsCountUnits(t *testing.T) {
	t.Parallel()
	all := biovm.Resources{ATP: 50, Ribosomes: 68}
	list, err := newCell(t, biovm.Spec{BiologicalType: biovm.Syn3A}, nil, holds(50, 15)).Recommendations(t.Context(), all, all)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 1 || !strings.Contains(list[0].Reason, "with 1 unit of ribosomes") {
		t.Errorf("recommendations at 50 percent of atp: got %+v, want one that gives back all but 1 unit of ribosomes", list)
	}
}

func TestRecommendationsHold(t *testing.T) {
	t.Parallel()
	most := biovm.Resources{ATP: 100, Ribosomes: 425}
	for _, tt := range []struct {
		name      string
		atp       float64
		ribosomes int
		limits    biovm.Resources
		most      biovm.Resources
		reason    string  // that the first one gives
		growth    float64 // that the first one brings
	}{
		{"both short", 50, 100, most, most, "ribosomes limit", 0.33316},
		{"atp short", 70, 425, most, most, "atp limits", 0.33316},
		{"dead", 5, 425, most, most, "cannot meet its maintenance", 0.33316},
		{"plenty", 100, 425, most, most, "", 0},
		{"no limit to raise to", 70, 425, biovm.Resources{ATP: 70, Ribosomes: 425}, most, "grows as fast", 0.23789},
		{"nothing left", 70, 425, most, biovm.Resources{ATP: 70, Ribosomes: 425}, "grows as fast", 0.23789},
	} {
		c := newCell(t, biovm.Spec{BiologicalType: biovm.Syn3A, Chassis: biovm.ChassisOrthogonal}, nil, holds(tt.atp, tt.ribosomes))
		now, err := c.Growth(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		list, err := c.Recommendations(t.Context(), tt.limits, tt.most)
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range list {
			g := applied(c.Grant, r.Allocation)
			if g.ATP > min(tt.limits.ATP, tt.most.ATP) || g.Ribosomes > min(tt.limits.Ribosomes, tt.most.Ribosomes) {
				t.Errorf("%s: recommends %+v, beyond what it may have", tt.name, g)
			}
			then, err := c.WithGrant(g).Growth(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if !near(then.GrowthRate, r.GrowthRate, 1e-9) || math.Abs(then.GrowthRate-now.GrowthRate-r.Change) > 1e-8 {
				t.Errorf("%s: applied, %+v gives %v 1/h, and %v was promised (%v more)", tt.name, r.Allocation, then.GrowthRate, r.GrowthRate, r.Change)
			}
			if i > 0 && list[i-1].Change < r.Change {
				t.Errorf("%s: recommendation %d brings more than the one before", tt.name, i)
			}
			if r.Change < 0 {
				t.Errorf("%s: %+v costs growth: %v", tt.name, r.Allocation, r.Change)
			}
		}
		if tt.reason == "" {
			for _, r := range list {
				if r.Change > 0 {
					t.Errorf("%s: recommends %q", tt.name, r.Reason)
				}
			}
			continue
		}
		if len(list) == 0 || !strings.Contains(list[0].Reason, tt.reason) || !near(list[0].GrowthRate, tt.growth, 1e-4) {
			t.Errorf("%s: recommends %+v; want first a reason with %q and %v 1/h", tt.name, list, tt.reason, tt.growth)
		}
	}
}

func TestUsage(t *testing.T) {
	t.Parallel()
	c := newCell(t, biovm.Spec{BiologicalType: biovm.Syn3A}, nil, nil)
	u, err := c.Usage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// 0.23789 1/h of the 0.25477 that one unit makes protein for.
	if !near(u.ATPPercent, 70, 1e-9) || !near(u.Ribosomes, 0.23789/0.254766, 1e-4) || u.MemoryKB != 544 {
		t.Errorf("usage %+v, want all 70 percent, 0.934 units and 544 kb", u)
	}
	if u.Grant != c.Grant || u.Limits.ATP != 70 || u.Limits.Ribosomes != 15 || u.Limits.RNAPolymerase != 68 {
		t.Errorf("usage %+v, want grant %+v and the type's limits", u, c.Grant)
	}
}

func TestFunctions(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		organism biovm.BiologicalType
		lost     []string
		medium   map[string]float64
		names    []string // each must be named as lacking; none means nothing is
	}{
		{biovm.MinimalCell, nil, nil, nil},
		{biovm.Syn3A, nil, nil, nil},
		{biovm.MinimalCell, []string{"dnaA"}, nil, []string{"DNA replication", "dnaA"}},
		{biovm.MinimalCell, []string{"tuf", "rpsG"}, nil, []string{"protein synthesis", "tuf", "rpsG"}},
		{biovm.MinimalCell, []string{"JCVISYN3A_0789"}, nil, []string{"energy production", "ATPase"}},
		{biovm.MinimalCell, nil, map[string]float64{}, []string{"energy production"}},
		{biovm.MinimalCell, []string{"rpsB", "rpsC", "rpsD", "rpsE", "rpsF", "rpsG", "rpsH"}, nil, []string{"protein synthesis", "more genes"}},
	} {
		c := newCell(t, biovm.Spec{BiologicalType: tt.organism, Knockouts: tt.lost, Medium: tt.medium}, nil, nil)
		functions, err := c.Functions(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		lacks := ""
		for _, f := range functions {
			if !f.Supported() {
				lacks += fmt.Sprintf("%s: %s; ", f.Name, strings.Join(f.Missing, ", "))
			}
		}
		if len(functions) != 3 || (lacks != "") != (len(tt.names) > 0) {
			t.Errorf("%s without %v on %v lacks %q", tt.organism, tt.lost, tt.medium, lacks)
		}
		for _, name := range tt.names {
			if !strings.Contains(lacks, name) {
				t.Errorf("%s without %v lacks %q, want it to name %s", tt.organism, tt.lost, lacks, name)
			}
		}
	}
}

func TestFBA(t *testing.T) {
	t.Parallel()
	c := newCell(t, biovm.Spec{BiologicalType: biovm.Syn3A}, nil, nil)
	a, err := c.FBA(t.Context(), cell.Request{Free: true, Fluxes: []string{"BIOMASS", "EX_glc__D_e"}})
	if err != nil {
		t.Fatal(err)
	}
	// Reference results of COBRApy on iMB155's SBML: growth and least total flux.
	if !near(a.GrowthRate, 0.342393119823, 1e-9) || !near(a.TotalFlux, 263.887079, 1e-6) || !a.Parsimonious {
		t.Errorf("free: %v 1/h and total flux %v, want 0.342393 and 263.887", a.GrowthRate, a.TotalFlux)
	}
	if len(a.Fluxes) != 2 || a.Fluxes[0].Rate != a.GrowthRate || a.Fluxes[1].Rate >= 0 {
		t.Errorf("fluxes %+v, want growth and an uptake of glucose", a.Fluxes)
	}
	all, err := c.FBA(t.Context(), cell.Request{AllFluxes: true})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(all.Fluxes), 338; got != want {
		t.Errorf("%d fluxes, want %d", got, want)
	}
	if all.LimitedBy != biovm.LimitedByATP || all.ShadowPrices.ATP <= 0 || all.ShadowPrices.Ribosomes != 0 {
		t.Errorf("granted: limited by %s with prices %+v, want atp and a price for it alone", all.LimitedBy, all.ShadowPrices)
	}
	o, err := c.FBA(t.Context(), cell.Request{Free: true, Objective: "EX_ac_e"})
	if err != nil || o.Objective != "EX_ac_e" || o.Value <= 0 {
		t.Errorf("acetate as objective: %+v, %v", o, err)
	}
	for _, r := range []cell.Request{{Objective: "BIOMAS"}, {Fluxes: []string{"BIOMAS"}}} {
		if _, err := c.FBA(t.Context(), r); err == nil || !strings.Contains(err.Error(), "did you mean BIOMASS") {
			t.Errorf("FBA(%+v) = %v, want it to suggest BIOMASS", r, err)
		}
	}
}

func TestCanceled(t *testing.T) {
	t.Parallel()
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	if _, err := newCell(t, biovm.Spec{BiologicalType: biovm.Syn3A}, nil, nil).Growth(ctx); !errors.Is(err, cause) {
		t.Errorf("Growth with a canceled context = %v, want its cause", err)
	}
}

func ExampleCell_Growth() {
	spec := biovm.Spec{BiologicalType: biovm.Syn3A, Chassis: biovm.ChassisOrthogonal}
	c, err := cell.New(spec, biovm.Resources{ATP: 100, Ribosomes: 100}, biovm.Config{}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	g, err := c.Growth(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("doubles in %.1f minutes, limited by %s\n", g.DoublingTimeMinutes, g.LimitedBy)
	// Output: doubles in 530.5 minutes, limited by ribosomes
}
