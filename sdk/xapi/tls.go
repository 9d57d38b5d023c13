package xapi

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
)

// ErrUntrusted is what errors wrap when a server shows a certificate that is
// neither pinned nor signed by a trusted authority.
var ErrUntrusted = errors.New("the server's certificate is not trusted")

// tlsConfig says whom to trust: the pins when there are any, otherwise the
// authorities in caPEM, otherwise the system's. Hosts speak TLS 1.2 only, on
// one curve, so neither newer versions nor a choice of curves is demanded.
func tlsConfig(e *endpoint, caPEM []byte, pins []string) (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	switch {
	case len(pins) > 0 && len(caPEM) > 0:
		return nil, errors.New("xapi: give a CA or certificate pins, not both")
	case len(pins) > 0:
		for _, p := range pins {
			if normalPin(p) == "" {
				return nil, fmt.Errorf("xapi: pin %q is not a SHA-256 fingerprint: 64 hex digits, with or without colons", p)
			}
		}
		e.addPins(pins...)
		// A pinned certificate is trusted for what it is, not for who signed
		// it: the check below takes the place of the chain's. It runs on
		// resumed connections too.
		c.InsecureSkipVerify = true
		c.VerifyConnection = func(s tls.ConnectionState) error { return e.verifyPin(s) }
	case len(caPEM) > 0:
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(caPEM) {
			return nil, errors.New("xapi: the CA holds no PEM certificate")
		}
		c.RootCAs = pool
	}
	return c, nil
}

func (e *endpoint) verifyPin(s tls.ConnectionState) error {
	if len(s.PeerCertificates) == 0 {
		return fmt.Errorf("%w: it shows none", ErrUntrusted)
	}
	pin := Fingerprint(s.PeerCertificates[0])
	if !e.pinned(pin) {
		return fmt.Errorf("%w: its SHA-256 is %s, which is not one of the pins", ErrUntrusted, pin)
	}
	return nil
}

// untrusted makes an [ErrUntrusted] of what the TLS package says when a
// certificate does not pass.
func untrusted(err error) error {
	if e, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return fmt.Errorf("%w: %w", ErrUntrusted, e)
	}
	return err
}

// Fingerprint returns the SHA-256 of a certificate in lower-case hex, the form
// of Options.Pins.
func Fingerprint(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	return hex.EncodeToString(sum[:])
}
