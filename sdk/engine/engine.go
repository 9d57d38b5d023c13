package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/store"
)

// ErrClosed says that the engine was closed before or during the call.
var ErrClosed = errors.New("the engine is closed")

// A VersionError says that a data directory was written by a newer release.
type VersionError = store.VersionError

// A DamageError says that a data directory's database is damaged.
type DamageError = store.DamageError

// Options say how to open an engine. The zero value is a working one.
type Options struct {
	// Dir is the data directory, made when it is missing; empty means
	// [DefaultDir].
	Dir string
	// InMemory keeps everything in memory, for one-shot cells: no file is
	// made. Dir must be empty then.
	InMemory bool
	// Logger hears of what is wrong but fails no call; nil means nobody does.
	Logger *slog.Logger
	// Workers is how many processes run at the same time in this engine; 0
	// means one for each core.
	Workers int
	// Version names the release, for Capabilities; empty means "dev".
	Version string
}

// Engine is the hypervisor on one data directory. It is safe for concurrent
// use, and so are any number of engines on one directory, in one process or
// in several. The package comment has the rules.
type Engine struct {
	options   Options
	store     *store.Store
	scheduler *scheduler
	memo      *memo
	lines     *lines
	changed   *bell         // rung after each transaction that added events
	closing   chan struct{} // closed by Close
	underWay  sync.WaitGroup
	finish    func() error // closes the store, once

	mu     sync.Mutex // guards what follows
	closed bool
	// calls are those under way, executions what cuts off the processes that
	// run here, by their VM's UUID.
	calls      map[*call]struct{}
	executions map[string]context.CancelCauseFunc
}

// Open opens an engine. Opening a directory that is there takes milliseconds.
// It fails with a [VersionError] or [DamageError] when the database cannot be
// used, and changes nothing then. The context bounds the opening only.
func Open(ctx context.Context, o Options) (*Engine, error) {
	if o.InMemory && o.Dir != "" {
		return nil, fmt.Errorf("open engine: %w: it cannot be in memory and in directory %s", biovm.ErrInvalid, o.Dir)
	}
	return open(ctx, o, store.Options{InMemory: o.InMemory})
}

func open(ctx context.Context, o Options, so store.Options) (*Engine, error) {
	if o.Dir == "" && !o.InMemory {
		dir, err := DefaultDir()
		if err != nil {
			return nil, fmt.Errorf("open engine: %w", err)
		}
		o.Dir = dir
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.Version == "" {
		o.Version = "dev"
	}
	s, err := store.Open(ctx, o.Dir, so)
	if err != nil {
		return nil, fmt.Errorf("open engine: %w", err)
	}
	if err := s.SweepFiles(ctx); err != nil {
		o.Logger.WarnContext(ctx, "files that nobody needs any more stay in the database", slog.Any("error", err))
	}
	return &Engine{
		options:    o,
		store:      s,
		scheduler:  newScheduler(o.Workers),
		memo:       newMemo(s, o.Logger),
		lines:      newLines(),
		changed:    newBell(),
		closing:    make(chan struct{}),
		calls:      map[*call]struct{}{},
		executions: map[string]context.CancelCauseFunc{},
		finish:     sync.OnceValue(s.Close),
	}, nil
}

// Dir is the data directory, absolute; empty for an engine in memory.
func (e *Engine) Dir() string { return e.store.Dir() }

// Close ends the calls under way, running processes included, with
// [ErrClosed], waits for them and lets go of the data directory. VMs live on;
// those that this engine made and nobody confirmed can be adopted. Closing
// twice does no more.
func (e *Engine) Close() error {
	e.mu.Lock()
	if !e.closed {
		e.closed = true
		close(e.closing)
		for c := range e.calls {
			c.cancel(ErrClosed)
		}
	}
	e.mu.Unlock()
	e.underWay.Wait()
	return e.finish()
}

// A call is one call of an engine's method under way.
type call struct {
	cancel context.CancelCauseFunc
	// vm is the name that errors give; it begins as the caller's reference.
	vm biovm.ID
}

// do runs fn as a call: Close waits for it and cancels its context, and its
// error says which operation on which VM went wrong.
func (e *Engine) do(ctx context.Context, op, ref string, fn func(ctx context.Context, c *call) error) error {
	c := &call{vm: biovm.ID(ref)}
	ctx, c.cancel = context.WithCancelCause(ctx)
	defer c.cancel(nil)
	err := e.admitCall(c)
	if err == nil {
		defer e.endCall(c)
		err = fn(ctx, c)
	}
	if err == nil {
		return nil
	}
	if errors.Is(context.Cause(ctx), ErrClosed) && !errors.Is(err, ErrClosed) {
		err = ErrClosed
	}
	if _, ok := err.(*biovm.OpError); ok { //nolint:errorlint // only the outermost error counts: one wrapping is enough
		return err
	}
	return &biovm.OpError{Op: op, VM: c.vm, Err: err}
}

func (e *Engine) admitCall(c *call) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return ErrClosed
	}
	e.calls[c] = struct{}{}
	e.underWay.Add(1)
	return nil
}

func (e *Engine) endCall(c *call) {
	e.mu.Lock()
	delete(e.calls, c)
	e.mu.Unlock()
	e.underWay.Done()
}
