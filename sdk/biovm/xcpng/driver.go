package xcpng

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/internal/sshx"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// Driver makes and finds VMs on pools. It is safe for concurrent use.
type Driver struct {
	o     Options
	keys  *keyring
	ssh   *sshx.Pool
	calls calls

	mu     sync.Mutex // guards what follows
	pools  map[string]*pool
	guests map[string]*guest // by UUID
	twins  int               // how many questions were asked
}

// New returns a driver. It talks to no pool before it has to.
func New(o Options) (*Driver, error) {
	o, err := o.filled()
	if err != nil {
		return nil, err
	}
	return &Driver{
		o: o, keys: &keyring{dir: o.KeyDir}, pools: map[string]*pool{}, guests: map[string]*guest{},
		ssh: sshx.NewPool(sshx.Options{AuthRetry: authRetry, Dialer: o.DialGuest, Logger: o.Logger}),
	}, nil
}

// authRetry is how long a refused login may pass: a guest that boots may answer
// before it has the key.
const authRetry = 10 * time.Second

// Info implements [biovm.Driver].
func (d *Driver) Info() biovm.DriverInfo {
	return biovm.DriverInfo{VMType: biovm.XCPng, Description: "runs the cell inside its own virtual machine on a pool of XCP-ng hosts"}
}

// Get implements [biovm.Driver]. It looks on every pool: a VM that is on none of
// those that answer is not known to be gone when others don't.
func (d *Driver) Get(ctx context.Context, ref string) (biovm.VM, error) {
	var vm *VM
	err := d.do(ctx, "find", biovm.ID(ref), func(ctx context.Context) error {
		found, err := d.everywhere(ctx, func(ctx context.Context, host string) ([]*VM, error) {
			vm, err := d.getOn(ctx, host, ref)
			if err == nil {
				return []*VM{vm}, nil
			}
			return nil, unless(err, biovm.ErrNotFound)
		})
		if len(found) > 0 {
			vm = found[0]
			return nil
		}
		if err == nil {
			err = biovm.ErrNotFound
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return able(vm), nil
}

// unless returns err, if it is not what was to be expected.
func unless(err, expected error) error {
	if errors.Is(err, expected) {
		return nil
	}
	return err
}

// GetOn finds a VM on one pool, by name or UUID, or fails with
// [biovm.ErrNotFound].
func (d *Driver) GetOn(ctx context.Context, host, ref string) (biovm.VM, error) {
	var vm *VM
	err := d.do(ctx, "find", biovm.ID(ref), func(ctx context.Context) (err error) {
		vm, err = d.getOn(ctx, host, ref)
		return err
	})
	if err != nil {
		return nil, err
	}
	return able(vm), nil
}

func (d *Driver) getOn(ctx context.Context, host, ref string) (*VM, error) {
	c, err := d.pool(host).census.get(ctx)
	if err != nil {
		return nil, err
	}
	m, ok := c.find(ref)
	if !ok || d.hidden(m) {
		return nil, biovm.ErrNotFound
	}
	return d.vm(host, m), nil
}

// hidden reports whether a machine is none to be seen: one that is being made,
// if its maker may still live.
func (d *Driver) hidden(m *stamped) bool {
	if !m.half() {
		return false
	}
	alive, ours, err := d.o.Keeper.Alive(m.stamp.Owner)
	return err != nil || alive || !ours
}

// List implements [biovm.Driver].
func (d *Driver) List(ctx context.Context) ([]biovm.VM, error) {
	var vms []biovm.VM
	err := d.do(ctx, "list", "", func(ctx context.Context) error {
		found, err := d.everywhere(ctx, func(ctx context.Context, host string) ([]*VM, error) {
			c, err := d.pool(host).census.get(ctx)
			if err != nil {
				return nil, err
			}
			var vms []*VM
			for i := range c.machines {
				if m := &c.machines[i]; !d.hidden(m) {
					vms = append(vms, d.vm(host, m))
				}
			}
			return vms, nil
		})
		slices.SortStableFunc(found, func(a, b *VM) int { return strings.Compare(string(a.id), string(b.id)) })
		vms = make([]biovm.VM, len(found))
		for i, vm := range found {
			vms[i] = able(vm)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return vms, nil
}

// StatusesOn returns the status of every VM on a pool, by name, in one reading
// of the pool.
func (d *Driver) StatusesOn(ctx context.Context, host string) ([]biovm.Status, error) {
	var all []biovm.Status
	err := d.do(ctx, "list", "", func(ctx context.Context) error {
		c, err := d.pool(host).census.get(ctx)
		if err != nil {
			return err
		}
		all = make([]biovm.Status, 0, len(c.machines))
		for i := range c.machines {
			if m := &c.machines[i]; !d.hidden(m) {
				all = append(all, statusOf(host, m, &c))
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// everywhere asks every pool at the same time.
func (d *Driver) everywhere(ctx context.Context, ask func(ctx context.Context, host string) ([]*VM, error)) ([]*VM, error) {
	names, err := d.o.Hosts.HostNames(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the xcpng hosts: %w", err)
	}
	vms, errs := make([][]*VM, len(names)), make([]error, len(names))
	var all sync.WaitGroup
	for i, name := range names {
		all.Go(func() { vms[i], errs[i] = ask(ctx, name) })
	}
	all.Wait()
	return slices.Concat(vms...), errors.Join(errs...)
}

// Close implements [biovm.Driver]. It ends the calls under way and waits for
// them, which takes as long as they need to remove what they had begun to make.
func (d *Driver) Close() error {
	d.calls.end()
	d.mu.Lock()
	defer d.mu.Unlock()
	var errs []error
	for _, g := range d.guests {
		errs = append(errs, g.hangUp())
	}
	errs = append(errs, d.ssh.Close())
	ctx, cancel := context.WithTimeout(context.Background(), logoutTime)
	defer cancel()
	for _, p := range d.pools {
		errs = append(errs, p.close(ctx))
	}
	clear(d.guests)
	clear(d.pools)
	return errors.Join(errs...)
}

// logoutTime bounds the logging out from all pools.
const logoutTime = 30 * time.Second
