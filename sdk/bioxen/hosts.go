package bioxen

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
)

// A SecretError says that the password of a pool, which the data directory
// keeps, cannot be read.
type SecretError = engine.SecretError

// A hostKeeper keeps pools; *engine.Engine is one.
type hostKeeper interface {
	PutHost(ctx context.Context, h biovm.XCPngHost) error
	Host(ctx context.Context, name string) (biovm.XCPngHost, error)
	HostNames(ctx context.Context) ([]string, error)
	DeleteHost(ctx context.Context, name string) error
}

// hosts are the pools that there are: those that the caller gave, over those
// that the data directory keeps.
type hosts struct {
	given map[string]biovm.XCPngHost
	kept  hostKeeper
}

func newHosts(given []biovm.XCPngHost, kept hostKeeper) (hosts, error) {
	h := hosts{given: map[string]biovm.XCPngHost{}, kept: kept}
	for _, g := range given {
		if _, twice := h.given[g.Name]; twice {
			return hosts{}, fmt.Errorf("open: %w: xcpng host %q is given twice", biovm.ErrInvalid, g.Name)
		}
		h.given[g.Name] = g
	}
	return h, nil
}

// Host finds a pool with its password, or fails with [biovm.ErrNotFound].
func (h hosts) Host(ctx context.Context, name string) (biovm.XCPngHost, error) {
	host, err := h.merge(ctx, name)
	if err != nil {
		return biovm.XCPngHost{}, err
	}
	if err := host.Validate(); err != nil {
		return biovm.XCPngHost{}, fmt.Errorf("xcpng host %q: %w", name, err)
	}
	if host.Password == "" {
		return biovm.XCPngHost{}, fmt.Errorf("xcpng host %q: %w: there is no password for it", name, biovm.ErrInvalid)
	}
	return host, nil
}

// merge fills what the caller left out of a pool with what is kept of it.
func (h hosts) merge(ctx context.Context, name string) (biovm.XCPngHost, error) {
	given, ok := h.given[name]
	kept, err := h.kept.Host(ctx, name)
	_, sealed := errors.AsType[*SecretError](err)
	if ok && (errors.Is(err, biovm.ErrNotFound) || sealed && given.Password != "") {
		// Nothing is kept, or a password that cannot be read and is not needed.
		return given, nil
	}
	if err != nil {
		return biovm.XCPngHost{}, err
	}
	return h.over(kept), nil
}

// over is what is kept of a pool under what the caller gave of it.
func (h hosts) over(kept biovm.XCPngHost) biovm.XCPngHost {
	given, ok := h.given[kept.Name]
	switch {
	case !ok:
		return kept
	case given.URL != "" && given.URL != kept.URL:
		// A password is for the pool that it was kept for, and so is all else.
		return given
	}
	d := given.Defaults().Over(kept.Defaults())
	given.Template, given.Network, given.SR = d.Template, d.Network, d.SR
	given.URL = kept.URL
	if given.Username == "" {
		given.Username = kept.Username
	}
	if given.Password == "" && given.Username == kept.Username {
		given.Password = kept.Password
	}
	if given.CACertPEM == "" && given.Pins == nil {
		given.CACertPEM, given.Pins = kept.CACertPEM, kept.Pins
	}
	return given
}

// HostNames returns the pools' names, sorted.
func (h hosts) HostNames(ctx context.Context) ([]string, error) {
	names, err := h.kept.HostNames(ctx)
	if err != nil {
		return nil, err
	}
	for name := range h.given {
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// PutHost keeps a pool in the data directory, or replaces the one of its name;
// see [engine.Engine.PutHost]. A pool of the same name in [Options].XCPng stays
// before it.
func (c *Client) PutHost(ctx context.Context, h biovm.XCPngHost) error {
	return c.hosts.kept.PutHost(ctx, h)
}

// DeleteHost forgets a pool that the data directory keeps; one that is not
// there is no error. VMs on it stay.
func (c *Client) DeleteHost(ctx context.Context, name string) error {
	return c.hosts.kept.DeleteHost(ctx, name)
}

// KeptHost returns a pool as the data directory keeps it, or fails with
// [biovm.ErrNotFound], or with a [SecretError] when its password cannot
// be read.
func (c *Client) KeptHost(ctx context.Context, name string) (biovm.XCPngHost, error) {
	return c.hosts.kept.Host(ctx, name)
}

// Host returns a pool as VMs are made on it: what [Options].XCPng says of it
// over what the data directory keeps. It fails with [biovm.ErrNotFound] when
// neither knows it, and with an [biovm.ErrInvalid] when something is missing.
func (c *Client) Host(ctx context.Context, name string) (biovm.XCPngHost, error) {
	return c.hosts.Host(ctx, name)
}

// HostIfKept returns the pool that [Client.Host] would find if h were kept.
func (c *Client) HostIfKept(h biovm.XCPngHost) biovm.XCPngHost { return c.hosts.over(h) }

// HostNames returns the names of all pools, sorted.
func (c *Client) HostNames(ctx context.Context) ([]string, error) { return c.hosts.HostNames(ctx) }
