//go:build !race

package peers_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome/fasta"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome/genbank"
)

// A question is what Biopython is asked.
type question struct {
	GenBank   []string   `json:"genbank"`
	FASTA     []string   `json:"fasta"`
	Translate []coding   `json:"translate"`
	Enzymes   []string   `json:"enzymes"`
	Sequences []sequence `json:"sequences"`
	Time      []string   `json:"time"`
}

type coding struct {
	Bases string `json:"bases"`
	Table int    `json:"table"`
}

type sequence struct {
	Bases    string `json:"bases"`
	Circular bool   `json:"circular"`
}

// An answer is what it says.
type answer struct {
	GenBank [][]record
	FASTA   [][][]string
	Amino   []string
	Enzymes []struct {
		Site       string
		Cut, Other int
		Found      [][]int
	}
	Seconds []float64
}

type record struct {
	Name, ID, Description, Organism, Topology, Molecule, Comment, Bases string
	GC                                                                  float64
	References                                                          [][]string
	Features                                                            []feature
}

type feature struct {
	Key        string
	Qualifiers map[string][]string
	Parts      [][]any
	Bases      string
	Amino      string
}

// ask skips a test where Debian's Python has no Biopython, and fails it in CI,
// where the install script has run.
func ask(tb testing.TB, q question) answer {
	tb.Helper()
	const python = "/usr/bin/python3"
	if err := exec.CommandContext(tb.Context(), python, "-c", "import Bio").Run(); err != nil {
		if os.Getenv("BIOXEN_CI") == "1" {
			tb.Fatalf("%s cannot import Bio (%v): run sdk/engine/genome/peers/install", python, err)
		}
		tb.Skipf("Debian's python3-biopython is not installed: Biopython does not read the files too")
	}
	asked, err := json.Marshal(q)
	if err != nil {
		tb.Fatal(err)
	}
	cmd := exec.CommandContext(tb.Context(), python, filepath.Join("testdata", "biopython.py"))
	var faults bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(asked), &faults
	out, err := cmd.Output()
	if err != nil {
		tb.Fatalf("%v\n%s", err, faults.Bytes())
	}
	var a answer
	if err := json.Unmarshal(out, &a); err != nil {
		tb.Fatal(err)
	}
	return a
}

// published reads a file of the data beside the repository, which a clone does
// not have; nil when it is not there.
func published(tb testing.TB, name string) []byte {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "..", "shared", "data", name))
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		tb.Fatal(err)
	}
	return text
}

func read(tb testing.TB, text []byte) []*genbank.Record {
	tb.Helper()
	records, err := genbank.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	return records
}

func save(tb testing.TB, name string, text []byte) string {
	tb.Helper()
	name = filepath.Join(tb.TempDir(), name)
	if err := os.WriteFile(name, text, 0o600); err != nil {
		tb.Fatal(err)
	}
	return name
}

// TestBiopython reads the same files as Biopython, ours as we write them, and
// compares each feature, its bases and its protein.
func TestBiopython(t *testing.T) {
	t.Parallel()
	texts := [][]byte{}
	forms, err := os.ReadFile(filepath.Join("..", "genbank", "testdata", "forms.gb"))
	if err != nil {
		t.Fatal(err)
	}
	for _, unknown := range []string{"102.110\n", "(102.110)..>120\n", "one-of(4..5,7..9)\n"} { // to Biopython
		at := bytes.Index(forms, []byte("     misc_feature    "+unknown))
		if at < 0 {
			t.Fatalf("%q is not there", unknown)
		}
		forms = slices.Delete(forms, at, at+len("     misc_feature    "+unknown))
	}
	texts = append(texts, forms)
	if syn3a := published(t, "syn3a/syn3A.gb"); syn3a != nil {
		texts = append(texts, syn3a)
	} else {
		t.Log("../shared/data/syn3a is not there (it is not part of the repository): only made-up records are compared")
	}
	var q question
	for _, text := range texts {
		q.GenBank = append(q.GenBank, save(t, "published.gb", text))
		var out bytes.Buffer
		if err := genbank.NewWriter(&out).WriteAll(read(t, text)); err != nil {
			t.Fatal(err)
		}
		q.GenBank = append(q.GenBank, save(t, "written.gb", out.Bytes()))
	}
	a := ask(t, q)
	for i, text := range texts {
		theirs, written := a.GenBank[2*i], a.GenBank[2*i+1]
		if diff := cmp.Diff(theirs, written); diff != "" {
			t.Errorf("Biopython reads what we write as (+), and what was published as (-):\n%s", diff)
		}
		ours := read(t, text)
		if len(ours) != len(theirs) {
			t.Fatalf("got %d records, Biopython has %d", len(ours), len(theirs))
		}
		for n := range ours {
			compareRecord(t, ours[n], &theirs[n])
		}
	}
}

func compareRecord(t *testing.T, ours *genbank.Record, theirs *record) {
	t.Helper()
	g := ours.Genome()
	comment, _, _ := strings.Cut(ours.Comment, "\n##") // Biopython puts structured comments elsewhere
	got := record{
		Name: ours.Locus.Name, ID: g.ID, Description: strings.TrimSuffix(ours.Definition, "."), Organism: ours.Organism, Topology: ours.Locus.Topology,
		Molecule: ours.Locus.Molecule, Comment: strings.ReplaceAll(strings.TrimSpace(comment), "\n\n", "\n"), Bases: strings.ToUpper(string(ours.Sequence)),
		References: [][]string{},
	}
	switch {
	case g.Protein:
		got.Molecule = "protein"
	case got.Molecule == "ss-RNA":
		got.Molecule = "RNA"
	}
	for _, ref := range ours.References {
		got.References = append(got.References, []string{ref.Authors, ref.Title, ref.Journal, ref.PubMed})
	}
	want := *theirs
	want.GC, want.Features = 0, nil
	want.Comment = strings.ReplaceAll(strings.TrimSpace(want.Comment), "\n\n", "\n")
	want.Description = strings.TrimSuffix(want.Description, ".")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: Biopython has (-), we have (+):\n%s", got.Name, diff)
	}
	if c := genome.Compose(ours.Sequence); got.Molecule == "DNA" && c.GC() != theirs.GC {
		t.Errorf("%s: got GC %v, Biopython has %v", got.Name, c.GC(), theirs.GC)
	}
	if len(ours.Features) != len(theirs.Features) {
		t.Fatalf("%s: got %d features, Biopython has %d", got.Name, len(ours.Features), len(theirs.Features))
	}
	for i := range ours.Features {
		compareFeature(t, &g, &ours.Features[i], &theirs.Features[i])
	}
}

func compareFeature(t *testing.T, g *genome.Record, ours *genome.Feature, theirs *feature) {
	t.Helper()
	where := fmt.Sprintf("%s, %s at %s", g.ID, ours.Key, ours.Location.String())
	qualifiers := map[string][]string{}
	for _, q := range ours.Qualifiers {
		qualifiers[q.Name] = append(qualifiers[q.Name], q.Value)
	}
	if diff := cmp.Diff(theirs.Qualifiers, qualifiers); diff != "" || ours.Key != theirs.Key {
		t.Errorf("%s: Biopython has %s (-), we have (+):\n%s", where, theirs.Key, diff)
	}
	var parts [][]any
	remote := false
	for _, s := range ours.Location.Spans() {
		parts = append(parts, []any{float64(s.Start), float64(s.End), float64(s.Strand), s.Ref})
		remote = remote || s.Ref != ""
	}
	if ours.Location.Kind == genome.Between || ours.Location.Kind == genome.Within || ours.Location.StartTo > 0 || ours.Location.Kind == genome.OneOf {
		return // Biopython has other numbers for what is not exact
	}
	if diff := cmp.Diff(theirs.Parts, parts); diff != "" {
		t.Errorf("%s: Biopython has (-), we have (+):\n%s", where, diff)
	}
	if remote {
		return
	}
	bases, err := g.Extract(&ours.Location)
	if err != nil || !strings.EqualFold(string(bases), theirs.Bases) {
		t.Errorf("%s: %v: got %q, Biopython has %q", where, err, bases, theirs.Bases)
	}
	if ours.Key != "CDS" {
		return
	}
	table, first := 1, 1
	_, _ = fmt.Sscan(ours.Get("transl_table"), &table)
	_, _ = fmt.Sscan(ours.Get("codon_start"), &first)
	code, err := genome.CodeOf(table)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(code.Translate(nil, bases[first-1:])); got != theirs.Amino {
		t.Errorf("%s: got %q, Biopython has %q", where, got, theirs.Amino)
	}
}

// draw makes a sequence of some letters.
func draw(r *rand.Rand, letters string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = letters[r.IntN(len(letters))]
	}
	return string(b)
}

const seed = 7

// TestTranslations compares the proteins of random sequences, with codes for
// several bases and without, by all genetic codes.
func TestTranslations(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(seed, 1))
	var q question
	for _, table := range []int{1, 4, 11} {
		for _, letters := range []string{"ACGT", "acgu", "ACGTRYSWKMBDHVN", "ACGTR"} {
			q.Translate = append(q.Translate, coding{draw(r, letters, 6000), table})
		}
	}
	for i, theirs := range ask(t, q).Amino {
		c := q.Translate[i]
		code, err := genome.CodeOf(c.Table)
		if err != nil {
			t.Fatal(err)
		}
		got := string(code.Translate(nil, []byte(c.Bases)))
		for n := range got {
			if len(got) != len(theirs) || got[n] != theirs[n] {
				t.Errorf("code %d, codon %s: got %c, Biopython has %c", c.Table, c.Bases[3*n:3*n+3], got[n], theirs[n])
				break
			}
		}
	}
}

// TestEnzymes compares the sites and cuts of all enzymes, and where they cut
// random sequences and a genome.
func TestEnzymes(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(seed, 2))
	var q question
	for _, circular := range []bool{false, true} {
		q.Sequences = append(q.Sequences, sequence{draw(r, "ACGT", 60000), circular}, sequence{"AATTCGGTCTCATGCAAGAATGCTTTG", circular})
	}
	if text := published(t, "syn3a/syn3A.gb"); text != nil {
		q.Sequences = append(q.Sequences, sequence{string(bytes.ToUpper(read(t, text)[0].Sequence)), true})
	}
	enzymes := genome.Enzymes()
	for _, e := range enzymes {
		q.Enzymes = append(q.Enzymes, e.Name)
	}
	cuts := 0
	for i, theirs := range ask(t, q).Enzymes {
		e := enzymes[i]
		if e.Site != theirs.Site || e.Cut != theirs.Cut || e.OtherCut != theirs.Other {
			t.Errorf("got %+v, Biopython has %s, %d, %d", e, theirs.Site, theirs.Cut, theirs.Other)
		}
		for n, s := range q.Sequences {
			rec := genome.Record{Bases: []byte(s.Bases), Circular: s.Circular}
			got := []int{}
			for _, site := range rec.Sites(e) {
				got = append(got, site.Cut%len(s.Bases)+1) // Biopython counts the base after the cut
			}
			slices.Sort(got)
			want := theirs.Found[n]
			if cuts += len(got); !slices.Equal(got, want) && len(got)+len(want) > 0 {
				t.Errorf("%s, sequence %d of %d bases, circular %v: got %d cuts %v, Biopython has %d: %v", e.Name, n, len(s.Bases), s.Circular, len(got), first(got), len(want), first(want))
			}
		}
	}
	if cuts < 10000 {
		t.Errorf("%d cuts were compared: that says little", cuts)
	}
}

func first(all []int) []int { return all[:min(len(all), 5)] }

// TestFASTA holds that Biopython reads what we write.
func TestFASTA(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(seed, 3))
	var records []*fasta.Record
	for i := range 20 {
		records = append(records, &fasta.Record{ID: fmt.Sprintf("s%d", i), Description: "a sequence", Sequence: []byte(draw(r, "ACGTNacgt", i*17))})
	}
	var out bytes.Buffer
	if err := fasta.NewWriter(&out).WriteAll(records); err != nil {
		t.Fatal(err)
	}
	theirs := ask(t, question{FASTA: []string{save(t, "a.fa", out.Bytes())}}).FASTA[0]
	for i, rec := range records {
		if got := []string{rec.ID, rec.ID + " " + rec.Description, string(rec.Sequence)}; !slices.Equal(got, theirs[i]) {
			t.Errorf("Biopython reads %q, we wrote %q", theirs[i], got)
		}
	}
}

// BenchmarkBiopython reads syn3A.gb, and it ten times over, as Biopython does,
// and prints a line for each: "ratio", its name, our seconds, Biopython's, and
// the quotient. Both are the least of five.
func BenchmarkBiopython(b *testing.B) {
	text := published(b, "syn3a/syn3A.gb")
	if text == nil {
		b.Skip("../shared/data/syn3a is not there; it is not part of the repository")
	}
	texts := map[string][]byte{"genbank_read": text, "genbank_read_10x": bytes.Repeat(text, 10)}
	names := []string{"genbank_read", "genbank_read_10x"}
	for range b.N {
		var q question
		for _, name := range names {
			q.Time = append(q.Time, save(b, name+".gb", texts[name]))
		}
		theirs := ask(b, q).Seconds
		for i, name := range names {
			ours := seconds(b, q.Time[i])
			fmt.Printf("\nratio\t%s\t%.6f\t%.6f\t%.4f\n", name, ours, theirs[i], ours/theirs[i])
			b.ReportMetric(theirs[i]/ours, name+"-times-faster")
		}
	}
}

// seconds is the least time of five to read all records of a file.
func seconds(tb testing.TB, name string) float64 {
	tb.Helper()
	least := math.Inf(1)
	for range 5 {
		start := time.Now()
		f, err := os.Open(name)
		if err != nil {
			tb.Fatal(err)
		}
		r := genbank.NewReader(f)
		for {
			if _, err := r.Read(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				tb.Fatal(err)
			}
		}
		if err := f.Close(); err != nil {
			tb.Fatal(err)
		}
		least = min(least, time.Since(start).Seconds())
	}
	return least
}
