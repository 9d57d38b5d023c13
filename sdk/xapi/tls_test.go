package xapi

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// hostCertificate makes what a host makes for itself: RSA 2048, its address
// as the subject's alternative name.
func hostCertificate(t testing.TB, address string) tls.Certificate {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: address},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.ParseIP(address)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

// likeAHost is what hosts speak: TLS 1.2, two suites, one curve.
func likeAHost(cert tls.Certificate) *tls.Config {
	return &tls.Config{
		Certificates: []tls.Certificate{cert},
		MinVersion:   tls.VersionTLS12, MaxVersion: tls.VersionTLS12,
		CipherSuites:     []uint16{tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256},
		CurvePreferences: []tls.CurveID{tls.CurveP384},
	}
}

// newHost is a fake with a host's certificate.
func newHost(t *testing.T, c func(*tls.Config)) *fake {
	t.Helper()
	const address = "127.0.0.1"
	f := script()
	listener, err := net.Listen("tcp", net.JoinHostPort(address, "0"))
	if err != nil {
		t.Fatal(err)
	}
	trust := likeAHost(hostCertificate(t, address))
	if c != nil {
		c(trust)
	}
	f.Server = &httptest.Server{Listener: listener, TLS: trust, Config: &http.Server{
		Handler: f, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError), ReadHeaderTimeout: time.Minute,
	}}
	f.StartTLS()
	t.Cleanup(f.Close)
	return f
}

func caPEM(c *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
}

func TestTrust(t *testing.T) {
	t.Parallel()
	f := newHost(t, nil)
	pin := Fingerprint(f.TLS.Certificates[0].Leaf)
	pairs := make([]string, 0, 32)
	for i := 0; i < len(pin); i += 2 {
		pairs = append(pairs, strings.ToUpper(pin[i:i+2]))
	}
	other := hostCertificate(t, "127.0.0.1")
	for name, test := range map[string]struct {
		set  func(*Options)
		want error
	}{
		"pin":                 {func(o *Options) { o.Pins = []string{pin} }, nil},
		"pin with colons":     {func(o *Options) { o.Pins = []string{strings.Join(pairs, ":")} }, nil},
		"pin with its prefix": {func(o *Options) { o.Pins = []string{"sha-256:" + pin} }, nil},
		"one of several pins": {func(o *Options) { o.Pins = []string{Fingerprint(other.Leaf), pin} }, nil},
		"another's pin":       {func(o *Options) { o.Pins = []string{Fingerprint(other.Leaf)} }, ErrUntrusted},
		"CA":                  {func(o *Options) { o.CACertPEM = caPEM(f.TLS.Certificates[0].Leaf) }, nil},
		"another CA":          {func(o *Options) { o.CACertPEM = caPEM(other.Leaf) }, ErrUntrusted},
		"the system's roots":  {func(*Options) {}, ErrUntrusted},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := f.options()
			o.Pins = nil
			test.set(&o)
			c, err := Dial(t.Context(), o)
			if !errors.Is(err, test.want) {
				t.Fatalf("Dial: got %v, want %v", err, test.want)
			}
			if err == nil && c.Close(t.Context()) != nil {
				t.Error("Close fails")
			}
		})
	}
}

func TestTrustOptions(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]Options{
		"short pin": {URL: "https://h", Pins: []string{"abcd"}},
		"odd pin":   {URL: "https://h", Pins: []string{strings.Repeat("g", 64)}},
		"both":      {URL: "https://h", Pins: []string{strings.Repeat("a", 64)}, CACertPEM: []byte("x")},
		"no PEM":    {URL: "https://h", CACertPEM: []byte("x")},
		"http":      {URL: "http://h"},
		"no scheme": {URL: "h"},
		"no host":   {URL: "https://"},
		"path":      {URL: "https://h/jsonrpc"},
		"secrets":   {URL: "https://root:" + testPassword + "@h"},
		"query":     {URL: "https://h?password=" + testPassword},
		"nonsense":  {URL: "https://h:" + testPassword},
	} {
		if _, err := Dial(t.Context(), o); err == nil {
			t.Errorf("%s: Dial accepts it", name)
		} else if strings.Contains(err.Error(), "hunter") {
			t.Errorf("%s: the error shows a password: %v", name, err)
		}
	}
}

// A client that demanded TLS 1.3, or chose its own curves, would not get into a
// host: that ours speaks to one that refuses both is TestTrust. Here is that
// such a demand is what fails.
func TestHostsSpeakTLS12OnP384(t *testing.T) {
	t.Parallel()
	f := newHost(t, nil)
	roots := x509.NewCertPool()
	roots.AddCert(f.TLS.Certificates[0].Leaf)
	for name, test := range map[string]struct {
		config *tls.Config
		ok     bool
	}{
		"ours":         {&tls.Config{MinVersion: tls.VersionTLS12}, true},
		"1.3 only":     {&tls.Config{MinVersion: tls.VersionTLS13}, false},
		"other curves": {&tls.Config{MinVersion: tls.VersionTLS12, CurvePreferences: []tls.CurveID{tls.X25519, tls.CurveP256}}, false},
	} {
		c := test.config.Clone()
		c.RootCAs = roots
		conn, err := (&tls.Dialer{Config: c}).DialContext(t.Context(), "tcp", f.Listener.Addr().String())
		if (err == nil) != test.ok {
			t.Errorf("%s: got error %v, want success %t", name, err, test.ok)
		}
		if err == nil {
			conn.Close()
		}
	}
}

// And the other way round: a server that has nothing but TLS 1.3 is reached
// too, should hosts become that.
func TestServerOfTLS13Only(t *testing.T) {
	t.Parallel()
	f := newHost(t, func(c *tls.Config) {
		c.MinVersion, c.MaxVersion, c.CurvePreferences = tls.VersionTLS13, tls.VersionTLS13, nil
	})
	o := f.options()
	o.Pins = []string{Fingerprint(f.TLS.Certificates[0].Leaf)}
	c, err := Dial(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

// An ECDSA leaf of a real authority is no problem either.
func TestChainOfAnAuthority(t *testing.T) {
	t.Parallel()
	root := hostCertificate(t, "127.0.0.9")
	key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, root.Leaf, key.Public(), root.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	f := newHost(t, func(c *tls.Config) {
		c.Certificates, c.CipherSuites = []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, nil
	})
	o := f.options()
	o.Pins, o.CACertPEM = nil, caPEM(root.Leaf)
	c, err := Dial(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(t.Context()); err != nil {
		t.Error(err)
	}
}
