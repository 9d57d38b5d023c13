package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// ecoli makes the tables of E. coli K-12 MG1655.
func ecoli(s *shelf, tables map[string][]byte) error {
	own := s.sub()
	model, err := own.model("models/iML1515.json")
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, g := range model.Parts().Genes {
		names[g.ID] = g.Name
	}
	genes, err := ecoliGenes(own, names)
	if err != nil {
		return err
	}
	if tables["ecoli/metabolites.tsv"], tables["ecoli/reactions.tsv"], err = networkTables(model, func(id string) string { return id }); err != nil {
		return err
	}
	if tables["ecoli/genes.tsv"], err = geneTable(genes); err != nil {
		return err
	}
	if tables["ecoli/constants.tsv"], err = constantTable(ecoliConstants()); err != nil {
		return err
	}
	return provenance("ecoli", own, tables)
}

// ecoliGenes joins the gene table, the annotation, the proteome and the
// model's names. A gene in several parts becomes one that spans them.
func ecoliGenes(own *shelf, modelNames map[string]string) ([]gene, error) {
	rows, err := own.rows("ecoli/ecoli_genes.tsv")
	if err != nil {
		return nil, err
	}
	content, err := own.read("ecoli/NC_000913.3.gff3.gz")
	if err != nil {
		return nil, err
	}
	annotation, err := readGFF(content)
	if err != nil {
		return nil, err
	}
	proteins, err := glucoseProteome(own)
	if err != nil {
		return nil, err
	}
	var genes []gene
	known := map[string]bool{}
	for _, row := range rows {
		g, err := geneOf(row)
		if err != nil {
			return nil, fmt.Errorf("gene %s: %w", row["locus"], err)
		}
		if known[g.locus] {
			continue
		}
		known[g.locus] = true
		a, ok := annotation[g.locus]
		if !ok {
			return nil, fmt.Errorf("gene %s is not in the annotation", g.locus)
		}
		g.start, g.end = a.start, a.end
		if g.kind == "CDS" {
			g.proteins = proteins[a.ecocyc]
		}
		g.aliases = otherNames(&g, append(a.synonyms, modelNames[g.locus]), modelNames)
		switch {
		case g.essentiality != "-":
		case g.kind == "CDS":
			g.essentiality = "N"
		default:
			g.essentiality = ""
		}
		genes = append(genes, g)
	}
	for locus, name := range modelNames {
		if !known[locus] {
			genes = append(genes, gene{locus: locus, symbol: name, kind: modelOnly, product: modelOnlyProduct(locus)})
		}
	}
	slices.SortStableFunc(genes, func(a, b gene) int { return strings.Compare(a.locus, b.locus) })
	return genes, nil
}

func modelOnlyProduct(locus string) string {
	switch locus {
	case "s0001":
		return "pseudo-gene of iML1515 for reactions that run without an enzyme"
	case "b4104":
		return "phosphonate ABC transporter subunit in iML1515; NC_000913.3 has it as part of the pseudogene b4583"
	}
	return "gene of iML1515 that NC_000913.3 does not list"
}

// otherNames leaves of a gene's names those that a user may type: no ECK
// numbers, no name of another gene of the model, none twice.
func otherNames(g *gene, names []string, modelNames map[string]string) []string {
	eck := regexp.MustCompile(`^ECK\d+$`)
	var out []string
	for _, n := range names {
		_, model := modelNames[n]
		if n != "" && n != g.symbol && !model && !eck.MatchString(n) && !slices.Contains(out, n) && !strings.ContainsAny(n, " ,") {
			out = append(out, n)
		}
	}
	return out
}

// glucoseProteome reads copies per cell on glucose minimal medium by EcoCyc
// identifier.
func glucoseProteome(own *shelf) (map[string]string, error) {
	rows, err := own.rows("ecoli/schmidt2015_javier_table.tsv")
	if err != nil {
		return nil, err
	}
	copies := make(map[string]string, len(rows))
	for _, row := range rows {
		copies[row["EcoCycID"]] = row["Glucose"]
	}
	return copies, nil
}
