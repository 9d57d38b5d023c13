package engine

import (
	"context"
	"errors"
	"fmt"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/store"
)

// A SecretError says that the password of a pool, which the data directory
// keeps, cannot be read, because the key file beside the database is gone or
// another one.
type SecretError struct {
	Host string // the pool's name
	Err  error
}

func (e *SecretError) Error() string {
	return fmt.Sprintf("the password of xcpng host %q cannot be decrypted: %v; set the password again, or bring the key file back", e.Host, e.Err)
}

func (e *SecretError) Unwrap() error { return e.Err }

// PutHost keeps a pool, or replaces the one of its name. The password is
// encrypted with a key of the data directory, in a file of its own beside the
// database that only this user can read; a host without one is kept without.
func (e *Engine) PutHost(ctx context.Context, h biovm.XCPngHost) error {
	return e.do(ctx, "put xcpng host", "", func(ctx context.Context, _ *call) error {
		if err := h.Validate(); err != nil {
			return err
		}
		return e.write(ctx, func(tx *store.Tx) error {
			row := store.XCPngHost{XCPngHost: h}
			row.Password = ""
			if h.Password != "" {
				sealed, err := e.store.Seal(h.Password, purposeOf(h.Name))
				if err != nil {
					return hostError(h.Name, err)
				}
				row.Sealed = sealed
			}
			return tx.PutXCPngHost(ctx, row)
		})
	})
}

func purposeOf(host string) string { return "xcpng_host/" + host }

func hostError(host string, err error) error {
	if _, ok := errors.AsType[*store.KeyError](err); ok {
		return &SecretError{Host: host, Err: err}
	}
	return fmt.Errorf("xcpng host %q: %w", host, err)
}

// Host finds a pool by its name, or fails with [biovm.ErrNotFound], or with a
// [SecretError].
func (e *Engine) Host(ctx context.Context, name string) (biovm.XCPngHost, error) {
	var host biovm.XCPngHost
	err := e.do(ctx, "find xcpng host", "", func(ctx context.Context, _ *call) error {
		var row store.XCPngHost
		err := e.store.Read(ctx, func(tx *store.Tx) (err error) {
			row, err = tx.XCPngHost(ctx, name)
			return err
		})
		if err != nil {
			return hostError(name, err)
		}
		host, err = e.unseal(row)
		return err
	})
	return host, err
}

func (e *Engine) unseal(row store.XCPngHost) (biovm.XCPngHost, error) {
	h := row.XCPngHost
	if row.Sealed == nil {
		return h, nil
	}
	var err error
	if h.Password, err = e.store.Unseal(row.Sealed, purposeOf(h.Name)); err != nil {
		return biovm.XCPngHost{}, hostError(h.Name, err)
	}
	return h, nil
}

// Hosts returns all pools, by name. When passwords cannot be read, it fails
// with a [SecretError] for each of them.
func (e *Engine) Hosts(ctx context.Context) ([]biovm.XCPngHost, error) {
	var hosts []biovm.XCPngHost
	err := e.do(ctx, "list xcpng hosts", "", func(ctx context.Context, _ *call) error {
		rows, err := e.hostRows(ctx)
		errs := []error{err}
		for _, row := range rows {
			h, err := e.unseal(row)
			hosts, errs = append(hosts, h), append(errs, err)
		}
		return errors.Join(errs...)
	})
	if err != nil {
		return nil, err
	}
	return hosts, nil
}

// HostNames returns the names of all pools, sorted.
func (e *Engine) HostNames(ctx context.Context) ([]string, error) {
	var names []string
	err := e.do(ctx, "list xcpng hosts", "", func(ctx context.Context, _ *call) error {
		rows, err := e.hostRows(ctx)
		for _, row := range rows {
			names = append(names, row.Name)
		}
		return err
	})
	return names, err
}

func (e *Engine) hostRows(ctx context.Context) (rows []store.XCPngHost, err error) {
	err = e.store.Read(ctx, func(tx *store.Tx) error {
		rows, err = tx.XCPngHosts(ctx)
		return err
	})
	return rows, err
}

// DeleteHost forgets a pool; one that is not there is no error. VMs on it stay.
func (e *Engine) DeleteHost(ctx context.Context, name string) error {
	return e.do(ctx, "delete xcpng host", "", func(ctx context.Context, _ *call) error {
		return e.write(ctx, func(tx *store.Tx) error { return tx.DeleteXCPngHost(ctx, name) })
	})
}
