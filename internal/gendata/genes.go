package main

import (
	"slices"
	"strconv"
	"strings"
)

// A gene is one row of an organism's gene table.
type gene struct {
	locus, symbol, product string
	start, end             int    // from 1, both inclusive; 0 when it is not on the genome
	strand                 string // + or -, empty when it is not on the genome
	kind                   string // CDS, tRNA, ..., or model when only the network names it
	category               string
	essentiality           string
	proteins               string // copies per cell, empty when not measured
	aliases                []string
}

// geneTable writes genes in the order of their start.
func geneTable(genes []gene) ([]byte, error) {
	sorted := slices.SortedStableFunc(slices.Values(genes), func(a, b gene) int {
		if (a.kind == modelOnly) != (b.kind == modelOnly) {
			if a.kind == modelOnly {
				return 1
			}
			return -1
		}
		return a.start - b.start
	})
	rows := make([][]string, len(sorted))
	for i, g := range sorted {
		rows[i] = []string{
			g.locus, strconv.Itoa(g.start), strconv.Itoa(g.end), g.strand, g.kind, g.symbol, tidy(g.product),
			g.category, g.essentiality, g.proteins, strings.Join(g.aliases, ","),
		}
	}
	return table([]string{"locus", "start", "end", "strand", "type", "symbol", "product", "category", "essentiality", "proteins", "aliases"}, rows)
}

// modelOnly is the type of a gene that the network names and the genome's
// annotation does not.
const modelOnly = "model"

// fields reads a row of a published gene table into a gene.
func geneOf(row map[string]string) (gene, error) {
	start, err := strconv.Atoi(row["start"])
	if err != nil {
		return gene{}, err
	}
	end, err := strconv.Atoi(row["end"])
	if err != nil {
		return gene{}, err
	}
	g := gene{
		locus: row["locus"], symbol: row["gene"], product: row["product"], start: start, end: end,
		strand: row["strand"], kind: row["type"], category: row["category"], essentiality: row["ess"], proteins: row["protein_per_cell"],
	}
	if g.kind == "pseudo" {
		g.kind = "pseudogene"
	}
	return g, nil
}
