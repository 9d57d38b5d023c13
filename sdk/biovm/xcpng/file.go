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

// Files are those that specs name by their SHA-256 alone, as [biovm.Source] has
// it. It must be safe for concurrent use.
type Files interface {
	// File returns a file, or fails with [biovm.ErrNotFound].
	File(ctx context.Context, sha256 string) ([]byte, error)
}

// read reads the file of a part of a spec, and its sum.
func (d *Driver) read(ctx context.Context, p biovm.Part) (content []byte, sum string, err error) {
	if p.Source.Source != "" || d.o.Files == nil || p.Validate() != nil {
		return source.Reader{}.Read(ctx, p)
	}
	content, err = d.o.Files.File(ctx, p.Source.SHA256)
	if errors.Is(err, biovm.ErrNotFound) {
		err = &biovm.FieldError{Path: p.Path("sha256"), Value: p.Source.SHA256, Reason: "no such file is here: say where it is, in source"}
	}
	return content, p.Source.SHA256, err
}

// load reads the files that a spec names, once for its whole making, and returns
// the spec with their sums. The twin gets them too, where it takes them.
func (d *Driver) load(ctx context.Context, spec biovm.Spec) (biovm.Spec, files, error) {
	spec = spec.WithOwnParts()
	loaded := files{}
	var errs []error
	for _, p := range spec.Parts() {
		content, sum, err := d.read(ctx, p)
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
