package xapitest

import (
	"maps"
	"slices"
)

// accessors are the methods that every class has by its fields.
func accessors() []*method {
	var all []*method
	for name, c := range classes() {
		if name == "event" || name == "message" { // they are not rows like others
			continue
		}
		for _, f := range c.fields {
			all = append(all, fieldAccessors(c, f)...)
		}
		all = append(all, classAccessors(c)...)
	}
	for _, m := range all {
		m.sync, m.quick = true, true
		m.required = len(m.params)
	}
	return all
}

func self(c *class) param { return param{name: "self", typ: typ{kind: kindRef, name: c.name}} }

func classAccessors(c *class) []*method {
	ref := typ{kind: kindRef, name: c.name}
	refs := typ{kind: kindSet, elem: &ref}
	rec := typ{kind: kindRecord, name: c.name}
	all := []*method{
		{name: c.name + ".get_record", params: []param{self(c)}, result: rec, do: func(cl *call, a args) (any, error) {
			o, err := cl.find(c.name, a.str(0))
			if err != nil {
				return nil, err
			}
			return o.snapshot(), nil
		}},
		{name: c.name + ".get_by_uuid", params: []param{{name: "uuid", typ: typ{kind: kindString}}}, result: ref, do: func(cl *call, a args) (any, error) {
			return cl.byUUID(c.name, a.str(0))
		}},
	}
	if c.has("name_label") && c.name != "pool" {
		all = append(all, &method{name: c.name + ".get_by_name_label", params: []param{{name: "label", typ: typ{kind: kindString}}}, result: refs, do: func(cl *call, a args) (any, error) {
			return refsOf(cl.s.db.byField(c.name, "name_label", a.str(0))), nil
		}})
	}
	if c.name == "session" {
		return all
	}
	return append(all,
		&method{name: c.name + ".get_all", result: refs, do: func(cl *call, _ args) (any, error) {
			return refsOf(cl.s.db.all(c.name)), nil
		}},
		&method{name: c.name + ".get_all_records", result: typ{kind: kindMap, key: &ref, elem: &rec}, do: func(cl *call, _ args) (any, error) {
			return recordsOf(slices.Collect(maps.Values(cl.s.db.tables[c.name]))), nil
		}},
		&method{name: c.name + ".get_all_records_where", params: []param{{name: "expr", typ: typ{kind: kindString}}}, result: typ{kind: kindMap, key: &ref, elem: &rec}, do: func(cl *call, a args) (any, error) {
			return cl.where(c.name, a.str(0))
		}},
	)
}

// where answers get_all_records_where: the objects that an expression selects.
func (c *call) where(className, text string) (any, error) {
	e, err := parseExpression(classes()[className], text)
	if err != nil {
		return nil, err
	}
	return recordsOf(slices.DeleteFunc(c.s.db.all(className), func(o *object) bool { return !e(o) })), nil
}

func refsOf(objects []*object) []string {
	out := make([]string, len(objects))
	for i, o := range objects {
		out[i] = o.ref
	}
	return out
}

func recordsOf(objects []*object) map[string]any {
	out := make(map[string]any, len(objects))
	for _, o := range objects {
		out[o.ref] = o.snapshot()
	}
	return out
}

// fieldAccessors are a field's getter and, where everybody may write it, its
// setters.
func fieldAccessors(c *class, f *field) []*method {
	change := func(prefix string, params []param, do func(o *object, a args) error) *method {
		return &method{name: c.name + "." + prefix + f.name, params: params, do: func(cl *call, a args) (any, error) {
			o, err := cl.find(c.name, a.str(0))
			if err != nil {
				return nil, err
			}
			return "", do(o, a)
		}}
	}
	all := []*method{{name: c.name + ".get_" + f.name, params: []param{self(c)}, result: f.typ, do: func(cl *call, a args) (any, error) {
		o, err := cl.find(c.name, a.str(0))
		if err != nil {
			return nil, err
		}
		return o.fields[f.name], nil
	}}}
	if f.access != "rw" {
		return all
	}
	value := param{name: "value", typ: f.typ}
	all = append(all, change("set_", []param{self(c), value}, func(o *object, a args) error {
		o.set(f.name, a[1])
		return nil
	}))
	switch f.typ.kind { //nolint:exhaustive // only collections have more
	case kindSet:
		value.typ = *f.typ.elem
		all = append(all,
			change("add_", []param{self(c), value}, func(o *object, a args) error {
				if l := o.list(f.name); !slices.Contains(l, a.str(1)) {
					o.set(f.name, append(slices.Clone(l), a.str(1)))
				}
				return nil
			}),
			change("remove_", []param{self(c), value}, func(o *object, a args) error {
				o.set(f.name, slices.DeleteFunc(slices.Clone(o.list(f.name)), func(s string) bool { return s == a.str(1) }))
				return nil
			}))
	case kindMap:
		key := param{name: "key", typ: *f.typ.key}
		value.typ = *f.typ.elem
		all = append(all,
			change("add_to_", []param{self(c), key, value}, func(o *object, a args) error { return addTo(o, f.name, a.str(1), a.str(2)) }),
			change("remove_from_", []param{self(c), key}, func(o *object, a args) error {
				o.drop(f.name, a.str(1))
				return nil
			}))
	}
	return all
}

// addTo adds a key to a map field, where it must not be yet.
func addTo(o *object, name, key, value string) error {
	if _, ok := o.texts(name)[key]; ok {
		return failure("MAP_DUPLICATE_KEY", o.class.name, name, o.ref, key)
	}
	o.put(name, key, value)
	return nil
}
