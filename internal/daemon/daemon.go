package daemon

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"sync"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/remote"
)

// What a caller may take.
const (
	maxHeader   = 64 << 10
	maxStranger = 1 << 10          // bytes of a call that needs no token
	headerTime  = 10 * time.Second // for a call's header, a TLS handshake, and a call that needs no token
	bodyTime    = time.Minute      // to send a call
	fileTime    = 10 * time.Minute // to send a file
	answerTime  = time.Minute      // to take a part of an answer
	idleTime    = 2 * time.Minute  // between two calls; clients hang up before
)

const (
	beat         = 15 * time.Second // between two signs of life on a stream
	defaultGrace = 10 * time.Second
	// lastWords is how long calls that were cut off at the end of the grace may
	// take to say so.
	lastWords = 2 * time.Second
)

// Options say how to serve. Engine is needed.
type Options struct {
	Engine *engine.Engine
	// Version is this build's release; "dev" when empty.
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
		o.Grace = defaultGrace
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

// Serve serves on the listeners, which it closes, until ctx ends or one of them
// fails; then it lets calls under way end within the grace, cuts off the others
// and returns. It must be called once.
func (d *Daemon) Serve(ctx context.Context, listeners ...Listener) error {
	// Calls outlive ctx, for the grace.
	calls, cutOff := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cutOff(nil)
	servers := make([]*http.Server, len(listeners))
	ended := make(chan error, len(listeners))
	for i, l := range listeners {
		servers[i] = d.server(calls, l)
		go func() { ended <- serve(servers[i], l) }() // ends with the server
	}
	var errs []error
	running := len(listeners)
	select {
	case <-ctx.Done():
	case err := <-ended:
		errs, running = append(errs, err), running-1
	}
	d.stop()
	err := shutDown(calls, d.options.Grace, servers)
	if errors.Is(err, context.DeadlineExceeded) {
		cutOff(remote.ErrUnavailable)
		if err = shutDown(calls, lastWords, servers); errors.Is(err, context.DeadlineExceeded) {
			d.options.Logger.WarnContext(ctx, "calls did not end in time", slog.Duration("grace", d.options.Grace))
			err = nil
		}
		for _, s := range servers {
			errs = append(errs, s.Close())
		}
	}
	errs = append(errs, err)
	for range running {
		errs = append(errs, <-ended)
	}
	return errors.Join(append(errs, d.closeSessions())...)
}

func serve(s *http.Server, l Listener) error {
	var err error
	if l.TLS != nil {
		err = s.ServeTLS(l.Listener, "", "")
	} else {
		err = s.Serve(l.Listener)
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// shutDown stops all servers at once and waits for their calls.
func shutDown(ctx context.Context, wait time.Duration, servers []*http.Server) error {
	// What cut the calls off does not end the wait for their last words.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), wait)
	defer cancel()
	done := make(chan error, len(servers))
	for _, s := range servers {
		go func() { done <- s.Shutdown(ctx) }() // ends with ctx at the latest
	}
	var errs []error
	for range servers {
		errs = append(errs, <-done)
	}
	return errors.Join(errs...)
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

func (d *Daemon) server(calls context.Context, l Listener) *http.Server {
	handler := d.handler
	if l.TLS != nil {
		handler = d.require(l.Tokens, handler)
	}
	return &http.Server{
		Handler: handler, TLSConfig: l.TLS, ReadHeaderTimeout: headerTime, IdleTimeout: idleTime, MaxHeaderBytes: maxHeader,
		TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){}, // HTTP/1.1: a call that is given up ends its connection
		BaseContext:  func(net.Listener) context.Context { return calls },
		ErrorLog:     slog.NewLogLogger(d.options.Logger.Handler(), slog.LevelDebug), // handshakes that failed
	}
}
