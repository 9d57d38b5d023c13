package process

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"go.starlark.net/starlark"
)

// errTooLong says that a value's JSON form is longer than allowed.
var errTooLong = errors.New("too long")

// maxDepth is how deep values nest in a result or in print.
const maxDepth = 500

// An encoder writes a value as JSON.
type encoder struct {
	out   []byte
	limit int
	// open are the values that enclose the present one, to find cycles, and
	// path the key (a string) or index (an int) of the present one in each.
	open []starlark.Value
	path []any
}

// encode returns a value's JSON form, which takes no more than limit bytes, or
// errTooLong. Other errors say what has no JSON form, and where.
func encode(v starlark.Value, limit int) ([]byte, error) {
	e := encoder{limit: limit}
	if err := e.value(v); err != nil {
		return nil, err
	}
	return e.out, nil
}

// refuse is an error about the present value.
func (e *encoder) refuse(format string, args ...any) error {
	const (
		most        = 10 // steps of a path that are shown
		maxKeyShown = 64 // bytes of a key that are shown
	)
	var at strings.Builder
	at.WriteString("the result")
	for i, step := range e.path {
		if i == most {
			at.WriteString("...")
			break
		}
		if key, ok := step.(string); ok {
			fmt.Fprintf(&at, "[%s]", quote(key[:min(len(key), maxKeyShown)]))
			continue
		}
		fmt.Fprintf(&at, "[%d]", step)
	}
	return fmt.Errorf("%s %s", at.String(), fmt.Sprintf(format, args...))
}

func (e *encoder) write(s string) error {
	if len(e.out)+len(s) > e.limit {
		return errTooLong
	}
	e.out = append(e.out, s...)
	return nil
}

func (e *encoder) value(v starlark.Value) error {
	switch v := v.(type) {
	case starlark.NoneType:
		return e.write("null")
	case starlark.Bool:
		if v {
			return e.write("true")
		}
		return e.write("false")
	case starlark.Int:
		return e.write(v.String())
	case starlark.Float:
		return e.float(float64(v))
	case starlark.String:
		return e.text(string(v))
	case starlark.Bytes:
		return e.refuse("is bytes, which JSON does not have; return a string or list(value.elems())")
	case *starlark.Dict:
		return e.enter(v, func() error { return e.dict(v) })
	case starlark.Iterable:
		return e.enter(v, func() error { return e.array(v) })
	}
	return e.refuse("is a %s, which JSON does not have; return None, a boolean, number, string, list or dict", v.Type())
}

func (e *encoder) float(f float64) error {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return e.refuse("is %v, and JSON has finite numbers only", f)
	}
	b, err := json.Marshal(f)
	if err != nil {
		return e.refuse("has no JSON form: %v", err)
	}
	return e.write(string(b))
}

func (e *encoder) text(s string) error {
	if len(s) > e.limit {
		return errTooLong
	}
	if !utf8.ValidString(s) {
		return e.refuse("is or has a string that is not UTF-8, and JSON has no other")
	}
	return e.write(quote(s))
}

// quote writes a string as JSON, escaping only what must be.
func quote(s string) string {
	const hex = "0123456789abcdef"
	out := make([]byte, 0, len(s)+len(`""`))
	out = append(out, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			out = append(out, '\\', c)
		case c == '\n':
			out = append(out, '\\', 'n')
		case c == '\t':
			out = append(out, '\\', 't')
		case c == '\r':
			out = append(out, '\\', 'r')
		case c < ' ':
			out = append(out, '\\', 'u', '0', '0', hex[c>>4], hex[c&0xf])
		default:
			out = append(out, c)
		}
	}
	return string(append(out, '"'))
}

// enter writes a value that holds others.
func (e *encoder) enter(v starlark.Value, write func() error) error {
	if len(e.open) >= maxDepth {
		return fmt.Errorf("the result nests deeper than %d", maxDepth)
	}
	if _, tuple := v.(starlark.Tuple); tuple {
		v = nil // tuples cannot be compared, nor hold themselves but by a list
	} else if slices.Contains(e.open, v) {
		return e.refuse("contains itself")
	}
	e.open = append(e.open, v)
	err := write()
	e.open = e.open[:len(e.open)-1]
	return err
}

// member writes a value within the present one; the first has no comma before
// it.
func (e *encoder) member(step any, v starlark.Value, first bool) error {
	comma := ","
	if first {
		comma = ""
	}
	e.path = append(e.path, step)
	err := e.write(comma)
	if key, ok := step.(string); ok && err == nil {
		if err = e.text(key); err == nil {
			err = e.write(":")
		}
	}
	if err == nil {
		err = e.value(v)
	}
	e.path = e.path[:len(e.path)-1]
	return err
}

func (e *encoder) dict(d *starlark.Dict) error {
	if err := e.write("{"); err != nil {
		return err
	}
	first := true
	for k, v := range d.Entries() {
		key, ok := k.(starlark.String)
		if !ok {
			return e.refuse("has a key of type %s, and keys in JSON are strings; convert it with str()", k.Type())
		}
		if err := e.member(string(key), v, first); err != nil {
			return err
		}
		first = false
	}
	return e.write("}")
}

func (e *encoder) array(list starlark.Iterable) error {
	if err := e.write("["); err != nil {
		return err
	}
	i := 0
	for v := range starlark.Elements(list) {
		if err := e.member(i, v, i == 0); err != nil {
			return err
		}
		i++
	}
	return e.write("]")
}
