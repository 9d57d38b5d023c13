package xapi

import "context"

// An SR is a storage repository: where disks are.
type SR struct {
	UUID                string            `xapi:"uuid"`
	NameLabel           string            `xapi:"name_label"`
	Type                string            `xapi:"type"`
	ContentType         string            `xapi:"content_type"` // iso for images of CDs
	Shared              bool              `xapi:"shared"`
	PhysicalSize        int64             `xapi:"physical_size"` // bytes, like the rest
	PhysicalUtilisation int64             `xapi:"physical_utilisation"`
	VirtualAllocation   int64             `xapi:"virtual_allocation"`
	VDIs                []VDIRef          `xapi:"VDIs"`
	PBDs                []PBDRef          `xapi:"PBDs"`
	OtherConfig         map[string]string `xapi:"other_config"`
}

// A PBD is a host's connection to an SR.
type PBD struct {
	UUID              string  `xapi:"uuid"`
	Host              HostRef `xapi:"host"`
	SR                SRRef   `xapi:"SR"`
	CurrentlyAttached bool    `xapi:"currently_attached"`
}

// SRs returns every storage repository, in one call.
func (c *Client) SRs(ctx context.Context) (map[SRRef]SR, error) {
	return read[map[SRRef]SR](ctx, c, "SR.get_all_records")
}

// SR reads a storage repository.
func (c *Client) SR(ctx context.Context, ref SRRef) (SR, error) {
	return read[SR](ctx, c, "SR.get_record", ref)
}

// PBDs returns every connection between a host and an SR, in one call.
func (c *Client) PBDs(ctx context.Context) (map[PBDRef]PBD, error) {
	return read[map[PBDRef]PBD](ctx, c, "PBD.get_all_records")
}
