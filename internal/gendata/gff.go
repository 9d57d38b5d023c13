package main

import (
	"bytes"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome/gff3"
)

// A gffGene is what a GFF3 file says of a gene that the gene table does not:
// its whole span when it is in parts, its other names, its EcoCyc identifier.
type gffGene struct {
	start, end int
	synonyms   []string
	ecocyc     string
}

// readGFF reads the genes and pseudogenes of a GFF3 file by locus tag.
func readGFF(content []byte) (map[string]gffGene, error) {
	lines, err := gff3.NewReader(bytes.NewReader(content)).ReadAll()
	if err != nil {
		return nil, err
	}
	genes := map[string]gffGene{}
	for _, line := range lines {
		if line.Type != "gene" && line.Type != "pseudogene" {
			continue
		}
		locus := line.Get("locus_tag")
		g := gffGene{start: line.Start, end: line.End, synonyms: line.All("gene_synonym")}
		if old, ok := genes[locus]; ok {
			g.start, g.end = min(g.start, old.start), max(g.end, old.end)
		}
		for _, ref := range line.All("Dbxref") {
			if id, ok := strings.CutPrefix(ref, "ECOCYC:"); ok {
				g.ecocyc = id
			}
		}
		genes[locus] = g
	}
	return genes, nil
}
