package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// A VersionError says that a database was written by a newer release than
// this one.
type VersionError struct {
	Path  string // of the database
	Have  int    // its version
	Known int    // the newest that this release knows
}

func (e *VersionError) Error() string {
	return fmt.Sprintf("database %s has version %d, and this bioxen knows versions up to %d: upgrade bioxen, or choose another data directory", e.Path, e.Have, e.Known)
}

// A DamageError says that a database is none, or is damaged.
type DamageError struct {
	Path string
	Err  error
}

func (e *DamageError) Error() string {
	return fmt.Sprintf("database %s is damaged or not a bioxen database: restore it from a backup, or move it away to begin anew: %v", e.Path, e.Err)
}

func (e *DamageError) Unwrap() error { return e.Err }

// interrupted returns the context's error for those that come of its end.
func interrupted(ctx context.Context, err error) error {
	if err == nil || ctx.Err() == nil {
		return err
	}
	e, ok := errors.AsType[*sqlite.Error](err)
	if ok && e.Code() == sqlite3.SQLITE_INTERRUPT || errors.Is(err, sql.ErrTxDone) {
		return ctx.Err()
	}
	return err
}

// explain words SQLite's errors for people. Others pass as they are.
func (s *Store) explain(err error) error {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return err
	}
	path := filepath.Join(s.dir, databaseName)
	switch e.Code() & 0xff { // the primary code; the rest says more of the same
	case sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT:
		return &DamageError{Path: path, Err: err}
	case sqlite3.SQLITE_FULL:
		return fmt.Errorf("there is no room left to write database %s, nothing was changed: free some space: %w", path, err)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return fmt.Errorf("database %s is not writable: make it and its directory writable for this user or choose another data directory: %w", path, err)
	case sqlite3.SQLITE_BUSY:
		return fmt.Errorf("another process has been writing to database %s for %d s: wait for it or end it: %w", path, busyMilliseconds/1000, err)
	case sqlite3.SQLITE_IOERR:
		return fmt.Errorf("database %s: reading or writing it went wrong: look at the disk: %w", path, err)
	}
	return fmt.Errorf("database %s: %w", path, err)
}
