package process

import (
	"fmt"
	"slices"
	"strings"

	"go.starlark.net/starlark"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/near"
)

// isReplaced reports whether a universal built-in has a guarded one in its
// place.
func isReplaced(name string) bool {
	switch name {
	case "print", "str", "repr", "fail", "getattr", "zip", "enumerate",
		"all", "any", "bytes", "dict", "float", "hash", "int", "list", "max", "min", "reversed", "set", "sorted", "tuple":
		return true
	}
	return false
}

// universals are the guarded built-ins, by name.
func (r *run) universals() map[string]builtin {
	m := map[string]builtin{
		"print": r.guardedPrint, "getattr": r.guardedGetattr,
		"str": r.writes, "repr": r.writes, "fail": r.writes,
		"zip": r.pairs, "enumerate": r.pairs,
	}
	for _, name := range []string{"all", "any", "bytes", "dict", "float", "hash", "int", "list", "reversed", "set", "tuple"} {
		m[name] = r.reads
	}
	for _, name := range []string{"max", "min", "sorted"} {
		m[name] = r.compares
	}
	return m
}

// universal is the built-in of the same name that Starlark has.
func universal(b *starlark.Builtin) *starlark.Builtin {
	u, _ := starlark.Universe[b.Name()].(*starlark.Builtin)
	return u
}

// through calls Starlark's own.
func (r *run) through(t *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	v, err := universal(b).CallInternal(t, args, kwargs)
	if err != nil {
		return nil, err
	}
	return v, r.checkTuple(v)
}

// reads guards what goes once through its arguments.
func (r *run) reads(t *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	for _, v := range args {
		if err := r.copying(v); err != nil {
			return nil, fmt.Errorf("%s: %w", b.Name(), err)
		}
	}
	if err := r.readsInt(b, args); err != nil {
		return nil, fmt.Errorf("%s: %w", b.Name(), err)
	}
	return r.through(t, b, args, kwargs)
}

// readsInt keeps integers that are read from text within bounds.
func (r *run) readsInt(b *starlark.Builtin, args starlark.Tuple) error {
	if b.Name() != "int" || len(args) == 0 {
		return nil
	}
	if s, ok := starlark.AsString(args[0]); ok && len(s) > maxIntBits/bitsPerDigit {
		return fmt.Errorf("the integer would have more than %d bits", maxIntBits)
	}
	return nil
}

// compares guards what compares its arguments or their elements; how often is
// in the logarithm of their number.
func (r *run) compares(t *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	const rounds = 16
	for _, v := range args {
		if err := r.copying(v); err != nil {
			return nil, fmt.Errorf("%s: %w", b.Name(), err)
		}
		n := count(v, compareDepth+1, maxCompared)
		if n > maxCompared {
			return nil, fmt.Errorf("%s: the values hold more than %d others, too many to compare", b.Name(), maxCompared)
		}
		if err := r.pay(n * rounds); err != nil {
			return nil, err
		}
	}
	return r.through(t, b, args, kwargs)
}

// pairs guards what makes tuples of elements.
func (r *run) pairs(t *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	const tupleElements = 4 // what the tuple around an element takes, in elements
	for _, v := range args {
		if err := r.pay(min(maxMake+1, tupleElements*size(v))); err != nil {
			return nil, fmt.Errorf("%s: %w", b.Name(), err)
		}
	}
	v, err := universal(b).CallInternal(t, args, kwargs)
	if err != nil {
		return nil, err
	}
	return v, r.checkElements(v)
}

// checkElements checks the tuples that a list holds.
func (r *run) checkElements(v starlark.Value) error {
	list, ok := v.(starlark.Iterable)
	if !ok {
		return nil
	}
	for held := range starlark.Elements(list) {
		if t, ok := held.(starlark.Tuple); ok && tuples(t, maxDepth, maxTuple) < 0 {
			return r.checkTuple(t)
		}
	}
	return nil
}

// writes guards what turns its arguments into text.
func (r *run) writes(t *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if err := r.writing(args); err != nil {
		return nil, fmt.Errorf("%s: %w", b.Name(), err)
	}
	return r.through(t, b, args, kwargs)
}

// guardedPrint refuses what is too long before it is put together.
func (r *run) guardedPrint(t *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	// Quoting makes the measure too large by its factor at most.
	room := quoteFactor*(r.limits.OutputBytes-r.stdout.Len()) + scalarBytes*(len(args)+1)
	for _, v := range args {
		n, err := textSize(v, max(0, room))
		if err != nil {
			err := r.outputLimit()
			r.fail(err)
			return nil, err
		}
		room -= n
		if err := r.pay(min(n, maxMake)); err != nil {
			return nil, err
		}
	}
	return r.through(t, b, args, kwargs)
}

func (r *run) outputLimit() error {
	return &biovm.LimitError{Limit: "output", Allowed: fmt.Sprintf("%d bytes", r.limits.OutputBytes), Setting: "limits.output_bytes"}
}

func (r *run) guardedGetattr(t *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	v, err := universal(b).CallInternal(t, args, kwargs)
	if err != nil {
		return nil, err
	}
	if m, ok := v.(*starlark.Builtin); ok && m.Receiver() != nil {
		return r.bound(m), nil
	}
	return v, nil
}

// method is x.name, its call guarded.
func (r *run) method(x, name starlark.Value) (starlark.Value, error) {
	s, _ := starlark.AsString(name)
	has, ok := x.(starlark.HasAttrs)
	if ok {
		v, err := has.Attr(s)
		if err != nil {
			return nil, err
		}
		if m, ok := v.(*starlark.Builtin); ok {
			return r.bound(m), nil
		}
		if v != nil {
			return v, nil
		}
	}
	hint := ""
	switch d, isDict := x.(*starlark.Dict); {
	case isDict && hasKey(d, s):
		hint = fmt.Sprintf("; entries are written [%q]", s)
	case ok:
		hint = biovm.Near(near.Names(s, has.AttrNames(), nearNames))
	}
	return nil, fmt.Errorf("a %s has no .%s%s", x.Type(), s, hint)
}

func hasKey(d *starlark.Dict, key string) bool {
	_, found, err := d.Get(starlark.String(key))
	return err == nil && found
}

// bound guards a method of a built-in value.
func (r *run) bound(m *starlark.Builtin) *starlark.Builtin {
	return starlark.NewBuiltin(m.Name(), func(t *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		if err := r.affordsMethod(m, args, kwargs); err != nil {
			return nil, fmt.Errorf("%s: %w", m.Name(), err)
		}
		v, err := m.CallInternal(t, args, kwargs)
		if err != nil {
			return nil, err
		}
		if m.Name() == "items" {
			return v, r.checkElements(v)
		}
		return v, r.checkTuple(v)
	}).BindReceiver(m.Receiver())
}

// affordsMethod charges for a call of a method: what it makes, or else what it
// reads.
func (r *run) affordsMethod(m *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) error {
	x := m.Receiver()
	switch m.Name() {
	case "append", "clear", "get", "setdefault", "elems", "elem_ords", "codepoints", "codepoint_ords", "add", "discard":
		return nil
	case "extend":
		return r.copyingAll(args)
	case "index", "remove":
		for _, v := range args {
			if err := r.comparing(v, x); err != nil {
				return err
			}
		}
		return r.copying(x)
	case "format":
		for _, kv := range kwargs {
			args = append(slices.Clip(args), kv[1])
		}
		s, _ := starlark.AsString(x)
		return r.formatting(s, "{", args...)
	case "join":
		return r.joining(x, args)
	case "replace":
		return r.replacing(x, args)
	case "items", "keys", "values", "split", "rsplit", "splitlines":
		const pieceBytes = 4 // of a piece's own, for each byte or element: at worst every second byte starts one
		return r.pay(min(maxMake+1, pieceBytes*elementBytes*r.pieces(x, args)+size(x)))
	}
	if err := r.copying(x); err != nil {
		return err
	}
	return r.copyingAll(args)
}

func (r *run) copyingAll(args starlark.Tuple) error {
	for _, v := range args {
		if err := r.copying(v); err != nil {
			return err
		}
	}
	return nil
}

// pieces is how many elements taking a value apart gives at most.
func (r *run) pieces(x starlark.Value, args starlark.Tuple) int {
	s, ok := starlark.AsString(x)
	if !ok {
		return max(0, starlark.Len(x))
	}
	if len(args) > 0 {
		if separator, ok := starlark.AsString(args[0]); ok && separator != "" {
			return 1 + strings.Count(s, separator)
		}
	}
	return 1 + len(strings.Fields(s)) + strings.Count(s, "\n")
}

// joining charges for separator.join(strings).
func (r *run) joining(separator starlark.Value, args starlark.Tuple) error {
	if len(args) == 0 {
		return nil
	}
	list, ok := args[0].(starlark.Iterable)
	if !ok {
		return nil
	}
	if err := r.copying(list); err != nil {
		return err
	}
	total := 0
	for v := range starlark.Elements(list) {
		if total += size(v) + size(separator); total > maxMake {
			break
		}
	}
	return r.pay(total)
}

// replacing charges for text.replace(old, new).
func (r *run) replacing(x starlark.Value, args starlark.Tuple) error {
	const operands = 2
	s, _ := starlark.AsString(x)
	if len(args) < operands {
		return nil
	}
	before, _ := starlark.AsString(args[0])
	after, _ := starlark.AsString(args[1])
	n := strings.Count(s, before)
	if len(after) > 0 && n > maxMake/len(after) {
		return r.pay(maxMake + 1)
	}
	return r.pay(min(maxMake+1, len(s)+n*len(after)))
}
