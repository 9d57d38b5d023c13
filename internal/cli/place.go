package cli

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

// place holds the flags that say where VMs are.
type place struct {
	dataDir, endpoint, caCert string
	pins                      []string
}

func (p *place) add(cmd *cobra.Command) {
	f := cmd.PersistentFlags()
	f.StringVar(&p.dataDir, "data-dir", "", "use the VMs in `DIR`")
	f.StringVar(&p.endpoint, "endpoint", "", "use the VMs of the daemon at `URL`")
	f.StringVar(&p.caCert, "ca-cert", "", "trust the authorities in this PEM `FILE` for the daemon's certificate, and no others ($"+bioxen.EnvCACert+")")
	f.StringSliceVar(&p.pins, "pin", nil, "trust the daemon's certificate with this `SHA-256` fingerprint, and no other ($"+bioxen.EnvPins+", with commas)")
	_ = cmd.MarkPersistentFlagDirname("data-dir") // it fails for a flag that is not there only
	_ = cmd.MarkPersistentFlagFilename("ca-cert")
}

// options says where VMs are, and who named the data directory; empty for the
// default one.
func (a *app) options() (o bioxen.Options, from string, err error) {
	o = bioxen.Options{MustExist: true, Version: a.Version, DataDir: a.place.dataDir, Endpoint: a.place.endpoint, Pins: a.place.pins}
	if o.DataDir != "" && o.Endpoint != "" {
		return o, "", &usageError{err: errors.New("VMs are in a data directory or at a daemon: give --data-dir or --endpoint, not both")}
	}
	if a.place.caCert != "" {
		if o.CACertPEM, err = readWhole(a.place.caCert); err != nil {
			return o, "", fmt.Errorf("authorities: %w", err)
		}
	}
	o, err = o.WithEnv(a.Getenv)
	switch {
	case errors.Is(err, bioxen.ErrTwoPlaces):
		return o, "", &usageError{err: fmt.Errorf("%w: unset one, or give --data-dir or --endpoint", err)}
	case err != nil:
		return o, "", fmt.Errorf("authorities: %w", err)
	case o.Endpoint != "":
		return o, "", nil
	case a.place.dataDir != "":
		from = "--data-dir"
	case o.DataDir != "":
		from = bioxen.EnvDataDir
	}
	o.CACertPEM, o.Pins = nil, nil // which are a daemon's
	return a.pools(o, from)
}

// pools adds the pool that the environment names, and the program for guests,
// which this is itself unless it names another.
func (a *app) pools(o bioxen.Options, from string) (bioxen.Options, string, error) {
	h, ok, err := bioxen.HostFromEnv(a.Getenv)
	if ok {
		o.XCPng = append(o.XCPng, h)
	}
	if executable, exeErr := os.Executable(); exeErr == nil {
		o.XCPngAgent = bioxen.AgentFromEnv(a.Getenv, executable)
	}
	return o, from, err
}

// placeOf is where a client's VMs are, for messages.
func placeOf(c *bioxen.Client) string {
	if c.Endpoint() != "" {
		return "at the daemon " + c.Endpoint()
	}
	return "in " + c.Dir()
}

// errNoDefault: nobody made a VM in the default data directory yet.
var errNoDefault = errors.New("no vm was made in the default data directory yet")

// withClient opens the data directory, which must be there, or connects to the
// daemon, for as long as do takes.
func (a *app) withClient(ctx context.Context, do func(c *bioxen.Client) error) error {
	o, from, err := a.options()
	if err != nil {
		return err
	}
	return open(ctx, o, from, do)
}

// withNewClient is withClient, and makes the data directory where it is not there.
func (a *app) withNewClient(ctx context.Context, do func(c *bioxen.Client) error) error {
	o, from, err := a.options()
	if err != nil {
		return err
	}
	o.MustExist = false
	return open(ctx, o, from, do)
}

func open(ctx context.Context, o bioxen.Options, from string, do func(c *bioxen.Client) error) (err error) {
	client, err := bioxen.Open(ctx, o)
	if missing, ok := errors.AsType[*bioxen.MissingError](err); ok {
		if from == "" {
			return fmt.Errorf("%w, which is %s; name another one with --data-dir or %s", errNoDefault, missing.Dir, bioxen.EnvDataDir)
		}
		return fmt.Errorf("%s: %w; name the one that the VMs were made in", from, err)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, client.Close()) }()
	return do(client)
}
