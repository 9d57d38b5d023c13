package cloudinit

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/diskfs/go-diskfs/backend"
)

// memory is a disk in memory, of a fixed length.
type memory struct {
	data []byte
	pos  int64
}

var _ backend.Storage = (*memory)(nil)

// errBeyond is returned for writes beyond the end.
var errBeyond = errors.New("beyond the end of the image")

// Read implements io.Reader.
func (m *memory) Read(p []byte) (int, error) {
	n, err := m.ReadAt(p, m.pos)
	m.pos += int64(n)
	return n, err
}

// ReadAt implements io.ReaderAt.
func (m *memory) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 || off >= int64(len(m.data)) {
		return 0, io.EOF
	}
	n := copy(p, m.data[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// WriteAt implements io.WriterAt.
func (m *memory) WriteAt(p []byte, off int64) (int, error) {
	if off < 0 || off+int64(len(p)) > int64(len(m.data)) {
		return 0, errBeyond
	}
	return copy(m.data[off:], p), nil
}

// Seek implements io.Seeker.
func (m *memory) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += m.pos
	case io.SeekEnd:
		offset += int64(len(m.data))
	}
	if offset < 0 {
		return 0, errBeyond
	}
	m.pos = offset
	return offset, nil
}

// Close implements io.Closer.
func (m *memory) Close() error { return nil }

// Stat implements fs.File.
func (m *memory) Stat() (fs.FileInfo, error) { return info(len(m.data)), nil }

// Sys implements backend.Storage: there is no file of the system.
func (m *memory) Sys() (*os.File, error) { return nil, backend.ErrNotSuitable }

// Writable implements backend.Storage.
func (m *memory) Writable() (backend.WritableFile, error) { return m, nil }

// Path implements backend.Storage.
func (m *memory) Path() string { return "" }

// info is what there is to say of a disk in memory: its length.
type info int64

// Name implements fs.FileInfo.
func (i info) Name() string { return Label }

// Size implements fs.FileInfo.
func (i info) Size() int64 { return int64(i) }

// Mode implements fs.FileInfo.
func (i info) Mode() fs.FileMode { return 0o600 }

// ModTime implements fs.FileInfo.
func (i info) ModTime() time.Time { return time.Time{} }

// IsDir implements fs.FileInfo.
func (i info) IsDir() bool { return false }

// Sys implements fs.FileInfo.
func (i info) Sys() any { return nil }
