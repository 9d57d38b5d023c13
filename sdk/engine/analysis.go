package engine

import (
	"context"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/cell"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/store"
)

// analyze runs fn on the cell of a VM as it stands. Nothing is locked: an
// analysis changes nothing.
func (e *Engine) analyze(ctx context.Context, op, ref string, fn func(ctx context.Context, c *cell.Cell, t terms, vm store.VM) error) error {
	return e.do(ctx, op, ref, func(ctx context.Context, c *call) error {
		vm, err := e.find(ctx, c, ref)
		if err != nil {
			return err
		}
		t, err := termsOf(vm.Spec)
		if err != nil {
			return err
		}
		body, err := e.cell(ctx, t, vm.Grant)
		if err != nil {
			return err
		}
		return fn(ctx, body, t, vm)
	})
}

// Usage says what a VM holds of its chassis and what its cell makes of it.
func (e *Engine) Usage(ctx context.Context, ref string) (biovm.Usage, error) {
	var usage biovm.Usage
	err := e.analyze(ctx, "measure", ref, func(ctx context.Context, c *cell.Cell, t terms, vm store.VM) (err error) {
		usage, err = usageOf(ctx, c, t, vm)
		return err
	})
	return usage, err
}

func usageOf(ctx context.Context, c *cell.Cell, t terms, vm store.VM) (biovm.Usage, error) {
	usage, err := c.Usage(ctx)
	usage.Grant, usage.Limits = vm.Grant, t.limits
	return usage, err
}

// Recommendations lists changes of a VM's grant worth making, best first. Each
// was solved for, fits the VM's limits, and fits what its chassis has left.
func (e *Engine) Recommendations(ctx context.Context, ref string) ([]biovm.Recommendation, error) {
	var advice []biovm.Recommendation
	err := e.analyze(ctx, "advise", ref, func(ctx context.Context, c *cell.Cell, t terms, vm store.VM) error {
		available, err := e.available(ctx, t, vm.UUID)
		if err != nil {
			return err
		}
		advice, err = c.Recommendations(ctx, t.limits, available)
		return err
	})
	return advice, err
}

// Metrics computes a VM's figures, of its cell as it is: without the operons that
// it lost.
func (e *Engine) Metrics(ctx context.Context, ref string) (biovm.Metrics, error) {
	var m biovm.Metrics
	err := e.analyze(ctx, "measure", ref, func(ctx context.Context, c *cell.Cell, t terms, vm store.VM) error {
		c, state, err := e.present(ctx, c, vm)
		if err != nil {
			return err
		}
		growth, err := c.Growth(ctx)
		if err != nil {
			return err
		}
		usage, err := usageOf(ctx, c, t, vm)
		if err != nil {
			return err
		}
		m = biovm.Metrics{
			State: vm.State, Growth: growth, Usage: usage, SimulatedSeconds: vm.SimulatedSeconds,
			ModelVersion: t.modelVersion(), Grant: vm.Grant,
		}
		if m.Cell, err = cellMetrics(ctx, c, vm, state); err != nil {
			return err
		}
		return e.store.Read(ctx, func(tx *store.Tx) error {
			m.Executions, err = tx.CountRecords(ctx, vm.UUID)
			return err
		})
	})
	if err != nil {
		return biovm.Metrics{}, err
	}
	return m, nil
}

// Genes lists the genes that a VM's cell has: its organism's less its
// knock-outs.
func (e *Engine) Genes(ctx context.Context, ref string) ([]biovm.Gene, error) {
	var genes []biovm.Gene
	err := e.analyze(ctx, "list genes of", ref, func(_ context.Context, c *cell.Cell, _ terms, _ store.VM) error {
		genes = c.Genes()
		return nil
	})
	return genes, err
}

// EssentialGenes predicts and looks up what a VM's cell cannot lose.
func (e *Engine) EssentialGenes(ctx context.Context, ref string) (biovm.EssentialGenes, error) {
	var genes biovm.EssentialGenes
	err := e.analyze(ctx, "find essential genes of", ref, func(ctx context.Context, c *cell.Cell, _ terms, _ store.VM) (err error) {
		genes, err = c.EssentialGenes(ctx)
		return err
	})
	return genes, err
}

// OrganismGenes lists an organism's genes.
func (e *Engine) OrganismGenes(ctx context.Context, t biovm.BiologicalType) ([]biovm.Gene, error) {
	var genes []biovm.Gene
	err := e.do(ctx, "list genes of", "", func(ctx context.Context, _ *call) error {
		c, err := e.typical(ctx, t)
		if err != nil {
			return err
		}
		genes = c.Genes()
		return nil
	})
	return genes, err
}

// typical is the cell of a VM that has nothing but its type.
func (e *Engine) typical(ctx context.Context, t biovm.BiologicalType) (*cell.Cell, error) {
	terms, err := termsOf(biovm.Spec{BiologicalType: t})
	if err != nil {
		return nil, err
	}
	return e.cell(ctx, terms, terms.defaultGrant())
}
