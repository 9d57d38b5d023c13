package metabolism

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// An UnknownError says that a question names something that the model does
// not have, and what it may have meant.
type UnknownError struct {
	Kind string   // "gene", "reaction" or "exchange"
	Name string   // as given
	Near []string // the most similar names that the model has, best first; may be empty
}

// Error names the thing and the nearest names.
func (e *UnknownError) Error() string {
	text := fmt.Sprintf("unknown %s %q", e.Kind, e.Name)
	if len(e.Near) == 0 {
		return text
	}
	return text + ": did you mean " + strings.Join(e.Near, ", ") + "?"
}

// nearNames is how many names an [UnknownError] suggests.
const nearNames = 3

// near returns the names most similar to the given one: fewest edits first,
// a name that contains it counting as one edit, ties in alphabetical order.
// Names that would need more than half their letters changed are left out.
func near(name string, names []string) []string {
	type candidate struct {
		name  string
		edits int
	}
	want := strings.ToLower(name)
	var found []candidate
	for _, n := range names {
		have := strings.ToLower(n)
		edits := editDistance(want, have)
		if len(want) >= nearNames && edits > 1 && strings.Contains(have, want) {
			edits = 1
		}
		if edits <= max(1, len(want)/2) {
			found = append(found, candidate{n, edits})
		}
	}
	slices.SortFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.edits, b.edits), cmp.Compare(a.name, b.name))
	})
	found = found[:min(len(found), nearNames)]
	suggestions := make([]string, len(found))
	for i, c := range found {
		suggestions[i] = c.name
	}
	return suggestions
}

// maxNameLength is how much of a name is compared, so that a hostile one costs
// nothing.
const maxNameLength = 64

// editDistance counts the single-byte insertions, deletions and replacements
// that turn one name into the other.
func editDistance(a, b string) int {
	a, b = a[:min(len(a), maxNameLength)], b[:min(len(b), maxNameLength)]
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
