package genbank_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome/genbank"
)

func forms(tb testing.TB) []byte {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "forms.gb"))
	if err != nil {
		tb.Fatal(err)
	}
	return text
}

func readAll(tb testing.TB, text []byte) []*genbank.Record {
	tb.Helper()
	records, err := genbank.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	return records
}

func write(tb testing.TB, records []*genbank.Record) []byte {
	tb.Helper()
	var out bytes.Buffer
	if err := genbank.NewWriter(&out).WriteAll(records); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

// TestForms holds what is read of each part of a record, and that it is written
// as it was, to the byte.
func TestForms(t *testing.T) {
	t.Parallel()
	text := forms(t)
	records := readAll(t, text)
	if len(records) != 3 {
		t.Fatalf("got %d records, want 3", len(records))
	}
	r := records[0]
	got := *r
	got.Features, got.Sequence = nil, nil
	want := genbank.Record{
		Locus:      genbank.Locus{Name: "FORMS", Length: 240, Unit: "bp", Molecule: "DNA", Topology: "circular", Division: "SYN", Date: "01-JAN-2020"},
		Definition: "A made-up record with all that a feature table may have, and a definition over two lines.",
		Accessions: []string{"FM000001", "FM000002"}, Version: "FM000001.2", GI: "12345", DBLink: "BioProject: PRJNA1\nBioSample: SAMN1",
		Keywords: []string{"one", "two words"}, Source: "nobody's cell (made up)", Organism: "nobody's cell",
		Lineage: "Bacteria; Mycoplasmatota; Mollicutes; Mycoplasmoidales; Mycoplasmoidaceae.",
		References: []genbank.Reference{
			{
				Number: 1, Bases: "(bases 1 to 240)", Authors: "Doe,J. and Roe,R.", Consortium: "The Consortium",
				Title:   "On a record that is long enough to be broken into two lines, and so it is",
				Journal: "J. Made Up 1 (2), 3-4 (2020)", PubMed: "1234567", Remark: "none",
			},
			{Number: 2, Bases: "(sites)", Authors: "Doe,J.", Journal: "Unpublished"},
		},
		Comment:   "A comment\n\n  with an indented line\n##Made-Up-START##\nKey :: value\n##Made-Up-END##",
		Primary:   "REFSEQ_SPAN         PRIMARY_IDENTIFIER PRIMARY_SPAN        COMP\n1-100               AB123456.1         1-100",
		Other:     []genbank.Field{{Name: "DBSOURCE", Text: "made up"}, {Name: "BASE COUNT", Text: "    60 a     60 c     60 g     60 t"}},
		Contig:    "join(AB000001.1:1..100,gap(100),AB000002.1:1..40)",
		HasOrigin: true, Line: 1,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want, +got):\n%s", diff)
	}
	if string(r.Sequence) != strings.Repeat("acgtacgtac", 24) {
		t.Errorf("got the sequence %q", r.Sequence)
	}
	cds := r.Features[2]
	qualifiers := []genome.Qualifier{
		{Name: "locus_tag", Value: "FM_0002"},
		{Name: "note", Value: `a text with "quotes" and a word that makes it longer than a line can hold`},
		{Name: "codon_start", Value: "2", Form: genome.Bare},
		{Name: "pseudo", Form: genome.Flag},
		{Name: "transl_except", Value: "(pos:complement(20..22),aa:Sec)", Form: genome.Bare},
		{Name: "empty"},
	}
	if diff := cmp.Diff(qualifiers, cds.Qualifiers); diff != "" || cds.Line != 39 || cds.Key != "CDS" {
		t.Errorf("line %d, %s (-want, +got):\n%s", cds.Line, cds.Key, diff)
	}
	if l := records[1].Locus; l.Name != "A_VERY_LONG_NAME_OF_A_CONTIG_1" || l.Molecule != "ss-RNA" || records[1].Origin != "1 bp upstream of nothing" {
		t.Errorf("got %+v and the origin %q", l, records[1].Origin)
	}
	if l := records[2].Locus; l.Unit != "aa" || l.Molecule != "" || string(records[2].Sequence) != "mkkk" {
		t.Errorf("got %+v, %q", l, records[2].Sequence)
	}
	if out := write(t, records); !bytes.Equal(out, text) {
		t.Errorf("it is not written as it was: %s", firstDifference(out, text))
	}
}

// TestOldReferences holds what is read of references of old files and other
// programs.
func TestOldReferences(t *testing.T) {
	t.Parallel()
	text := strings.Replace(small, "FEATURES", "REFERENCE   .\n  AUTHORS   .\nREFERENCE\n  TITLE     a\nREFERENCE   3\n  STANDARD  full automatic\nREFERENCE   100 (sites)\nFEATURES", 1)
	records := readAll(t, []byte(text))
	want := []genbank.Reference{
		{Bases: ".", Authors: "."}, {Title: "a"}, {Number: 3, Other: []genbank.Field{{Name: "STANDARD", Text: "full automatic"}}}, {Number: 100, Bases: "(sites)"},
	}
	if diff := cmp.Diff(want, records[0].References); diff != "" {
		t.Errorf("(-want, +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, readAll(t, write(t, records))[0].References); diff != "" {
		t.Errorf("read again (-want, +got):\n%s", diff)
	}
}

// TestEnds holds that line ends, a byte order mark, gzip in several members and
// blank lines change nothing.
func TestEnds(t *testing.T) {
	t.Parallel()
	text := forms(t)
	want := readAll(t, text)
	var packed bytes.Buffer
	for _, part := range [][]byte{text[:1000], text[1000:]} {
		z := gzip.NewWriter(&packed)
		if _, err := z.Write(part); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range map[string][]byte{
		"CR and LF":         bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n")),
		"packed":            packed.Bytes(),
		"a mark":            append([]byte("\uFEFF"), text...),
		"no last line end":  bytes.TrimSuffix(text, []byte("\n")),
		"blank lines":       bytes.ReplaceAll(text, []byte("//\n"), []byte("//\n\n")),
		"a release's title": text,
	} {
		shift := 0
		if name == "a release's title" {
			text = append([]byte("GBSYN.SEQ          Genetic Sequence Data Bank\n   1 loci\n\n"), text...)
			shift = 3
		}
		got := readAll(t, text)
		if shift == 0 && name != "blank lines" {
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want, +got):\n%s", name, diff)
			}
		}
		if len(got) != len(want) || got[0].Features[3].Line != want[0].Features[3].Line+shift {
			t.Errorf("%s: got %d records, and a feature in line %d", name, len(got), got[0].Features[3].Line)
		}
	}
}

const small = `LOCUS       SMALL                     12 bp    DNA     linear   SYN 01-JAN-2020
FEATURES             Location/Qualifiers
     gene            1..5
                     /locus_tag="S_1"
ORIGIN      
        1 acgtacgtac gt
//
`

// TestRefused holds what is said of each thing that is wrong, and where.
func TestRefused(t *testing.T) {
	t.Parallel()
	change := func(old, with string) string {
		if !strings.Contains(small, old) {
			t.Fatalf("%q is not there", old)
		}
		return strings.Replace(small, old, with, 1)
	}
	for want, text := range map[string]string{
		`f.gb: record 1: line 1: not a GenBank file: want a line that begins with LOCUS`:                                                                       ">fasta\nacgt\n",
		`f.gb: record 2: line 8: not a GenBank file: want a line that begins with LOCUS`:                                                                       small + "x\n",
		`f.gb: record 1: line 1: LOCUS: want a length in bp or aa`:                                                                                             change(" bp ", " bits "),
		`f.gb: record 1: line 1: LOCUS: want a length, got "-12"`:                                                                                              change(" 12 bp", "-12 bp"),
		`f.gb: record 1: line 1: LOCUS: want a name and a length before the unit`:                                                                              change("SMALL    ", "         "),
		`f.gb: record SMALL: line 7: the file ends before the line // that ends the record: unexpected EOF`:                                                    strings.TrimSuffix(small, "//\n") + "       21 ac\n",
		`f.gb: record SMALL: line 3: feature gene: location "1..x": want a position, got 'x'`:                                                                  change("1..5", "1..x"),
		`f.gb: record SMALL: line 3: feature gene: location "1..": it ends where a position should be`:                                                         change("1..5", "1.."),
		`f.gb: record SMALL: line 3: feature gene: location "0..5": positions count from 1, got 0`:                                                             change("1..5", "0..5"),
		`f.gb: record SMALL: line 3: feature gene: location "join(1..5": want ')', and it ends`:                                                                change("1..5", "join(1..5"),
		`f.gb: record SMALL: line 3: feature gene: location "1..5)": ")" follows the end`:                                                                      change("1..5", "1..5)"),
		`f.gb: record SMALL: line 3: feature gene: location "joint(1..5)": "joint" is unknown: want complement, join, order, bond or one-of`:                   change("1..5", "joint(1..5)"),
		`f.gb: record SMALL: line 3: feature gene: location "99999999999999999999..5": the position is beyond every sequence`:                                  change("1..5", "99999999999999999999..5"),
		`f.gb: record SMALL: line 3: feature gene: location "complement(complement(1..2))": a complement of a complement is the strand itself: leave out both`: change("1..5", "complement(complement(1..2))"),
		`f.gb: record SMALL: line 3: feature "gene" has no location`:                                                                                           change("gene            1..5", "gene"),
		`f.gb: record SMALL: line 5: /locus_tag: the quote of line 4 is not closed`:                                                                            change(`"S_1"`, `"S_1`),
		`f.gb: record SMALL: line 4: /locus_tag: "x" follows the quote that ends the value: write a quote in a text twice`:                                     change(`"S_1"`, `"S_1" x`),
		`f.gb: record SMALL: line 4: /"" is no name of a qualifier`:                                                                                            change("/locus_tag", "/"),
		`f.gb: record SMALL: line 5: "locus_tag=\"S_1\"" is no qualifier: want / before its name`:                                                              change("/locus_tag", "/a\n                     locus_tag"),
		`f.gb: record SMALL: line 3: "title" is no keyword below REFERENCE`:                                                                                    change("FEATURES", "REFERENCE   1\n  title     a\nFEATURES"),
		`f.gb: record SMALL: line 6: '!' is in the sequence: want letters`:                                                                                     change("acgtacgtac gt", "acgt!cgtac gt"),
		`f.gb: record SMALL: line 2: "Features" is no keyword of a GenBank file`:                                                                               change("FEATURES ", "Features "),
	} {
		r := genbank.NewReader(strings.NewReader(text))
		r.Name = "f.gb"
		_, err := r.ReadAll()
		if at, ok := errors.AsType[*genome.LineError](err); !ok || at.Line < 1 || at.File != "f.gb" {
			t.Errorf("got %v, want a line and a file in it", err)
		}
		if got := fmt.Sprint(err); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
}

// TestLimits holds that what a record takes is bounded, whoever wrote it.
func TestLimits(t *testing.T) {
	t.Parallel()
	feature := "     gene            1..5\n"
	quoted := `                     /note="` + strings.Repeat("a long text\n                     ", 100000)
	head, tail, _ := strings.Cut(small, feature)
	for name, text := range map[string]string{
		"features":   head + strings.Repeat(feature, 100000) + tail,
		"qualifiers": head + feature + strings.Repeat("                     /a\n", 100000) + tail,
		"parts":      head + strings.Replace(feature, "1..5", "join("+strings.Repeat("1,", 100000)+"1)", 1) + tail,
		"a value":    head + feature + quoted + tail,
		"a line":     head + feature + `                     /a="` + strings.Repeat("x", 9<<20) + `"` + tail,
		"a comment":  strings.Replace(small, "FEATURES", "COMMENT     x\n"+strings.Repeat("            yyyy\n", 400000)+"FEATURES", 1),
		"sequence":   strings.Replace(small, "        1 acgt", strings.Repeat("        1 acgtacgtac acgtacgtac acgtacgtac acgtacgtac acgtacgtac acgtacgtac\n", 30000)+"        1 acgt", 1),
		"references": strings.Replace(small, "FEATURES", strings.Repeat("REFERENCE   1\n", 100000)+"FEATURES", 1),
	} {
		r := genbank.NewReader(strings.NewReader(text))
		r.MaxRecord = 1 << 20
		if _, err := r.Read(); err == nil || !strings.Contains(err.Error(), "more than") {
			t.Errorf("%s: got %v, want it to be too large", name, err)
		}
	}
	// A length that the first line claims takes no memory.
	if rec := readAll(t, []byte(strings.Replace(small, " 12 bp", "999999999999 bp", 1))); cap(rec[0].Sequence) > 1<<27 {
		t.Errorf("a claim takes %d bytes", cap(rec[0].Sequence))
	}
}

// TestCallee holds that what is told of features can end the reading.
func TestCallee(t *testing.T) {
	t.Parallel()
	stop := errors.New("enough")
	r := genbank.NewReader(strings.NewReader(small))
	r.OnFeature = func(*genbank.Record, *genome.Feature) error { return stop }
	if _, err := r.Read(); !errors.Is(err, stop) {
		t.Errorf("got %v, want the callee's error", err)
	}
}

// TestUnwritable holds that what the format cannot hold is an error, and leaves
// nothing behind.
func TestUnwritable(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*genbank.Record){
		"no name":  func(r *genbank.Record) { r.Locus.Name = "" },
		"a line":   func(r *genbank.Record) { r.Definition = "a\nb" },
		"a value":  func(r *genbank.Record) { r.Features[0].Qualifiers[0].Value = "a\nb" },
		"a key":    func(r *genbank.Record) { r.Features[0].Key = "a b" },
		"no place": func(r *genbank.Record) { r.Features[0].Location = genome.Location{} },
		"a digit":  func(r *genbank.Record) { r.Sequence = []byte("ac1") },
		"a bare text": func(r *genbank.Record) {
			r.Features[0].Qualifiers[0] = genome.Qualifier{Name: "a", Value: `"b`, Form: genome.Bare}
		},
	} {
		records := readAll(t, []byte(small))
		spoil(records[0])
		var out bytes.Buffer
		w := genbank.NewWriter(&out)
		if err := w.Write(records[0]); err == nil {
			t.Errorf("%s: it is written", name)
		}
		if w.Flush(); out.Len() > 0 {
			t.Errorf("%s: it left %q", name, out.String())
		}
	}
	w := genbank.NewWriter(failing{})
	if err := w.WriteAll(readAll(t, []byte(small))); err == nil || w.Error() == nil {
		t.Error("a writer that fails is no error")
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }

// FuzzRead holds that what is read can be written, and is then read as the
// same.
func FuzzRead(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte("LOCUS a 1 aa\nREFERENCE   1  (sites)\n  TITLE     b\nFEATURES\n     c join(<1..2,3^4)\n                     /d=\"e\"\"\n                     f\"\n//\n"))
	f.Add([]byte("LOCUS x 0 bp\nSOURCE      a\n  ORGANISM  b\n            c; d.\nCOMMENT     \n\n  x\n//\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		r := genbank.NewReader(bytes.NewReader(text))
		r.MaxRecord = 1 << 20
		records, err := r.ReadAll()
		if err != nil {
			if _, ok := errors.AsType[*genome.LineError](err); !ok {
				t.Fatalf("%v is of no line", err)
			}
			return
		}
		var out bytes.Buffer
		if err := genbank.NewWriter(&out).WriteAll(records); err != nil {
			t.Fatalf("%v\n%q", err, text)
		}
		again, err := genbank.NewReader(bytes.NewReader(out.Bytes())).ReadAll()
		if err != nil {
			t.Fatalf("%v\n%s", err, out.Bytes())
		}
		if diff := cmp.Diff(plain(records), plain(again)); diff != "" {
			t.Fatalf("(-read, +read again):\n%s\n%s", diff, out.Bytes())
		}
	})
}

// plain forgets where things were, and the difference between none and empty.
func plain(records []*genbank.Record) []*genbank.Record {
	for _, r := range records {
		r.Line = 0
		for i := range r.Features {
			r.Features[i].Line = 0
		}
		if len(r.Sequence) == 0 {
			r.Sequence = nil
		}
	}
	return records
}
