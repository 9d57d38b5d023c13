package genbank

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// parseLocus reads the first line of a record without its keyword. Its columns
// moved with the years, and long names move them too, so it goes by words:
// name, length, unit, molecule, topology, division, date.
func parseLocus(text string) (Locus, error) {
	words := strings.Fields(text)
	at := slices.IndexFunc(words, func(w string) bool { return w == "bp" || w == "aa" || w == "rc" })
	if at < 0 {
		return Locus{}, errors.New("LOCUS: want a length in bp or aa")
	}
	if at < 2 {
		return Locus{}, errors.New("LOCUS: want a name and a length before the unit")
	}
	l := Locus{Name: strings.Join(words[:at-1], " "), Unit: words[at]}
	var err error
	if l.Length, err = strconv.Atoi(words[at-1]); err != nil || l.Length < 0 {
		return Locus{}, fmt.Errorf("LOCUS: want a length, got %.30q", words[at-1])
	}
	rest := words[at+1:]
	if n := len(rest); n > 0 && isDate(rest[n-1]) {
		l.Date, rest = rest[n-1], rest[:n-1]
	}
	if n := len(rest); n > 0 && isDivision(rest[n-1]) {
		l.Division, rest = rest[n-1], rest[:n-1]
	}
	if n := len(rest); n > 0 && (rest[n-1] == circular || rest[n-1] == linear) {
		l.Topology, rest = rest[n-1], rest[:n-1]
	}
	l.Molecule = strings.Join(rest, " ")
	if len(rest) > 2 {
		return Locus{}, fmt.Errorf("LOCUS: %.60q is more than a molecule, a topology, a division and a date", l.Molecule)
	}
	return l, nil
}

// isDate reports whether a word is a date such as 12-APR-2018.
func isDate(w string) bool {
	if len(w) != len("12-APR-2018") || w[2] != '-' || w[6] != '-' {
		return false
	}
	_, err := strconv.Atoi(w[:2] + w[7:])
	return err == nil && strings.Contains("JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC", strings.ToUpper(w[3:6]))
}

// isDivision reports whether a word is three capitals and no molecule.
func isDivision(w string) bool {
	if len(w) != 3 || w == "DNA" || w == "RNA" {
		return false
	}
	for _, c := range []byte(w) {
		if c < 'A' || c > 'Z' {
			return false
		}
	}
	return true
}

// text is the first line of a record. A name and a length that do not fit into
// their columns move the others.
func (l *Locus) text() string {
	const both = 28 // the columns of name and length
	unit := l.Unit
	if unit == "" {
		unit = "bp"
	}
	length := strconv.Itoa(l.Length)
	gap := max(both-len(l.Name)-len(length), 1)
	strand, molecule := "   ", l.Molecule
	if strings.IndexByte(molecule, '-') == 2 { // ss-, ds-, ms-
		strand, molecule = molecule[:3], molecule[3:]
	}
	line := fmt.Sprintf("LOCUS       %s%s%s %s %s%-6s  %-8s %-3s %s", l.Name, strings.Repeat(" ", gap), length, unit, strand, molecule, l.Topology, l.Division, l.Date)
	return strings.TrimRight(line, " ")
}
