package genbank

import "github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome"

// A Record is one entry of a GenBank file. Texts are without the line breaks of
// the file, but where it is said.
type Record struct {
	Locus      Locus
	Definition string   // with the full stop at its end
	Accessions []string // the first is the record's own
	Version    string   // accession and version, such as CP016816.2
	GI         string   // of old files; empty otherwise
	DBLink     string   // lines, such as "BioProject: PRJNA312950"
	Keywords   []string
	Source     string
	Organism   string
	Lineage    string // from the widest group to the narrowest, with the full stop
	References []Reference
	Comment    string // lines
	Primary    string // lines
	// Other is what else stands before the features, as NID, DBSOURCE or SEGMENT,
	// and then what stands after them, as WGS or BASE COUNT.
	Other    []Field
	Features []genome.Feature
	Contig   string // how the sequence is put together of other records; without space
	Origin   string // what follows the word ORIGIN; seldom anything
	Sequence []byte // in the file's case
	// HasOrigin: the record has a sequence, though it may be empty.
	HasOrigin bool
	Line      int // of the file, where it begins; 0 when it is from none
}

// A Locus is the first line of a record.
type Locus struct {
	Name     string
	Length   int
	Unit     string // bp, aa or rc
	Molecule string // DNA, ss-RNA, ...; empty for proteins
	Topology string // circular or linear; empty in old files
	Division string // three letters, such as BCT; may be empty
	Date     string // such as 12-APR-2018; may be empty
}

// A Reference is who published or submitted something, and where.
type Reference struct {
	Number     int    // 0 in files without
	Bases      string // such as "(bases 1 to 543379)"; may be empty
	Authors    string
	Consortium string
	Title      string
	Journal    string
	Medline    string
	PubMed     string
	Remark     string
	Other      []Field // what old files have besides, as STANDARD, each in one line
}

// A Field is a part of the record that has no place of its own in [Record].
type Field struct {
	Name string // in capitals
	Text string // lines
}

// Genome gives what analyses need of the record; sequence and features are
// shared.
func (r *Record) Genome() genome.Record {
	id := r.Version
	if id == "" && len(r.Accessions) > 0 {
		id = r.Accessions[0]
	}
	if id == "" {
		id = r.Locus.Name
	}
	organism := r.Organism
	if organism == "" {
		organism = r.Source
	}
	return genome.Record{
		ID: id, Description: r.Definition, Organism: organism, Molecule: r.Locus.Molecule, Circular: r.Locus.Topology == circular,
		Length: r.Locus.Length, Bases: r.Sequence, Features: r.Features, Protein: r.Locus.Unit == "aa", Line: r.Line,
	}
}

const (
	circular = "circular"
	linear   = "linear"
)

// The columns of the format, counted from 0.
const (
	textColumn      = 12 // of the text of the header
	qualifierColumn = 21 // of locations and qualifiers
	keyColumn       = 5  // of the keys of features
	wide            = 79 // how long lines get
)

// afterFeatures are the fields of [Record.Other] that follow the features.
func afterFeatures(name string) bool {
	switch name {
	case "BASE COUNT", "WGS", "WGS_SCAFLD", "TSA", "TLS":
		return true
	}
	return false
}

// byPlace puts the fields after the features last.
func byPlace(a, b Field) int {
	switch after := afterFeatures(a.Name); {
	case after == afterFeatures(b.Name):
		return 0
	case after:
		return 1
	}
	return -1
}
