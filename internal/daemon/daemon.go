package daemon

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/remote"
)

const (
	maxBody    = 16 << 20 // of a call: a process' code has at most a mebibyte
	maxHeader  = 64 << 10
	headerTime = 10 * time.Second
	bodyTime   = time.Minute // to send a call
	idleTime   = 2 * time.Minute
	beat       = 15 * time.Second // between two signs of life on a stream
)

// Options say how to serve. Engine is needed.
type Options struct {
	Engine *engine.Engine
	// Version is this build's release.
	Version string
	// Logger gets a line for every call, without what is in it; none when nil.
	Logger *slog.Logger
	// Grace is how long calls under way may take to end when the daemon stops;
	// 10 s when 0.
	Grace time.Duration
	// API is what the daemon claims to speak; this build's when zero. Tests of
	// the negotiation set it.
	API remote.APIRange
}

// Daemon serves one engine. It is safe for concurrent use.
type Daemon struct {
	options  Options
	handler  http.Handler
	stopping chan struct{} // closed when Serve ends: streams end then

	mu       sync.Mutex // guards sessions and stopped
	sessions map[string]*engine.Session
	stopped  bool
}

// New returns a daemon on an engine, which stays the caller's to close, after
// Serve has returned.
func New(o Options) *Daemon {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Grace == 0 {
		o.Grace = 10 * time.Second
	}
	if o.Version == "" {
		o.Version = "dev"
	}
	if o.API == (remote.APIRange{}) {
		o.API = remote.Speaks()
	}
	d := &Daemon{options: o, stopping: make(chan struct{}), sessions: map[string]*engine.Session{}}
	d.handler = d.guard(d.routes())
	return d
}

// Info is what the daemon says of itself.
func (d *Daemon) Info() remote.ServerInfo {
	return remote.ServerInfo{Version: d.options.Version, API: d.options.API, OS: runtime.GOOS, Arch: runtime.GOARCH}
}

// A Listener is where a daemon listens: with a TLS configuration it asks for a
// token, without one it does not.
type Listener struct {
	net.Listener

	TLS    *tls.Config
	Tokens Tokens
}

// Serve serves on the listeners, which it closes, until ctx ends; then it lets
// calls under way end within the grace, cancels the others and returns. It must
// be called once.
func (d *Daemon) Serve(ctx context.Context, listeners ...Listener) error {
	servers := make([]*http.Server, len(listeners))
	failed := make(chan error, len(listeners))
	for i, l := range listeners {
		servers[i] = d.server(l)
		go func() { // ends with the server
			var err error
			if l.TLS != nil {
				err = servers[i].ServeTLS(l.Listener, "", "")
			} else {
				err = servers[i].Serve(l.Listener)
			}
			failed <- err
		}()
	}
	var errs []error
	running := len(listeners)
	select {
	case <-ctx.Done():
	case err := <-failed:
		errs, running = append(errs, err), running-1
	}
	d.stop()
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), d.options.Grace)
	defer cancel()
	for _, s := range servers {
		if s.Shutdown(grace) != nil {
			errs = append(errs, s.Close())
		}
	}
	for range running {
		errs = append(errs, <-failed)
	}
	for i, err := range errs {
		if errors.Is(err, http.ErrServerClosed) {
			errs[i] = nil
		}
	}
	return errors.Join(append(errs, d.closeSessions())...)
}

// stop ends the streams, which would not end by themselves.
func (d *Daemon) stop() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.stopped {
		d.stopped = true
		close(d.stopping)
	}
}

func (d *Daemon) server(l Listener) *http.Server {
	handler := d.handler
	if l.TLS != nil {
		handler = l.Tokens.require(handler)
	}
	return &http.Server{
		Handler: handler, TLSConfig: l.TLS, ReadHeaderTimeout: headerTime, IdleTimeout: idleTime, MaxHeaderBytes: maxHeader,
		TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){}, // HTTP/1.1
		ErrorLog:     slog.NewLogLogger(d.options.Logger.Handler(), slog.LevelDebug),
	}
}

// guard is what every call passes: limits, the version, and the log.
func (d *Daemon) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		w.Header().Set(remote.HeaderAPI, d.options.API.String())
		w.Header().Set(remote.HeaderBuild, d.options.Version)
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if theirs := r.Header.Get(remote.HeaderAPI); theirs != "" && r.URL.Path != "/v1/version" {
			if speaks, ok := remote.ParseAPIRange(theirs); !ok || !speaks.Common(d.options.API) {
				d.refuse(w, http.StatusUpgradeRequired, fmt.Sprintf("the client speaks versions %.20q of the API, and bioxen %s speaks %s", theirs, d.options.Version, d.options.API))
				return
			}
		}
		seen := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		if d.readBody(seen, r) {
			next.ServeHTTP(seen, r)
		}
		d.options.Logger.InfoContext(r.Context(), "call", slog.String("method", r.Method), slog.String("path", routeOf(r)),
			slog.Int("status", seen.status), slog.Duration("took", time.Since(began)))
	})
}

// readBody reads what a call brings, within its time and size, before anything
// is done: whether the caller is still there is seen only when nothing is left
// to be read.
func (d *Daemon) readBody(w http.ResponseWriter, r *http.Request) bool {
	// A connection that has no deadlines is none that anybody can reach.
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Now().Add(bodyTime))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	_ = control.SetReadDeadline(time.Time{})
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		d.refuse(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("a call may bring %d bytes", maxBody))
		return false
	}
	if err != nil {
		d.refuse(w, http.StatusBadRequest, "the call broke off")
		return false
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return true
}

// routeOf is the path that a call is logged with: a reference that is no name
// may be anything.
func routeOf(r *http.Request) string {
	const longest = 120
	if len(r.URL.Path) > longest {
		return strings.ToValidUTF8(r.URL.Path[:longest], "") + "…"
	}
	return r.URL.Path
}

// statusWriter remembers the status of an answer.
type statusWriter struct {
	http.ResponseWriter

	status int
}

// WriteHeader implements [http.ResponseWriter].
func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets [http.ResponseController] reach the connection.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
