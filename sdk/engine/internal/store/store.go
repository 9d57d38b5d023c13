package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"
	"github.com/google/uuid"
)

// Options say how to open a store. The zero value holds for a data directory.
type Options struct {
	// InMemory keeps everything in memory: no file is made, and nobody else
	// sees the state.
	InMemory bool
	// KeepEvents is how many of the newest events are kept, about; 100,000 by
	// default.
	KeepEvents int64
	// KeepMemos is how many of the newest memoised answers are kept, about;
	// 10,000 by default.
	KeepMemos int64
	// MaxPages bounds the database's size, in pages of 4 KiB, so that tests
	// can fill the disk; 0 means no bound.
	MaxPages int
	// Trace hears of each writing transaction, so that tests can stop it: "BEGIN"
	// before it, each of its statements that write, "COMMIT" and, when that is
	// done, "COMMITTED". Nobody does when nil.
	Trace func(statement string)
}

// Store is an open data directory. It is safe for concurrent use.
type Store struct {
	dir     string // empty in memory
	db      *sql.DB
	options Options

	uuid  string       // the directory's
	id    string       // the owner that this store is
	owner *flock.Flock // held while the store is open; nil in memory

	ownersMu sync.Mutex // guards owners
	// owners are those besides this store that live, in memory.
	owners map[string]bool

	// writer admits one writing transaction of this store at a time, in the
	// order of asking, so that only processes contend for SQLite's own lock,
	// whose waiters have no order.
	writer chan struct{}
	turns  turns

	memoryKey []byte // what secrets are sealed with in memory; see secret.go
}

const (
	databaseName = "bioxen.db"
	openLockName = "bioxen.lock"
	ownersName   = "owners"
	locksName    = "locks"
	namesName    = "names"
	secretName   = "secret.key"

	// lockPoll is how often a waiting process asks for a file lock again.
	lockPoll = 5 * time.Millisecond

	maxConns = 8

	// lastTime is how long letting go of files may take when a store closes.
	lastTime = 5 * time.Second
)

// Open opens the data directory dir and makes what is missing of it: the
// directory with mode 0700, the database with mode 0600. It brings a database
// of an older version up to date. A database of a newer version is a
// [VersionError].
func Open(ctx context.Context, dir string, o Options) (*Store, error) {
	if o.KeepEvents == 0 {
		o.KeepEvents = 100_000
	}
	if o.KeepMemos == 0 {
		o.KeepMemos = 10_000
	}
	s := &Store{options: o, id: uuid.NewString(), writer: make(chan struct{}, 1)}
	s.turns.queues, s.owners = map[string]chan struct{}{}, map[string]bool{}
	if o.InMemory {
		s.memoryKey = newKey()
		return s, s.connect(ctx, ":memory:")
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("open data directory %s: %w", dir, err)
	}
	s.dir = abs
	if err := s.openDir(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// openDir opens the directory while no other store does: so that nobody sees
// half a database, and nobody takes a lock file that was just made for one
// that its process left behind.
func (s *Store) openDir(ctx context.Context) (err error) {
	if err := s.makeDirs(); err != nil {
		return err
	}
	opening := flock.New(filepath.Join(s.dir, openLockName))
	if _, err := opening.TryLockContext(ctx, lockPoll); err != nil {
		return s.unusable(err)
	}
	defer func() { err = errors.Join(err, opening.Unlock()) }()

	path := filepath.Join(s.dir, databaseName)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the path is the user's data directory
	switch {
	case err == nil:
		err = f.Close()
	case errors.Is(err, fs.ErrExist):
		err = nil
	}
	if err != nil {
		return s.unusable(err)
	}
	if err := s.connect(ctx, fileURL(path)); err != nil {
		return err
	}
	if err := s.register(ctx); err != nil {
		return errors.Join(err, s.db.Close())
	}
	return nil
}

func (s *Store) makeDirs() error {
	for _, d := range []string{s.dir, filepath.Join(s.dir, ownersName), filepath.Join(s.dir, locksName), filepath.Join(s.dir, namesName)} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return s.unusable(err)
		}
	}
	return nil
}

// unusable words an error about the data directory's files.
func (s *Store) unusable(err error) error {
	if info, e := os.Stat(s.dir); e == nil && !info.IsDir() {
		return fmt.Errorf("data directory %s is a file: name a directory, or a path where one can be made", s.dir)
	}
	switch {
	case errors.Is(err, fs.ErrPermission) || strings.Contains(err.Error(), "read-only file system"):
		return fmt.Errorf("data directory %s is not writable: make it writable for this user or choose another one: %w", s.dir, err)
	case errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("open data directory %s: another process is opening it: %w", s.dir, err)
	}
	return fmt.Errorf("open data directory %s: %w", s.dir, err)
}

// connect opens the database and brings it up to date.
func (s *Store) connect(ctx context.Context, name string) error {
	db, err := sql.Open("sqlite", name+"?"+pragmas(s.options))
	if err != nil {
		return s.explain(err)
	}
	conns := maxConns
	if s.options.InMemory {
		conns = 1 // another connection would see another, empty database
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	s.db = db
	if err := s.migrate(ctx); err != nil {
		return errors.Join(err, db.Close())
	}
	if err := db.QueryRowContext(ctx, "SELECT uuid FROM directory").Scan(&s.uuid); err != nil {
		return errors.Join(s.explain(interrupted(ctx, err)), db.Close())
	}
	return nil
}

// UUID is the data directory's, drawn when it was made.
func (s *Store) UUID() string { return s.uuid }

// Dir is the data directory, absolute; empty for a store in memory.
func (s *Store) Dir() string { return s.dir }

// Close closes the store. Its pending rows can be adopted from then on, and
// files that only it holds go. It must not be called while calls are under way,
// and may be called twice.
func (s *Store) Close() error {
	if s.owner == nil {
		return s.db.Close()
	}
	var err error
	if s.owner.Locked() {
		// Whoever opens the directory next would do so, but nobody may.
		ctx, cancel := context.WithTimeout(context.Background(), lastTime)
		err = s.LetGo(ctx, s.id)
		cancel()
	}
	path := s.owner.Path()
	err = errors.Join(err, s.db.Close(), s.owner.Unlock())
	if e := os.Remove(path); e != nil && !errors.Is(e, fs.ErrNotExist) {
		err = errors.Join(err, e)
	}
	if err != nil {
		return fmt.Errorf("close data directory %s: %w", s.dir, err)
	}
	return nil
}

// Write runs fn in a transaction that no other transaction writes beside, in
// any process, and commits it unless fn fails. It waits for its turn as long
// as ctx allows, for other processes 30 s at most. fn must not use the store
// but through its Tx.
func (s *Store) Write(ctx context.Context, fn func(*Tx) error) error {
	select {
	case s.writer <- struct{}{}:
		defer func() { <-s.writer }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if s.options.Trace == nil {
		return s.transact(ctx, nil, fn)
	}
	s.options.Trace("BEGIN")
	err := s.transact(ctx, nil, func(tx *Tx) error {
		err := fn(tx)
		if err == nil {
			s.options.Trace("COMMIT")
		}
		return err
	})
	if err == nil {
		s.options.Trace("COMMITTED")
	}
	return err
}

// Read runs fn in a transaction that sees one state of the database and
// changes nothing. fn must not use the store but through its Tx.
func (s *Store) Read(ctx context.Context, fn func(*Tx) error) error {
	return s.transact(ctx, &sql.TxOptions{ReadOnly: true}, fn)
}

func (s *Store) transact(ctx context.Context, o *sql.TxOptions, fn func(*Tx) error) error {
	tx, err := s.db.BeginTx(ctx, o)
	if err != nil {
		return s.explain(interrupted(ctx, err))
	}
	if err := fn(&Tx{tx: tx, options: s.options, alive: s.Alive}); err != nil {
		// The rollback's own failure says nothing that err does not: the
		// connection is given up and SQLite rolls back.
		_ = tx.Rollback()
		return s.explain(interrupted(ctx, err))
	}
	return s.explain(interrupted(ctx, tx.Commit()))
}
