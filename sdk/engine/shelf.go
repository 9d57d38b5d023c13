package engine

import (
	"bytes"
	"context"
	"fmt"
	"sync"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/store"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/packages"
)

// A shelf keeps packages that were read. It is safe for concurrent use.
type shelf struct {
	catalogue func() ([]*packages.Package, error) // read once

	mu    sync.Mutex // guards what follows
	read  map[string]*packages.Package
	order []string // the oldest first
	bytes int      // of all that were read
}

const (
	// maxShelf is how many packages that were installed are kept ready. One takes
	// some kilobytes.
	maxShelf = 32
	// maxShelfBytes is how large they may be together; one that was read last
	// stays, whatever it takes.
	maxShelfBytes = 2 * packages.MaxBytes
)

func newShelf() *shelf {
	return &shelf{catalogue: sync.OnceValues(packages.Catalogue), read: map[string]*packages.Package{}}
}

func (s *shelf) get(sha256 string) (*packages.Package, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.read[sha256]
	return p, ok
}

func (s *shelf) put(sha256 string, p *packages.Package) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.read[sha256]; ok {
		return
	}
	s.bytes += sizeOf(p)
	for len(s.order) > 0 && (len(s.order) >= maxShelf || s.bytes > maxShelfBytes) {
		s.bytes -= sizeOf(s.read[s.order[0]])
		delete(s.read, s.order[0])
		s.order = s.order[1:]
	}
	s.read[sha256], s.order = p, append(s.order, sha256)
}

// sizeOf is how many bytes are in a package.
func sizeOf(p *packages.Package) int {
	n := 0
	for _, path := range p.Paths() {
		content, _ := p.File(path)
		n += len(content)
	}
	return n
}

// packageFile reads the package in a file of the data directory. It must not be
// called inside a transaction.
func (e *Engine) packageFile(ctx context.Context, sha256 string) (*packages.Package, error) {
	if p, ok := e.shelf.get(sha256); ok {
		return p, nil
	}
	var packed store.PackedFile
	err := e.store.Read(ctx, func(tx *store.Tx) (err error) {
		packed, err = tx.File(ctx, sha256)
		return err
	})
	if err != nil {
		return nil, err
	}
	return e.unpack(sha256, packed)
}

// unpack reads the package in a file.
func (e *Engine) unpack(sha256 string, packed store.PackedFile) (*packages.Package, error) {
	if p, ok := e.shelf.get(sha256); ok {
		return p, nil
	}
	content, err := packed.Unpack()
	if err != nil {
		return nil, err
	}
	p, err := packages.ReadArchive(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	e.shelf.put(sha256, p)
	return p, nil
}

// A placed package is one that is installed in a VM.
type placed struct {
	row store.Package
	p   *packages.Package
}

// placedIn reads the packages that are installed in a VM, by name, as they are
// at one moment: another process may remove one, and with it its file, at any
// time.
func (e *Engine) placedIn(ctx context.Context, uuid string) ([]placed, error) {
	var all []placed
	var files []store.PackedFile
	err := e.store.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Packages(ctx, uuid)
		if err != nil {
			return err
		}
		all, files = make([]placed, len(rows)), make([]store.PackedFile, len(rows))
		for i, row := range rows {
			all[i].row = row
			p, ready := e.shelf.get(row.SHA256)
			if all[i].p = p; ready {
				continue
			}
			if files[i], err = tx.File(ctx, row.SHA256); err != nil {
				return fmt.Errorf("installed package %s %s: %w", row.Name, row.Version, err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].p != nil {
			continue
		}
		row := all[i].row
		if all[i].p, err = e.unpack(row.SHA256, files[i]); err != nil {
			return nil, fmt.Errorf("installed package %s %s: %w", row.Name, row.Version, err)
		}
	}
	return all, nil
}

// rowsOf are the rows of packages.
func rowsOf(have []placed) []store.Package {
	rows := make([]store.Package, len(have))
	for i, h := range have {
		rows[i] = h.row
	}
	return rows
}

// installed reads the packages that are installed in a VM.
func (e *Engine) installed(ctx context.Context, uuid string) ([]*packages.Package, error) {
	have, err := e.placedIn(ctx, uuid)
	all := make([]*packages.Package, len(have))
	for i, h := range have {
		all[i] = h.p
	}
	return all, err
}
