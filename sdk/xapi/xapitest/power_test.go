package xapitest_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// bring brings a halted VM into a power state.
func (w *wire) bring(vm, state string) {
	w.t.Helper()
	if state == "Halted" {
		return
	}
	w.must("VM.start", vm, state == "Paused", false)
	if state == "Suspended" {
		w.must("VM.suspend", vm)
	}
	if got := w.text("VM.get_power_state", vm); got != state {
		w.t.Fatalf("got power state %q, want %q", got, state)
	}
}

// TestPowerStates walks every operation from every state: it ends where it
// should, or fails and changes nothing.
func TestPowerStates(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	vm := w.vm(xapitest.TemplateDebian)
	host := s.Inventory().Hosts[0].Ref
	ops := []struct {
		op      string
		more    []any
		from    []string
		to      string // the same when empty
		changes bool
	}{
		{"start", []any{false, false}, []string{"Halted"}, "Running", true},
		{"start_on", []any{host, false, false}, []string{"Halted"}, "Running", true},
		{"pause", nil, []string{"Running"}, "Paused", true},
		{"unpause", nil, []string{"Paused"}, "Running", true},
		{"suspend", nil, []string{"Running"}, "Suspended", true},
		{"resume", []any{false, false}, []string{"Suspended"}, "Running", true},
		{"resume_on", []any{host, true, false}, []string{"Suspended"}, "Paused", true},
		{"clean_shutdown", nil, []string{"Running"}, "Halted", true},
		{"clean_reboot", nil, []string{"Running"}, "Running", true},
		{"pool_migrate", []any{host, map[string]string{"live": "true"}}, []string{"Running"}, "Running", false},
		{"hard_reboot", nil, []string{"Running", "Paused"}, "Running", true},
		{"hard_shutdown", nil, []string{"Running", "Paused", "Suspended"}, "Halted", true},
	}
	for _, state := range []string{"Halted", "Running", "Paused", "Suspended"} {
		for _, o := range ops {
			w.bring(vm, state)
			params := append([]any{vm}, o.more...)
			want := o.to
			allowed := false
			for _, f := range o.from {
				allowed = allowed || f == state
			}
			if allowed {
				w.must("VM."+o.op, params...)
			} else {
				want = state
				w.fails([]string{"VM_BAD_POWER_STATE", vm, strings.ToLower(strings.Join(o.from, ", ")), strings.ToLower(state)}, "VM."+o.op, params...)
			}
			if got := w.text("VM.get_power_state", vm); got != want {
				t.Errorf("%s from %s: got %s, want %s", o.op, state, got, want)
			}
			if _, failed := w.call("VM.hard_shutdown", vm); failed != nil && failed[0] != "VM_BAD_POWER_STATE" {
				t.Fatal(failed)
			}
			if n := len(s.Inventory().VDIs); n != 4 {
				t.Fatalf("%s from %s leaves %d disks, want 4: the suspend image goes", o.op, state, n)
			}
		}
	}
}

// TestOrderOfChecks has several reasons to refuse at once.
func TestOrderOfChecks(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	template := w.template(xapitest.TemplateDebian)
	vm := w.vm(xapitest.TemplateDebian)
	snapshot := w.text("VM.snapshot", vm, "s")
	defer w.remove(snapshot)
	w.fails([]string{"VM_IS_TEMPLATE", template, "start"}, "VM.start", template, false, false)
	w.fails([]string{"VM_BAD_POWER_STATE", template, "running", "halted"}, "VM.pause", template)
	w.fails([]string{"VM_IS_SNAPSHOT", snapshot, "start"}, "VM.start", snapshot, false, false)
	w.fails([]string{"PROVISION_ONLY_ALLOWED_ON_TEMPLATE"}, "VM.provision", vm)
	w.fails([]string{"REVERT_ONLY_ALLOWED_ON_SNAPSHOT"}, "VM.revert", vm)
	w.fails([]string{"VM_IS_TEMPLATE", w.template(xapitest.TemplateDefault), "destroy"}, "VM.destroy", w.template(xapitest.TemplateDefault))
	w.must("VM.set_blocked_operations", vm, map[string]string{"pause": "why not", "start": "no"})
	w.fails([]string{"OPERATION_BLOCKED", vm, "why not"}, "VM.pause", vm) // before the power state
	w.fails([]string{"OPERATION_BLOCKED", vm, "no"}, "VM.start", vm, false, false)
	var dom0 string
	for ref, r := range w.record("VM.get_all_records") {
		if fields, _ := r.(map[string]any); fields["is_control_domain"] == true {
			dom0 = ref
		}
	}
	w.fails([]string{"OPERATION_NOT_ALLOWED", "Operations on domain 0 are not allowed"}, "VM.hard_reboot", dom0)
	allowed := w.list("VM.get_allowed_operations", template)
	for _, op := range allowed {
		if op == "start" {
			t.Errorf("a template's allowed operations have start: %v", allowed)
		}
	}
}

// TestHaltedVM looks at what a shutdown leaves.
func TestHaltedVM(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	vm := w.vm(xapitest.TemplateDebian)
	attached := func() (n int) {
		i := s.Inventory()
		for _, b := range i.VBDs {
			if b.VM == vm && b.Attached {
				n++
			}
		}
		for _, f := range i.VIFs {
			if f.VM == vm && f.Attached {
				n++
			}
		}
		return n
	}
	w.must("VM.start", vm, false, false)
	free := s.Inventory().Hosts[0].MemoryFree
	if attached() != 2 || w.must("VM.get_domid", vm) == json.Number("-1") || w.text("VM.get_resident_on", vm) != s.Inventory().Hosts[0].Ref {
		t.Errorf("running: %d devices attached, domain %v", attached(), w.must("VM.get_domid", vm))
	}
	w.must("VM.clean_shutdown", vm)
	if attached() != 0 || w.must("VM.get_domid", vm) != json.Number("-1") || w.text("VM.get_resident_on", vm) != "OpaqueRef:NULL" {
		t.Errorf("halted: %d devices attached, domain %v", attached(), w.must("VM.get_domid", vm))
	}
	if got := s.Inventory().Hosts[0].MemoryFree; got <= free {
		t.Errorf("halted: the host has %d bytes free, no more than while it ran", got)
	}
}

func TestMemoryAndCPUs(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	vm := w.vm(xapitest.TemplateDebian)
	const gib = 1 << 30
	w.must("VM.set_memory_limits", vm, 0, gib, gib, gib)
	w.fails([]string{"MEMORY_CONSTRAINT_VIOLATION_ORDER"}, "VM.set_memory_limits", vm, 2*gib, gib, gib, gib)
	w.fails([]string{"MEMORY_CONSTRAINT_VIOLATION_MAXPIN", "DMC disabled"}, "VM.set_memory_limits", vm, 0, 2*gib, gib, gib)
	w.must("VM.set_memory", vm, 3*gib)
	if got := w.must("VM.get_memory_static_max", vm); got != json.Number("3221225472") {
		t.Errorf("got %v bytes of memory, want 3 GiB", got)
	}
	w.fails([]string{"INVALID_VALUE", "VCPUs_max", "0"}, "VM.set_VCPUs_max", vm, 0)
	w.fails([]string{"INVALID_VALUE", "VCPUs_at_startup", "3"}, "VM.set_VCPUs_at_startup", vm, 3)
	w.must("VM.set_VCPUs_max", vm, 3)
	w.must("VM.set_VCPUs_at_startup", vm, 3)
	w.must("VM.start", vm, false, false)
	w.fails([]string{"VM_BAD_POWER_STATE", vm, "halted", "running"}, "VM.set_memory", vm, gib)
}

// TestPlacement fills a pool of two hosts.
func TestPlacement(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.Pool(2))
	w := dialWire(t, s)
	const gib = 1 << 30
	var vms []string
	for range 3 {
		vm := w.vm(xapitest.TemplateDebian)
		w.must("VM.set_memory_limits", vm, gib, 20*gib, 20*gib, 20*gib)
		vms = append(vms, vm)
	}
	hosts := s.Inventory().Hosts
	w.must("VM.set_affinity", vms[0], hosts[1].Ref)
	w.must("VM.start", vms[0], false, false)
	if got := w.text("VM.get_resident_on", vms[0]); got != hosts[1].Ref {
		t.Errorf("it runs on %s, not where it would rather: %s", got, hosts[1].Ref)
	}
	if diff := cmp.Diff([]any{hosts[0].Ref}, w.must("VM.get_possible_hosts", vms[1])); diff != "" {
		t.Errorf("possible hosts (-want +got):\n%s", diff)
	}
	w.fails([]string{"HOST_NOT_ENOUGH_FREE_MEMORY", "21486370816", "10189012992"}, "VM.start_on", vms[1], hosts[1].Ref, false, false)
	w.must("VM.start", vms[1], false, false)
	if _, failed := w.call("VM.start", vms[2], false, false); len(failed) != 3 || failed[0] != "HOST_NOT_ENOUGH_FREE_MEMORY" {
		t.Errorf("a third VM where no host has room: got %v, want HOST_NOT_ENOUGH_FREE_MEMORY with what is needed and free", failed)
	}
	if diff := cmp.Diff([]any{}, w.must("VM.get_possible_hosts", vms[2])); diff != "" {
		t.Errorf("possible hosts (-want +got):\n%s", diff)
	}
	w.must("host.disable", hosts[0].Ref)
	w.fails([]string{"HOST_DISABLED", hosts[0].Ref}, "VM.start_on", vms[2], hosts[0].Ref, false, false)
	w.must("host.disable", hosts[1].Ref)
	w.fails([]string{"NO_HOSTS_AVAILABLE"}, "VM.start", vms[2], false, false)
	w.must("host.enable", hosts[0].Ref)
	w.must("VM.set_VCPUs_max", vms[2], 64)
	w.must("VM.set_memory", vms[2], gib)
	w.fails([]string{"HOST_NOT_ENOUGH_PCPUS", "64", "16"}, "VM.start_on", vms[2], hosts[0].Ref, false, false)
	w.must("VM.set_VCPUs_max", vms[2], 2)
	local := xapitest.SR{}
	for _, r := range s.Inventory().SRs {
		if r.Name == xapitest.LocalSRName {
			local = r // the second host's
		}
	}
	w.must("host.enable", hosts[1].Ref)
	vdi := w.text("VDI.create", map[string]any{
		"SR": local.Ref, "virtual_size": 1 << 21, "type": "user", "sharable": false, "read_only": false, "other_config": map[string]string{},
	})
	w.must("VBD.create", map[string]any{
		"VM": vms[2], "VDI": vdi, "userdevice": "autodetect", "bootable": false, "mode": "RW", "type": "Disk", "empty": false,
		"other_config": map[string]string{}, "qos_algorithm_type": "", "qos_algorithm_params": map[string]string{},
	})
	w.fails([]string{"VM_REQUIRES_SR", vms[2], local.Ref}, "VM.start_on", vms[2], hosts[0].Ref, false, false)
	w.must("VM.start", vms[2], false, false)
	if got := w.text("VM.get_resident_on", vms[2]); got != hosts[1].Ref {
		t.Errorf("it runs on %s, where its disk is not", got)
	}
}

// TestRaceForTheLastGibibyte starts two VMs that do not both fit, at once.
func TestRaceForTheLastGibibyte(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost(), xapitest.TaskSteps(5))
	w := dialWire(t, s)
	const gib = 1 << 30
	tasks := map[string]bool{}
	for range 2 {
		vm := w.vm(xapitest.TemplateDebian)
		w.must("VM.set_memory_limits", vm, gib, 20*gib, 20*gib, 20*gib)
		defer w.remove(vm)
		tasks[w.text("Async.VM.start", vm, false, false)] = true
	}
	count := map[string]int{}
	for task := range tasks {
		count[fmt.Sprint(w.waitTask(task)["status"])]++
		w.must("task.destroy", task)
	}
	if diff := cmp.Diff(map[string]int{"success": 1, "failure": 1}, count); diff != "" {
		t.Errorf("how two starts ended that do not both fit (-want +got):\n%s", diff)
	}
}

// waitTask reads a task until it is done.
func (w *wire) waitTask(task string) map[string]any {
	w.t.Helper()
	for range 100 {
		r := w.record("task.get_record", task)
		if r["status"] != "pending" {
			return r
		}
	}
	w.t.Fatalf("task %s is still pending after 100 looks", task)
	return nil
}
