package xapitest_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// equal calls a method that must give that.
func (w *wire) equal(want any, method string, params ...any) {
	w.t.Helper()
	if diff := cmp.Diff(want, w.must(method, params...)); diff != "" {
		w.t.Errorf("%s%v (-want +got):\n%s", method, params, diff)
	}
}

// TestSeldomVM calls what few clients call of VMs and their devices.
func TestSeldomVM(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	vm := w.vm(xapitest.TemplateDebian)
	w.must("VM.add_to_NVRAM", vm, "EFI-variables-backend", "xapidb")
	w.equal(map[string]any{"EFI-variables-backend": "xapidb"}, "VM.get_NVRAM", vm)
	w.must("VM.remove_from_NVRAM", vm, "EFI-variables-backend")
	w.must("VM.set_ha_always_run", vm, false)
	w.must("VM.set_appliance", vm, "OpaqueRef:NULL")
	w.equal(true, "VM.get_cooperative", vm)
	w.must("VM.assert_agile", vm)
	w.fails([]string{"VM_BAD_POWER_STATE", vm, "running", "halted"}, "VM.set_VCPUs_number_live", vm, 1)
	w.must("VM.set_VCPUs_max", vm, 4)
	w.must("VM.start", vm, false, false)
	w.must("VM.set_VCPUs_number_live", vm, 3)
	w.fails([]string{"INVALID_VALUE", "nvcpu", "5"}, "VM.set_VCPUs_number_live", vm, 5)
	if got := fmt.Sprint(w.must("VM_metrics.get_VCPUs_number", w.text("VM.get_metrics", vm))); got != "3" {
		t.Errorf("got %s VCPUs, want 3", got)
	}
	w.must("VM.hard_shutdown", vm)
	vif := fmt.Sprint(w.list("VM.get_VIFs", vm)[0])
	w.must("VIF.add_ipv4_allowed", vif, "10.0.0.1")
	w.must("VIF.add_ipv4_allowed", vif, "10.0.0.1")
	w.equal([]any{"10.0.0.1"}, "VIF.get_ipv4_allowed", vif)
	w.must("VIF.remove_ipv4_allowed", vif, "10.0.0.1")
	w.equal([]any{}, "VIF.get_ipv4_allowed", vif)
	w.must("VIF.configure_ipv4", vif, "Static", "10.0.0.2/24", "10.0.0.254")
	w.equal([]any{"10.0.0.2/24"}, "VIF.get_ipv4_addresses", vif)
	vdi := w.text("VBD.get_VDI", fmt.Sprint(w.list("VM.get_VBDs", vm)[0]))
	w.must("VBD.assert_attachable", fmt.Sprint(w.list("VM.get_VBDs", vm)[0]))
	w.must("VDI.set_on_boot", vdi, "persist")
	w.must("VDI.set_allow_caching", vdi, true)
	w.must("VDI.enable_cbt", vdi)
	w.equal(true, "VDI.get_cbt_enabled", vdi)
	w.must("VDI.update", vdi)
	w.must("VDI.resize_online", vdi, 11<<30)
	network := fmt.Sprint(w.list("network.get_all")[0])
	w.must("network.set_default_locking_mode", network, "disabled")
	w.must("network.add_purpose", network, "nbd")
	w.equal([]any{"nbd"}, "network.get_purpose", network)
	w.must("network.remove_purpose", network, "nbd")
	task := w.text("task.create", "a", "")
	w.must("task.set_other_config", task, map[string]string{"a": "b"})
	w.equal(map[string]any{"a": "b"}, "task.get_other_config", task)
	w.must("task.destroy", task)
}

// TestSeldomStorage makes a repository, copies a disk into it, and forgets it.
func TestSeldomStorage(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.Pool(2))
	w := dialWire(t, s)
	hosts := w.list("host.get_all")
	none := map[string]string{}
	sr := w.text("SR.create", hosts[0], none, 1<<40, "mine", "", "nfs", "user", true)
	if got := w.list("SR.get_PBDs", sr); len(got) != 2 {
		t.Errorf("shared storage has %d connections, want one for each host", len(got))
	}
	if local := w.text("SR.create", hosts[1], none, 1<<30, "local", "", "ext", "user", false, none); len(w.list("SR.get_PBDs", local)) != 1 {
		t.Error("local storage has more than one connection")
	}
	w.fails([]string{"SR_UNKNOWN_DRIVER", "tape"}, "SR.create", hosts[0], none, 1, "", "", "tape", "user", false)
	vdi := w.text("VDI.create", map[string]any{
		"name_label": "d", "SR": w.text("pool.get_default_SR", w.list("pool.get_all")[0]), "virtual_size": 1 << 30, "type": "user",
		"sharable": false, "read_only": false, "other_config": none,
	})
	copied := w.text("VDI.copy", vdi, sr)
	w.must("VDI.destroy", vdi)
	w.fails([]string{"SR_HAS_PBD", sr}, "SR.forget", sr)
	pbds := w.list("SR.get_PBDs", sr)
	for _, p := range pbds {
		w.must("PBD.unplug", p)
	}
	w.fails([]string{"SR_HAS_NO_PBDS", sr}, "VDI.copy", copied, sr)
	w.must("PBD.plug", pbds[0])
	w.must("VDI.destroy", copied)
	w.must("PBD.unplug", pbds[0])
	w.must("PBD.destroy", pbds[0])
	again := w.text("PBD.create", map[string]any{"host": hosts[0], "SR": sr, "device_config": none, "other_config": none})
	w.must("PBD.destroy", again)
	w.must("PBD.destroy", pbds[1])
	w.must("SR.forget", sr)
	w.fails([]string{"HANDLE_INVALID", "SR", sr}, "SR.get_uuid", sr)
	if got := w.list("SR.get_supported_types"); len(got) == 0 {
		t.Error("no type of storage is supported")
	}
}

// TestSeldomHost empties a host, and asks for what is told of it.
func TestSeldomHost(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.Pool(2))
	w := dialWire(t, s)
	vm := w.vm(xapitest.TemplateDebian)
	hosts := w.list("host.get_all")
	w.must("VM.start_on", vm, hosts[1], false, false)
	w.equal([]any{}, "host.get_uncooperative_resident_VMs", hosts[1])
	w.equal(map[string]any{}, "host.get_vms_which_prevent_evacuation", hosts[1])
	w.must("host.assert_can_evacuate", hosts[1])
	w.must("host.disable", hosts[1])
	w.must("host.evacuate", hosts[1])
	w.equal(hosts[0], "VM.get_resident_on", vm)
	if got := w.record("host.get_vms_which_prevent_evacuation", hosts[0]); len(got) != 1 {
		t.Errorf("with the other host disabled: got %v, want the VM", got)
	}
	if _, failed := w.call("host.evacuate", hosts[0]); len(failed) == 0 || failed[0] != "CANNOT_EVACUATE_HOST" {
		t.Errorf("got %v, want CANNOT_EVACUATE_HOST", failed)
	}
	w.must("host.enable", hosts[1])
	w.equal(false, "host.has_extension", hosts[0], "x")
	w.fails([]string{"XENAPI_MISSING_PLUGIN", "updater.py"}, "host.call_plugin", hosts[0], "updater.py", "check", map[string]string{})
	w.must("host.get_server_localtime", hosts[0])
	w.must("host.set_hostname_live", hosts[0], "renamed")
	w.equal("renamed", "host.get_hostname", hosts[0])
	if got := w.list("host.list_methods"); len(got) < 1000 {
		t.Errorf("%d methods are listed", len(got))
	}
	pool := w.list("pool.get_all")[0]
	w.equal(map[string]any{"edition": "xcp-ng", "expiry": "never"}, "pool.get_license_state", pool)
	w.equal(false, "pool.has_extension", pool, "x")
	pif := w.list("PIF.get_all")[0]
	w.must("PIF.scan", hosts[0])
	w.must("PIF.plug", pif)
	w.must("PIF.reconfigure_ip", pif, "DHCP", "", "", "", "")
	w.equal("DHCP", "PIF.get_ip_configuration_mode", pif)
	w.equal([]any{}, "session.get_all_subject_identifiers")
}
