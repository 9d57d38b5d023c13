package operon_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/operon"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

func ecoli(t *testing.T) *organism.Organism {
	t.Helper()
	o, err := organism.Of(biovm.EColi)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// TestTableAgainstTheGenome: every gene is one of NC_000913.3's, and the genes
// of an operon stand on one strand, in order, close to each other. That proves
// no operon, but finds every slip of the pen.
func TestTableAgainstTheGenome(t *testing.T) {
	t.Parallel()
	const gap = 460 // bases between neighbours
	in := map[string]string{}
	for _, o := range operon.Table() {
		var last organism.Gene
		for i, symbol := range o.Genes {
			g, ok := ecoli(t).Gene(symbol)
			if !ok || g.Symbol != symbol || g.Start == 0 {
				t.Errorf("%s: no gene %q", o.ID, symbol)
				continue
			}
			if other, twice := in[symbol]; twice {
				t.Errorf("%s is in %s and in %s", symbol, other, o.ID)
			}
			in[symbol] = o.ID
			distance := (g.Start - last.End) * g.Strand
			if g.Strand < 0 {
				distance = last.Start - g.End
			}
			// ilvG, a pseudogene in K-12, lies between ilvX and ilvM.
			broken := symbol == "ilvM"
			if i > 0 && !broken && (g.Strand != last.Strand || distance < -60 || distance > gap) {
				t.Errorf("%s: %s is %d bases after %s, on strands %d and %d", o.ID, symbol, distance, last.Symbol, g.Strand, last.Strand)
			}
			last = g
		}
	}
	if n := len(operon.Table()); n < 40 {
		t.Errorf("%d operons, want 40 and more", n)
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	for ref, want := range map[string]string{"lac": "lac", "LAC": "lac", "galETKM": "gal", "pdhR-aceEF-lpd": "pdh"} {
		if o, ok := operon.Of(ref); !ok || o.ID != want {
			t.Errorf("Of(%q) = %q, %v, want %q", ref, o.ID, ok, want)
		}
	}
	if o, ok := operon.OfGene("trpA"); !ok || o.ID != "trp" {
		t.Errorf("OfGene(trpA) = %q, %v", o.ID, ok)
	}
	if _, ok := operon.OfGene("dnaA"); ok {
		t.Error("OfGene(dnaA) found an operon that the table does not have")
	}
}

func TestManage(t *testing.T) {
	t.Parallel()
	var wild operon.State
	one, effects, err := wild.Manage([]string{"lac", "GAL"}, operon.Induce)
	if err != nil {
		t.Fatal(err)
	}
	if one.Status("lac") != "induced" || one.Status("gal") != "induced" || one.Status("trp") != "regulated" || wild.Status("lac") != "regulated" {
		t.Errorf("induced: %+v, from %+v", one, wild)
	}
	want := operon.Effect{Operon: "lac", Action: "induce", Before: "regulated", After: "induced", Genes: []string{"lacZ", "lacY", "lacA"}, Transcription: 1, Protein: 0.0642}
	if d := cmp.Diff(want, effects[0]); d != "" {
		t.Errorf("effect (-want +got):\n%s", d)
	}
	two, effects, err := one.Manage([]string{"lac"}, operon.Repress)
	if err != nil || two.Status("lac") != "repressed" || effects[0].Transcription != 1.0/1300 {
		t.Errorf("repressed: %+v, %+v, %v", two, effects, err)
	}
	three, effects, err := two.Manage([]string{"lac", "trp"}, operon.KnockOut)
	if err != nil || three.Status("lac") != "lost" || effects[0].Transcription != 0 || effects[0].Before != "repressed" {
		t.Errorf("knocked out: %+v, %+v, %v", three, effects, err)
	}
	if d := cmp.Diff([]string{"lacA", "lacY", "lacZ", "trpA", "trpB", "trpC", "trpD", "trpE", "trpL"}, three.Genes()); d != "" {
		t.Errorf("lost genes (-want +got):\n%s", d)
	}
	four, _, err := three.Manage([]string{"gal"}, operon.Release)
	if err != nil || four.Status("gal") != "regulated" || four.Status("lac") != "lost" || three.Status("gal") != "induced" {
		t.Errorf("released: %+v, %v", four, err)
	}
	// A state goes through JSON whole.
	data, err := json.Marshal(three)
	if err != nil {
		t.Fatal(err)
	}
	var again operon.State
	if err := json.Unmarshal(data, &again); err != nil || !cmp.Equal(three, again) {
		t.Errorf("%s came back as %+v, %v", data, again, err)
	}
}

func TestManageRefuses(t *testing.T) {
	t.Parallel()
	lost, _, err := operon.State{}.Manage([]string{"his"}, operon.KnockOut)
	if err != nil {
		t.Fatal(err)
	}
	same, _, err := lost.Manage([]string{"lacc", "trp", "trp", "his"}, operon.Induce)
	if !errors.Is(err, biovm.ErrInvalid) || !cmp.Equal(same, lost) {
		t.Fatalf("Manage: %+v, %v; want the state as it was and an ErrInvalid", same, err)
	}
	var paths []string
	for _, f := range biovm.FieldErrors(err) {
		paths = append(paths, f.Path)
	}
	if want := []string{"ids[0]", "ids[2]", "ids[3]"}; !slices.Equal(paths, want) || !strings.Contains(err.Error(), "lac") || !strings.Contains(err.Error(), "anew=True") {
		t.Errorf("errors at %v, want %v: %v", paths, want, err)
	}
	for _, c := range []struct {
		ids    []string
		action operon.Action
	}{{nil, operon.Induce}, {[]string{"lac"}, 0}, {[]string{"lac"}, 99}} {
		if _, _, err := lost.Manage(c.ids, c.action); !errors.Is(err, biovm.ErrInvalid) {
			t.Errorf("Manage(%v, %v): %v", c.ids, c.action, err)
		}
	}
	if a, err := operon.ParseAction("knockout"); err != nil || a != operon.KnockOut {
		t.Errorf("ParseAction(knockout) = %v, %v", a, err)
	}
	if _, err := operon.ParseAction("explode"); !errors.Is(err, biovm.ErrInvalid) {
		t.Errorf("ParseAction(explode): %v", err)
	}
}

// TestWhatItDoes: what clamps leave, cost and break.
func TestWhatItDoes(t *testing.T) {
	t.Parallel()
	manage := func(s operon.State, action operon.Action, ids ...string) operon.State {
		t.Helper()
		next, _, err := s.Manage(ids, action)
		if err != nil {
			t.Fatal(err)
		}
		return next
	}
	var wild operon.State
	shut := manage(wild, operon.Repress, "trp", "gal")
	want := map[string]float64{"galE": 0.01, "galT": 0.01, "galK": 0.01, "galM": 0.01}
	for _, g := range []string{"trpL", "trpE", "trpD", "trpC", "trpB", "trpA"} {
		want[g] = 1.0 / 600
	}
	if d := cmp.Diff(want, shut.Levels()); d != "" {
		t.Errorf("levels (-want +got):\n%s", d)
	}
	open := manage(shut, operon.Induce, "lac", "aceBAK")
	if got := open.Useless(); math.Abs(got-(0.0642+0.11843-0.01117)) > 1e-12 || shut.Useless() != 0 {
		t.Errorf("useless protein %v, and %v of shut operons; want 0.1715 and 0", got, shut.Useless())
	}
	for _, c := range []struct {
		state operon.State
		want  float64
	}{{wild, 0}, {open, 0}, {manage(wild, operon.Repress, "S10"), 0.99}, {manage(wild, operon.KnockOut, "spc"), 1}, {manage(wild, operon.Repress, "atp"), 0}} {
		if got := c.state.RibosomesLost(); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%+v: %v of the ribosomes are lost, want %v", c.state, got, c.want)
		}
	}
	back := manage(open, operon.Release, "trp", "gal", "lac", "aceBAK")
	if len(back.Levels()) != 0 || back.Useless() != 0 {
		t.Errorf("released: %+v", back)
	}
	for _, o := range operon.Table() {
		if !(o.Open() > o.Glucose) || o.Open() > 0.2 {
			t.Errorf("%s makes %v of the protein when open and %v on glucose", o.ID, o.Open(), o.Glucose)
		}
	}
}

// TestShares: the shares of protein are those that Schmidt et al. 2016 counted.
func TestShares(t *testing.T) {
	t.Parallel()
	const file = "../../../../shared/data/ecoli/schmidt2015_javier_table.tsv"
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("%s is not there; it is not part of the repository", file)
	}
	if err != nil {
		t.Fatal(err)
	}
	of := map[string][]float64{} // amino acids by symbol and condition
	var total []float64
	for line := range strings.Lines(string(text)) {
		fields := strings.Split(strings.TrimSpace(line), "\t")
		if len(fields) < 3 || !strings.HasPrefix(fields[0], `"EG`) && !strings.HasPrefix(fields[0], `"G`) {
			continue
		}
		symbol := strings.Trim(fields[1], `"`)
		g, ok := ecoli(t).Gene(symbol)
		if !ok || g.Symbol != symbol {
			continue
		}
		for i, field := range fields[2:] {
			copies, err := strconv.ParseFloat(field, 64)
			if err != nil && field != "" {
				t.Fatalf("%s: %v", symbol, err)
			}
			if i == len(total) {
				total = append(total, 0)
			}
			of[symbol] = append(of[symbol], copies*float64((g.End-g.Start+1)/3-1))
			total[i] += of[symbol][i]
		}
	}
	if len(total) != 22 {
		t.Fatalf("%d conditions, want 22", len(total))
	}
	measured := 0
	for _, o := range operon.Table() {
		glucose, full := 0.0, 0.0
		for i := range total {
			sum := 0.0
			for _, symbol := range o.Genes {
				if list := of[symbol]; list != nil {
					sum += list[i] / total[i]
				}
			}
			if full = max(full, sum); i == 0 {
				glucose = sum
			}
		}
		if full == 0 {
			continue
		}
		measured++
		if math.Abs(o.Glucose-glucose) > 1e-4 || math.Abs(o.Full-full) > 1e-4 {
			t.Errorf("%s: %v of the protein on glucose and %v at most, counted %.5f and %.5f", o.ID, o.Glucose, o.Full, glucose, full)
		}
	}
	if measured < 35 {
		t.Errorf("%d operons were counted, want 35 and more", measured)
	}
}
