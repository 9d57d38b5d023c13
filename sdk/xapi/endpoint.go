package xapi

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// An endpoint is where calls go: one member of the pool, the master when all
// is well, and the others to turn to when it dies. It is safe for concurrent use.
type endpoint struct {
	scheme, port string

	// mu guards what follows.
	mu      sync.Mutex
	host    string
	members []string // addresses of all members, as last seen
	pins    []string // accepted SHA-256 of certificates, lower-case hex; see tls.go
}

// newEndpoint reads the address of a pool member.
func newEndpoint(rawURL string) (*endpoint, error) {
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil, errors.New("xapi: the URL is not one: give https://host or https://host:port") // err would show all of it
	}
	if u.Scheme != "https" || u.Hostname() == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		return nil, fmt.Errorf("xapi: URL %q: give https://host or https://host:port; credentials and paths do not belong in it", redactURL(rawURL))
	}
	port := u.Port()
	if port == "" {
		port = "443"
	}
	return &endpoint{scheme: u.Scheme, port: port, host: u.Hostname()}, nil
}

// url returns the address of a path at the present member.
func (e *endpoint) url(path string) *url.URL {
	e.mu.Lock()
	defer e.mu.Unlock()
	return &url.URL{Scheme: e.scheme, Host: net.JoinHostPort(e.host, e.port), Path: path}
}

// address is the present member's, for messages.
func (e *endpoint) address() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.host
}

// moveTo makes a member the present one. The server names masters without a
// port: scheme and port stay. IPv6 addresses come with or without brackets.
func (e *endpoint) moveTo(host string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.host = strings.Trim(host, "[]")
}

// setMembers keeps the members' addresses for the day the master dies.
func (e *endpoint) setMembers(hosts []string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.members = slices.Clone(hosts)
}

// others returns the known members but the one given.
func (e *endpoint) others(than string) []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(e.members), func(h string) bool { return h == than || h == "" })
}

func (e *endpoint) addPins(pins ...string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, p := range pins {
		if p = normalPin(p); p != "" && !slices.Contains(e.pins, p) {
			e.pins = append(e.pins, p)
		}
	}
}

func (e *endpoint) pinned(pin string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Contains(e.pins, pin)
}

// normalPin brings a SHA-256 fingerprint into lower-case hex without colons;
// empty when it is not one.
func normalPin(s string) string {
	s = strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(strings.TrimSpace(s), "sha-256:"), ":", ""))
	const hexDigits = 64
	if len(s) != hexDigits || strings.Trim(s, "0123456789abcdef") != "" {
		return ""
	}
	return s
}

// redactURL leaves of an address what may be shown.
func redactURL(rawURL string) string {
	u, err := url.Parse(rawURL)
	if err != nil {
		return hidden
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host}).String()
}
