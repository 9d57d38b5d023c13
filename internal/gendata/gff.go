package main

import (
	"net/url"
	"strconv"
	"strings"
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
	genes := map[string]gffGene{}
	for line := range strings.Lines(string(content)) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(f) != 9 || f[2] != "gene" && f[2] != "pseudogene" {
			continue
		}
		attrs, err := gffAttributes(f[8])
		if err != nil {
			return nil, err
		}
		start, err := strconv.Atoi(f[3])
		if err != nil {
			return nil, err
		}
		end, err := strconv.Atoi(f[4])
		if err != nil {
			return nil, err
		}
		g := gffGene{start: start, end: end}
		if old, ok := genes[attrs["locus_tag"]]; ok {
			g.start, g.end = min(start, old.start), max(end, old.end)
		}
		if s := attrs["gene_synonym"]; s != "" {
			g.synonyms = strings.Split(s, ",")
		}
		for ref := range strings.SplitSeq(attrs["Dbxref"], ",") {
			if id, ok := strings.CutPrefix(ref, "ECOCYC:"); ok {
				g.ecocyc = id
			}
		}
		genes[attrs["locus_tag"]] = g
	}
	return genes, nil
}

func gffAttributes(text string) (map[string]string, error) {
	attrs := map[string]string{}
	for pair := range strings.SplitSeq(text, ";") {
		key, value, _ := strings.Cut(pair, "=")
		v, err := url.PathUnescape(value)
		if err != nil {
			return nil, err
		}
		attrs[key] = v
	}
	return attrs, nil
}
