package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// syn3a makes the tables of syn3a and what minimal_cell has of its own.
func syn3a(s *shelf, tables map[string][]byte) error {
	own := s.sub()
	rows, err := own.rows("syn3a/syn3a_genes.tsv")
	if err != nil {
		return err
	}
	genes := make([]gene, len(rows))
	for i, row := range rows {
		if genes[i], err = geneOf(row); err != nil {
			return fmt.Errorf("gene %s: %w", row["locus"], err)
		}
		number, ok := strings.CutPrefix(genes[i].locus, "JCVISYN3A_")
		if !ok {
			return fmt.Errorf("gene %s: want a locus JCVISYN3A_nnnn", genes[i].locus)
		}
		genes[i].aliases = []string{"MMSYN1_" + number}
	}
	content, err := own.read("syn3a/syn3A.gb")
	if err != nil {
		return err
	}
	record, err := readGenBank(content)
	if err != nil {
		return err
	}
	if err := record.agree(genes); err != nil {
		return err
	}
	model, err := own.model("models/iMB155.xml")
	if err != nil {
		return err
	}
	locus := func(id string) string { return strings.Replace(id, "MMSYN1_", "JCVISYN3A_", 1) }
	if tables["syn3a/metabolites.tsv"], tables["syn3a/reactions.tsv"], err = networkTables(model, locus); err != nil {
		return err
	}
	if tables["syn3a/genes.tsv"], err = geneTable(genes); err != nil {
		return err
	}
	if tables["syn3a/expression.tsv"], err = expressionTable(genes, record.sequence); err != nil {
		return err
	}
	boxes := dnaABoxes(record.sequence)
	if len(boxes) == 0 {
		return errors.New("the genome has no DnaA box TTATNCACA, and so no origin")
	}
	if err := minimalCell(genes, record.sequence, boxes, tables); err != nil {
		return err
	}
	tables["syn3a/constants.tsv"], err = constantTable(append(syn3aConstants(
		strconv.Itoa(len(record.sequence)), strconv.Itoa(aminoAcids(genes)), strconv.FormatFloat(gcFraction(record.sequence), 'f', 4, 64)), originConstants(boxes, record.sequence)...))
	if err != nil {
		return err
	}
	if err := provenance("minimal_cell", own, tables); err != nil {
		return err
	}
	return provenance("syn3a", own, tables)
}

// minimalCell makes the constants of syn3a without its class N genes; genes
// and network follow from syn3a's tables when they are loaded.
func minimalCell(genes []gene, sequence string, boxes []int, tables map[string][]byte) error {
	lost := make([]bool, len(sequence))
	kept := make([]bool, len(sequence))
	var stay []gene
	for _, g := range genes {
		mark := kept
		if g.essentiality == "N" {
			mark = lost
		} else {
			stay = append(stay, g)
		}
		for i := g.start - 1; i < g.end; i++ {
			mark[i] = true
		}
	}
	var rest strings.Builder
	for i := range sequence {
		if kept[i] || !lost[i] {
			rest.WriteByte(sequence[i])
		}
	}
	var err error
	tables["minimal_cell/constants.tsv"], err = constantTable(append(minimalCellConstants(
		strconv.Itoa(rest.Len()), strconv.Itoa(aminoAcids(stay)), strconv.FormatFloat(gcFraction(rest.String()), 'f', 4, 64)), originConstants(boxes, sequence)...))
	return err
}

// aminoAcids is the number of amino acids in a cell's proteins, as far as
// their counts are known. Counts are whole numbers.
func aminoAcids(genes []gene) int {
	sum := 0
	for _, g := range genes {
		if n, err := strconv.Atoi(g.proteins); err == nil {
			sum += n * ((g.end-g.start+1)/3 - 1)
		}
	}
	return sum
}
