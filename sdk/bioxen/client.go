package bioxen

import (
	"context"
	"iter"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/basic"
)

// A Client is a factory of VMs on one data directory, or at a daemon that has
// one, and what can be asked of that directory as a whole. It is safe for
// concurrent use; several clients, in several processes, may work on one
// directory or daemon at once.
type Client struct {
	*biovm.Factory

	engine   basic.Engine
	dir      string
	endpoint string
}

// Dir is the data directory, absolute; empty for a client in memory or of a
// daemon.
func (c *Client) Dir() string { return c.dir }

// Endpoint is the daemon that the VMs are at; empty when they are in a data
// directory or in memory.
func (c *Client) Endpoint() string { return c.endpoint }

// newClient returns a client on an engine; closing the client closes it.
func newClient(e basic.Engine) (*Client, error) {
	f, err := biovm.NewFactory(basic.New(e))
	if err != nil {
		return nil, err
	}
	return &Client{Factory: f, engine: e}, nil
}

// Statuses returns the status of every VM, by name, in one read.
func (c *Client) Statuses(ctx context.Context) ([]biovm.Status, error) {
	return c.engine.Statuses(ctx)
}

// Quote says what a VM would hold; see [basic.Engine].
func (c *Client) Quote(ctx context.Context, spec biovm.Spec, a biovm.Allocation) (biovm.Quote, error) {
	return c.engine.Quote(ctx, spec, a)
}

// Chassis lists every chassis that a VM is on, by name.
func (c *Client) Chassis(ctx context.Context) ([]biovm.ChassisStatus, error) {
	return c.engine.Chassis(ctx)
}

// Capabilities says what this build offers.
func (c *Client) Capabilities(ctx context.Context) (biovm.Capabilities, error) {
	caps, err := c.engine.Capabilities(ctx)
	caps.Drivers = c.Drivers()
	return caps, err
}

// Genes lists an organism's genes, in the order of the genome.
func (c *Client) Genes(ctx context.Context, t biovm.BiologicalType) ([]biovm.Gene, error) {
	return c.engine.OrganismGenes(ctx, t)
}

// CheckProcess reads the code as the cell of a spec would, without running it.
func (c *Client) CheckProcess(ctx context.Context, spec biovm.Spec, p biovm.Process) error {
	return c.engine.CheckProcess(ctx, spec, p)
}

// Record finds the record of an execution by its ID, on whatever VM it ran.
func (c *Client) Record(ctx context.Context, id string) (biovm.Record, error) {
	return c.engine.Record(ctx, id)
}

// Watch yields the events after the one numbered after, then waits for more
// until ctx ends, which ends the sequence without an error.
func (c *Client) Watch(ctx context.Context, after int64) iter.Seq2[biovm.Event, error] {
	return c.engine.Watch(ctx, after)
}

// LastEvent is the newest event's number; 0 when there is none.
func (c *Client) LastEvent(ctx context.Context) (int64, error) { return c.engine.LastEvent(ctx) }
