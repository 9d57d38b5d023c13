package xapitest_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

func TestCloneAndProvision(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	template := w.template(xapitest.TemplateDefault)
	sr := s.Inventory().SRs[1]
	vm := w.text("VM.clone", template, "a")
	defer w.remove(vm)
	record := w.record("VM.get_record", vm)
	other, _ := record["other_config"].(map[string]any)
	if record["is_a_template"] != true || record["is_default_template"] != false || other["base_template_name"] != xapitest.TemplateDefault {
		t.Errorf("a clone of a default template is a template, not the default one, and says what it was made of; got %v %v %v",
			record["is_a_template"], record["is_default_template"], other)
	}
	w.fails([]string{"UUID_INVALID", "sr", ""}, "VM.provision", vm)
	if w.must("VM.get_is_a_template", vm) != false {
		t.Error("provision failed; the template flag is off all the same")
	}
	w.fails([]string{"PROVISION_ONLY_ALLOWED_ON_TEMPLATE"}, "VM.provision", vm)
	w.must("VM.set_is_a_template", vm, true)
	disks := `<provision><disk device="0" size="1048576" sr="` + sr.UUID + `" bootable="true" type="system"/><disk device="1" size="9" sr="none"/></provision>`
	w.must("VM.remove_from_other_config", vm, "disks")
	w.must("VM.add_to_other_config", vm, "disks", disks)
	w.fails([]string{"UUID_INVALID", "sr", "none"}, "VM.provision", vm)
	if n := len(s.Inventory().VDIs); n != 3 {
		t.Errorf("provision failed half-way and leaves %d disks, want the 3 of the start", n)
	}
	w.must("VM.set_is_a_template", vm, true)
	w.must("VM.set_other_config", vm, map[string]string{"disks": strings.Replace(disks, "none", sr.UUID, 1)})
	w.must("VM.provision", vm)
	i := s.Inventory()
	a, _ := i.VM("a")
	if a.Template || len(a.VBDs) != 2 || a.OtherConfig["disks"] != "" {
		t.Errorf("got %+v, want two drives and no description of disks any more", a)
	}
}

func TestCloneOfCustomTemplate(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.Pool(2))
	w := dialWire(t, s)
	before := s.Inventory()
	vm := w.vm(xapitest.TemplateLeftover)
	i := s.Inventory()
	template, _ := i.VM(xapitest.TemplateLeftover)
	a, _ := i.VM("a")
	if len(a.VBDs) != 2 || len(a.VIFs) != 1 {
		t.Fatalf("got %d drives and %d interfaces, want 2 and 1", len(a.VBDs), len(a.VIFs))
	}
	macs := map[string]bool{}
	for _, f := range i.VIFs {
		if f.VM == vm || f.VM == template.Ref {
			macs[f.MAC] = true
		}
	}
	if len(macs) != 2 {
		t.Errorf("the clone has its template's MAC address: %v", macs)
	}
	for _, b := range i.VBDs {
		if b.VM == vm && b.Type == "Disk" && (!b.Owner || b.VDI == template.VBDs[0]) {
			t.Errorf("got %+v, want a disk of its own, marked so", b)
		}
	}
	shared, _ := i.SR(xapitest.SharedSRName)
	then, _ := before.SR(xapitest.SharedSRName)
	if shared.Used != then.Used {
		t.Errorf("a clone takes %d bytes, want none", shared.Used-then.Used)
	}
	iso, _ := i.SR(xapitest.ISOSRName)
	w.fails([]string{"OPERATION_NOT_ALLOWED", "Cannot copy disks onto an ISO SR"}, "VM.copy", vm, "b", iso.Ref)
	local, _ := i.SR(xapitest.LocalSRName)
	b := w.text("VM.copy", vm, "b", local.Ref)
	defer w.remove(b)
	i = s.Inventory()
	if now, _ := i.SR(xapitest.LocalSRName); now.Used != 10<<30 {
		t.Errorf("a full copy takes %d bytes there, want its disk's 10 GiB", now.Used)
	}
	if plain, _ := i.VM("b"); plain.Template {
		t.Error("a copy of a plain VM is a template")
	}
	w.fails([]string{"VM_BAD_POWER_STATE", w.running(vm), "halted", "running"}, "VM.clone", vm, "c")
}

func (w *wire) running(vm string) string {
	w.must("VM.start", vm, false, false)
	return vm
}

// TestFullSR fills the storage.
func TestFullSR(t *testing.T) {
	t.Parallel()
	preset := xapitest.SingleHost()
	preset.SRSize = 45 << 30
	s := xapitest.NewServer(t, preset)
	w := dialWire(t, s)
	vm := w.vm(xapitest.TemplateDebian)
	b := w.text("VM.copy", vm, "b", "OpaqueRef:NULL")
	defer w.remove(b)
	w.fails([]string{"SR_BACKEND_FAILURE_44", "", "There is insufficient space", ""}, "VM.copy", vm, "c", "OpaqueRef:NULL")
	if n := len(s.Inventory().VDIs); n != 5 {
		t.Errorf("got %d disks, want 5: a failed copy leaves none", n)
	}
	w.must("VM.start", vm, false, false)
	w.must("PBD.unplug", w.list("PBD.get_all")[1])
	w.fails([]string{"SR_HAS_NO_PBDS", s.Inventory().SRs[1].Ref}, "VM.suspend", vm)
	w.must("pool.set_suspend_image_SR", w.list("pool.get_all")[0], "OpaqueRef:NULL")
	w.fails([]string{"VM_NO_SUSPEND_SR", vm}, "VM.suspend", vm)
}

func TestDestroy(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	vm := w.vm(xapitest.TemplateDebian)
	snapshot := w.text("VM.snapshot", vm, "s")
	defer w.remove(snapshot)
	w.must("VM.start", vm, false, false)
	i := s.Inventory()
	a, _ := i.VM("a")
	var vdi string
	for _, b := range i.VBDs {
		if b.Ref == a.VBDs[0] {
			vdi = b.VDI
		}
	}
	w.fails([]string{"VDI_IN_USE", vdi, "destroy"}, "VDI.destroy", vdi)
	w.fails([]string{"VM_BAD_POWER_STATE", vm, "halted, suspended", "running"}, "VM.destroy", vm)
	w.must("VM.clean_shutdown", vm)
	w.must("VM.destroy", vm)
	i = s.Inventory()
	if _, ok := i.VM("a"); ok {
		t.Error("it is still there")
	}
	if kept, ok := i.VM("s"); !ok || kept.SnapshotOf != "" {
		t.Error("the snapshot is gone, or does not know that its VM is")
	}
	for _, b := range i.VBDs {
		if b.VM == vm {
			t.Errorf("a drive is left: %+v", b)
		}
	}
	w.fails([]string{"VM_REVERT_FAILED", vm, snapshot}, "VM.revert", snapshot)
	w.must("VDI.destroy", vdi) // which VM.destroy leaves
	w.fails([]string{"HANDLE_INVALID", "VDI", vdi}, "VDI.destroy", vdi)
}

func TestSnapshotAndRevert(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	vm := w.vm(xapitest.TemplateDebian)
	w.must("VM.start", vm, false, false)
	snapshot := w.text("VM.snapshot", vm, "s")
	defer w.remove(snapshot)
	i := s.Inventory()
	a, _ := i.VM("a")
	k, _ := i.VM("s")
	if !k.Snapshot || !k.Template || k.PowerState != "Halted" || k.SnapshotOf != vm {
		t.Errorf("got %+v, want a halted snapshot of the VM", k)
	}
	mac := func(vm string) string {
		for _, f := range s.Inventory().VIFs {
			if f.VM == vm {
				return f.MAC
			}
		}
		return ""
	}
	was := mac(vm)
	if mac(snapshot) != was {
		t.Error("a snapshot keeps the MAC address; this one does not")
	}
	w.must("VM.revert", snapshot)
	i = s.Inventory()
	b, _ := i.VM("a")
	if b.PowerState != "Halted" || cmp.Equal(a.VBDs, b.VBDs) || cmp.Equal(a.VIFs, b.VIFs) || mac(vm) != was {
		t.Errorf("after the revert: %s, drives %v were %v, interfaces %v were %v, MAC %s was %s; want it halted with other references and the same MAC",
			b.PowerState, b.VBDs, a.VBDs, b.VIFs, a.VIFs, mac(vm), was)
	}
	if diff := cmp.Diff([]any{snapshot}, w.must("VM.get_snapshots", vm)); diff != "" {
		t.Errorf("snapshots (-want +got):\n%s", diff)
	}
}

func TestDevices(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	vm := w.vm(xapitest.TemplateDebian)
	network := w.list("network.get_all")[0]
	vif := func(device, mac string) map[string]any {
		return map[string]any{
			"device": device, "network": network, "VM": vm, "MAC": mac, "MTU": 1500, "other_config": map[string]string{},
			"qos_algorithm_type": "", "qos_algorithm_params": map[string]string{},
		}
	}
	w.fails([]string{"DEVICE_ALREADY_EXISTS", "0"}, "VIF.create", vif("0", ""))
	w.fails([]string{"INVALID_DEVICE", "9"}, "VIF.create", vif("9", ""))
	w.fails([]string{"INVALID_DEVICE", "eth0"}, "VIF.create", vif("eth0", ""))
	w.fails([]string{"MAC_INVALID", "no:mac"}, "VIF.create", vif("1", "no:mac"))
	w.fails([]string{"MAC_INVALID", "01:00:00:00:00:00"}, "VIF.create", vif("1", "01:00:00:00:00:00")) // multicast
	made := w.text("VIF.create", vif("1", ""))
	if mac := w.text("VIF.get_MAC", made); len(mac) != 17 || w.must("VIF.get_MAC_autogenerated", made) != true {
		t.Errorf("got MAC address %q, want one made up", mac)
	}
	vbd := func(device, kind, mode string, empty bool) map[string]any {
		return map[string]any{
			"VM": vm, "VDI": "OpaqueRef:NULL", "userdevice": device, "bootable": false, "mode": mode, "type": kind, "empty": empty,
			"other_config": map[string]string{}, "qos_algorithm_type": "", "qos_algorithm_params": map[string]string{},
		}
	}
	w.fails([]string{"VBD_CDS_MUST_BE_READONLY"}, "VBD.create", vbd("3", "CD", "RW", true))
	w.fails([]string{"VBD_NOT_REMOVABLE_MEDIA", "in constructor"}, "VBD.create", vbd("3", "Disk", "RW", true))
	w.fails([]string{"HANDLE_INVALID", "VDI", "OpaqueRef:NULL"}, "VBD.create", vbd("3", "Disk", "RW", false))
	w.fails([]string{"DEVICE_ALREADY_EXISTS", "0"}, "VBD.create", vbd("0", "CD", "RO", true))
	w.fails([]string{"INVALID_DEVICE", "x"}, "VBD.create", vbd("x", "CD", "RO", true))
	cd := w.text("VBD.create", vbd("autodetect", "CD", "RO", true))
	if got := w.text("VBD.get_userdevice", cd); got != "1" {
		t.Errorf("got device %q, want the first free one, 1", got)
	}
	w.fails([]string{"VBD_IS_EMPTY", cd}, "VBD.eject", cd)
	w.must("VM.start", vm, false, false)
	w.fails([]string{"DEVICE_ALREADY_ATTACHED", cd}, "VBD.plug", cd)
	if _, failed := w.call("VBD.destroy", cd); len(failed) != 2 || failed[0] != "OPERATION_NOT_ALLOWED" {
		t.Errorf("destroy of an attached drive: got %v, want OPERATION_NOT_ALLOWED", failed)
	}
	w.must("VM.hard_shutdown", vm)
	w.must("VBD.destroy", cd)
	if _, failed := w.call("network.destroy", network); len(failed) < 2 || failed[0] != "NETWORK_CONTAINS_VIF" {
		t.Errorf("got %v, want NETWORK_CONTAINS_VIF", failed)
	}
}
