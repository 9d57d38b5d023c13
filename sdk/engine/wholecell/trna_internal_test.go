package wholecell

import (
	"context"
	"maps"
	"math"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

// 29 genes make 20 kinds of tRNA; a newborn cell has 200 of each gene, 160 of
// them charged, and an enzyme for each.
func TestTransferRNAOfANewbornCell(t *testing.T) {
	t.Parallel()
	c := newborn(t, Config{Seed: 1})
	genes, molecules, charged := 0, 0.0, 0.0
	for k := range c.plan.trna {
		r := &c.plan.trna[k]
		if r.enzyme < 0 || len(r.genes) == 0 {
			t.Fatalf("%s: enzyme %d, genes %v", aminoCodes[k], r.enzyme, r.genes)
		}
		genes += len(r.genes)
		molecules += r.total(c.x)
		charged += r.charged(c.x)
		if r.charged(c.x)+r.uncharged(c.x) != 200*float64(len(r.genes)) {
			t.Errorf("%s: %v charged and %v uncharged of %d genes", aminoCodes[k], r.charged(c.x), r.uncharged(c.x), len(r.genes))
		}
	}
	if genes != 29 || molecules != 5800 || charged != 4640 {
		t.Errorf("%d genes, %v molecules, %v charged; want 29, 5800 and 4640", genes, molecules, charged)
	}
	for letter, want := range map[string]string{"L": "JCVISYN3A_0634", "Q": "JCVISYN3A_0126", "F": "JCVISYN3A_0529", "W": "JCVISYN3A_0308", "N": "JCVISYN3A_0076"} {
		k := strings.Index(organism.AminoAcidLetters, letter)
		if got := c.plan.genes.proteins[c.plan.trna[k].enzyme].locus; got != want {
			t.Errorf("%s is charged by %s, want %s", letter, got, want)
		}
	}
}

// mechanism is the published model's charging of one tRNA, event by event, with
// as much ATP, amino acid and uncharged tRNA as it is given; it returns how many
// it charges a second.
func mechanism(t *testing.T, enzymes, atp, amino, uncharged float64) float64 {
	t.Helper()
	var b expression.NetworkBuilder
	free := b.AddSpecies("E", enzymes)
	withATP, withAmino, withTRNA := b.AddSpecies("E.ATP", 0), b.AddSpecies("E.ATP.aa", 0), b.AddSpecies("E.ATP.aa.tRNA", 0)
	step := func(name string, from, to expression.Species, rate float64) int {
		return b.AddReaction(expression.Reaction{Name: name, Reactants: one(from), Products: one(to), Rate: rate})
	}
	step("ATP", free, withATP, 0.01*atp)
	step("aa", withATP, withAmino, 0.01*amino)
	step("tRNA", withAmino, withTRNA, 0.1*uncharged)
	last := step("charged", withTRNA, free, 30)
	n, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	s, err := expression.NewSimulator(n, expression.Options{Seed: 3, CountFirings: true})
	if err != nil {
		t.Fatal(err)
	}
	const warm, seconds = 10, 200
	if err := s.Advance(context.Background(), warm); err != nil {
		t.Fatal(err)
	}
	before := s.Fired(last)
	if err := s.Advance(context.Background(), warm+seconds); err != nil {
		t.Fatal(err)
	}
	return float64(s.Fired(last)-before) / seconds
}

// The rate of charging is that of the published model's four reactions, with
// their constants, which are written here again.
func TestChargingIsAsFastAsThePublishedReactions(t *testing.T) {
	t.Parallel()
	c := newborn(t, Config{Seed: 1})
	b := c.plan
	for _, tt := range []struct {
		code             string
		amino, uncharged float64
	}{{"ile", 10_000, 40}, {"ile", 300, 40}, {"trp", 10_000, 15}, {"lys", 50, 300}, {"asn", 1000, 200}} {
		k, ok := aminoNamed(tt.code)
		if !ok {
			t.Fatal(tt.code)
		}
		b := builder{blueprint: b}
		rate, reads := b.chargePropensity(k)
		c.put(b.pools[k].level, tt.amino)
		c.put(b.trna[k].vacant, tt.uncharged)
		c.put(b.ready, c.readiness())
		enzymes := c.x[b.genes.proteins[b.trna[k].enzyme].folded]
		atp := math.Round(adenine / concentration(1, newbornVolume(200)))
		want := mechanism(t, enzymes, atp, tt.amino, tt.uncharged)
		if got := chargeBatch * rate(c.x); !near(got, want, 0.02) || len(reads) != 7 {
			t.Errorf("%s with %v amino acids and %v uncharged: %v are charged a second, want %v; reads %d numbers", tt.code, tt.amino, tt.uncharged, got, want, len(reads))
		}
	}
	// Glutamate's and glutamine's tRNA share an enzyme, which is as fast as for
	// both as one.
	e, _ := aminoNamed("glu")
	q, _ := aminoNamed("gln")
	c.put(b.trna[e].vacant, 60)
	c.put(b.trna[q].vacant, 20)
	builder := builder{blueprint: b}
	forE, _ := builder.chargePropensity(e)
	forQ, _ := builder.chargePropensity(q)
	want := mechanism(t, c.x[b.genes.proteins[b.trna[e].enzyme].folded], adenine/concentration(1, newbornVolume(200)), c.x[b.pools[e].level], 80)
	if got := chargeBatch * (forE(c.x) + forQ(c.x)); !near(got, want, 0.02) || !near(forE(c.x), 3*forQ(c.x), 1e-12) {
		t.Errorf("%v of glutamate's and glutamine's tRNA are charged a second, want %v, three quarters of it glutamate's", got, want)
	}
}

// A cell that gets no more of an amino acid runs out of its charged tRNA, and
// stops making protein for want of it alone. It has all others, and goes on when
// it comes back. Tryptophan comes alone or in peptides; cysteine is the one without
// which the network has no steady state.
func TestStarvingOfOneAminoAcidEmptiesItsTRNA(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("simulates for long; where every event is checked, shorter tests do")
	}
	for code, uptakes := range map[string][]string{"trp": {"EX_trp__L_e", "EX_trp4_e"}, "cys": {"EX_cys__L_e"}} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			full := syn3a(t).Model().Medium()
			poor := maps.Clone(full)
			for _, id := range uptakes {
				if full[id] == 0 {
					t.Fatalf("the organism's medium has no %s", id)
				}
				delete(poor, id)
			}
			starve(t, code, full, poor)
		})
	}
}

func starve(t *testing.T, code string, full, poor map[string]float64) {
	t.Helper()
	c := newborn(t, Config{Seed: 2, Medium: full})
	if err := c.Advance(t.Context(), 60); err != nil {
		t.Fatal(err)
	}
	if err := c.SetMedium(t.Context(), poor); err != nil {
		t.Fatal(err)
	}
	w, _ := aminoNamed(code)
	scarce := c.plan.trna[w]
	if err := c.Advance(t.Context(), 1200); err != nil {
		t.Fatal(err)
	}
	c.look()
	mass := c.x[c.plan.mass]
	if err := c.Advance(t.Context(), 300); err != nil {
		t.Fatal(err)
	}
	c.look()
	made := (c.x[c.plan.mass] - mass) / 300
	if scarce.charged(c.x) > 10 || scarce.charged(c.x) > 0.03*scarce.total(c.x) || c.scarcest() > 0.03 || made > 33 || c.limitedBy() == "ribosomes" {
		t.Errorf("without it: %v charged, %v uncharged, scarcest %v, %v aa/s, limited by %q; want its tRNA empty and less than a hundredth of 3,269 aa/s",
			scarce.charged(c.x), scarce.uncharged(c.x), c.scarcest(), made, c.limitedBy())
	}
	for k := range c.plan.trna {
		r := &c.plan.trna[k]
		if share := r.charged(c.x) / r.total(c.x); k != w && (share < 0.9 || c.x[c.plan.pools[k].level] < 0.9*c.kept(k)) {
			t.Errorf("without it, %s: %v charged, %v free; want nearly all that there is room for", aminoCodes[k], share, c.x[c.plan.pools[k].level])
		}
	}
	for _, a := range c.Accounts() {
		if a.Balance() != 0 {
			t.Errorf("account %+v lacks %v", a, a.Balance())
		}
	}
	if err := c.SetMedium(t.Context(), full); err != nil {
		t.Fatal(err)
	}
	if err := c.Advance(t.Context(), 300); err != nil {
		t.Fatal(err)
	}
	if m := c.Metrics(); m.GrowthRate < 0.3 || scarce.charged(c.x) < 0.7*scarce.total(c.x) {
		t.Errorf("with it again: %v 1/h, %v charged", m.GrowthRate, scarce.charged(c.x))
	}
}

// Without what charges a tRNA, or without the tRNA, there is no protein. (Without
// leuRS the metabolic network is dead besides.)
func TestNoProteinWithoutAnyOfTheTRNAs(t *testing.T) {
	t.Parallel()
	for what, locus := range map[string]string{"leuRS": "JCVISYN3A_0634", "the only tRNA of histidine": "JCVISYN3A_0624"} {
		c := newborn(t, Config{Seed: 3, Knockouts: []string{locus}})
		if err := c.Advance(t.Context(), 120); err != nil {
			t.Fatal(err)
		}
		c.look()
		mass := c.x[c.plan.mass]
		if err := c.Advance(t.Context(), 60); err != nil {
			t.Fatal(err)
		}
		c.look()
		if made := c.x[c.plan.mass] - mass; made > 0 || c.scarcest() > 0.1 {
			t.Errorf("without %s: %v amino acids joined in a minute, of the scarcest tRNA %v is charged", what, made, c.scarcest())
		}
	}
}

// A daughter's tRNA is charged as her mother's was, and what was owed is shared.
func TestDaughtersTRNAIsChargedAsTheMothers(t *testing.T) {
	t.Parallel()
	c := newborn(t, Config{Seed: 4})
	b := c.plan
	i, _ := aminoNamed("ile")
	l, _ := aminoNamed("leu")
	c.put(b.trna[i].vacant, 1200) // of 200: it owes a thousand
	c.put(b.trna[l].vacant, 150)  // of 600
	random := c.sim.Random()
	for k := range b.genes.stables {
		c.put(b.genes.stables[k].species, half(random, c.x[b.genes.stables[k].species]))
	}
	c.divideTRNA(random)
	ile, leu := &b.trna[i], &b.trna[l]
	if ile.charged(c.x) != 0 || math.Abs(c.x[ile.vacant]-ile.total(c.x)-500) > 80 {
		t.Errorf("isoleucine: %v molecules, %v vacant and owed; want none charged and about 500 owed", ile.total(c.x), c.x[ile.vacant])
	}
	if math.Abs(leu.total(c.x)-300) > 50 || math.Abs(leu.uncharged(c.x)/leu.total(c.x)-0.25) > 0.1 {
		t.Errorf("leucine: %v molecules, %v uncharged; want about 300 and a quarter", leu.total(c.x), leu.uncharged(c.x))
	}
}
