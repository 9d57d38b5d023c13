package process

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"go.starlark.net/resolve"
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// A vocabulary is the names that a program may use besides its own.
type vocabulary struct {
	verbs map[string]verb
	// refused are verbs that a setting forbids.
	refused map[string]string // to the setting
}

func newVocabulary(cfg biovm.Config) *vocabulary {
	v := &vocabulary{verbs: map[string]verb{}, refused: map[string]string{}}
	basicOnly := cfg.BasicFunctionsOnly != nil && *cfg.BasicFunctionsOnly
	for _, b := range verbs() {
		v.verbs[b.name] = b
		if basicOnly && !b.basic {
			v.refused[b.name] = "basic_functions_only"
		}
	}
	return v
}

// known reports whether a name is predeclared.
func (v *vocabulary) known(name string) bool {
	_, verb := v.verbs[name]
	return verb || isReplaced(name) || isHidden(name)
}

func isUniversal(name string) bool { return starlark.Universe.Has(name) }

// names lists all names, sorted.
func (v *vocabulary) names() []string {
	return slices.Sorted(func(yield func(string) bool) {
		for name := range maps.Keys(v.verbs) {
			if !yield(name) {
				return
			}
		}
		for name := range starlark.Universe {
			if !yield(name) {
				return
			}
		}
	})
}

// hint adds the nearest names to the resolver's message about an unknown one.
func (v *vocabulary) hint(msg string) string {
	name, undefined := strings.CutPrefix(msg, "undefined: ")
	if !undefined {
		return msg
	}
	name, own, hinted := strings.Cut(name, " (did you mean ")
	candidates := v.names()
	if hinted {
		candidates = append(candidates, strings.TrimSuffix(own, "?)"))
	}
	return "unknown name " + name + biovm.Near(nearest(name, candidates))
}

// forbidden reports the uses of verbs that a setting forbids. The file is
// resolved.
func (v *vocabulary) forbidden(f *syntax.File) []error {
	var errs []error
	syntax.Walk(f, func(n syntax.Node) bool {
		id, ok := n.(*syntax.Ident)
		if !ok {
			return true
		}
		b, ok := id.Binding.(*resolve.Binding)
		if !ok || b.Scope != resolve.Predeclared {
			return true
		}
		if setting, refused := v.refused[id.Name]; refused {
			errs = append(errs, checked(int(id.NamePos.Line), int(id.NamePos.Col),
				"%s() may not be used here: config.%s allows %s only; set it to false to use all", id.Name, setting, strings.Join(v.allowed(), ", ")))
		}
		return true
	})
	return errs
}

func (v *vocabulary) allowed() []string {
	return slices.Sorted(func(yield func(string) bool) {
		for name := range v.verbs {
			if _, refused := v.refused[name]; !refused && !yield(name) {
				return
			}
		}
	})
}

const (
	// nearNames is how many names an error suggests.
	nearNames = 3
	// maxNearLength is how long a name is compared, so that a hostile one costs
	// nothing.
	maxNearLength = 64
)

// nearest returns the names most like the given one, the best first: those
// that at most a third of its letters separate from it.
func nearest(name string, names []string) []string {
	type candidate struct {
		name  string
		edits int
	}
	if len(name) > maxNearLength {
		return nil
	}
	var found []candidate
	for _, n := range names {
		if d := editDistance(strings.ToLower(name), strings.ToLower(n)); d <= max(1, len(name)/3) {
			found = append(found, candidate{n, d})
		}
	}
	slices.SortFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.edits, b.edits), cmp.Compare(a.name, b.name))
	})
	var suggestions []string
	for _, c := range found[:min(nearNames, len(found))] {
		suggestions = append(suggestions, c.name)
	}
	return slices.Compact(suggestions)
}

// editDistance counts the bytes to insert, delete or replace that turn a into
// b.
func editDistance(a, b string) int {
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
