package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome/genomefile"
)

// A genbankRecord is what the tables need of a GenBank file.
type genbankRecord struct {
	sequence string                  // lower case
	genes    map[string]*genome.Gene // by locus tag
}

func readGenBank(content []byte) (*genbankRecord, error) {
	g, _, err := genomefile.Read(bytes.NewReader(content), "the GenBank file")
	if err != nil {
		return nil, err
	}
	if n := len(g.Records); n != 1 || len(g.Records[0].Bases) == 0 {
		return nil, fmt.Errorf("the GenBank file has %d records, want one with a sequence", n)
	}
	rec := &genbankRecord{sequence: strings.ToLower(string(g.Records[0].Bases)), genes: map[string]*genome.Gene{}}
	for i := range g.Genes {
		rec.genes[g.Genes[i].Locus] = &g.Genes[i]
	}
	return rec, nil
}

// agree reports the first gene whose place in the table is not the record's.
func (rec *genbankRecord) agree(genes []gene) error {
	if len(genes) != len(rec.genes) {
		return fmt.Errorf("the gene table has %d genes, the GenBank record %d", len(genes), len(rec.genes))
	}
	for _, g := range genes {
		strand := 1
		if g.strand == "-" {
			strand = -1
		}
		at, ok := rec.genes[g.locus]
		switch {
		case !ok:
			return fmt.Errorf("gene %s is not in the GenBank record", g.locus)
		case at.Start != g.start || at.End != g.end || at.Strand != strand:
			return fmt.Errorf("gene %s: the table has %d..%d (%s), the GenBank record %s", g.locus, g.start, g.end, g.strand, at.Location.String())
		}
	}
	return nil
}

// gcFraction is the share of g and c in a sequence.
func gcFraction(sequence string) float64 {
	c := genome.Compose([]byte(sequence))
	return c.GC()
}
