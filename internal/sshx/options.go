package sshx

import (
	"context"
	"log/slog"
	"net"
	"time"
)

// Options are how connections are made and kept. The zero value is good.
type Options struct {
	// Timeout bounds one attempt to log in: connecting, and then the handshake
	// and authentication; 30 s when zero, which emulated machines need.
	Timeout time.Duration
	// KeepAlive is the time without a byte from the server after which it is
	// asked for a sign of life; 15 s when zero.
	KeepAlive time.Duration
	// KeepAliveMisses is how many times in a row the server may leave that
	// unanswered before the connection is closed; 3 when zero.
	KeepAliveMisses int
	// AuthRetry is for how long [WaitDial] takes an [AuthError] for one that
	// passes, from the first one on: a machine that boots answers before it has
	// the user's key. Not at all when zero.
	AuthRetry time.Duration
	// MaxOutput is how much a command may write to each of its outputs in
	// [Conn.Run]; 16 MiB when zero.
	MaxOutput int64
	// Dialer replaces the network; a net.Dialer's DialContext when nil.
	Dialer func(ctx context.Context, network, address string) (net.Conn, error)
	// Logger is told of connections made and lost, and of attempts; nobody when
	// nil. It never sees a secret.
	Logger *slog.Logger
}

// filled returns the options with their defaults.
func (o Options) filled() Options {
	if o.Timeout <= 0 {
		o.Timeout = 30 * time.Second
	}
	if o.KeepAlive <= 0 {
		o.KeepAlive = 15 * time.Second
	}
	if o.KeepAliveMisses <= 0 {
		o.KeepAliveMisses = 3
	}
	if o.MaxOutput <= 0 {
		o.MaxOutput = 16 << 20
	}
	if o.Dialer == nil {
		o.Dialer = new(net.Dialer).DialContext
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}
