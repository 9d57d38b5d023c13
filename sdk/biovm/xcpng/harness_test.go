package xcpng_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/basic"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/biovmtest"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/xcpng"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// hosts are pools by name.
type hosts map[string]biovm.XCPngHost

func (h hosts) Host(_ context.Context, name string) (biovm.XCPngHost, error) {
	if host, ok := h[name]; ok {
		return host, nil
	}
	return biovm.XCPngHost{}, biovm.ErrNotFound
}

func (h hosts) HostNames(context.Context) ([]string, error) {
	var names []string
	for name := range h {
		names = append(names, name)
	}
	return names, nil
}

// A rig is a simulated pool with guests, in the process or in a lab.
type rig struct {
	server *xapitest.Server
	lodge  *lodge // nil for guests in a lab
	agent  xcpng.Agent
	hosts  hosts
	twin   biovm.Driver
}

// newRig makes a pool with guests in the process.
func newRig(t testing.TB, preset xapitest.Preset, o ...xapitest.Option) *rig {
	t.Helper()
	l := newLodge(t)
	r := newRigOf(t, l, preset, o...)
	r.lodge, r.agent = l, xcpng.Agent{Socket: l.socket}
	return r
}

// newRigOf makes a pool, whose VMs the test's end destroys, and finds out what is
// left then.
func newRigOf(t testing.TB, g xapitest.Guest, preset xapitest.Preset, o ...xapitest.Option) *rig {
	t.Helper()
	s := xapitest.NewServer(t, preset, append(o, xapitest.WithGuest(g))...)
	r := &rig{server: s}
	r.hosts = hosts{"lab": {Name: "lab", URL: s.URL(), Username: xapitest.Username, Password: xapitest.Password, Pins: []string{s.Fingerprint(0)}}}
	e, err := engine.Open(t.Context(), engine.Options{InMemory: true})
	if err != nil {
		t.Fatal(err)
	}
	r.twin = basic.New(e)
	t.Cleanup(func() { _ = r.twin.Close() })
	t.Cleanup(func() { r.clear(t) })
	return r
}

// options are a driver's on the rig.
func (r *rig) options() xcpng.Options {
	o := xcpng.Options{
		Hosts: r.hosts, Twin: r.twin, Agent: r.agent, Version: "test",
		Defaults: biovm.XCPngSpec{Host: "lab", Template: xapitest.TemplateDebian},
	}
	if r.lodge != nil {
		o.DialGuest = r.lodge.Dial
	}
	return o
}

// open opens a driver that the caller closes.
func (r *rig) open(t testing.TB, o xcpng.Options) *xcpng.Driver {
	t.Helper()
	d, err := xcpng.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// driver opens a driver that the test's end closes.
func (r *rig) driver(t testing.TB) *xcpng.Driver {
	t.Helper()
	d := r.open(t, r.options())
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return d
}

// clear destroys all VMs, and checks that no name stays claimed.
func (r *rig) clear(t testing.TB) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	d := r.open(t, r.options())
	vms, err := d.List(ctx)
	if err != nil {
		t.Errorf("List: %v", err)
	}
	for _, vm := range vms {
		if err := vm.Destroy(ctx); err != nil {
			t.Errorf("Destroy of %q: %v", vm.ID(), err)
		}
	}
	if err := d.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	for key := range r.poolConfig(t) {
		if strings.HasPrefix(key, "bioxen:") {
			t.Errorf("the pool's other_config still has %q", key)
		}
	}
}

// poolConfig is the pool's other_config.
func (r *rig) poolConfig(t testing.TB) map[string]string {
	t.Helper()
	out, err := r.server.Do(context.WithoutCancel(t.Context()), "pool.get_all_records")
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	var pools map[string]struct {
		OtherConfig map[string]string `json:"other_config"`
	}
	if err := json.Unmarshal(text, &pools); err != nil {
		t.Fatal(err)
	}
	for _, p := range pools {
		return p.OtherConfig
	}
	return nil
}

func TestDriver(t *testing.T) {
	t.Parallel()
	biovmtest.TestDriver(t, func(t *testing.T) biovm.Driver {
		t.Helper()
		roomy := xapitest.SingleHost()
		roomy.HostMemory = 256 << 30
		r := newRig(t, roomy)
		return r.open(t, r.options())
	})
}
