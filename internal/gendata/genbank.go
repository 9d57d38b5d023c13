package main

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// A genbankRecord is what the tables need of a GenBank file.
type genbankRecord struct {
	sequence string           // lower case
	genes    map[string][]int // locus tag -> start, end, strand (+1, -1)
}

var errNoSequence = errors.New("no ORIGIN in the GenBank file")

func readGenBank(content []byte) (*genbankRecord, error) {
	features, origin, ok := strings.Cut(string(content), "\nORIGIN")
	if !ok {
		return nil, errNoSequence
	}
	rec := &genbankRecord{genes: map[string][]int{}}
	var b strings.Builder
	for _, c := range origin {
		if c >= 'a' && c <= 'z' {
			b.WriteRune(c)
		}
	}
	rec.sequence = b.String()
	place := regexp.MustCompile(`(?m)^ {5}gene {12}(complement\()?(\d+)\.\.(\d+)\)?\n(?: {21}/gene="[^"]*"\n)?(?: {21}/gene="[^"]*"\n)? {21}/locus_tag="([^"]+)"`)
	for _, m := range place.FindAllStringSubmatch(features, -1) {
		start, err := strconv.Atoi(m[2])
		if err != nil {
			return nil, err
		}
		end, err := strconv.Atoi(m[3])
		if err != nil {
			return nil, err
		}
		strand := 1
		if m[1] != "" {
			strand = -1
		}
		rec.genes[m[4]] = []int{start, end, strand}
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
		if !ok || at[0] != g.start || at[1] != g.end || at[2] != strand {
			return fmt.Errorf("gene %s: the table has %d..%d (%s), the GenBank record %v", g.locus, g.start, g.end, g.strand, at)
		}
	}
	return nil
}

// gcFraction is the share of g and c in a sequence of a, c, g and t.
func gcFraction(sequence string) float64 {
	gc := strings.Count(sequence, "g") + strings.Count(sequence, "c")
	return float64(gc) / float64(len(sequence))
}
