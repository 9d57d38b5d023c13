package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/store"
)

// HoldFile reports whether a file is in the data directory, by its SHA-256, and
// has it stay there until this engine is closed, so that a VM can be made of it.
func (e *Engine) HoldFile(ctx context.Context, sum string) (bool, error) {
	return e.holdFile(ctx, sum, e.store.ID())
}

// PutFile brings a file that VMs can be made of, of [biovm.MaxSourceBytes] at
// most. It stays as long as a VM is made of it, and until this engine is closed;
// content is kept once, however often it is brought. A sum that is not the
// content's is a [biovm.FieldError].
func (e *Engine) PutFile(ctx context.Context, sum string, content []byte) error {
	return e.putFile(ctx, sum, content, e.store.ID())
}

// File returns a file that VMs can be made of, by its SHA-256, or fails with
// [biovm.ErrNotFound].
func (e *Engine) File(ctx context.Context, sum string) (content []byte, err error) {
	err = e.do(ctx, "read a file of", "", func(ctx context.Context, _ *call) error {
		var packed store.PackedFile
		err := e.store.Read(ctx, func(tx *store.Tx) (err error) {
			packed, err = tx.File(ctx, sum)
			return err
		})
		if err == nil {
			content, err = packed.Unpack()
		}
		return err
	})
	return content, err
}

func (e *Engine) holdFile(ctx context.Context, sum, owner string) (there bool, err error) {
	err = e.do(ctx, "look for a file of", "", func(ctx context.Context, _ *call) error {
		held := false
		err := e.store.Read(ctx, func(tx *store.Tx) (err error) {
			if there, err = tx.HasFile(ctx, sum); err != nil || !there {
				return err
			}
			held, err = tx.HoldsFile(ctx, sum, owner)
			return err
		})
		if err != nil || !there || held {
			return err
		}
		return e.store.Write(ctx, func(tx *store.Tx) error {
			// It may have gone in between.
			if there, err = tx.HasFile(ctx, sum); err != nil || !there {
				return err
			}
			return tx.HoldFile(ctx, sum, owner)
		})
	})
	return there && err == nil, err
}

func (e *Engine) putFile(ctx context.Context, sum string, content []byte, owner string) error {
	return e.do(ctx, "take a file of", "", func(ctx context.Context, _ *call) error {
		if err := biovm.CheckFile(sum, content); err != nil {
			return err
		}
		if got := sha256.Sum256(content); hex.EncodeToString(got[:]) != sum {
			return &biovm.FieldError{Path: "sha256", Value: sum, Reason: "is not the file's: that is " + hex.EncodeToString(got[:])}
		}
		packed, err := store.PackFile(content)
		if err != nil {
			return err
		}
		return e.store.Write(ctx, func(tx *store.Tx) error {
			there, err := tx.HasFile(ctx, sum)
			if err == nil && !there {
				err = tx.InsertFile(ctx, sum, packed)
			}
			if err != nil {
				return err
			}
			return tx.HoldFile(ctx, sum, owner)
		})
	})
}

// readFile reads the file of a part of a spec.
func (e *Engine) readFile(ctx context.Context, p biovm.Part) ([]byte, error) {
	var packed store.PackedFile
	err := e.store.Read(ctx, func(tx *store.Tx) (err error) {
		if err := checkFile(ctx, tx, p); err != nil {
			return err
		}
		packed, err = tx.File(ctx, p.Source.SHA256)
		return err
	})
	if err != nil {
		return nil, err
	}
	return packed.Unpack()
}

// missingFile says that a file was not brought.
func missingFile(p biovm.Part) error {
	return &biovm.FieldError{Path: p.Path("sha256"), Value: p.Source.SHA256, Reason: "the engine has no file of this SHA-256: bring it first (PUT /v1/files/ and the sum, over HTTP)"}
}

// checkFiles checks in the transaction that makes a VM that its files are
// there: nobody may have held them since they were read.
func checkFiles(ctx context.Context, tx *store.Tx, spec biovm.Spec) error {
	for _, p := range spec.Parts() {
		if err := checkFile(ctx, tx, p); err != nil {
			return err
		}
	}
	return nil
}

func checkFile(ctx context.Context, tx *store.Tx, p biovm.Part) error {
	if p.Source.SHA256 == "" {
		return &biovm.FieldError{Path: p.Path("sha256"), Reason: "is needed here: an engine finds files by their SHA-256 only"}
	}
	there, err := tx.HasFile(ctx, p.Source.SHA256)
	if err != nil {
		return err
	}
	if !there {
		return missingFile(p)
	}
	return nil
}
