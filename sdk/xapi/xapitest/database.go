package xapitest

import (
	"crypto/rand"
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// An object is a row of the database. Its fields' values are never changed in
// place, so that a copy of the map is a snapshot.
type object struct {
	db     *database
	class  *class
	ref    string
	fields map[string]any
	// created and modified are the generations of its first and last change.
	created, modified int64
}

// A deletion is what is remembered of an object that is gone.
type deletion struct {
	ref              string
	created, deleted int64
}

// A database holds the pool's objects. Whoever uses it holds the server's lock.
type database struct {
	tables map[string]map[string]*object
	// generation counts the changes; it is what event tokens count in.
	generation int64
	// dirty: something changed since the last broadcast.
	dirty bool
	// deleted remembers the last few deletions by class.
	deleted map[string][]deletion
	memory  int
}

func newDatabase(memory int) *database {
	db := &database{tables: map[string]map[string]*object{}, deleted: map[string][]deletion{}, memory: memory}
	for name := range classes() {
		db.tables[name] = map[string]*object{}
	}
	return db
}

// newUUID makes a random UUID.
func newUUID() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// A relation says that a field of references mirrors another class's reference.
type relation struct{ class, field, mirror string }

// relations are the pairs of fields of which the database keeps the second, a
// set in the class that the first refers to.
func relations() []relation {
	return []relation{
		{"VBD", "VM", "VBDs"},
		{"VBD", "VDI", "VBDs"},
		{"VIF", "VM", "VIFs"},
		{"VIF", "network", "VIFs"},
		{"VDI", "SR", "VDIs"},
		{"VDI", "snapshot_of", "snapshots"},
		{"VM", "resident_on", "resident_VMs"},
		{"VM", "snapshot_of", "snapshots"},
		{"VM", "parent", "children"},
		{"PBD", "host", "PBDs"},
		{"PBD", "SR", "PBDs"},
		{"PIF", "host", "PIFs"},
		{"PIF", "network", "PIFs"},
		{"console", "VM", "consoles"},
		{"Certificate", "host", "certificates"},
		{"task", "subtask_of", "subtasks"},
	}
}

// create makes an object with the values, and defaults for the rest.
func (db *database) create(className string, values map[string]any) *object {
	c := classes()[className]
	o := &object{db: db, class: c, ref: "OpaqueRef:" + newUUID(), fields: make(map[string]any, len(c.fields))}
	for _, f := range c.fields {
		o.fields[f.name] = f.initial
	}
	if c.has("uuid") {
		o.fields["uuid"] = newUUID()
	}
	db.tables[className][o.ref] = o
	db.touch(o)
	o.created = o.modified
	for _, name := range slices.Sorted(maps.Keys(values)) {
		o.set(name, values[name])
	}
	return o
}

// touch marks an object as changed.
func (db *database) touch(o *object) {
	db.generation++
	o.modified = db.generation
	db.dirty = true
}

// destroy removes an object, and it from the sets that mirror it.
func (db *database) destroy(o *object) {
	if db.tables[o.class.name][o.ref] != o {
		return
	}
	for _, r := range relations() {
		if r.class == o.class.name {
			db.unmirror(o, r)
		}
	}
	delete(db.tables[o.class.name], o.ref)
	db.generation++
	db.dirty = true
	gone := append(db.deleted[o.class.name], deletion{ref: o.ref, created: o.created, deleted: db.generation})
	if len(gone) > db.memory {
		gone = slices.Clone(gone[len(gone)-db.memory:])
	}
	db.deleted[o.class.name] = gone
}

// get returns an object, nil when there is none.
func (db *database) get(className, ref string) *object { return db.tables[className][ref] }

// find returns an object, or the API's error that there is none.
func (db *database) find(className, ref string) (*object, error) {
	if o := db.tables[className][ref]; o != nil {
		return o, nil
	}
	return nil, handleInvalid(className, ref)
}

// all returns a class's objects in the order in which they were made.
func (db *database) all(className string) []*object {
	return slices.SortedFunc(maps.Values(db.tables[className]), func(a, b *object) int { return int(a.created - b.created) })
}

// byField returns the objects whose text field has the value, oldest first.
func (db *database) byField(className, field, value string) []*object {
	return slices.DeleteFunc(db.all(className), func(o *object) bool { return o.str(field) != value })
}

// target is the class that a relation's field refers to.
func (r relation) target() string { return classes()[r.class].field(r.field).typ.name }

func (db *database) unmirror(o *object, r relation) {
	if t := db.get(r.target(), o.str(r.field)); t != nil {
		refs := slices.DeleteFunc(slices.Clone(t.list(r.mirror)), func(ref string) bool { return ref == o.ref })
		t.set(r.mirror, refs)
	}
}

func (db *database) mirror(o *object, r relation) {
	if t := db.get(r.target(), o.str(r.field)); t != nil {
		t.set(r.mirror, append(slices.Clone(t.list(r.mirror)), o.ref))
	}
}

// set changes a field; one that has the value already is left alone.
func (o *object) set(name string, value any) {
	if same(o.fields[name], value) {
		return
	}
	var moved []relation
	for _, r := range relations() {
		if r.class == o.class.name && r.field == name {
			o.db.unmirror(o, r)
			moved = append(moved, r)
		}
	}
	o.fields[name] = value
	for _, r := range moved {
		o.db.mirror(o, r)
	}
	o.db.touch(o)
}

func same(a, b any) bool {
	switch a := a.(type) {
	case string:
		s, ok := b.(string)
		return ok && a == s
	case int64:
		n, ok := b.(int64)
		return ok && a == n
	case bool:
		t, ok := b.(bool)
		return ok && a == t
	}
	return reflect.DeepEqual(a, b)
}

func (o *object) str(name string) string {
	switch v := o.fields[name].(type) {
	case string:
		return v
	case stamp:
		return string(v)
	}
	return ""
}

func (o *object) int(name string) int64 {
	n, _ := o.fields[name].(int64)
	return n
}

func (o *object) flag(name string) bool {
	b, _ := o.fields[name].(bool)
	return b
}

func (o *object) list(name string) []string {
	l, _ := o.fields[name].([]string)
	return l
}

func (o *object) texts(name string) map[string]string {
	m, _ := o.fields[name].(map[string]string)
	return m
}

// put sets one key of a map of texts.
func (o *object) put(name, key, value string) {
	m := maps.Clone(o.texts(name))
	if m == nil {
		m = map[string]string{}
	}
	m[key] = value
	o.set(name, m)
}

// drop removes one key of a map of texts.
func (o *object) drop(name, key string) {
	if _, ok := o.texts(name)[key]; !ok {
		return
	}
	m := maps.Clone(o.texts(name))
	delete(m, key)
	o.set(name, m)
}

// ref returns the object that a field refers to, nil when there is none.
func (o *object) to(name string) *object {
	f := o.class.field(name)
	if f == nil {
		return nil
	}
	return o.db.get(f.typ.name, o.str(name))
}

// members returns the objects that a set field refers to.
func (o *object) members(name string) []*object {
	var out []*object
	target := o.class.field(name).typ.elem.name
	for _, ref := range o.list(name) {
		if m := o.db.get(target, ref); m != nil {
			out = append(out, m)
		}
	}
	return out
}

// snapshot copies the object's record.
func (o *object) snapshot() record { return record{class: o.class, fields: maps.Clone(o.fields)} }
