package xcpng

import (
	"context"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
)

// put asks a question in the name of an operation.
func (v *VM) put(ctx context.Context, op string, q question) error {
	return v.do(ctx, op, func(ctx context.Context, c *xapi.Client) error { return v.ask(ctx, c, q) })
}

// Execute implements [biovm.VM]. The process runs in the guest. When the
// connection breaks while it does, that is an error, and it may have run to its
// end: it is not run a second time.
func (v *VM) Execute(ctx context.Context, p biovm.Process) (r biovm.Result, err error) {
	err = v.put(ctx, string(biovm.OpExecute), question{
		guest: func(ctx context.Context, c cell) (err error) {
			r, err = c.engine.Execute(ctx, c.name, p)
			return err
		},
		standing: needs(biovm.OpExecute),
		once:     true,
	})
	return r, err
}

// Metrics implements [biovm.VM]. Of a VM that stands still they are computed
// here, from what its stamp says.
func (v *VM) Metrics(ctx context.Context) (r biovm.Metrics, err error) {
	err = v.put(ctx, "measure", question{
		guest: func(ctx context.Context, c cell) (err error) {
			r, err = c.engine.Metrics(ctx, c.name)
			return err
		},
		twin: func(ctx context.Context, t twin, m *stamped, now view) (err error) {
			r, err = t.Metrics(ctx)
			r.State, r.Executions, r.SimulatedSeconds = now.state, m.stamp.Executions, m.stamp.SimulatedSeconds
			return err
		},
	})
	return r, err
}

// Genes implements [biovm.GeneCatalog].
func (v *VM) Genes(ctx context.Context) (r []biovm.Gene, err error) {
	err = v.put(ctx, "list genes of", question{
		guest: func(ctx context.Context, c cell) (err error) {
			r, err = c.engine.Genes(ctx, c.name)
			return err
		},
		twin: func(ctx context.Context, t twin, _ *stamped, _ view) (err error) {
			r, err = t.Genes(ctx)
			return err
		},
	})
	return r, err
}

// EssentialGenes implements [biovm.GeneCatalog].
func (v *VM) EssentialGenes(ctx context.Context) (r biovm.EssentialGenes, err error) {
	err = v.put(ctx, "find essential genes of", question{
		guest: func(ctx context.Context, c cell) (err error) {
			r, err = c.engine.EssentialGenes(ctx, c.name)
			return err
		},
		twin: func(ctx context.Context, t twin, _ *stamped, _ view) (err error) {
			r, err = t.EssentialGenes(ctx)
			return err
		},
	})
	return r, err
}

// Usage implements [biovm.Allocator].
func (v *VM) Usage(ctx context.Context) (r biovm.Usage, err error) {
	err = v.put(ctx, "look at resources of", question{
		guest: func(ctx context.Context, c cell) (err error) {
			r, err = c.engine.Usage(ctx, c.name)
			return err
		},
		twin: func(ctx context.Context, t twin, _ *stamped, _ view) (err error) {
			r, err = t.Usage(ctx)
			return err
		},
	})
	return r, err
}

// Available implements [biovm.Allocator].
func (v *VM) Available(ctx context.Context) (r biovm.Resources, err error) {
	err = v.put(ctx, "look at resources of", question{
		guest: func(ctx context.Context, c cell) (err error) {
			r, err = c.engine.Available(ctx, c.name)
			return err
		},
		twin: func(ctx context.Context, t twin, _ *stamped, _ view) (err error) {
			r, err = t.Available(ctx)
			return err
		},
	})
	return r, err
}

// Recommendations implements [biovm.Allocator].
func (v *VM) Recommendations(ctx context.Context) (r []biovm.Recommendation, err error) {
	err = v.put(ctx, "recommend resources for", question{
		guest: func(ctx context.Context, c cell) (err error) {
			r, err = c.engine.Recommendations(ctx, c.name)
			return err
		},
		twin: func(ctx context.Context, t twin, _ *stamped, _ view) (err error) {
			r, err = t.Recommendations(ctx)
			return err
		},
	})
	return r, err
}
