package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A source is one row of an organism's sources.tsv.
type source struct {
	what, citation, licence string
}

const (
	licenceCCBY   = "CC BY 4.0"
	licenceINSDC  = "INSDC, no restriction on use"
	licencePublic = "public domain"
	licenceFacts  = "figures cited"
)

// sourcesOf lists what each organism's tables are made of.
func sourcesOf(organism string) []source {
	switch organism {
	case "syn3a":
		return []source{
			{"genome, gene coordinates, symbols and products", "JCVI, GenBank CP016816.2", licenceINSDC},
			{"metabolic network iMB155, essentiality classes, functional categories, protein counts", citeBreuer, licenceCCBY},
			{"base counts of the transcripts, amino acids of the proteins, DnaA boxes: counted in the sequence", "JCVI, GenBank CP016816.2", licenceINSDC},
			{"translation rate, ribosome count, doubling time, radius, promoters of ribosomal proteins", citeThorn, licenceFacts},
		}
	case "minimal_cell":
		return append([]source{
			{"which genes stay: derived here from syn3a's tables, not published as a strain", "BioXen, from " + citeBreuer, licenceCCBY},
		}, sourcesOf("syn3a")...)
	}
	return []source{
		{"genome annotation: gene coordinates, symbols, products, synonyms", citeRefSeq, licencePublic},
		{"metabolic network iML1515", citeMonk + "; Ecoli-GEM, standard-GEM edition", licenceCCBY},
		{"essentiality on rich medium (Keio collection)", citeBaba, licenceFacts},
		{"essentiality on glucose minimal medium", citeBaba + "; " + citeJoyce + "; as compiled in vEcoli (Covert Lab)", "MIT"},
		{"protein counts on glucose minimal medium", citeSchmidt + "; as compiled in vEcoli (Covert Lab)", "MIT"},
		{"amino acids per cell, elongation rate, machine counts", citeDennis, licenceFacts},
		{"G+C content", citeBlatt, licenceFacts},
	}
}

// provenance writes an organism's sources.tsv, its inputs.sha256 in the
// format of sha256sum, and its SOURCES.md.
func provenance(organism string, own *shelf, tables map[string][]byte) error {
	sources := sourcesOf(organism)
	rows := make([][]string, len(sources))
	for i, s := range sources {
		rows[i] = []string{s.what, s.citation, s.licence}
	}
	var err error
	if tables[organism+"/sources.tsv"], err = table([]string{"what", "citation", "licence"}, rows); err != nil {
		return err
	}
	var sums bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(own.sums)) {
		fmt.Fprintf(&sums, "%s  %s\n", own.sums[name], name)
	}
	tables[organism+"/inputs.sha256"] = sums.Bytes()
	tables[organism+"/SOURCES.md"] = []byte(sourcesPage(organism, sources, sums.String()))
	return nil
}

func sourcesPage(organism string, sources []source, sums string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Sources of the tables of `%s`\n\nMade by `make gen-data` (`internal/gendata`); do not edit.\n", organism)
	b.WriteString("The tables re-express published facts in our own format; none of the source files is copied.\n\n")
	b.WriteString("| what was taken | citation | licence |\n|---|---|---|\n")
	for _, s := range sources {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", s.what, s.citation, s.licence)
	}
	b.WriteString("\n" + notes(organism) + "\n## Inputs\n\nSHA-256 of each file that was read, as in `inputs.sha256`:\n\n```\n" + sums + "```\n")
	return b.String()
}

//go:embed notes_syn3a.md
var notesSyn3A string

//go:embed notes_minimal_cell.md
var notesMinimalCell string

//go:embed notes_ecoli.md
var notesEColi string

// notes say what each table holds and what was decided.
func notes(organism string) string {
	switch organism {
	case "syn3a":
		return notesSyn3A
	case "minimal_cell":
		return notesMinimalCell
	}
	return notesEColi
}
