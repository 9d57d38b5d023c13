package xapitest_test

import (
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// TestEmptyClasses asks, as clients do at the start, for everything that there is
// of classes of which a simulated pool has nothing.
func TestEmptyClasses(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	for _, class := range []string{
		"SM", "host_cpu", "VLAN", "Bond", "VBD_metrics", "VIF_metrics", "PIF_metrics", "VTPM", "VGPU", "PGPU", "GPU_group", "PCI", "PUSB",
		"pool_update", "pool_patch", "host_patch", "VM_appliance", "VMSS", "VM_group", "Cluster", "tunnel", "role", "subject", "secret", "blob",
	} {
		if got := w.record(class + ".get_all_records"); len(got) != 0 {
			t.Errorf("%s: got %v", class, got)
		}
		if got := w.list(class + ".get_all"); len(got) != 0 {
			t.Errorf("%s: got %v", class, got)
		}
		w.fails([]string{"HANDLE_INVALID", class, "OpaqueRef:NULL"}, class+".get_record", "OpaqueRef:NULL")
		w.fails([]string{"UUID_INVALID", class, "x"}, class+".get_by_uuid", "x")
	}
	if got := w.list("SM.get_by_name_label", "x"); len(got) != 0 {
		t.Errorf("SM by name: got %v", got)
	}
	if b := w.from("", 0, "SM"); len(b.events) != 0 || b.counts["sm"] == nil {
		t.Errorf("events of an empty class: got %v, counts %v", b.events, b.counts["sm"])
	}
}
