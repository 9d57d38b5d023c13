package organism

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// data holds the published tables.
//
//go:embed data/*/*.tsv
var data embed.FS

// readTable calls row with the fields of each row of an embedded table, whose
// header must be the one given. The fields are valid during the call only.
func readTable(tables fs.FS, name string, header []string, row func(f []string) error) error {
	content, err := fs.ReadFile(tables, path.Join("data", name))
	if err != nil {
		return err
	}
	fields := make([]string, len(header))
	first := true
	for line := range strings.SplitSeq(strings.TrimSuffix(string(content), "\n"), "\n") {
		if err := split(line, fields); err != nil {
			return fmt.Errorf("table %s: %w", name, err)
		}
		if first {
			first = false
			for i, h := range header {
				if fields[i] != h {
					return fmt.Errorf("table %s: column %d is %q, want %q", name, i+1, fields[i], h)
				}
			}
			continue
		}
		if err := row(fields); err != nil {
			return fmt.Errorf("table %s, row %q: %w", name, fields[0], err)
		}
	}
	return nil
}

func split(line string, fields []string) error {
	for i := range fields {
		field, rest, more := strings.Cut(line, "\t")
		if more != (i < len(fields)-1) {
			return fmt.Errorf("line %q: want %d fields", line, len(fields))
		}
		fields[i], line = field, rest
	}
	return nil
}

// digest begins the SHA-256 over the names and bytes of all tables of the
// folders.
func digest(tables fs.FS, folders ...string) (string, error) {
	h := sha256.New()
	for _, folder := range folders {
		names, err := fs.Glob(tables, path.Join("data", folder, "*.tsv"))
		if err != nil {
			return "", err
		}
		for _, name := range names { // sorted, by Glob's contract
			content, err := fs.ReadFile(tables, name)
			if err != nil {
				return "", err
			}
			if _, err := fmt.Fprintf(h, "%s %d\n", strings.TrimPrefix(name, "data/"), len(content)); err != nil {
				return "", err
			}
			if _, err := h.Write(content); err != nil {
				return "", err
			}
		}
	}
	return hex.EncodeToString(h.Sum(nil))[:12], nil
}
