package source

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// ErrNotRegular says of a folder, a pipe or a device that it is no file.
var ErrNotRegular = errors.New("must be a regular file")

// ErrTooLarge says of a file that it is larger than it may be.
var ErrTooLarge = errors.New("is too large")

// OpenFile opens a file that a user names. What is no regular file is refused, as
// [ErrNotRegular]: to open a pipe at which nobody writes would wait, no context would
// end that, and a device may have no end. Errors are [fs.PathError]s.
func OpenFile(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		if p, ok := errors.AsType[*fs.PathError](err); ok {
			p.Op = "open" // that is what was asked for
		}
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "open", Path: path, Err: ErrNotRegular}
	}
	return os.Open(path) //nolint:gosec // the user names it
}

// ReadFile reads a file that a user names, as OpenFile opens it. One of more bytes
// than limit is an [ErrTooLarge].
func ReadFile(path string, limit int) ([]byte, error) {
	f, err := OpenFile(path)
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(io.LimitReader(f, int64(limit)+1))
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	if len(content) > limit {
		return nil, &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("%w: longer than %d bytes", ErrTooLarge, limit)}
	}
	return content, nil
}
