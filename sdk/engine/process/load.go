package process

import (
	"fmt"
	"slices"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// WithPackages gives the program packages to load from.
func WithPackages(packages ...Package) Option {
	return func(r *run) { r.packages = packages }
}

// ready makes a file that was checked ready to run.
func (r *run) ready(at place, f *syntax.File) (*starlark.Program, error) {
	rewrite(f)
	if err := r.library.bind(at, f); err != nil {
		return nil, err
	}
	if at.pkg == "" {
		r.prepare(f)
	}
	program, err := starlark.FileProgram(f, r.names.Has)
	if err != nil {
		return nil, syntaxError(err)
	}
	return program, nil
}

// load runs a file of a package, once in an execution, and returns what it
// defines. It runs on the program's own thread, so that all limits are the
// program's.
func (r *run) load(t *starlark.Thread, name string) (starlark.StringDict, error) {
	at := placeOf(name)
	if globals, ok := r.loaded[at]; ok {
		return globals, nil
	}
	code := r.use(at)
	if err := r.pay(len(code)); err != nil {
		return nil, err
	}
	f, err := parse(name, string(code))
	if err != nil {
		return nil, err
	}
	program, err := r.ready(at, f)
	if err != nil {
		return nil, err
	}
	globals, err := program.Init(t, r.names)
	if err != nil {
		return nil, err
	}
	if err := r.freeze(globals); err != nil {
		return nil, err
	}
	r.loaded[at] = globals
	return globals, nil
}

// use is the content of a file, of a package that the result will name.
func (r *run) use(at place) []byte {
	p := r.library.packages[at.pkg]
	r.used[at.pkg] = p.PackageVersion
	return p.Files[at.path]
}

// usedPackages lists the packages that the program used, by name.
func (r *run) usedPackages() []biovm.PackageVersion {
	var list []biovm.PackageVersion
	for _, p := range r.used {
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b biovm.PackageVersion) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// caller is the file whose code called the built-in that runs.
func caller(t *starlark.Thread) place {
	for depth := range t.CallStackDepth() {
		if name := t.CallFrame(depth).Pos.Filename(); name != "<builtin>" {
			return placeOf(name)
		}
	}
	return place{}
}

const (
	// maxFreeze is how many values a file of a package may define, each counted
	// as often as freezing comes to it, and freezeDepth how deep they nest.
	maxFreeze   = 1 << 20
	freezeDepth = 1000
)

// freeze makes what a file defines unchangeable. Starlark's own freezing goes
// through functions and tuples as often as they are held, as deep as they nest
// and round and round where a function holds itself; so what it would come to
// is found out before.
func (r *run) freeze(globals starlark.StringDict) error {
	w := &freezer{functions: map[*starlark.Function]extent{}, seen: map[starlark.Value]bool{}}
	cost := 0
	for _, name := range globals.Keys() { // sorted
		e := w.value(globals[name], 0)
		if cost += e.cost; e.depth > freezeDepth || cost > maxFreeze {
			return fmt.Errorf("%s is too large to load: values nest deeper than %d, are more than %d, or a function holds itself", name, freezeDepth, maxFreeze)
		}
	}
	if err := r.pay(cost); err != nil {
		return err
	}
	globals.Freeze()
	return nil
}

// An extent is how many values freezing one comes to, and how deep they nest.
type extent struct{ cost, depth int }

// tooFar is an extent beyond the limits.
func tooFar() extent { return extent{maxFreeze + 1, freezeDepth + 1} }

func (e extent) with(inner extent) extent {
	return extent{min(e.cost+inner.cost, maxFreeze+1), max(e.depth, inner.depth+1)}
}

// A freezer finds out what freezing comes to.
type freezer struct {
	functions map[*starlark.Function]extent
	seen      map[starlark.Value]bool // lists, dicts and sets
	visits    int
}

func (w *freezer) value(v starlark.Value, depth int) extent {
	if w.visits++; w.visits > maxFreeze || depth > freezeDepth {
		return tooFar()
	}
	switch v := v.(type) {
	case *starlark.Function:
		return w.function(v, depth)
	case *starlark.Builtin:
		if recv := v.Receiver(); recv != nil {
			return extent{1, 1}.with(w.value(recv, depth+1))
		}
	case *starlark.Dict, *starlark.Set, *starlark.List:
		if w.seen[v] {
			return extent{1, 1}
		}
		w.seen[v] = true
		return w.held(v, depth)
	case starlark.Tuple:
		return w.held(v, depth)
	}
	return extent{1, 1}
}

// held is the extent of what holds others.
func (w *freezer) held(v starlark.Value, depth int) extent {
	e := extent{1, 1}
	if d, ok := v.(*starlark.Dict); ok {
		for k, value := range d.Entries() {
			if e = e.with(w.value(k, depth+1)).with(w.value(value, depth+1)); e.cost > maxFreeze {
				break
			}
		}
		return e
	}
	list, _ := v.(starlark.Iterable)
	for value := range starlark.Elements(list) {
		if e = e.with(w.value(value, depth+1)); e.cost > maxFreeze {
			break
		}
	}
	return e
}

// function is the extent of a function, found once.
func (w *freezer) function(fn *starlark.Function, depth int) extent {
	if e, ok := w.functions[fn]; ok {
		if depth+e.depth > freezeDepth {
			return tooFar()
		}
		return e
	}
	w.functions[fn] = tooFar() // while it is looked at: it may hold itself
	e := extent{1, 1}
	for i := range fn.NumParams() {
		if v := fn.ParamDefault(i); v != nil {
			e = e.with(w.value(v, depth+1))
		}
	}
	for i := range fn.NumFreeVars() {
		if _, v := fn.FreeVar(i); v != nil {
			e = e.with(w.value(v, depth+1))
		}
	}
	w.functions[fn] = e
	return e
}
