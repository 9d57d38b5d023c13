//go:build !race

package engine_test

import (
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/enginetest"
)

func TestCapabilities(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t, engine.Options{InMemory: true, Version: "1.2.3"})
	c, err := e.Capabilities(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if c.Version != "1.2.3" || len(c.Builtins) == 0 || c.Limits != biovm.DefaultLimits() || len(c.Drivers) != 1 || len(c.Chassis) != 3 || len(c.Types) != 3 {
		t.Errorf("capabilities: got %+v", c)
	}
	want := map[biovm.BiologicalType]float64{biovm.Syn3A: freeSyn3A, biovm.EColi: 0.876997214, biovm.MinimalCell: 0.2145}
	for _, got := range c.Types {
		tolerance := 1e-6
		if got.Type == biovm.MinimalCell {
			tolerance = 1e-3 // ours, and known to four digits
		}
		if !near(got.FreeGrowthRate, want[got.Type], tolerance) || got.Name == "" || got.Genome.Genes == 0 {
			t.Errorf("capabilities of %s: got %+v, want a free growth rate of %v", got.Type, got, want[got.Type])
		}
	}
}
