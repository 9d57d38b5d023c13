package store

import (
	"context"
	"errors"
	"fmt"
)

// Verify checks what must always hold of the rows, whatever they mean, and
// reports all that does not: SQLite's own consistency, references, no shared
// chassis without a VM, no file of no use, events numbered without a gap up to the last number
// given.
func (t *Tx) Verify(ctx context.Context) error {
	var errs []error
	check := func(what, query string) {
		found, err := collect(ctx, t, func(row scanner) (string, error) {
			var s string
			err := row.Scan(&s)
			return s, err
		}, query)
		if err != nil {
			errs = append(errs, fmt.Errorf("verify %s: %w", what, err))
		}
		for _, f := range found {
			errs = append(errs, fmt.Errorf("%s: %s", what, f))
		}
	}
	check("integrity", "SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'")
	check("reference to nothing in table", `SELECT "table" FROM pragma_foreign_key_check`)
	check("directory without a uuid of its own", "SELECT format('%d rows', count(*)) FROM directory HAVING count(*) <> 1")
	check("shared chassis without a vm", "SELECT name FROM chassis WHERE name NOT IN (SELECT shared FROM vm WHERE shared IS NOT NULL)")
	check("file that is of no use to anybody", "SELECT sha256 FROM file WHERE "+unusedFile)
	check("gap in event numbers", "SELECT format('%d events numbered %d to %d', count(*), min(seq), max(seq)) FROM event HAVING count(*) <> max(seq) - min(seq) + 1")
	check("event numbers were lost after", `SELECT format('%d, and %d were given', (SELECT coalesce(max(seq), 0) FROM event), seq)
		FROM sqlite_sequence WHERE name = 'event' AND seq <> (SELECT coalesce(max(seq), 0) FROM event)`)
	return errors.Join(errs...)
}
