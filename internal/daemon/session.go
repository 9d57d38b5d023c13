package daemon

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/remote"
)

// sessionType is the media type of a session's stream: a line of JSON, then
// nothing but, over a unix socket, blank ones.
const sessionType = "application/x-ndjson"

// openSession opens a session for as long as its stream is open.
func (d *Daemon) openSession(ctx context.Context, _ *struct{}) (*huma.StreamResponse, error) {
	s, err := d.options.Engine.NewSession(ctx)
	if err != nil {
		return nil, problem(ctx, err)
	}
	id := rand.Text()
	d.mu.Lock()
	d.sessions[id] = s
	d.mu.Unlock()
	return &huma.StreamResponse{Body: func(stream huma.Context) {
		defer d.closeSession(id)
		stream.SetHeader("Content-Type", sessionType)
		w := streamWriter(stream)
		if json.NewEncoder(w).Encode(remote.SessionOpened{Session: id}) != nil || w.flush() != nil {
			return
		}
		sign := func() error {
			_, err := fmt.Fprintln(w)
			return errors.Join(err, w.flush())
		}
		if stream.TLS() != nil {
			// TCP itself finds out, and sooner, when nothing is under way.
			sign = func() error { return nil }
		}
		d.beats(stream.Context(), sign)
	}}, nil
}

// beats gives signs of life on a stream until either side ends it.
func (d *Daemon) beats(ctx context.Context, sign func() error) {
	ticker := time.NewTicker(beat)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-d.stopping:
			return
		case <-ticker.C:
			if sign() != nil {
				return
			}
		}
	}
}

// session finds the session that a call belongs to.
func (d *Daemon) session(id string) (*engine.Session, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s, ok := d.sessions[id]
	if !ok {
		return nil, remote.NoSession()
	}
	return s, nil
}

func (d *Daemon) closeSession(id string) {
	d.mu.Lock()
	s := d.sessions[id]
	delete(d.sessions, id)
	d.mu.Unlock()
	if s == nil {
		return
	}
	if err := s.Close(); err != nil {
		d.options.Logger.Warn("a session left its lock behind", slog.Any("error", err))
	}
}

// closeSessions closes those whose streams were cut.
func (d *Daemon) closeSessions() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	var errs []error
	for id, s := range d.sessions {
		errs = append(errs, s.Close())
		delete(d.sessions, id)
	}
	return errors.Join(errs...)
}

// stream is the body of an answer that goes on.
type stream struct {
	http.ResponseWriter

	controller *http.ResponseController
}

func streamWriter(c huma.Context) stream {
	w, ok := c.BodyWriter().(http.ResponseWriter)
	if !ok {
		return stream{} // not reached: every router here writes to one
	}
	return stream{w, http.NewResponseController(w)}
}

func (s stream) flush() error { return s.controller.Flush() }
