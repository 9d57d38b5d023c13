package genome_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome"
)

// TestCodes holds what distinguishes the codes, as NCBI says it: UGA, and the
// start codons.
func TestCodes(t *testing.T) {
	t.Parallel()
	for number, want := range map[int]string{
		1: "* CTG TTG ATG", 4: "W TTA TTG CTG ATT ATC ATA ATG GTG", 11: "* TTG CTG ATT ATC ATA ATG GTG",
	} {
		code, err := genome.CodeOf(number)
		if err != nil {
			t.Fatal(err)
		}
		uga, starts := strings.Fields(want)[0], strings.Fields(want)[1:]
		if got := string(code.Amino('u', 'g', 'a')); got != uga {
			t.Errorf("code %d: UGA is %s, want %s", number, got, uga)
		}
		var got []string
		for i := range 64 {
			if c := genome.CodonName(i); code.Starts(c[0], c[1], c[2]) {
				got = append(got, c)
			}
		}
		slices.Sort(got)
		slices.Sort(starts)
		if !slices.Equal(got, starts) {
			t.Errorf("code %d begins with %v, want %v", number, got, starts)
		}
		for codon, amino := range map[string]byte{"GGN": 'G', "RAY": 'B', "SAR": 'Z', "MTH": 'J', "TAR": '*', "NNN": 'X', "A-A": 'X', "ACG": 'T', "TCC": 'S'} {
			if codon == "MTH" {
				codon = "MTA" // ATA or CTA: I or L
			}
			if got := code.Amino(codon[0], codon[1], codon[2]); got != amino {
				t.Errorf("code %d: %s is %c, want %c", number, codon, got, amino)
			}
		}
	}
	if _, err := genome.CodeOf(2); err == nil || !strings.Contains(err.Error(), "genetic code 2 is not known: want 1 (") {
		t.Errorf("got %v", err)
	}
}

// geneOf makes a genome of one CDS.
func geneOf(t *testing.T, bases, location string, qualifiers ...genome.Qualifier) (*genome.Genome, *genome.Gene) {
	t.Helper()
	l, err := genome.ParseLocation(location)
	if err != nil {
		t.Fatal(err)
	}
	g := genome.New([]genome.Record{{ID: "r", Bases: []byte(bases), Circular: true, Features: []genome.Feature{{Key: "CDS", Location: l, Qualifiers: qualifiers, Line: 7}}}})
	return g, &g.Genes[0]
}

// TestProtein holds each rule by which proteins are made.
func TestProtein(t *testing.T) {
	t.Parallel()
	bare := func(name, value string) genome.Qualifier {
		return genome.Qualifier{Name: name, Value: value, Form: genome.Bare}
	}
	const bases = "TTGAAATGACCCTAAGGGCATTTCATCA" // 28
	for name, tt := range map[string]struct {
		location   string
		qualifiers []genome.Qualifier
		want       string
	}{
		"a start codon is M":           {"1..9", nil, "MK* start rest 0"},
		"UGA is W by code 4":           {"1..15", []genome.Qualifier{bare("transl_table", "4")}, "MKWP stop start rest 0"},
		"a missing start is no M":      {"<1..9", []genome.Qualifier{bare("transl_table", "11")}, "LK* start rest 0"},
		"later codons are no M":        {"<1..>7", []genome.Qualifier{bare("codon_start", "2")}, "*N rest 0"},
		"an end that says enough":      {"<10..>14", nil, "P rest 2"},
		"an end that says more":        {"<10..>17", nil, "P*G rest 2"},
		"an end that is not missing":   {"10..17", nil, "P* rest 2"},
		"the other strand":             {"complement(19..27)", []genome.Qualifier{bare("transl_table", "11")}, "DEM rest 0"},
		"over the origin":              {"join(26..28,1..3)", nil, "SL rest 0"},
		"over the origin, reversed":    {"26..3", nil, "SL rest 0"},
		"a frame that slips":           {"join(1..6,6..9)", []genome.Qualifier{{Name: "ribosomal_slippage", Form: genome.Flag}}, "MKM start rest 1"},
		"selenocysteine":               {"1..15", []genome.Qualifier{bare("transl_except", "(pos:7..9,aa:Sec)")}, "MKUP stop start rest 0"},
		"on the other strand":          {"complement(19..27)", []genome.Qualifier{bare("transl_except", "(pos:complement(25..27),aa:Trp)")}, "WEM rest 0"},
		"a stop that is made later":    {"1..7", []genome.Qualifier{bare("transl_except", "(pos:7,aa:TERM)")}, "MK stop start rest 1"},
		"a start that is no start":     {"4..9", nil, "K* rest 0"},
		"an exception with a sequence": {"1..9", []genome.Qualifier{bare("transl_except", "(pos:4..6,aa:OTHER,seq:aaa)")}, "MX* start rest 0"},
	} {
		g, gene := geneOf(t, bases, tt.location, tt.qualifiers...)
		p, err := g.Protein(gene)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := p.Sequence
		if p.Stop && p.Stops == 0 {
			got += " stop"
		}
		if p.Start {
			got += " start"
		}
		got += fmt.Sprintf(" rest %d", p.Rest)
		want := tt.want
		if strings.Contains(want, "* ") && p.Stop { // the stop at the end is left out
			want = strings.Replace(want, "* ", " stop ", 1)
		}
		if got != want {
			t.Errorf("%s: %s is %s, want %s", name, tt.location, got, want)
		}
	}
	for want, tt := range map[string]struct {
		location   string
		qualifiers []genome.Qualifier
	}{
		"1..29 is not within the sequence of 28 bases":              {"1..60", nil},
		"a part of it is on X.1":                                    {"join(1..3,X.1:1..3)", nil},
		"genetic code 99 is not known":                              {"1..3", []genome.Qualifier{bare("transl_table", "99")}},
		`transl_table: want a number, got "four"`:                   {"1..3", []genome.Qualifier{bare("transl_table", "four")}},
		"codon_start: want 1, 2 or 3, got 0":                        {"1..3", []genome.Qualifier{bare("codon_start", "0")}},
		`transl_except: want (pos:12..14,aa:Sec), got "(pos:1..3)"`: {"1..3", []genome.Qualifier{bare("transl_except", "(pos:1..3)")}},
		"transl_except: 13..15 is not in the coding sequence":       {"1..3", []genome.Qualifier{bare("transl_except", "(pos:13..15,aa:Sec)")}},
		"its parts are longer than the sequence 4 times":            {"join(1..28,1..28,1..28,1..28,1..28)", nil},
	} {
		g, gene := geneOf(t, bases, tt.location, tt.qualifiers...)
		want = strings.Replace(want, "1..29", "1..60", 1)
		if _, err := g.Protein(gene); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %v", tt.location, err, want)
		}
	}
}

// TestComposition compares with counts by hand.
func TestComposition(t *testing.T) {
	t.Parallel()
	c := genome.Compose([]byte("AAAcCgTTuSWNx"))
	if want := (genome.Composition{A: 3, C: 2, G: 1, T: 3, Strong: 1, Weak: 1, Others: 2}); c != want || c.Len() != 13 {
		t.Errorf("got %+v, want %+v", c, want)
	}
	if c.GC() != 4.0/11 || c.Skew() != -1.0/3 {
		t.Errorf("got GC %v and skew %v, want 4/11 and -1/3", c.GC(), c.Skew())
	}
	var none genome.Composition
	if none.GC() != 0 || none.Skew() != 0 {
		t.Error("nothing has a GC or a skew")
	}
	r := genome.Record{Bases: []byte("AAAACCCCGG")}
	spans := func() string {
		text := ""
		for _, w := range r.Windows(4, 3) {
			text += fmt.Sprintf("%d..%d %d ", w.Start, w.End, w.C+w.G)
		}
		return text
	}
	if got, want := spans(), "1..4 0 4..7 3 7..10 4 "; got != want {
		t.Errorf("linear: got %q, want %q", got, want)
	}
	r.Circular = true
	if got, want := spans(), "1..4 0 4..7 3 7..10 4 10..3 1 "; got != want {
		t.Errorf("circular: got %q, want %q", got, want)
	}
	for _, bad := range [][2]int{{0, 1}, {1, 0}, {11, 1}} {
		if w := r.Windows(bad[0], bad[1]); w != nil {
			t.Errorf("%v: got %v", bad, w)
		}
	}
}

// TestUsage compares codon usage with Sharp and Li's formula by hand.
func TestUsage(t *testing.T) {
	t.Parallel()
	// M L L L L K stop: leucine CTG three times of four, with six codons.
	g, _ := geneOf(t, "ATGCTGCTGTTACTGAAATAA", "1..21", genome.Qualifier{Name: "transl_table", Value: "11", Form: genome.Bare})
	u, amino, left := g.Usage()
	rscu := u.RSCU()
	got := map[string]float64{}
	for i, x := range rscu {
		if u.Counts[i] > 0 {
			got[genome.CodonName(i)] = x
		}
	}
	want := map[string]float64{"ATG": 1, "CTG": 4.5, "TTA": 1.5, "AAA": 2, "TAA": 3}
	if diff := cmp.Diff(want, got); diff != "" || left != 0 || u.Code.Number != 11 {
		t.Errorf("RSCU (-want, +got):\n%s", diff)
	}
	if amino.Of('L') != 4 || amino.Of('m') != 1 || amino.Of('K') != 1 || amino.Total() != 6 || amino.Of('*') != 0 {
		t.Errorf("got %v", amino)
	}
	if coding, genes := g.Density(); coding != 1 || genes != 1 {
		t.Errorf("got the densities %v and %v, want 1", coding, genes)
	}
}

// TestDensity holds that bases of two genes count once, and those over the
// origin on both sides.
func TestDensity(t *testing.T) {
	t.Parallel()
	var features []genome.Feature
	for _, text := range []string{"90..10", "5..20", "complement(15..18)", "50..59"} {
		l, err := genome.ParseLocation(text)
		if err != nil {
			t.Fatal(err)
		}
		features = append(features, genome.Feature{Key: "CDS", Location: l})
	}
	features[3].Key = "tRNA"
	g := genome.New([]genome.Record{{ID: "r", Length: 100, Circular: true, Features: features}})
	if coding, genes := g.Density(); math.Abs(coding-0.31) > 1e-12 || math.Abs(genes-0.41) > 1e-12 {
		t.Errorf("got %v and %v, want 0.31 and 0.41", coding, genes)
	}
}

// slowORFs finds open reading frames by looking from every start codon.
func slowORFs(bases string, circular bool, least int, code *genome.Code) []string {
	n := len(bases)
	longest := map[string]int{}
	at := map[string]string{}
	for _, strand := range []int{1, -1} {
		s := bases
		if strand < 0 {
			s = string(genome.ReverseComplement(nil, []byte(s)))
		}
		for from := range n {
			codon := func(k int) (string, bool) {
				if !circular && from+3*k+3 > n || 3*k+3 > n {
					return "", false
				}
				i := from + 3*k
				return string([]byte{s[i%n], s[(i+1)%n], s[(i+2)%n]}), true
			}
			if c, ok := codon(0); !ok || !code.Starts(c[0], c[1], c[2]) {
				continue
			}
			for k := 1; ; k++ {
				c, ok := codon(k)
				if !ok {
					break
				}
				if code.Amino(c[0], c[1], c[2]) != '*' {
					continue
				}
				start, end := from%n, (from+3*k+2)%n
				key := fmt.Sprint(strand, end)
				if strand < 0 {
					start, end = n-1-end, n-1-start
				}
				if k >= least && k > longest[key] {
					longest[key] = k
					at[key] = fmt.Sprint(start+1, end+1, strand, k)
				}
				break
			}
		}
	}
	var all []string
	for _, text := range at {
		all = append(all, text)
	}
	slices.Sort(all)
	return all
}

// TestORFs compares with a search from every start codon, of random sequences,
// also such as hardly have a stop.
func TestORFs(t *testing.T) {
	t.Parallel()
	code, err := genome.CodeOf(11)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(3, 4))
	found := 0
	for i := range 400 {
		letters := []string{"ACGT", "ACGGGCCCT", "ATG"}[i%3]
		b := make([]byte, 1+r.IntN(300))
		for k := range b {
			b[k] = letters[r.IntN(len(letters))]
		}
		for _, circular := range []bool{false, true} {
			rec := genome.Record{Bases: b, Circular: circular}
			orfs, err := rec.ORFs(genome.ORFOptions{MinCodons: 5})
			if err != nil {
				t.Fatal(err)
			}
			got := []string{}
			for _, o := range orfs {
				got = append(got, fmt.Sprint(o.Start, o.End, o.Strand, o.Codons))
			}
			slices.Sort(got)
			found += len(got)
			if want := slowORFs(string(b), circular, 5, code); !slices.Equal(got, want) {
				t.Fatalf("%s, circular %v: got %q, want %q", b, circular, got, want)
			}
		}
	}
	if found < 500 {
		t.Errorf("only %d frames were compared", found)
	}
	if _, err := (&genome.Record{Bases: []byte("A")}).ORFs(genome.ORFOptions{Code: 2}); err == nil {
		t.Error("code 2 is known")
	}
	if _, err := (&genome.Record{}).ORFs(genome.ORFOptions{}); err == nil {
		t.Error("nothing has frames")
	}
}

// TestCompare holds each way to find genes again, and each verdict.
func TestCompare(t *testing.T) {
	t.Parallel()
	a := []genome.Entry{
		{Locus: "J_1", Name: "dnaA", Type: "CDS", Start: 1, End: 90, Strand: 1, Protein: "MK"},
		{Locus: "J_2", Name: "dnaN", Product: "clamp", Type: "CDS", Start: 100, End: 190, Strand: 1, Protein: "MA"},
		{Locus: "J_3", Type: "CDS", Start: 200, End: 290, Strand: 1, Protein: "MC"},
		{Locus: "J_4", Name: "gone", Type: "CDS", Start: 300, End: 390, Strand: 1},
		{Locus: "J_5", Name: "rpoB", Type: "CDS", Start: 400, End: 490, Strand: 1, Protein: "MD"},
		{Locus: "J_6", Type: "CDS", Start: 500, End: 590, Strand: 1, Protein: "MUNIQUE"},
		{Locus: "J_7", Name: "twin", Type: "CDS", Start: 600, End: 690, Strand: 1},
		{Locus: "J_8", Name: "twin", Type: "CDS", Start: 700, End: 790, Strand: 1},
		{Locus: "J_9", Type: "tRNA", Start: 800, End: 890, Strand: 1},
	}
	b := []genome.Entry{
		{Locus: "j_1", Name: "dnaA", Type: "CDS", Start: 1, End: 90, Strand: 1, Protein: "MK"},
		{Locus: "M_2", Aliases: []string{"J_2"}, Name: "dnaN", Product: "sliding clamp", Type: "CDS", Start: 90, End: 180, Strand: 1, Protein: "MV"},
		{Locus: "J_3", Type: "CDS", Start: 900, End: 990, Strand: -1, Protein: "MC"},
		{Locus: "X_5", Name: "rpoB", Type: "pseudogene", Start: 400, End: 490, Strand: 1},
		{Locus: "X_6", Name: "new", Type: "CDS", Start: 500, End: 590, Strand: 1, Protein: "MUNIQUE"},
		{Locus: "X_7", Name: "twin", Type: "CDS", Start: 600, End: 690, Strand: 1},
		{Locus: "J_9", Type: "tRNA", Start: 800, End: 893, Strand: 1},
	}
	var got []string
	pairs := genome.Compare(a, b)
	for _, p := range pairs {
		text := string(p.Verdict)
		for _, e := range []*genome.Entry{p.A, p.B} {
			if e != nil {
				text += " " + e.Locus
			}
		}
		got = append(got, strings.TrimSpace(text+" "+p.By+" "+strings.Join(p.Differences, ",")))
	}
	want := []string{
		"same J_1 j_1 locus", "changed J_2 M_2 alias protein,product,place", "moved J_3 J_3 locus strand,place", "only_a J_4",
		"changed J_5 X_5 name type", "same J_6 X_6 protein", "only_a J_7", "only_a J_8", "changed J_9 J_9 locus length,place", "only_b X_7",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want, +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[genome.Verdict]int{"same": 2, "changed": 3, "moved": 1, "only_a": 3, "only_b": 1}, genome.Tally(pairs)); diff != "" {
		t.Errorf("(-want, +got):\n%s", diff)
	}
}

// TestOverlaid holds that genes that lie over each other again and again take no
// time without end.
func TestOverlaid(t *testing.T) {
	t.Parallel()
	const bases, genes = 300000, 3000 // a billion bases of genes
	l, err := genome.ParseLocation(fmt.Sprintf("1..%d", bases))
	if err != nil {
		t.Fatal(err)
	}
	r := genome.Record{ID: "r", Bases: []byte(strings.Repeat("ATGAAA", bases/6))}
	for i := range genes {
		r.Features = append(r.Features, genome.Feature{Key: "CDS", Location: l, Qualifiers: []genome.Qualifier{{Name: "locus_tag", Value: fmt.Sprint("g", i)}}})
	}
	g := genome.New([]genome.Record{r})
	problems := g.Check()
	if last := problems[len(problems)-1].Text; len(problems) > 200 || !strings.HasPrefix(last, "the genes are many times longer than the sequence") {
		t.Errorf("got %d problems, the last %q", len(problems), last)
	}
	if _, _, left := g.Usage(); left < genes-200 {
		t.Errorf("%d genes are left out", left)
	}
	if e := g.Entries(); e[0].Protein == "" || e[genes-1].Protein != "" {
		t.Errorf("got %d and %d amino acids", len(e[0].Protein), len(e[genes-1].Protein))
	}
}

// TestCheck holds each problem that is looked for.
func TestCheck(t *testing.T) {
	t.Parallel()
	quoted := func(name, value string) genome.Qualifier { return genome.Qualifier{Name: name, Value: value} }
	for want, change := range map[string]func(r *genome.Record){
		"record r: line 1: the sequence has 15 letters, and the file says that it has 16": func(r *genome.Record) { r.Length = 16 },
		`record r: letter 15 of the sequence is '!': want a code of bases`:                func(r *genome.Record) { r.Bases[14] = '!' },
		"record r: line 2: feature CDS at 1..16: the sequence has 15 letters":             func(r *genome.Record) { r.Features[0].Location.End = 16 },
		"record r: line 2: feature CDS at 5..1: the start is after the end": func(r *genome.Record) {
			r.Features[0].Location.Start, r.Features[0].Location.End = 5, 1
		},
		"record r: line 2: gene g: the protein that the file states is not what genetic code 11 gives: amino acid 2 is 'R' in the file, and 'K' by the code": func(r *genome.Record) {
			r.Features[0].Qualifiers = append(r.Features[0].Qualifiers, quoted("translation", "MRKK"))
		},
		"record r: line 2: gene g: the protein that the file states is not what genetic code 11 gives: the file's has 2 amino acids, and the code gives 4": func(r *genome.Record) {
			r.Features[0].Qualifiers = append(r.Features[0].Qualifiers, quoted("translation", "MK"))
		},
		"record r: line 2: gene g: 1 stop codons are before the end, by genetic code 11":  func(r *genome.Record) { copy(r.Bases[6:], "TAG") },
		"record r: line 2: gene g: the first codon begins no protein, by genetic code 11": func(r *genome.Record) { copy(r.Bases, "AAA") },
		"record r: line 2: gene g: the last codon is no stop, by genetic code 11":         func(r *genome.Record) { copy(r.Bases[12:], "AAA") },
		"record r: line 2: gene g: genetic code 99 is not known":                          func(r *genome.Record) { r.Features[0].Qualifiers[1].Value = "99" },
		"record r: line 3: gene g: the gene of line 2 has the same locus tag": func(r *genome.Record) {
			twin := genome.Feature{Key: "gene", Location: r.Features[0].Location, Qualifiers: r.Features[0].Qualifiers[:1], Line: 3}
			first := twin
			first.Line = 2
			r.Features = append(r.Features, first, twin)
		},
	} {
		l, err := genome.ParseLocation("1..15")
		if err != nil {
			t.Fatal(err)
		}
		r := genome.Record{
			ID: "r", Bases: []byte("ATGAAAAAAAAATAA"), Line: 1,
			Features: []genome.Feature{{Key: "CDS", Location: l, Line: 2, Qualifiers: []genome.Qualifier{quoted("locus_tag", "g"), quoted("transl_table", "11")}}},
		}
		if left := genome.New([]genome.Record{r}).Check(); len(left) > 0 {
			t.Fatalf("it has a problem before: %v", left[0].String())
		}
		change(&r)
		var got []string
		for _, p := range genome.New([]genome.Record{r}).Check() {
			got = append(got, p.String())
		}
		if !slices.ContainsFunc(got, func(text string) bool { return strings.HasPrefix(text, want) }) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
