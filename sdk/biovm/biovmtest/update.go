package biovmtest

import (
	"slices"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

func testUpdate(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	for _, state := range reachable() {
		vm := inState(t, d, spec(d, biovm.ID(state)), state)
		u := ability[biovm.Updater](t, vm)
		want := status(t, vm)
		wild := metrics(t, vm).Growth.FreeGrowthRate
		for _, c := range []biovm.Change{
			{},
			{Seed: new(int64(9))},
			{Config: new(biovm.Config{MinimalMode: new(false), ResourceLimits: biovm.ResourceLimits{MaxATP: new(80.0)}})},
			{Knockouts: new([]string{"JCVISYN3A_0228", "JCVISYN3A_0227", "JCVISYN3A_0227"})},
			{Config: new(biovm.Config{}), Knockouts: new([]string{}), Seed: new(int64(0))},
		} {
			if err := u.Update(t.Context(), c); err != nil {
				t.Fatalf("Update(%s) of a %s vm: %v", form(t, c), state, err)
			}
			want.Spec = c.Apply(want.Spec)
			got := status(t, vm)
			if !got.Spec.Equal(want.Spec) || got.State != state || got.UUID != want.UUID {
				t.Errorf("after Update(%s) of a %s vm its status is %s, want the spec %s", form(t, c), state, form(t, got), form(t, want.Spec))
			}
			if c.Config != nil && form(t, got.Config) != form(t, biovm.Merge(biovm.Defaults(biovm.Syn3A), *c.Config)) {
				t.Errorf("after Update(%s) the settings that hold are %s", form(t, c), form(t, got.Config))
			}
			if slower := len(want.Spec.Knockouts) > 0; (metrics(t, vm).Growth.FreeGrowthRate < wild*(1-1e-9)) != slower {
				t.Errorf("after Update(%s) the free cell grows at %v; the wild type at %v", form(t, c), metrics(t, vm).Growth.FreeGrowthRate, wild)
			}
		}
	}
}

// testUpdateRefused holds that a change is made whole or not at all.
func testUpdateRefused(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	vm := create(t, d, spec(d, "a"))
	u := ability[biovm.Updater](t, vm)
	before := form(t, status(t, vm))
	tests := map[string]struct {
		change biovm.Change
		want   []string
	}{
		"a gene":    {biovm.Change{Seed: new(int64(1)), Knockouts: new([]string{"JCVISYN3A_0227", "no-such-gene"})}, []string{"knockouts[1]"}},
		"a medium":  {biovm.Change{Seed: new(int64(1)), Medium: new(map[string]float64{"EX_nothing": 1})}, []string{`medium["EX_nothing"]`}},
		"a setting": {biovm.Change{Seed: new(int64(1)), Config: new(biovm.Config{PlasmidSupport: new(true)})}, []string{"config.plasmid_support"}},
		"everything": {biovm.Change{
			Knockouts: new([]string{"no-such-gene"}), Medium: new(map[string]float64{"EX_nothing": 1}),
			Config: new(biovm.Config{ResourceLimits: biovm.ResourceLimits{MaxRibosomes: new(0)}}),
		}, []string{"config.resource_limits.max_ribosomes", "knockouts[0]", `medium["EX_nothing"]`}},
	}
	for name, tt := range tests {
		err := u.Update(t.Context(), tt.change)
		if got := paths(err); !slices.Equal(got, tt.want) {
			t.Errorf("%s: Update(%s) = %v, with problems at %q, want %q", name, form(t, tt.change), err, got, tt.want)
		}
		if err != nil {
			checkOpError(t, err, "update", "a")
		}
		if after := form(t, status(t, vm)); after != before {
			t.Errorf("%s: the refused Update(%s) changed the vm from %s to %s", name, form(t, tt.change), before, after)
		}
	}
}
