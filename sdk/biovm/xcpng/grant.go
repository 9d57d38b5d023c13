package xcpng

import (
	"context"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// able returns what a cell can do besides. Cells of engines can do all.
func able[T any](cell biovm.VM) (T, error) {
	a, ok := cell.(T)
	if !ok {
		return a, biovm.ErrUnsupported
	}
	return a, nil
}

// inCell changes the cell, in the guest or, while that stands still, in a twin,
// and stamps what it then is. The guest is brought to it when it starts.
func (v *VM) inCell(ctx context.Context, op biovm.Op, do func(ctx context.Context, cell biovm.VM) error) error {
	return v.change(ctx, string(op), func(ctx context.Context, m *machine) error {
		state, _ := m.state()
		if _, err := state.Next(op); err != nil {
			return err
		}
		var after func(s *stamp)
		both := func(ctx context.Context, cell biovm.VM) error {
			if err := do(ctx, cell); err != nil {
				return inner(err)
			}
			var err error
			after, err = v.driver.learn(ctx, m, cell)
			return err
		}
		var forget []string
		if m.up() {
			g, err := v.driver.connect(ctx, m)
			if err != nil {
				return err
			}
			if err := both(ctx, g.cell); err != nil {
				return err
			}
		} else {
			if err := v.driver.twin(ctx, m, both); err != nil {
				return err
			}
			forget = m.stamp.Forget
		}
		return m.restamp(context.WithoutCancel(ctx), func(s *stamp) {
			cell := s.Cell
			after(s)
			s.Cell, s.Forget = cell, forget // a twin has neither
		})
	})
}

// Metrics implements [biovm.VM]. While the guest stands still they are as they were
// last computed.
func (v *VM) Metrics(ctx context.Context) (biovm.Metrics, error) {
	var metrics biovm.Metrics
	d := v.driver
	err := d.do(ctx, "read metrics of", v.id, func(ctx context.Context) error {
		if g := d.connected(v.uuid); g != nil && g.cell != nil {
			var err error
			if metrics, err = g.cell.Metrics(ctx); err == nil || ctx.Err() != nil || answered(err) {
				return inner(err)
			}
			d.disconnect(v.uuid)
		}
		m, err := v.machine(ctx)
		if err != nil {
			return err
		}
		if m.up() {
			g, err := d.connect(ctx, m)
			if err != nil {
				return err
			}
			metrics, err = g.cell.Metrics(ctx)
			return inner(err)
		}
		if m.stamp.Metrics != nil {
			metrics = *m.stamp.Metrics
			metrics.State, _ = m.state()
		}
		return nil
	})
	return metrics, err
}

// Update implements [biovm.Updater].
func (v *VM) Update(ctx context.Context, c biovm.Change) error {
	if c.XCPng != nil {
		if err := v.resize(ctx, *c.XCPng); err != nil {
			return err
		}
		c.XCPng = nil
		if c == (biovm.Change{}) {
			return nil
		}
	}
	return v.inCell(ctx, biovm.OpUpdate, func(ctx context.Context, cell biovm.VM) error {
		u, err := able[biovm.Updater](cell)
		if err != nil {
			return err
		}
		return u.Update(ctx, c)
	})
}

// Allocate implements [biovm.Allocator].
func (v *VM) Allocate(ctx context.Context, a biovm.Allocation) (biovm.Resources, error) {
	return v.allocate(ctx, func(ctx context.Context, to biovm.Allocator) (biovm.Resources, error) { return to.Allocate(ctx, a) })
}

// ResetAllocation implements [biovm.Allocator].
func (v *VM) ResetAllocation(ctx context.Context) (biovm.Resources, error) {
	return v.allocate(ctx, func(ctx context.Context, to biovm.Allocator) (biovm.Resources, error) { return to.ResetAllocation(ctx) })
}

func (v *VM) allocate(ctx context.Context, do func(context.Context, biovm.Allocator) (biovm.Resources, error)) (biovm.Resources, error) {
	var r biovm.Resources
	err := v.inCell(ctx, biovm.OpAllocate, func(ctx context.Context, cell biovm.VM) error {
		a, err := able[biovm.Allocator](cell)
		if err == nil {
			r, err = do(ctx, a)
		}
		return err
	})
	return r, err
}

// askAs asks a cell, or its twin, for what an ability answers.
func askAs[A, T any](ctx context.Context, v *VM, op string, do func(context.Context, A) (T, error)) (T, error) {
	var answer T
	err := v.ask(ctx, op, true, func(ctx context.Context, cell biovm.VM) error {
		a, err := able[A](cell)
		if err == nil {
			answer, err = do(ctx, a)
		}
		return err
	})
	return answer, err
}

// Usage implements [biovm.Allocator].
func (v *VM) Usage(ctx context.Context) (biovm.Usage, error) {
	return askAs(ctx, v, "look at resources of", func(ctx context.Context, a biovm.Allocator) (biovm.Usage, error) { return a.Usage(ctx) })
}

// Available implements [biovm.Allocator].
func (v *VM) Available(ctx context.Context) (biovm.Resources, error) {
	return askAs(ctx, v, "look at resources of", func(ctx context.Context, a biovm.Allocator) (biovm.Resources, error) { return a.Available(ctx) })
}

// Recommendations implements [biovm.Allocator].
func (v *VM) Recommendations(ctx context.Context) ([]biovm.Recommendation, error) {
	return askAs(ctx, v, "look at resources of", func(ctx context.Context, a biovm.Allocator) ([]biovm.Recommendation, error) {
		return a.Recommendations(ctx)
	})
}

// Genes implements [biovm.GeneCatalog].
func (v *VM) Genes(ctx context.Context) ([]biovm.Gene, error) {
	return askAs(ctx, v, "list genes of", func(ctx context.Context, a biovm.GeneCatalog) ([]biovm.Gene, error) { return a.Genes(ctx) })
}

// EssentialGenes implements [biovm.GeneCatalog].
func (v *VM) EssentialGenes(ctx context.Context) (biovm.EssentialGenes, error) {
	return askAs(ctx, v, "find essential genes of", func(ctx context.Context, a biovm.GeneCatalog) (biovm.EssentialGenes, error) {
		return a.EssentialGenes(ctx)
	})
}

// Confirm implements [biovm.Confirmer].
func (v *VM) Confirm(ctx context.Context) error {
	return v.change(ctx, "confirm", func(ctx context.Context, m *machine) error {
		if m.stamp.Owner == "" {
			return nil
		}
		return m.restamp(ctx, func(s *stamp) { s.Owner = "" })
	})
}
