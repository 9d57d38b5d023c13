package genome

import "slices"

// A Composition counts letters.
type Composition struct {
	A, C, G, T int // U is T
	Strong     int // S: C or G
	Weak       int // W: A or T
	Others     int // codes for other sets of bases, and what is no base
}

// Compose counts the letters of a sequence; upper and lower case are the same.
func Compose(bases []byte) Composition {
	var counts [256]int
	for _, c := range bases {
		counts[c]++
	}
	of := func(letters string) int {
		n := 0
		for i := range len(letters) {
			n += counts[letters[i]] + counts[letters[i]+'a'-'A']
		}
		return n
	}
	c := Composition{A: of("A"), C: of("C"), G: of("G"), T: of("TU"), Strong: of("S"), Weak: of("W")}
	c.Others = len(bases) - c.A - c.C - c.G - c.T - c.Strong - c.Weak
	return c
}

// Add adds other counts.
func (c *Composition) Add(other Composition) {
	c.A += other.A
	c.C += other.C
	c.G += other.G
	c.T += other.T
	c.Strong += other.Strong
	c.Weak += other.Weak
	c.Others += other.Others
}

// Len is how many letters there are.
func (c *Composition) Len() int { return c.A + c.C + c.G + c.T + c.Strong + c.Weak + c.Others }

// GC is the share of G and C among the letters of which it is known whether
// they are one, 0 to 1; 0 when there are none.
func (c *Composition) GC() float64 {
	strong, all := c.G+c.C+c.Strong, c.A+c.C+c.G+c.T+c.Strong+c.Weak
	if all == 0 {
		return 0
	}
	return float64(strong) / float64(all)
}

// Skew is (G − C)/(G + C), -1 to 1; 0 when there are none. In many bacteria it
// changes its sign where replication begins and ends (Lobry 1996,
// doi:10.1093/oxfordjournals.molbev.a025626).
func (c *Composition) Skew() float64 {
	if c.G+c.C == 0 {
		return 0
	}
	return float64(c.G-c.C) / float64(c.G+c.C)
}

// A Window is a stretch of a sequence and what is in it.
type Window struct {
	Start, End int // from 1, both included; over the origin the end is before the start
	Composition
}

// Windows composes stretches of some size that begin step bases after each
// other. On a circular sequence they go on over the last base; on a linear one
// the last that fits is the last. Sizes that do not fit give none.
func (r *Record) Windows(size, step int) []Window {
	n := len(r.Bases)
	if size < 1 || step < 1 || size > n {
		return nil
	}
	var all []Window
	for from := 0; from < n; from += step {
		to := from + size
		if to > n && !r.Circular {
			break
		}
		w := Window{from + 1, (to-1)%n + 1, Compose(r.Bases[from:min(to, n)])}
		if to > n {
			w.Add(Compose(r.Bases[:to-n]))
		}
		all = append(all, w)
	}
	return all
}

// AminoAcids count the letters A to Z of proteins.
type AminoAcids [26]int

// Add counts the amino acids of a protein.
func (a *AminoAcids) Add(protein string) {
	for i := range len(protein) {
		if c := protein[i] | 0x20; c >= 'a' && c <= 'z' {
			a[c-'a']++
		}
	}
}

// Of is how many there are of an amino acid, by its letter.
func (a *AminoAcids) Of(letter byte) int {
	if c := letter | 0x20; c >= 'a' && c <= 'z' {
		return a[c-'a']
	}
	return 0
}

// Total is how many there are.
func (a *AminoAcids) Total() int {
	n := 0
	for _, c := range a {
		n += c
	}
	return n
}

// A CodonUsage counts codons, in the order of [CodonName].
type CodonUsage struct {
	Code   *Code
	Counts [codons]int
	Others int // codons with letters that are not one base
}

// Add counts the codons of a coding sequence, stop codons included.
func (u *CodonUsage) Add(bases []byte) {
	for ; len(bases) >= 3; bases = bases[3:] {
		if i := codonIndex(bases[0], bases[1], bases[2]); i >= 0 {
			u.Counts[i]++
		} else {
			u.Others++
		}
	}
}

// Amino is what a codon stands for, by its place.
func (u *CodonUsage) Amino(i int) byte { return u.Code.amino[i] }

// RSCU is the relative synonymous codon usage: how often each codon is there,
// over how often it would be if all codons of its amino acid were there equally
// often (Sharp & Li 1987, doi:10.1093/nar/15.3.1281). It is 0 for amino acids
// that are not there.
func (u *CodonUsage) RSCU() [codons]float64 {
	var all, kinds [256]int
	for i, n := range u.Counts {
		all[u.Amino(i)] += n
		kinds[u.Amino(i)]++
	}
	var r [codons]float64
	for i, n := range u.Counts {
		if a := u.Amino(i); all[a] > 0 {
			r[i] = float64(n*kinds[a]) / float64(all[a])
		}
	}
	return r
}

// Usage counts the codons of all genes that code for proteins, but pseudogenes,
// from their first whole codon on, and the amino acids of their proteins. The
// genetic code is that of the first. Genes that cannot be read are left out, and
// counted.
func (g *Genome) Usage() (codonUsage CodonUsage, amino AminoAcids, leftOut int) {
	left := g.allowance()
	for i := range g.Genes {
		gene := &g.Genes[i]
		if gene.Pseudo || len(gene.Codings) == 0 {
			continue
		}
		c, r := &gene.Codings[0], &g.Records[gene.Record]
		if left -= c.Location.Len(); left < 0 {
			leftOut++
			continue
		}
		p, err := r.Translate(c)
		if err != nil {
			leftOut++
			continue
		}
		amino.Add(p.Sequence)
		if codonUsage.Code == nil {
			codonUsage.Code, _ = CodeOf(c.Code) // Translate has found it
		}
		bases, _ := r.Extract(&c.Location) // as Translate did
		codonUsage.Add(bases[min(c.FirstBase-1, len(bases)):])
	}
	if codonUsage.Code == nil {
		codonUsage.Code = codes[0]
	}
	return codonUsage, amino, leftOut
}

// Density is the share of the bases of all records that are in genes: in those
// that code for proteins, without pseudogenes, and in all; 0 to 1. Bases of two
// genes count once.
func (g *Genome) Density() (coding, genes float64) {
	size := 0
	var proteins, all []Span
	for i := range g.Records {
		size += g.Records[i].Size()
	}
	for i := range g.Genes {
		gene := &g.Genes[i]
		all = append(all, g.stretches(gene, &gene.Location)...)
		if !gene.Pseudo {
			for n := range gene.Codings {
				proteins = append(proteins, g.stretches(gene, &gene.Codings[n].Location)...)
			}
		}
	}
	if size == 0 {
		return 0, 0
	}
	return float64(covered(proteins)) / float64(size), float64(covered(all)) / float64(size)
}

// stretches are the spans of a location, by record: Strand is its index.
func (g *Genome) stretches(gene *Gene, l *Location) []Span {
	size := g.Records[gene.Record].Size()
	var all []Span
	for _, s := range l.Spans() {
		switch {
		case s.Ref != "":
		case s.Start > s.End:
			all = append(all, Span{"", s.Start, size, gene.Record}, Span{"", 1, s.End, gene.Record})
		default:
			all = append(all, Span{"", s.Start, s.End, gene.Record})
		}
	}
	return all
}

// covered is how many bases spans have, each once. Strand is the record.
func covered(spans []Span) int {
	slices.SortFunc(spans, func(a, b Span) int {
		if a.Strand != b.Strand {
			return a.Strand - b.Strand
		}
		return a.Start - b.Start
	})
	n, record, end := 0, -1, 0
	for _, s := range spans {
		if s.Strand != record {
			record, end = s.Strand, 0
		}
		if s.End > end {
			n += s.End - max(s.Start-1, end)
			end = s.End
		}
	}
	return n
}
