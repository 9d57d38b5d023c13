package bioxen

import (
	"context"
	"errors"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/source"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

// A GenomeQuestion asks about a genome in a file.
type GenomeQuestion struct {
	// File is where the genome is, as [biovm.Spec].Genome has it.
	File biovm.Source
	// BiologicalType is the type of cell that it is compared with; empty for none.
	BiologicalType biovm.BiologicalType
}

// A GenomeReport says what is in a file with a genome.
type GenomeReport struct {
	SHA256    string
	Format    string // GenBank, GFF3 or FASTA
	Accession string // of the first record
	Organism  string // of the first record; may be empty
	Records   int
	BasePairs int // of all records
	// GC is the share of G and C, 0 to 1; 0 when the file has no sequence.
	GC     float64
	Counts []GenomeCount // of genes by type, CDS first, then the most
	Genes  []GenomeGene  // in the file's order
	// Compared is how the genome differs from the type's; nil when none was asked
	// about.
	Compared *GenomeComparison
}

// A GenomeCount says how many genes of a type a genome has.
type GenomeCount struct {
	Type  string
	Genes int
}

// A GenomeGene is a gene of a file.
type GenomeGene struct {
	biovm.Gene

	Record string // that it is on
}

// A GenomeComparison is how a genome differs from that of a type of cells.
type GenomeComparison struct {
	// Missing are the type's genes that the genome lacks, or has as pseudogenes
	// only; Foreign those that the type does not know. Both are loci.
	Missing, Foreign []string
	// Genes is how many a cell of the type has with this genome.
	Genes int
}

// DescribeGenome reads a genome and compares it. It needs no client. What is wrong
// are [biovm.FieldError]s at source, sha256 and biological_type; a genome that no
// cell of the type can have is one, at source.
func DescribeGenome(ctx context.Context, q GenomeQuestion) (GenomeReport, error) {
	r, err := describeGenome(ctx, q)
	var errs []error
	for _, f := range biovm.FieldErrors(err) {
		errs = append(errs, &biovm.FieldError{Path: strings.TrimPrefix(f.Path, "genome."), Value: f.Value, Reason: f.Reason})
	}
	if len(errs) > 0 {
		return GenomeReport{}, errors.Join(errs...)
	}
	return r, err
}

func describeGenome(ctx context.Context, q GenomeQuestion) (GenomeReport, error) {
	var o *organism.Organism
	if q.BiologicalType != "" {
		var err error
		if o, err = organism.Of(q.BiologicalType); err != nil {
			return GenomeReport{}, err
		}
	}
	content, sum, err := source.Reader{}.Read(ctx, biovm.Part{Name: "genome", Source: &q.File})
	if err != nil {
		return GenomeReport{}, err
	}
	g, format, err := engine.ReadGenome(content, q.File.Source)
	if err != nil {
		return GenomeReport{}, &biovm.FieldError{Path: "source", Reason: err.Error()}
	}
	r := reportOf(g)
	r.SHA256, r.Format = sum, format.String()
	if o == nil {
		return r, nil
	}
	var changed *organism.Organism
	n, err := organism.NewGenome(g, sum)
	if err == nil {
		changed, err = o.WithGenome(n)
	}
	if err != nil {
		return GenomeReport{}, &biovm.FieldError{Path: "source", Reason: engine.GenomeError(err, q.File.Source).Error()}
	}
	r.Compared = &GenomeComparison{Foreign: changed.Foreign(), Genes: len(changed.Genes())}
	for _, x := range changed.Missing() {
		r.Compared.Missing = append(r.Compared.Missing, x.Locus)
	}
	return r, nil
}

// reportOf sums up a genome.
func reportOf(g *genome.Genome) GenomeReport {
	r := GenomeReport{Accession: g.Records[0].ID, Organism: g.Records[0].Organism, Records: len(g.Records)}
	var letters genome.Composition
	for i := range g.Records {
		r.BasePairs += g.Records[i].Size()
		letters.Add(genome.Compose(g.Records[i].Bases))
	}
	r.GC = letters.GC()
	for _, c := range g.Counts() {
		r.Counts = append(r.Counts, GenomeCount{c.Type, c.N})
	}
	for i := range g.Genes {
		x := &g.Genes[i]
		gene := biovm.Gene{Locus: x.Locus, Symbol: x.Name, Aliases: x.Aliases, Product: x.Product, Start: x.Start, End: x.End, Type: x.Type}
		switch x.Strand {
		case 1:
			gene.Strand = "+"
		case -1:
			gene.Strand = "-"
		}
		r.Genes = append(r.Genes, GenomeGene{gene, g.Records[x.Record].ID})
	}
	return r
}
