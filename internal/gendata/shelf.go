package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// A shelf reads the published files and remembers the checksum of each.
type shelf struct {
	root string // the folder that holds data/
	sums map[string]string
}

// sub is a shelf of the same folder that starts to remember anew, so that
// each organism lists its own inputs.
func (s *shelf) sub() *shelf { return &shelf{root: s.root, sums: map[string]string{}} }

// read returns a file by its path below data/, unpacked when it ends in .gz.
func (s *shelf) read(name string) ([]byte, error) {
	b, err := os.ReadFile(filepath.Join(s.root, "data", filepath.FromSlash(name)))
	if err != nil {
		return nil, fmt.Errorf("%w (give the folder that holds data/ with -shared)", err)
	}
	sum := sha256.Sum256(b)
	s.sums[name] = hex.EncodeToString(sum[:])
	if !strings.HasSuffix(name, ".gz") {
		return b, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return io.ReadAll(z)
}

// rows returns the records of a tab-separated file as maps from the header's
// names, comments (#) left out and quotes around fields taken off.
func (s *shelf) rows(name string) ([]map[string]string, error) {
	b, err := s.read(name)
	if err != nil {
		return nil, err
	}
	var header []string
	var rows []map[string]string
	for line := range strings.Lines(string(b)) {
		line = strings.TrimRight(line, "\r\n")
		if strings.HasPrefix(line, "#") || line == "" {
			continue
		}
		fields := strings.Split(line, "\t")
		for i := range fields {
			fields[i] = strings.Trim(fields[i], `"`)
		}
		if header == nil {
			header = fields
			continue
		}
		if len(fields) != len(header) {
			return nil, fmt.Errorf("%s: %d fields where the header has %d: %q", name, len(fields), len(header), line)
		}
		row := make(map[string]string, len(header))
		for i, h := range header {
			row[h] = fields[i]
		}
		rows = append(rows, row)
	}
	return rows, nil
}
