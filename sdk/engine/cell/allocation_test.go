package cell_test

import (
	"math"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/culture"
)

// TestCultureOfACell: in a medium that does not run out soon, a culture grows as
// the cell says that it grows under its grant: 30 units of ribosomes are 0.45129
// 1/h of E. coli.
func TestCultureOfACell(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		lost []string
		want float64
	}{{nil, 0.45129}, {[]string{"gltA"}, 0}} {
		c := newCell(t, biovm.Spec{BiologicalType: biovm.EColi, Knockouts: tt.lost}, nil, holds(100, 30))
		medium := c.EffectiveMedium()
		glucose := culture.Substrate{Exchange: "EX_glc__D_e", Initial: 1e4, MaxUptake: medium["EX_glc__D_e"], Half: 1e-6}
		delete(medium, glucose.Exchange)
		k, err := culture.New(culture.Config{
			Model: c.Organism.Model(), Biomass: 0.001, Substrates: []culture.Substrate{glucose}, Medium: medium,
			Allocation: c.Allocation(), Knockouts: c.NetworkKnockouts(),
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := k.Advance(t.Context(), 600); err != nil {
			t.Fatal(err)
		}
		if s := k.Sample(); math.Abs(s.GrowthRate-tt.want) > 1e-5 {
			t.Errorf("without %v: the culture grows at %v 1/h, want %v", tt.lost, s.GrowthRate, tt.want)
		}
	}
}
