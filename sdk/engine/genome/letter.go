package genome

// The bases as bits, so that a code for several is the sum of theirs.
const (
	bitA = 1 << iota
	bitC
	bitG
	bitT
)

// masks gives the bases that a code stands for; 0 for what is none. U is T.
// The codes are those of IUPAC-IUB, doi:10.1093/nar/13.9.3021.
var masks = newMasks() //nolint:gochecknoglobals // a table that nothing changes

func newMasks() (t [256]uint8) {
	for code, bits := range map[byte]uint8{
		'A': bitA, 'C': bitC, 'G': bitG, 'T': bitT, 'U': bitT,
		'R': bitA | bitG, 'Y': bitC | bitT, 'S': bitC | bitG, 'W': bitA | bitT, 'K': bitG | bitT, 'M': bitA | bitC,
		'B': bitC | bitG | bitT, 'D': bitA | bitG | bitT, 'H': bitA | bitC | bitT, 'V': bitA | bitC | bitG,
		'N': bitA | bitC | bitG | bitT,
	} {
		t[code], t[code+'a'-'A'] = bits, bits
	}
	return t
}

// complements gives the code of the other strand, in the same case; what is no
// code stays.
var complements = newComplements() //nolint:gochecknoglobals // a table that nothing changes

func newComplements() (t [256]byte) {
	for c := range t {
		t[c] = byte(c)
	}
	const codes, others = "ACGTURYSWKMBDHVN", "TGCAAYRSWMKVHDBN"
	for i := range len(codes) {
		t[codes[i]], t[codes[i]+'a'-'A'] = others[i], others[i]+'a'-'A'
	}
	return t
}

// ReverseComplement appends the other strand of a sequence, read in its own
// direction.
func ReverseComplement(to, bases []byte) []byte {
	for i := len(bases) - 1; i >= 0; i-- {
		to = append(to, complements[bases[i]])
	}
	return to
}

// IsBase reports whether a letter is a code of nucleotides.
func IsBase(letter byte) bool { return masks[letter] != 0 }
