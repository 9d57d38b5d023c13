package xcpng

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"sync"

	"github.com/bioxen/terraform-provider-bioxen/internal/sshx"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/remote"
)

// engineBehind returns a client of the engine in a guest. A guest without one
// gets it: the program is started, and put there before if it is missing or of a
// release that this one does not understand.
func (d *Driver) engineBehind(ctx context.Context, conn *sshx.Conn) (*remote.Client, error) {
	e, err := d.reach(ctx, conn)
	if err == nil || ctx.Err() != nil {
		return e, err
	}
	f, probeErr := d.probe(ctx, conn)
	if probeErr != nil {
		return nil, errors.Join(err, probeErr)
	}
	d.o.Logger.DebugContext(ctx, "xcpng: no engine answers in the guest", slog.String("program", f.program), slog.String("error", err.Error()))
	outdated := isVersion(err)
	if f.program != "" && !outdated {
		if err = d.start(ctx, conn, f, f.program); err == nil {
			e, err = d.reach(ctx, conn)
		}
		if err == nil || ctx.Err() != nil {
			return e, err
		}
		outdated = isVersion(err)
	}
	if f.program != "" && !outdated {
		return nil, err // another program would fare no better
	}
	if installErr := d.install(ctx, conn, f); installErr != nil {
		if outdated {
			return nil, fmt.Errorf("%w; to replace it: %w", err, installErr)
		}
		return nil, installErr
	}
	if err := d.start(ctx, conn, f, agentPath); err != nil {
		return nil, err
	}
	return d.reach(ctx, conn)
}

// reach connects to the engine's socket.
func (d *Driver) reach(ctx context.Context, conn *sshx.Conn) (*remote.Client, error) {
	w := &way{conn: conn, socket: d.o.Agent.Socket}
	return remote.Dial(ctx, remote.Options{Dial: w.connect, Logger: d.o.Logger, Version: d.o.Version})
}

// A way leads to a socket in a guest: by the SSH server's forwarding, or through
// a program where that is forbidden or the user may not use the socket. It is
// safe for concurrent use.
type way struct {
	conn   *sshx.Conn
	socket string

	mu      sync.Mutex // guards program
	program string     // the command that leads there; empty for forwarding
}

// connect is dial whose failure says that nothing was asked. An answer that was
// cut off is not its failure.
func (w *way) connect(ctx context.Context) (net.Conn, error) {
	c, err := w.dial(ctx)
	if err != nil {
		return nil, unasked{err}
	}
	return c, nil
}

// unasked is an error that is [errUnasked] besides, in its own words.
type unasked struct{ error }

// Is tells [errors.Is].
func (unasked) Is(target error) bool { return target == errUnasked }

// Unwrap tells [errors.Is] and [errors.As].
func (e unasked) Unwrap() error { return e.error }

// dial connects, and remembers which way it went.
func (w *way) dial(ctx context.Context) (net.Conn, error) {
	w.mu.Lock()
	program := w.program
	w.mu.Unlock()
	if program != "" {
		return w.conn.Stdio(ctx, program)
	}
	c, err := w.conn.DialUnix(ctx, w.socket)
	sudo := ""
	switch {
	case errors.Is(err, fs.ErrPermission):
		sudo = "sudo -n "
	case !errors.Is(err, sshx.ErrForwardRefused):
		return c, err
	}
	quoted, err := sshx.Quote(w.socket)
	if err != nil {
		return nil, err
	}
	program = "PATH=$PATH:/usr/local/bin; exec " + sudo + "bioxen stdio --socket " + quoted
	w.mu.Lock()
	w.program = program
	w.mu.Unlock()
	return w.conn.Stdio(ctx, program)
}

// isVersion reports whether an error says that two releases do not understand
// each other.
func isVersion(err error) bool { _, ok := errors.AsType[*remote.VersionError](err); return ok }
