package bioxen

import (
	"context"
	"errors"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/remote"
)

// validate checks that the options say one place where VMs live.
func (o Options) validate() error {
	var errs []error
	bad := func(path, reason string) { errs = append(errs, &biovm.FieldError{Path: path, Reason: reason}) }
	if o.Endpoint != "" {
		if o.DataDir != "" || o.InMemory {
			errs = append(errs, &biovm.FieldError{Path: "endpoint", Reason: "VMs are behind an endpoint, in a data directory or in memory: give one"})
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
	c, err := newClient(e)
	if err != nil {
		return nil, errors.Join(err, e.Close())
	}
	c.endpoint = o.Endpoint
	return c, nil
}
