package process

import (
	"fmt"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// Names of built-ins that the code calls without having written it: those of
// a [rewriter], which bear operators too, and the one that keeps the result.
// No program can spell them.
const (
	hiddenPrefix = "\x00"
	nameResult   = "result"
	nameTuple    = "tuple"   // checks a tuple and returns it
	nameCopy     = "copy"    // charges for a copy of its argument, and returns the argument
	nameInPlace  = "inplace" // (x, y): charges for x += y or x |= y and returns y
	nameElement  = "element" // (operator, container, key, y): container[key] operator= y
	nameMethod   = "method"  // (x, name): x.name, guarded
	nameAfter    = "after"   // (tuple, x): checks the tuple and returns x
)

func isHidden(name string) bool { return strings.HasPrefix(name, hiddenPrefix) }

// guardedOperators are those that a rewriter replaces.
func guardedOperators() []syntax.Token {
	return []syntax.Token{
		syntax.PLUS, syntax.MINUS, syntax.STAR, syntax.SLASH, syntax.SLASHSLASH, syntax.PERCENT,
		syntax.AMP, syntax.PIPE, syntax.CIRCUMFLEX, syntax.LTLT, syntax.GTGT, syntax.IN, syntax.NOT_IN,
		syntax.EQL, syntax.NEQ, syntax.LT, syntax.LE, syntax.GT, syntax.GE,
	}
}

type builtin func(*starlark.Thread, *starlark.Builtin, starlark.Tuple, []starlark.Tuple) (starlark.Value, error)

// predeclared are the names that a program finds: the verbs, guarded
// universals and hidden built-ins.
func (r *run) predeclared() starlark.StringDict {
	d := starlark.StringDict{}
	set := func(name string, fn builtin) { d[name] = starlark.NewBuiltin(name, fn) }
	for _, v := range verbs() {
		set(v.name, func(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
			if err := r.life.unreadable; err != nil && !v.anew {
				return nil, fmt.Errorf("%s: %w", v.name, err)
			}
			return v.call(r, &call{name: b.Name(), args: args, kwargs: kwargs})
		})
	}
	for name, fn := range r.universals() {
		set(name, fn)
	}
	hide := func(name string, fn func(args starlark.Tuple) (starlark.Value, error)) {
		set(hiddenPrefix+name, func(_ *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
			return fn(args)
		})
	}
	for _, op := range guardedOperators() {
		hide(op.String(), func(args starlark.Tuple) (starlark.Value, error) { return r.operate(op, args[0], args[1]) })
	}
	hide(nameResult, func(args starlark.Tuple) (starlark.Value, error) {
		r.result = args[0]
		return starlark.None, nil
	})
	hide(nameTuple, func(args starlark.Tuple) (starlark.Value, error) { return args[0], r.checkTuple(args[0]) })
	hide(nameAfter, func(args starlark.Tuple) (starlark.Value, error) { return args[1], r.checkTuple(args[0]) })
	hide(nameCopy, func(args starlark.Tuple) (starlark.Value, error) { return args[0], r.copying(args[0]) })
	hide(nameInPlace, func(args starlark.Tuple) (starlark.Value, error) { return args[1], r.growing(args[0], args[1]) })
	hide(nameElement, func(args starlark.Tuple) (starlark.Value, error) {
		return starlark.None, r.element(args[0], args[1], args[2], args[3])
	})
	hide(nameMethod, func(args starlark.Tuple) (starlark.Value, error) { return r.method(args[0], args[1]) })
	return d
}

// element does container[key] op= y.
func (r *run) element(op, container, key, y starlark.Value) error {
	get, ok := container.(starlark.Mapping)
	list, indexed := container.(starlark.HasSetIndex)
	dict, keyed := container.(starlark.HasSetKey)
	switch {
	case ok && keyed:
		x, found, err := get.Get(key)
		if err != nil {
			return err
		}
		if !found {
			return fmt.Errorf("key %s not in %s", r.shown(key), container.Type())
		}
		z, err := r.augment(op, x, y)
		if err != nil {
			return err
		}
		return dict.SetKey(key, z)
	case indexed:
		i, err := starlark.AsInt32(key)
		if err != nil {
			return fmt.Errorf("%s index: %w", container.Type(), err)
		}
		n := list.Len()
		if i < 0 {
			i += n
		}
		if i < 0 || i >= n {
			return fmt.Errorf("%s index %s out of range [%d:%d]", container.Type(), key, -n, n-1)
		}
		z, err := r.augment(op, list.Index(i), y)
		if err != nil {
			return err
		}
		return list.SetIndex(i, z)
	}
	return fmt.Errorf("%s value does not support item assignment", container.Type())
}

// augment is x op= y: in place where x is a list and += extends it, or a dict
// that |= updates.
func (r *run) augment(op, x, y starlark.Value) (starlark.Value, error) {
	name, _ := starlark.AsString(op)
	for _, token := range guardedOperators() {
		if token.String() != name {
			continue
		}
		if list, ok := x.(*starlark.List); ok && token == syntax.PLUS {
			more, ok := y.(starlark.Iterable)
			if !ok {
				break
			}
			if err := r.growing(x, y); err != nil {
				return nil, err
			}
			for v := range starlark.Elements(more) {
				if err := list.Append(v); err != nil {
					return nil, err
				}
			}
			return x, nil
		}
		return r.operate(token, x, y)
	}
	return nil, fmt.Errorf("unknown binary op: %s %s= %s", x.Type(), name, y.Type())
}
