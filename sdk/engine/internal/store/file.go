package store

import (
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// HasFile reports whether a file is there, by its SHA-256.
func (t *Tx) HasFile(ctx context.Context, sha256 string) (bool, error) {
	return t.exists(ctx, "SELECT 1 FROM file WHERE sha256 = ?", sha256)
}

// HoldsFile reports whether an owner holds a file.
func (t *Tx) HoldsFile(ctx context.Context, sha256, owner string) (bool, error) {
	return t.exists(ctx, "SELECT 1 FROM file_hold WHERE sha256 = ? AND owner = ?", sha256, owner)
}

func (t *Tx) exists(ctx context.Context, query string, args ...any) (bool, error) {
	var one int
	err := t.tx.QueryRowContext(ctx, query, args...).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// InsertFile adds a file that is not there; see [PackFile].
func (t *Tx) InsertFile(ctx context.Context, sha256 string, f PackedFile) error {
	_, err := t.exec(ctx, "INSERT INTO file (sha256, size, packed) VALUES (?, ?, ?)", sha256, f.size, f.packed)
	return err
}

// HoldFile has a file that is there stay there as long as the owner lives.
func (t *Tx) HoldFile(ctx context.Context, sha256, owner string) error {
	_, err := t.exec(ctx, "INSERT OR IGNORE INTO file_hold (sha256, owner) VALUES (?, ?)", sha256, owner)
	return err
}

// File reads a file, or fails with [biovm.ErrNotFound].
func (t *Tx) File(ctx context.Context, sha256 string) (PackedFile, error) {
	var f PackedFile
	err := t.tx.QueryRowContext(ctx, "SELECT size, packed FROM file WHERE sha256 = ?", sha256).Scan(&f.size, &f.packed)
	if errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("file of SHA-256 %s: %w", sha256, biovm.ErrNotFound)
	}
	return f, err
}

// CollectFiles removes the files that no VM is made of or has a package in, that
// are of no genome that is kept, and nobody holds who lives.
func (t *Tx) CollectFiles(ctx context.Context) error {
	owners, err := collect(ctx, t, func(row scanner) (owner string, err error) {
		err = row.Scan(&owner)
		return owner, err
	}, "SELECT DISTINCT owner FROM file_hold")
	if err != nil {
		return err
	}
	for _, owner := range owners {
		alive, err := t.alive(owner)
		if err != nil {
			return err
		}
		if alive {
			continue
		}
		if err := t.dropHolds(ctx, owner); err != nil {
			return err
		}
	}
	return t.dropFiles(ctx)
}

func (t *Tx) dropHolds(ctx context.Context, owner string) error {
	_, err := t.exec(ctx, "DELETE FROM file_hold WHERE owner = ?", owner)
	return err
}

const unusedFile = "NOT EXISTS (SELECT 1 FROM vm_file WHERE vm_file.sha256 = file.sha256) AND NOT EXISTS (SELECT 1 FROM vm_package WHERE vm_package.sha256 = file.sha256)" +
	" AND NOT EXISTS (SELECT 1 FROM genome WHERE genome.sha256 = file.sha256)" +
	" AND NOT EXISTS (SELECT 1 FROM file_hold WHERE file_hold.sha256 = file.sha256)"

func (t *Tx) dropFiles(ctx context.Context) error {
	_, err := t.exec(ctx, "DELETE FROM file WHERE "+unusedFile)
	return err
}

// useFiles puts down what files a VM is made of.
func (t *Tx) useFiles(ctx context.Context, vm VM) error {
	for _, p := range vm.Spec.Parts() {
		if _, err := t.exec(ctx, "INSERT INTO vm_file (vm_uuid, part, sha256) VALUES (?, ?, ?)", vm.UUID, p.Name, p.Source.SHA256); err != nil {
			return err
		}
	}
	return nil
}

// LetGo has an owner hold no files any more, and removes those that are of no
// use to anybody.
func (s *Store) LetGo(ctx context.Context, owner string) error {
	// Nearly always he holds none: that must not cost a transaction that waits
	// for others.
	holds := false
	err := s.Read(ctx, func(t *Tx) (err error) {
		holds, err = t.exists(ctx, "SELECT 1 FROM file_hold WHERE owner = ?", owner)
		return err
	})
	if err != nil || !holds {
		return err
	}
	return s.Write(ctx, func(t *Tx) error { return errors.Join(t.dropHolds(ctx, owner), t.dropFiles(ctx)) })
}

// SweepFiles removes what ended processes left of files, and older releases.
func (s *Store) SweepFiles(ctx context.Context) error {
	found := false
	err := s.Read(ctx, func(t *Tx) (err error) {
		found, err = t.exists(ctx, "SELECT 1 FROM file_hold UNION ALL SELECT 1 FROM file WHERE "+unusedFile)
		return err
	})
	if err != nil || !found {
		return err
	}
	return s.Write(ctx, func(t *Tx) error { return t.CollectFiles(ctx) })
}

// A PackedFile is a file's content as the database has it.
type PackedFile struct {
	size   int64
	packed []byte
}

// PackFile packs a file's content. What is packed already does not get larger
// by more than a little.
func PackFile(content []byte) (PackedFile, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		return PackedFile{}, err
	}
	_, err = z.Write(content)
	if err = errors.Join(err, z.Close()); err != nil {
		return PackedFile{}, err
	}
	return PackedFile{size: int64(len(content)), packed: b.Bytes()}, nil
}

// Unpack returns the content.
func (f PackedFile) Unpack() ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(f.packed))
	if err != nil {
		return nil, fmt.Errorf("unpack a file of the database: %w", err)
	}
	content := make([]byte, f.size)
	if _, err := io.ReadFull(z, content); err != nil {
		return nil, fmt.Errorf("unpack a file of the database: %w", err)
	}
	return content, nil
}
