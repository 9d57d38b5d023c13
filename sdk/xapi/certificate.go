package xapi

import (
	"context"
	"time"
)

// A Certificate is one that the pool knows.
type Certificate struct {
	UUID string  `xapi:"uuid"`
	Type string  `xapi:"type"` // host, host_internal, ca, …
	Host HostRef `xapi:"host"`
	// Fingerprint and FingerprintSHA256 are SHA-256 in upper-case hex pairs with
	// colons; servers before 24.20 have only the first.
	Fingerprint       string    `xapi:"fingerprint"`
	FingerprintSHA256 string    `xapi:"fingerprint_sha256"`
	NotBefore         time.Time `xapi:"not_before"`
	NotAfter          time.Time `xapi:"not_after"`
}

// Certificates returns every certificate that the pool knows, in one call.
func (c *Client) Certificates(ctx context.Context) (map[CertificateRef]Certificate, error) {
	return read[map[CertificateRef]Certificate](ctx, c, "Certificate.get_all_records")
}
