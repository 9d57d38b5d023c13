package engine

import (
	"context"
	"strings"
)

// Owner names this engine among all that are or were open, on whatever data
// directory: the directory's UUID and the engine's own, with a slash between
// them. It is for marks that are left elsewhere, to be asked about with Alive.
func (e *Engine) Owner() string { return e.store.UUID() + "/" + e.store.ID() }

// Alive reports whether the engine that an owner names is open. ours is false
// for one of another data directory, of which nothing is known.
func (e *Engine) Alive(owner string) (alive, ours bool, err error) {
	directory, id, ok := strings.Cut(owner, "/")
	if !ok || directory != e.store.UUID() || !plainName(id) {
		return false, false, nil
	}
	alive, err = e.store.Alive(id)
	return alive, true, err
}

// plainName reports whether a name can be that of a store, and so of a file.
func plainName(id string) bool { return id != "" && strings.Trim(id, "0123456789abcdef-") == "" }

// Lock waits until nobody else holds the name in this data directory, in any
// process, and keeps others out until the returned function is called, or this
// process ends. Those who wait in one engine are served in the order of asking.
// A name that is locked does not keep the engine from closing.
func (e *Engine) Lock(ctx context.Context, name string) (unlock func(), err error) {
	err = e.do(ctx, "lock", "", func(ctx context.Context, _ *call) error {
		unlock, err = e.store.LockName(ctx, name)
		return err
	})
	return unlock, err
}
