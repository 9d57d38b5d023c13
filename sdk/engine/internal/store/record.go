package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// Record is a record's row.
type Record struct {
	biovm.Record

	// Owner is who made the pending record; empty once it is confirmed.
	Owner string
	// Generation is the VM's when the process ran in it.
	Generation int64
}

const recordQuery = `SELECT record.id, vm.name, record.vm_uuid, record.process, record.triggers, record.result, record.created_at, record.owner, record.generation
	FROM record JOIN vm ON vm.uuid = record.vm_uuid `

func scanRecord(row scanner) (Record, error) {
	var (
		r                         Record
		process, triggers, result string
		created                   int64
		owner                     sql.NullString
	)
	if err := row.Scan(&r.ID, &r.VM, &r.VMUUID, &process, &triggers, &result, &created, &owner, &r.Generation); err != nil {
		return Record{}, err
	}
	r.CreatedAt, r.Owner = instant(created), owner.String
	return r, errors.Join(
		decode("record.process", process, &r.Process),
		decode("record.triggers", triggers, &r.Triggers),
		decode("record.result", result, &r.Result))
}

// Record finds a record by its ID, or fails with [biovm.ErrNotFound].
func (t *Tx) Record(ctx context.Context, id string) (Record, error) {
	r, err := scanRecord(t.tx.QueryRowContext(ctx, recordQuery+"WHERE record.id = ?", id))
	if errors.Is(err, sql.ErrNoRows) {
		return Record{}, biovm.ErrNotFound
	}
	return r, err
}

// Records returns a VM's records, oldest first.
func (t *Tx) Records(ctx context.Context, vm string) ([]Record, error) {
	return collect(ctx, t, scanRecord, recordQuery+"WHERE record.vm_uuid = ? ORDER BY record.seq", vm)
}

// CountRecords says how many records a VM has.
func (t *Tx) CountRecords(ctx context.Context, vm string) (n int, err error) {
	err = t.tx.QueryRowContext(ctx, "SELECT count(*) FROM record WHERE vm_uuid = ?", vm).Scan(&n)
	return n, err
}

// Pending returns a VM's pending records of the same process and triggers,
// oldest first, that ran in the VM as it stands.
func (t *Tx) Pending(ctx context.Context, vm VM, p biovm.Process, triggers map[string]string) ([]Record, error) {
	process, err := encode(p)
	if err != nil {
		return nil, err
	}
	trig, err := encode(triggers)
	if err != nil {
		return nil, err
	}
	return collect(ctx, t, scanRecord, recordQuery+`WHERE record.vm_uuid = ? AND record.owner IS NOT NULL
		AND record.process = ? AND record.triggers = ? AND record.generation = ? ORDER BY record.seq`, vm.UUID, process, trig, vm.Generation)
}

// InsertRecord adds a record.
func (t *Tx) InsertRecord(ctx context.Context, r Record) error {
	process, err := encode(r.Process)
	if err != nil {
		return err
	}
	triggers, err := encode(r.Triggers)
	if err != nil {
		return err
	}
	result, err := encode(r.Result)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, "INSERT INTO record (id, vm_uuid, process, triggers, result, created_at, owner, generation) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		r.ID, r.VMUUID, process, triggers, result, r.CreatedAt.UnixNano(), null(r.Owner), r.Generation)
	return err
}

// OwnRecord writes who owns a pending record; nobody does once it is
// confirmed.
func (t *Tx) OwnRecord(ctx context.Context, id, owner string) error {
	_, err := t.exec(ctx, "UPDATE record SET owner = ? WHERE id = ?", null(owner), id)
	return err
}

// DeleteRecord removes a record.
func (t *Tx) DeleteRecord(ctx context.Context, id string) error {
	_, err := t.exec(ctx, "DELETE FROM record WHERE id = ?", id)
	return err
}
