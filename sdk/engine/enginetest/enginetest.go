// Package enginetest opens engines for tests and checks them afterwards.
package enginetest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
)

// Open opens an engine, on a temporary directory when the options name none
// and do not ask for memory. When the test ends it closes the engine, unless
// the test has done so, and fails the test if the data directory is not
// consistent ([engine.Engine.Verify]) or the engine left its owner's lock
// behind. Any number of engines may be opened on one directory.
func Open(t testing.TB, o engine.Options) *engine.Engine {
	t.Helper()
	if o.Dir == "" && !o.InMemory {
		o.Dir = t.TempDir()
	}
	e, err := engine.Open(t.Context(), o)
	if err != nil {
		t.Fatalf("open engine: %v", err)
	}
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context()) // a test's context ends before its cleanup
		if err := e.Verify(ctx); err != nil && !errors.Is(err, engine.ErrClosed) {
			t.Errorf("engine is not consistent: %v", err)
		}
		if err := e.Close(); err != nil {
			t.Errorf("close engine: %v", err)
		}
		if e.Dir() != "" {
			verifyDir(ctx, t, e.Dir())
		}
	})
	return e
}

// verifyDir checks a data directory after an engine on it was closed.
func verifyDir(ctx context.Context, t testing.TB, dir string) {
	t.Helper()
	before := owners(t, dir)
	e, err := engine.Open(ctx, engine.Options{Dir: dir})
	if err != nil {
		t.Errorf("open the data directory again: %v", err)
		return
	}
	after := owners(t, dir) // opening removes locks that nobody holds
	for _, name := range before {
		if !slices.Contains(after, name) {
			t.Errorf("owner lock %s was left behind by an engine that is gone", name)
		}
	}
	if err := e.Verify(ctx); err != nil {
		t.Errorf("data directory is not consistent: %v", err)
	}
	if err := e.Close(); err != nil {
		t.Errorf("close the data directory: %v", err)
	}
}

func owners(t testing.TB, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(dir, "owners"))
	if err != nil {
		t.Errorf("list owners: %v", err)
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names
}
