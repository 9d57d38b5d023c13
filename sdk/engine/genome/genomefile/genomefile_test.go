package genomefile_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome/genomefile"
)

// older is as files of the years about 2010 are: no genes but what they make,
// some locus tags in notes only, several records, no topology.
const older = `LOCUS       AB000001                 60 bp    DNA             SYN 01-JAN-2010
DEFINITION  contig 1 of a made-up Mycoplasma.
ACCESSION   AB000001 ABAA01000000
KEYWORDS    WGS.
SOURCE      made-up Mycoplasma
  ORGANISM  made-up Mycoplasma
            Bacteria; Firmicutes.
FEATURES             Location/Qualifiers
     source          1..60
                     /mol_type="genomic DNA"
     CDS             1..12
                     /locus_tag="MMSYN1_0001"
                     /gene="dnaA"
                     /transl_table=4
                     /product="initiator"
                     /translation="MWK"
     CDS             complement(16..27)
                     /note="MMSYN1_0002; conserved hypothetical protein"
                     /transl_table=4
     gene            30..41
                     /gene="abcD"
     CDS             30..41
                     /gene="abcD"
                     /note="transporter"
                     /transl_table=4
     tRNA            50..55
                     /product="tRNA-Met"
     misc_feature    1..60
                     /note="everything"
ORIGIN
        1 atgtgaaaat aaaaattatt tccacatcca tgaaacggta agggggggag tcgtcttttt
//
LOCUS       AB000002                 24 bp    DNA             SYN 01-JAN-2010
ACCESSION   AB000002
FEATURES             Location/Qualifiers
     CDS             1..>24
                     /note="locus_tag=MMSYN1_0009"
                     /codon_start=3
                     /transl_table=4
ORIGIN
        1 gcatgtggaa aacatgcaaa aaat
//
`

// TestOlder holds what genes are made of annotation of older styles.
func TestOlder(t *testing.T) {
	t.Parallel()
	g := read(t, []byte(older), "older.gb")
	type gene struct{ Record, Locus, Name, Product, Type, Place, Protein string }
	var got []gene
	for i := range g.Genes {
		x := &g.Genes[i]
		p, err := g.Protein(x)
		if err != nil {
			t.Errorf("%s: %v", x.Locus, err)
		}
		protein := ""
		if p != nil {
			protein = p.Sequence
		}
		got = append(got, gene{g.Records[x.Record].ID, x.Locus, x.Name, x.Product, x.Type, x.Location.String(), protein})
	}
	want := []gene{
		{"AB000001", "MMSYN1_0001", "dnaA", "initiator", "CDS", "1..12", "MWK"},
		{"AB000001", "MMSYN1_0002", "", "conserved hypothetical protein", "CDS", "complement(16..27)", "MWK"},
		{"AB000001", "abcD", "abcD", "transporter", "CDS", "30..41", "MKR"},
		{"AB000001", "tRNA:50..55", "", "tRNA-Met", "tRNA", "50..55", ""},
		{"AB000002", "MMSYN1_0009", "", "", "CDS", "1..>24", "MWKTCKK"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want, +got):\n%s", diff)
	}
	for _, p := range g.Check() {
		t.Errorf("it has no problem, got %v", p.String())
	}
}

// aGFF is annotation as other programs than NCBI's write it.
const aGFF = `##gff-version 3
chr	prog	region	1	30	.	+	.	ID=chr;Is_circular=true
chr	prog	gene	25	36	.	+	.	ID=gene:X1;Name=overO
chr	prog	mRNA	25	36	.	+	.	ID=m1;Parent=gene:X1
chr	prog	CDS	25	36	.	+	0	Parent=m1;transl_table=11;product=over the origin
chr	prog	gene	10	18	.	-	.	ID=gene:X2
chr	prog	CDS	10	18	.	-	0	ID=c2;Parent=gene:X2;transl_table=11
`

const aSequence = ">chr\nAAATAACCCTTATCTCATCCCCCCATGCTG\n"

// TestPair holds that annotation and sequences in two files, or in one, are the
// same genome.
func TestPair(t *testing.T) {
	t.Parallel()
	annotation, _, err := genomefile.Records(strings.NewReader(aGFF), "a.gff3")
	if err != nil {
		t.Fatal(err)
	}
	sequences, format, err := genomefile.Records(strings.NewReader(aSequence), "a.fa")
	if err != nil || format != genomefile.FASTA {
		t.Fatal(format, err)
	}
	records, err := genomefile.Combine(annotation, sequences)
	if err != nil {
		t.Fatal(err)
	}
	for name, g := range map[string]*genome.Genome{
		"two": genome.New(records), "one": read(t, []byte(aGFF+"##FASTA\n"+aSequence), "a.gff3"), "one, without ##FASTA": read(t, []byte(aGFF+aSequence), "a.gff3"),
	} {
		var got []string
		for i := range g.Genes {
			x := &g.Genes[i]
			p, err := g.Protein(x)
			if err != nil {
				t.Fatalf("%s, %s: %v", name, x.Locus, err)
			}
			got = append(got, fmt.Sprintf("%s %s %d %d %d %s %v", x.Locus, x.Name, x.Start, x.End, x.Strand, p.Sequence, p.Stop))
		}
		if want := []string{"X2  10 18 -1 MR true", "X1 overO 25 6 1 MLK true"}; !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
		for _, p := range g.Check() {
			t.Errorf("%s: it has no problem, got %v", name, p.String())
		}
	}
	for want, pair := range map[string][2][]genome.Record{
		"no sequence is called chr":             {annotation, nil},
		"the sequence chr is there twice":       {annotation, append(slices.Clone(sequences), sequences...)},
		"the record chr has a sequence already": {records, sequences},
	} {
		if _, err := genomefile.Combine(pair[0], pair[1]); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %v", err, want)
		}
	}
}

// TestRefused holds what is said of what is no genome.
func TestRefused(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                  "x: not a genome in GenBank, GFF3 or FASTA",
		"{}":                "x: not a genome in GenBank, GFF3 or FASTA",
		"# a comment":       "x: not a genome in GenBank, GFF3 or FASTA",
		"##gff-version 3\n": "x: the file has no record",
		"\x1f\x8b":          "x: unpacking: ",
		">a\n1\n":           "x: record a: line 2: '1' is in the sequence",
		"LOCUS x\n":         "x: record 1: line 1: LOCUS: want a length",
		"##gff-version 3\nchr\tp\tCDS\t1\t3\t.\t+\t0\tParent=y\n": `x: record chr: line 2: the Parent "y" is the ID of no feature`,
	} {
		_, _, err := genomefile.Read(strings.NewReader(text), "x")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %v", text, err, want)
		}
	}
	if _, _, err := genomefile.Read(strings.NewReader("{}"), "x"); !errors.Is(err, genomefile.ErrFormat) {
		t.Errorf("got %v, want %v", err, genomefile.ErrFormat)
	}
}

// table is what is the same in two files of a genome.
func table(t *testing.T, g *genome.Genome) []string {
	t.Helper()
	var all []string
	for i := range g.Genes {
		x := &g.Genes[i]
		line := fmt.Sprintf("%s %s %q %s %d %d %d %v %q", x.Locus, x.Name, x.Product, x.Type, x.Start, x.End, x.Strand, x.Pseudo, x.Aliases)
		for n := range x.Codings {
			c := &x.Codings[n]
			before, after := c.Location.Partial()
			p, err := g.Records[x.Record].Translate(c)
			line += fmt.Sprintf(" %v %d %v %v %v %v %v", c.Location.Spans(), c.Code, before, after, c.Slippage, p, err)
		}
		all = append(all, line)
	}
	return all
}

// TestWriteGFF3 holds that genes and proteins are the same after they were
// written as GFF3, whatever they were read from.
func TestWriteGFF3(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"older.gb": older, "a.gff3": aGFF + aSequence, "syn3a/syn3A.gb": "", "ecoli/NC_000913.3.gff3.gz": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := []byte(text)
			if text == "" {
				file = published(t, name)
			}
			g := read(t, file, name)
			var out bytes.Buffer
			z := gzip.NewWriter(&out)
			if err := genomefile.WriteGFF3(z, g); err != nil {
				t.Fatal(err)
			}
			if err := z.Close(); err != nil {
				t.Fatal(err)
			}
			again := read(t, out.Bytes(), "written "+name)
			if want, got := table(t, g), table(t, again); !slices.Equal(want, got) {
				t.Errorf("(-read, +read again):\n%s", cmp.Diff(want, got))
			}
		})
	}
}

// FuzzRead holds that nothing that is read upsets what asks about genomes.
func FuzzRead(f *testing.F) {
	f.Add([]byte(older[:1500] + "//\n"))
	f.Add([]byte(aGFF + aSequence))
	f.Add([]byte(aSequence))
	f.Fuzz(func(t *testing.T, text []byte) {
		g, _, err := genomefile.Read(bytes.NewReader(text), "x")
		if err != nil {
			return
		}
		g.Check()
		g.Usage()
		if coding, genes := g.Density(); coding < 0 || genes < 0 {
			t.Fatalf("%v, %v", coding, genes)
		}
		genome.Compare(g.Entries(), g.Entries())
		for i := range g.Records {
			r := &g.Records[i]
			_, _ = r.ORFs(genome.ORFOptions{MinCodons: 1})
			r.Windows(3, 2)
			for _, e := range genome.Enzymes()[:3] {
				r.Sites(e)
			}
		}
		_ = genomefile.WriteGFF3(&bytes.Buffer{}, g)
	})
}
