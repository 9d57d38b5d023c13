package xapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"
)

// loginTime bounds a login with all its detours, logoutTime a logout that
// nobody waits for.
const (
	loginTime  = 2 * time.Minute
	logoutTime = 5 * time.Second
)

// errOtherSession is returned for calls that mean something in one session
// only, when it is no more.
var errOtherSession = errors.New("the session was replaced")

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

	// mu guards what follows. It is never held during a call.
	mu     sync.Mutex
	ref    string
	closed bool
	flight *login // the login under way, which all calls wait for; nil when none is
}

// A login is one on its way. Its results may be read when done is closed.
type login struct {
	done   chan struct{}
	cancel context.CancelFunc
	ref    string
	err    error
}

func (s *sessionCaller) call(ctx context.Context, r *request) (json.RawMessage, error) {
	ref, err := s.session(ctx, "", nil)
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
	if r.within != nil && *r.within != "" && *r.within != ref {
		return nil, fmt.Errorf("xapi: %s: %w", r.method, errOtherSession)
	}
	again := *r
	again.session = ref
	raw, err := s.next.call(ctx, &again)
	if err == nil && r.within != nil {
		*r.within = ref
	}
	return raw, err
}

// recoverable reports whether a new session may help, and the call may be
// sent again: it was refused at the door, never sent, or does no harm.
func (s *sessionCaller) recoverable(ctx context.Context, r *request, err error) bool {
	switch {
	case ctx.Err() != nil || errors.Is(err, ErrUntrusted), r.within != nil && *r.within != "":
		return false
	case errors.Is(err, HostIsSlave), errors.Is(err, errUnsent):
		return true
	}
	return errors.Is(err, SessionInvalid) && (r.safe || r.prompt)
}

// renew gets over what happened to a call: it moves to the master or to a
// member that lives, and logs in there.
func (s *sessionCaller) renew(ctx context.Context, failed string, cause error) (string, error) {
	if e, ok := errors.AsType[*Error](cause); ok && e.Code == HostIsSlave && e.Param(0) != "" {
		s.endpoint.moveTo(e.Param(0))
	}
	return s.session(ctx, failed, cause)
}

// session returns the present session, logging in when it is still the one
// that failed. Many calls that lost a session log in once, and each waits no
// longer than its own context.
func (s *sessionCaller) session(ctx context.Context, failed string, cause error) (string, error) {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return "", ErrClosed
	}
	if s.ref != "" && s.ref != failed {
		defer s.mu.Unlock()
		return s.ref, nil
	}
	if ctx.Err() != nil {
		s.mu.Unlock()
		return "", context.Cause(ctx)
	}
	f := s.flight
	if f == nil {
		old := failed
		if errors.Is(cause, SessionInvalid) {
			old = "" // nothing to log out from
		}
		f = s.depart(ctx, old)
	}
	s.mu.Unlock()
	select {
	case <-f.done:
		return f.ref, f.err
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

// depart starts a login, which goes on when the call that started it is
// cancelled: others wait for it too, and a session nobody knows of would stay
// at the server. Its goroutine ends with loginTime at the latest, or when
// close cancels it. The caller holds mu.
func (s *sessionCaller) depart(ctx context.Context, old string) *login {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), loginTime)
	f := &login{done: make(chan struct{}), cancel: cancel}
	s.flight, s.ref = f, ""
	go func() {
		defer cancel()
		defer close(f.done)
		f.ref, f.err = s.login(ctx)
		s.mu.Lock()
		s.flight = nil
		closed := s.closed
		if f.err == nil && !closed {
			s.ref = f.ref
		}
		s.mu.Unlock()
		if f.err != nil {
			return
		}
		if closed {
			old, f.ref, f.err = f.ref, "", ErrClosed
		}
		if old != "" {
			// It may still be there, when it was only out of reach.
			brief, cancel := context.WithTimeout(context.WithoutCancel(ctx), logoutTime)
			defer cancel()
			_ = s.logout(brief, old) // the server ends it sooner or later
		}
	}()
	return f
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

// logout ends a session; one that the server does not know is no error.
func (s *sessionCaller) logout(ctx context.Context, ref string) error {
	_, err := s.next.call(ctx, &request{method: "session.logout", session: ref, safe: true})
	if errors.Is(err, SessionInvalid) {
		return nil
	}
	return err
}

// close logs out and refuses calls from then on. It waits for a login under
// way, so that no session stays.
func (s *sessionCaller) close(ctx context.Context) error {
	s.mu.Lock()
	ref, f := s.ref, s.flight
	s.ref, s.closed = "", true
	s.mu.Unlock()
	if f != nil {
		select {
		case <-f.done:
		case <-ctx.Done():
			f.cancel()
			<-f.done
		}
	}
	if ref == "" {
		return nil
	}
	err := s.logout(ctx, ref)
	if err != nil && ctx.Err() == nil {
		return s.logout(ctx, ref) // a session that stays is worth a second try
	}
	return err
}

// current returns the session, for the side doors that take it in the URL.
func (s *sessionCaller) current(ctx context.Context) (string, error) {
	return s.session(ctx, "", nil)
}
