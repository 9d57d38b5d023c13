package xapitest_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// TestTaskFields reads a task as it goes: it moves with each look, and its
// status is written last.
func TestTaskFields(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	task := w.text("Async.VM.clone", w.template(xapitest.TemplateDebian), "a")
	type look struct{ status, progress, result string }
	var looks []look
	early := false
	for {
		r := w.record("task.get_record", task)
		l := look{fmt.Sprint(r["status"]), fmt.Sprint(r["progress"]), fmt.Sprint(r["result"])}
		looks = append(looks, l)
		early = early || l.status == "pending" && l.result != ""
		if l.status != "pending" {
			break
		}
	}
	if len(looks) < 3 || !early {
		t.Errorf("want several looks, one of which shows a result before the status; got %v", looks)
	}
	end := looks[len(looks)-1]
	i := s.Inventory()
	a, ok := i.VM("a")
	if !ok {
		t.Fatal("no clone")
	}
	defer w.remove(a.Ref)
	if want := "<value>" + a.Ref + "</value>"; end.result != want || end.status != "success" {
		t.Errorf("got %v, want success and %s", end, want)
	}
	w.must("task.destroy", task)
	w.fails([]string{"HANDLE_INVALID", "task", task}, "task.get_status", task)
	task = w.text("Async.VM.provision", a.Ref)
	if r := w.waitTask(task); r["result"] != "<value></value>" {
		t.Errorf("got result %q of a void call, want an empty value", r["result"])
	}
	w.must("task.destroy", task)
	task = w.text("Async.VM.pause", a.Ref)
	r := w.waitTask(task)
	if diff := cmp.Diff([]any{"VM_BAD_POWER_STATE", a.Ref, "running", "halted"}, r["error_info"]); diff != "" || r["status"] != "failure" {
		t.Errorf("got status %v, error (-want +got):\n%s", r["status"], diff)
	}
	w.must("task.destroy", task)
}

// items is how many items a set has.
func items(set any) int {
	l, _ := set.([]any)
	return len(l)
}

func TestCancel(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		options []xapitest.Option
		effect  []xapitest.Effect
		status  string
		info    int
	}{
		{"early enough", nil, nil, "cancelled", 2},
		{"while it stalls", nil, []xapitest.Effect{xapitest.Stall()}, "cancelled", 2},
		{"without saying so", []xapitest.Option{xapitest.BareCancel()}, nil, "cancelled", 0},
		{"in vain", nil, []xapitest.Effect{xapitest.DeafToCancel()}, "success", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := xapitest.NewServer(t, xapitest.SingleHost(), tt.options...)
			w := dialWire(t, s)
			for _, e := range tt.effect {
				s.Inject(xapitest.Fault{Method: "VM.clone", Effect: e})
			}
			task := w.text("Async.VM.clone", w.template(xapitest.TemplateDebian), "a")
			w.must("task.cancel", task)
			r := w.waitTask(task)
			if r["status"] != tt.status || items(r["error_info"]) != tt.info {
				t.Errorf("got %v %v, want %s and %d items", r["status"], r["error_info"], tt.status, tt.info)
			}
			w.must("task.cancel", task) // the end is not undone
			w.must("task.destroy", task)
			i := s.Inventory()
			if a, ok := i.VM("a"); ok != (tt.status == "success") {
				t.Errorf("there is a clone: %v", ok)
			} else if ok {
				w.remove(a.Ref)
			}
		})
	}
}

// TestBusy has two operations on one VM.
func TestBusy(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost(), xapitest.BusyLimit(10))
	w := dialWire(t, s)
	vm := w.vm(xapitest.TemplateDebian)
	w.must("VM.start", vm, false, false)
	stalled := s.Inject(xapitest.Fault{Method: "Async.VM.clean_reboot", Effect: xapitest.Stall()})
	defer stalled.Release()
	reboot := w.text("Async.VM.clean_reboot", vm) // stalls before it begins: no conflict
	w.must("VM.pause", vm)
	w.must("VM.unpause", vm)
	stalled.Release()
	w.waitTask(reboot)
	w.must("task.destroy", reboot)

	// A guest that does not listen keeps the VM busy.
	s.SetGuest(vm, xapitest.Nobody{})
	w.must("VM.hard_reboot", vm)
	down := w.text("Async.VM.clean_shutdown", vm)
	w.must("task.get_record", down)
	w.must("task.get_record", down)
	ops := w.record("VM.get_current_operations", vm)
	if ops[down] != "clean_shutdown" {
		t.Errorf("got current operations %v, want clean_shutdown by %s", ops, down)
	}
	_, failed := w.call("VM.pause", vm)
	if diff := cmp.Diff([]string{"OTHER_OPERATION_IN_PROGRESS", "VM", vm, "clean_shutdown", down}, failed); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	w.must("VM.hard_shutdown", vm) // may interrupt
	if r := w.waitTask(down); r["status"] != "success" {
		t.Errorf("got %v %v, want success: it is down", r["status"], r["error_info"])
	}
	w.must("task.destroy", down)
	w.must("VM.start", vm, false, false)
	w.fails([]string{"VM_FAILED_SHUTDOWN_ACKNOWLEDGMENT", vm}, "VM.clean_shutdown", vm)
}

// TestMarkedTask sends a header that a task keeps.
func TestMarkedTask(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	body := `{"jsonrpc":"2.0","method":"Async.pool.sync_database","params":["` + w.session + `"],"id":1}`
	w.post("/jsonrpc", body, "x-http-other-config-mark", "m1")
	task := s.Inventory().Tasks[0].Ref
	if diff := cmp.Diff(map[string]any{"http:mark": "m1"}, w.record("task.get_other_config", task)); diff != "" {
		t.Errorf("other_config (-want +got):\n%s", diff)
	}
	w.waitTask(task)
	w.must("task.destroy", task)
}

func TestOwnTask(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	task := w.text("task.create", "mine", "of mine")
	w.must("task.set_progress", task, 0.5)
	w.must("task.add_to_other_config", task, "k", "v")
	w.must("task.set_status", task, "success")
	r := w.record("task.get_record", task)
	if r["progress"] != json.Number("0.5") || r["status"] != "success" || !strings.HasPrefix(fmt.Sprint(r["finished"]), "2026") {
		t.Errorf("got %v", r)
	}
	w.must("task.destroy", task)
}
