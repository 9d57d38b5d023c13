package xapitest

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"
)

// A member is a host of the pool as one talks to it.
type member struct {
	s       *Server
	host    *object
	address string // without port
	cert    tls.Certificate

	// mu guards what follows.
	mu     sync.Mutex
	port   int
	server *http.Server
	conns  map[net.Conn]bool // taken over from the HTTP server
}

// master reports whether the member is the pool's; the server's lock is held.
func (m *member) master() bool { return m.s.pool.str("master") == m.host.ref }

func (s *Server) masterAddress() string {
	if h := s.pool.to("master"); h != nil {
		return h.str("address")
	}
	return ""
}

func (m *member) fingerprint() string { return fingerprint(m.cert.Certificate[0]) }

// memberAddresses are as many addresses from the listening one on.
func memberAddresses(listen string, n int) ([]string, error) {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return nil, fmt.Errorf("listen on %q: %w", listen, err)
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return nil, fmt.Errorf("listen on %q: want an IP address and a port", listen)
	}
	out := make([]string, n)
	for i := range out {
		out[i] = ip.String()
		ip = ip.Next()
	}
	return out, nil
}

// listen makes all members listen on one port: a member that names its master
// does so without a port.
func (s *Server) listen(ctx context.Context) error {
	_, text, err := net.SplitHostPort(s.config.listen)
	if err != nil {
		return fmt.Errorf("xapitest: listen on %q: %w", s.config.listen, err)
	}
	port, err := strconv.Atoi(text)
	if err != nil {
		return fmt.Errorf("xapitest: listen on %q: the port is not a number", s.config.listen)
	}
	const attempts = 20
	for range attempts {
		var listeners []net.Listener
		if listeners, err = s.listenOn(ctx, port); err == nil {
			for i, l := range listeners {
				s.members[i].serve(l)
			}
			return nil
		}
		if port != 0 {
			break
		}
	}
	return fmt.Errorf("xapitest: %w", err)
}

func (s *Server) listenOn(ctx context.Context, port int) ([]net.Listener, error) {
	var all []net.Listener
	for _, m := range s.members {
		l, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(m.address, strconv.Itoa(port)))
		if err != nil {
			for _, l := range all {
				err = errors.Join(err, l.Close())
			}
			return nil, err
		}
		all = append(all, l)
		if a, ok := l.Addr().(*net.TCPAddr); ok {
			port = a.Port
		}
	}
	return all, nil
}

func (m *member) serve(l net.Listener) {
	const headerTimeout = 10 * time.Second
	m.mu.Lock()
	defer m.mu.Unlock()
	if a, ok := l.Addr().(*net.TCPAddr); ok {
		m.port = a.Port
	}
	if !m.s.config.plain {
		l = tls.NewListener(l, tlsPolicy(m.cert))
	}
	server := &http.Server{
		Handler: m, ReadHeaderTimeout: headerTimeout,
		// Refused certificates and cut connections are what tests are about.
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}
	m.server, m.conns = server, map[net.Conn]bool{}
	m.s.serving.Go(func() { _ = server.Serve(l) }) // ends with ErrServerClosed
}

// shut stops listening and cuts all connections.
func (m *member) shut() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.server == nil {
		return
	}
	_ = m.server.Close()
	for c := range m.conns {
		_ = c.Close()
	}
	m.server, m.conns = nil, nil
}

// take follows a connection that the HTTP server gave away, to cut it when the
// member dies. What it returns forgets it.
func (m *member) take(c net.Conn) (forget func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.conns == nil {
		_ = c.Close()
		return func() {}
	}
	m.conns[c] = true
	return func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		delete(m.conns, c)
	}
}

// url is the member's address with scheme and port.
func (m *member) url() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	scheme := "https"
	if m.s.config.plain {
		scheme = "http"
	}
	return scheme + "://" + net.JoinHostPort(m.address, strconv.Itoa(m.port))
}

// URL is where the master listens, such as https://127.0.0.1:34567.
func (s *Server) URL() string { return s.MemberURL(0) }

// MemberURL is where a member listens; the first is the master at the start.
func (s *Server) MemberURL(i int) string { return s.members[i].url() }

// Fingerprint is the SHA-256 of a member's certificate, upper-case hex pairs
// with colons.
func (s *Server) Fingerprint(i int) string { return s.members[i].fingerprint() }

// CertificatePEM holds the members' certificates, each its own authority.
func (s *Server) CertificatePEM() []byte {
	var all []byte
	for _, m := range s.members {
		all = append(all, certificatePEM(m.cert.Certificate[0])...)
	}
	return all
}

// listenAgain makes a member listen where it did.
func (m *member) listenAgain(ctx context.Context) error {
	m.mu.Lock()
	port, listening := m.port, m.server != nil
	m.mu.Unlock()
	if listening {
		return nil
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(m.address, strconv.Itoa(port)))
	if err != nil {
		return fmt.Errorf("xapitest: %w", err)
	}
	m.serve(l)
	return nil
}
