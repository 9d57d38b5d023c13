package bioxen

import (
	"context"
	"errors"
	"log/slog"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
)

// Options say where VMs live. The zero value is ready to use.
type Options struct {
	// DataDir holds the state; the user's state directory for BioXen when
	// empty (see [engine.DefaultDir]). No environment variable is looked at:
	// BIOXEN_DATA_DIR is the command's and the provider's.
	DataDir string
	// InMemory keeps everything in this process, for cells that nobody needs
	// afterwards. DataDir must be empty then.
	InMemory bool
	// Logger gets what happens; nothing is logged when nil.
	Logger *slog.Logger
	// Workers is how many executions may run at once; as many as there are
	// cores when 0.
	Workers int
	// Version is what Capabilities reports.
	Version string
}

// Open opens, or makes, a data directory. It is cheap: under 20 ms on one that
// exists.
func Open(ctx context.Context, o Options) (*Client, error) {
	e, err := engine.Open(ctx, engine.Options{Dir: o.DataDir, InMemory: o.InMemory, Logger: o.Logger, Workers: o.Workers, Version: o.Version})
	if err != nil {
		return nil, err
	}
	c, err := newClient(e)
	if err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return c, nil
}
