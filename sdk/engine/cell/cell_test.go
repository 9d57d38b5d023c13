package cell_test

import (
	"context"
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/cell"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/chassis"
)

// newCell builds a cell of a spec under its default grant, changed by grant.
func newCell(t testing.TB, spec biovm.Spec, memo cell.Memo, grant func(*biovm.Resources)) *cell.Cell {
	t.Helper()
	spec = spec.WithDefaults()
	k, err := chassis.Of(spec.Chassis)
	if err != nil {
		t.Fatal(err)
	}
	g := k.Grant(spec.BiologicalType, 1, spec.Config, false)
	if grant != nil {
		grant(&g)
	}
	c, err := cell.New(spec, g, k.Config(spec.BiologicalType, spec.Config, false), memo)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// holds returns a change of a grant.
func holds(atp float64, ribosomes int) func(*biovm.Resources) {
	return func(g *biovm.Resources) { g.ATP, g.Ribosomes = atp, ribosomes }
}

func near(got, want, relative float64) bool {
	return math.Abs(got-want) <= relative*max(math.Abs(want), 1e-300)
}

// memory is a memo that counts.
type memory struct {
	mu           sync.Mutex
	values       map[string][]byte
	hits, misses int
}

func (m *memory) Recall(_ context.Context, key string, solve func() ([]byte, error)) ([]byte, error) {
	if v, ok := m.find(key); ok {
		return v, nil
	}
	v, err := solve()
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.values == nil {
		m.values = map[string][]byte{}
	}
	m.values[key] = v
	return v, nil
}

func (m *memory) find(key string) ([]byte, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.values[key]
	if ok {
		m.hits++
	} else {
		m.misses++
	}
	return v, ok
}

// The figures are those of biology.md §8: ribosome units and doubling times of
// the published models.
func TestGrowthUnderRibosomes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		organism  biovm.BiologicalType
		chassis   biovm.ChassisKind
		ribosomes int
		growth    float64 // 1/h
		relative  float64
		limitedBy string
	}{
		{biovm.Syn3A, biovm.ChassisEColi, 1, 0.25477, 2e-5, biovm.LimitedByRibosomes},
		{biovm.Syn3A, biovm.ChassisEColi, 2, 0.342393119823, 1e-9, biovm.LimitedByMetabolism},
		{biovm.Syn3A, biovm.ChassisEColi, 15, 0.342393119823, 1e-9, biovm.LimitedByMetabolism},
		{biovm.Syn3A, biovm.ChassisOrthogonal, 100, math.Ln2 * 60 / 530.5, 2e-4, biovm.LimitedByRibosomes},
		{biovm.Syn3A, biovm.ChassisOrthogonal, 200, math.Ln2 * 60 / 265.3, 3e-4, biovm.LimitedByRibosomes},
		{biovm.Syn3A, biovm.ChassisOrthogonal, 300, math.Ln2 * 60 / 176.8, 3e-4, biovm.LimitedByRibosomes},
		{biovm.Syn3A, biovm.ChassisOrthogonal, 425, math.Ln2 * 60 / 124.8, 5e-4, biovm.LimitedByRibosomes},
		{biovm.EColi, biovm.ChassisEColi, 30, 0.45129, 1e-5, biovm.LimitedByRibosomes},
		{biovm.EColi, biovm.ChassisEColi, 57, 0.85745, 1e-5, biovm.LimitedByRibosomes},
		{biovm.EColi, biovm.ChassisEColi, 59, 0.876997214427, 1e-9, biovm.LimitedByMetabolism},
		{biovm.EColi, biovm.ChassisEColi, 68, 0.876997214427, 1e-9, biovm.LimitedByMetabolism},
		{biovm.MinimalCell, biovm.ChassisEColi, 12, 0.2146, 1e-3, biovm.LimitedByMetabolism},
	}
	for _, tt := range tests {
		if tt.organism == biovm.EColi && slow {
			continue
		}
		c := newCell(t, biovm.Spec{ID: "a", BiologicalType: tt.organism, Chassis: tt.chassis}, nil, holds(100, tt.ribosomes))
		g, err := c.Growth(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !near(g.GrowthRate, tt.growth, tt.relative) || g.LimitedBy != tt.limitedBy {
			t.Errorf("%s on %s, %d units: %v 1/h limited by %s, want %v by %s", tt.organism, tt.chassis, tt.ribosomes, g.GrowthRate, g.LimitedBy, tt.growth, tt.limitedBy)
		}
		if want := math.Ln2 * 60 / g.GrowthRate; !near(g.DoublingTimeMinutes, want, 1e-12) {
			t.Errorf("%s, %d units: doubling time %v, want %v", tt.organism, tt.ribosomes, g.DoublingTimeMinutes, want)
		}
		if (g.OneMoreUnit.Ribosomes > 0) != (tt.limitedBy == biovm.LimitedByRibosomes) || g.OneMoreUnit.ATP != 0 {
			t.Errorf("%s, %d units, limited by %s: one more unit %+v", tt.organism, tt.ribosomes, tt.limitedBy, g.OneMoreUnit)
		}
		if g.ATP.Cap != 0 || g.ATP.Produced <= 0 || g.ATP.Maintenance <= 0 {
			t.Errorf("%s, %d units at 100 %%: atp %+v, want no cap, something produced and maintenance", tt.organism, tt.ribosomes, g.ATP)
		}
	}
}

// Shares of ATP of biology.md §7 (iMB155).
func TestGrowthUnderATP(t *testing.T) {
	t.Parallel()
	free := 0.0
	for _, tt := range []struct{ share, growth float64 }{{90, 0.3081}, {75, 0.2553}, {50, 0.1605}, {25, 0.0545}, {10, 0}} {
		c := newCell(t, biovm.Spec{BiologicalType: biovm.Syn3A}, nil, holds(tt.share, 15))
		g, err := c.Growth(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		// The table is of the JSON form of the network, 5e-4 off ours.
		if !near(g.GrowthRate, tt.growth, 3e-3) {
			t.Errorf("at %v %%: %v 1/h, want %v", tt.share, g.GrowthRate, tt.growth)
		}
		want := biovm.LimitedByATP
		if tt.growth == 0 {
			want = biovm.LimitedByDead
		}
		if g.LimitedBy != want {
			t.Errorf("at %v %%: limited by %s, want %s", tt.share, g.LimitedBy, want)
		}
		if tt.growth > 0 && (g.OneMoreUnit.ATP <= 0 || g.OneMoreUnit.Ribosomes != 0 || !near(g.ATP.Produced, g.ATP.Cap, 1e-9)) {
			t.Errorf("at %v %%: one more unit %+v, atp %+v; want a gain of atp alone and all of it used", tt.share, g.OneMoreUnit, g.ATP)
		}
		if free != 0 && g.FreeGrowthRate != free {
			t.Errorf("at %v %%: free growth %v, want %v whatever the grant", tt.share, g.FreeGrowthRate, free)
		}
		free = g.FreeGrowthRate
	}
}

func TestMemoNeverChangesAnAnswer(t *testing.T) {
	t.Parallel()
	m := &memory{}
	spec := biovm.Spec{BiologicalType: biovm.Syn3A, Knockouts: []string{"JCVISYN3A_0227"}}
	type answers struct {
		Growth    biovm.Growth
		Usage     biovm.Usage
		FBA, Free cell.Answer
		Essential biovm.EssentialGenes
	}
	ask := func(memo cell.Memo) answers {
		c := newCell(t, spec, memo, nil)
		var a answers
		var errs [5]error
		a.Growth, errs[0] = c.Growth(t.Context())
		a.Usage, errs[1] = c.Usage(t.Context())
		a.FBA, errs[2] = c.FBA(t.Context(), cell.Request{})
		a.Free, errs[3] = c.FBA(t.Context(), cell.Request{Free: true})
		a.Essential, errs[4] = c.EssentialGenes(t.Context())
		for _, err := range errs {
			if err != nil {
				t.Fatal(err)
			}
		}
		return a
	}
	without, first := ask(nil), ask(m)
	misses := m.misses
	second := ask(m)
	if diff := cmp.Diff(without, first); diff != "" {
		t.Errorf("with a fresh memo (-without +with):\n%s", diff)
	}
	if diff := cmp.Diff(without, second); diff != "" {
		t.Errorf("from the memo (-without +from):\n%s", diff)
	}
	if m.misses != misses || m.hits == 0 {
		t.Errorf("asked again: %d misses and %d hits, want no more misses than %d", m.misses, m.hits, misses)
	}
	for key, value := range m.values {
		m.values[key] = append([]byte("{"), value...) // damaged
	}
	if diff := cmp.Diff(without, ask(m)); diff != "" {
		t.Errorf("from a damaged memo (-without +from):\n%s", diff)
	}
}

func TestEssentialGenes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		organism biovm.BiologicalType
		want     biovm.Agreement
		inSilico int

		accuracy, mcc float64
	}{
		// Against transposon mutagenesis, essential and quasi-essential counted.
		{biovm.Syn3A, biovm.Agreement{TruePositives: 123, TrueNegatives: 13, FalsePositives: 0, FalseNegatives: 19}, 123, 0.877, 0.593},
		// Against the knock-outs that do not grow on glucose.
		{biovm.EColi, biovm.Agreement{TruePositives: 168, TrueNegatives: 1266, FalsePositives: 27, FalseNegatives: 53}, 196, 0.947, 0.779},
	} {
		if tt.organism == biovm.EColi && slow {
			continue
		}
		c := newCell(t, biovm.Spec{BiologicalType: tt.organism}, nil, nil)
		e, err := c.EssentialGenes(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got := e.Agreement
		got.Accuracy, got.MCC = 0, 0
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.organism, diff)
		}
		if len(e.InSilico) != tt.inSilico {
			t.Errorf("%s: %d essential genes in silico, want %d", tt.organism, len(e.InSilico), tt.inSilico)
		}
		if math.Abs(e.Agreement.MCC-tt.mcc) > 5e-4 || math.Abs(e.Agreement.Accuracy-tt.accuracy) > 5e-4 {
			t.Errorf("%s: accuracy %v, MCC %v; want %v and %v", tt.organism, e.Agreement.Accuracy, e.Agreement.MCC, tt.accuracy, tt.mcc)
		}
	}
}

// Without growth there is nothing that a loss could take, and so no prediction
// whose agreement could be counted.
func TestEssentialGenesOfACellThatDoesNotGrow(t *testing.T) {
	t.Parallel()
	e, err := newCell(t, biovm.Spec{BiologicalType: biovm.Syn3A, Medium: map[string]float64{}}, nil, nil).EssentialGenes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(e.InSilico) != 0 || len(e.InVivo) == 0 || e.Agreement != (biovm.Agreement{}) {
		t.Errorf("got %d in silico, %d in vivo, agreement %+v; want none, some, and nothing compared", len(e.InSilico), len(e.InVivo), e.Agreement)
	}
}

func TestEssentialGenesAsCOBRApyReadsThem(t *testing.T) {
	t.Parallel()
	c := newCell(t, biovm.Spec{BiologicalType: biovm.Syn3A}, nil, nil).WithEraseBounds(true)
	e, err := c.EssentialGenes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(e.InSilico) != 114 {
		t.Errorf("%d essential genes, want 114", len(e.InSilico))
	}
}

func TestLostGenesAreNoLongerListed(t *testing.T) {
	t.Parallel()
	c := newCell(t, biovm.Spec{BiologicalType: biovm.Syn3A, Knockouts: []string{"mmsyn1_0227", "dnaA"}}, nil, nil)
	if diff := cmp.Diff([]string{"JCVISYN3A_0001", "JCVISYN3A_0227"}, c.Knockouts); diff != "" {
		t.Errorf("Knockouts (-want +got):\n%s", diff)
	}
	for _, g := range c.Genes() {
		if g.Locus == "JCVISYN3A_0001" || g.Locus == "JCVISYN3A_0227" {
			t.Errorf("Genes() lists %s, which is lost", g.Locus)
		}
	}
	e, err := c.EssentialGenes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, locus := range e.InVivo {
		if locus == "JCVISYN3A_0001" {
			t.Errorf("essential in vivo lists dnaA, which is lost")
		}
	}
	if got, want := len(c.Genes()), 494; got != want {
		t.Errorf("%d genes are left, want %d", got, want)
	}
}

func TestGenesInTheVocabularysForm(t *testing.T) {
	t.Parallel()
	byLocus := map[string]biovm.Gene{}
	for _, organism := range biovm.BiologicalTypes() {
		for _, g := range newCell(t, biovm.Spec{BiologicalType: organism}, nil, nil).Genes() {
			if organism != biovm.MinimalCell {
				byLocus[g.Locus] = g
			}
		}
	}
	dnaA := byLocus["JCVISYN3A_0001"]
	want := biovm.Gene{
		Locus: "JCVISYN3A_0001", Symbol: "dnaA", Aliases: []string{"MMSYN1_0001"}, Product: "Chromosomal replication initiator protein",
		Start: 1, End: 1353, Strand: "+", Type: "CDS", Essentiality: "E", ProteinsPerCell: 148,
	}
	if diff := cmp.Diff(want, dnaA); diff != "" {
		t.Errorf("dnaA of syn3a (-want +got):\n%s", diff)
	}
	if g := byLocus["JCVISYN3A_0004"]; g.Essentiality != "N" {
		t.Errorf("ksgA of syn3a is of class %q, want N", g.Essentiality)
	}
	if g := byLocus["b0002"]; g.Essentiality != "M" || !g.InModel {
		t.Errorf("thrA of ecoli: %+v, want class M and in the model", g)
	}
	if g := byLocus["b0001"]; g.Essentiality != "" {
		t.Errorf("thrL of ecoli is of class %q, want none", g.Essentiality)
	}
}

func TestNewNamesAllThatIsUnknown(t *testing.T) {
	t.Parallel()
	k, err := chassis.Of(biovm.ChassisEColi)
	if err != nil {
		t.Fatal(err)
	}
	_, err = cell.New(biovm.Spec{
		BiologicalType: biovm.Syn3A,
		Knockouts:      []string{"dnaA", "JCVISYN3A_9999", "dnaZ"},
		Medium:         map[string]float64{"EX_glc__D_e": 7, "EX_glc_D_e": 7},
	}, biovm.Resources{}, k.Config(biovm.Syn3A, biovm.Config{}, false), nil)
	var got []string
	for _, f := range biovm.FieldErrors(err) {
		got = append(got, f.Path)
		if !strings.Contains(f.Reason, "did you mean") {
			t.Errorf("%v: names nothing near", f)
		}
	}
	if diff := cmp.Diff([]string{`medium["EX_glc_D_e"]`, "knockouts[1]", "knockouts[2]"}, got); diff != "" {
		t.Errorf("paths (-want +got):\n%s\n%v", diff, err)
	}
	for _, spec := range []biovm.Spec{{BiologicalType: "frog"}, {BiologicalType: biovm.Syn3A, Chassis: "frog"}} {
		if _, err := cell.New(spec, biovm.Resources{}, biovm.Config{}, nil); len(biovm.FieldErrors(err)) != 1 {
			t.Errorf("New(%+v) = %v, want one field error", spec, err)
		}
	}
}

func TestLocusOfASharedName(t *testing.T) {
	t.Parallel()
	c := newCell(t, biovm.Spec{BiologicalType: biovm.Syn3A}, nil, holds(100, 15))
	got, err := c.Locus("gapDH")
	if err == nil || !strings.Contains(err.Error(), "JCVISYN3A_0451, JCVISYN3A_0607") {
		t.Errorf("gapDH: got %q, %v; want an error with both loci", got, err)
	}
}

func TestWith(t *testing.T) {
	t.Parallel()
	c := newCell(t, biovm.Spec{BiologicalType: biovm.Syn3A}, nil, holds(100, 15))
	grows := func(c *cell.Cell) float64 {
		t.Helper()
		g, err := c.Growth(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return g.GrowthRate
	}
	wild := grows(c)

	anoxic := c.EffectiveMedium()
	anoxic["EX_o2_e"] = 0
	m, err := c.WithMedium(anoxic)
	if err != nil {
		t.Fatal(err)
	}
	if got := grows(m); !near(got, 0.2152, 1e-3) {
		t.Errorf("without oxygen %v 1/h, want 0.2152", got)
	}
	for _, tt := range []struct {
		lost   string
		growth float64
		erased float64
	}{
		{"JCVISYN3A_0789", 0, wild}, // ATPase, whose flux is obligatory
		{"EX_glc__D_e", 0, 0},
		{"MMSYN1_0227", 0.2146, 0.2146}, // pyruvate dehydrogenase, the one that costs minimal_cell its growth
	} {
		k, err := c.WithKnockouts([]string{tt.lost})
		if err != nil {
			t.Fatal(err)
		}
		if got := grows(k); math.Abs(got-tt.growth) > 1e-3 {
			t.Errorf("without %s %v 1/h, want %v", tt.lost, got, tt.growth)
		}
		if got := grows(k.WithEraseBounds(true)); got < tt.erased-0.01 {
			t.Errorf("without %s, bounds erased, %v 1/h, want %v", tt.lost, got, tt.erased)
		}
	}
	if got := grows(c); got != wild {
		t.Errorf("the cell itself now grows at %v 1/h, want %v as before", got, wild)
	}
	if _, err := c.WithKnockouts([]string{"dnaZ", "nothing_like_it"}); err == nil || !strings.Contains(err.Error(), "dnaZ") || !strings.Contains(err.Error(), "nothing_like_it") {
		t.Errorf("unknown knock-outs: %v, want both named", err)
	}
	if _, err := c.WithMedium(map[string]float64{"EX_o2_e": math.NaN(), "EX_o3_e": 1}); err == nil || !strings.Contains(err.Error(), "EX_o3_e") || !strings.Contains(err.Error(), "NaN") {
		t.Errorf("wrong medium: %v, want both named", err)
	}
}
