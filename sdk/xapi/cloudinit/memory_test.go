package cloudinit

import (
	"bytes"
	"errors"
	"testing"
	"testing/iotest"

	"github.com/diskfs/go-diskfs/backend"
)

func TestMemory(t *testing.T) {
	t.Parallel()
	content := bytes.Repeat([]byte("0123456789"), 100)
	m := &memory{data: bytes.Clone(content)}
	if err := iotest.TestReader(m, content); err != nil {
		t.Error(err)
	}
	for _, off := range []int64{-1, 999, 5000} {
		if n, err := m.WriteAt([]byte("xx"), off); !errors.Is(err, errBeyond) || n != 0 {
			t.Errorf("WriteAt %d: %d, %v; want errBeyond", off, n, err)
		}
	}
	if n, err := m.WriteAt([]byte("xx"), 998); err != nil || n != 2 || !bytes.HasSuffix(m.data, []byte("xx")) {
		t.Errorf("WriteAt the end: %d, %v", n, err)
	}
	if _, err := m.Sys(); !errors.Is(err, backend.ErrNotSuitable) {
		t.Errorf("Sys: %v, want ErrNotSuitable", err)
	}
	i, err := m.Stat()
	if err != nil || i.Size() != 1000 || i.IsDir() || i.Mode().Type() != 0 || i.Name() == "" || !i.ModTime().IsZero() || i.Sys() != nil || m.Path() != "" {
		t.Errorf("Stat = %+v, %v", i, err)
	}
}
