package xapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"
)

// A caller is one link of the chain that a call goes down and its answer comes
// up: session → retry → log → redaction → HTTP.
type caller interface {
	call(ctx context.Context, r *request) (json.RawMessage, error)
}

// A supporter that is asked by the first header names its master's certificate
// in the second (xapi 24.1.0 and later).
const (
	askThumbprint  = "x-xenapi-request-host-certificate-thumbprint"
	giveThumbprint = "x-xenapi-response-host-certificate-thumbprint"
)

// Headers that start with markHeader end up in the other_config of the task
// that a call makes, under "http:" and the rest of the name.
const (
	markHeader = "x-http-other-config-" + markName
	markKey    = "http:" + markName
	markName   = "bioxen-call"
)

// errUnsent marks calls of which no byte reached a server: to send them again
// is always safe.
var errUnsent = errors.New("the server was not reached")

// ErrLostAnswer is what errors wrap when a call that changes something was
// sent and no answer came: whether it was done is not known.
var ErrLostAnswer = errors.New("the answer was lost, so whether it was done is not known")

// answerGrace is how long a call that changes something and is on its way
// may go on when its context ends: to know what it did is worth the wait.
const answerGrace = 5 * time.Second

// httpCaller sends one call and reads one answer.
type httpCaller struct {
	client   *http.Client
	endpoint *endpoint
	limit    int64 // the longest answer, in bytes
	nextID   atomic.Int64
}

func (h *httpCaller) call(ctx context.Context, r *request) (json.RawMessage, error) {
	if ctx.Err() != nil {
		return nil, fmt.Errorf("xapi: %s: %w", r.method, context.Cause(ctx))
	}
	id := h.nextID.Add(1)
	body, err := r.encode(id)
	if err != nil {
		return nil, err
	}
	sent := &atomic.Bool{}
	ctx, cancel := exchange(ctx, r.safe, sent)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.endpoint.url("/jsonrpc").String(), bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("xapi: %s: %w", r.method, err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header[askThumbprint] = []string{"sha-256:master"}
	if r.mark != "" {
		req.Header[markHeader] = []string{r.mark}
	}
	resp, err := h.client.Do(req)
	if err != nil {
		return nil, transportError(ctx, r, err, sent.Load())
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, h.limit+1))
	if err != nil {
		return nil, transportError(ctx, r, err, true)
	}
	if int64(len(answer)) > h.limit {
		return nil, fmt.Errorf("xapi: %s: %w: the answer is longer than %d bytes; raise Options.MaxResponseBytes", r.method, ErrProtocol, h.limit)
	}
	raw, err := decodeAnswer(r, id, resp.StatusCode, resp.Header, answer)
	if errors.Is(err, HostIsSlave) {
		// The member that says so was trusted, so is what it says of its
		// master. Without pins the authority decides, and this is not used.
		h.endpoint.addPins(resp.Header.Get(giveThumbprint))
	}
	return raw, err
}

// exchange returns the context of one request and its answer, which notes in
// sent when the request goes out. A read ends with ctx. What changes something
// has a grace after ctx once it is sent, so that it is known what it did.
func exchange(ctx context.Context, safe bool, sent *atomic.Bool) (context.Context, context.CancelFunc) {
	trace := &httptrace.ClientTrace{
		// A second connection is tried only when nothing went out on the first.
		GetConn:      func(string) { sent.Store(false) },
		WroteHeaders: func() { sent.Store(true) },
	}
	if safe {
		return context.WithCancel(httptrace.WithClientTrace(ctx, trace))
	}
	long, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	// The function ends when the exchange does, at the latest after the grace.
	stop := context.AfterFunc(ctx, func() {
		if sent.Load() && !wait(long, answerGrace) {
			return
		}
		cancel(context.Cause(ctx))
	})
	return httptrace.WithClientTrace(long, trace), func() { stop(); cancel(nil) }
}

// transportError words what went wrong on the way, without the URL, and tells
// apart calls that were never sent, calls that were sent and may have had their
// effect, and reads.
func transportError(ctx context.Context, r *request, err error, sent bool) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	err = untrusted(err)
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	switch {
	case sent && !r.safe:
		return fmt.Errorf("xapi: %s: %w: %w", r.method, ErrLostAnswer, err)
	case sent || ctx.Err() != nil || errors.Is(err, ErrUntrusted):
		return fmt.Errorf("xapi: %s: %w", r.method, err)
	}
	return fmt.Errorf("xapi: %s: %w: %w", r.method, errUnsent, err)
}
