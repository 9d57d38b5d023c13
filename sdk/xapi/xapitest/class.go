package xapitest

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// A field is a column of a class.
type field struct {
	name     string
	typ      typ
	access   string // ro, new (set by constructors) or rw
	required bool   // by the constructor
	initial  any
}

// A class is a table of the database.
type class struct {
	name   string
	fields []*field
	byName map[string]*field
}

func (c *class) field(name string) *field { return c.byName[name] }

// has reports whether the class has a field.
func (c *class) has(name string) bool { return c.byName[name] != nil }

// silent reports whether the class makes no events.
func (c *class) silent() bool { return c.name == "session" || c.name == "event" }

// classes are the data model's, made of the tables once.
//
//nolint:gochecknoglobals // a table that is only read, made on first use
var classes = sync.OnceValue(func() map[string]*class {
	all := map[string]*class{}
	for _, tables := range []map[string]string{poolFields(), vmFields(), deviceFields()} {
		for name, text := range tables {
			c, err := parseClass(name, text)
			if err != nil {
				panic(err) // a mistake in the tables beside this file
			}
			all[name] = c
		}
	}
	for name, text := range emptyClasses() {
		c, err := parseClass(name, text)
		if err != nil {
			panic(err)
		}
		all[name] = c
	}
	return all
})

// emptyClasses are those of which a simulated pool has nothing: clients ask
// for everything of them when they start. They have no more fields here than
// what finds objects.
func emptyClasses() map[string]string {
	all := map[string]string{}
	for name := range strings.FieldsSeq(`
Bond Cluster Cluster_host DR_task Feature GPU_group Observer PCI PGPU PIF_metrics PUSB PVS_cache_storage PVS_proxy PVS_server PVS_site
Repository SDN_controller SM USB_group VBD_metrics VGPU VGPU_type VIF_metrics VLAN VMPP VMSS VM_appliance VM_group VTPM VUSB blob
crashdump host_cpu host_crashdump host_patch network_sriov pool_patch pool_update role secret subject tunnel`) {
		all[name] = "uuid: string ro"
	}
	for name := range strings.FieldsSeq(`
Feature GPU_group Observer PVS_site Repository SM USB_group VMPP VMSS VM_appliance VM_group blob host_patch pool_patch pool_update role`) {
		all[name] += "\nname_label: string ro"
	}
	return all
}

// classNames are the classes' names, sorted.
func classNames() []string { return slices.Sorted(maps.Keys(classes())) }

func parseClass(name, text string) (*class, error) {
	c := &class{name: name, byName: map[string]*field{}}
	for line := range strings.Lines(strings.TrimSpace(text)) {
		f, err := parseField(strings.TrimSpace(line))
		if err != nil {
			return nil, fmt.Errorf("class %s: %w", name, err)
		}
		c.fields = append(c.fields, f)
		c.byName[f.name] = f
	}
	return c, nil
}

// parseField reads a line such as "MTU: int new! = 1500".
func parseField(line string) (*field, error) {
	decl, initial, _ := strings.Cut(line, " = ")
	name, rest, ok := strings.Cut(decl, ": ")
	i := strings.LastIndexByte(rest, ' ')
	if !ok || i < 0 {
		return nil, fmt.Errorf("xapitest: field %q: want name: type access", line)
	}
	t, err := parseType(rest[:i])
	if err != nil {
		return nil, err
	}
	f := &field{name: name, typ: t, initial: t.zero()}
	f.access, f.required = strings.CutSuffix(rest[i+1:], "!")
	if initial == "" {
		return f, nil
	}
	switch t.kind {
	case kindInt:
		f.initial, err = strconv.ParseInt(initial, 10, 64)
	case kindFloat:
		f.initial, err = strconv.ParseFloat(initial, 64)
	case kindBool:
		f.initial, err = strconv.ParseBool(initial)
	case kindTime:
		f.initial = stamp(initial)
	default:
		f.initial = initial
	}
	return f, err
}
