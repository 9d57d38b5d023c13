package biovm_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

func TestSpecValidate(t *testing.T) {
	t.Parallel()
	good := biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A}
	full := biovm.Spec{
		ID: "a-1", BiologicalType: biovm.EColi, VMType: biovm.XCPng, Chassis: biovm.ChassisYeast, SharedChassis: "lab_1",
		Config: biovm.Defaults(biovm.EColi), Medium: map[string]float64{"EX_o2_e": 0, "EX_glc__D_e": 10},
		Knockouts: []string{"pgi"}, Seed: -1,
	}
	for _, s := range []biovm.Spec{good, full} {
		if err := s.Validate(); err != nil {
			t.Errorf("Validate(%+v): %v", s, err)
		}
	}

	tests := map[string]struct {
		spec biovm.Spec
		want []string
	}{
		"nothing":          {biovm.Spec{}, []string{"id", "biological_type"}},
		"a bad name":       {biovm.Spec{ID: "a b", BiologicalType: biovm.Syn3A}, []string{"id"}},
		"a bad shared one": {biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A, SharedChassis: "-"}, []string{"shared_chassis"}},
		"settings":         {biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A, Config: biovm.Config{PlasmidSupport: new(true)}}, []string{"config.plasmid_support"}},
		"all at once": {
			biovm.Spec{
				ID: "", BiologicalType: biovm.Syn3A, VMType: "cloud", Chassis: "frog", SharedChassis: "a/b",
				Config: biovm.Config{
					ResourceLimits: biovm.ResourceLimits{MaxATP: new(101.0), MaxRibosomes: new(-3)},
					PlasmidSupport: new(true),
				},
				Medium:    map[string]float64{"EX_b": math.NaN(), "EX_a": -1, "EX_c": math.Inf(1), "EX_d": 1},
				Knockouts: []string{"pgi", ""},
			},
			[]string{
				"id", "vm_type", "chassis", "shared_chassis",
				"config.resource_limits.max_atp", "config.resource_limits.max_ribosomes", "config.plasmid_support",
				`medium["EX_a"]`, `medium["EX_b"]`, `medium["EX_c"]`, "knockouts[1]",
			},
		},
		// Whose settings could these be? The type is the problem to solve first.
		"an unknown type": {
			biovm.Spec{ID: "a", BiologicalType: "frog", Config: biovm.Config{PlasmidSupport: new(true)}, Knockouts: []string{""}},
			[]string{"biological_type", "knockouts[0]"},
		},
	}
	for name, tt := range tests {
		err := tt.spec.Validate()
		if diff := cmp.Diff(tt.want, paths(err)); diff != "" {
			t.Errorf("%s: Validate = %v, paths (-want +got):\n%s", name, err, diff)
		}
	}
}

func TestSpecWithDefaults(t *testing.T) {
	t.Parallel()
	spec := biovm.Spec{ID: "a", BiologicalType: biovm.EColi, Knockouts: []string{"pgi", "ackA", "pgi"}, Medium: map[string]float64{"EX_o2_e": 1}}
	got := spec.WithDefaults()
	want := biovm.Spec{
		ID: "a", BiologicalType: biovm.EColi, VMType: biovm.Basic, Chassis: biovm.ChassisEColi,
		Knockouts: []string{"ackA", "pgi"}, Medium: map[string]float64{"EX_o2_e": 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("WithDefaults (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(got, got.WithDefaults()); diff != "" {
		t.Errorf("WithDefaults again (-first +second):\n%s", diff)
	}
	got.Medium["EX_o2_e"] = 2
	if spec.Medium["EX_o2_e"] != 1 || spec.Knockouts[0] != "pgi" {
		t.Errorf("WithDefaults or a change of its answer changed the spec to %+v", spec)
	}
}

// specVariants all differ from each other.
func specVariants() map[string]biovm.Spec {
	base := biovm.Spec{ID: "a", BiologicalType: biovm.EColi}
	all := map[string]biovm.Spec{"base": base}
	add := func(name string, change func(s *biovm.Spec)) {
		s := base
		change(&s)
		all[name] = s
	}
	add("id", func(s *biovm.Spec) { s.ID = "b" })
	add("biological_type", func(s *biovm.Spec) { s.BiologicalType = biovm.Syn3A })
	add("vm_type", func(s *biovm.Spec) { s.VMType = biovm.XCPng })
	add("chassis", func(s *biovm.Spec) { s.Chassis = biovm.ChassisYeast })
	add("shared_chassis", func(s *biovm.Spec) { s.SharedChassis = "lab" })
	add("seed", func(s *biovm.Spec) { s.Seed = 1 })
	add("knockouts", func(s *biovm.Spec) { s.Knockouts = []string{"pgi"} })
	add("more knockouts", func(s *biovm.Spec) { s.Knockouts = []string{"pgi", "tpiA"} })
	add("an empty medium", func(s *biovm.Spec) { s.Medium = map[string]float64{} })
	add("medium", func(s *biovm.Spec) { s.Medium = map[string]float64{"EX_o2_e": 1} })
	add("another medium", func(s *biovm.Spec) { s.Medium = map[string]float64{"EX_o2_e": 2} })
	add("max_atp", func(s *biovm.Spec) { s.Config.ResourceLimits.MaxATP = new(90.0) })
	add("max_ribosomes", func(s *biovm.Spec) { s.Config.ResourceLimits.MaxRibosomes = new(30) })
	add("genome_optimization", func(s *biovm.Spec) { s.Config.GenomeOptimization = new(true) })
	add("minimal_mode", func(s *biovm.Spec) { s.Config.MinimalMode = new(true) })
	add("no minimal_mode", func(s *biovm.Spec) { s.Config.MinimalMode = new(false) })
	add("operon_management", func(s *biovm.Spec) { s.Config.OperonManagement = new(true) })
	add("plasmid_support", func(s *biovm.Spec) { s.Config.PlasmidSupport = new(true) })
	add("basic_functions_only", func(s *biovm.Spec) { s.Config.BasicFunctionsOnly = new(true) })
	add("function_validation", func(s *biovm.Spec) { s.Config.FunctionValidation = new(true) })
	return all
}

// TestSpecEqual holds that specs are equal when they ask for the same, and
// only then.
func TestSpecEqual(t *testing.T) {
	t.Parallel()
	variants := specVariants()
	for x, a := range variants {
		for y, b := range variants {
			if got, want := a.Equal(b), x == y; got != want {
				t.Errorf("Equal(%s, %s) = %t, want %t", x, y, got, want)
			}
		}
		if !a.Equal(a.WithDefaults()) || !a.WithDefaults().Equal(a) {
			t.Errorf("the spec with another %s is not equal to itself with defaults", x)
		}
	}
	a := biovm.Spec{ID: "a", BiologicalType: biovm.EColi, Knockouts: []string{"b", "a", "b"}, Config: biovm.Config{MinimalMode: new(true)}}
	b := biovm.Spec{ID: "a", BiologicalType: biovm.EColi, Knockouts: []string{"a", "b"}, Config: biovm.Config{MinimalMode: new(true)}}
	if !a.Equal(b) {
		t.Errorf("the order of knock-outs, or a pointer, makes a difference: %+v, %+v", a, b)
	}
}

// TestSpecRoundTrip holds that a spec survives its JSON form: an empty medium
// is a cell that starves, and no medium a cell on its default one.
func TestSpecRoundTrip(t *testing.T) {
	t.Parallel()
	for name, want := range specVariants() {
		form := encode(t, want)
		var got biovm.Spec
		if err := json.Unmarshal(form, &got); err != nil {
			t.Fatalf("%s: Unmarshal(%s): %v", name, form, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s read again (-want +got):\n%s", name, form, diff)
		}
	}
	if got, want := string(encode(t, biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A})), `{"id":"a","biological_type":"syn3a"}`; got != want {
		t.Errorf("a small spec is %s, want %s", got, want)
	}
}

func TestChangeApply(t *testing.T) {
	t.Parallel()
	before := biovm.Spec{
		ID: "a", BiologicalType: biovm.Syn3A, SharedChassis: "lab", Seed: 3,
		Medium: map[string]float64{"EX_glc__D_e": 1}, Knockouts: []string{"0001"}, Config: biovm.Config{MinimalMode: new(true)},
	}.WithDefaults()
	if diff := cmp.Diff(before, biovm.Change{}.Apply(before)); diff != "" {
		t.Errorf("an empty change changes (-before +after):\n%s", diff)
	}
	change := biovm.Change{
		Config:    new(biovm.Config{GenomeOptimization: new(false)}),
		Medium:    new(map[string]float64(nil)),
		Knockouts: new([]string{"0002", "0001", "0002"}),
		Seed:      new(int64(0)),
	}
	want := before
	want.Config, want.Medium, want.Knockouts, want.Seed = biovm.Config{GenomeOptimization: new(false)}, nil, []string{"0001", "0002"}, 0
	if diff := cmp.Diff(want, change.Apply(before)); diff != "" {
		t.Errorf("Apply (-want +got):\n%s", diff)
	}
	if before.Seed != 3 || before.Medium == nil || !strings.HasPrefix(before.Knockouts[0], "0001") {
		t.Errorf("Apply changed the spec that it was given: %+v", before)
	}
}

// TestChangeRoundTrip holds that a change survives its JSON form: a medium
// that goes back to the default is not a medium that stays.
func TestChangeRoundTrip(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]biovm.Change{
		"nothing":      {},
		"settings":     {Config: new(biovm.Config{MinimalMode: new(false)})},
		"no settings":  {Config: new(biovm.Config{})},
		"medium":       {Medium: new(map[string]float64{"EX_o2_e": 1})},
		"empty medium": {Medium: new(map[string]float64{})},
		"knockouts":    {Knockouts: new([]string{"pgi"})},
		"no knockouts": {Knockouts: new([]string{})},
		"seed":         {Seed: new(int64(0))},
	} {
		form := encode(t, want)
		var got biovm.Change
		if err := json.Unmarshal(form, &got); err != nil {
			t.Fatalf("%s: Unmarshal(%s): %v", name, form, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s read again (-want +got):\n%s", name, form, diff)
		}
	}
}
