package gff3_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome/fasta"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome/gff3"
)

// The canonical gene of the specification, shortened, with sequences.
const canonical = `##gff-version 3.1.26
##sequence-region ctg123 1 1497228
# a comment
ctg123	.	gene	1000	9000	.	+	.	ID=gene00001;Name=EDEN
ctg123	.	mRNA	1050	9000	1e-3	+	.	ID=mRNA00001;Parent=gene00001;Name=EDEN.1
ctg123	.	exon	1300	1500	.	+	.	ID=exon00001;Parent=mRNA00001,mRNA00003
ctg123	.	mRNA	1300	9000	.	+	.	ID=mRNA00003;Parent=gene00001
ctg123	made%20up	CDS	1201	1500	.	+	0	ID=cds00001;Parent=mRNA00001;Note=a%2Cb,c%3B%25d;Dbxref=X:1,Y:2
ctg123	made%20up	CDS	3000	3902	.	+	2	ID=cds00001;Parent=mRNA00001;Note=90% of it;
###
ctg123	.	site	5	5	.	?	.	.
##FASTA
>ctg123 a sequence
acgt
ACGT
>other
tt
`

// TestRead holds what is read of each part of a file.
func TestRead(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"as it is": canonical, "CR and LF": strings.ReplaceAll(canonical, "\n", "\r\n"), "no ##FASTA": strings.Replace(canonical, "##FASTA", "# sequences:", 1),
	} {
		r := gff3.NewReader(strings.NewReader(text))
		lines, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		want := &gff3.Record{
			SeqID: "ctg123", Source: "made up", Type: "CDS", Start: 1201, End: 1500, Strand: '+', Line: 8,
			Attributes: []gff3.Attribute{{"ID", []string{"cds00001"}}, {"Parent", []string{"mRNA00001"}}, {"Note", []string{"a,b", "c;%d"}}, {"Dbxref", []string{"X:1", "Y:2"}}},
		}
		if diff := cmp.Diff(want, lines[4]); diff != "" || len(lines) != 7 {
			t.Errorf("%s: %d lines (-want, +got):\n%s", name, len(lines), diff)
		}
		if got := lines[5].Get("Note"); got != "90% of it" || lines[1].Score != "1e-3" || lines[6].Strand != '?' || lines[6].Phase != gff3.NoPhase {
			t.Errorf("%s: got %q, %+v, %+v", name, got, lines[1], lines[6])
		}
		directives := []gff3.Directive{{"gff-version", "3.1.26", 1}, {"sequence-region", "ctg123 1 1497228", 2}, {"#", "", 10}}
		if diff := cmp.Diff(directives, r.Directives); diff != "" {
			t.Errorf("%s (-want, +got):\n%s", name, diff)
		}
		seqs, err := r.Sequences().ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		sequences := []*fasta.Record{{ID: "ctg123", Description: "a sequence", Sequence: []byte("acgtACGT"), Line: 13}, {ID: "other", Sequence: []byte("tt"), Line: 16}}
		if diff := cmp.Diff(sequences, seqs); diff != "" {
			t.Errorf("%s (-want, +got):\n%s", name, diff)
		}
	}
}

// TestFeatures holds the tree of the canonical gene.
func TestFeatures(t *testing.T) {
	t.Parallel()
	lines, err := gff3.NewReader(strings.NewReader(canonical)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	all, err := gff3.Features(lines)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range all {
		line := fmt.Sprintf("%s %d parts of", f.ID, len(f.Parts))
		for _, p := range f.Parents {
			line += " " + p.ID
		}
		got = append(got, fmt.Sprintf("%s, %d children", line, len(f.Children)))
	}
	want := []string{
		"gene00001 1 parts of, 2 children", "mRNA00001 1 parts of gene00001, 2 children", "exon00001 1 parts of mRNA00001 mRNA00003, 0 children",
		"mRNA00003 1 parts of gene00001, 1 children", "cds00001 2 parts of mRNA00001, 0 children", " 1 parts of, 0 children",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want, +got):\n%s", diff)
	}
}

// TestRefused holds what is said of what is wrong, and where.
func TestRefused(t *testing.T) {
	t.Parallel()
	const good = "s\t.\tgene\t1\t9\t.\t+\t.\tID=a\n"
	for text, want := range map[string]string{
		"##gff-version 2\n" + good:                             "f.gff: line 1: ##gff-version 2 is not supported: want 3",
		good + "s\t.\tgene\t1\t9\n":                            "f.gff: line 2: not GFF3: want nine columns with tabs between them, got 5",
		good + strings.Replace(good, "\t1\t", "\tx\t", 1):      `f.gff: record s: line 2: column 4: want the start, got "x"`,
		good + strings.Replace(good, "\t9\t", "\t\t", 1):       `f.gff: record s: line 2: column 5: want the end, got ""`,
		good + strings.Replace(good, "\t1\t", "\t10\t", 1):     `f.gff: record s: line 2: columns 4 and 5: want 1 ≤ start ≤ end, got 10 and 9`,
		good + strings.Replace(good, "+\t.", "=\t.", 1):        `f.gff: record s: line 2: column 7: want a strand of +, -, . or ?, got '='`,
		good + strings.Replace(good, "+\t.", "+\t3", 1):        `f.gff: record s: line 2: column 8: want a phase of 0, 1, 2 or ., got "3"`,
		good + strings.Replace(good, "9\t.", "9\thigh", 1):     `f.gff: record s: line 2: column 6: want a score or ., got "high"`,
		good + strings.Replace(good, "ID=a", `gene_id "a"`, 1): `f.gff: record s: line 2: column 9: want name=value, got "gene_id \"a\""; is it GTF or GFF2?`,
		"##sequence-region s 5 4\n":                            `f.gff: line 1: ##sequence-region: want 1 ≤ start ≤ end, got "5" and "4"`,
	} {
		r := gff3.NewReader(strings.NewReader(text))
		r.Name = "f.gff"
		_, err := r.ReadAll()
		if got := fmt.Sprint(err); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
	r := gff3.NewReader(strings.NewReader(strings.Repeat(good, 10)))
	r.MaxText = 100
	if _, err := r.ReadAll(); err == nil || !strings.Contains(err.Error(), "more than 100 bytes") {
		t.Errorf("got %v, want it to be too large", err)
	}
	parents := ""
	for i := range gff3.MaxParents + 1 {
		parents += fmt.Sprintf("s\t.\tgene\t1\t9\t.\t+\t.\tID=p%d\n", i)
	}
	parents += "s\t.\tmRNA\t1\t9\t.\t+\t.\tID=x;Parent=p0"
	for i := range gff3.MaxParents {
		parents += fmt.Sprintf(",p%d", i+1)
	}
	lines, err := gff3.NewReader(strings.NewReader(parents)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := gff3.Features(lines); err == nil || !strings.Contains(err.Error(), "more than 1000 parents") {
		t.Errorf("got %v, want too many parents", err)
	}
	for attributes, want := range map[string]string{
		"ID=b;Parent=c":                        `the Parent "c" is the ID of no feature`,
		"ID=a\ns\t.\tCDS\t1\t9\t.\t+\t0\tID=a": `the ID "a" is that of a gene on s too, in line 1`,
		"ID=b;Parent=b":                        `the feature "b" is its own ancestor`,
		"ID=b;Parent=c\ns\t.\tCDS\t1\t9\t.\t+\t0\tID=c;Parent=b": `the feature "b" is its own ancestor`,
	} {
		lines, err := gff3.NewReader(strings.NewReader(good + strings.Replace(good, "ID=a", attributes, 1))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		_, err = gff3.Features(lines)
		if at, ok := errors.AsType[*genome.LineError](err); !ok || at.Line < 2 || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %v", err, want)
		}
	}
}

// write writes all of a file.
func write(tb testing.TB, directives []gff3.Directive, lines []*gff3.Record, seqs []*fasta.Record) []byte {
	tb.Helper()
	var out bytes.Buffer
	w := gff3.NewWriter(&out)
	for _, d := range directives {
		if err := w.Directive(d); err != nil {
			tb.Fatal(err)
		}
	}
	for _, rec := range lines {
		if err := w.Write(rec); err != nil {
			tb.Fatal(err)
		}
	}
	for _, s := range seqs {
		if err := w.WriteSequence(s); err != nil {
			tb.Fatal(err)
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

// forget leaves out where things were.
func forget(lines []*gff3.Record, seqs []*fasta.Record) {
	for _, l := range lines {
		l.Line = 0
	}
	for _, s := range seqs {
		s.Line = 0
		if len(s.Sequence) == 0 {
			s.Sequence = nil
		}
	}
}

// TestRoundTrip holds that what was written is read as it was.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	texts := map[string][]byte{"canonical": []byte(canonical)}
	ecoli, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "..", "shared", "data", "ecoli", "NC_000913.3.gff3.gz"))
	switch {
	case err == nil:
		texts["E. coli"] = ecoli
	case os.IsNotExist(err):
		t.Log("../shared/data/ecoli is not there (it is not part of the repository): only the canonical gene is written")
	default:
		t.Fatal(err)
	}
	for name, text := range texts {
		r := gff3.NewReader(bytes.NewReader(text))
		lines, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		var seqs []*fasta.Record
		if s := r.Sequences(); s != nil {
			if seqs, err = s.ReadAll(); err != nil {
				t.Fatal(err)
			}
		}
		out := write(t, r.Directives, lines, seqs)
		again := gff3.NewReader(bytes.NewReader(out))
		more, err := again.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		forget(lines, seqs)
		forget(more, nil)
		if !reflect.DeepEqual(lines, more) { // cmp takes seconds to find no difference
			t.Errorf("%s (-read, +read again):\n%s", name, cmp.Diff(lines, more))
		}
		if second := write(t, again.Directives, more, seqs); !bytes.Equal(out, second) {
			t.Errorf("%s: it is written differently the second time", name)
		}
	}
}

// TestUnwritable holds that what the format cannot hold is an error.
func TestUnwritable(t *testing.T) {
	t.Parallel()
	for _, rec := range []gff3.Record{
		{},
		{SeqID: "s", Type: "gene", Start: 2, End: 1, Strand: '+', Phase: -1},
		{SeqID: "s", Type: "gene", Start: 1, End: 2, Strand: '*', Phase: -1},
		{SeqID: "s", Type: "gene", Start: 1, End: 2, Strand: '+', Phase: 3},
		{SeqID: "s", Type: "gene", Start: 1, End: 2, Strand: '+', Score: "x"},
		{SeqID: "s", Type: "gene", Start: 1, End: 2, Strand: '+', Attributes: []gff3.Attribute{{"", nil}}},
	} {
		if err := gff3.NewWriter(&bytes.Buffer{}).Write(&rec); err == nil {
			t.Errorf("%+v is written", rec)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(canonical))
	f.Fuzz(func(t *testing.T, text []byte) {
		r := gff3.NewReader(bytes.NewReader(text))
		lines, err := r.ReadAll()
		if err != nil {
			if _, ok := errors.AsType[*genome.LineError](err); !ok {
				t.Fatalf("%v is of no line", err)
			}
			return
		}
		_, _ = gff3.Features(lines)
		again, err := gff3.NewReader(bytes.NewReader(write(t, nil, lines, nil))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		forget(lines, nil)
		forget(again, nil)
		if diff := cmp.Diff(lines, again); diff != "" {
			t.Fatalf("(-read, +read again):\n%s", diff)
		}
	})
}
