package store

import (
	"context"
	"database/sql"
	"errors"
)

// Load returns the value memoised under a key, and whether there is one.
func (s *Store) Load(ctx context.Context, key string) (value []byte, ok bool, err error) {
	err = s.db.QueryRowContext(ctx, "SELECT value FROM memo WHERE key = ?", key).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	return value, err == nil, s.explain(interrupted(ctx, err))
}

// Save memoises a value under a key. Of all values the newest stay, about as
// many as Options.KeepMemos says.
func (s *Store) Save(ctx context.Context, key string, value []byte) error {
	return s.Write(ctx, func(t *Tx) error {
		r, err := t.tx.ExecContext(ctx, "INSERT OR REPLACE INTO memo (key, value) VALUES (?, ?)", key, value)
		if err != nil {
			return err
		}
		seq, err := r.LastInsertId()
		if err != nil || seq%trimEvery != 0 {
			return err
		}
		_, err = t.exec(ctx, "DELETE FROM memo WHERE seq <= ?", seq-t.options.KeepMemos)
		return err
	})
}
