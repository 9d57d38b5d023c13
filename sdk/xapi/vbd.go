package xapi

import "context"

// A VBD is a drive of a VM: the link between it and a disk.
type VBD struct {
	UUID              string            `xapi:"uuid"`
	VM                VMRef             `xapi:"VM"`
	VDI               VDIRef            `xapi:"VDI"`
	Device            string            `xapi:"device"`
	UserDevice        string            `xapi:"userdevice"`
	Bootable          bool              `xapi:"bootable"`
	Mode              string            `xapi:"mode"` // RO, RW
	Type              string            `xapi:"type"` // CD, Disk, Floppy
	Empty             bool              `xapi:"empty"`
	CurrentlyAttached bool              `xapi:"currently_attached"`
	OtherConfig       map[string]string `xapi:"other_config"`
}

// The types and modes of a VBD.
const (
	VBDDisk      = "Disk"
	VBDCD        = "CD"
	VBDReadOnly  = "RO"
	VBDReadWrite = "RW"
)

// ownerKey marks the VBDs whose disks die with the VM.
const ownerKey = "owner"

// VBD reads a drive.
func (c *Client) VBD(ctx context.Context, ref VBDRef) (VBD, error) {
	return read[VBD](ctx, c, "VBD.get_record", ref)
}

// VBDs returns every drive, in one call.
func (c *Client) VBDs(ctx context.Context) (map[VBDRef]VBD, error) {
	return read[map[VBDRef]VBD](ctx, c, "VBD.get_all_records")
}

// AttachDisk gives a halted VM a drive with the disk, on the first free
// device. An owned disk is destroyed with the VM by [Client.DestroyWithDisks].
func (c *Client) AttachDisk(ctx context.Context, vm VMRef, vdi VDIRef, mode string, owned bool) (VBDRef, error) {
	other := map[string]string{}
	if owned {
		other[ownerKey] = ""
	}
	value, err := async(ctx, c, "VBD.create", map[string]any{
		"VM": vm, "VDI": vdi, "userdevice": "autodetect", "bootable": false, "mode": mode,
		"type": VBDDisk, "unpluggable": true, "empty": false, "other_config": other,
		"qos_algorithm_type": "", "qos_algorithm_params": map[string]string{},
	})
	return VBDRef(value), err
}

// UnplugVBD takes a drive out of a running VM.
func (c *Client) UnplugVBD(ctx context.Context, ref VBDRef) error {
	_, err := async(ctx, c, "VBD.unplug", ref)
	return err
}

// DestroyVBD removes a drive, not its disk; one that is gone is no error.
func (c *Client) DestroyVBD(ctx context.Context, ref VBDRef) error {
	return ignoreGone(idempotent(ctx, c, "VBD.destroy", ref), ref)
}
