package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"
)

// Tx is a transaction. It is not safe for concurrent use, and ends with the
// function that it was given to.
type Tx struct {
	tx      *sql.Tx
	options Options
	alive   func(owner string) (bool, error) // see [Store.Alive]
}

func (t *Tx) exec(ctx context.Context, query string, args ...any) (int64, error) {
	if t.options.Trace != nil {
		t.options.Trace(query)
	}
	r, err := t.tx.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// A scanner is a row, or rows that stand on one.
type scanner interface{ Scan(dest ...any) error }

// collect reads all rows of a query.
func collect[T any](ctx context.Context, t *Tx, scan func(scanner) (T, error), query string, args ...any) (all []T, err error) {
	rows, err := t.tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err tells what went wrong
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// encode writes a column's JSON.
func encode(v any) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("encode %T: %w", v, err)
	}
	return string(b), nil
}

func decode(column, text string, v any) error {
	if err := json.Unmarshal([]byte(text), v); err != nil {
		return fmt.Errorf("decode column %s: %w", column, err)
	}
	return nil
}

func null(s string) sql.NullString { return sql.NullString{String: s, Valid: s != ""} }

func instant(ns int64) time.Time { return time.Unix(0, ns).UTC() }
