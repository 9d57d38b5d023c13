//go:build !race

package living_test

import (
	"errors"
	"maps"
	"math"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/cell"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/living"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/operon"
)

// instead is a cell on a medium with another carbon source than glucose.
func instead(t *testing.T, c *cell.Cell, exchange string) *cell.Cell {
	t.Helper()
	medium := maps.Clone(c.EffectiveMedium())
	medium["EX_glc__D_e"], medium[exchange] = 0, 10
	changed, err := c.WithMedium(medium)
	if err != nil {
		t.Fatal(err)
	}
	return changed
}

// Glucose that the medium does not let in any more holds no other sugar back: the
// culture comes to grow at the rate that flux balance analysis has of the same cell,
// whether it saw glucose before or not; and none can be fed.
func TestClosedGlucoseHoldsNothingBack(t *testing.T) {
	t.Parallel()
	wild := body(t, biovm.EColi)
	state := advance(t, begin(t, wild, 1), 3600)
	for _, sugar := range []string{"EX_xyl__D_e", "EX_glyc_e"} {
		c := instead(t, wild, sugar)
		growth, err := c.Growth(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		shifted, err := living.Resume(t.Context(), c, state)
		if err != nil {
			t.Fatal(err)
		}
		for name, l := range map[string]living.Cell{"after glucose": shifted, "from birth": begin(t, c, 1)} {
			advance(t, l, l.Seconds()+4*3600)
			if got, want := figure(t, l, "growth_rate"), growth.GrowthRate; !(want > 0.3) || math.Abs(got-want) > 0.02*want {
				t.Errorf("%s %s: growth %v 1/h, want %v", sugar, name, got, want)
			}
			var wrong *biovm.FieldError
			err := as[living.Feeder](t, l).Feed("glucose", 5)
			if !errors.As(err, &wrong) || wrong.Path != "substance" || !strings.Contains(err.Error(), `set_medium({"EX_glc__D_e": 10}`) {
				t.Errorf("%s %s: fed with glucose: %v, want to be told to open its exchange", sugar, name, err)
			}
			if err := as[living.Feeder](t, l).Feed("glucose", 0); err != nil {
				t.Errorf("%s %s: without glucose: %v", sugar, name, err)
			}
		}
	}
	err := as[living.Feeder](t, begin(t, wild, 1)).Feed("EX_xyl__D_e", 5)
	if err == nil || !strings.Contains(err.Error(), `set_medium({"EX_xyl__D_e": 10}`) {
		t.Errorf("fed with xylose: %v, want to be told to open its exchange", err)
	}
}

// Cells without lacY or lacZ do not grow on lactose (Jacob and Monod 1961, J. Mol.
// Biol. 3:318), and grow on glucose as the wild type does.
func TestLacMutantsLeaveLactose(t *testing.T) {
	t.Parallel()
	wild := body(t, biovm.EColi)
	without := func(gene string) *cell.Cell {
		c, err := wild.WithKnockouts([]string{gene})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	grown := func(c *cell.Cell, glucose, lactose float64) float64 {
		l := begin(t, c, 1)
		feeder := as[living.Feeder](t, l)
		if err := errors.Join(feeder.Feed("glucose", glucose), feeder.Feed("lactose", lactose)); err != nil {
			t.Fatal(err)
		}
		advance(t, l, 4*3600)
		return figure(t, l, "growth_rate")
	}
	onGlucose, onLactose := grown(wild, 10, 0), grown(wild, 0, 10)
	if !(onLactose > 0.3) {
		t.Errorf("the wild type grows on lactose at %v 1/h", onLactose)
	}
	for name, c := range map[string]*cell.Cell{
		"lacY": without("lacY"), "lacZ": without("lacZ"),
		"lac shut": managed(t, wild, operon.Repress, "lac"), "lac lost": managed(t, wild, operon.KnockOut, "lac"),
	} {
		if got := grown(c, 0, 10); got > 1e-6 {
			t.Errorf("%s: growth on lactose %v 1/h, want none", name, got)
		}
		if got := grown(c, 10, 0); math.Abs(got-onGlucose) > 1e-6 {
			t.Errorf("%s: growth on glucose %v 1/h, want %v", name, got, onGlucose)
		}
	}
	if got := grown(without("lacA"), 0, 10); math.Abs(got-onLactose) > 1e-6 {
		t.Errorf("lacA: growth on lactose %v 1/h, want %v", got, onLactose)
	}
}
