package packages

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
)

// Limits of what is read.
const (
	// MaxFiles is how many files a package may have.
	MaxFiles = 1000
	// MaxFileBytes is how large a file may be.
	MaxFileBytes = 8 << 20
	// MaxBytes is how large all files may be together.
	MaxBytes = 32 << 20
	// MaxCodeBytes is how long the code may be in all: each execution reads what
	// it loads.
	MaxCodeBytes = 4 << 20
	// MaxArchiveBytes is how large an archive may be.
	MaxArchiveBytes = 16 << 20
	// MaxRatio is how many times as large as itself an archive of more than a
	// few bytes may unpack to.
	MaxRatio = 100
)

// ReadFolder reads and verifies the package in a folder. Names that begin with
// a '.' are no part of it.
func ReadFolder(folder fs.FS) (*Package, error) {
	files, err := readFolder(folder)
	if err != nil {
		return nil, err
	}
	return verified(files)
}

func readFolder(folder fs.FS) (map[string][]byte, error) {
	c := newCollection()
	err := fs.WalkDir(folder, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fmt.Errorf("read package: %w", err)
		case name == ".":
			return nil
		case strings.HasPrefix(path.Base(name), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			return c.folder(name)
		case !d.Type().IsRegular():
			return &ArchiveError{Entry: name, Reason: "is " + kindOf(d.Type()) + "; packages have files and folders only"}
		}
		f, err := folder.Open(name)
		if err != nil {
			return fmt.Errorf("read package: %w", err)
		}
		return errors.Join(c.file(name, f), f.Close())
	})
	if err != nil {
		return nil, err
	}
	return c.files, nil
}

func kindOf(mode fs.FileMode) string {
	switch {
	case mode&fs.ModeSymlink != 0:
		return "a symbolic link"
	case mode&fs.ModeNamedPipe != 0:
		return "a pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	}
	return "no regular file"
}

// A collection takes in the files of a package, within limits.
type collection struct {
	files map[string][]byte
	// names are all names and the folders above them in lower case, and as
	// they were written.
	names map[string]string
	// folders are the names of folders.
	folders map[string]bool
	total   int
}

func newCollection() *collection {
	return &collection{files: map[string][]byte{}, names: map[string]string{}, folders: map[string]bool{}}
}

// maxFolderEntries bounds the folders, which take no room otherwise.
const maxFolderEntries = MaxFiles

// folder notes a folder.
func (c *collection) folder(name string) error {
	if reason := checkPath(name); reason != "" {
		return &ArchiveError{Entry: shorten(name), Reason: reason}
	}
	return c.above(name + "/")
}

// above notes the folders that a name is in.
func (c *collection) above(name string) error {
	for i := range len(name) {
		if name[i] != '/' {
			continue
		}
		folder := name[:i]
		if _, file := c.files[folder]; file {
			return &ArchiveError{Entry: folder, Reason: "is a file and a folder"}
		}
		if other, ok := c.names[strings.ToLower(folder)]; ok && other != folder {
			return &ArchiveError{Entry: folder, Reason: fmt.Sprintf("differs from %q in upper and lower case only", other)}
		}
		c.names[strings.ToLower(folder)], c.folders[folder] = folder, true
		if len(c.folders) > maxFolderEntries {
			return &ArchiveError{Reason: fmt.Sprintf("there are more than %d folders", maxFolderEntries)}
		}
	}
	return nil
}

// file takes a file in.
func (c *collection) file(name string, r io.Reader) error {
	if reason := checkPath(name); reason != "" {
		return &ArchiveError{Entry: shorten(name), Reason: reason}
	}
	if err := c.above(name); err != nil {
		return err
	}
	if c.folders[name] {
		return &ArchiveError{Entry: name, Reason: "is a file and a folder"}
	}
	if other, ok := c.names[strings.ToLower(name)]; ok {
		if other == name {
			return &ArchiveError{Entry: name, Reason: "is there twice"}
		}
		return &ArchiveError{Entry: name, Reason: fmt.Sprintf("differs from %q in upper and lower case only", other)}
	}
	if len(c.files) == MaxFiles+1 { // the manifest besides
		return &ArchiveError{Reason: fmt.Sprintf("there are more than %d files", MaxFiles)}
	}
	content, err := io.ReadAll(io.LimitReader(r, MaxFileBytes+1))
	if err != nil {
		return readError(name, err)
	}
	if len(content) > MaxFileBytes {
		return &ArchiveError{Entry: name, Reason: fmt.Sprintf("is larger than the %d bytes that are allowed", MaxFileBytes)}
	}
	if c.total += len(content); c.total > MaxBytes {
		return &ArchiveError{Reason: fmt.Sprintf("the files are larger than the %d bytes that are allowed together", MaxBytes)}
	}
	c.names[strings.ToLower(name)], c.files[name] = name, content
	return nil
}

// readError keeps our own errors as they are.
func readError(name string, err error) error {
	if own, ok := errors.AsType[*ArchiveError](err); ok {
		return own
	}
	return fmt.Errorf("read package: %s: %w", name, err)
}
