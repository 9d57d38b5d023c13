package remote

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// Options say which daemon to talk to.
type Options struct {
	// Endpoint is https://host:port, or unix:///path for a socket on this
	// machine. With Dial it may be empty.
	Endpoint string
	// Token is what the daemon knows its callers by, over https.
	Token string
	// CACertPEM holds the authorities to trust instead of the system's.
	CACertPEM []byte
	// Pins holds SHA-256 fingerprints of certificates to trust for what they
	// are, instead of any authority, in hex with or without colons.
	Pins []string
	// Dial opens the connections instead of the network: a channel of an SSH
	// connection, say. Nothing is encrypted besides then.
	Dial func(ctx context.Context) (net.Conn, error)
	// Logger gets a debug line for every call; none when nil.
	Logger *slog.Logger
	// Version is this build's release; "dev" when empty.
	Version string
}

// Format prints the options without the token, whatever the verb.
func (o Options) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "daemon at %s", o.where()) }

func (o Options) where() string {
	if o.Endpoint == "" {
		return "the other end of a connection"
	}
	return o.Endpoint
}

// connector is how connections come about.
type connector struct {
	base string // of URLs
	dial func(ctx context.Context, network, address string) (net.Conn, error)
	tls  *tls.Config
}

func (o Options) connector() (connector, error) {
	if o.Dial != nil {
		dial := o.Dial
		return connector{base: "http://bioxen", dial: func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) }}, nil
	}
	u, err := url.Parse(o.Endpoint)
	bad := func(reason string) error {
		return &biovm.FieldError{Path: "endpoint", Value: o.Endpoint, Reason: reason}
	}
	switch {
	case err != nil:
		return connector{}, bad("must be https://host:port or unix:///path")
	case u.Scheme == "unix" && u.Host == "" && u.Path != "":
		path := u.Path
		return connector{base: "http://bioxen", dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", path)
		}}, nil
	case u.Scheme == "http":
		return connector{}, bad("must be https: a token may not cross a network in the clear; on the same machine use unix:///path")
	case u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || strings.Trim(u.Path, "/") != "":
		return connector{}, bad("must be https://host:port or unix:///path, and nothing else")
	case o.Token == "":
		return connector{}, &biovm.FieldError{Path: "token", Reason: "is needed for a daemon behind https; \"bioxen token\" makes one"}
	}
	config, err := o.tls()
	if err != nil {
		return connector{}, err
	}
	return connector{base: "https://" + u.Host, dial: new(net.Dialer).DialContext, tls: config}, nil
}

// ErrUntrusted is what errors wrap when the daemon shows a certificate that is
// neither pinned nor signed by a trusted authority.
var ErrUntrusted = errors.New("the daemon's certificate is not trusted")

func (o Options) tls() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if len(o.CACertPEM) > 0 {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(o.CACertPEM) {
			return nil, &biovm.FieldError{Path: "ca_cert_pem", Reason: "has no certificate in PEM form"}
		}
	}
	switch {
	case len(o.Pins) == 0:
		return config, nil
	case len(o.CACertPEM) > 0:
		return nil, &biovm.FieldError{Path: "pins", Reason: "give authorities or pins, not both"}
	}
	pins := make([]string, len(o.Pins))
	for i, pin := range o.Pins {
		pins[i] = strings.ToLower(strings.ReplaceAll(pin, ":", ""))
		if b, err := hex.DecodeString(pins[i]); err != nil || len(b) != sha256.Size {
			return nil, &biovm.FieldError{Path: fmt.Sprintf("pins[%d]", i), Value: pin, Reason: "must be a SHA-256 fingerprint: 64 hexadecimal digits, with or without colons"}
		}
	}
	config.InsecureSkipVerify = true //nolint:gosec // VerifyConnection below checks the pin instead
	config.VerifyConnection = func(state tls.ConnectionState) error {
		if len(state.PeerCertificates) == 0 {
			return ErrUntrusted
		}
		sum := sha256.Sum256(state.PeerCertificates[0].Raw)
		shown := hex.EncodeToString(sum[:])
		if !slices.Contains(pins, shown) {
			return fmt.Errorf("%w: its SHA-256 is %s, and pinned are %s", ErrUntrusted, shown, strings.Join(pins, ", "))
		}
		return nil
	}
	return config, nil
}
