package cli

import (
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/source"
)

var errNoFile = errors.New(`must be a regular file; what comes through a pipe can be given to standard input, as "-"`)

// openFile opens a file that the command line names. Opening a pipe at which
// nobody writes would wait, and no signal would end that.
func openFile(path string) (*os.File, error) {
	f, err := source.OpenFile(path)
	if errors.Is(err, source.ErrNotRegular) {
		return nil, &fs.PathError{Op: "open", Path: path, Err: errNoFile}
	}
	return f, err
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
