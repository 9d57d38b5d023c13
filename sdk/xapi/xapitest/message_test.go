package xapitest_test

import (
	"fmt"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

func TestMessages(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	pool := w.text("pool.get_uuid", fmt.Sprint(w.list("pool.get_all")[0]))
	before := w.from("", 0, "message")
	w.fails([]string{"UUID_INVALID", "VM", "none"}, "message.create", "A", 3, "VM", "none", "")
	m := w.text("message.create", "A", 3, "Pool", pool, "something happened")
	if got := w.record("message.get_record", m); got["name"] != "A" || got["cls"] != "Pool" || got["obj_uuid"] != pool || got["body"] != "something happened" {
		t.Errorf("got message %v", got)
	}
	if got := w.text("message.get_by_uuid", fmt.Sprint(w.record("message.get_record", m)["uuid"])); got != m {
		t.Errorf("by its UUID: got %s, want %s", got, m)
	}
	if b := w.from(before.token, 30, "message"); fmt.Sprint(b.events) != "[add message "+m+"]" {
		t.Errorf("got events %v", b.events)
	}
	for method, params := range map[string][]any{
		"message.get_all_records":       nil,
		"message.get_all_records_where": {`field "name" = "A"`},
		"message.get_since":             {"19700101T00:00:00Z"},
		"message.get":                   {"Pool", pool, "19700101T00:00:00Z"},
	} {
		if got := w.record(method, params...); len(got) != 1 || got[m] == nil {
			t.Errorf("%s: got %v, want the one message", method, got)
		}
	}
	if got := w.record("message.get", "VM", pool, "19700101T00:00:00Z"); len(got) != 0 {
		t.Errorf("of another class: got %v", got)
	}
	w.must("message.destroy", m)
	w.fails([]string{"HANDLE_INVALID", "message", m}, "message.get_record", m)
	w.must("message.destroy_many", []string{w.text("message.create", "B", 3, "Pool", pool, "")})
	if got := w.list("message.get_all"); len(got) != 0 {
		t.Errorf("after destroy: got %v", got)
	}
}

// TestEventNext listens as clients did before event.from.
func TestEventNext(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	w.fails([]string{"SESSION_NOT_REGISTERED", w.session}, "event.next")
	w.must("event.register", []string{"VM", "network"})
	pool := fmt.Sprint(w.list("pool.get_all")[0])
	w.must("pool.set_name_label", pool, "not registered for")
	network := fmt.Sprint(w.list("network.get_all")[0])
	w.must("network.set_name_label", network, "x")
	events := w.list("event.next")
	if len(events) != 1 {
		t.Fatalf("got %v, want one event", events)
	}
	e, _ := events[0].(map[string]any)
	snapshot, _ := e["snapshot"].(map[string]any)
	if e["class"] != "network" || e["operation"] != "mod" || e["ref"] != network || snapshot["name_label"] != "x" {
		t.Errorf("got event %v", e)
	}
	vm := w.vm(xapitest.TemplateDebian)
	seen := false
	for !seen { // each look waits for what is new
		for _, item := range w.list("event.next") {
			e, _ := item.(map[string]any)
			seen = seen || e["ref"] == vm
		}
	}
	w.must("event.unregister", []string{"network", "vm"})
	w.must("event.register", []string{"pool"})
	w.must("network.set_name_label", network, "y")
	w.must("pool.set_name_label", pool, "z")
	if events := w.list("event.next"); len(events) != 1 {
		t.Errorf("after unregistering: got %v, want the pool's event alone", events)
	}
}
