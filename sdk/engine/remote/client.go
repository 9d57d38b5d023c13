package remote

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// ErrClosed says that the client was closed before or during the call.
var ErrClosed = errors.New("the client is closed")

// maxAnswer bounds an answer: a result's limit is the caller's, this is against
// a daemon that never ends.
const maxAnswer = 256 << 20

// maxProblem bounds a problem where a stream was asked for.
const maxProblem = 16 << 20

// Client is an engine that runs elsewhere. It is safe for concurrent use. Close
// closes it.
type Client struct {
	options Options
	base    string
	http    *http.Client
	server  ServerInfo

	opening chan struct{} // holds one while a session is opened

	mu       sync.Mutex // guards what follows
	closed   bool
	calls    map[*context.CancelCauseFunc]struct{}
	underWay sync.WaitGroup
	session  *session
}

// Dial connects to a daemon and learns which version of the API both speak:
// where there is none, the error is a [VersionError]. The context bounds the
// call only.
func Dial(ctx context.Context, o Options) (*Client, error) {
	if o.Version == "" {
		o.Version = "dev"
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	how, err := o.connector()
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", o.where(), err)
	}
	c := &Client{
		options: o, base: how.base, calls: map[*context.CancelCauseFunc]struct{}{}, opening: make(chan struct{}, 1),
		http: &http.Client{
			Transport: &http.Transport{
				DialContext: how.dial, TLSClientConfig: how.tls, ForceAttemptHTTP2: false,
				TLSNextProto:        map[string]func(string, *tls.Conn) http.RoundTripper{}, // HTTP/1.1: one call a connection ends with it
				MaxIdleConnsPerHost: 16, IdleConnTimeout: 90 * time.Second, TLSHandshakeTimeout: 10 * time.Second,
			},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	if err := c.negotiate(ctx); err != nil {
		c.http.CloseIdleConnections()
		return nil, fmt.Errorf("connect to %s: %w", o.where(), err)
	}
	return c, nil
}

func (c *Client) negotiate(ctx context.Context) error {
	if err := c.call(ctx, request{method: http.MethodGet, path: "/v1/version", answer: &c.server}); err != nil {
		return err
	}
	if !c.server.API.Common(Speaks()) {
		return &VersionError{Client: c.options.Version, Server: c.server.Version, ClientAPI: Speaks(), ServerAPI: c.server.API}
	}
	if c.options.Dial != nil || c.options.Token == "" {
		return nil
	}
	// The version is anybody's to ask; that the token is right shows here.
	_, err := c.LastEvent(ctx)
	return err
}

// Server is what the daemon said of itself when the client connected.
func (c *Client) Server() ServerInfo { return c.server }

// Health asks the daemon how it is.
func (c *Client) Health(ctx context.Context) (Health, error) {
	var h Health
	err := c.call(ctx, request{method: http.MethodGet, path: "/v1/health", answer: &h})
	return h, err
}

// Close ends the calls under way with [ErrClosed], waits for them, and ends the
// session. VMs live on; those that this client made and nobody confirmed can be
// adopted. Closing twice does no more.
func (c *Client) Close() error {
	c.mu.Lock()
	first := !c.closed
	c.closed = true
	for cancel := range c.calls {
		(*cancel)(ErrClosed)
	}
	s := c.session
	c.session = nil
	c.mu.Unlock()
	c.underWay.Wait()
	if first && s != nil {
		s.end()
	}
	c.http.CloseIdleConnections()
	return nil
}

// begin admits a call: Close ends its context.
func (c *Client) begin(ctx context.Context) (context.Context, func(), error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, nil, ErrClosed
	}
	ctx, cancel := context.WithCancelCause(ctx)
	c.calls[&cancel] = struct{}{}
	c.underWay.Add(1)
	return ctx, func() {
		c.mu.Lock()
		delete(c.calls, &cancel)
		c.mu.Unlock()
		cancel(nil)
		c.underWay.Done()
	}, nil
}

// A request is one call.
type request struct {
	op      string // for errors: what on which VM
	ref     string
	method  string
	path    string
	query   url.Values
	body    any
	raw     []byte // in place of a body: bytes as they are
	isRaw   bool
	answer  any  // nil: there is none
	session bool // what it makes belongs to the session
}

// call sends a request and decodes the answer. Errors are those of the engine,
// or say that it was not reached.
func (c *Client) call(ctx context.Context, r request) error {
	err := c.attempt(ctx, r)
	if r.session && errors.Is(err, errNoSession) {
		err = c.attempt(ctx, r) // the daemon was started anew
	}
	if err == nil || r.op == "" {
		return err
	}
	if _, ok := err.(*biovm.OpError); ok { //nolint:errorlint // one wrapping is enough
		return err
	}
	return &biovm.OpError{Op: r.op, VM: biovm.ID(r.ref), Err: err}
}

func (c *Client) attempt(ctx context.Context, r request) error {
	ctx, done, err := c.begin(ctx)
	if err != nil {
		return err
	}
	defer done()
	req, err := c.request(ctx, r)
	if err != nil {
		return endedBy(ctx, err)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return endedBy(ctx, unreached(err))
	}
	defer func() { _ = resp.Body.Close() }() // it was only read
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return endedBy(ctx, unreached(err))
	case len(body) > maxAnswer:
		return fmt.Errorf("the daemon's answer is longer than %d bytes", maxAnswer)
	case resp.StatusCode >= http.StatusBadRequest:
		err := c.problem(resp, body)
		if errors.Is(err, errNoSession) {
			c.forgetSession(req.Header.Get(HeaderSession))
		}
		return endedBy(ctx, err)
	case resp.StatusCode >= http.StatusMultipleChoices:
		return c.notOurs(resp)
	case r.answer == nil:
		return nil
	}
	if err := json.Unmarshal(body, r.answer); err != nil {
		return fmt.Errorf("%w: %w", c.notOurs(resp), err)
	}
	return nil
}

// endedBy prefers why the context ended to what the call makes of it: Close, or
// the caller's own reason.
func endedBy(ctx context.Context, err error) error {
	switch cause := context.Cause(ctx); {
	case err == nil || cause == nil:
		return err
	case errors.Is(cause, ErrClosed):
		return ErrClosed
	case errors.Is(cause, ctx.Err()):
		return cause
	default:
		return fmt.Errorf("%w: %w", ctx.Err(), cause)
	}
}

// unreached is an [ErrUnavailable], or an [ErrUntrusted]. It takes the URL out of
// an error of the HTTP client, which names the method and the path besides.
func unreached(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err
	}
	if e, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return fmt.Errorf("%w: %w; give its authority or its fingerprint", ErrUntrusted, e.Err)
	}
	if errors.Is(err, ErrUntrusted) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}

func (c *Client) request(ctx context.Context, r request) (*http.Request, error) {
	var body io.Reader
	if r.body != nil {
		text, err := encode(r.body)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(text)
	}
	if r.isRaw {
		body = bytes.NewReader(r.raw)
	}
	target := c.base + r.path
	if len(r.query) > 0 {
		target += "?" + r.query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, r.method, target, body)
	if err != nil {
		return nil, fmt.Errorf("make the call: %w", err)
	}
	req.Header.Set("Accept", "application/json, "+ProblemType)
	req.Header.Set(HeaderAPI, Speaks().String())
	req.Header.Set(HeaderBuild, c.options.Version)
	if c.options.Token != "" && c.options.Dial == nil {
		req.Header.Set("Authorization", "Bearer "+c.options.Token)
	}
	switch {
	case r.isRaw:
		req.Header.Set("Content-Type", "application/octet-stream")
	case body != nil:
		req.Header.Set("Content-Type", "application/json")
	}
	if r.session {
		id, err := c.sessionID(ctx)
		if err != nil {
			return nil, err
		}
		req.Header.Set(HeaderSession, id)
	}
	c.options.Logger.DebugContext(ctx, "call", slog.String("method", r.method), slog.String("path", r.path))
	return req, nil
}

// problem is the error of an answer.
func (c *Client) problem(resp *http.Response, body []byte) error {
	var p Problem
	if err := json.Unmarshal(body, &p); err != nil || p.Status == 0 {
		return c.notOurs(resp)
	}
	if resp.StatusCode == http.StatusUpgradeRequired {
		if r, ok := ParseAPIRange(resp.Header.Get(HeaderAPI)); ok {
			return &VersionError{Client: c.options.Version, Server: resp.Header.Get(HeaderBuild), ClientAPI: Speaks(), ServerAPI: r}
		}
	}
	if resp.StatusCode == http.StatusNotFound && p.Cause == nil {
		return fmt.Errorf("%w: %w", errNoRoute, p.Err())
	}
	return p.Err()
}

func (c *Client) notOurs(resp *http.Response) error {
	return fmt.Errorf("what answers at %s is no bioxen daemon: %s, %s", c.options.where(), resp.Status, resp.Header.Get("Content-Type"))
}
