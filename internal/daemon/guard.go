package daemon

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/remote"
)

// versionPath is what anybody may ask, whatever version he speaks. It stays as it
// is in all versions of the API.
const versionPath = "/v1/version"

// guard is what every call passes: limits, the version, and the log.
func (d *Daemon) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		w.Header().Set(remote.HeaderAPI, d.options.API.String())
		w.Header().Set(remote.HeaderBuild, d.options.Version)
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		a := &answerWriter{ResponseWriter: w}
		defer func() { //nolint:contextcheck // the call has it
			d.rescue(a, r, recover())
			level := slog.LevelDebug
			if a.status >= http.StatusInternalServerError {
				level = slog.LevelWarn
			}
			d.options.Logger.Log(r.Context(), level, "call", slog.String("method", r.Method), slog.String("path", routeOf(r)),
				slog.Int("status", a.status), slog.Duration("took", time.Since(began)))
		}()
		if d.speaks(a, r) && readBody(a, r) {
			next.ServeHTTP(a, r)
		}
	})
}

// rescue answers a call that made the daemon panic; the others go on.
func (d *Daemon) rescue(w *answerWriter, r *http.Request, panicked any) {
	if panicked == nil {
		return
	}
	d.options.Logger.ErrorContext(r.Context(), "a call made the daemon panic", slog.String("method", r.Method), slog.String("path", routeOf(r)),
		slog.Any("panic", panicked), slog.String("stack", string(debug.Stack())))
	if w.status == 0 {
		refuse(w, http.StatusInternalServerError, "the daemon has a fault, which its log describes")
		return
	}
	panic(http.ErrAbortHandler) // half an answer must not look like a whole one
}

// speaks refuses a client with which there is no common version.
func (d *Daemon) speaks(w http.ResponseWriter, r *http.Request) bool {
	theirs := r.Header.Get(remote.HeaderAPI)
	if theirs == "" || r.URL.Path == versionPath {
		return true
	}
	if speaks, ok := remote.ParseAPIRange(theirs); ok && speaks.Common(d.options.API) {
		return true
	}
	refuse(w, http.StatusUpgradeRequired, fmt.Sprintf("the client is bioxen %.40q, which speaks versions %.20q of the API, and the daemon is bioxen %s, which speaks %s: replace the older one",
		r.Header.Get(remote.HeaderBuild), theirs, d.options.Version, d.options.API))
	return false
}

// readBody reads what a call brings, within its time and size, before anything
// is done: whether the caller is still there is seen only when nothing is left
// to be read.
func readBody(w http.ResponseWriter, r *http.Request) bool {
	limit, patience := most(r)
	// A connection without deadlines is none that anybody can reach.
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Now().Add(patience))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	_ = control.SetReadDeadline(time.Time{})
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		refuse(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("a call may bring %d bytes", limit))
		return false
	}
	if err != nil {
		refuse(w, http.StatusBadRequest, "the call broke off")
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

// answerWriter remembers an answer's status, and hangs up on a caller who does
// not take the answer.
type answerWriter struct {
	http.ResponseWriter

	status int // 0 until there is one
}

// WriteHeader implements [http.ResponseWriter].
func (w *answerWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements [http.ResponseWriter].
func (w *answerWriter) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	_ = http.NewResponseController(w.ResponseWriter).SetWriteDeadline(time.Now().Add(answerTime))
	return w.ResponseWriter.Write(b)
}

// Unwrap lets [http.ResponseController] reach the connection.
func (w *answerWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
