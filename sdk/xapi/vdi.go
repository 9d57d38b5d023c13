package xapi

import (
	"context"
	"errors"
)

// A VDI is a virtual disk.
type VDI struct {
	UUID        string            `xapi:"uuid"`
	NameLabel   string            `xapi:"name_label"`
	SR          SRRef             `xapi:"SR"`
	VBDs        []VBDRef          `xapi:"VBDs"`
	VirtualSize int64             `xapi:"virtual_size"` // bytes
	Used        int64             `xapi:"physical_utilisation"`
	Type        string            `xapi:"type"`
	ReadOnly    bool              `xapi:"read_only"`
	Sharable    bool              `xapi:"sharable"`
	IsASnapshot bool              `xapi:"is_a_snapshot"`
	SnapshotOf  VDIRef            `xapi:"snapshot_of"`
	OtherConfig map[string]string `xapi:"other_config"`
}

// VDI reads a disk.
func (c *Client) VDI(ctx context.Context, ref VDIRef) (VDI, error) {
	return read[VDI](ctx, c, "VDI.get_record", ref)
}

// VDIs returns every disk, in one call.
func (c *Client) VDIs(ctx context.Context) (map[VDIRef]VDI, error) {
	return read[map[VDIRef]VDI](ctx, c, "VDI.get_all_records")
}

// CreateVDI makes an empty disk of a size in bytes.
func (c *Client) CreateVDI(ctx context.Context, sr SRRef, name string, size int64) (VDIRef, error) {
	value, err := async(ctx, c, "VDI.create", map[string]any{
		"name_label": name, "name_description": "", "SR": sr, "virtual_size": size,
		"type": "user", "sharable": false, "read_only": false,
		"other_config": map[string]string{}, "xenstore_data": map[string]string{},
		"sm_config": map[string]string{}, "tags": []string{},
	})
	return VDIRef(value), err
}

// createVDIOnce makes an empty disk under a name that nothing else has until
// it is known to be there, so that a lost answer leaves no disk behind.
func (c *Client) createVDIOnce(ctx context.Context, sr SRRef, name string, size int64) (VDIRef, error) {
	working := workingName(name)
	vdi, err := c.CreateVDI(ctx, sr, working, size)
	if err == nil {
		if err = idempotent(ctx, c, "VDI.set_name_label", vdi, name); err == nil {
			return vdi, nil
		}
	}
	after, cancel := unwinding(ctx)
	defer cancel()
	left := []VDIRef{vdi}
	if vdi.IsNull() {
		var lookup error
		if left, lookup = read[[]VDIRef](after, c, "VDI.get_by_name_label", working); lookup != nil {
			return "", errors.Join(err, lookup)
		}
	}
	for _, ref := range left {
		err = errors.Join(err, c.discard(after, ref))
	}
	return "", err
}

// DestroyVDI destroys a disk and what is on it; one that is gone is no error.
func (c *Client) DestroyVDI(ctx context.Context, ref VDIRef) error {
	_, err := async(ctx, c, "VDI.destroy", ref)
	if errors.Is(err, ErrTaskLost) {
		if _, lookup := c.VDI(ctx, ref); isGone(lookup, ref) {
			return nil
		}
	}
	return ignoreGone(err, ref)
}
