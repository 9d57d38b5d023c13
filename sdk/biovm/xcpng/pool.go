package xcpng

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
)

// A pool is the driver's side of one of the pools: a session, made when it is
// first needed, and what callers read of it together. It is safe for concurrent
// use.
type pool struct {
	name  string
	hosts Hosts
	log   *slog.Logger

	dialing chan struct{} // holds one while somebody dials

	mu     sync.Mutex // guards what follows
	client *xapi.Client
	host   biovm.XCPngHost         // what client was dialed by
	old    []*xapi.Client          // of what the host was before, until close
	names  map[xapi.HostRef]string // of the members, as last read

	census joint[census]
	offer  joint[offer]
}

// pool finds the driver's side of a pool, whether it is there or not.
func (d *Driver) pool(name string) *pool {
	d.mu.Lock()
	defer d.mu.Unlock()
	p := d.pools[name]
	if p == nil {
		p = &pool{
			name: name, hosts: d.o.Hosts, dialing: make(chan struct{}, 1),
			log: d.o.Logger,
		}
		p.census = joint[census]{read: p.readCensus, run: d.calls.underWay.Go}
		p.offer = joint[offer]{read: p.readOffer, run: d.calls.underWay.Go}
		d.pools[name] = p
	}
	return p
}

// session returns a client that is logged in. One call dials, and others wait
// for it as long as their contexts last; what failed is tried anew.
func (p *pool) session(ctx context.Context) (*xapi.Client, error) {
	host, err := p.hosts.Host(ctx, p.name)
	if err != nil {
		return nil, err
	}
	if c := p.current(host); c != nil {
		return c, nil
	}
	select {
	case p.dialing <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("xcpng host %q: wait for a session: %w", p.name, context.Cause(ctx))
	}
	defer func() { <-p.dialing }()
	if c := p.current(host); c != nil {
		return c, nil
	}
	o := xapi.Options{URL: host.URL, Username: host.Username, Password: host.Password, Pins: host.Pins, Logger: p.log}
	if host.CACertPEM != "" {
		o.CACertPEM = []byte(host.CACertPEM)
	}
	c, err := xapi.Dial(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("xcpng host %q: %w", p.name, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.client != nil {
		p.old = append(p.old, p.client) // calls may still be using it
	}
	p.client, p.host, p.names = c, host, nil
	return c, nil
}

// current is the client, if it is what the host says now.
func (p *pool) current(host biovm.XCPngHost) *xapi.Client {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.client != nil && p.host.Equal(host) {
		return p.client
	}
	return nil
}

// close logs out. Nobody calls any more.
func (p *pool) close(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var errs []error
	for _, c := range append(p.old, p.client) {
		if c == nil {
			continue
		}
		if err := c.Close(ctx); err != nil {
			errs = append(errs, fmt.Errorf("xcpng host %q: log out: %w", p.name, err))
		}
	}
	p.client, p.old = nil, nil
	return errors.Join(errs...)
}

// Answered reports whether an error of the driver is what a pool said, or who it
// is, and not that nobody was reached.
func Answered(err error) bool {
	if errors.Is(err, xapi.ErrUntrusted) {
		return true
	}
	_, ok := errors.AsType[*xapi.Error](err)
	return ok || len(biovm.FieldErrors(err)) > 0 || errors.Is(err, biovm.ErrInvalid) || errors.Is(err, biovm.ErrNotFound)
}
