package sshx

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // known_hosts files are hashed so
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"strings"

	"golang.org/x/crypto/ssh"
)

// The markers that a line of a known_hosts file may begin with.
const (
	markerRevoked   = "@revoked"
	markerAuthority = "@cert-authority"
)

// defaultPort is left out of names in known_hosts files.
const defaultPort = "22"

// A knownHost is a line of a known_hosts file: [marker] names type base64.
type knownHost struct {
	marker string
	names  string
	key    ssh.PublicKey // nil for an empty line or a comment
}

// parseKnownHost reads a line. On an error the marker and the names are what
// they could be made out to be.
func parseKnownHost(line string) (l knownHost, err error) {
	line = strings.TrimSpace(line)
	if line == "" || line[0] == '#' {
		return l, nil
	}
	words := strings.Fields(line)
	if strings.HasPrefix(words[0], "@") {
		l.marker, words = words[0], words[1:]
	}
	if len(words) > 0 {
		l.names = words[0]
	}
	switch {
	case l.marker != "" && l.marker != markerRevoked && l.marker != markerAuthority:
		return l, fmt.Errorf("the marker %q is not known", l.marker)
	case len(line) > maxKeyLine:
		return l, fmt.Errorf("the line has %d bytes, at most %d are read", len(line), maxKeyLine)
	case len(words) < 3:
		return l, errors.New("want names, the key's type and its base64")
	}
	l.key, err = parseKeyWords(words[1], words[2])
	return l, err
}

// matches reports whether the line is for an address, as OpenSSH sees it: a port
// other than 22 is part of the name, "[host]:port".
func (l knownHost) matches(address string) bool {
	name := knownHostName(address)
	if strings.HasPrefix(l.names, "|") {
		return matchesHash(l.names, name)
	}
	found := false
	for pattern := range strings.SplitSeq(strings.ToLower(l.names), ",") {
		pattern, negated := strings.CutPrefix(pattern, "!")
		if pattern != "" && matchesPattern(pattern, name) {
			if negated {
				return false
			}
			found = true
		}
	}
	return found
}

// knownHostName is the name of an address in known_hosts files.
func knownHostName(address string) string {
	host, port, err := net.SplitHostPort(strings.ToLower(address))
	switch {
	case err != nil:
		return strings.ToLower(address)
	case port == defaultPort:
		return host
	}
	return "[" + host + "]:" + port
}

// matchesHash compares a name with "|1|salt|hash".
func matchesHash(hashed, name string) bool {
	parts := strings.Split(hashed, "|")
	if len(parts) != 4 || parts[0] != "" || parts[1] != "1" {
		return false
	}
	salt, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil {
		return false
	}
	want, err := base64.StdEncoding.DecodeString(parts[3])
	if err != nil {
		return false
	}
	mac := hmac.New(sha1.New, salt)
	mac.Write([]byte(name))
	return hmac.Equal(mac.Sum(nil), want)
}

// matchesPattern matches "*" with any characters and "?" with one, in time
// proportional to the product of the lengths.
func matchesPattern(pattern, name string) bool {
	p, n := 0, 0
	star, mark := -1, 0
	for n < len(name) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, n
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == name[n]):
			p++
			n++
		case star >= 0: // let the last star take one more
			mark++
			p, n = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
