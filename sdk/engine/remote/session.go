package remote

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// A session is the stream that keeps this client's owner alive at the daemon.
type session struct {
	id     string
	cancel context.CancelFunc
	done   chan struct{} // closed when the stream has ended
}

// end closes the stream and waits.
func (s *session) end() {
	s.cancel()
	<-s.done
}

// sessionID returns the session's ID, and opens the session first when there is
// none that is open.
func (c *Client) sessionID(ctx context.Context) (string, error) {
	select {
	case c.opening <- struct{}{}:
	case <-ctx.Done():
		return "", endedBy(ctx, ctx.Err())
	}
	defer func() { <-c.opening }()
	if s := c.liveSession(); s != nil {
		return s.id, nil
	}
	s, err := c.openSession(ctx)
	if err != nil {
		return "", err
	}
	c.mu.Lock()
	closed := c.closed
	if !closed {
		c.session = s
	}
	c.mu.Unlock()
	if closed {
		s.end()
		return "", ErrClosed
	}
	return s.id, nil
}

func (c *Client) liveSession() *session {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.session == nil {
		return nil
	}
	select {
	case <-c.session.done:
		c.session = nil
	default:
	}
	return c.session
}

// forgetSession ends a session that the daemon does not know. One that another
// call has opened since stays.
func (c *Client) forgetSession(id string) {
	c.mu.Lock()
	s := c.session
	if s == nil || s.id != id {
		c.mu.Unlock()
		return
	}
	c.session = nil
	c.mu.Unlock()
	s.end()
}

// openSession opens the stream. It outlives the call: the client's Close ends it.
func (c *Client) openSession(ctx context.Context) (*session, error) {
	stream, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, cancel) // until it is open
	req, err := c.request(stream, request{method: http.MethodPost, path: "/v1/sessions"})
	if err != nil {
		cancel()
		return nil, err
	}
	resp, err := c.http.Do(req) //nolint:bodyclose // the goroutine below closes it
	if err != nil {
		cancel()
		return nil, endedBy(ctx, unreached(err))
	}
	lines := bufio.NewReader(resp.Body)
	first, err := readFirst(lines, resp.StatusCode)
	var opened SessionOpened
	switch {
	case err != nil:
		err = unreached(err)
	case resp.StatusCode != http.StatusOK:
		err = c.problem(resp, first)
	default:
		if err = json.Unmarshal(first, &opened); err != nil || opened.Session == "" {
			err = c.notOurs(resp)
		}
	}
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if err != nil {
		cancel()
		_ = resp.Body.Close() // nothing was written that could be lost
		return nil, fmt.Errorf("open a session: %w", endedBy(ctx, err))
	}
	s := &session{id: opened.Session, cancel: cancel, done: make(chan struct{})}
	go func() { // ends with the stream
		defer close(s.done)
		defer func() { _ = resp.Body.Close() }() // it was only read
		_, _ = io.Copy(io.Discard, lines)        // blank lines, until either side ends it
	}()
	return s, nil
}

// readFirst reads what a session's stream begins with, or the problem that is
// there instead.
func readFirst(r *bufio.Reader, status int) ([]byte, error) {
	if status != http.StatusOK {
		return io.ReadAll(io.LimitReader(r, maxProblem))
	}
	first, err := r.ReadSlice('\n') // longer than the buffer is an error
	return bytes.Clone(first), err
}
