package xapitest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestRandomCalls calls all methods with parameters that are of the right
// types, and mostly of things that are there, in an order that a seed decides.
// Whatever they do, the database stays whole.
func TestRandomCalls(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			t.Parallel()
			s, err := New(Pool(2), PlainHTTP())
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			r := rand.New(rand.NewPCG(seed, 0)) // the same each time
			names := methodNames()
			var actions []string // what does something is drawn more often
			for _, name := range names {
				if !methods()[name].quick {
					actions = append(actions, name)
				}
			}
			for _, m := range slices.Concat(powerMethods(), copyMethods()) {
				actions = append(actions, slices.Repeat([]string{m.name}, 8)...)
			}
			good := 0
			for range 3000 {
				name := names[r.IntN(len(names))]
				if r.IntN(2) == 0 {
					name = actions[r.IntN(len(actions))]
				}
				if final(name) && r.IntN(8) > 0 {
					continue // something shall be left to act on
				}
				if randomCall(t, s, r, name) == nil {
					good++
				}
			}
			if good < 300 {
				t.Errorf("%d of 3000 calls succeeded: too few to mean anything", good)
			}
			s.mu.Lock()
			defer s.unlock()
			whole(t, s)
		})
	}
}

// final reports whether a method ends things.
func final(name string) bool {
	return strings.Contains(name, "destroy") || strings.Contains(name, "unplug") || strings.HasSuffix(name, "disable") || strings.HasSuffix(name, "set_is_a_template") || strings.Contains(name, "blocked")
}

// randomCall carries one call out, for at most a moment: some wait for ever.
func randomCall(t *testing.T, s *Server, r *rand.Rand, name string) error {
	t.Helper()
	m := methods()[name]
	s.mu.Lock()
	var params []any
	for _, p := range m.params {
		params = append(params, randomValue(s, r, p.typ))
	}
	if name == "event.from" {
		params[2] = 0.0
	}
	s.mu.Unlock()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := s.Do(ctx, name, params...)
	return err
}

func randomValue(s *Server, r *rand.Rand, of typ) any {
	switch of.kind {
	case kindInt:
		return []int64{0, 1, 2, 1 << 20, 1 << 30, 4 << 30, -1}[r.IntN(7)]
	case kindFloat:
		return r.Float64()
	case kindBool:
		return r.IntN(2) == 0
	case kindTime:
		return never
	case kindEnum:
		values := enumValues(of.name)
		return values[r.IntN(len(values))]
	case kindRef:
		var refs []string
		if classes()[of.name] != nil {
			for _, o := range s.db.all(of.name) {
				refs = append(refs, o.ref)
			}
		}
		if len(refs) == 0 || r.IntN(20) == 0 {
			return nullRef
		}
		return refs[r.IntN(len(refs))]
	case kindSet:
		return []any{randomValue(s, r, *of.elem)}
	case kindMap:
		return map[string]any{fmt.Sprint(randomValue(s, r, *of.key)): randomValue(s, r, *of.elem)}
	case kindRecord:
		fields := map[string]any{}
		if c := classes()[of.name]; c != nil {
			for _, f := range c.fields {
				if f.access != "ro" {
					fields[f.name] = randomValue(s, r, f.typ)
				}
			}
		}
		return fields
	case kindVoid, kindString:
	}
	return []string{"", "a", "0", "1", "autodetect", "disks", "true", "vm"}[r.IntN(8)]
}

// whole fails the test where the database contradicts itself.
func whole(t *testing.T, s *Server) {
	t.Helper()
	for _, r := range relations() {
		want := map[string][]string{}
		for _, o := range s.db.all(r.class) {
			want[o.str(r.field)] = append(want[o.str(r.field)], o.ref)
		}
		for _, o := range s.db.all(r.target()) {
			got, refs := slices.Sorted(slices.Values(o.list(r.mirror))), slices.Sorted(slices.Values(want[o.ref]))
			if !slices.Equal(got, refs) {
				t.Errorf("%s %s.%s is %v, but the %s of those is %v", o.class.name, o.ref, r.mirror, got, r.field, refs)
			}
		}
	}
	for name, c := range classes() {
		for _, o := range s.db.all(name) {
			for _, f := range c.fields {
				if _, err := f.typ.coerce(f.name, wireForm(plain(o.fields[f.name]))); err != nil {
					t.Errorf("%s.%s is %v: %v", name, f.name, o.fields[f.name], err)
				}
			}
		}
	}
	for _, sr := range s.db.all("SR") {
		var used int64
		for _, vdi := range sr.members("VDIs") {
			used += vdi.int("physical_utilisation")
		}
		if used != sr.int("physical_utilisation") {
			t.Errorf("SR %s says that %d bytes are used, its disks that %d are", sr.str("name_label"), sr.int("physical_utilisation"), used)
		}
	}
	for _, vm := range s.db.all("VM") {
		running := vm.str("power_state") == "Running" || vm.str("power_state") == "Paused"
		if at := vm.to("resident_on"); running != (at != nil) || running && !vm.flag("is_control_domain") && s.running[vm.ref] == nil {
			t.Errorf("VM %s is %s, on a host: %v", vm.ref, vm.str("power_state"), at != nil)
		}
	}
	for _, h := range s.db.all("host") {
		if m := h.to("metrics"); m != nil && m.int("memory_free") != s.freeMemory(h) {
			t.Errorf("host %s says that %d bytes are free, what runs there that %d are", h.str("name_label"), m.int("memory_free"), s.freeMemory(h))
		}
	}
}
