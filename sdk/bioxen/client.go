package bioxen

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/basic"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/source"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/xcpng"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

// A Client is a factory of VMs on one data directory, or at a daemon that has
// one, and what can be asked of that directory as a whole. It is safe for
// concurrent use; several clients, in several processes, may work on one
// directory or daemon at once.
type Client struct {
	*biovm.Factory

	engine   basic.Engine
	genomes  biovm.GenomeKeeper // of the engine
	xcpng    *xcpng.Driver
	hosts    hosts
	twin     *twin
	dir      string
	endpoint string
}

// Dir is the data directory, absolute; empty for a client in memory or of a
// daemon.
func (c *Client) Dir() string { return c.dir }

// Endpoint is the daemon that the VMs are at; empty when they are in a data
// directory or in memory.
func (c *Client) Endpoint() string { return c.endpoint }

// Close closes the drivers and lets go of the data directory. VMs live on.
// Closing twice does no more.
func (c *Client) Close() error {
	// In this order: the xcpng driver marks what it does as the engine's, and
	// asks the twin.
	return errors.Join(c.xcpng.Close(), c.twin.Close(), c.Factory.Close())
}

// XCPng is the driver of xcpng VMs, for what only it can say. At a daemon it
// knows no pools.
func (c *Client) XCPng() *xcpng.Driver { return c.xcpng }

// Statuses returns the status of every VM, by name: one read of the data
// directory, and one of each pool. When pools do not answer, the error says so
// for each, and the VMs elsewhere are returned all the same.
func (c *Client) Statuses(ctx context.Context) ([]biovm.Status, error) {
	all, err := c.LocalStatuses(ctx)
	if err != nil {
		return nil, err
	}
	names, err := c.HostNames(ctx)
	if err != nil {
		return nil, err
	}
	var errs []error
	for _, host := range names {
		there, err := c.xcpng.StatusesOn(ctx, host)
		if err != nil {
			errs = append(errs, err)
		}
		all = append(all, there...)
	}
	slices.SortStableFunc(all, func(a, b biovm.Status) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return all, errors.Join(errs...)
}

// LocalStatuses returns the status of every VM in the data directory, by name,
// in one read: of the basic ones.
func (c *Client) LocalStatuses(ctx context.Context) ([]biovm.Status, error) {
	return c.engine.Statuses(ctx)
}

// Quote says what a VM would hold, wherever it runs; see [basic.Engine]. Files
// that the spec names are read, unless the engine has them. Of an xcpng VM that
// is there the guest may be the only one who has them: then what depends on them
// is left out.
func (c *Client) Quote(ctx context.Context, spec biovm.Spec, a biovm.Allocation) (biovm.Quote, error) {
	staged, err := source.Reader{}.Stage(ctx, c.engine, spec)
	if spec.VMType == biovm.XCPng {
		// The cell in the guest is a basic one.
		staged.VMType, staged.XCPng = biovm.Basic, nil
		if len(biovm.FieldErrors(err)) > 0 {
			staged.Model, staged.Genome, staged.Medium, staged.Knockouts, err = nil, nil, nil, nil, nil
		}
	}
	if err != nil {
		return biovm.Quote{}, &biovm.OpError{Op: "quote", VM: spec.ID, Err: err}
	}
	return c.engine.Quote(ctx, staged, a)
}

// CheckPackage reports what would keep a package from being installed in the VM
// of a spec, wherever it runs, and says what it would be; see [basic.Engine]. A
// path is read, and a URL downloaded. What is installed in the guest of an xcpng
// VM is not looked at: of a package that requires one of those, it says that it
// is missing.
func (c *Client) CheckPackage(ctx context.Context, spec biovm.Spec, r biovm.PackageRequest) (biovm.Package, error) {
	staged, err := source.Reader{}.StagePackage(ctx, c.engine, r)
	if err != nil {
		return biovm.Package{}, &biovm.OpError{Op: "check package for", VM: spec.ID, Err: err}
	}
	if spec.VMType == biovm.XCPng {
		spec.VMType, spec.XCPng, spec.ID = biovm.Basic, nil, ""
	}
	return c.engine.CheckPackage(ctx, spec, staged)
}

// GeneCount is how many genes the cell of a VM has: those of its organism, or of
// its own genome, less its knock-outs.
func (c *Client) GeneCount(s biovm.Status) (int, error) {
	if s.Spec.Genome != nil {
		return s.Genome.Genes - s.Genome.KnockedOut, nil
	}
	spec := s.Spec
	o, err := organism.Of(spec.BiologicalType)
	if err != nil {
		return 0, err
	}
	lost := map[string]bool{}
	for _, name := range spec.Knockouts {
		if g, ok := o.Gene(name); ok {
			lost[g.Locus] = true
		}
	}
	return len(o.Genes()) - len(lost), nil
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
