package packages_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/cell"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/chassis"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/packages"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/process"
)

// run runs code in a cell of a type that allows every built-in, with the
// catalogue's packages.
func run(t *testing.T, typ biovm.BiologicalType, kind biovm.ChassisKind, code string) (biovm.Result, error) {
	t.Helper()
	k, err := chassis.Of(kind)
	if err != nil {
		t.Fatal(err)
	}
	spec := biovm.Spec{ID: "a", BiologicalType: typ, Chassis: kind}
	if typ == biovm.MinimalCell {
		spec.Config.BasicFunctionsOnly = new(false)
	}
	c, err := cell.New(spec, k.Grant(typ, 544, spec.Config, false), k.Config(typ, spec.Config, false), nil)
	if err != nil {
		t.Fatal(err)
	}
	return process.Run(t.Context(), c, biovm.Status{Spec: spec}, biovm.Process{Code: code}, 0,
		process.WithPackages(packages.Libraries(catalogue(t))...))
}

// ask decodes the value of what run runs.
func ask[T any](t *testing.T, typ biovm.BiologicalType, kind biovm.ChassisKind, code string) T {
	t.Helper()
	result, err := run(t, typ, kind, code)
	if err != nil {
		t.Fatalf("%s: %v", code, err)
	}
	var v T
	if err := json.Unmarshal(result.Value, &v); err != nil {
		t.Fatalf("%s: %s: %v", code, result.Value, err)
	}
	return v
}

// agreement is how far our rates and those of others may differ: GLPK's at its
// default tolerance of 1e-7 are no better.
const agreement = 1e-6

func near(a, b float64) bool { return math.Abs(a-b) <= agreement }

// reference reads a model's part of what COBRApy and GLPK answer.
func reference(t *testing.T, model string, v any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "shared", "data", "reference.json"))
	if os.IsNotExist(err) {
		t.Skip("../shared/data/reference.json is not there; it is not part of the repository")
	}
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(all[model], v); err != nil {
		t.Fatal(err)
	}
}

// Every package of the catalogue is whole, and its code and the examples of its
// README run.
func TestCatalogue(t *testing.T) {
	t.Parallel()
	all := catalogue(t)
	if got, want := strings.Join(names(all), ", "), "essentiality 1.0.0, genome_report 1.0.0, growth_law 1.0.0, media 1.0.0"; got != want {
		t.Errorf("catalogue %s, want %s", got, want)
	}
	for _, p := range all {
		if err := p.CheckCode(all); err != nil {
			t.Error(err)
		}
		if len(p.Manifest().EntryPoints) == 0 {
			t.Errorf("%s has no entry points", p)
		}
		for fn := range p.Manifest().EntryPoints {
			if !strings.Contains(p.Readme(), "`"+fn+"(") {
				t.Errorf("%s: the README does not tell of %s()", p, fn)
			}
		}
		parts := strings.Split(p.Readme(), "```")
		if len(parts) < 3 || !strings.HasPrefix(parts[1], "python\n") {
			t.Errorf("%s: the README has no example", p)
			continue
		}
		code := strings.TrimPrefix(parts[1], "python\n")
		typ := biovm.Syn3A
		if p.Name() == "media" || p.Name() == "growth_law" {
			typ = biovm.EColi
		}
		types := []biovm.BiologicalType{typ}
		if p.Name() != "media" { // its example is about media of ecoli
			types = append(types, biovm.MinimalCell)
		}
		for _, typ := range types {
			if v := ask[any](t, typ, biovm.ChassisEColi, code); v == nil {
				t.Errorf("%s: the README's example comes to nothing in %s", p, typ)
			}
		}
	}
	for _, p := range all { // the manifests are as `make gen` writes them
		sealed, err := packages.Seal(os.DirFS(filepath.Join("catalogue", p.Name())))
		if err != nil {
			t.Fatal(err)
		}
		if have, _ := p.File(packages.ManifestName); string(have) != string(sealed) {
			t.Errorf("%s: the manifest is not as bioxen package verify --write makes it", p)
		}
	}
}

type table struct {
	TruePositives  int `json:"true_positives"`
	TrueNegatives  int `json:"true_negatives"`
	FalsePositives int `json:"false_positives"`
	FalseNegatives int `json:"false_negatives"`
	Accuracy, MCC  float64
	Predicted      []string
	Missed         []string
}

func (c table) counts() [4]int {
	return [4]int{c.TruePositives, c.TrueNegatives, c.FalsePositives, c.FalseNegatives}
}

// The published accuracy of iMB155 (Breuer et al. 2019: MCC 0.59), and that of
// COBRApy's reading of knock-outs.
func TestEssentialitySyn3A(t *testing.T) {
	t.Parallel()
	const load = "load(\"@essentiality//essentiality.star\", \"classes\", \"growth_screen\", \"screen\")\n"
	kept := ask[table](t, biovm.Syn3A, biovm.ChassisEColi, load+"screen()")
	if want := [4]int{123, 13, 0, 19}; kept.counts() != want || math.Abs(kept.Accuracy-.877) > .0005 || math.Abs(kept.MCC-.593) > .0005 {
		t.Errorf("screen %+v, want %v, accuracy 0.877 and MCC 0.593", kept, want)
	}
	erased := ask[table](t, biovm.Syn3A, biovm.ChassisEColi, load+"screen(erase_bounds = True)")
	if want := [4]int{114, 13, 0, 28}; erased.counts() != want || math.Abs(erased.Accuracy-.819) > .0005 || math.Abs(erased.MCC-.505) > .0005 {
		t.Errorf("screen as COBRApy does %+v, want %v, accuracy 0.819 and MCC 0.505", erased, want)
	}
	// 106 E, 36 Q and 13 N genes are in the network; of all, 455 have a class.
	classes := ask[map[string]struct {
		Genes   int
		InModel int `json:"in_model"`
	}](t, biovm.Syn3A, biovm.ChassisEColi, load+"classes()")
	if classes["E"].InModel != 106 || classes["Q"].InModel != 36 || classes["N"].InModel != 13 ||
		classes["E"].Genes != 270 || classes["Q"].Genes != 113 || classes["N"].Genes != 72 {
		t.Errorf("classes %+v, want E 270/106, Q 113/36, N 72/13", classes)
	}
	var want struct {
		Deletion struct {
			Essential []string
			Growth    map[string]float64
		} `json:"gene_deletion"`
		FBA struct{ Objective float64 }
	}
	reference(t, "iMB155_sbml", &want)
	got := ask[struct {
		Ratios                map[string]float64
		Lethal, Slow, Neutral []string
	}](t, biovm.Syn3A, biovm.ChassisEColi, load+"growth_screen(erase_bounds = True)")
	if len(got.Ratios) != 155 || len(got.Lethal) != len(want.Deletion.Essential) || len(got.Lethal)+len(got.Slow)+len(got.Neutral) != 155 {
		t.Errorf("%d genes, %d lethal, want 155 and %d", len(got.Ratios), len(got.Lethal), len(want.Deletion.Essential))
	}
	for ref, rate := range want.Deletion.Growth { // by alias
		locus := strings.Replace(ref, "MMSYN1_", "JCVISYN3A_", 1)
		if ratio, ok := got.Ratios[locus]; ok && !near(ratio, rate/want.FBA.Objective) {
			t.Errorf("without %s growth is %.9f of the intact cell's, want %.9f", locus, ratio, rate/want.FBA.Objective)
		}
	}
}

// The statistics agree with those of formulas written out.
func TestConfusion(t *testing.T) {
	t.Parallel()
	got := ask[struct {
		table
		Sensitivity, Specificity, Precision float64
		Overcalled                          []string
	}](t, biovm.Syn3A, biovm.ChassisEColi, `load("@essentiality//stats.star", "confusion")
confusion(["a", "b", "x", "not there"], ["a", "c"], ["a", "b", "c", "d", "e", "x"])`)
	tp, tn, fp, fn := 1.0, 2.0, 2.0, 1.0
	mcc := (tp*tn - fp*fn) / math.Sqrt((tp+fp)*(tp+fn)*(tn+fp)*(tn+fn))
	if got.counts() != [4]int{1, 2, 2, 1} || got.Accuracy != .5 || got.Sensitivity != .5 || got.Specificity != .5 ||
		!near(got.Precision, 1.0/3) || !near(got.MCC, mcc) || !slices.Equal(got.Missed, []string{"c"}) || !slices.Equal(got.Overcalled, []string{"b", "x"}) {
		t.Errorf("got %+v", got)
	}
	roots := ask[[]float64](t, biovm.Syn3A, biovm.ChassisEColi, `load("@essentiality//stats.star", "sqrt")
[sqrt(x) for x in [0, 1e-300, 0.25, 2, 123456789.0, 1e300]]`)
	want := []float64{0, math.Sqrt(1e-300), .5, math.Sqrt2, math.Sqrt(123456789), math.Sqrt(1e300)}
	if diff := cmp.Diff(want, roots, cmpopts.EquateApprox(1e-15, 0)); diff != "" {
		t.Errorf("square roots (-want +got):\n%s", diff)
	}
}

// What syn3a grows on without: as COBRApy has it.
func TestMediaSyn3A(t *testing.T) {
	t.Parallel()
	const load = "load(\"@media//media.star\", \"dropout_screen\", \"growth_table\", \"names\")\n"
	var want struct {
		Dropout map[string]any `json:"medium_dropout"`
	}
	got := ask[struct {
		Intact        float64
		Without       map[string]float64
		Indispensable []string
	}](t, biovm.Syn3A, biovm.ChassisEColi, load+"dropout_screen()")
	if !near(got.Intact, 0.342393119823) || len(got.Indispensable) != 21 {
		t.Errorf("intact %.12f, %d indispensable: %v; want 0.342393119823 and 21", got.Intact, len(got.Indispensable), got.Indispensable)
	}
	growth := ask[map[string]float64](t, biovm.Syn3A, biovm.ChassisEColi, load+"growth_table()")
	if len(growth) != 2 || !near(growth["rich"], got.Intact) || !near(growth["rich_anaerobic"], 0.215315853125) {
		t.Errorf("growth %v, want rich as intact, rich_anaerobic 0.215315853125", growth)
	}
	reference(t, "iMB155_sbml", &want)
	for exchange, v := range want.Dropout {
		rate, _ := v.(float64) // "infeasible" is no growth
		if without, ok := got.Without[exchange]; ok && !near(without, rate) {
			t.Errorf("without %s: %.9f, want %.9f", exchange, without, rate)
		}
	}
}

type sweep struct {
	Points []struct {
		Ribosomes  int
		ATP        float64
		GrowthRate float64 `json:"growth_rate"`
		Doubling   float64 `json:"doubling_time_minutes"`
		LimitedBy  string  `json:"limited_by"`
	}
	Fit struct {
		Slope, Intercept, R2 float64
		Points               int
	}
	Plateau   float64
	Knee      *float64
	Threshold *float64
}

// Doubling times of syn3a against ribosomes, and the knee at 437 (biology's
// table, from mu P = 3600 k R).
func TestGrowthLawSyn3A(t *testing.T) {
	t.Parallel()
	const load = "load(\"@growth_law//growth_law.star\", \"atp_sweep\", \"capacity\", \"ribosome_sweep\")\n"
	got := ask[sweep](t, biovm.Syn3A, biovm.ChassisOrthogonal, load+"ribosome_sweep([50, 100, 200, 300, 400, capacity()[\"ribosomes\"]])")
	want := []float64{1061.080686, 530.540343, 265.270171, 176.846781, 132.635086} // minutes
	for i, minutes := range want {
		if p := got.Points[i]; math.Abs(p.Doubling-minutes) > 1e-5 || p.LimitedBy != "ribosomes" {
			t.Errorf("%d ribosomes: %v min by %s, want %v by ribosomes", p.Ribosomes, p.Doubling, p.LimitedBy, minutes)
		}
	}
	slope := 3600 * 6.499145129 / 29846983
	if !near(got.Fit.Slope/slope, 1) || math.Abs(got.Fit.Intercept) > 1e-9 || !near(got.Fit.R2, 1) || got.Fit.Points < 5 {
		t.Errorf("fit %+v, want a line of slope %v through the origin", got.Fit, slope)
	}
	// 425 of 500 units are to be had, which is below the knee.
	if got.Knee != nil {
		t.Errorf("knee %v, which the sweep does not reach", *got.Knee)
	}
	yeast := ask[sweep](t, biovm.Syn3A, biovm.ChassisYeast, load+"ribosome_sweep([100, 300, 430, 440, 600])")
	if yeast.Knee == nil || math.Abs(*yeast.Knee-436.78) > .01 || !near(yeast.Plateau, 0.342393119823) {
		t.Errorf("knee %v at %v, want 436.78 at 0.342393", yeast.Knee, yeast.Plateau)
	}
	atp := ask[sweep](t, biovm.Syn3A, biovm.ChassisEColi, load+"atp_sweep([10, 25, 50, 75, 90, 100])")
	for i, share := range []float64{0, .0545, .1605, .2553, .3081, .3424} {
		if math.Abs(atp.Points[i].GrowthRate-share) > .0006 { // the table's model has one reaction more
			t.Errorf("%v %% of ATP: %v, want about %v", atp.Points[i].ATP, atp.Points[i].GrowthRate, share)
		}
	}
	if atp.Threshold == nil || *atp.Threshold < 0 || *atp.Threshold > 25 {
		t.Errorf("growth begins at %v %% of ATP, want between 0 and 25", atp.Threshold)
	}
}

type report struct {
	Composition struct {
		BP    int
		GC    float64
		Genes int
		Types map[string]int
	}
	Coding struct {
		CodingBP      int     `json:"coding_bp"`
		CodingDensity float64 `json:"coding_density"`
		GenicBP       int     `json:"genic_bp"`
		LongestCDS    struct {
			Locus string
			BP    int
		} `json:"longest_cds"`
		MeanCDS float64 `json:"mean_cds_bp"`
	}
	Strands map[string]int
	Operons struct {
		Operons, Genes, Alone, Largest int
		Mean                           float64
	}
	Replication struct {
		Origin, Terminus, Leading, Lagging int
		LeadingShare                       float64 `json:"leading_share"`
	}
	Proteome struct {
		Measured   int
		Copies     float64
		AminoAcids float64 `json:"amino_acids"`
		MeanLength float64 `json:"mean_length"`
	}
}

// The report agrees with what the gene table says when it is painted base by
// base, and with the published figures.
func TestGenomeReport(t *testing.T) {
	t.Parallel()
	for _, kind := range []biovm.BiologicalType{biovm.Syn3A, biovm.EColi} {
		got := ask[report](t, kind, biovm.ChassisEColi, "load(\"@genome_report//genome_report.star\", \"report\")\nreport()")
		o, err := organism.Of(kind)
		if err != nil {
			t.Fatal(err)
		}
		coding, genic := make([]bool, o.GenomeBP()+1), make([]bool, o.GenomeBP()+1)
		strands := map[string]int{}
		for _, g := range o.Genes() {
			strands[map[int]string{1: "+", -1: "-"}[g.Strand]]++
			for i := g.Start; i != g.End%o.GenomeBP()+1; i = i%o.GenomeBP() + 1 {
				genic[i], coding[i] = true, coding[i] || g.Type == "CDS"
			}
		}
		painted := func(bases []bool) (n int) {
			for _, b := range bases {
				if b {
					n++
				}
			}
			return n
		}
		if got.Coding.CodingBP != painted(coding) || got.Coding.GenicBP != painted(genic) {
			t.Errorf("%s: coding %d, genic %d bp; painted %d and %d", kind, got.Coding.CodingBP, got.Coding.GenicBP, painted(coding), painted(genic))
		}
		if diff := cmp.Diff(strands, got.Strands); diff != "" {
			t.Errorf("%s: strands (-want +got):\n%s", kind, diff)
		}
		n := got.Composition.Genes
		if got.Replication.Leading+got.Replication.Lagging != n || got.Operons.Genes+got.Operons.Alone != n || n != len(o.Genes()) {
			t.Errorf("%s: %d genes, but replication %+v, operons %+v", kind, n, got.Replication, got.Operons)
		}
		// 55 % of E. coli's genes are written with the fork (Rocha 2004,
		// Microbiology 150:1609). The origin of syn3a is where its table begins,
		// so its first half counts forwards and its second backwards.
		if share := got.Replication.LeadingShare; kind == biovm.EColi && math.Abs(share-.55) > .02 {
			t.Errorf("ecoli: %.3f of the genes are on the leading strand, want about 0.55", share)
		}
		leading := 0
		for _, g := range o.Genes() {
			if first := g.Start+g.End < o.GenomeBP(); first == (g.Strand > 0) {
				leading++
			}
		}
		if kind == biovm.Syn3A && (got.Replication.Origin != 1 || got.Replication.Leading != leading) {
			t.Errorf("syn3a: %d genes on the leading strand from origin %d, want %d from 1", got.Replication.Leading, got.Replication.Origin, leading)
		}
		switch kind {
		case biovm.Syn3A:
			want := map[string]int{"CDS": 455, "pseudogene": 3, "tRNA": 29, "rRNA": 6}
			for typ, count := range want {
				if got.Composition.Types[typ] != count {
					t.Errorf("syn3a has %d %s genes, want %d", got.Composition.Types[typ], typ, count)
				}
			}
			if got.Composition.BP != 543379 || math.Abs(got.Composition.GC-.243) > .0005 ||
				got.Proteome.Measured != 421 || math.Round(got.Proteome.Copies) != 77422 ||
				math.Abs(got.Proteome.AminoAcids-29846983) > .5 || math.Abs(got.Proteome.MeanLength-385.5) > .05 {
				t.Errorf("syn3a: %+v, %+v", got.Composition, got.Proteome)
			}
		case biovm.EColi:
			if got.Composition.BP != 4641652 || got.Composition.Types["CDS"] != 4240 {
				t.Errorf("ecoli: %+v", got.Composition)
			}
			// oriC is at 3,925,744 (Meijer et al. 1979), 40 kb from dnaA's start.
			if d := got.Replication.Origin - 3925744; d < -60_000 || d > 60_000 {
				t.Errorf("ecoli's origin at %d, want near 3925744", got.Replication.Origin)
			}
		case biovm.MinimalCell:
		}
	}
}

// Codons of sequences that can be counted by hand, in both genetic codes.
func TestCodonUsage(t *testing.T) {
	t.Parallel()
	type usage struct {
		Codons, Unknown int
		Counts          map[string]int
		RSCU            map[string]float64
		GC3             float64
	}
	const code = "load(\"@genome_report//codons.star\", \"codon_usage\")\ncodon_usage([\"ATGtgaTTTTTTttcNNNTAA\", \"ATGTGGTAA\"], table = %d)"
	for _, tt := range []struct {
		table int
		rscu  map[string]float64
	}{
		// Two of three phenylalanines are TTT; TGA is tryptophan in 4 alone.
		{11, map[string]float64{"ATG": 1, "TTT": 4.0 / 3, "TTC": 2.0 / 3, "TGG": 1}},
		{4, map[string]float64{"ATG": 1, "TTT": 4.0 / 3, "TTC": 2.0 / 3, "TGG": 1, "TGA": 1}},
	} {
		got := ask[usage](t, biovm.Syn3A, biovm.ChassisEColi, fmt.Sprintf(code, tt.table))
		want := usage{
			Codons: 9, Unknown: 1, GC3: 4.0 / 9, RSCU: tt.rscu,
			Counts: map[string]int{"ATG": 2, "TGA": 1, "TTT": 2, "TTC": 1, "TAA": 2, "TGG": 1},
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateApprox(1e-15, 0)); diff != "" {
			t.Errorf("table %d (-want +got):\n%s", tt.table, diff)
		}
	}
	// Every codon once: each amino acid is used evenly, by the codes of NCBI as
	// others write them.
	all := ask[usage](t, biovm.Syn3A, biovm.ChassisEColi, `load("@genome_report//codons.star", "codon_usage")
codon_usage([a + b + c for a in "ACGT".elems() for b in "ACGT".elems() for c in "ACGT".elems()])`)
	if all.Codons != 64 || len(all.RSCU) != 61 || all.GC3 != .5 {
		t.Errorf("all codons: %d, %d with an amino acid, GC3 %v; want 64, 61 and 0.5", all.Codons, len(all.RSCU), all.GC3)
	}
	for codon, u := range all.RSCU {
		if u != 1 {
			t.Errorf("all codons: %s is used %v times as often as its like", codon, u)
		}
	}
}

// What makes no sense is an error, and not a number.
func TestCatalogueRefuses(t *testing.T) {
	t.Parallel()
	const screen = "load(\"@essentiality//essentiality.star\", \"compare\", \"observed\", \"screen\")\n"
	for _, tt := range []struct {
		typ        biovm.BiologicalType
		code, want string
	}{
		{biovm.EColi, screen + `screen(essential = "L")`, `write a list of classes, as ["L"]`},
		{biovm.Syn3A, screen + `observed(["E", "q"])`, `the cell's genes have no class "q"; they have E, N, Q`},
		{biovm.EColi, screen + `compare([], essential = ["E"])`, `the cell's genes have no class "E"; they have -, L, M`},
	} {
		_, err := run(t, tt.typ, biovm.ChassisEColi, tt.code)
		var e *biovm.ProcessError
		if !errors.As(err, &e) || !strings.Contains(e.Message, tt.want) {
			t.Errorf("%s in %s: %v, want %q", tt.code, tt.typ, err, tt.want)
		}
	}
	if got := ask[[]int](t, biovm.EColi, biovm.ChassisEColi, screen+`[len(observed(["-"])), len(observed(["L", "M"])), len(observed([]))]`); !slices.Equal(got, []int{1293, 221, 0}) {
		t.Errorf("genes of no class, of L and M, and of none at all: %v, want 1293, 221 and 0", got)
	}
	const sweep = "load(\"@growth_law//growth_law.star\", \"ribosome_sweep\")\n"
	if got := ask[[]int](t, biovm.EColi, biovm.ChassisEColi, sweep+`[p["ribosomes"] for p in ribosome_sweep([5, 5, 3, 5])["points"]]`); !slices.Equal(got, []int{3, 5}) {
		t.Errorf("a sweep over 5, 5, 3 and 5 has points at %v, want 3 and 5", got)
	}
}
