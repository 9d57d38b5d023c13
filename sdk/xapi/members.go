package xapi

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
)

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
	if isCode(err, MessageMethodUnknown) { // an old server
		return c.askCertificates(ctx, hosts)
	}
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

// askCertificates asks each host for its certificate. A host that is away has
// none to show, and is not trusted then.
func (c *Client) askCertificates(ctx context.Context, hosts map[HostRef]Host) error {
	for ref := range hosts {
		text, err := read[string](ctx, c, "host.get_server_certificate", ref)
		if isCode(err, HostOffline) || isCode(err, CannotContactHost) {
			continue
		}
		if err != nil {
			return err
		}
		block, _ := pem.Decode([]byte(text))
		if block == nil {
			return fmt.Errorf("xapi: host.get_server_certificate: %w: no PEM block", ErrProtocol)
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return fmt.Errorf("xapi: host.get_server_certificate: %w: %w", ErrProtocol, err)
		}
		c.endpoint.addPins(Fingerprint(cert))
	}
	return nil
}
