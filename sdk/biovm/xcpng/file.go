package xcpng

import (
	"context"
	"errors"
	"log/slog"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/source"
)

// files are what a VM is made of besides its spec, by their SHA-256. The stamp
// has the sums only; the content is in the guest.
type files map[string][]byte

// load reads the files that a spec names, once for its whole making, and returns
// the spec with their sums. The twin gets them too, where it takes them.
func (d *Driver) load(ctx context.Context, spec biovm.Spec) (biovm.Spec, files, error) {
	spec = spec.WithOwnParts()
	loaded := files{}
	var errs []error
	for _, p := range spec.Parts() {
		content, sum, err := source.Reader{}.Read(ctx, p)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		p.Source.SHA256, loaded[sum] = sum, content
		if h, ok := d.o.Twin.(source.Holder); ok {
			errs = append(errs, inner(h.PutFile(ctx, sum, content)))
		}
	}
	return spec, loaded, errors.Join(errs...)
}

// bring brings files to the engine in the guest.
func (c cell) bring(ctx context.Context, all files) error {
	for sum, content := range all {
		there, err := c.engine.HoldFile(ctx, sum)
		if err == nil && !there {
			err = c.engine.PutFile(ctx, sum, content)
		}
		if err != nil {
			return inner(err)
		}
	}
	return nil
}

// moved has the twin know files by where they are now: they may be needed for a VM
// that stands still, and no longer be where they were.
func (d *Driver) moved(ctx context.Context, spec biovm.Spec) {
	h, ok := d.o.Twin.(source.Holder)
	if !ok || len(spec.Parts()) == 0 {
		return
	}
	if _, err := (source.Reader{}).Stage(ctx, h, spec); err != nil {
		// A guest that runs has it; for one that does not the twin says the same.
		d.o.Logger.DebugContext(ctx, "xcpng: a file is not where it is said to be", slog.String("vm", string(spec.ID)), slog.String("error", err.Error()))
	}
}
