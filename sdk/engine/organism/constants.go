package organism

import (
	"fmt"
	"strconv"
)

// Constants are the numbers of an organism that calculations need. A zero
// says that no value is published; [Organism.Facts] has the source of each.
type Constants struct {
	GenomeBP              float64 // base pairs
	GCFraction            float64 // share of G and C in the genome
	AminoAcidsPerCell     float64 // P, in all proteins of a cell
	TranslationRate       float64 // k_eff, amino acids per second and ribosome, idle ribosomes counted
	ATPReference          float64 // A_ref, mmol/gDW/h: what 100 percent of ATP stands for; see [Organism.NoATP]
	RibosomesPerCell      float64 // physical ribosomes of the cell that P belongs to
	RNAPolymerasesPerCell float64 // of the same cell
	DoublingTime          float64 // measured, minutes
	Temperature           float64 // of the measurements, degrees Celsius
	AccessionBP           float64 // length of the accession that gene coordinates refer to, base pairs
	OriC                  float64 // place of the origin of replication on the accession, from 1
	DnaABoxes             float64 // sites of the genome that bind DnaA with high affinity, the origin's among them
	CellRadius            float64 // of a newborn cell, nm
}

// A Fact is one row of an organism's table of constants.
type Fact struct {
	Key    string // such as translation_rate
	Value  string
	Unit   string // empty for text, 1 for a pure number
	Source string // citation, or how it was computed
}

const (
	keyName      = "name"
	keyStrain    = "strain"
	keyAccession = "accession"
	keyRelease   = "release"
	keyModel     = "model"
	keyObjective = "objective"
	keyMedium    = "medium"
	keyGenomeBP  = "genome_bp"
	keyGC        = "gc_fraction"

	keyATPReference = "atp_reference"
)

// constantsOf reads the numbers among the facts. The first five must be there.
func constantsOf(facts []Fact) (Constants, error) {
	var c Constants
	required := 5
	for i, field := range []struct {
		key string
		at  *float64
	}{
		{keyGenomeBP, &c.GenomeBP},
		{keyGC, &c.GCFraction},
		{"amino_acids_per_cell", &c.AminoAcidsPerCell},
		{"translation_rate", &c.TranslationRate},
		{keyATPReference, &c.ATPReference},
		{"ribosomes_per_cell", &c.RibosomesPerCell},
		{"rna_polymerases_per_cell", &c.RNAPolymerasesPerCell},
		{"doubling_time", &c.DoublingTime},
		{"temperature", &c.Temperature},
		{"accession_bp", &c.AccessionBP},
		{"oric", &c.OriC},
		{"dnaa_boxes", &c.DnaABoxes},
		{"cell_radius", &c.CellRadius},
	} {
		found := false
		for _, f := range facts {
			if f.Key != field.key {
				continue
			}
			v, err := strconv.ParseFloat(f.Value, 64)
			if err != nil || !(v > 0) {
				return c, fmt.Errorf("constant %s: %q is not a positive number", f.Key, f.Value)
			}
			*field.at, found = v, true
		}
		if !found && i < required {
			return c, fmt.Errorf("constant %s is missing", field.key)
		}
	}
	return c, nil
}
