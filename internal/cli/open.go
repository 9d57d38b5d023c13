package cli

import (
	"errors"
	"io"
	"io/fs"
	"os"
)

var errNoFile = errors.New(`must be a regular file; what comes through a pipe can be given to standard input, as "-"`)

// openFile opens a file that the command line names. Opening a pipe at which
// nobody writes would wait, and no signal would end that.
func openFile(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		if p, ok := errors.AsType[*fs.PathError](err); ok {
			p.Op = "open" // that is what was asked for
		}
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "open", Path: path, Err: errNoFile}
	}
	return os.Open(path) //nolint:gosec // whoever runs the command names the file
}

// readWhole reads all of a file that the command line names.
func readWhole(path string) ([]byte, error) {
	f, err := openFile(path)
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(f)
	return content, errors.Join(err, f.Close())
}
