package organism

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome"
)

// A Genome is one that is to take the place of an organism's own: what that takes
// of it. [NewGenome] makes it; as JSON it can be kept.
type Genome struct {
	Accession string  `json:"accession"` // of the first record
	Strain    string  `json:"strain"`    // of the first record; may be empty
	BasePairs int     `json:"bp"`        // of all records
	GC        float64 `json:"gc"`        // share of G and C, 0 to 1; 0 without a sequence
	// Genes are in the order of the file.
	Genes []GenomeGene `json:"genes"`
	// SHA256 is that of the file that the genome is from, in hexadecimal.
	SHA256 string `json:"sha256"`
}

// A GenomeGene is a gene of a [Genome]. Its places are as [Gene] has them.
type GenomeGene struct {
	Locus   string   `json:"locus"`
	Symbol  string   `json:"symbol,omitempty"`
	Aliases []string `json:"aliases,omitempty"`
	Product string   `json:"product,omitempty"`
	Type    string   `json:"type"`
	Start   int      `json:"start"`
	End     int      `json:"end"`
	Strand  int      `json:"strand"`
	Pseudo  bool     `json:"pseudo,omitempty"`
	// Residues is how many amino acids its protein has; 0 when it makes none.
	Residues int `json:"residues,omitempty"`
	// Makeup is what the file says of its transcript and protein, as numbers with
	// spaces between them, which are read of foreign genes alone.
	Makeup string `json:"makeup"`
}

// NewGenome takes of a genome, which is from a file of the SHA-256, what an
// organism with it takes. What is none that a cell can have is a
// [genome.LineError], without a file.
func NewGenome(g *genome.Genome, sha256 string) (Genome, error) {
	bp, gc, err := measure(g)
	if err != nil {
		return Genome{}, err
	}
	if len(g.Genes) == 0 {
		return Genome{}, &genome.LineError{Err: errBare}
	}
	first := &g.Records[0]
	n := Genome{
		Accession: clean(first.ID), Strain: clean(first.Organism), BasePairs: bp, GC: gc,
		Genes: make([]GenomeGene, len(g.Genes)), SHA256: sha256,
	}
	read := 0
	for i := range g.Genes {
		x := &g.Genes[i]
		gene := GenomeGene{
			Locus: clean(x.Locus), Symbol: clean(x.Name), Product: clean(x.Product), Type: clean(x.Type),
			Start: x.Start, End: x.End, Strand: x.Strand, Pseudo: x.Pseudo, Residues: residues(x),
		}
		for _, alias := range x.Aliases {
			gene.Aliases = append(gene.Aliases, clean(alias))
		}
		gene.Makeup = composed(g, x, gene.Residues, &read).String()
		n.Genes[i] = gene
	}
	return n, nil
}

// A RelationError says that a genome has too few of an organism's genes to be
// one of its kind: less than half of them, or less than a quarter of its own are
// among them. Many names are the same in all bacteria: E. coli has half of those
// of JCVI-syn3A, which are a twentieth of its own genes.
type RelationError struct {
	Organism string
	Example  string // names of one of the organism's genes
	Found    int    // how many of the organism's genes the genome has
	Of       int    // how many there are
	Genes    int    // how many genes the genome has in all
}

// Error says how many of how many genes were found, and what was looked for.
func (e *RelationError) Error() string {
	return fmt.Sprintf("it is no genome of %s: of its %d genes %d are among the %d of that, and half of those and a quarter of its own are needed; genes are found by locus tag, by alias and by name, such as %s",
		e.Organism, e.Genes, e.Found, e.Of, e.Example)
}

var errBare = errors.New("it has no genes: what is needed is a genome with its annotation, as GenBank and GFF3 have it")

// WithGenome returns an organism as it is shipped with another genome: its genes
// are those of the genome, at their places there. Those that the organism's table
// has, by locus tag, by alias or by a name that one gene has, are called as it
// calls them, with what it knows of them; the others are foreign. Genes of the
// table that the genome lacks or has as pseudogenes are missing
// ([Organism.Missing]): whoever asks about the organism has to leave them out of
// the network. Another gene of the same locus tag is a copy, which counts as
// foreign and is called by the tag and a number. Network and constants of
// expression stay; a foreign gene is expressed as its sequence says, with a
// promoter of mean strength (see [Organism.Transcript]).
//
// A genome that has too few of the organism's genes is a [RelationError].
func (o *Organism) WithGenome(n Genome) (*Organism, error) {
	s := o.survey(n.Genes)
	if 2*s.found < len(o.genes) || 4*s.found < len(n.Genes) {
		return nil, o.unrelated(s.found, len(n.Genes))
	}
	changed := *o
	changed.version, changed.key = o.version+genomeMark+short(n.SHA256), o.Key()+genomeMark+n.SHA256
	changed.typeGenes, changed.missing, changed.foreign = o.genes, s.missing, s.foreign
	if o.HasTranscripts() {
		changed.expressed = o.withForeign(s.foreign, s.strangers)
	}
	changed.constants.GenomeBP, changed.constants.GCFraction = float64(n.BasePairs), n.GC
	changed.replica = n.Accession
	source := "file of SHA-256 " + n.SHA256
	changed.facts = slices.DeleteFunc(slices.Clone(o.facts), func(f Fact) bool {
		switch f.Key {
		case keyAccession, keyStrain, keyGenomeBP, keyGC:
			return true
		}
		return false
	})
	strain := n.Strain
	if strain == "" {
		strain = o.Strain()
	}
	changed.facts = append(changed.facts,
		Fact{Key: keyAccession, Value: changed.replica, Source: source},
		Fact{Key: keyStrain, Value: strain, Source: source},
		Fact{Key: keyGenomeBP, Value: strconv.Itoa(n.BasePairs), Unit: "bp", Source: source})
	if n.GC > 0 {
		changed.facts = append(changed.facts, Fact{Key: keyGC, Value: strconv.FormatFloat(n.GC, 'g', -1, 64), Unit: "1", Source: source})
	}
	changed.setGenes(append(s.genes, o.modelOnly...))
	return &changed, nil
}

// genomeMark is between an organism's version and what names a genome of the
// user's.
const genomeMark = "+genome-"

func short(sha256 string) string { return sha256[:min(len(sha256), shortSum)] }

// VersionOf is the [Organism.ModelVersion] of the organism, as it is shipped,
// with a genome and a network from files of these SHA-256; empty for none.
func (o *Organism) VersionOf(genomeSum, modelSum string) string {
	version := o.version
	if genomeSum != "" {
		version += genomeMark + short(genomeSum)
	}
	if modelSum != "" {
		version += modelMark + short(modelSum)
	}
	return version
}

// maxRecord is the longest sequence, in bases: many times the largest genome of
// a bacterium, and few enough to add up.
const maxRecord = 1 << 31

// measure is how many bases a genome has, and the share of G and C in them, 0
// where the file has no sequence. It refuses what is no genome.
func measure(g *genome.Genome) (bp int, gc float64, err error) {
	var letters genome.Composition
	for i := range g.Records {
		r := &g.Records[i]
		refuse := func(line int, format string, args ...any) error {
			return &genome.LineError{Record: r.ID, Number: i + 1, Line: line, Err: fmt.Errorf(format, args...)}
		}
		switch size := r.Size(); {
		case r.Protein:
			return 0, 0, refuse(r.Line, "it is a protein, and a genome is needed")
		case size <= 0:
			return 0, 0, refuse(r.Line, "the file does not say how long it is, nor has its sequence")
		case size > maxRecord:
			return 0, 0, refuse(r.Line, "it has %d bases, and %d are allowed", size, maxRecord)
		}
		bp += r.Size()
		letters.Add(genome.Compose(r.Bases))
	}
	for i := range g.Genes {
		x := &g.Genes[i]
		r := &g.Records[x.Record]
		if _, high := x.Location.Bounds(); high > r.Size() {
			return 0, 0, &genome.LineError{Record: r.ID, Number: x.Record + 1, Line: x.Line, Err: fmt.Errorf("the gene %.60s ends at base %d, and there are %d", x.Locus, high, r.Size())}
		}
	}
	return bp, letters.GC(), nil
}

// A finding is what came of looking for an organism's genes in a genome.
type finding struct {
	found   int    // genes of the table that the genome has, if only as pseudogenes
	genes   []Gene // of the genome, but those that are missing
	missing []Gene // of the table, in its order
	foreign []foreignGene
	// strangers are the foreign genes as the genome has them.
	strangers []*GenomeGene
}

// survey looks for the organism's genes among those of a genome.
func (o *Organism) survey(genes []GenomeGene) finding {
	var f finding
	of := o.counterparts(genes)
	there := make([]bool, len(o.genes))
	taken := make(map[string]int, len(o.genes)+len(genes))
	for _, list := range [][]Gene{o.genes, o.modelOnly} {
		for i := range list {
			taken[strings.ToLower(list[i].Locus)] = 1
		}
	}
	for i := range genes {
		x := &genes[i]
		if of[i] < 0 {
			gene := stranger(x, taken)
			f.genes = append(f.genes, gene)
			f.foreign = append(f.foreign, foreignGene{gene.Locus, x.Residues})
			f.strangers = append(f.strangers, x)
			continue
		}
		f.found++
		own := o.genes[of[i]]
		if x.Pseudo && own.Type != pseudogene {
			continue
		}
		there[of[i]] = true
		f.genes = append(f.genes, placed(own, x))
	}
	for i := range o.genes {
		if !there[i] {
			f.missing = append(f.missing, o.genes[i])
		}
	}
	return f
}

// pseudogene is the type of a gene that is broken.
const pseudogene = "pseudogene"

// counterparts are the indices of the organism's genes that those of a genome
// are, -1 for none.
func (o *Organism) counterparts(genes []GenomeGene) []int {
	mine, theirs := make([]genome.Entry, len(o.genes)), make([]genome.Entry, 0, len(genes))
	index := make(map[*genome.Entry]int, len(o.genes)+len(genes))
	for i := range o.genes {
		x := &o.genes[i]
		mine[i] = genome.Entry{Locus: x.Locus, Aliases: x.Aliases, Name: x.Symbol}
		index[&mine[i]] = i
	}
	seen := make(map[string]bool, len(genes))
	for i := range genes {
		x := &genes[i]
		if lower := strings.ToLower(x.Locus); !seen[lower] { // not a copy
			seen[lower] = true
			theirs = append(theirs, genome.Entry{Locus: x.Locus, Aliases: x.Aliases, Name: x.Symbol})
			index[&theirs[len(theirs)-1]] = i
		}
	}
	of := make([]int, len(genes))
	for i := range of {
		of[i] = -1
	}
	for _, p := range genome.Compare(mine, theirs) {
		if p.A != nil && p.B != nil {
			of[index[p.B]] = index[p.A]
		}
	}
	return of
}

// placed is a gene of the table where it is on a genome.
func placed(own Gene, x *GenomeGene) Gene {
	own.Start, own.End, own.Strand = x.Start, x.End, x.Strand
	if x.Type != "gene" { // which says nothing
		own.Type = x.Type
	}
	known := func(name string) bool { return strings.EqualFold(name, x.Locus) }
	if !known(own.Locus) && !known(own.Symbol) && !slices.ContainsFunc(own.Aliases, known) {
		own.Aliases = append(slices.Clone(own.Aliases), x.Locus)
	}
	return own
}

// stranger is a gene that the table does not have, by a name that no other has.
// Taken has the names that others have, and how many copies were named after each.
func stranger(x *GenomeGene, taken map[string]int) Gene {
	g := Gene{
		Locus: x.Locus, Symbol: x.Symbol, Aliases: x.Aliases, Product: x.Product, Start: x.Start, End: x.End, Strand: x.Strand,
		Type: x.Type, ProteinCount: -1,
	}
	tag := strings.ToLower(g.Locus)
	for taken[strings.ToLower(g.Locus)] > 0 {
		taken[tag]++
		g.Locus = x.Locus + "." + strconv.Itoa(taken[tag])
	}
	taken[strings.ToLower(g.Locus)] = 1
	return g
}

// clean is a file's text as text: files may hold any bytes.
func clean(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }

// residues is how many amino acids the protein of a gene has: those that the file
// states, or one for each codon but the last, which is the stop; 0 for a gene
// that makes none.
func residues(x *genome.Gene) int {
	if x.Pseudo || len(x.Codings) == 0 {
		return 0
	}
	c := &x.Codings[0]
	if c.Stated != "" {
		return len(c.Stated)
	}
	const codon = 3
	return max(0, c.Location.Len()/codon-1)
}

func (o *Organism) unrelated(found, genes int) error {
	e := &RelationError{Organism: o.Name(), Found: found, Of: len(o.genes), Genes: genes}
	for i := range o.genes {
		if g := &o.genes[i]; g.Symbol != "" {
			e.Example = strings.Join(append([]string{g.Locus}, append(slices.Clone(g.Aliases), g.Symbol)...), ", ")
			break
		}
	}
	return e
}

// A foreignGene is one that a genome of the user's has and the organism's table
// has not.
type foreignGene struct {
	locus    string
	residues int // amino acids of its protein; 0 for none
}

// Missing lists the genes of the organism's table that a genome of the user's
// lacks, in the order of the table; none for an organism with its own genome.
// [Organism.Gene] finds them, and [Organism.Genes] does not have them.
func (o *Organism) Missing() []Gene { return o.missing }

// Foreign lists the loci of the genes that a genome of the user's has and the
// organism's table has not, in the genome's order. They are among
// [Organism.Genes].
func (o *Organism) Foreign() []string {
	loci := make([]string, len(o.foreign))
	for i := range o.foreign {
		loci[i] = o.foreign[i].locus
	}
	return loci
}

// TypeGenes lists the genes of the organism's own table, at their places on the
// accession that it is about, whether a genome of the user's has them or not.
// Without one they are [Organism.Genes].
func (o *Organism) TypeGenes() []Gene {
	if o.typeGenes == nil {
		return o.genes
	}
	return o.typeGenes
}

// ForeignLoad is how much protein the foreign genes make beside each protein of
// the organism's own: the amino acids of their proteins over those of all of the
// organism's own protein genes, each protein counted once. Those that lost says
// so of make none.
//
// The assumption is that a codon of a foreign gene is translated as often as one
// of the organism's own is on average, so that a foreign protein has the mean
// number of copies, P / Σ own amino acids. How strong a foreign promoter is no
// file says. The growth that ribosomes allow falls in a straight line with the
// share of the proteome that is foreign, as it does in E. coli with protein that it
// has no use for, where the line is steeper (Scott et al. 2010, Science 330:1099,
// doi 10.1126/science.1192588). Own genes that were lost do not lower it: as with
// all knock-outs, what they leave free is taken by the others.
func (o *Organism) ForeignLoad(lost func(locus string) bool) float64 {
	foreign := 0
	for _, g := range o.foreign {
		if g.residues > 0 && !lost(g.locus) {
			foreign += g.residues
		}
	}
	if foreign == 0 {
		return 0
	}
	const codon = 3
	own, genes := 0, o.TypeGenes()
	for i := range genes {
		if genes[i].Type == "CDS" {
			own += max(0, genes[i].Length()/codon-1)
		}
	}
	return float64(foreign) / float64(own)
}
