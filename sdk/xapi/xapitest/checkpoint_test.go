package xapitest_test

import (
	"fmt"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// TestCheckpoint takes a snapshot with memory, and goes back to it.
func TestCheckpoint(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	vm := w.vm(xapitest.TemplateDebian)
	w.fails([]string{"VM_BAD_POWER_STATE", vm, "running, paused, suspended", "halted"}, "VM.checkpoint", vm, "c")
	w.must("VM.start", vm, false, false)
	c := w.text("VM.checkpoint", vm, "c")
	t.Cleanup(func() { w.remove(c) })
	if got := w.text("VM.get_power_state", vm); got != "Running" {
		t.Errorf("the VM is %s after its checkpoint, want Running", got)
	}
	image := w.text("VM.get_suspend_VDI", c)
	if got := w.text("VM.get_power_state", c); got != "Suspended" || w.text("VDI.get_type", image) != "suspend" {
		t.Errorf("the checkpoint is %s, want Suspended with an image", got)
	}
	w.must("VM.hard_shutdown", vm)
	w.must("VM.revert", c)
	if got := w.text("VM.get_power_state", vm); got != "Suspended" {
		t.Fatalf("the VM is %s after the revert, want Suspended", got)
	}
	w.must("VM.resume", vm, false, false)
	w.hears(vm)
	w.must("VM.clean_shutdown", vm)
	if got := w.text("VM.get_power_state", vm); got != "Halted" {
		t.Errorf("the VM is %s in the end, want Halted", got)
	}
	for _, b := range w.list("VM.get_VBDs", c) {
		w.must("VDI.destroy", w.text("VBD.get_VDI", fmt.Sprint(b)))
	}
	w.must("VM.destroy", c)
	w.must("VDI.destroy", image)
}
