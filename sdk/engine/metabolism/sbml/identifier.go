package sbml

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// COBRApy's prefixes of the IDs of reactions, species and genes, without which
// many an ID would begin with a digit, which SBML does not allow.
const (
	reactionPrefix = "R_"
	speciesPrefix  = "M_"
	genePrefix     = "G_"
)

// plainID turns an ID of SBML into the model's: without escapes such as __45__
// for a hyphen, and then without the prefix.
func plainID(id, prefix string) string { return strings.TrimPrefix(unescape(id), prefix) }

// plainGene is plainID of a gene, where an older escape lives on.
func plainGene(id string) string {
	return plainID(strings.ReplaceAll(id, "__SBML_DOT__", "."), genePrefix)
}

// unescape turns every __N__ into the character with the decimal number N.
func unescape(id string) string {
	at := strings.Index(id, "__")
	if at < 0 {
		return id
	}
	var b strings.Builder
	for at >= 0 {
		digits := 0
		for at+2+digits < len(id) && id[at+2+digits] >= '0' && id[at+2+digits] <= '9' {
			digits++
		}
		end := at + 2 + digits
		n, err := strconv.ParseUint(id[at+2:end], 10, 21)
		if err != nil || !utf8.ValidRune(rune(n)) || !strings.HasPrefix(id[end:], "__") {
			b.WriteString(id[:at+1]) // of three underscores the second may begin an escape
			id = id[at+1:]
		} else {
			b.WriteString(id[:at])
			b.WriteRune(rune(n))
			id = id[end+2:]
		}
		at = strings.Index(id, "__")
	}
	b.WriteString(id)
	return b.String()
}

// prefixed is the ID of SBML that plainID turns into this one.
func prefixed(prefix, id string) string {
	sid := prefix + escapeIf(id, func(r rune) bool { return !idChar(r) })
	if plainID(sid, prefix) == id && !strings.Contains(sid, "__SBML_DOT__") {
		return sid
	}
	// It looks as if it had escapes of its own.
	return prefix + escapeIf(id, func(r rune) bool { return r == '_' || !idChar(r) })
}

// escapeFirst escapes an ID that has no prefix and begins with what SBML does
// not allow there, or is taken.
func escapeFirst(id string) string {
	_, n := utf8.DecodeRuneInString(id)
	return escapeIf(id[:n], func(rune) bool { return true }) + escapeIf(id[n:], func(r rune) bool { return r == '_' || !idChar(r) })
}

func escapeIf(id string, special func(r rune) bool) string {
	var b strings.Builder
	for _, r := range id {
		if special(r) {
			b.WriteString("__" + strconv.Itoa(int(r)) + "__")
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// idChar reports whether an ID of SBML may have the character.
func idChar(r rune) bool {
	return r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}
