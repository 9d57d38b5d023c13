package store

import (
	"context"
	"database/sql"
	"errors"
)

// Living returns the state of a VM's living cell, by the VM's UUID; nil if there
// is none yet.
func (t *Tx) Living(ctx context.Context, uuid string) ([]byte, error) {
	var state []byte
	err := t.tx.QueryRowContext(ctx, "SELECT state FROM living WHERE vm_uuid = ?", uuid).Scan(&state)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return state, err
}

// PutLiving keeps the state of a VM's living cell, in place of the one before.
func (t *Tx) PutLiving(ctx context.Context, uuid string, state []byte) error {
	_, err := t.exec(ctx, "INSERT OR REPLACE INTO living (vm_uuid, state) VALUES (?, ?)", uuid, state)
	return err
}
