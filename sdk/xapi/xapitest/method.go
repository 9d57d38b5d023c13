package xapitest

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// A method is a call that the simulator knows.
type method struct {
	name     string
	params   []param
	result   typ
	required int // how many of the params must be there
	// sync: there is no Async form of it.
	sync bool
	// quick: it neither waits nor makes a task.
	quick bool
	// open: it takes no session.
	open bool
	do   func(c *call, a args) (any, error)
}

type param struct {
	name     string
	typ      typ
	optional bool
}

// A spec is a method as the tables beside its implementation have it: name,
// parameters as "name: type, ..." with a question mark after the names of
// optional ones, result.
type spec struct {
	name, params, result string
	do                   func(c *call, a args) (any, error)
}

// args are the coerced parameters after the session.
type args []any

func (a args) str(i int) string {
	if i >= len(a) {
		return ""
	}
	switch v := a[i].(type) {
	case string:
		return v
	case stamp:
		return string(v)
	}
	return ""
}

func (a args) int(i int) int64 {
	if i >= len(a) {
		return 0
	}
	n, _ := a[i].(int64)
	return n
}

func (a args) float(i int) float64 {
	if i >= len(a) {
		return 0
	}
	f, _ := a[i].(float64)
	return f
}

func (a args) flag(i int) bool {
	if i >= len(a) {
		return false
	}
	b, _ := a[i].(bool)
	return b
}

func (a args) list(i int) []string {
	if i >= len(a) {
		return nil
	}
	l, _ := a[i].([]string)
	return l
}

// structure is the record that a constructor takes.
func (a args) structure() map[string]any {
	if len(a) == 0 {
		return nil
	}
	m, _ := a[0].(map[string]any)
	return m
}

// methods are all methods by name, made of the tables once.
//
//nolint:gochecknoglobals // a table that is only read, made on first use
var methods = sync.OnceValue(func() map[string]*method {
	all := map[string]*method{}
	for _, m := range accessors() {
		all[m.name] = m
	}
	for _, table := range [][]spec{
		sessionMethods(), poolMethods(), hostMethods(), taskMethods(), eventMethods(), messageMethods(),
		vmMethods(), powerMethods(), copyMethods(), vmSetters(),
		vbdMethods(), vdiMethods(), srMethods(), vifMethods(), networkMethods(),
		seldomMethods(), hostTales(),
	} {
		for _, s := range table {
			m, err := s.method()
			if err != nil {
				panic(err) // a mistake in the tables
			}
			if all[m.name] != nil {
				m.sync = true // a setter that does more than others, and is one still
			}
			all[m.name] = m
		}
	}
	return all
})

// methodNames are the methods' names, sorted.
func methodNames() []string { return slices.Sorted(maps.Keys(methods())) }

func (s spec) method() (*method, error) {
	m := &method{name: s.name, do: s.do}
	var err error
	if m.result, err = parseType(s.result); err != nil {
		return nil, fmt.Errorf("method %s: %w", s.name, err)
	}
	if s.params != "" {
		for text := range strings.SplitSeq(s.params, ", ") {
			name, of, _ := strings.Cut(text, ": ")
			t, err := parseType(of)
			if err != nil {
				return nil, fmt.Errorf("method %s, parameter %s: %w", s.name, name, err)
			}
			p := param{typ: t}
			p.name, p.optional = strings.CutSuffix(name, "?")
			if !p.optional {
				m.required++
			}
			m.params = append(m.params, p)
		}
	}
	class, _, _ := strings.Cut(s.name, ".")
	m.sync = class == "session" || class == "event" || class == "task" || class == "message"
	m.quick = m.sync
	m.open = strings.HasPrefix(s.name, "session.login") || strings.HasPrefix(s.name, "session.slave_")
	return m, nil
}

// check looks at how many parameters there are, and of what types.
func (m *method) check(given []any) (args, error) {
	if n := len(given); n < m.required || n > len(m.params) && m.required == len(m.params) {
		return nil, failure("MESSAGE_PARAMETER_COUNT_MISMATCH", m.name, strconv.Itoa(m.required), strconv.Itoa(n))
	}
	out := make(args, 0, len(m.params))
	for i, p := range m.params {
		if i >= len(given) {
			break
		}
		v, err := p.typ.coerce(p.name, given[i])
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// constructed makes an object's fields of the struct that a constructor takes:
// fields that it lacks have their defaults, or are missed; others are ignored.
func constructed(className string, given map[string]any) (map[string]any, error) {
	values := map[string]any{}
	for _, f := range classes()[className].fields {
		if f.access == "ro" {
			continue
		}
		v, ok := given[f.name]
		switch {
		case ok:
			c, err := f.typ.coerce(f.name, v)
			if err != nil {
				return nil, err
			}
			values[f.name] = c
		case f.required:
			return nil, failure("INTERNAL_ERROR", fmt.Sprintf("Xapi_server.Dispatcher_FieldNotFound(%q)", f.name))
		}
	}
	return values, nil
}
