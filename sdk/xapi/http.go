package xapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
)

// A caller is one link of the chain that a call goes down and its answer comes
// up: session → retry → log → HTTP.
type caller interface {
	call(ctx context.Context, r *request) (json.RawMessage, error)
}

// The headers by which a member tells its master's certificate.
const (
	askThumbprint  = "x-xenapi-request-host-certificate-thumbprint"
	giveThumbprint = "x-xenapi-response-host-certificate-thumbprint"
)

// errUnsent marks calls that never reached a server: to send them again is
// always safe.
var errUnsent = errors.New("the server was not reached")

// httpCaller sends one call and reads one answer.
type httpCaller struct {
	client   *http.Client
	endpoint *endpoint
	limit    int64 // the longest answer, in bytes
	nextID   atomic.Int64
}

func (h *httpCaller) call(ctx context.Context, r *request) (json.RawMessage, error) {
	id := h.nextID.Add(1)
	body, err := r.encode(id)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.endpoint.url("/jsonrpc").String(), bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("xapi: %s: %w", r.method, err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(askThumbprint, "sha-256:master")
	resp, err := h.client.Do(req)
	if err != nil {
		return nil, transportError(ctx, r, err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, h.limit+1))
	if err != nil {
		return nil, transportError(ctx, r, err)
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

// transportError words what went wrong on the way, without the URL's query
// and without secrets, and tells apart calls that were never sent.
func transportError(ctx context.Context, r *request, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("xapi: %s: %w", r.method, context.Cause(ctx))
	}
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		return fmt.Errorf("xapi: %s: %w: %w", r.method, errUnsent, err)
	}
	return fmt.Errorf("xapi: %s: %w", r.method, err)
}
