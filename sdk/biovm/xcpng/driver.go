package xcpng

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/bioxen/terraform-provider-bioxen/internal/sshx"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// Driver makes and finds xcpng VMs. It is safe for concurrent use.
type Driver struct {
	options Options
	calls   calls
	keys    keyring
	ssh     *sshx.Pool
	turns   *loner // one at a time changes a VM

	mu     sync.Mutex // guards what follows
	pools  map[string]*pool
	guests map[string]*guest // connections, by the machine's UUID
}

// New returns a driver. It dials nothing before it is used.
func New(o Options) (*Driver, error) {
	o, err := o.filled()
	if err != nil {
		return nil, err
	}
	return &Driver{
		options: o, keys: keyring{dir: o.KeyDir}, turns: newLoner(),
		ssh:   sshx.NewPool(sshx.Options{AuthRetry: authRetry, KeepAlive: keepAlive, Dialer: o.Dialer, Logger: o.Logger}),
		pools: map[string]*pool{}, guests: map[string]*guest{},
	}, nil
}

// Info implements [biovm.Driver].
func (d *Driver) Info() biovm.DriverInfo {
	return biovm.DriverInfo{VMType: biovm.XCPng, Description: "runs the cell inside an XCP-ng virtual machine of its own"}
}

// Close implements [biovm.Driver]: it ends the calls under way, and the sessions
// with pools and guests.
func (d *Driver) Close() error {
	d.calls.end()
	d.mu.Lock()
	guests, pools := d.guests, d.pools
	d.guests, d.pools = map[string]*guest{}, map[string]*pool{}
	d.mu.Unlock()
	var errs []error
	for _, g := range guests {
		errs = append(errs, g.close())
	}
	errs = append(errs, d.ssh.Close())
	for _, p := range pools {
		p.close()
	}
	return errors.Join(errs...)
}

// pool returns the driver's pool of a name; whether there is one shows when it is
// asked.
func (d *Driver) pool(name string) *pool {
	d.mu.Lock()
	defer d.mu.Unlock()
	p := d.pools[name]
	if p == nil {
		p = newPool(d, name)
		d.pools[name] = p
	}
	return p
}

// Get implements [biovm.Driver]. Where a pool does not answer, a VM that is not
// on the others may be there: that is an error, and not ErrNotFound.
func (d *Driver) Get(ctx context.Context, ref string) (biovm.VM, error) {
	var found *VM
	err := d.do(ctx, "find", biovm.ID(ref), func(ctx context.Context) error {
		names, err := d.options.Hosts.HostNames(ctx)
		if err != nil {
			return err
		}
		var errs []error
		for _, name := range names {
			m, _, err := d.find(ctx, name, ref)
			if err == nil {
				found = d.vm(m)
				return nil
			}
			if !errors.Is(err, biovm.ErrNotFound) {
				errs = append(errs, err)
			}
		}
		if len(errs) > 0 {
			return errors.Join(errs...)
		}
		return biovm.ErrNotFound
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// GetOn is Get on the pool of a name only.
func (d *Driver) GetOn(ctx context.Context, host, ref string) (biovm.VM, error) {
	var found *VM
	err := d.do(ctx, "find", biovm.ID(ref), func(ctx context.Context) error {
		m, _, err := d.find(ctx, host, ref)
		if err == nil {
			found = d.vm(m)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// find finds a VM that is ready, on a pool.
func (d *Driver) find(ctx context.Context, host, ref string) (*machine, view, error) {
	p := d.pool(host)
	v, err := p.views.get(ctx)
	if err != nil {
		return nil, v, err
	}
	for vmRef, vm := range v.vms {
		if !ours(&vm) || vm.UUID != ref && vm.OtherConfig[nameKey] != ref {
			continue
		}
		m := &machine{pool: p, client: v.client, ref: vmRef}
		if err := m.load(vm); err != nil {
			return nil, v, err
		}
		if m.stamp.Phase == phaseReady {
			return m, v, nil
		}
	}
	return nil, v, biovm.ErrNotFound
}

// List implements [biovm.Driver].
func (d *Driver) List(ctx context.Context) ([]biovm.VM, error) {
	var all []biovm.VM
	err := d.do(ctx, "list", "", func(ctx context.Context) error {
		names, err := d.options.Hosts.HostNames(ctx)
		if err != nil {
			return err
		}
		for _, name := range names {
			machines, _, err := d.ready(ctx, name)
			if err != nil {
				return err
			}
			for _, m := range machines {
				all = append(all, d.vm(m))
			}
		}
		slices.SortFunc(all, func(a, b biovm.VM) int { return cmp.Compare(a.ID(), b.ID()) })
		return nil
	})
	return all, err
}

// ready are the machines of a pool that are ready, by name.
func (d *Driver) ready(ctx context.Context, host string) ([]*machine, view, error) {
	p := d.pool(host)
	v, err := p.views.get(ctx)
	if err != nil {
		return nil, v, err
	}
	all, err := p.machines(v)
	if err != nil {
		return nil, v, err
	}
	all = slices.DeleteFunc(all, func(m *machine) bool { return m.stamp.Phase != phaseReady })
	slices.SortFunc(all, func(a, b *machine) int { return cmp.Compare(a.id(), b.id()) })
	return all, v, nil
}

// StatusesOn returns the status of every VM on a pool, by name, in one read.
func (d *Driver) StatusesOn(ctx context.Context, host string) ([]biovm.Status, error) {
	var all []biovm.Status
	err := d.do(ctx, "list", "", func(ctx context.Context) error {
		machines, v, err := d.ready(ctx, host)
		for _, m := range machines {
			all = append(all, v.status(m))
		}
		return err
	})
	return all, err
}

func (d *Driver) vm(m *machine) *VM {
	return &VM{driver: d, host: m.pool.name, id: m.id(), uuid: m.record.UUID, ref: m.ref, organism: m.stamp.Spec.BiologicalType}
}
