package sshx

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"
)

// HostKeys are the keys by which a server is known. They must know at least one
// for the address: nothing is trusted at first sight.
type HostKeys struct {
	// Known are keys of this server, as in authorized_keys and as a guest
	// publishes them: "ssh-ed25519 AAAA… comment".
	Known []string
	// Files are known_hosts files: plain, hashed and wildcard names, ports, and
	// "@revoked" lines, which hold for every host and for Known too. Certificate
	// authorities are not supported.
	Files []string
}

// maxKeyLine is how long a line with a key may be: the longest keys of OpenSSH,
// RSA of 16384 bits, take 2.8 kB.
const maxKeyLine = 16 << 10

// maxKnownHosts is how big a known_hosts file may be: 100 000 hosts.
const maxKnownHosts = 32 << 20

// A sourcedKey is a key and where it is known from.
type sourcedKey struct {
	key    ssh.PublicKey
	source string
}

func (k sourcedKey) public() KnownKey {
	return KnownKey{Type: k.key.Type(), Fingerprint: ssh.FingerprintSHA256(k.key), Source: k.source}
}

// knownKeys is what is known of one address.
type knownKeys struct {
	address string
	keys    []sourcedKey
	revoked []sourcedKey
	ignored []string // lines for the address that are not usable
}

// find gathers what is known of an address.
func (h HostKeys) find(address string) (*knownKeys, error) {
	k := &knownKeys{address: address}
	for i, line := range h.Known {
		key, err := parseHostKey(line)
		if err != nil {
			return nil, fmt.Errorf("%w: known host key %d of %s: %w", ErrTarget, i+1, address, err)
		}
		k.keys = append(k.keys, sourcedKey{key, fmt.Sprintf("key %d of the list", i+1)})
	}
	for _, file := range h.Files {
		if err := k.readFile(file); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrTarget, err)
		}
	}
	k.keys = slices.DeleteFunc(k.keys, func(known sourcedKey) bool {
		revocation, ok := k.revocation(known.key)
		if ok {
			k.ignored = append(k.ignored, fmt.Sprintf("%s, revoked by %s", known.public(), revocation.source))
		}
		return ok
	})
	return k, nil
}

// readFile adds what a known_hosts file knows of the address.
func (k *knownKeys) readFile(file string) error {
	info, err := os.Stat(file)
	if err != nil {
		return fmt.Errorf("known hosts: %w", err)
	}
	if !info.Mode().IsRegular() || info.Size() > maxKnownHosts {
		return fmt.Errorf("known hosts: %s is not a file of at most %d bytes", file, maxKnownHosts)
	}
	text, err := os.ReadFile(file) //nolint:gosec // the caller says which file
	if err != nil {
		return fmt.Errorf("known hosts: %w", err)
	}
	n := 0
	for line := range bytes.Lines(text) {
		n++
		if err := k.readLine(string(line), fmt.Sprintf("%s:%d", file, n)); err != nil {
			return err
		}
	}
	return nil
}

// readLine adds what a line of a known_hosts file knows of the address. A line
// that is not usable is ignored, as OpenSSH does, since it only makes less known;
// but one that revokes must be understood.
func (k *knownKeys) readLine(line, source string) error {
	l, err := parseKnownHost(line)
	switch {
	case err != nil && l.marker == markerRevoked:
		return fmt.Errorf("known hosts: %s revokes a key that cannot be read: %w", source, err)
	case err != nil:
		if l.matches(k.address) {
			k.ignored = append(k.ignored, fmt.Sprintf("%s: %v", source, err))
		}
	case l.key == nil: // a comment
	case l.marker == markerRevoked:
		k.revoked = append(k.revoked, sourcedKey{l.key, source})
	case !l.matches(k.address):
	case l.marker == markerAuthority:
		k.ignored = append(k.ignored, source+": certificate authorities are not supported")
	default:
		k.keys = append(k.keys, sourcedKey{l.key, source})
	}
	return nil
}

// algorithms are those by which a server can prove to have a known key, in the
// library's order of preference.
func (k *knownKeys) algorithms() []string {
	var algorithms []string
	for _, a := range ssh.SupportedAlgorithms().HostKeys {
		if slices.ContainsFunc(k.keys, func(known sourcedKey) bool { return known.key.Type() == formatOf(a) }) {
			algorithms = append(algorithms, a)
		}
	}
	return algorithms
}

// formatOf is the type of the keys that an algorithm signs with.
func formatOf(algorithm string) string {
	switch algorithm {
	case ssh.KeyAlgoRSASHA256, ssh.KeyAlgoRSASHA512:
		return ssh.KeyAlgoRSA
	}
	return algorithm
}

// usable says why no server could be the known one.
func (k *knownKeys) usable() error {
	if len(k.algorithms()) > 0 {
		return nil
	}
	e := &HostKeyError{Address: k.address, Ignored: slices.Clone(k.ignored)}
	for _, known := range k.keys {
		e.Ignored = append(e.Ignored, fmt.Sprintf("%s, of a type that is not supported", known.public()))
	}
	return e
}

func (k *knownKeys) revocation(key ssh.PublicKey) (sourcedKey, bool) {
	for _, r := range k.revoked {
		if equalKeys(r.key, key) {
			return r, true
		}
	}
	return sourcedKey{}, false
}

// check refuses every key but the known ones.
func (k *knownKeys) check(key ssh.PublicKey) error {
	revocation, revoked := k.revocation(key)
	if !revoked && slices.ContainsFunc(k.keys, func(known sourcedKey) bool { return equalKeys(known.key, key) }) {
		return nil
	}
	e := k.refusal()
	e.Type, e.Fingerprint = key.Type(), ssh.FingerprintSHA256(key)
	if revoked {
		r := revocation.public()
		e.Revoked = &r
	}
	return e
}

func (k *knownKeys) refusal() *HostKeyError {
	e := &HostKeyError{Address: k.address, Ignored: k.ignored}
	for _, known := range k.keys {
		e.Known = append(e.Known, known.public())
	}
	return e
}

func equalKeys(a, b ssh.PublicKey) bool { return bytes.Equal(a.Marshal(), b.Marshal()) }

// parseHostKey reads a line "type base64 [comment]". Options and certificates
// are refused: they mean nothing here.
func parseHostKey(line string) (ssh.PublicKey, error) {
	if len(line) > maxKeyLine {
		return nil, fmt.Errorf("a line of %d bytes is no key: at most %d", len(line), maxKeyLine)
	}
	if strings.ContainsAny(strings.TrimSpace(line), "\r\n") {
		return nil, errors.New("want one line, like \"ssh-ed25519 AAAA…\"")
	}
	words := strings.Fields(line)
	if len(words) < 2 {
		return nil, errors.New("want the key's type and its base64, like \"ssh-ed25519 AAAA…\"")
	}
	return parseKeyWords(words[0], words[1])
}

// parseKeyWords reads a key from its type and its base64.
func parseKeyWords(typ, encoded string) (ssh.PublicKey, error) {
	blob, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return nil, fmt.Errorf("the key is not base64: %w", err)
	}
	key, err := ssh.ParsePublicKey(blob)
	if err != nil {
		return nil, fmt.Errorf("the key is not readable: %w", err)
	}
	if key.Type() != typ {
		return nil, fmt.Errorf("the line says %q, its key is %q", typ, key.Type())
	}
	if _, ok := key.(*ssh.Certificate); ok {
		return nil, errors.New("certificates are not supported")
	}
	return key, nil
}

// Fingerprint reads a host key, as in [HostKeys].Known, and returns its type and
// its SHA-256 as ssh-keygen prints it.
func Fingerprint(line string) (KnownKey, error) {
	key, err := parseHostKey(line)
	if err != nil {
		return KnownKey{}, fmt.Errorf("host key: %w", err)
	}
	return sourcedKey{key: key}.public(), nil
}
