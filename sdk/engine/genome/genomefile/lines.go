package genomefile

import (
	"fmt"
	"io"
	"strconv"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome/fasta"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome/gff3"
)

// WriteGFF3 writes the genes of a genome as GFF3, and the sequences that it has
// after them. Reading it gives the same genes and proteins.
func WriteGFF3(w io.Writer, g *genome.Genome) error {
	out := gff3.NewWriter(w)
	for i := range g.Records {
		if r := &g.Records[i]; r.Size() > 0 {
			d := gff3.Directive{Name: "sequence-region", Text: fmt.Sprintf("%s 1 %d", r.ID, r.Size())}
			if err := out.Directive(d); err != nil {
				return err
			}
		}
	}
	for _, line := range Lines(g) {
		if err := out.Write(line); err != nil {
			return err
		}
	}
	for i := range g.Records {
		r := &g.Records[i]
		if len(r.Bases) == 0 {
			continue
		}
		if err := out.WriteSequence(&fasta.Record{ID: r.ID, Description: r.Description, Sequence: r.Bases}); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// Lines are the lines of a GFF3 file about the records of a genome and their
// genes: of each gene, itself and what it makes.
func Lines(g *genome.Genome) []*gff3.Record {
	l := lines{g: g, ids: map[string]int{}}
	next := 0
	for i := range g.Records {
		l.region(&g.Records[i])
		for ; next < len(g.Genes) && g.Genes[next].Record == i; next++ {
			l.gene(&g.Genes[next])
		}
	}
	return l.all
}

type lines struct {
	g   *genome.Genome
	all []*gff3.Record
	ids map[string]int
}

// id makes a name that no other line has.
func (l *lines) id(name string) string {
	l.ids[name]++
	if n := l.ids[name]; n > 1 {
		return name + "-" + strconv.Itoa(n)
	}
	return name
}

// A list puts attributes together.
type list []gff3.Attribute

func (a *list) add(name string, values ...string) {
	if len(values) > 0 && values[0] != "" {
		*a = append(*a, gff3.Attribute{Name: name, Values: values})
	}
}

func (l *lines) region(r *genome.Record) {
	if r.Size() == 0 {
		return
	}
	var a list
	a.add("ID", l.id(r.ID+":1.."+strconv.Itoa(r.Size())))
	if r.Circular {
		a.add("Is_circular", "true")
	}
	a.add("organism", r.Organism)
	a.add("mol_type", r.Molecule)
	l.all = append(l.all, &gff3.Record{SeqID: r.ID, Type: "region", Start: 1, End: r.Size(), Strand: '+', Phase: gff3.NoPhase, Attributes: a})
}

func (l *lines) gene(gene *genome.Gene) {
	kind := "gene"
	if gene.Pseudo {
		kind = "pseudogene"
	}
	var a list
	id := l.id("gene-" + gene.Locus)
	a.add("ID", id)
	a.add("Name", gene.Name)
	a.add("gene", gene.Name)
	if !gene.Pseudo && gene.Type != "gene" {
		biotype := gene.Type
		if biotype == "CDS" {
			biotype = "protein_coding"
		}
		a.add("gene_biotype", biotype)
	}
	a.add("gene_synonym", gene.Aliases...)
	a.add("locus_tag", gene.Locus)
	if gene.Pseudo {
		a.add("pseudo", "true")
	}
	if len(gene.Codings) == 0 {
		a.add("product", gene.Product)
	}
	l.parts(gene, &gene.Location, kind, 0, a)
	for i := range gene.Codings {
		l.coding(gene, &gene.Codings[i], id)
	}
	if len(gene.Codings) > 0 || gene.Pseudo || gene.Type == "gene" {
		return
	}
	var b list
	b.add("ID", l.id("rna-"+gene.Locus))
	b.add("Parent", id)
	b.add("gene", gene.Name)
	b.add("locus_tag", gene.Locus)
	b.add("product", gene.Product)
	kind = gene.Type
	if kind == "misc_RNA" {
		kind = "transcript"
	}
	l.parts(gene, &gene.Location, kind, 0, b)
}

func (l *lines) coding(gene *genome.Gene, c *genome.Coding, parent string) {
	var a list
	a.add("ID", l.id("cds-"+gene.Locus))
	a.add("Parent", parent)
	a.add("Name", c.ProteinID)
	a.add("gene", gene.Name)
	a.add("locus_tag", gene.Locus)
	product := c.Product
	if product == "" {
		product = gene.Product
	}
	a.add("product", product)
	a.add("protein_id", c.ProteinID)
	if gene.Pseudo {
		a.add("pseudo", "true")
	}
	if c.Slippage {
		a.add("exception", "ribosomal slippage")
	}
	for i := range c.Exceptions {
		e := &c.Exceptions[i]
		a.add("transl_except", "(pos:"+e.Location.String()+",aa:"+genome.AminoName(e.Amino)+")")
	}
	a.add("transl_table", strconv.Itoa(c.Code))
	l.parts(gene, &c.Location, "CDS", c.FirstBase, a)
}

// parts writes a line for each part of a location. What goes on over the origin
// has an end beyond the last base. A coding sequence has the number of its first
// whole codon's base, from 1.
func (l *lines) parts(gene *genome.Gene, at *genome.Location, kind string, first int, a list) {
	r := &l.g.Records[gene.Record]
	before, after := at.Partial()
	spans := joined(at.Spans(), r)
	read := 1 - first // bases of whole codons before the part
	for i, s := range spans {
		strand, phase := byte('+'), gff3.NoPhase
		if s.Strand < 0 {
			strand = '-'
		}
		if first > 0 {
			phase = ((-read)%3 + 3) % 3
			read += s.Len()
		}
		attributes := append(list{}, a...)
		missing := func(low bool) {
			if low {
				attributes.add("start_range", ".", strconv.Itoa(s.Start))
			} else {
				attributes.add("end_range", strconv.Itoa(s.End), ".")
			}
		}
		if before && i == 0 {
			missing(s.Strand > 0)
		}
		if after && i == len(spans)-1 {
			missing(s.Strand < 0)
		}
		l.all = append(l.all, &gff3.Record{SeqID: r.ID, Type: kind, Start: s.Start, End: s.End, Strand: strand, Phase: phase, Attributes: attributes})
	}
}

// joined puts the two halves of a stretch over the origin together, with an end
// beyond the last base, and leaves out what is on other records.
func joined(spans []genome.Span, r *genome.Record) []genome.Span {
	var all []genome.Span
	for _, s := range spans {
		if s.Ref != "" && s.Ref != r.ID {
			continue
		}
		if r.Circular && s.Start > s.End {
			s.End += r.Size()
		}
		if n := len(all); n > 0 && r.Circular && all[n-1].Strand == s.Strand {
			last := &all[n-1]
			switch {
			case s.Strand > 0 && last.End == r.Size() && s.Start == 1:
				last.End += s.End
				continue
			case s.Strand < 0 && last.Start == 1 && s.End == r.Size():
				last.Start, last.End = s.Start, s.End+last.End
				continue
			}
		}
		all = append(all, s)
	}
	return all
}
