package xapi

import "context"

// A Network is a virtual switch.
type Network struct {
	UUID        string            `xapi:"uuid"`
	NameLabel   string            `xapi:"name_label"`
	Bridge      string            `xapi:"bridge"`
	MTU         int64             `xapi:"MTU"`
	PIFs        []PIFRef          `xapi:"PIFs"`
	VIFs        []VIFRef          `xapi:"VIFs"`
	OtherConfig map[string]string `xapi:"other_config"`
}

// Networks returns every network, in one call.
func (c *Client) Networks(ctx context.Context) (map[NetworkRef]Network, error) {
	return read[map[NetworkRef]Network](ctx, c, "network.get_all_records")
}
