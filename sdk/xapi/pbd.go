package xapi

import "context"

// A PBD is a host's connection to an SR.
type PBD struct {
	UUID              string  `xapi:"uuid"`
	Host              HostRef `xapi:"host"`
	SR                SRRef   `xapi:"SR"`
	CurrentlyAttached bool    `xapi:"currently_attached"`
}

// PBDs returns every connection between a host and an SR, in one call.
func (c *Client) PBDs(ctx context.Context) (map[PBDRef]PBD, error) {
	return read[map[PBDRef]PBD](ctx, c, "PBD.get_all_records")
}
