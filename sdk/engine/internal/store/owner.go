package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"
	"github.com/google/uuid"
)

// ID names this store among all that are or were open on the directory. What
// is pending carries it.
func (s *Store) ID() string { return s.id }

// register takes this store's owner lock and removes what ended processes
// left. The caller holds the open lock, so nobody makes lock files meanwhile.
func (s *Store) register(ctx context.Context) error {
	others, err := s.removeStaleOwners()
	if err != nil {
		return s.unusable(err)
	}
	if others == 0 {
		s.removeNames()
	}
	if err := s.removeStaleLocks(ctx); err != nil {
		return err
	}
	s.owner, err = s.lockOwner(s.id)
	return err
}

func (s *Store) ownerPath(owner string) string {
	return filepath.Join(s.dir, ownersName, owner+".lock")
}

// NewOwner makes an owner besides the store itself, who lives until release is
// called, or the process ends. Release is called once.
func (s *Store) NewOwner(ctx context.Context) (id string, release func() error, err error) {
	id = uuid.NewString()
	if s.dir == "" {
		s.ownersMu.Lock()
		defer s.ownersMu.Unlock()
		s.owners[id] = true
		return id, func() error {
			s.ownersMu.Lock()
			defer s.ownersMu.Unlock()
			delete(s.owners, id)
			return nil
		}, nil
	}
	// Whoever opens the directory meanwhile would take the lock file, before it
	// is locked, for one that was left behind.
	opening := flock.New(filepath.Join(s.dir, openLockName))
	if _, err := opening.TryLockContext(ctx, lockPoll); err != nil {
		return "", nil, s.unusable(err)
	}
	defer func() { err = errors.Join(err, opening.Unlock()) }()
	lock, err := s.lockOwner(id)
	if err != nil {
		return "", nil, err
	}
	return id, func() error {
		err := lock.Unlock()
		if e := os.Remove(lock.Path()); e != nil && !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
		return err
	}, nil
}

// lockOwner takes the lock of an owner that is new. The caller holds the open
// lock.
func (s *Store) lockOwner(id string) (*flock.Flock, error) {
	lock := flock.New(s.ownerPath(id))
	ok, err := lock.TryLock()
	if err != nil {
		return nil, s.unusable(err)
	}
	if !ok {
		return nil, fmt.Errorf("open data directory %s: lock %s, just made, is taken", s.dir, lock.Path())
	}
	return lock, nil
}

// Alive reports whether the owner's store is open, in whatever process. In
// memory there is only this one.
func (s *Store) Alive(owner string) (bool, error) {
	if owner == s.id {
		return true, nil
	}
	if s.dir == "" {
		s.ownersMu.Lock()
		defer s.ownersMu.Unlock()
		return s.owners[owner], nil
	}
	free, err := free(s.ownerPath(owner))
	return !free, err
}

// free reports whether nobody holds the lock file exclusively. It asks for a
// shared lock, so that two who ask do not take each other for the owner, and
// it makes no file.
func free(path string) (bool, error) {
	probe := flock.New(path, flock.SetFlag(os.O_RDONLY))
	ok, err := probe.TryRLock()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return true, nil
	case err != nil:
		return false, fmt.Errorf("look at lock %s: %w", path, err)
	case !ok:
		return false, nil
	}
	return true, probe.Unlock()
}

// removeStaleOwners returns how many it left.
func (s *Store) removeStaleOwners() (left int, err error) {
	dir := filepath.Join(s.dir, ownersName)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0, err
	}
	for _, e := range entries {
		if path := filepath.Join(dir, e.Name()); strings.HasSuffix(path, ".lock") {
			if gone, err := free(path); err != nil || !gone {
				left++
				continue // alive, or not ours to judge: it does no harm
			}
			if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return left, err
			}
		}
	}
	return left, nil
}

// removeNames removes the locks of names. As long as another store is open,
// one of them may be about to be taken.
func (s *Store) removeNames() {
	dir := filepath.Join(s.dir, namesName)
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		_ = os.Remove(filepath.Join(dir, e.Name())) // one that stays does no harm
	}
}

// removeStaleLocks removes execution locks of VMs that are gone. The files
// are listed before the VMs are: a VM's lock is made after its row.
func (s *Store) removeStaleLocks(ctx context.Context) error {
	dir := filepath.Join(s.dir, locksName)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return s.unusable(err)
	}
	if len(entries) == 0 {
		return nil
	}
	alive := map[string]bool{}
	err = s.Read(ctx, func(tx *Tx) error {
		vms, err := tx.VMs(ctx)
		for _, vm := range vms {
			alive[vm.UUID] = true
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, e := range entries {
		vm, _, _ := strings.Cut(e.Name(), ".")
		if !alive[vm] {
			// A waiter that has it open finds its VM gone. A file that cannot
			// be removed does no harm.
			_ = os.Remove(filepath.Join(dir, e.Name()))
		}
	}
	return nil
}
