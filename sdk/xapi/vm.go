package xapi

import (
	"context"
	"fmt"
	"time"
)

// A VM is a virtual machine, a template or a snapshot.
type VM struct {
	UUID              string            `xapi:"uuid"`
	NameLabel         string            `xapi:"name_label"`
	NameDescription   string            `xapi:"name_description"`
	PowerState        string            `xapi:"power_state"`
	IsATemplate       bool              `xapi:"is_a_template"`
	IsDefaultTemplate bool              `xapi:"is_default_template"`
	IsASnapshot       bool              `xapi:"is_a_snapshot"`
	IsControlDomain   bool              `xapi:"is_control_domain"`
	SnapshotOf        VMRef             `xapi:"snapshot_of"`
	SnapshotTime      time.Time         `xapi:"snapshot_time"`
	Snapshots         []VMRef           `xapi:"snapshots"`
	ResidentOn        HostRef           `xapi:"resident_on"`
	Affinity          HostRef           `xapi:"affinity"`
	MemoryStaticMin   int64             `xapi:"memory_static_min"` // bytes, like the rest
	MemoryStaticMax   int64             `xapi:"memory_static_max"`
	MemoryDynamicMin  int64             `xapi:"memory_dynamic_min"`
	MemoryDynamicMax  int64             `xapi:"memory_dynamic_max"`
	MemoryOverhead    int64             `xapi:"memory_overhead"`
	VCPUsMax          int64             `xapi:"VCPUs_max"`
	VCPUsAtStartup    int64             `xapi:"VCPUs_at_startup"`
	VBDs              []VBDRef          `xapi:"VBDs"`
	VIFs              []VIFRef          `xapi:"VIFs"`
	SuspendVDI        VDIRef            `xapi:"suspend_VDI"`
	Metrics           VMMetricsRef      `xapi:"metrics"`
	GuestMetrics      VMGuestMetricsRef `xapi:"guest_metrics"`
	DomID             int64             `xapi:"domid"`
	HVMBootPolicy     string            `xapi:"HVM_boot_policy"`
	Platform          map[string]string `xapi:"platform"`
	OtherConfig       map[string]string `xapi:"other_config"`
	XenstoreData      map[string]string `xapi:"xenstore_data"`
	BlockedOperations map[string]string `xapi:"blocked_operations"`
	CurrentOperations map[string]string `xapi:"current_operations"` // by task
	AllowedOperations []string          `xapi:"allowed_operations"` // advice: the call itself decides
	Tags              []string          `xapi:"tags"`
}

// The power states of a VM. Others are possible on servers to come.
const (
	PowerHalted    = "Halted"
	PowerPaused    = "Paused"
	PowerRunning   = "Running"
	PowerSuspended = "Suspended"
)

// VM reads a VM.
func (c *Client) VM(ctx context.Context, ref VMRef) (VM, error) {
	return read[VM](ctx, c, "VM.get_record", ref)
}

// VMs returns every VM, template and snapshot, in one call.
func (c *Client) VMs(ctx context.Context) (map[VMRef]VM, error) {
	return read[map[VMRef]VM](ctx, c, "VM.get_all_records")
}

// VMByUUID finds a VM; it fails with [UUIDInvalid] when there is none.
func (c *Client) VMByUUID(ctx context.Context, uuid string) (VMRef, error) {
	return read[VMRef](ctx, c, "VM.get_by_uuid", uuid)
}

// VMsByName finds the VMs of a name, of which there may be any number.
func (c *Client) VMsByName(ctx context.Context, name string) ([]VMRef, error) {
	return read[[]VMRef](ctx, c, "VM.get_by_name_label", name)
}

// SetVMName renames a VM.
func (c *Client) SetVMName(ctx context.Context, ref VMRef, name string) error {
	return idempotent(ctx, c, "VM.set_name_label", ref, name)
}

// SetVMDescription changes a VM's description.
func (c *Client) SetVMDescription(ctx context.Context, ref VMRef, text string) error {
	return idempotent(ctx, c, "VM.set_name_description", ref, text)
}

// SetAffinity says where a VM should rather run; null means anywhere.
func (c *Client) SetAffinity(ctx context.Context, ref VMRef, host HostRef) error {
	if host == "" {
		host = Null[Host]()
	}
	return idempotent(ctx, c, "VM.set_affinity", ref, host)
}

// PutOtherConfig sets one key of a VM's other_config and leaves the others,
// which belong to others, alone.
func (c *Client) PutOtherConfig(ctx context.Context, ref VMRef, key, value string) error {
	return c.putKey(ctx, "VM", "other_config", string(ref), key, value)
}

// RemoveOtherConfig removes one key of a VM's other_config; one that is not
// there is no error.
func (c *Client) RemoveOtherConfig(ctx context.Context, ref VMRef, key string) error {
	return idempotent(ctx, c, "VM.remove_from_other_config", ref, key)
}

// PutXenstoreData sets one key of what the guest finds in xenstore. Only keys
// that start with vm-data/ reach it.
func (c *Client) PutXenstoreData(ctx context.Context, ref VMRef, key, value string) error {
	return c.putKey(ctx, "VM", "xenstore_data", string(ref), key, value)
}

// RemoveXenstoreData removes one key of a VM's xenstore data; one that is not
// there is no error.
func (c *Client) RemoveXenstoreData(ctx context.Context, ref VMRef, key string) error {
	return idempotent(ctx, c, "VM.remove_from_xenstore_data", ref, key)
}

// putKey replaces one key of a map field. The API can only add and remove, so
// somebody else may come between: then the last one wins.
func (c *Client) putKey(ctx context.Context, class, field, ref, key, value string) error {
	const rounds = 8
	for range rounds {
		if err := idempotent(ctx, c, class+".remove_from_"+field, ref, key); err != nil {
			return err
		}
		// To add twice is harmless: the second time finds the key.
		err := idempotent(ctx, c, class+".add_to_"+field, ref, key, value)
		if !isCode(err, MapDuplicateKey) {
			return err
		}
	}
	return fmt.Errorf("xapi: %s.%s[%q]: somebody else keeps writing it: %w", class, field, key, MapDuplicateKey)
}
