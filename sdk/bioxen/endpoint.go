package bioxen

import (
	"context"
	"errors"
	"fmt"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/basic"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/remote"
)

// What a caller may branch on when a daemon cannot be used.
var (
	// ErrUnauthorized: the daemon does not know the token.
	ErrUnauthorized = remote.ErrUnauthorized
	// ErrUntrusted: the daemon shows a certificate that is not pinned.
	ErrUntrusted = remote.ErrUntrusted
)

// validate checks that the options say one place where VMs live.
func (o Options) validate() error {
	var errs []error
	bad := func(path, reason string) { errs = append(errs, &biovm.FieldError{Path: path, Reason: reason}) }
	if o.Endpoint != "" {
		if o.DataDir != "" || o.InMemory {
			errs = append(errs, &biovm.FieldError{Path: "endpoint", Reason: "VMs are behind an endpoint, in a data directory or in memory: give one"})
		}
		if len(o.XCPng) > 0 {
			bad("xcpng", "pools are for a data directory, and the VMs are behind an endpoint")
		}
		return errors.Join(errs...)
	}
	if o.Token != "" {
		bad("token", "is for an endpoint, and there is none")
	}
	if len(o.CACertPEM) > 0 {
		bad("ca_cert_pem", "is for an endpoint, and there is none")
	}
	if len(o.Pins) > 0 {
		bad("pins", "are for an endpoint, and there is none")
	}
	return errors.Join(errs...)
}

func (o Options) remote() remote.Options {
	return remote.Options{Endpoint: o.Endpoint, Token: o.Token, CACertPEM: o.CACertPEM, Pins: o.Pins, Logger: o.Logger, Version: o.Version}
}

// connect opens a client on a daemon.
func connect(ctx context.Context, o Options) (*Client, error) {
	e, err := remote.Dial(ctx, o.remote())
	if err != nil {
		return nil, err
	}
	c := &Client{engine: e, genomes: e, endpoint: o.Endpoint, hosts: hosts{kept: poolless{}}}
	if err := c.reachPools(o, nil); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	if c.Factory, err = biovm.NewFactory(basic.New(e)); err != nil {
		return nil, errors.Join(err, c.xcpng.Close(), e.Close())
	}
	return c, nil
}

// poolless is in a hostKeeper's place at a daemon, which keeps no pools: with
// them it would keep their passwords for whoever has a token.
type poolless struct{}

var errPoolless = fmt.Errorf("%w behind an endpoint: pools, and xcpng VMs on them, are a data directory's", biovm.ErrUnsupported)

func (poolless) PutHost(_ context.Context, h biovm.XCPngHost) error {
	return fmt.Errorf("xcpng host %q: %w", h.Name, errPoolless)
}

func (poolless) Host(_ context.Context, name string) (biovm.XCPngHost, error) {
	return biovm.XCPngHost{}, fmt.Errorf("xcpng host %q: %w: %w", name, biovm.ErrNotFound, errPoolless)
}

func (poolless) HostNames(context.Context) ([]string, error) { return nil, nil }

func (poolless) DeleteHost(context.Context, string) error { return nil }
