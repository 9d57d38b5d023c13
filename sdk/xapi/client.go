package xapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"
)

// Options say which pool to talk to and how to trust it.
type Options struct {
	// URL is a pool member's address, https://host or https://host:port. Any
	// member will do: the client goes on to the master.
	URL string
	// Username and Password log in.
	Username, Password string
	// CACertPEM holds the authorities to trust instead of the system's.
	CACertPEM []byte
	// Pins holds SHA-256 fingerprints of certificates to trust for what they
	// are, in hex with or without colons. One member's is enough: the
	// client learns the others' from it.
	Pins []string
	// Originator groups the client's sessions at the server; "bioxen" when empty.
	Originator string
	// Logger gets a debug line for every call, without parameters; none when nil.
	Logger *slog.Logger
	// MaxResponseBytes bounds an answer; 256 MiB when 0.
	MaxResponseBytes int64
	// Attempts bounds how often a call is sent while the server is not
	// reached or too busy; 4 when 0.
	Attempts int
	// RetryPause comes before the second attempt and doubles; 200 ms when 0.
	RetryPause time.Duration
	// Concurrency bounds how many verbs that make or change VMs run at once
	// on the pool; 8 when 0. Reads are not bounded.
	Concurrency int
}

func (o Options) withDefaults() Options {
	const (
		maxResponse = 256 << 20
		attempts    = 4
		pause       = 200 * time.Millisecond
		concurrency = 8
	)
	if o.Originator == "" {
		o.Originator = "bioxen"
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.MaxResponseBytes <= 0 {
		o.MaxResponseBytes = maxResponse
	}
	if o.Attempts <= 0 {
		o.Attempts = attempts
	}
	if o.RetryPause <= 0 {
		o.RetryPause = pause
	}
	if o.Concurrency <= 0 {
		o.Concurrency = concurrency
	}
	return o
}

// A Client is a session with a pool. It is safe for concurrent use. Close logs
// out; a client that is never closed leaves a session at the server.
type Client struct {
	chain    caller
	session  *sessionCaller
	endpoint *endpoint
	http     *http.Client
	gate     gate
}

// Dial connects to a pool, logs in, and learns who its members are.
func Dial(ctx context.Context, o Options) (*Client, error) {
	o = o.withDefaults()
	e, err := newEndpoint(o.URL)
	if err != nil {
		return nil, err
	}
	trust, err := tlsConfig(e, o.CACertPEM, o.Pins)
	if err != nil {
		return nil, err
	}
	const dialTimeout, handshakeTimeout, idle = 10 * time.Second, 10 * time.Second, 16
	h := &http.Client{
		Transport: &http.Transport{
			DialContext:         (&net.Dialer{Timeout: dialTimeout}).DialContext,
			TLSClientConfig:     trust,
			TLSHandshakeTimeout: handshakeTimeout,
			MaxIdleConnsPerHost: idle,
			Proxy:               http.ProxyFromEnvironment,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	var chain caller = &httpCaller{client: h, endpoint: e, limit: o.MaxResponseBytes}
	chain = &logCaller{next: chain, logger: o.Logger}
	chain = &retryCaller{next: chain, attempts: o.Attempts, pause: o.RetryPause}
	session := &sessionCaller{next: chain, endpoint: e, username: o.Username, password: o.Password, originator: o.Originator}
	c := &Client{chain: session, session: session, endpoint: e, http: h, gate: newGate(o.Concurrency)}
	if _, err := session.current(ctx); err != nil {
		h.CloseIdleConnections()
		return nil, fmt.Errorf("xapi: %w", err)
	}
	if err := c.learnMembers(ctx, len(o.Pins) > 0); err != nil {
		return nil, errors.Join(err, c.Close(context.WithoutCancel(ctx)))
	}
	return c, nil
}

// learnMembers keeps the members' addresses for fail-over and, where
// certificates are pinned, their fingerprints too: they come over a channel
// that is trusted already.
func (c *Client) learnMembers(ctx context.Context, pins bool) error {
	hosts, err := c.Hosts(ctx)
	if err != nil {
		return err
	}
	addresses := make([]string, 0, len(hosts))
	for _, h := range hosts {
		addresses = append(addresses, h.Address)
	}
	c.endpoint.setMembers(addresses)
	if !pins {
		return nil
	}
	certs, err := c.Certificates(ctx)
	if err != nil {
		return err
	}
	for _, cert := range certs {
		if cert.Type == "host" {
			c.endpoint.addPins(cert.FingerprintSHA256, cert.Fingerprint)
		}
	}
	return nil
}

// Address is the pool member that calls go to: the master's, once logged in.
func (c *Client) Address() string { return c.endpoint.address() }

// Close logs out. Calls after it fail with [ErrClosed]; a second Close does
// nothing.
func (c *Client) Close(ctx context.Context) error {
	err := c.session.close(ctx)
	c.http.CloseIdleConnections()
	return err
}

// call sends a call that changes something and decodes its result.
func call[T any](ctx context.Context, c *Client, method string, args ...any) (T, error) {
	return send[T](ctx, c, &request{method: method, args: args})
}

// read sends a call that changes nothing and may be sent again.
func read[T any](ctx context.Context, c *Client, method string, args ...any) (T, error) {
	return send[T](ctx, c, &request{method: method, args: args, safe: true})
}

// do sends a call whose result is void.
func do(ctx context.Context, c *Client, method string, args ...any) error {
	_, err := c.chain.call(ctx, &request{method: method, args: args})
	return err
}

// idempotent sends a call that may be sent again because its second effect is
// no other than its first.
func idempotent(ctx context.Context, c *Client, method string, args ...any) error {
	_, err := c.chain.call(ctx, &request{method: method, args: args, safe: true})
	return err
}

func send[T any](ctx context.Context, c *Client, r *request) (T, error) {
	var v T
	raw, err := c.chain.call(ctx, r)
	if err == nil {
		if err = decode(raw, &v); err != nil {
			err = fmt.Errorf("xapi: %s: %w", r.method, err)
		}
	}
	return v, err
}

func isAsync(method string) bool { return strings.HasPrefix(method, "Async.") }

// Call sends any call of the API, for what this package has no method for.
// args follow the session; the result is raw JSON, void as "". It is sent
// once: whether it may be repeated is not known.
func (c *Client) Call(ctx context.Context, method string, args ...any) (json.RawMessage, error) {
	return c.chain.call(ctx, &request{method: method, args: args})
}

// A gate bounds how many verbs run at once.
type gate chan struct{}

func newGate(n int) gate { return make(gate, n) }

// enter waits for a place, or for ctx to end. What it returns gives the place
// back.
func (g gate) enter(ctx context.Context) (leave func(), err error) {
	select {
	case g <- struct{}{}:
		return func() { <-g }, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}
