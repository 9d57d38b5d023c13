package xapitest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// allowed writes down what may be done with an object, sorted.
func (w *wire) allowed(class, ref string) string {
	w.t.Helper()
	var ops []string
	for _, op := range w.list(class+".get_allowed_operations", ref) {
		ops = append(ops, fmt.Sprint(op))
	}
	slices.Sort(ops)
	return strings.Join(ops, " ")
}

// hears waits until a VM's agent speaks: each call is a moment.
func (w *wire) hears(vm string) {
	w.t.Helper()
	const moments = 20
	for range moments {
		if g := w.text("VM.get_guest_metrics", vm); g != "OpaqueRef:NULL" {
			if r := w.record("VM_guest_metrics.get_record", g); r["PV_drivers_detected"] == true {
				return
			}
		}
	}
	w.t.Fatal("nobody speaks in the VM")
}

// TestDeviceOperations holds what is allowed with a VM's devices against what
// the calls do.
func TestDeviceOperations(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	vm := w.vm(xapitest.TemplateLeftover)
	devices := map[string]string{} // by what they are
	for _, ref := range w.list("VM.get_VBDs", vm) {
		devices[w.text("VBD.get_type", ref)] = fmt.Sprint(ref)
	}
	vif := fmt.Sprint(w.list("VM.get_VIFs", vm)[0])
	vdi := w.text("VDI.create", map[string]any{
		"name_label": "data", "SR": w.text("VDI.get_SR", w.text("VBD.get_VDI", devices["Disk"])), "virtual_size": 1 << 20,
		"type": "user", "sharable": false, "read_only": false, "other_config": map[string]string{},
	})
	data := w.text("VBD.create", map[string]any{
		"VM": vm, "VDI": vdi, "userdevice": "xvdf", "bootable": false, "mode": "RO", "type": "Disk",
		"unpluggable": true, "empty": false, "other_config": map[string]string{}, "qos_algorithm_type": "", "qos_algorithm_params": map[string]string{},
	})
	check := func(when, disk, second, cd, net string) {
		t.Helper()
		for _, tt := range []struct{ what, class, ref, want string }{
			{"the system's disk", "VBD", devices["Disk"], disk},
			{"the second disk", "VBD", data, second},
			{"the CD drive", "VBD", devices["CD"], cd},
			{"the interface", "VIF", vif, net},
		} {
			if got := w.allowed(tt.class, tt.ref); got != tt.want {
				t.Errorf("%s, %s: allowed is %q, want %q", when, tt.what, got, tt.want)
			}
		}
	}
	check("halted", "attach", "attach", "attach insert", "attach")
	w.fails([]string{"VM_BAD_POWER_STATE", vm, "running", "halted"}, "VBD.plug", data)
	w.fails([]string{"VM_BAD_POWER_STATE", vm, "running", "halted"}, "VIF.unplug", vif)
	w.must("VM.start", vm, false, false)
	w.fails([]string{"VM_MISSING_PV_DRIVERS", vm}, "VIF.unplug", vif)
	w.fails([]string{"VM_MISSING_PV_DRIVERS", vm}, "VBD.unplug", data)
	w.hears(vm)
	check("running", "attach pause unpause", "attach pause unpause unplug unplug_force", "attach insert pause unpause", "attach unplug")
	w.fails([]string{"VBD_NOT_UNPLUGGABLE", devices["Disk"]}, "VBD.unplug", devices["Disk"])
	w.fails([]string{"OPERATION_NOT_ALLOWED", "HVM CDROMs cannot be hotplugged/unplugged, only inserted or ejected"}, "VBD.unplug", devices["CD"])
	w.must("VBD.unplug", data)
	w.must("VIF.unplug", vif)
	check("unplugged", "attach pause unpause", "attach pause plug unpause", "attach insert pause unpause", "attach plug")
	w.must("VBD.plug", data)
	w.must("VIF.plug", vif)
	w.must("VM.pause", vm)
	w.fails([]string{"VM_BAD_POWER_STATE", vm, "running", "paused"}, "VBD.unplug", data)
	check("paused", "attach pause unpause", "attach pause unpause", "attach insert pause unpause", "attach")
	w.must("VM.unpause", vm)
}

// TestSharedDisk gives a running VM's disk to another.
func TestSharedDisk(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	one, two := w.vm(xapitest.TemplateDebian), w.vm(xapitest.TemplateDebian)
	vdi := w.text("VBD.get_VDI", fmt.Sprint(w.list("VM.get_VBDs", one)[0]))
	again := w.text("VBD.create", map[string]any{
		"VM": two, "VDI": vdi, "userdevice": "autodetect", "bootable": false, "mode": "RW", "type": "Disk", "empty": false,
		"other_config": map[string]string{}, "qos_algorithm_type": "", "qos_algorithm_params": map[string]string{},
	})
	w.must("VM.start", one, false, false)
	w.fails([]string{"VDI_IN_USE", vdi}, "VM.start", two, false, false)
	w.must("VDI.set_sharable", vdi, true)
	w.must("VM.start", two, false, false)
	w.must("VM.hard_shutdown", two)
	w.must("VBD.destroy", again)
}
