// Package near finds the names that somebody may have meant, for messages
// about unknown ones. It is pure.
package near

import (
	"cmp"
	"slices"
	"strings"
)

// maxLength is longer than any name of a gene, reaction or built-in. A longer
// text is near none, so that a hostile one costs nothing.
const maxLength = 64

// shortest is how long a text must be for names that contain it to be near.
const shortest = 3

// Names returns up to most of the names that are nearest to a text, upper and
// lower case being the same: fewest letters inserted, deleted, changed or
// swapped with their neighbour first, a name that contains the text counting
// as one letter off, then the longest common beginning, then the alphabet.
// Names that differ in more than a third of the text's letters are left out.
func Names(text string, names []string, most int) []string {
	text = strings.ToLower(text)
	if text == "" || len(text) > maxLength {
		return nil
	}
	type hit struct {
		name             string
		distance, prefix int
	}
	limit := max(1, len(text)/3)
	var hits []hit
	for _, name := range names {
		lower := strings.ToLower(name)
		d, ok := distance(text, lower, limit)
		if len(text) >= shortest && (!ok || d > 1) && strings.Contains(lower, text) {
			d, ok = 1, true
		}
		if ok {
			hits = append(hits, hit{name, d, commonPrefix(text, lower)})
		}
	}
	slices.SortFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(b.prefix, a.prefix), cmp.Compare(a.name, b.name))
	})
	var found []string
	for _, h := range hits {
		if len(found) < most && !slices.Contains(found, h.name) {
			found = append(found, h.name)
		}
	}
	return found
}

func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// distance is the number of letters to insert, delete, change or swap with
// their neighbour that turns a into b (optimal string alignment), if it is at
// most limit.
func distance(a, b string, limit int) (int, bool) {
	if max(len(a)-len(b), len(b)-len(a)) > limit || len(b) > maxLength {
		return 0, false
	}
	var rows [3][maxLength + 1]int
	before, last, now := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		now[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			now[j] = min(last[j]+1, now[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				now[j] = min(now[j], before[j-2]+1)
			}
		}
		before, last, now = last, now, before
	}
	return last[len(b)], last[len(b)] <= limit
}
