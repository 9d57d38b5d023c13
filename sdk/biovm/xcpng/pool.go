package xcpng

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
)

// A pool is one of the driver's, by the name that specs give it. It is safe for
// concurrent use.
type pool struct {
	driver *Driver
	name   string

	dialing chan struct{} // held while a session is opened
	mu      sync.Mutex    // guards what follows
	session *xapi.Client
	host    biovm.XCPngHost // as the session was opened with

	views shared[view]
}

func newPool(d *Driver, name string) *pool {
	p := &pool{driver: d, name: name, dialing: make(chan struct{}, 1)}
	p.views.read = p.look
	return p
}

// settings are what a spec says of its machine, over all defaults.
func (p *pool) settings(s biovm.Spec) biovm.XCPngSpec {
	var x biovm.XCPngSpec
	if s.XCPng != nil {
		x = *s.XCPng
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return x.Over(p.host.Defaults()).Over(p.driver.options.Defaults)
}

// client returns the session with the pool, and opens one when there is none, or
// when the pool is another one by now.
func (p *pool) client(ctx context.Context) (*xapi.Client, error) {
	host, err := p.driver.options.Hosts.Host(ctx, p.name)
	if err != nil {
		return nil, err
	}
	if c := p.open(host); c != nil {
		return c, nil
	}
	select {
	case p.dialing <- struct{}{}:
		defer func() { <-p.dialing }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if c := p.open(host); c != nil {
		return c, nil
	}
	c, err := xapi.Dial(ctx, xapi.Options{
		URL: host.URL, Username: host.Username, Password: host.Password, CACertPEM: []byte(host.CACertPEM), Pins: host.Pins,
		Logger: p.driver.options.Logger,
	})
	if err != nil {
		return nil, fmt.Errorf("xcpng host %q: %w", p.name, err)
	}
	p.mu.Lock()
	old := p.session
	p.session, p.host = c, host
	p.mu.Unlock()
	if old != nil {
		p.logout(ctx, old)
	}
	return c, nil
}

// open is the session with a pool as it is known now; nil when there is none.
func (p *pool) open(host biovm.XCPngHost) *xapi.Client {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.session == nil {
		return nil
	}
	same := host
	same.Template, same.Network, same.SR = p.host.Template, p.host.Network, p.host.SR
	if !same.Equal(p.host) {
		return nil
	}
	p.host = host
	return p.session
}

// logoutTime bounds how long a session's end may take: the server ends it by
// itself some day.
const logoutTime = 5 * time.Second

func (p *pool) logout(ctx context.Context, c *xapi.Client) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), logoutTime)
	defer cancel()
	if err := c.Close(ctx); err != nil {
		p.driver.options.Logger.Warn("a session with a pool was not ended", "host", p.name, "error", err)
	}
}

func (p *pool) close() {
	p.mu.Lock()
	c := p.session
	p.session = nil
	p.mu.Unlock()
	if c != nil {
		p.logout(context.Background(), c)
	}
}

// A view is what a pool showed at one time.
type view struct {
	client *xapi.Client
	vms    map[xapi.VMRef]xapi.VM
	guests map[xapi.VMGuestMetricsRef]xapi.VMGuestMetrics
	hosts  map[xapi.HostRef]xapi.Host
}

// look reads all of a pool that statuses need, in three calls.
func (p *pool) look(ctx context.Context) (view, error) {
	c, err := p.client(ctx)
	if err != nil {
		return view{}, err
	}
	v := view{client: c}
	if v.vms, err = c.VMs(ctx); err == nil {
		if v.guests, err = c.AllVMGuestMetrics(ctx); err == nil {
			v.hosts, err = c.Hosts(ctx)
		}
	}
	if err != nil {
		return view{}, fmt.Errorf("xcpng host %q: %w", p.name, err)
	}
	return v, nil
}

// machines are the pool's VMs that are this driver's, those in the making too.
func (p *pool) machines(v view) ([]*machine, error) {
	var all []*machine
	for ref, vm := range v.vms {
		if !ours(&vm) {
			continue
		}
		m := &machine{pool: p, client: v.client, ref: ref}
		if err := m.load(vm); err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, nil
}

// status is a machine's, as a view shows it.
func (v view) status(m *machine) biovm.Status {
	s := m.stamp
	state, problem := m.state()
	st := biovm.Status{
		ID: m.id(), UUID: m.record.UUID, State: state, Spec: s.Spec, Config: s.Config, Allocated: s.Allocated, Grant: s.Grant,
		Genome: s.Genome, ModelVersion: s.ModelVersion, CreatedAt: s.CreatedAt, Pending: s.Owner != "", Problem: problem,
		XCPng: &biovm.XCPngStatus{
			Host: m.pool.name, Template: s.Template, PowerState: m.record.PowerState, Member: v.hosts[m.record.ResidentOn].NameLabel,
			HostKey: s.HostKey, AgentVersion: s.AgentVersion, VCPUs: int(m.record.VCPUsAtStartup), MemoryMiB: int(m.record.MemoryStaticMax >> mebibyte),
		},
	}
	if m.record.PowerState == xapi.PowerRunning || m.record.PowerState == xapi.PowerPaused {
		st.XCPng.Address = m.address(v.guests[m.record.GuestMetrics].Networks)
	}
	if s.Metrics != nil {
		st.SimulatedSeconds, st.Growth = s.Metrics.SimulatedSeconds, new(s.Metrics.Growth)
	}
	return st
}

// mebibyte is how far to shift bytes.
const mebibyte = 20

// address is the one that the guest is reached at, of those that it reports.
func (m *machine) address(networks map[string]string) string {
	within, _ := netip.ParsePrefix(m.settings().AddressWithin)
	best := ""
	for i := range networks {
		a, err := netip.ParseAddr(networks[i])
		if err != nil || a.IsLinkLocalUnicast() || a.IsLoopback() || within.IsValid() && !within.Contains(a) {
			continue
		}
		if best == "" || a.Is4() && strings.Contains(best, ":") || a.Is4() && networks[i] < best {
			best = networks[i]
		}
	}
	return best
}
