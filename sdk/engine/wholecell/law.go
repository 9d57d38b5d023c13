package wholecell

import (
	"math"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

// Rates are the rate constants of one gene's expression by the published laws,
// in a newborn cell with all of its machinery.
type Rates struct {
	Transcription float64 // transcripts per second and copy of the gene
	Decay         float64 // of a messenger, 1/s
	Translation   float64 // proteins per second and messenger
	// Polymerases transcribe a copy of the gene on average, and Ribosomes
	// translate a messenger.
	Polymerases, Ribosomes float64
}

// RatesOf works out a protein gene's rates from its sequence. Base counts are
// the true ones: the code of 2022 had C, G and U shifted, which its successor
// corrected; the difference is 1.4 percent of a rate at most.
func RatesOf(t *organism.Transcript) Rates {
	speed := min(polymeraseSpeed*activeShare*ownPolymerases/modelGenes*(t.Promoter/meanPromoter), fastestPromoter)
	length := float64(t.Length())
	ribosomes := polysome(length)
	return Rates{
		Transcription: speed / transcriptSteps(t.Bases, t.First, nucleotides(), newbornVolume(defaultRadius)),
		Decay:         modelDegradation * degradationSpeed / length,
		Translation:   elongation * ribosomes / proteinSteps(float64(t.Residues())),
		Polymerases:   speed / polymeraseSpeed,
		Ribosomes:     ribosomes,
	}
}

// nucleotides are the concentrations, in mM, in the order of
// [organism.BaseLetters].
func nucleotides() [4]float64 { return [4]float64{adenine, cytosine, guanine, uracil} }

// transcriptSteps is the denominator of the law of transcription: the length,
// longer by the waiting for the polymerase and for nucleotides.
func transcriptSteps(bases [4]int, first string, mM [4]float64, volume float64) float64 {
	start := 1.0
	for _, base := range first {
		start /= mM[strings.IndexRune(organism.BaseLetters, base)] // the tables have no other letters
	}
	start = float64((1 + polymeraseK0/concentration(ownPolymerases, volume)) * polymeraseKD * polymeraseKD * start)
	waiting, length := 0.0, 0.0
	for k, n := range bases {
		waiting += float64(n) * polymeraseKD / mM[k]
		length += float64(n)
	}
	return start + waiting + length - 1
}

// proteinSteps is the denominator of the law of translation, of a protein with
// so many residues; the stop codon is a step too.
func proteinSteps(residues float64) float64 {
	volume := newbornVolume(defaultRadius)
	charged := concentration(chargedTRNA, volume)
	start := float64((1 + ribosomeK0/concentration(ownRibosomes, volume)) * ribosomeKD * ribosomeKD / (charged * charged))
	return start + float64(residues*(ribosomeKD/charged)) + residues
}

// polysome is how many ribosomes translate a messenger of a length on average.
// By the law n of them find room, one per 125 bases, and a quarter of them and
// of one more moves.
func polysome(length float64) float64 {
	n := min(max(math.RoundToEven(length/spacing-1), 1), mostRibosomes)
	if n > 1 {
		return float64(0.25*n) + 0.25
	}
	return 0.45
}

// defaultRadius is a newborn cell's, in nm, for the laws; see
// [organism.Constants].
const defaultRadius = 200.0

// newbornVolume is a sphere's volume in litres, its radius in nm.
func newbornVolume(radius float64) float64 {
	const litresPerNM3 = 1e-24
	return square / 3 * radius * radius * radius * litresPerNM3
}

// concentration is that of some molecules in a volume in litres, in mM.
func concentration(molecules, volume float64) float64 {
	const mMPerM = 1000
	return mMPerM * molecules / (avogadro * volume)
}

// molecules is how many make a concentration, in mM, in a volume in litres; a
// whole number.
func molecules(mM, volume float64) float64 {
	return math.Floor(mM / concentration(1, volume))
}
