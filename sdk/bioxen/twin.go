package bioxen

import (
	"context"
	"errors"
	"sync"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/basic"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/source"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/xcpng"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
)

// twin is a driver of basic VMs on an engine in memory, which is opened when
// it is first needed: the xcpng driver asks it what does not take a guest.
type twin struct {
	options engine.Options
	files   xcpng.Files // that specs name by their sums alone; nil for none

	mu     sync.Mutex // guards what follows
	driver *basic.Driver
	closed bool
}

var _ source.Holder = (*twin)(nil)

func (t *twin) open(ctx context.Context) (*basic.Driver, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return nil, engine.ErrClosed
	}
	if t.driver == nil {
		e, err := engine.Open(ctx, t.options)
		if err != nil {
			return nil, err
		}
		t.driver = basic.New(&borrower{e, t.files})
	}
	return t.driver, nil
}

// borrower is an engine that has the files that others have, too.
type borrower struct {
	*engine.Engine

	from xcpng.Files
}

// HoldFile is [engine.Engine.HoldFile], and fetches what is not there.
func (b *borrower) HoldFile(ctx context.Context, sha256 string) (bool, error) {
	there, err := b.Engine.HoldFile(ctx, sha256)
	if there || err != nil || b.from == nil {
		return there, err
	}
	content, err := b.from.File(ctx, sha256)
	switch {
	case errors.Is(err, biovm.ErrNotFound):
		return false, nil
	case err != nil:
		return false, err
	}
	return true, b.PutFile(ctx, sha256, content)
}

// Info implements [biovm.Driver].
func (t *twin) Info() biovm.DriverInfo { return basic.New(nil).Info() }

// Check implements [biovm.Driver].
func (t *twin) Check(ctx context.Context, spec biovm.Spec) error {
	d, err := t.open(ctx)
	if err != nil {
		return err
	}
	return d.Check(ctx, spec)
}

// Create implements [biovm.Driver].
func (t *twin) Create(ctx context.Context, spec biovm.Spec) (biovm.VM, error) {
	d, err := t.open(ctx)
	if err != nil {
		return nil, err
	}
	return d.Create(ctx, spec)
}

// HoldFile implements [source.Holder].
func (t *twin) HoldFile(ctx context.Context, sha256 string) (bool, error) {
	d, err := t.open(ctx)
	if err != nil {
		return false, err
	}
	return d.HoldFile(ctx, sha256)
}

// PutFile implements [source.Holder].
func (t *twin) PutFile(ctx context.Context, sha256 string, content []byte) error {
	d, err := t.open(ctx)
	if err != nil {
		return err
	}
	return d.PutFile(ctx, sha256, content)
}

// Get implements [biovm.Driver].
func (t *twin) Get(ctx context.Context, ref string) (biovm.VM, error) {
	d, err := t.open(ctx)
	if err != nil {
		return nil, err
	}
	return d.Get(ctx, ref)
}

// List implements [biovm.Driver].
func (t *twin) List(ctx context.Context) ([]biovm.VM, error) {
	d, err := t.open(ctx)
	if err != nil {
		return nil, err
	}
	return d.List(ctx)
}

// Close implements [biovm.Driver].
func (t *twin) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	if t.driver == nil {
		return nil
	}
	return t.driver.Close()
}
