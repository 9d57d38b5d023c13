package wholecell

import (
	"context"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

func TestNoReactionMakesOrLosesMatter(t *testing.T) {
	t.Parallel()
	for _, kind := range []biovm.BiologicalType{biovm.Syn3A, biovm.MinimalCell} {
		if _, err := newBlueprint(species(t, kind), nil, true); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

// At every event of cells with hardly any machinery, no more of it is at work
// than was granted, nothing is overdrawn, and the grant is used up.
func TestGrantHoldsAtEveryEvent(t *testing.T) {
	t.Parallel()
	c := newborn(t, Config{Seed: 3, Ribosomes: 40, Polymerases: 6})
	// As many as in a cell that was granted more before.
	c.put(c.plan.ribosomes, 300)
	c.put(c.plan.polymerases, 100)
	mostRibosomes, mostPolymerases := 0.0, 0.0
	for c.Time() < 300 {
		if err := c.turn(context.Background()); err != nil {
			t.Fatal(err)
		}
		until := c.sim.Count(c.plan.due)
		for {
			changed, err := c.sim.Step(until)
			if err != nil {
				t.Fatal(err)
			}
			if err := c.withinGrant(); err != nil {
				t.Fatal(err)
			}
			for k := range c.plan.pools {
				if c.x[c.plan.pools[k].level] < 0 {
					t.Fatalf("%s is %v at %v s", poolName(k), c.x[c.plan.pools[k].level], c.Time())
				}
			}
			mostRibosomes, mostPolymerases = max(mostRibosomes, c.translating()), max(mostPolymerases, c.transcribing())
			if !changed {
				break
			}
		}
	}
	if mostRibosomes != 40 || mostPolymerases != 6 {
		t.Errorf("at most %v ribosomes and %v polymerases were at work, want all that were granted: 40 and 6", mostRibosomes, mostPolymerases)
	}
}

// What expression may spend is what metabolism regenerates under the share; a
// cell whose share does not even pay maintenance stops, and owes nothing.
func TestEnergyIsWithinTheShare(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("simulates for long; where every event is checked, shorter tests do")
	}
	for _, share := range []float64{5, 25, 100} {
		c := newborn(t, Config{Seed: 4, ATPShare: share})
		reference := c.plan.organism.Constants().ATPReference
		allowed := c.x[c.plan.pools[energyAt].level]
		for range 600 {
			allowed += share / percent * c.moleculesPerSecond(reference)
			if err := c.Advance(t.Context(), 1); err != nil {
				t.Fatal(err)
			}
			c.look()
			if spent := c.x[c.plan.spent[0]] + c.x[c.plan.spent[1]]; spent > allowed {
				t.Fatalf("share %v: %v spent at %v s, and %v were there", share, spent, c.Time(), allowed)
			}
		}
		m := c.Metrics()
		if alive := share > 5; m.Functions.EnergyProduction != alive || (m.LimitedBy == "dead") == alive {
			t.Errorf("share %v: energy production %v, limited by %q", share, m.Functions.EnergyProduction, m.LimitedBy)
		}
	}
}

func TestAccountsClose(t *testing.T) {
	t.Parallel()
	for _, cfg := range []Config{{Seed: 5}, {Seed: 5, ATPShare: 30}, {Seed: 5, Ribosomes: 100, Exchange: 2.5}} {
		c := newborn(t, cfg)
		for range 10 {
			if err := c.Advance(t.Context(), float64(long(90))); err != nil {
				t.Fatal(err)
			}
			for _, a := range c.Accounts() {
				if a.Balance() != 0 || a.Supplied <= 0 {
					t.Errorf("%+v: at %v s %+v lacks %v", cfg, c.Time(), a, a.Balance())
				}
			}
		}
	}
}
