package remote

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// ErrUnavailable says that the daemon cannot be reached, is going down or cannot
// serve now.
var ErrUnavailable = errors.New("the daemon is not available")

// ErrUnauthorized says that the daemon does not know the token.
var ErrUnauthorized = errors.New("the daemon refuses the token")

// problemPrefix is before a sentinel's name in a problem's type.
const problemPrefix = "urn:bioxen:problem:"

// ProblemType is the media type of a [Problem].
const ProblemType = "application/problem+json"

// A Problem is an error on the wire: problem details as RFC 9457 has them, and
// in Cause the tree of the Go error.
type Problem struct {
	// Type is a URN that names the kind of problem, such as
	// urn:bioxen:problem:not-found.
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Cause  *Cause `json:"cause,omitempty"`
}

// A Cause is one error of a tree.
type Cause struct {
	// Kind says which of the fields below are set: op, field, capacity,
	// process-error, limit-error, a sentinel's name (invalid, not-found and so
	// on), wrap or text.
	Kind string `json:"kind"`
	// Text is the message, where the kind does not make it up.
	Text string `json:"text,omitempty"`
	// Errors are what it wraps.
	Errors []*Cause `json:"errors,omitempty"`

	Op string `json:"op,omitempty"`
	VM string `json:"vm,omitempty"`

	Path   string `json:"path,omitempty"`
	Reason string `json:"reason,omitempty"`
	// Value is a FieldError's, with the name of its type.
	Value     json.RawMessage `json:"value,omitempty"`
	ValueType string          `json:"value_type,omitempty"`

	Capacity *biovm.CapacityError `json:"capacity,omitempty"`
	Process  *biovm.ProcessError  `json:"process,omitempty"`
	Limit    *biovm.LimitError    `json:"limit,omitempty"`
}

// Error returns the detail.
func (p *Problem) Error() string { return p.Detail }

// GetStatus returns the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType returns the media type of the problem's encoding.
func (p *Problem) ContentType(string) string { return ProblemType }

// sentinels are the errors that callers branch on, with their names on the wire.
func sentinels() []struct {
	name   string
	status int
	err    error
} {
	return []struct {
		name   string
		status int
		err    error
	}{
		{"invalid", http.StatusUnprocessableEntity, biovm.ErrInvalid},
		{"no-capacity", http.StatusConflict, biovm.ErrNoCapacity},
		{"not-found", http.StatusNotFound, biovm.ErrNotFound},
		{"exists", http.StatusConflict, biovm.ErrExists},
		{"state", http.StatusConflict, biovm.ErrState},
		{"unsupported", http.StatusNotImplemented, biovm.ErrUnsupported},
		{"limit", http.StatusUnprocessableEntity, biovm.ErrLimit},
		{"process", http.StatusUnprocessableEntity, biovm.ErrProcess},
		{"unavailable", http.StatusServiceUnavailable, ErrUnavailable},
		{"unauthorized", http.StatusUnauthorized, ErrUnauthorized},
		{"no-session", http.StatusPreconditionFailed, errNoSession},
		{"canceled", http.StatusRequestTimeout, context.Canceled},
		{"deadline", http.StatusGatewayTimeout, context.DeadlineExceeded},
	}
}

// errNoSession says that the daemon does not know the call's session.
var errNoSession = errors.New("the daemon does not know the session")

// NoSession is the problem of a call whose session the daemon does not know.
func NoSession() *Problem { return NewProblem(errNoSession) }

// NewProblem puts an error into its form on the wire.
func NewProblem(err error) *Problem {
	p := &Problem{Type: "about:blank", Title: http.StatusText(http.StatusInternalServerError), Status: http.StatusInternalServerError, Detail: err.Error(), Cause: causeOf(err)}
	for _, s := range sentinels() {
		if errors.Is(err, s.err) {
			p.Type, p.Status, p.Title = problemPrefix+s.name, s.status, s.err.Error()
			break
		}
	}
	return p
}

// causeOf is one error, and what it wraps.
func causeOf(err error) *Cause {
	if err == nil {
		return nil
	}
	for _, s := range sentinels() {
		if err == s.err { //nolint:errorlint // the sentinel itself, not what wraps it
			return &Cause{Kind: s.name}
		}
	}
	switch e := err.(type) { //nolint:errorlint // this walks the tree
	case *biovm.OpError:
		return &Cause{Kind: "op", Op: e.Op, VM: string(e.VM), Errors: causesOf(e.Err)}
	case *biovm.FieldError:
		c := &Cause{Kind: "field", Path: e.Path, Reason: e.Reason}
		c.Value, c.ValueType = encodeValue(e.Value)
		return c
	case *biovm.CapacityError:
		return &Cause{Kind: "capacity", Capacity: e}
	case *biovm.ProcessError:
		return &Cause{Kind: "process-error", Process: e}
	case *biovm.LimitError:
		return &Cause{Kind: "limit-error", Limit: e}
	case interface{ Unwrap() []error }:
		return &Cause{Kind: "wrap", Text: err.Error(), Errors: causesOf(e.Unwrap()...)}
	case interface{ Unwrap() error }:
		return &Cause{Kind: "wrap", Text: err.Error(), Errors: causesOf(e.Unwrap())}
	}
	c := &Cause{Kind: "text", Text: err.Error()}
	for _, s := range sentinels() {
		if errors.Is(err, s.err) { // it says so itself
			c.Errors = append(c.Errors, &Cause{Kind: s.name})
		}
	}
	return c
}

func causesOf(errs ...error) []*Cause {
	var all []*Cause
	for _, err := range errs {
		if c := causeOf(err); c != nil {
			all = append(all, c)
		}
	}
	return all
}

// A remoteError is an error of a kind that this package does not know, with
// what it wraps.
type remoteError struct {
	text string
	errs []error
}

// Error returns the daemon's words.
func (e *remoteError) Error() string { return e.text }

// Unwrap returns what it wraps.
func (e *remoteError) Unwrap() []error { return e.errs }

// Err returns the error that the problem was made of: equal in text, and in what
// errors.Is and errors.As find in it.
func (p *Problem) Err() error {
	if p.Cause != nil {
		if err := p.Cause.err(maxDepth); err != nil {
			return err
		}
	}
	text := strings.TrimSpace(p.Detail)
	if text == "" {
		text = strings.TrimSpace(p.Title)
	}
	if text == "" {
		text = "the daemon refuses the call and does not say why"
	}
	err := &remoteError{text: text}
	for _, s := range sentinels() {
		if p.Type == problemPrefix+s.name {
			err.errs = []error{s.err}
		}
	}
	return err
}

// maxDepth bounds the tree that is believed to be an error's.
const maxDepth = 50

func (c *Cause) err(depth int) error {
	if c == nil || depth == 0 {
		return nil
	}
	for _, s := range sentinels() {
		if c.Kind == s.name {
			return s.err
		}
	}
	var errs []error
	for _, part := range c.Errors {
		if err := part.err(depth - 1); err != nil {
			errs = append(errs, err)
		}
	}
	switch {
	case c.Kind == "op" && len(errs) == 1:
		return &biovm.OpError{Op: c.Op, VM: biovm.ID(c.VM), Err: errs[0]}
	case c.Kind == "field":
		return &biovm.FieldError{Path: c.Path, Value: decodeValue(c.Value, c.ValueType), Reason: c.Reason}
	case c.Kind == "capacity" && c.Capacity != nil:
		return c.Capacity
	case c.Kind == "process-error" && c.Process != nil:
		return c.Process
	case c.Kind == "limit-error" && c.Limit != nil:
		return c.Limit
	}
	return &remoteError{text: c.Text, errs: errs}
}
