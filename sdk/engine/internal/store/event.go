package store

import (
	"context"
	"database/sql"
	"encoding/json"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// trimEvery is how many events, or memos, go by between two trimmings.
const trimEvery = 256

// Append adds an event; its number is the next one. A transaction that is
// rolled back uses up no number.
func (t *Tx) Append(ctx context.Context, e biovm.Event) error {
	r, err := t.tx.ExecContext(ctx, "INSERT INTO event (time, vm, uuid, kind, data) VALUES (?, ?, ?, ?, ?)",
		e.Time.UnixNano(), e.VM, e.UUID, e.Kind, null(string(e.Data)))
	if err != nil {
		return err
	}
	seq, err := r.LastInsertId()
	if err != nil || seq%trimEvery != 0 {
		return err
	}
	_, err = t.exec(ctx, "DELETE FROM event WHERE seq <= ?", seq-t.options.KeepEvents)
	return err
}

func scanEvent(row scanner) (biovm.Event, error) {
	var (
		e    biovm.Event
		time int64
		data sql.NullString
	)
	if err := row.Scan(&e.Seq, &time, &e.VM, &e.UUID, &e.Kind, &data); err != nil {
		return e, err
	}
	e.Time = instant(time)
	if data.Valid {
		e.Data = json.RawMessage(data.String)
	}
	return e, nil
}

// Events returns the first events after the one numbered after, limit at most.
func (t *Tx) Events(ctx context.Context, after int64, limit int) ([]biovm.Event, error) {
	return collect(ctx, t, scanEvent, "SELECT seq, time, vm, uuid, kind, data FROM event WHERE seq > ? ORDER BY seq LIMIT ?", after, limit)
}

// LastEvent returns the newest event's number; 0 when there is none.
func (t *Tx) LastEvent(ctx context.Context) (seq int64, err error) {
	err = t.tx.QueryRowContext(ctx, "SELECT coalesce(max(seq), 0) FROM event").Scan(&seq)
	return seq, err
}
