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

// Networks returns every network, in one call.
func (c *Client) Networks(ctx context.Context) (map[NetworkRef]Network, error) {
	return read[map[NetworkRef]Network](ctx, c, "network.get_all_records")
}

// PIFs returns every host's interfaces, in one call.
func (c *Client) PIFs(ctx context.Context) (map[PIFRef]PIF, error) {
	return read[map[PIFRef]PIF](ctx, c, "PIF.get_all_records")
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
	return call[VIFRef](ctx, c, "VIF.create", map[string]any{
		"device": device, "network": network, "VM": vm, "MAC": "", "MTU": int64(defaultMTU),
		"other_config": map[string]string{}, "qos_algorithm_type": "", "qos_algorithm_params": map[string]string{},
		"locking_mode": "network_default",
	})
}

// defaultMTU is Ethernet's, in bytes.
const defaultMTU = 1500

// DestroyVIF removes an interface; one that is gone is no error.
func (c *Client) DestroyVIF(ctx context.Context, ref VIFRef) error {
	return ignore(idempotent(ctx, c, "VIF.destroy", ref), HandleInvalid)
}
