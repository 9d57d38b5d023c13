package cli

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

// The variables that say where VMs are when the flags do not.
const (
	dataDirVariable  = "BIOXEN_DATA_DIR"
	endpointVariable = "BIOXEN_ENDPOINT"
	tokenVariable    = "BIOXEN_TOKEN" //nolint:gosec // its name, not what is in it
	caCertVariable   = "BIOXEN_CA_CERT"
	pinsVariable     = "BIOXEN_PINS"
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
	f.StringVar(&p.caCert, "ca-cert", "", "trust the authorities in this PEM `FILE` for the daemon's certificate, and no others ($"+caCertVariable+")")
	f.StringSliceVar(&p.pins, "pin", nil, "trust the daemon's certificate with this `SHA-256` fingerprint, and no other ($"+pinsVariable+", with commas)")
	_ = cmd.MarkPersistentFlagDirname("data-dir") // it fails for a flag that is not there only
	_ = cmd.MarkPersistentFlagFilename("ca-cert")
}

// options says where VMs are, and who named the data directory; empty for the
// default one.
func (a *app) options() (o bioxen.Options, from string, err error) {
	o = bioxen.Options{MustExist: true, Version: a.Version}
	o.DataDir, o.Endpoint = a.place.dataDir, a.place.endpoint
	switch {
	case o.DataDir != "" && o.Endpoint != "":
		return o, "", &usageError{err: errors.New("VMs are in a data directory or at a daemon: give --data-dir or --endpoint, not both")}
	case o.DataDir != "":
		return a.pools(o, "--data-dir")
	case o.Endpoint == "":
		o.DataDir, o.Endpoint = a.Getenv(dataDirVariable), a.Getenv(endpointVariable)
		if o.DataDir != "" && o.Endpoint != "" {
			return o, "", &usageError{err: fmt.Errorf("both %s and %s are set: unset one, or give --data-dir or --endpoint", dataDirVariable, endpointVariable)}
		}
	}
	if o.Endpoint == "" {
		if o.DataDir != "" {
			from = dataDirVariable
		}
		return a.pools(o, from)
	}
	return a.trust(o)
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

// trust adds how to trust a daemon, and how it knows us.
func (a *app) trust(o bioxen.Options) (bioxen.Options, string, error) {
	o.Token, o.Pins = a.Getenv(tokenVariable), a.place.pins
	file := a.place.caCert
	if file == "" && len(o.Pins) == 0 {
		file = a.Getenv(caCertVariable)
		o.Pins = bioxen.PinsFromEnv(a.Getenv(pinsVariable))
	}
	if file != "" {
		var err error
		if o.CACertPEM, err = os.ReadFile(file); err != nil { //nolint:gosec // the user names it
			return o, "", fmt.Errorf("authorities: %w", err)
		}
	}
	return o, "", nil
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
func (a *app) withClient(ctx context.Context, do func(c *bioxen.Client) error) (err error) {
	o, from, err := a.options()
	if err != nil {
		return err
	}
	client, err := bioxen.Open(ctx, o)
	if missing, ok := errors.AsType[*bioxen.MissingError](err); ok {
		if from == "" {
			return fmt.Errorf("%w, which is %s; name another one with --data-dir or %s", errNoDefault, missing.Dir, dataDirVariable)
		}
		return fmt.Errorf("%s: %w; name the one that the VMs were made in", from, err)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, client.Close()) }()
	return do(client)
}
