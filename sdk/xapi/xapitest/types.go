package xapitest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A kind is what a value of the API is made of.
type kind int

const (
	kindVoid kind = iota
	kindString
	kindInt
	kindFloat
	kindBool
	kindTime
	kindEnum
	kindRef
	kindSet
	kindMap
	kindRecord
)

// A typ is a type of the API's data model.
type typ struct {
	kind kind
	name string // of the enumeration, or of the class of a reference or record
	key  *typ   // of a map
	elem *typ   // of a set or a map
}

// parseType reads a type as the data model writes it: string, int, float, bool,
// datetime, enum E, C ref, C record, T set, (K -> V) map, void.
func parseType(s string) (typ, error) {
	s = strings.TrimSpace(s)
	if inner, ok := strings.CutSuffix(s, " set"); ok {
		elem, err := parseType(inner)
		return typ{kind: kindSet, elem: &elem}, err
	}
	if inner, ok := strings.CutSuffix(s, ") map"); ok {
		k, v, found := cutArrow(strings.TrimPrefix(inner, "("))
		if !found {
			return typ{}, fmt.Errorf("xapitest: type %q: a map without an arrow", s)
		}
		key, err := parseType(k)
		if err != nil {
			return typ{}, err
		}
		elem, err := parseType(v)
		return typ{kind: kindMap, key: &key, elem: &elem}, err
	}
	if class, ok := strings.CutSuffix(s, " ref"); ok {
		return typ{kind: kindRef, name: class}, nil
	}
	if class, ok := strings.CutSuffix(s, " record"); ok {
		return typ{kind: kindRecord, name: class}, nil
	}
	if enum, ok := strings.CutPrefix(s, "enum "); ok {
		return typ{kind: kindEnum, name: enum}, nil
	}
	switch s {
	case "void", "":
		return typ{}, nil
	case "string":
		return typ{kind: kindString}, nil
	case "int":
		return typ{kind: kindInt}, nil
	case "float":
		return typ{kind: kindFloat}, nil
	case "bool":
		return typ{kind: kindBool}, nil
	case "datetime":
		return typ{kind: kindTime}, nil
	}
	return typ{}, fmt.Errorf("xapitest: type %q is not one of the data model's", s)
}

// cutArrow cuts K -> V at its outermost arrow.
func cutArrow(s string) (key, value string, found bool) {
	depth := 0
	for i := range len(s) - 1 {
		switch {
		case s[i] == '(':
			depth++
		case s[i] == ')':
			depth--
		case depth == 0 && s[i] == '-' && s[i+1] == '>':
			return s[:i], s[i+2:], true
		}
	}
	return "", "", false
}

// String writes the type as the data model does.
func (t typ) String() string {
	switch t.kind {
	case kindVoid:
		return "void"
	case kindString:
		return "string"
	case kindInt:
		return "int"
	case kindFloat:
		return "float"
	case kindBool:
		return "bool"
	case kindTime:
		return "datetime"
	case kindEnum:
		return "enum " + t.name
	case kindRef:
		return t.name + " ref"
	case kindRecord:
		return t.name + " record"
	case kindSet:
		return t.elem.String() + " set"
	case kindMap:
		return "(" + t.key.String() + " -> " + t.elem.String() + ") map"
	}
	return "?"
}

// textual reports whether values of the type are strings.
func (t typ) textual() bool {
	return t.kind == kindString || t.kind == kindEnum || t.kind == kindRef || t.kind == kindTime
}

// zero is what a field of the type holds when nobody said otherwise.
func (t typ) zero() any {
	switch t.kind {
	case kindInt:
		return int64(0)
	case kindFloat:
		return 0.0
	case kindBool:
		return false
	case kindTime:
		return stamp(never)
	case kindEnum:
		if v := enumValues(t.name); len(v) > 0 {
			return v[0]
		}
		return ""
	case kindRef:
		return nullRef
	case kindSet:
		if t.elem.textual() {
			return []string{}
		}
		return []any{}
	case kindMap:
		if t.elem.textual() {
			return map[string]string{}
		}
		return map[string]any{}
	case kindVoid, kindString, kindRecord:
	}
	return ""
}

// coerce makes of a decoded value one of the type, in the form that the
// database keeps: string, int64, float64, bool, stamp, []string or []any,
// map[string]string or map[string]any. It takes what xapi takes: numbers as
// decimal strings too, integers for floats. Its error says what is wrong with
// the value of the named parameter.
func (t typ) coerce(name string, v any) (any, error) {
	switch t.kind {
	case kindString, kindRef, kindTime, kindEnum:
		return t.coerceText(name, v)
	case kindInt:
		if n, ok := decimal(v); ok {
			if i, err := strconv.ParseInt(n, 10, 64); err == nil {
				return i, nil
			}
		}
	case kindFloat:
		if n, ok := decimal(v); ok {
			if f, err := strconv.ParseFloat(n, 64); err == nil {
				return f, nil
			}
		}
	case kindBool:
		if b, ok := v.(bool); ok {
			return b, nil
		}
	case kindSet:
		return t.coerceSet(name, v)
	case kindMap:
		return t.coerceMap(name, v)
	case kindRecord:
		if m, ok := v.(map[string]any); ok {
			return m, nil
		}
	case kindVoid:
	}
	return nil, t.unfit(name, v)
}

func (t typ) unfit(name string, v any) error {
	return failure("INTERNAL_ERROR", fmt.Sprintf("Rpc.Runtime_error: parameter %s: want %s, got %.40q", name, t, fmt.Sprint(v)))
}

func decimal(v any) (string, bool) {
	switch v := v.(type) {
	case number:
		return string(v), true
	case string:
		return v, true
	}
	return "", false
}

func (t typ) coerceText(name string, v any) (any, error) {
	s, ok := v.(string)
	if !ok {
		return nil, t.unfit(name, v)
	}
	if !utf8.ValidString(s) {
		return nil, failure("INVALID_VALUE", "Invalid UTF-8 string in parameter", strings.ToValidUTF8(s, "?"))
	}
	switch t.kind { //nolint:exhaustive // strings and references are any text
	case kindEnum:
		if !slices.Contains(enumValues(t.name), s) {
			return nil, t.unfit(name, v)
		}
	case kindTime:
		return stamp(s), nil
	}
	return s, nil
}

func (t typ) coerceSet(name string, v any) (any, error) {
	items, ok := v.([]any)
	if !ok {
		return nil, t.unfit(name, v)
	}
	if t.elem.textual() {
		out := make([]string, 0, len(items))
		for _, item := range items {
			s, err := t.elem.coerceText(name, item)
			if err != nil {
				return nil, err
			}
			out = append(out, fmt.Sprint(s))
		}
		return out, nil
	}
	out := make([]any, 0, len(items))
	for _, item := range items {
		e, err := t.elem.coerce(name, item)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

func (t typ) coerceMap(name string, v any) (any, error) {
	items, ok := v.(map[string]any)
	if !ok {
		return nil, t.unfit(name, v)
	}
	texts, values := map[string]string{}, map[string]any{}
	for k, item := range items {
		if _, err := t.key.coerce(name, k); err != nil {
			return nil, err
		}
		e, err := t.elem.coerce(name, item)
		if err != nil {
			return nil, err
		}
		if t.elem.textual() {
			texts[k] = fmt.Sprint(e)
		} else {
			values[k] = e
		}
	}
	if t.elem.textual() {
		return texts, nil
	}
	return values, nil
}
