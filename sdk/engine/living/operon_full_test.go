//go:build !race

package living_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/cell"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/living"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/operon"
)

// managed is a cell whose operons were managed.
func managed(t *testing.T, c *cell.Cell, action operon.Action, ids ...string) *cell.Cell {
	t.Helper()
	state, _, err := operon.State{}.Manage(ids, action)
	if err != nil {
		t.Fatal(err)
	}
	changed, err := living.Under(c, state)
	if err != nil {
		t.Fatal(err)
	}
	return changed
}

func freeGrowth(t *testing.T, c *cell.Cell) float64 {
	t.Helper()
	growth, err := c.FreeGrowthRate(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return growth
}

// withoutOperon is how fast iML1515 grows on glucose without the genes of an
// operon, in 1/h, by COBRApy 0.26.2 with GLPK: model.genes.X.knock_out() for each.
func withoutOperon(id string) float64 {
	switch id {
	case "trp", "his", "thr", "leu", "ilv", "arg", "bio", "metBL", "pyrBI", "purHD", "purMN", "purEK":
		return 0
	}
	missed := map[string]float64{
		"tna": 0.876763, "pdh": 0.840897, "pts": 0.867593, "sdh": 0.841816, "atp": 0.284933, "nuo": 0.758643, "cyo": 0.777614,
	}
	if growth, ok := missed[id]; ok {
		return growth
	}
	return 0.876997
}

// Of every operon of the table: knocked out, the cell grows as the network without
// its genes does; clamped shut, no faster than the wild type and no slower than
// that; clamped open, by so much less as its protein costs, Scott et al. 2010
// (growth is lost in proportion, all of it at 38 % of the protein).
func TestEveryOperonMatters(t *testing.T) {
	t.Parallel()
	wild := body(t, biovm.EColi)
	all := freeGrowth(t, wild)
	a := metabolism.NewAnalyzer(wild.Organism.Model())
	var slowed, killed int
	for _, o := range operon.Table() {
		q := metabolism.Question{}
		for _, symbol := range o.Genes {
			if g, ok := wild.Organism.Gene(symbol); ok && g.InModel {
				q.Knockouts = append(q.Knockouts, g.Locus)
			}
		}
		f, err := a.FBA(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		without := max(0, f.Growth)
		lost := freeGrowth(t, managed(t, wild, operon.KnockOut, o.ID))
		shut := freeGrowth(t, managed(t, wild, operon.Repress, o.ID))
		open := freeGrowth(t, managed(t, wild, operon.Induce, o.ID))
		if math.Abs(lost-without) > 1e-7 || math.Abs(lost-withoutOperon(o.ID)) > 1e-6 {
			t.Errorf("%s knocked out: %v 1/h, without its genes %v, by COBRApy %v", o.ID, lost, without, withoutOperon(o.ID))
		}
		if shut < without-1e-7 || shut > all+1e-9 {
			t.Errorf("%s clamped shut: %v 1/h, want from %v to %v", o.ID, shut, without, all)
		}
		if want := all * (1 - (o.Open()-o.Glucose)/0.38); math.Abs(open-want) > 1e-6 || !(open < all) {
			t.Errorf("%s clamped open: %v 1/h, want %v, below %v", o.ID, open, want, all)
		}
		if shut < 0.99*all {
			slowed++
		}
		if lost < 0.01*all {
			killed++
		}
	}
	if slowed < 15 || killed < 12 {
		t.Errorf("on glucose %d operons are missed when shut and %d are vital, want 15 and 12 at least", slowed, killed)
	}
}

// A cell with little of the enzymes that make an amino acid grows as fast as they
// do, which its biomass holds, and as ever where the medium has it.
func TestShutOperonsStarve(t *testing.T) {
	t.Parallel()
	wild := body(t, biovm.EColi)
	all := freeGrowth(t, wild)
	for id, supplement := range map[string]string{"trp": "EX_trp__L_e", "his": "EX_his__L_e", "leu": "EX_leu__L_e"} {
		o, _ := operon.Of(id)
		left := 1 / o.Range
		if o.Range == 0 {
			left = 1 / operon.AssumedRange
		}
		if got := freeGrowth(t, managed(t, wild, operon.Repress, id)); math.Abs(got-left*all) > 1e-6 {
			t.Errorf("%s clamped shut: %v 1/h, want %v", id, got, left*all)
		}
		medium := wild.EffectiveMedium()
		medium[supplement] = 1
		fed, err := wild.WithMedium(medium)
		if err != nil {
			t.Fatal(err)
		}
		if got := freeGrowth(t, managed(t, fed, operon.Repress, id)); got < all {
			t.Errorf("%s clamped shut with %s: %v 1/h, want %v at least", id, supplement, got, all)
		}
	}
	// Ribosomes are of the grant: the free cell, with machinery without end, does not
	// miss them, as its network knows no ribosomal protein.
	shut := managed(t, wild, operon.Repress, "S10")
	growth, err := shut.Growth(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// 60 units of 325, of which 1 % work: 3600·18·0.85·195/1.19e9.
	if want := 0.0090257; math.Abs(growth.GrowthRate-want) > 1e-6 || growth.LimitedBy != metabolism.LimitedByRibosomes {
		t.Errorf("S10 clamped shut: %+v, want %v 1/h, limited by ribosomes", growth, want)
	}
}

// rate is a figure of a cell.
func figure(t *testing.T, l living.Cell, name string) float64 {
	t.Helper()
	probe, err := l.Probe(name)
	if err != nil {
		t.Fatal(err)
	}
	return probe()
}

// The culture of a living cell does as its operons do: it grows slower while its
// cells make useless protein, stops without tryptophan of its own, and goes on when
// the promoter is released; without lac it does not open the lac operon.
func TestCultureFeelsOperons(t *testing.T) {
	t.Parallel()
	wild := body(t, biovm.EColi)
	state := advance(t, begin(t, wild, 1), 3*3600)
	resume := func(data []byte, action operon.Action, ids ...string) ([]byte, living.Cell) {
		t.Helper()
		l, err := living.Resume(t.Context(), wild, data)
		if err != nil {
			t.Fatal(err)
		}
		keeper := as[living.OperonKeeper](t, l)
		if _, err := keeper.ManageOperons(ids, action); err != nil {
			t.Fatal(err)
		}
		under, err := living.Under(wild, keeper.Operons())
		if err != nil {
			t.Fatal(err)
		}
		data, err = l.Checkpoint()
		if err != nil {
			t.Fatal(err)
		}
		if l, err = living.Resume(t.Context(), under, data); err != nil {
			t.Fatal(err)
		}
		return advance(t, l, l.Seconds()+900), l
	}
	_, same := resume(state, operon.Release, "lac")
	before := figure(t, same, "growth_rate")
	_, l := resume(state, operon.Induce, "aceBAK")
	o, _ := operon.Of("aceBAK")
	if got, want := figure(t, l, "growth_rate"), before*(1-(o.Open()-o.Glucose)/0.38); math.Abs(got-want) > 1e-4 {
		t.Errorf("growth %v 1/h with aceBAK clamped open, want %v of %v", got, want, before)
	}
	starved, l := resume(state, operon.Repress, "trp")
	if got := figure(t, l, "growth_rate"); !(got > 0) || got > before/300 {
		t.Errorf("growth %v 1/h with trp clamped shut, want next to nothing of %v", got, before)
	}
	_, l = resume(starved, operon.Release, "trp")
	if got := figure(t, l, "growth_rate"); got < 0.9*before {
		t.Errorf("growth %v 1/h with trp released, want %v again", got, before)
	}
	_, l = resume(state, operon.Induce, "lac")
	advance(t, l, l.Seconds()+1800)
	open := figure(t, l, "lac_open")
	_, l = resume(state, operon.KnockOut, "lac")
	if got := figure(t, l, "lac_open"); open != 1 || got != 0 {
		t.Errorf("%v lac operons open when clamped open and %v when lost, want 1 and 0", open, got)
	}
	m, err := l.Metrics(t.Context())
	if err != nil || m.EColi.Operons["lac"] != "lost" {
		t.Errorf("metrics %+v, %v, want lac lost", m.EColi, err)
	}
}

// Plasmids slow the culture whose cells have them, by what they cost the followed
// one.
func TestCultureBearsPlasmids(t *testing.T) {
	t.Parallel()
	grown := func(origin string) (rate, burden float64) {
		l := begin(t, body(t, biovm.EColi), 5)
		if origin != "" {
			if _, err := as[living.PlasmidHost](t, l).AddPlasmid(biovm.Plasmid{Name: "p", Origin: origin}); err != nil {
				t.Fatal(err)
			}
		}
		advance(t, l, 4*3600)
		biomass := figure(t, l, "biomass")
		advance(t, l, 5*3600)
		for _, p := range as[living.PlasmidHost](t, l).Plasmids() {
			burden += p.Burden
		}
		return math.Log(figure(t, l, "biomass") / biomass), burden
	}
	free, _ := grown("")
	loaded, burden := grown("pUC")
	if got := 1 - loaded/free; !(burden > 0.1) || math.Abs(got-burden) > 0.05 {
		t.Errorf("growth in an hour %.3f with pUC and %.3f without: %.3f less, the followed cell bears %.3f", loaded, free, got, burden)
	}
}

// Glucose goes first and lactose after a lag, which is what Monod called diauxie
// (1942, Recherches sur la croissance des cultures bactériennes).
func TestDiauxieOnLactose(t *testing.T) {
	t.Parallel()
	l := begin(t, body(t, biovm.EColi), 1)
	if err := as[living.Feeder](t, l).Feed("lactose", 5); err != nil {
		t.Fatal(err)
	}
	if err := as[living.Feeder](t, l).Feed("glucose", 1); err != nil {
		t.Fatal(err)
	}
	var phases []string
	for minutes := 3.0; minutes <= 12*60; minutes += 3 {
		glucose, lactose := figure(t, l, "medium:EX_glc__D_e"), figure(t, l, "medium:EX_lcts_e")
		if glucose > 0.1 && lactose < 4.97 {
			t.Fatalf("after %v min: %v mM glucose and %v mM lactose, want all of the lactose until the glucose is gone", minutes, glucose, lactose)
		}
		if err := l.Advance(t.Context(), minutes*60); err != nil {
			t.Fatal(err)
		}
		m, err := l.Metrics(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		// Growth slows for a moment while the last of a sugar goes.
		if p := m.EColi.GrowthPhase; p != "diauxie" && (len(phases) == 0 || phases[len(phases)-1] != p) {
			phases = append(phases, p)
		}
	}
	if d := cmp.Diff([]string{"lag", "exponential", "lag", "exponential", "stationary"}, phases); d != "" {
		t.Errorf("phases (-want +got):\n%s", d)
	}
}
