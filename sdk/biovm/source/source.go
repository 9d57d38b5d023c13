package source

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// A Holder keeps files by the SHA-256 of their content: an engine, or a client
// of one. It must be safe for concurrent use.
type Holder interface {
	// HoldFile reports whether the file is there, and has it stay there for this
	// caller, until he closes the holder or is gone.
	HoldFile(ctx context.Context, sum string) (bool, error)
	// PutFile brings a file, to stay likewise. What is there already is no error.
	PutFile(ctx context.Context, sum string, content []byte) error
}

// A FileError says that a file could not be had. It wraps a [biovm.FieldError]
// at the field that named it, and what went wrong, such as [fs.ErrNotExist].
type FileError struct {
	Field *biovm.FieldError
	Err   error
}

// Error returns the field's.
func (e *FileError) Error() string { return e.Field.Error() }

// Unwrap returns both.
func (e *FileError) Unwrap() []error { return []error{e.Field, e.Err} }

// Stage brings the files that a spec names to where its VM is to be made, and
// returns the spec with their sums. A file that is there already, by the sum
// that the spec has of it, is not read again, and need not exist any more. What
// is wrong with the spec itself is left for the engine to say. Files that
// cannot be had, or that are others than their sums say, are
// [biovm.FieldError]s, all at once. The caller's spec stays as it is.
func (r Reader) Stage(ctx context.Context, h Holder, spec biovm.Spec) (biovm.Spec, error) {
	spec = spec.WithOwnParts()
	var errs []error
	for _, p := range spec.Parts() {
		if p.Validate() == nil {
			errs = append(errs, r.stage(ctx, h, p))
		}
	}
	return spec, errors.Join(errs...)
}

// StageSource brings one file, as Stage does those of a spec. Problems are at
// source and sha256.
func (r Reader) StageSource(ctx context.Context, h Holder, file biovm.Source) (biovm.Source, error) {
	part := biovm.Part{Source: &file}
	err := part.Validate()
	if err == nil {
		err = r.stage(ctx, h, part)
	}
	return file, err
}

func (r Reader) stage(ctx context.Context, h Holder, p biovm.Part) error {
	if p.Source.SHA256 != "" {
		if there, err := h.HoldFile(ctx, p.Source.SHA256); there || err != nil {
			return err
		}
	}
	if p.Source.Source == "" {
		return &biovm.FieldError{Path: p.Path("sha256"), Value: p.Source.SHA256, Reason: "no such file is here: say where it is, in source"}
	}
	content, sum, err := r.Read(ctx, p)
	if err != nil {
		return err
	}
	p.Source.SHA256 = sum
	return h.PutFile(ctx, sum, content)
}

// Read reads the file of a part of a spec and its SHA-256, which must be the
// part's where that has one. Errors are [biovm.FieldError]s and [FileError]s,
// but for that of ctx.
func (r Reader) Read(ctx context.Context, p biovm.Part) (content []byte, sum string, err error) {
	if err := p.Validate(); err != nil {
		return nil, "", err
	}
	if p.Source.Source == "" {
		return nil, "", &biovm.FieldError{Path: p.Path("source"), Reason: "is needed here: the path of the file, or an https URL"}
	}
	read := readFile
	if p.Source.IsURL() {
		read = r.download
	}
	content, err = read(ctx, p.Source.Source)
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, "", context.Cause(ctx)
	case err != nil:
		return nil, "", &FileError{Field: &biovm.FieldError{Path: p.Path("source"), Value: p.Source.Source, Reason: reason(err)}, Err: err}
	}
	sum = Sum(content)
	if want := p.Source.SHA256; want != "" && want != sum {
		return nil, "", &biovm.FieldError{
			Path: p.Path("sha256"), Value: want,
			Reason: fmt.Sprintf("%s has SHA-256 %s: it is another file than was meant, or has changed", p.Source.Source, sum),
		}
	}
	return content, sum, nil
}

// ReadFile reads the file at a path and its SHA-256.
func (Reader) ReadFile(path string) (content []byte, sum string, err error) {
	content, err = readFile(context.Background(), path)
	if err != nil {
		return nil, "", err
	}
	return content, Sum(content), nil
}

// Sum is the SHA-256 of a file's content as specs have it.
func Sum(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// reason leaves out the path, which the error names anyway.
func reason(err error) string {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err.Error()
	}
	return err.Error()
}

var (
	errTooLarge = fmt.Errorf("must not be larger than %d bytes", biovm.MaxSourceBytes)
	errEmpty    = errors.New("is empty")
)

func readFile(_ context.Context, path string) ([]byte, error) {
	f, err := OpenFile(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // it was only read
	return readAll(f)
}

// readAll reads what is not too large.
func readAll(r io.Reader) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(r, biovm.MaxSourceBytes+1))
	if err == nil && len(content) > biovm.MaxSourceBytes {
		return nil, errTooLarge
	}
	if err == nil && len(content) == 0 {
		return nil, errEmpty
	}
	return content, err
}
