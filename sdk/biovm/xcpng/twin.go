package xcpng

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// A twin is a basic VM in memory that is what a cell in a guest is.
type twin interface {
	biovm.VM
	biovm.Allocator
	biovm.GeneCatalog
	biovm.Updater
}

// asTwin runs fn with a twin of a cell, which is gone afterwards.
func (d *Driver) asTwin(ctx context.Context, s *stamp, fn func(t twin) error) (err error) {
	d.mu.Lock()
	d.twins++
	spec := s.cell()
	spec.ID = biovm.ID(fmt.Sprintf("twin-%d", d.twins)) // of one VM there may be several at once
	d.mu.Unlock()
	vm, err := d.o.Twin.Create(ctx, spec)
	if err != nil {
		return inner(err)
	}
	defer func() { err = errors.Join(err, vm.Destroy(context.WithoutCancel(ctx))) }()
	t, ok := vm.(twin)
	if !ok {
		return fmt.Errorf("%w: the driver's twin makes vms that lack abilities", biovm.ErrUnsupported)
	}
	if s.Allocated != (biovm.Allocation{}) {
		if _, err := t.Allocate(ctx, s.Allocated); err != nil {
			return inner(err)
		}
	}
	return inner(fn(t))
}

// growthOf solves for how fast a cell grows. A status goes without when that
// does not come about.
func (d *Driver) growthOf(ctx context.Context, metrics func(ctx context.Context) (biovm.Metrics, error)) *biovm.Growth {
	m, err := metrics(ctx)
	if err != nil {
		d.o.Logger.DebugContext(ctx, "xcpng: the growth of a cell is not known", slog.String("error", err.Error()))
		return nil
	}
	return &m.Growth
}
