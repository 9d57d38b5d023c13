package wholecell

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

func syn3a(tb testing.TB) *organism.Organism { return species(tb, biovm.Syn3A) }

func species(tb testing.TB, kind biovm.BiologicalType) *organism.Organism {
	tb.Helper()
	o, err := organism.Of(kind)
	if err != nil {
		tb.Fatal(err)
	}
	return o
}

// A published row: rate constants from the code of 2022, whose base counts are
// shifted, and the mean number of messengers of its simulations.
type published struct {
	Locus      string  `json:"locus"`
	Transcribe float64 `json:"ktx"`
	Decay      float64 `json:"kdeg"`
	Translate  float64 `json:"ktl"`
	Residues   float64 `json:"aa"`
	Messengers float64 `json:"mobs"`
}

func publishedRates(t *testing.T) []published {
	t.Helper()
	content, err := os.ReadFile("../../../../shared/data/syn3a/syn3a_expr.json")
	if err != nil {
		t.Skip("the published rates (../shared/data/syn3a/syn3a_expr.json) are not there")
	}
	var rows []published
	if err := json.Unmarshal(content, &rows); err != nil {
		t.Fatal(err)
	}
	return rows
}

func near(got, want, relative float64) bool {
	return math.Abs(got-want) <= relative*math.Abs(want)
}

func TestRatesAreThePublishedOnes(t *testing.T) {
	t.Parallel()
	rows := publishedRates(t)
	if len(rows) != 455 {
		t.Fatalf("%d genes, want 455", len(rows))
	}
	for _, row := range rows {
		x, ok := syn3a(t).Transcript(row.Locus)
		if !ok {
			t.Fatalf("no transcript of %s", row.Locus)
		}
		r := RatesOf(&x)
		if !near(r.Decay, row.Decay, 1e-12) || !near(r.Translation, row.Translate, 1e-9) {
			t.Errorf("%s: decay %v, translation %v; want %v, %v", row.Locus, r.Decay, r.Translation, row.Decay, row.Translate)
		}
		// With the shift of the published code: C where U, G where C, U where G.
		shifted := [4]int{x.Bases[0], x.Bases[2], x.Bases[3], x.Bases[1]}
		volume := newbornVolume(defaultRadius)
		law := r.Transcription * transcriptSteps(x.Bases, x.First, nucleotides(), volume) / transcriptSteps(shifted, x.First, nucleotides(), volume)
		if !near(law, row.Transcribe, 1e-9) || !near(r.Transcription, row.Transcribe, 0.015) {
			t.Errorf("%s: transcription %v, with shifted counts %v; want %v", row.Locus, r.Transcription, law, row.Transcribe)
		}
	}
}

// Means of the published simulations: 139.2 messengers in all, and 3,269 amino
// acids a second with them.
func TestMeansAgainstPublishedSimulations(t *testing.T) {
	t.Parallel()
	var ratios []float64
	total, want, joined := 0.0, 0.0, 0.0
	for _, row := range publishedRates(t) {
		x, _ := syn3a(t).Transcript(row.Locus)
		r := RatesOf(&x)
		total += r.Transcription / r.Decay
		want += row.Messengers
		joined += row.Messengers * r.Translation * row.Residues
		if row.Messengers == 0 {
			continue // never seen in their simulations
		}
		ratios = append(ratios, r.Transcription/r.Decay/row.Messengers)
	}
	slices.Sort(ratios)
	quartile := func(k int) float64 { return ratios[k*len(ratios)/4] }
	if !near(total, want, 0.005) || !near(quartile(2), 1, 0.02) || quartile(1) < 0.94 || quartile(3) > 1.06 {
		t.Errorf("%v messengers against %v; quartiles of the ratio %v, %v, %v: want 0.94 or more, 1, 1.06 or less", total, want, quartile(1), quartile(2), quartile(3))
	}
	if !near(joined, 3269, 1e-4) {
		t.Errorf("with the published messengers %v aa/s, want 3269", joined)
	}
}

// Without the published files: what the laws add up to. 3,269 aa/s are 503
// ribosomes at k_eff of the organism's constants.
func TestNewbornCellByTheLaws(t *testing.T) {
	t.Parallel()
	o := syn3a(t)
	messengers, halfLife, joined, genes := 0.0, 0.0, 0.0, 0.0
	for _, g := range o.Genes() {
		x, _ := o.Transcript(g.Locus)
		if x.Residues() == 0 {
			continue
		}
		r := RatesOf(&x)
		genes++
		messengers += r.Transcription / r.Decay
		halfLife += math.Ln2 / r.Decay
		joined += r.Transcription / r.Decay * r.Translation * float64(x.Residues())
	}
	if !near(messengers, 139.2, 0.001) || !near(halfLife/genes, 208, 0.002) {
		t.Errorf("%v messengers with a mean half-life of %v s, want 139.2 and 208", messengers, halfLife/genes)
	}
	k := o.Constants()
	if want := k.RibosomesPerCell * k.TranslationRate; !near(joined, want, 0.001) || !near(want, 3269, 1e-4) {
		t.Errorf("%v aa/s, want %v, which is 3269", joined, want)
	}
}

// The dry mass that the protein stands for is Breuer's 10.2 fg, and the part of
// protein in it is that of the network's biomass.
func TestDryMassIsBreuers(t *testing.T) {
	t.Parallel()
	m := syn3a(t).Model()
	biomass, _ := m.Reaction("BIOMASS")
	protein, _ := m.Metabolite("protein_c")
	made, _ := m.Reaction("Protein_degrad")
	residues := 0.0
	for _, term := range m.Reactions()[made].Terms {
		id := m.Metabolites()[term.Metabolite].ID
		if term.Coef > 0 && (len(id) > 4 && id[3:] == "__L_c" || id == "gly_c") {
			residues += term.Coef
		}
	}
	if got := -m.Reactions()[biomass].Coef(protein) * residues; !near(got, proteinPerGram, 1e-9) {
		t.Errorf("the biomass has %v mmol/g of amino acids in protein, want %v", got, proteinPerGram)
	}
	c := newborn(t, Config{Seed: 1})
	if mass := c.dryMass(); !near(mass, 10.2e-15, 0.01) {
		t.Errorf("a newborn cell weighs %v g dry, want 10.2 fg", mass)
	}
}

// long is a number of seconds that is an eighth where every event is checked.
func long(seconds int) int {
	const shorter = 8
	if testing.Short() {
		return seconds / shorter
	}
	return seconds
}

func newborn(tb testing.TB, cfg Config) *Cell {
	tb.Helper()
	c, err := New(syn3a(tb), cfg)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}
