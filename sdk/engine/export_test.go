package engine

import (
	"context"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/store"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/packages"
)

// OpenTraced is Open with somebody who hears of each step of what is written.
func OpenTraced(ctx context.Context, dir string, trace func(statement string)) (*Engine, error) {
	return open(ctx, Options{Dir: dir}, store.Options{Trace: trace})
}

// Executing reports whether the engine runs a process in a VM now.
func Executing(e *Engine, vm string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.executions[vm] != nil
}

// SetCatalogue has the engine take another catalogue for its own.
func SetCatalogue(e *Engine, catalogue []*packages.Package) {
	e.shelf.catalogue = func() ([]*packages.Package, error) { return catalogue, nil }
}
