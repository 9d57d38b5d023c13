package genome

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A Gene is one row of a genome's gene table.
type Gene struct {
	Record int // index into [Genome.Records]
	// Locus is the locus tag. A gene without one is called by its old tag, by
	// what looks like one in its notes, by its name, or by type and place.
	Locus   string
	Name    string // such as dnaA; empty when it has none
	Aliases []string
	Product string
	Type    string // CDS, tRNA, rRNA, ncRNA, tmRNA, ..., pseudogene, or gene when the file says no more
	// Start and End are the first and last base, from 1, both included. Of a
	// gene over the origin of a circular sequence the end is before the start.
	Start, End int
	Strand     int // +1, -1, or 0 when it is on both
	Pseudo     bool
	Location   Location
	// Codings are the proteins that it codes for, as the file lists them.
	Codings []Coding
	Line    int // of the file; 0 when it is from none

	kinds  []string // of the products that it has
	stated bool     // the file has a feature of the gene itself
	noted  string   // what its notes say
}

// The types of features that are genes or what genes make.
const (
	typeGene       = "gene"
	typeCDS        = "CDS"
	typePseudogene = "pseudogene"
)

// isProduct reports whether a feature is what a gene makes.
func isProduct(key string) bool {
	switch key {
	case typeCDS, "tRNA", "rRNA", "ncRNA", "tmRNA", "misc_RNA", "snRNA", "snoRNA", "scRNA", "precursor_RNA":
		return true
	}
	return false
}

// A Genome is records and the genes on them. It is not changed by its methods,
// and safe for concurrent use while nobody changes it.
type Genome struct {
	Records []Record
	Genes   []Gene // in the order of records and places
}

// New makes the gene table of records. Features of the same locus tag are one
// gene; features without one belong to the gene of the same name that they
// overlap, or of the same place. It keeps the records.
func New(records []Record) *Genome {
	g := &Genome{Records: records}
	for i := range records {
		t := table{record: i, r: &records[i], byLocus: map[string]int{}, byName: map[string][]int{}, byPlace: map[[3]int]int{}}
		t.genesFirst()
		for n := range t.r.Features {
			if f := &t.r.Features[n]; isProduct(f.Key) {
				t.product(f)
			}
		}
		g.Genes = append(g.Genes, t.finish()...)
	}
	return g
}

// table is the gene table of a record in the making.
type table struct {
	record  int
	r       *Record
	genes   []Gene
	byLocus map[string]int
	byName  map[string][]int
	byPlace map[[3]int]int // bounds and strand
}

// genesFirst enters the features of genes, which may come after what they make.
func (t *table) genesFirst() {
	for n := range t.r.Features {
		if f := &t.r.Features[n]; f.Key == typeGene {
			i := t.add(f)
			t.genes[i].stated = true
			t.genes[i].kinds = kindOfBiotype(f.Get("gene_biotype"))
		}
	}
}

// kindOfBiotype is what NCBI's annotation says that a gene makes.
func kindOfBiotype(biotype string) []string {
	switch biotype {
	case "", typePseudogene:
		return nil
	case "protein_coding":
		return []string{typeCDS}
	}
	return []string{biotype}
}

func (t *table) place(f *Feature) [3]int {
	low, high := f.Location.Bounds()
	return [3]int{low, high, f.Location.Strand()}
}

// add makes a gene of a feature.
func (t *table) add(f *Feature) int {
	i := len(t.genes)
	g := Gene{Record: t.record, Location: f.Location, Strand: f.Location.Strand(), Line: f.Line, Locus: f.Get("locus_tag")}
	g.Start, g.End = t.r.bounds(&f.Location)
	t.genes = append(t.genes, g)
	if _, taken := t.byLocus[g.Locus]; g.Locus != "" && !taken {
		t.byLocus[g.Locus] = i
	}
	if name := f.Get("gene"); name != "" && g.Locus == "" {
		t.byName[name] = append(t.byName[name], i)
	}
	if _, taken := t.byPlace[t.place(f)]; !taken {
		t.byPlace[t.place(f)] = i
	}
	t.describe(i, f)
	return i
}

// product enters what a gene makes.
func (t *table) product(f *Feature) {
	i, ok := t.owner(f)
	if ok {
		t.describe(i, f)
	} else {
		i = t.add(f)
	}
	g := &t.genes[i]
	if f.Key == typeCDS {
		g.Codings = append(g.Codings, codingOf(f))
	}
	if !slices.Contains(g.kinds, f.Key) {
		g.kinds = append(g.kinds, f.Key)
	}
}

// mostNames bounds how many genes of one name are looked at, and how many other
// names a gene keeps. No genome comes near it.
const mostNames = 1000

// owner is the gene that a product belongs to.
func (t *table) owner(f *Feature) (int, bool) {
	if locus := f.Get("locus_tag"); locus != "" {
		i, ok := t.byLocus[locus]
		return i, ok
	}
	low, high := f.Location.Bounds()
	if name := f.Get("gene"); name != "" {
		same := t.byName[name]
		for _, i := range same[max(len(same)-mostNames, 0):] {
			if l, h := t.genes[i].Location.Bounds(); t.genes[i].Strand == f.Location.Strand() && low <= h && high >= l {
				return i, true
			}
		}
	}
	i, ok := t.byPlace[t.place(f)]
	if ok && t.genes[i].Locus != "" && !t.genes[i].stated {
		return 0, false
	}
	return i, ok
}

// describe takes from a feature what is not known of its gene.
func (t *table) describe(i int, f *Feature) {
	g := &t.genes[i]
	g.Pseudo = g.Pseudo || f.Has("pseudo") || f.Has(typePseudogene)
	g.Name = cmp.Or(g.Name, f.Get("gene"))
	g.Product = cmp.Or(g.Product, f.Get("product"))
	g.note(f)
	for _, name := range []string{"gene_synonym", "old_locus_tag"} {
		for _, text := range f.All(name) {
			for alias := range strings.FieldsFuncSeq(text, func(c rune) bool { return c == ';' || c == ',' }) {
				if alias = strings.TrimSpace(alias); alias != "" && len(g.Aliases) < mostNames && !slices.Contains(g.Aliases, alias) {
					g.Aliases = append(g.Aliases, alias)
				}
			}
		}
	}
}

// aTag is what a locus tag looks like, as INSDC wants them since 2005: a prefix
// of three letters and digits or more, _, and digits with letters before.
var aTag = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]{2,}_[A-Za-z]{0,3}[0-9]{2,}[A-Za-z]?$`)

// note looks in the notes for what files without qualifiers of their own write
// there: a locus tag, and then what the gene does.
func (g *Gene) note(f *Feature) {
	for _, text := range f.All("note") {
		var rest []string
		for part := range strings.SplitSeq(text, ";") {
			part = strings.TrimSpace(part)
			name, value, _ := strings.Cut(part, "=")
			switch {
			case g.Locus == "" && aTag.MatchString(part):
				g.Locus = part
			case g.Locus == "" && (name == "locus_tag" || name == "locus") && value != "":
				g.Locus = value
			default:
				rest = append(rest, part)
			}
		}
		if f.Key != typeGene || g.noted == "" {
			g.noted = strings.Join(rest, "; ")
		}
	}
}

// finish names and sorts the genes.
func (t *table) finish() []Gene {
	for i := range t.genes {
		g := &t.genes[i]
		g.Product = cmp.Or(g.Product, g.noted)
		g.Type = typeGene
		if len(g.kinds) > 0 {
			g.Type = g.kinds[0]
		}
		if g.Pseudo {
			g.Type = typePseudogene
		}
		if g.Locus == "" && len(g.Aliases) > 0 && aTag.MatchString(g.Aliases[0]) {
			g.Locus = g.Aliases[0]
		}
		if g.Locus == "" {
			g.Locus = cmp.Or(g.Name, g.Type+":"+strconv.Itoa(g.Start)+".."+strconv.Itoa(g.End))
		}
	}
	slices.SortStableFunc(t.genes, func(a, b Gene) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
	return t.genes
}

// bounds are a location's first and last base on the forward strand. Of one
// over the origin of a circular sequence the end is before the start.
func (r *Record) bounds(l *Location) (start, end int) {
	low, high := l.Bounds()
	if !r.Circular {
		return low, high
	}
	spans := l.Spans()
	if l.Strand() < 0 {
		slices.Reverse(spans)
	}
	for i, s := range spans {
		switch {
		case s.Start > s.End:
			return spans[0].Start, spans[len(spans)-1].End
		case i > 0 && s.Start == 1 && spans[i-1].End == r.Size():
			return spans[0].Start, spans[len(spans)-1].End
		}
	}
	return low, high
}

// allowance is how many bases of genes are translated of a genome, so that a
// file that lays gene over gene takes no time without end. The genes of a real
// one have about as many bases as the genome.
func (g *Genome) allowance() int {
	const times, least = 64, 1 << 20
	n := least
	for i := range g.Records {
		n += times * len(g.Records[i].Bases)
	}
	return n
}

// Protein translates the first coding sequence of a gene.
func (g *Genome) Protein(gene *Gene) (*Protein, error) {
	if len(gene.Codings) == 0 {
		return nil, nil
	}
	return g.Records[gene.Record].Translate(&gene.Codings[0])
}

// Counts are how many genes of each type there are, CDS first, then the most.
func (g *Genome) Counts() []Count {
	var all []Count
	for i := range g.Genes {
		at := slices.IndexFunc(all, func(c Count) bool { return c.Type == g.Genes[i].Type })
		if at < 0 {
			at = len(all)
			all = append(all, Count{Type: g.Genes[i].Type})
		}
		all[at].N++
	}
	slices.SortFunc(all, func(a, b Count) int {
		if (a.Type == typeCDS) != (b.Type == typeCDS) {
			if a.Type == typeCDS {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Type, b.Type))
	})
	return all
}

// A Count says how many genes of a type a genome has.
type Count struct {
	Type string
	N    int
}
