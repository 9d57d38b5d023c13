package xapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// hidden stands where a secret was.
const hidden = "(hidden)"

// redactCaller takes the secrets of a call, its session and its password, out
// of what its errors say, whoever wrote them there.
type redactCaller struct{ next caller }

func (c *redactCaller) call(ctx context.Context, r *request) (json.RawMessage, error) {
	raw, err := c.next.call(ctx, r)
	if err == nil {
		return raw, nil
	}
	if text := err.Error(); r.redact(text) != text {
		err = &redactedError{err: err, text: r.redact(text)}
	}
	return nil, err
}

// A redactedError says what an error says, secrets left out. It is what the
// error is, but does not give it out.
type redactedError struct {
	err  error
	text string
}

// Error implements error.
func (e *redactedError) Error() string { return e.text }

// Is reports what the error is.
func (e *redactedError) Is(target error) bool { return errors.Is(e.err, target) }

// As gives out the server's error, whose texts are redacted already.
func (e *redactedError) As(target any) bool {
	if t, ok := target.(**Error); ok {
		return errors.As(e.err, t)
	}
	return false
}

// secrets returns the texts that must not be seen in errors and logs, in the
// forms that they may take there.
func (r *request) secrets() []string {
	var plain []string
	if r.session != "" {
		plain = append(plain, r.session)
	}
	if strings.HasPrefix(r.method, "session.login") && len(r.args) > 1 {
		if pw, ok := r.args[1].(string); ok && pw != "" {
			plain = append(plain, pw)
		}
	}
	return append(plain, disguises(plain)...)
}

func disguises(plain []string) []string {
	var all []string
	for _, s := range plain {
		quoted := strconv.Quote(s)
		all = append(all, quoted[1:len(quoted)-1], url.QueryEscape(s), url.PathEscape(s))
		if j, err := json.Marshal(s); err == nil {
			all = append(all, string(j[1:len(j)-1]))
		}
	}
	// Longest first: one may be a part of another.
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) })
	return all
}

// redact takes the call's secrets out of a text.
func (r *request) redact(text string) string {
	for _, s := range r.secrets() {
		text = strings.ReplaceAll(text, s, hidden)
	}
	return text
}
