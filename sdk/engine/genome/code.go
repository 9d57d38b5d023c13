package genome

import (
	"fmt"
	"strings"
)

// A Code is a genetic code: what amino acid each codon stands for, and with
// which codons proteins may begin.
type Code struct {
	Number int
	Name   string
	amino  [codons]byte
	starts [codons]bool
}

// codons is how many there are.
const codons = 64

// The order of the bases in the tables.
const baseOrder = "TCAG"

// baseIndex is a base's place in the tables, 4 for what is not one base.
var baseIndex = newBaseIndex() //nolint:gochecknoglobals // a table that nothing changes

func newBaseIndex() (t [256]uint8) {
	for c := range t {
		t[c] = 4
	}
	for i := range len(baseOrder) {
		t[baseOrder[i]], t[baseOrder[i]+'a'-'A'] = uint8(i), uint8(i)
	}
	t['U'], t['u'] = 0, 0
	return t
}

// codes are the genetic codes 1, 4 and 11 of NCBI, in its order of codons (gc.prt
// version 4.6, https://www.ncbi.nlm.nih.gov/Taxonomy/Utils/wprintgc.cgi).
var codes = newCodes() //nolint:gochecknoglobals // a table that nothing changes

func newCodes() []*Code {
	var all []*Code
	for _, c := range []struct {
		number              int
		name, amino, starts string
	}{
		{
			1, "standard",
			"FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG",
			"---M---------------M---------------M----------------------------",
		},
		{
			4, "mold, protozoan and coelenterate mitochondria, mycoplasma and spiroplasma",
			"FFLLSSSSYY**CCWWLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG",
			"--MM---------------M------------MMMM---------------M------------",
		},
		{
			11, "bacteria, archaea and plant plastids",
			"FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG",
			"---M---------------M------------MMMM---------------M------------",
		},
	} {
		code := &Code{Number: c.number, Name: c.name}
		copy(code.amino[:], c.amino)
		for i := range code.starts {
			code.starts[i] = c.starts[i] == 'M'
		}
		all = append(all, code)
	}
	return all
}

// CodeOf returns NCBI's genetic code of a number: 1, 4 or 11.
func CodeOf(number int) (*Code, error) {
	for _, c := range codes {
		if c.Number == number {
			return c, nil
		}
	}
	return nil, fmt.Errorf("genetic code %d is not known: want 1 (%s), 4 (%s) or 11 (%s)", number, codes[0].Name, codes[1].Name, codes[2].Name)
}

// codonIndex is a codon's place in the tables; -1 when a letter is not one
// base.
func codonIndex(a, b, c byte) int {
	x, y, z := baseIndex[a], baseIndex[b], baseIndex[c]
	if x > 3 || y > 3 || z > 3 {
		return -1
	}
	return int(16*x + 4*y + z)
}

// CodonName is the codon at a place of the tables (see [CodonUsage]): TTT is
// the first, GGG the last.
func CodonName(i int) string {
	return string([]byte{baseOrder[i/16%4], baseOrder[i/4%4], baseOrder[i%4]})
}

// Amino is the amino acid of a codon: * for a stop, and for codons with codes
// of several bases what all that they may be have in common, else B (D or N),
// Z (E or Q), J (I or L) or X.
func (c *Code) Amino(x, y, z byte) byte {
	if i := codonIndex(x, y, z); i >= 0 {
		return c.amino[i]
	}
	found := ""
	c.each(x, y, z, func(i int) {
		if strings.IndexByte(found, c.amino[i]) < 0 {
			found += string(c.amino[i])
		}
	})
	switch {
	case len(found) == 1:
		return found[0]
	case found == "DN" || found == "ND":
		return 'B'
	case found == "EQ" || found == "QE":
		return 'Z'
	case found == "IL" || found == "LI":
		return 'J'
	}
	return 'X'
}

// each calls with every codon that one with codes of several bases may be.
func (c *Code) each(x, y, z byte, call func(i int)) {
	for i := range codons {
		has := func(letter byte, at int) bool { return masks[letter]&masks[baseOrder[at%4]] != 0 }
		if has(x, i/16) && has(y, i/4) && has(z, i) {
			call(i)
		}
	}
}

// Starts reports whether a protein may begin with a codon, whatever it may be.
func (c *Code) Starts(x, y, z byte) bool {
	if i := codonIndex(x, y, z); i >= 0 {
		return c.starts[i]
	}
	some, all := false, true
	c.each(x, y, z, func(i int) { some, all = true, all && c.starts[i] })
	return some && all
}

// Translate appends the amino acids of a sequence, codon by codon; one or two
// bases at its end are left out. A codon with a gap in it is an X.
func (c *Code) Translate(to, bases []byte) []byte {
	for ; len(bases) >= 3; bases = bases[3:] {
		to = append(to, c.Amino(bases[0], bases[1], bases[2]))
	}
	return to
}

// aminoNames are the three-letter names of amino acids and their letters, as
// /transl_except has them; of a letter the first is written.
const aminoNames = "Ala A Arg R Asn N Asp D Cys C Gln Q Glu E Gly G His H Ile I Leu L Lys K Met M Phe F Pro P Ser S Thr T Trp W Tyr Y Val V " +
	"Sec U Pyl O Asx B Glx Z Xle J OTHER X Xaa X TERM * Ter * fMet M"

// aminoOf is the letter of an amino acid's name.
func aminoOf(name string) (byte, bool) {
	words := strings.Fields(aminoNames)
	for i := 0; i < len(words); i += 2 {
		if strings.EqualFold(words[i], name) {
			return words[i+1][0], true
		}
	}
	return 0, false
}

// AminoName is the name of an amino acid by its letter: Met of M, TERM of *,
// OTHER of what is none.
func AminoName(letter byte) string {
	words := strings.Fields(aminoNames)
	for i := 0; i < len(words); i += 2 {
		if words[i+1][0] == letter {
			return words[i]
		}
	}
	return "OTHER"
}
