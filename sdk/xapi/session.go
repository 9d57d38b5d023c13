package xapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
)

// sessionCaller puts the session's reference into calls, and logs in when
// there is none, when the server forgot it, when another member became the
// master, and when the master is gone.
type sessionCaller struct {
	next     caller
	endpoint *endpoint
	username string
	password string
	// originator groups our sessions at the server, which evicts the oldest of
	// a group when it has too many, and those without a group much sooner.
	originator string

	// mu guards what follows; it is held during a login, so that many calls
	// that lost their session log in once.
	mu     sync.Mutex
	ref    string
	closed bool
}

func (s *sessionCaller) call(ctx context.Context, r *request) (json.RawMessage, error) {
	ref, err := s.session(ctx, "")
	if err != nil {
		return nil, fmt.Errorf("xapi: %s: %w", r.method, err)
	}
	raw, err := s.attempt(ctx, r, ref)
	if err == nil || !s.recoverable(ctx, r, err) {
		return raw, err
	}
	if ref, err = s.renew(ctx, ref, err); err != nil {
		return nil, fmt.Errorf("xapi: %s: %w", r.method, err)
	}
	return s.attempt(ctx, r, ref)
}

func (s *sessionCaller) attempt(ctx context.Context, r *request, ref string) (json.RawMessage, error) {
	again := *r
	again.session = ref
	return s.next.call(ctx, &again)
}

// recoverable reports whether a new session may help, and the call may be
// sent again: it was refused at the door, never sent, or is a read.
func (s *sessionCaller) recoverable(ctx context.Context, r *request, err error) bool {
	switch {
	case ctx.Err() != nil || errors.Is(err, ErrUntrusted):
		return false
	case errors.Is(err, HostIsSlave), errors.Is(err, errUnsent):
		return true
	case errors.Is(err, SessionInvalid):
		// A long call that loses its session on the way may have had half
		// its effect.
		return r.safe || isAsync(r.method)
	}
	return false
}

// session returns the present session, logging in when it is still the one
// that failed.
func (s *sessionCaller) session(ctx context.Context, failed string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return "", ErrClosed
	}
	if s.ref != "" && s.ref != failed {
		return s.ref, nil
	}
	ref, err := s.login(ctx)
	if err != nil {
		s.ref = ""
		return "", err
	}
	s.ref = ref
	return ref, nil
}

// renew gets over what happened to a call: it moves to the master or to a
// member that lives, and logs in there.
func (s *sessionCaller) renew(ctx context.Context, failed string, cause error) (string, error) {
	if e, ok := errors.AsType[*Error](cause); ok && e.Code == HostIsSlave {
		s.endpoint.moveTo(e.Param(0))
	}
	return s.session(ctx, failed)
}

// login logs in at the present member, at the master it names, or, when it
// cannot be reached, by way of the other members that are known.
func (s *sessionCaller) login(ctx context.Context) (string, error) {
	first := s.endpoint.address()
	ref, err := s.loginHere(ctx)
	if err == nil || !errors.Is(err, errUnsent) {
		return ref, err
	}
	for _, member := range s.endpoint.others(first) {
		s.endpoint.moveTo(member)
		ref, memberErr := s.loginHere(ctx)
		if memberErr == nil {
			return ref, nil
		}
		err = errors.Join(err, fmt.Errorf("member %s: %w", member, memberErr))
	}
	s.endpoint.moveTo(first)
	return "", err
}

// loginHere logs in at the present member and follows it to its master, one
// hop: a second one would mean that nobody knows who it is.
func (s *sessionCaller) loginHere(ctx context.Context) (string, error) {
	ref, err := s.loginOnce(ctx)
	if e, ok := errors.AsType[*Error](err); ok && e.Code == HostIsSlave && e.Param(0) != "" {
		s.endpoint.moveTo(e.Param(0))
		return s.loginOnce(ctx)
	}
	return ref, err
}

func (s *sessionCaller) loginOnce(ctx context.Context) (string, error) {
	const version = "1.0" // of the client's API, which the server ignores
	raw, err := s.next.call(ctx, &request{
		method: "session.login_with_password",
		args:   []any{s.username, s.password, version, s.originator},
		safe:   true,
	})
	if err != nil {
		return "", fmt.Errorf("log in at %s as %q: %w", s.endpoint.address(), s.username, err)
	}
	var ref string
	if err := decode(raw, &ref); err != nil || ref == "" {
		return "", fmt.Errorf("log in at %s: %w: no session in the answer", s.endpoint.address(), ErrProtocol)
	}
	return ref, nil
}

// close logs out and refuses calls from then on.
func (s *sessionCaller) close(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	ref := s.ref
	s.ref, s.closed = "", true
	if ref == "" {
		return nil
	}
	_, err := s.next.call(ctx, &request{method: "session.logout", session: ref})
	if errors.Is(err, SessionInvalid) {
		return nil
	}
	return err
}

// current returns the session without logging in, for the side doors that
// take it in the URL.
func (s *sessionCaller) current(ctx context.Context) (string, error) { return s.session(ctx, "") }
