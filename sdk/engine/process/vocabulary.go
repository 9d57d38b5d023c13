package process

import (
	"maps"
	"slices"
	"strings"

	"go.starlark.net/resolve"
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/near"
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
	return "unknown name " + name + biovm.Near(near.Names(name, candidates, nearNames))
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

// nearNames is how many names an error suggests.
const nearNames = 3
