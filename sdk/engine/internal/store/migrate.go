package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
)

//go:embed migrations/*.sql
var migrations embed.FS

// steps returns the migrations in order; the database's version is how many of
// them it has had.
func steps() ([]string, error) {
	names, err := fs.Glob(migrations, "migrations/*.sql") // sorted
	if err != nil {
		return nil, fmt.Errorf("list migrations: %w", err)
	}
	sqls := make([]string, len(names))
	for i, name := range names {
		b, err := migrations.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read migration: %w", err)
		}
		sqls[i] = string(b)
	}
	return sqls, nil
}

// migrate brings the database to the version of this release, in one
// transaction.
func (s *Store) migrate(ctx context.Context) error {
	sqls, err := steps()
	if err != nil {
		return err
	}
	var have int
	if err := s.db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&have); err != nil {
		return s.explain(err)
	}
	switch {
	case have == len(sqls):
		return nil
	case have > len(sqls) || have < 0:
		return &VersionError{Path: filepath.Join(s.dir, databaseName), Have: have, Known: len(sqls)}
	}
	return s.transact(ctx, nil, func(tx *Tx) error {
		if have == 0 {
			if err := s.refuseForeign(ctx, tx); err != nil {
				return err
			}
		}
		for i, sql := range sqls[have:] {
			if _, err := tx.tx.ExecContext(ctx, sql); err != nil {
				return fmt.Errorf("migrate to version %d: %w", have+i+1, err)
			}
		}
		_, err := tx.tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", len(sqls)))
		return err
	})
}

// refuseForeign refuses a database that has tables, and none of ours.
func (s *Store) refuseForeign(ctx context.Context, tx *Tx) error {
	var tables int
	if err := tx.tx.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master").Scan(&tables); err != nil {
		return err
	}
	if tables > 0 {
		return &DamageError{Path: filepath.Join(s.dir, databaseName), Err: errors.New("it has another program's tables")}
	}
	return nil
}
