package process

import (
	"strings"

	"go.starlark.net/starlark"
)

// Names of built-ins that the code calls without having written it. No
// program can spell them.
const (
	hiddenPrefix = "\x00"
	nameResult   = hiddenPrefix + "result"
)

func isHidden(name string) bool { return strings.HasPrefix(name, hiddenPrefix) }

// isReplaced reports whether a universal built-in has a guarded one in its
// place.
func isReplaced(string) bool { return false }

// predeclared are the names that a program finds.
func (r *run) predeclared() starlark.StringDict {
	d := starlark.StringDict{}
	for _, v := range verbs() {
		d[v.name] = starlark.NewBuiltin(v.name, func(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
			return v.call(r, &call{name: b.Name(), args: args, kwargs: kwargs})
		})
	}
	d[nameResult] = starlark.NewBuiltin(nameResult, func(_ *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
		r.result = args[0]
		return starlark.None, nil
	})
	return d
}
