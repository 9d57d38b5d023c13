package xapi

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
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

// Format prints the options without the password, whatever the verb.
func (o Options) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "xapi.Options{URL: %s, Username: %q, Originator: %q}", redactURL(o.URL), o.Username, o.Originator)
}

// LogValue logs the options without the password.
func (o Options) LogValue() slog.Value {
	return slog.GroupValue(slog.String("url", redactURL(o.URL)), slog.String("username", o.Username), slog.String("originator", o.Originator))
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
	logger   *slog.Logger
	debris   debris
}

// Dial connects to a pool, logs in, and learns who its members are. HTTPS_PROXY
// and NO_PROXY of the environment hold; the proxy sees neither calls nor
// answers.
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
	c := &Client{endpoint: e, http: httpClient(trust), gate: newGate(o.Concurrency), logger: o.Logger}
	c.session = &sessionCaller{
		next:     chain(o, &httpCaller{client: c.http, endpoint: e, limit: o.MaxResponseBytes}),
		endpoint: e, username: o.Username, password: o.Password, originator: o.Originator,
	}
	c.chain = c.session
	_, err = c.session.current(ctx)
	if err != nil {
		err = fmt.Errorf("xapi: %w", err)
	} else {
		err = c.learnMembers(ctx, len(o.Pins) > 0)
	}
	if err != nil {
		after, cancel := context.WithTimeout(context.WithoutCancel(ctx), logoutTime)
		defer cancel()
		_ = c.Close(after) // the first error is the one to tell
		return nil, err
	}
	return c, nil
}

// chain is what a call passes below its session: it is sent again where that is
// safe, each time is logged, and nothing that comes back shows a secret.
func chain(o Options, bottom caller) caller {
	return &retryCaller{attempts: o.Attempts, pause: o.RetryPause, next: &logCaller{logger: o.Logger, next: &redactCaller{next: bottom}}}
}

func httpClient(trust *tls.Config) *http.Client {
	const (
		dialTimeout, handshakeTimeout = 10 * time.Second, 10 * time.Second

		// Servers close a connection after 10 s without a call; to close it
		// first means not to lose a call to that.
		idleTimeout = 5 * time.Second
		idle        = 16
	)
	return &http.Client{
		Transport: &http.Transport{
			DialContext:         (&net.Dialer{Timeout: dialTimeout}).DialContext,
			TLSClientConfig:     trust,
			TLSHandshakeTimeout: handshakeTimeout,
			IdleConnTimeout:     idleTimeout,
			MaxIdleConnsPerHost: idle,
			Proxy:               http.ProxyFromEnvironment,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Address is the pool member that calls go to: the master's, once logged in.
func (c *Client) Address() string { return c.endpoint.address() }

// Close removes what is left of finished operations and logs out. Calls after
// it fail with [ErrClosed]; a second Close does nothing. Calls under way should
// have ended before.
func (c *Client) Close(ctx context.Context) error {
	for _, task := range c.debris.take() {
		if err := c.DestroyTask(ctx, task); err != nil {
			break // the server removes them after an hour
		}
	}
	err := c.session.close(ctx)
	c.http.CloseIdleConnections()
	return err
}

// read sends a call that changes nothing and may be sent again.
func read[T any](ctx context.Context, c *Client, method string, args ...any) (T, error) {
	return send[T](ctx, c, &request{method: method, args: args, safe: true})
}

// idempotent sends a call that may be sent again because its second effect is
// no other than its first. Its result is void.
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

// Call sends any call of the API, for what this package has no method for.
// args follow the session; the result is raw JSON, void as "". It is sent
// once: whether it may be repeated is not known.
func (c *Client) Call(ctx context.Context, method string, args ...any) (json.RawMessage, error) {
	return c.chain.call(ctx, &request{method: method, args: args})
}
