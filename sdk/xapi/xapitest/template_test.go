package xapitest_test

import (
	"slices"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// TestTemplateFlag turns a VM into a template and back: what is allowed
// follows, and a VM that runs cannot become one.
func TestTemplateFlag(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	allowed := func(vm, op string) bool { return slices.Contains(w.list("VM.get_allowed_operations", vm), any(op)) }
	vm := w.text("VM.clone", w.template(xapitest.TemplateDebian), "made of a template")
	if allowed(vm, "start") || !allowed(vm, "provision") {
		t.Errorf("of a template: got %v, want provision and no start", w.list("VM.get_allowed_operations", vm))
	}
	w.must("VM.set_is_a_template", vm, false)
	if !allowed(vm, "start") || allowed(vm, "provision") {
		t.Errorf("of a VM: got %v, want start and no provision", w.list("VM.get_allowed_operations", vm))
	}
	w.must("VM.start", vm, false, false)
	w.fails([]string{"VM_BAD_POWER_STATE", vm, "halted", "running"}, "VM.set_is_a_template", vm, true)
	w.must("VM.hard_shutdown", vm)
	w.must("VM.set_is_a_template", vm, true)
	if allowed(vm, "start") {
		t.Errorf("of a template again: got %v, want no start", w.list("VM.get_allowed_operations", vm))
	}
	w.fails([]string{"VM_IS_TEMPLATE", vm, "start"}, "VM.start", vm, false, false)
	w.must("VM.add_to_blocked_operations", vm, "clone", "no")
	if allowed(vm, "clone") {
		t.Error("clone is blocked and allowed")
	}
	w.must("VM.remove_from_blocked_operations", vm, "clone")
	if !allowed(vm, "clone") {
		t.Error("clone is neither blocked nor allowed")
	}
	w.remove(vm)
}
