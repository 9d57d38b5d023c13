package chassis_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/chassis"
)

func TestCapacity(t *testing.T) {
	t.Parallel()
	want := map[biovm.ChassisKind]biovm.Resources{
		biovm.ChassisEColi:      {ATP: 100, Ribosomes: 68, RNAPolymerase: 68, MemoryKB: 850_000},
		biovm.ChassisYeast:      {ATP: 100, Ribosomes: 170_000, RNAPolymerase: 25_500, MemoryKB: 10_200},
		biovm.ChassisOrthogonal: {ATP: 100, Ribosomes: 425, RNAPolymerase: 187, MemoryKB: 55_705},
	}
	kinds := chassis.Kinds()
	if got, want := len(kinds), len(biovm.ChassisKinds()); got != want {
		t.Fatalf("Kinds() has %d kinds, want %d", got, want)
	}
	for i, name := range biovm.ChassisKinds() {
		k, err := chassis.Of(name)
		if err != nil {
			t.Fatalf("Of(%q): %v", name, err)
		}
		if kinds[i].Kind != name {
			t.Errorf("Kinds()[%d] is %q, want %q", i, kinds[i].Kind, name)
		}
		if diff := cmp.Diff(want[name], k.Capacity()); diff != "" {
			t.Errorf("Capacity of %s (-want +got):\n%s", name, diff)
		}
		if k.Description == "" || len(k.Sources) == 0 {
			t.Errorf("%s: description %q, sources %q; both are needed", name, k.Description, k.Sources)
		}
	}
}

func TestMoleculesBehindTheUnits(t *testing.T) {
	t.Parallel()
	k, err := chassis.Of(biovm.ChassisEColi)
	if err != nil {
		t.Fatal(err)
	}
	if got := float64(k.RibosomeUnits) * k.RibosomesPerUnit; got != 26_000 {
		t.Errorf("ecoli has %v ribosomes, want 26000", got)
	}
	if got := float64(k.RNAPolymeraseUnits) * k.RNAPolymerasesPerUnit; got != 5_000 {
		t.Errorf("ecoli has %v RNA polymerases, want 5000", got)
	}
	if got := 3 * k.RNAPolymerasesPerUnit; got < 187 {
		t.Errorf("3 units are %v polymerases, want the 187 of JCVI-syn3A covered", got)
	}
}

func TestOfUnknownKind(t *testing.T) {
	t.Parallel()
	_, err := chassis.Of("frog")
	if !errors.Is(err, biovm.ErrInvalid) || len(biovm.FieldErrors(err)) != 1 {
		t.Errorf("Of(frog) = %v, want one field error", err)
	}
}

func TestGrantAndLimits(t *testing.T) {
	t.Parallel()
	limits := func(atp float64, ribosomes int) biovm.Config {
		return biovm.Config{ResourceLimits: biovm.ResourceLimits{MaxATP: &atp, MaxRibosomes: &ribosomes}}
	}
	tests := []struct {
		kind      biovm.ChassisKind
		organism  biovm.BiologicalType
		shared    bool
		spec      biovm.Config
		atp       float64 // granted
		ribosomes int
		rnap      int
		maxATP    float64
		maxRibo   int
	}{
		{biovm.ChassisEColi, biovm.Syn3A, false, biovm.Config{}, 70, 15, 3, 70, 15},
		{biovm.ChassisEColi, biovm.EColi, false, biovm.Config{}, 90, 30, 30, 90, 30},
		{biovm.ChassisEColi, biovm.MinimalCell, false, biovm.Config{}, 60, 12, 3, 60, 12},
		{biovm.ChassisEColi, biovm.Syn3A, true, biovm.Config{}, 25, 15, 3, 25, 15},
		{biovm.ChassisEColi, biovm.EColi, true, biovm.Config{}, 25, 17, 17, 25, 17},
		{biovm.ChassisYeast, biovm.Syn3A, false, biovm.Config{}, 70, 85_000, 12_750, 70, 85_000},
		{biovm.ChassisYeast, biovm.EColi, true, biovm.Config{}, 50, 85_000, 12_750, 50, 85_000},
		{biovm.ChassisOrthogonal, biovm.Syn3A, false, biovm.Config{}, 70, 425, 187, 70, 425},
		{biovm.ChassisOrthogonal, biovm.MinimalCell, true, biovm.Config{}, 60, 425, 187, 60, 425},
		{biovm.ChassisEColi, biovm.EColi, false, limits(100, 60), 100, 60, 30, 100, 60},
		{biovm.ChassisEColi, biovm.EColi, false, limits(10, 1), 10, 1, 30, 10, 1},
		{biovm.ChassisEColi, biovm.EColi, true, limits(80, 40), 25, 17, 17, 80, 40},
		{biovm.ChassisEColi, biovm.EColi, true, limits(10, 4), 10, 4, 17, 10, 4},
		{biovm.ChassisEColi, biovm.EColi, false, limits(50, 500), 50, 68, 30, 50, 500},
		{biovm.ChassisOrthogonal, biovm.Syn3A, false, limits(100, 100), 100, 100, 187, 100, 100},
		{biovm.ChassisEColi, "frog", false, biovm.Config{}, 0, 0, 0, 0, 0},
	}
	for _, tt := range tests {
		name := fmt.Sprintf("%s on %s shared=%t", tt.organism, tt.kind, tt.shared)
		k, err := chassis.Of(tt.kind)
		if err != nil {
			t.Fatal(err)
		}
		want := biovm.Resources{ATP: tt.atp, Ribosomes: tt.ribosomes, RNAPolymerase: tt.rnap, MemoryKB: 544, Priority: 3}
		if diff := cmp.Diff(want, k.Grant(tt.organism, 544, tt.spec, tt.shared)); diff != "" {
			t.Errorf("Grant for %s (-want +got):\n%s", name, diff)
		}
		want = k.Capacity()
		want.ATP, want.Ribosomes, want.Priority = tt.maxATP, tt.maxRibo, biovm.MaxPriority
		if diff := cmp.Diff(want, k.Limits(tt.organism, tt.spec, tt.shared)); diff != "" {
			t.Errorf("Limits for %s (-want +got):\n%s", name, diff)
		}
	}
}

// Fair shares must fit: as many VMs as a chassis carries, each with what it
// gets by default, never hold more than there is.
func TestDefaultsOfSharersFit(t *testing.T) {
	t.Parallel()
	for _, k := range chassis.Kinds() {
		for _, organism := range biovm.BiologicalTypes() {
			g, c := k.Grant(organism, 1, biovm.Config{}, true), k.Capacity()
			n := k.MaxVMs
			if float64(n)*g.ATP > c.ATP || n*g.Ribosomes > c.Ribosomes || n*g.RNAPolymerase > c.RNAPolymerase {
				t.Errorf("%d %s on a shared %s chassis hold %d times %+v, and it has %+v", n, organism, k.Kind, n, g, c)
			}
			if g.ATP <= 0 || g.Ribosomes < 1 || g.RNAPolymerase < 1 {
				t.Errorf("a %s on a shared %s chassis gets %+v: nothing to live on", organism, k.Kind, g)
			}
		}
	}
}

func TestConfig(t *testing.T) {
	t.Parallel()
	k, err := chassis.Of(biovm.ChassisOrthogonal)
	if err != nil {
		t.Fatal(err)
	}
	got := k.Config(biovm.Syn3A, biovm.Config{
		ResourceLimits: biovm.ResourceLimits{MaxATP: new(100.0)}, MinimalMode: new(false),
	}, false)
	want := biovm.Config{
		ResourceLimits:     biovm.ResourceLimits{MaxATP: new(100.0), MaxRibosomes: new(425)},
		GenomeOptimization: new(true), MinimalMode: new(false),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Config (-want +got):\n%s", diff)
	}
	for _, organism := range biovm.BiologicalTypes() {
		e, err := chassis.Of(biovm.ChassisEColi)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(biovm.Defaults(organism), e.Config(organism, biovm.Config{}, false)); diff != "" {
			t.Errorf("Config of %s on its own ecoli chassis differs from Defaults (-want +got):\n%s", organism, diff)
		}
	}
}
