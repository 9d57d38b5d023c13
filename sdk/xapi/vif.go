package xapi

import "context"

// A VIF is a network interface of a VM.
type VIF struct {
	UUID              string     `xapi:"uuid"`
	Device            string     `xapi:"device"` // a number, as in guest metrics
	Network           NetworkRef `xapi:"network"`
	VM                VMRef      `xapi:"VM"`
	MAC               string     `xapi:"MAC"`
	MTU               int64      `xapi:"MTU"`
	CurrentlyAttached bool       `xapi:"currently_attached"`
}

// VIF reads a VM's interface.
func (c *Client) VIF(ctx context.Context, ref VIFRef) (VIF, error) {
	return read[VIF](ctx, c, "VIF.get_record", ref)
}

// VIFs returns every VM's interfaces, in one call.
func (c *Client) VIFs(ctx context.Context) (map[VIFRef]VIF, error) {
	return read[map[VIFRef]VIF](ctx, c, "VIF.get_all_records")
}

// AttachNetwork gives a VM an interface on the network as its device number
// device, with a MAC address that the server makes up.
func (c *Client) AttachNetwork(ctx context.Context, vm VMRef, network NetworkRef, device string) (VIFRef, error) {
	value, err := async(ctx, c, "VIF.create", map[string]any{
		"device": device, "network": network, "VM": vm, "MAC": "", "MTU": int64(defaultMTU),
		"other_config": map[string]string{}, "qos_algorithm_type": "", "qos_algorithm_params": map[string]string{},
		"locking_mode": "network_default",
	})
	return VIFRef(value), err
}

// defaultMTU is Ethernet's, in bytes.
const defaultMTU = 1500

// DestroyVIF removes an interface; one that is gone is no error.
func (c *Client) DestroyVIF(ctx context.Context, ref VIFRef) error {
	return ignoreGone(idempotent(ctx, c, "VIF.destroy", ref), ref)
}
