package xapi

import "context"

// A PIF is a host's interface to a network.
type PIF struct {
	UUID              string     `xapi:"uuid"`
	Device            string     `xapi:"device"`
	Network           NetworkRef `xapi:"network"`
	Host              HostRef    `xapi:"host"`
	IP                string     `xapi:"IP"`
	Management        bool       `xapi:"management"`
	CurrentlyAttached bool       `xapi:"currently_attached"`
}

// PIFs returns every host's interfaces, in one call.
func (c *Client) PIFs(ctx context.Context) (map[PIFRef]PIF, error) {
	return read[map[PIFRef]PIF](ctx, c, "PIF.get_all_records")
}
