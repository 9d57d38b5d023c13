package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// XCPngHost is a pool's row. The host in it has no password.
type XCPngHost struct {
	biovm.XCPngHost

	// Sealed is the password as [Store.Seal] gave it out; nil when none is
	// kept.
	Sealed []byte
}

const hostColumns = `name, url, username, ca_cert_pem, pins, template, network, sr, password_version, password`

func scanHost(row scanner) (XCPngHost, error) {
	var (
		h    XCPngHost
		pins string
	)
	if err := row.Scan(&h.Name, &h.URL, &h.Username, &h.CACertPEM, &pins, &h.Template, &h.Network, &h.SR, &h.PasswordVersion, &h.Sealed); err != nil {
		return XCPngHost{}, err
	}
	return h, decode("xcpng_host.pins", pins, &h.Pins)
}

// XCPngHost finds a pool by its name, or fails with [biovm.ErrNotFound].
func (t *Tx) XCPngHost(ctx context.Context, name string) (XCPngHost, error) {
	h, err := scanHost(t.tx.QueryRowContext(ctx, "SELECT "+hostColumns+" FROM xcpng_host WHERE name = ?", name))
	if errors.Is(err, sql.ErrNoRows) {
		return XCPngHost{}, biovm.ErrNotFound
	}
	return h, err
}

// XCPngHosts returns all pools, by name.
func (t *Tx) XCPngHosts(ctx context.Context) ([]XCPngHost, error) {
	return collect(ctx, t, scanHost, "SELECT "+hostColumns+" FROM xcpng_host ORDER BY name")
}

// PutXCPngHost adds a pool, or replaces the one of its name.
func (t *Tx) PutXCPngHost(ctx context.Context, h XCPngHost) error {
	pins, err := encode(h.Pins)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, "INSERT OR REPLACE INTO xcpng_host ("+hostColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		h.Name, h.URL, h.Username, h.CACertPEM, pins, h.Template, h.Network, h.SR, h.PasswordVersion, h.Sealed)
	return err
}

// DeleteXCPngHost forgets a pool; one that is not there is no error.
func (t *Tx) DeleteXCPngHost(ctx context.Context, name string) error {
	_, err := t.exec(ctx, "DELETE FROM xcpng_host WHERE name = ?", name)
	return err
}
