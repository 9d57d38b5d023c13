package xapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A request is one call on its way down the chain of callers.
type request struct {
	method string
	// args are the parameters after the session.
	args []any
	// session goes first among the parameters when it is not empty. The
	// session caller puts it in, anew for each attempt.
	session string
	// safe: sending the call again after it may have had its effect does no
	// harm. Reads are safe.
	safe bool
	// prompt: the server looks at the session once, before it does anything,
	// so that a lost session means that nothing was done.
	prompt bool
	// mark is what the task that the call makes is marked with; see markKey.
	mark string
	// within is not nil for calls that mean something in one session only: the
	// session, or empty before the first call, which sets it.
	within *string
}

type jsonRequest struct {
	Version string `json:"jsonrpc"`
	Method  string `json:"method"`
	Params  []any  `json:"params"`
	ID      int64  `json:"id"`
}

// encode writes the JSON-RPC 2.0 body of a call.
func (r *request) encode(id int64) ([]byte, error) {
	params := make([]any, 0, len(r.args)+1)
	if r.session != "" {
		params = append(params, r.session)
	}
	for _, a := range r.args {
		params = append(params, wireValue(a))
	}
	body, err := json.Marshal(jsonRequest{Version: "2.0", Method: r.method, Params: params, ID: id})
	if err != nil {
		return nil, fmt.Errorf("xapi: %s: encode parameters: %w", r.method, err)
	}
	return body, nil
}

// wireValue turns what JSON would write otherwise than the server reads it.
func wireValue(v any) any {
	switch v := v.(type) {
	case time.Time:
		return v.UTC().Format("20060102T15:04:05Z")
	case map[string]string:
		if v == nil {
			return map[string]string{}
		}
	case []string:
		if v == nil {
			return []string{}
		}
	}
	return v
}

type jsonAnswer struct {
	Result json.RawMessage `json:"result"`
	Error  json.RawMessage `json:"error"`
	ID     json.RawMessage `json:"id"`
}

// decodeAnswer reads the answer to a call: its result, or the error that the
// server reports.
func decodeAnswer(r *request, id int64, status int, header http.Header, body []byte) (json.RawMessage, error) {
	media, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	if status == http.StatusBadGateway || status == http.StatusServiceUnavailable || status == http.StatusGatewayTimeout {
		return nil, fmt.Errorf("xapi: %s: %w: HTTP status %d: %w", r.method, ErrProtocol, status, errUnavailable)
	}
	if status != http.StatusOK || err != nil || media != "application/json" {
		return nil, fmt.Errorf("xapi: %s: %w: HTTP status %d, content type %.60q", r.method, ErrProtocol, status, header.Get("Content-Type"))
	}
	var a jsonAnswer
	if err := json.Unmarshal(quoteNonFinite(body), &a); err != nil {
		return nil, fmt.Errorf("xapi: %s: %w: %w", r.method, ErrProtocol, err)
	}
	if len(a.Error) > 0 && !bytes.Equal(a.Error, []byte("null")) {
		return nil, decodeError(r, a.Error)
	}
	if got := strings.Trim(string(a.ID), `"`); got != strconv.FormatInt(id, 10) {
		return nil, fmt.Errorf("xapi: %s: %w: it answers call %.40q, not %d", r.method, ErrProtocol, got, id)
	}
	if a.Result == nil {
		return nil, fmt.Errorf("xapi: %s: %w: neither result nor error", r.method, ErrProtocol)
	}
	return a.Result, nil
}

// decodeError reads both forms of an error: JSON-RPC 2.0's object and 1.0's
// array.
func decodeError(r *request, raw json.RawMessage) error {
	var v2 struct {
		Message string            `json:"message"`
		Data    []json.RawMessage `json:"data"`
	}
	if json.Unmarshal(raw, &v2) == nil && v2.Message != "" {
		return newError(r, append([]string{v2.Message}, texts(v2.Data)...))
	}
	var v1 []json.RawMessage
	if json.Unmarshal(raw, &v1) == nil && len(v1) > 0 {
		return newError(r, texts(v1))
	}
	return fmt.Errorf("xapi: %s: %w: error %s", r.method, ErrProtocol, clip(raw))
}

func texts(raw []json.RawMessage) []string {
	out := make([]string, len(raw))
	for i, v := range raw {
		out[i] = scalar(v)
	}
	return out
}

// newError makes the error of a code and its parameters, and leaves out what
// nobody may see.
func newError(r *request, description []string) error {
	if len(description) == 0 {
		return fmt.Errorf("xapi: %s: %w: an error without a code", r.method, ErrProtocol)
	}
	secrets := r.secrets()
	params := make([]string, 0, len(description)-1)
	for _, p := range description[1:] {
		if !slices.Contains(secrets, p) {
			params = append(params, r.redact(p))
		}
	}
	return &Error{Method: r.method, Code: ErrorCode(r.redact(description[0])), Params: params}
}

// errUnavailable marks answers of something that stands before a server which
// is away for a moment.
var errUnavailable = errors.New("the server is not available")

// clip shortens what a server sent to what an error may show of it.
func clip(raw []byte) string {
	const shown = 40
	if len(raw) > shown {
		return strings.ToValidUTF8(string(raw[:shown]), "") + "…"
	}
	return string(raw)
}
