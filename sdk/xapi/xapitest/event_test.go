package xapitest_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

type batch struct {
	token  string
	events []string // operation class ref
	counts map[string]any
}

// from looks once for events; refs has names for references.
func (w *wire) from(token string, timeout float64, classes ...string) batch {
	w.t.Helper()
	r := w.record("event.from", classes, token, timeout)
	b := batch{token: fmt.Sprint(r["token"])}
	b.counts, _ = r["valid_ref_counts"].(map[string]any)
	events, _ := r["events"].([]any)
	for _, item := range events {
		e, _ := item.(map[string]any)
		_, snapshot := e["snapshot"]
		if snapshot != (e["operation"] != "del") {
			w.t.Errorf("a %v event has a snapshot: %v", e["operation"], snapshot)
		}
		b.events = append(b.events, fmt.Sprint(e["operation"], " ", e["class"], " ", e["ref"]))
	}
	return b
}

func TestEventFrom(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost(), xapitest.DeletionMemory(3))
	w := dialWire(t, s)
	network := func(name string) string {
		return w.text("network.create", map[string]any{"name_label": name, "name_description": "", "MTU": 1500, "other_config": map[string]string{}, "bridge": "", "managed": true})
	}
	check := func(what string, got batch, want ...string) batch {
		t.Helper()
		slices.Sort(got.events)
		slices.Sort(want)
		if diff := cmp.Diff(want, got.events); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
		return got
	}
	first := fmt.Sprint(w.list("network.get_all")[0])
	b := check("everything", w.from("", 0, "network"), "add network "+first)
	b = check("nothing", w.from(b.token, 0, "network"))
	a, c := network("a"), network("b")
	b = check("new ones", w.from(b.token, 30, "Network"), "add network "+a, "add network "+c)
	w.must("network.set_name_label", a, "x")
	w.must("network.set_name_label", a, "y")
	short := network("short")
	w.must("network.destroy", short)
	w.must("VM.set_name_label", w.template(xapitest.TemplateDebian), xapitest.TemplateDebian) // no change
	old := b
	b = check("changes are coalesced, what came and went is not seen", w.from(b.token, 30, "*"), "mod network "+a)
	w.must("network.destroy", c)
	b = check("a deletion", w.from(b.token, 30, "network"), "del network "+c)
	if got := b.counts["network"]; got != json.Number("2") {
		t.Errorf("got count %v, want 2", got)
	}
	check("from an older token", w.from(old.token, 30, "network"), "mod network "+a, "del network "+c)
	w.must("network.set_name_label", first, "z")
	check("one object", w.from(b.token, 0, "network/"+a))
	check("another", w.from(b.token, 30, "NETWORK/"+first), "mod network "+first)

	// Deletions beyond memory are forgotten; the counts say so.
	var many []string
	for range 5 {
		many = append(many, network("many"))
	}
	b = w.from("", 0, "network")
	for _, n := range many {
		w.must("network.destroy", n)
	}
	b = check("deletions forgotten", w.from(b.token, 30, "network"), "del network "+many[2], "del network "+many[3], "del network "+many[4])
	if got := b.counts["network"]; got != json.Number("2") {
		t.Errorf("got count %v, want 2", got)
	}

	before := w.text("event.inject", "network", first)
	check("injected", w.from(before, 30, "network"), "mod network "+first)
	w.fails([]string{"EVENT_FROM_TOKEN_PARSE_FAILURE", "yesterday"}, "event.from", []string{"*"}, "yesterday", 1.0)
	if empty := w.from(b.token, 0.01, "console"); len(empty.events) != 0 {
		t.Errorf("got %v after the timeout, want nothing", empty.events)
	}
}

// TestLogoutWakes logs a session out that waits for events.
func TestLogoutWakes(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	token := w.from("", 0, "*").token
	held := s.Inject(xapitest.Fault{Method: "event.from", Effect: xapitest.Rewrite(func(r any) any { return r })})
	failed := make(chan []string)
	go func() {
		_, f := w.call("event.from", []string{"message"}, token, 600.0)
		failed <- f
	}()
	<-held.Reached()
	other := newWire(t, s, s.URL())
	other.session = w.session
	other.must("session.logout")
	if diff := cmp.Diff([]string{"SESSION_INVALID", w.session}, <-failed); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestGuestMetrics follows a VM's guest metrics from its template's to its own.
func TestGuestMetrics(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	vm := w.vm(xapitest.TemplateDebian)
	networks := func() (string, map[string]any) {
		ref := w.text("VM.get_guest_metrics", vm)
		if ref == "OpaqueRef:NULL" {
			return ref, nil
		}
		n, _ := w.call("VM_guest_metrics.get_networks", ref) // it may be replaced in between
		m, _ := n.(map[string]any)
		return ref, m
	}
	if _, n := networks(); n["0/ip"] != xapitest.StaleAddress {
		t.Errorf("a clone shows %v, want its template's address %s", n, xapitest.StaleAddress)
	}
	w.must("VM.start", vm, false, false)
	refs := map[string]bool{}
	for token := ""; ; {
		ref, n := networks()
		refs[ref] = true
		if n["0/ip"] == xapitest.StaleAddress {
			t.Error("the template's address survives the start")
		}
		if n["0/ip"] != nil {
			if want := map[string]any{"0/ip": "10.77.0.1", "0/ipv4/0": "10.77.0.1", "0/ipv6/0": "fe80::1"}; !cmp.Equal(want, n) {
				t.Errorf("got %v, want %v", n, want)
			}
			break
		}
		token = w.from(token, 30, "vm", "vm_guest_metrics").token
	}
	if len(refs) < 2 {
		t.Errorf("got %d references to guest metrics while it booted, want several", len(refs))
	}
}

// TestGuestMetricsPolled polls as most scripts do: the reference, and then what
// it refers to. Between the two it may be replaced, but it is not gone yet.
func TestGuestMetricsPolled(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	vm := w.vm(xapitest.TemplateDebian)
	w.must("VM.start", vm, false, false)
	seen := map[string]bool{}
	const looks = 10
	for range looks {
		ref := w.text("VM.get_guest_metrics", vm)
		if ref == "OpaqueRef:NULL" {
			continue
		}
		seen[ref] = true
		if w.record("VM_guest_metrics.get_networks", ref)["0/ip"] == "10.77.0.1" {
			break
		}
	}
	if ref := w.text("VM.get_guest_metrics", vm); len(seen) == 0 || w.record("VM_guest_metrics.get_networks", ref)["0/ip"] == nil {
		t.Errorf("no address after %d looks at %d guest metrics", looks, len(seen))
	}
	for range looks { // each call is a moment
		w.must("pool.get_all")
	}
	for ref := range seen {
		if ref != w.text("VM.get_guest_metrics", vm) {
			w.fails([]string{"HANDLE_INVALID", "VM_guest_metrics", ref}, "VM_guest_metrics.get_uuid", ref)
		}
	}
}

// TestCountsOfAllClasses: a batch counts the objects of every class, whatever
// was subscribed to.
func TestCountsOfAllClasses(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	b := w.from("", 0, "pool")
	for class, want := range map[string]string{"pool": "1", "vm": "5", "vm_guest_metrics": "2", "pbd": "2", "task": "0"} {
		if got := fmt.Sprint(b.counts[class]); got != want {
			t.Errorf("valid_ref_counts of %s: got %s, want %s", class, got, want)
		}
	}
}

// TestReferencesAreNotUUIDs: a client that makes one of the other fails at xapi.
func TestReferencesAreNotUUIDs(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	host := w.text("host.get_by_uuid", s.Inventory().Hosts[0].UUID)
	w.fails([]string{"HANDLE_INVALID", "host", "OpaqueRef:" + w.text("host.get_uuid", host)}, "host.get_name_label", "OpaqueRef:"+w.text("host.get_uuid", host))
}
