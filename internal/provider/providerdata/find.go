package providerdata

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// A look is one read of all VMs on a pool, which those who want to know of one
// of them share.
type look struct {
	done chan struct{} // closed when the rest may be read
	vms  []biovm.Status
	err  error
}

// OnHost returns the VMs on a pool. However many VMs are refreshed, the pool is
// read once in a walk over the configuration; when that is an apply, which
// changes what is there, each time. See [Data.Apply].
func (d *Data) OnHost(ctx context.Context, host string) ([]biovm.Status, error) {
	if d.isApplying() {
		return d.client.XCPng().StatusesOn(ctx, host)
	}
	for {
		d.mu.Lock()
		l, under := d.looks[host], true
		if l == nil {
			l, under = &look{done: make(chan struct{})}, false
			d.looks[host] = l
		}
		d.mu.Unlock()
		if !under {
			l.vms, l.err = d.client.XCPng().StatusesOn(ctx, host)
			if l.err != nil {
				d.drop(host, l)
			}
			close(l.done)
			return l.vms, l.err
		}
		select {
		case <-l.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		// Another's context may have ended: that is no answer to this call.
		if !errors.Is(l.err, context.Canceled) && !errors.Is(l.err, context.DeadlineExceeded) {
			return l.vms, l.err
		}
	}
}

func (d *Data) drop(host string, l *look) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.looks[host] == l {
		delete(d.looks, host)
	}
}

// Apply says that an apply is under way: what was seen before does not hold any
// more.
func (d *Data) Apply() {
	d.Ledger.Apply()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.applying = true
	clear(d.looks)
}

func (d *Data) isApplying() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.applying
}

// A Found is a VM that a UUID or name was found to be of.
type Found struct {
	// Status is the VM's. Of a VM on a pool it may be as old as the walk over
	// the configuration.
	Status biovm.Status
	vm     biovm.VM
	data   *Data
}

// VM is a handle on the VM.
func (f Found) VM(ctx context.Context) (biovm.VM, error) {
	if f.vm != nil {
		return f.vm, nil
	}
	return f.data.client.XCPng().GetOn(ctx, f.Status.XCPng.Host, f.Status.UUID)
}

// Find finds a VM by its UUID or name, in the data directory or on any pool, or
// fails with [biovm.ErrNotFound]. A VM that is on none of the pools that answer,
// where others don't, is not known to be gone: their errors are returned.
func (d *Data) Find(ctx context.Context, ref string) (Found, error) {
	f, err := d.FindLocal(ctx, ref)
	if err == nil || !errors.Is(err, biovm.ErrNotFound) {
		return f, err
	}
	hosts, hostsErr := d.client.HostNames(ctx)
	if hostsErr != nil {
		return Found{}, hostsErr
	}
	var errs []error
	for _, host := range hosts {
		f, err := d.FindOn(ctx, host, ref)
		if err == nil {
			return f, nil
		}
		if !errors.Is(err, biovm.ErrNotFound) {
			errs = append(errs, err)
		}
	}
	if len(errs) > 0 {
		return Found{}, errors.Join(errs...)
	}
	return Found{}, err
}

// FindUUID is Find by a UUID only. A resource's vm_id is one: a name may be
// another VM's tomorrow, and is not what the state will say.
func (d *Data) FindUUID(ctx context.Context, uuid string) (Found, error) {
	f, err := d.Find(ctx, uuid)
	if err == nil && f.Status.UUID != uuid {
		return Found{}, &biovm.FieldError{
			Path: "vm_id", Value: uuid,
			Reason: "it is the name of a VM and must be its UUID: refer to the id of the bioxen_vm, or of the data source bioxen_vm, which is " + f.Status.UUID,
		}
	}
	return f, err
}

// FindLocal finds a VM in the data directory by its UUID or name, or fails with
// [biovm.ErrNotFound].
func (d *Data) FindLocal(ctx context.Context, ref string) (Found, error) {
	driver, err := d.client.Driver(biovm.Basic)
	if err != nil {
		return Found{}, err
	}
	v, err := driver.Get(ctx, ref)
	if err != nil {
		return Found{}, err
	}
	s, err := v.Status(ctx)
	return Found{Status: s, vm: v, data: d}, err
}

// FindOn finds a VM on a pool by its UUID or name, or fails with
// [biovm.ErrNotFound].
func (d *Data) FindOn(ctx context.Context, host, ref string) (Found, error) {
	if d.isApplying() {
		v, err := d.client.XCPng().GetOn(ctx, host, ref)
		if err != nil {
			return Found{}, err
		}
		s, err := v.Status(ctx)
		return Found{Status: s, vm: v, data: d}, err
	}
	all, err := d.OnHost(ctx, host)
	if err != nil {
		return Found{}, err
	}
	i := slices.IndexFunc(all, func(s biovm.Status) bool { return s.UUID == ref })
	if i < 0 {
		i = slices.IndexFunc(all, func(s biovm.Status) bool { return string(s.ID) == ref })
	}
	if i >= 0 {
		return Found{Status: all[i], data: d}, nil
	}
	return Found{}, &biovm.OpError{Op: "find", VM: biovm.ID(ref), Err: biovm.ErrNotFound}
}

// Statuses returns the status of every VM, by name.
func (d *Data) Statuses(ctx context.Context) ([]biovm.Status, error) {
	all, err := d.client.LocalStatuses(ctx)
	if err != nil {
		return nil, err
	}
	hosts, err := d.client.HostNames(ctx)
	if err != nil {
		return nil, err
	}
	for _, host := range hosts {
		there, err := d.OnHost(ctx, host)
		if err != nil {
			return nil, err
		}
		all = append(all, there...)
	}
	slices.SortStableFunc(all, func(a, b biovm.Status) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return all, nil
}

// UnknownHosts says of which pools the provider's configuration says something
// that is not known before an apply; any: of all, it may be.
func (d *Data) UnknownHosts(anyHost bool, names ...string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.anyUnknown, d.unknown = anyHost, names
}

// HostKnown reports whether a pool can be asked: neither its name nor what the
// provider's configuration says of it is to be known after an apply only.
func (d *Data) HostKnown(name string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return !d.anyUnknown && !slices.Contains(d.unknown, name)
}
