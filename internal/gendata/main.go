// Command gendata makes the embedded tables of sdk/engine/organism from the
// published files in the shared data folder. Run it at the root of the
// repository with make gen-data. The same inputs give the same bytes.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

func main() {
	shared := flag.String("shared", filepath.FromSlash("../shared"), "the folder that holds data/")
	out := flag.String("out", filepath.FromSlash("sdk/engine/organism/data"), "where the tables go")
	flag.Parse()
	if err := run(os.Stdout, *shared, *out); err != nil {
		fmt.Fprintln(os.Stderr, "gendata:", err)
		os.Exit(1)
	}
}

// run makes the tables anew and writes those that differ from what is there.
func run(w io.Writer, shared, out string) error {
	tables, err := generate(shared)
	if err != nil {
		return err
	}
	total := 0
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		path := filepath.Join(out, filepath.FromSlash(name))
		total += len(tables[name])
		state, err := write(path, tables[name])
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "%-28s %7d bytes, %s\n", name, len(tables[name]), state); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(w, "%-28s %7d bytes\n", "total", total)
	return err
}

func write(path string, content []byte) (string, error) {
	old, err := os.ReadFile(path) //nolint:gosec // a developer's tool, told where to write
	switch {
	case err == nil && string(old) == string(content):
		return "unchanged", nil
	case err != nil && !errors.Is(err, os.ErrNotExist):
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // part of a checkout
		return "", err
	}
	return "written", os.WriteFile(path, content, 0o644) //nolint:gosec // part of a checkout
}
