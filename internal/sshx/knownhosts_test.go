package sshx

import (
	"crypto/ed25519"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

// testKey is the public key that belongs to a seed.
func testKey(t testing.TB, seed byte) ssh.PublicKey {
	t.Helper()
	private := ed25519.NewKeyFromSeed(append(make([]byte, ed25519.SeedSize-1), seed))
	k, err := ssh.NewPublicKey(private.Public())
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func keyText(k ssh.PublicKey) string {
	return k.Type() + " " + base64.StdEncoding.EncodeToString(k.Marshal())
}

// FuzzHostKeyLine holds that no line is misread: what is read is a key of the
// type that the line says, and writes itself as it was read.
func FuzzHostKeyLine(f *testing.F) {
	k := keyText(testKey(f, 1))
	for _, s := range []string{"", k, k + " root@guest", " " + k + "\r\n", "no-pty " + k, "ssh-rsa AAAA", k + "\n" + k, "ssh-ed25519", "ssh-ed25519 !", "a b c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		key, err := parseHostKey(line)
		if err != nil {
			if key != nil {
				t.Errorf("%q: a key beside the error %v", line, err)
			}
			return
		}
		words := strings.Fields(line)
		if words[0] != key.Type() {
			t.Errorf("%q: a key of type %q", line, key.Type())
		}
		again, err := parseHostKey(keyText(key))
		if err != nil || !equalKeys(again, key) {
			t.Errorf("%q: written and read again it is another key (%v)", line, err)
		}
		if _, err := ssh.ParsePublicKey(key.Marshal()); err != nil {
			t.Errorf("%q: not a key for the library: %v", line, err)
		}
	})
}

// FuzzKnownHosts compares a line with the library's own reading of it: we must
// not let anybody in that it keeps out.
func FuzzKnownHosts(f *testing.F) {
	k := keyText(testKey(f, 1))
	for _, s := range []string{
		"guest.example " + k, "[guest.example]:2222 " + k, "*.example,!guest.example " + k, "@revoked * " + k, "@cert-authority * " + k,
		knownhosts.HashHostname("guest.example") + " " + k, "|1|AAAA|BBBB " + k, "# x", "guest.example 1024 35 1", "g??st.* " + k, "GUEST.example " + k,
	} {
		f.Add(s)
	}
	file := filepath.Join(f.TempDir(), "known_hosts")
	f.Fuzz(func(t *testing.T, line string) {
		if strings.ContainsAny(line, "\n\r") {
			return
		}
		l, err := parseKnownHost(line)
		if err == nil && l.key == nil && l.names != "" {
			t.Errorf("%q: names and no key", line)
		}
		known := &knownKeys{address: "guest.example:22"}
		if err := known.readLine(line, "x:1"); err != nil || len(known.keys) == 0 {
			return
		}
		if err := os.WriteFile(file, []byte(line), 0o600); err != nil {
			t.Fatal(err)
		}
		check, err := knownhosts.New(file)
		if err != nil {
			return // stricter with what follows the key
		}
		// The library minds case, and takes a port in names where OpenSSH has none.
		if names := l.names; names != strings.ToLower(names) || strings.Contains(names, "!") && strings.ContainsAny(names, ":[") {
			return
		}
		if err := check("guest.example:22", noAddr{}, known.keys[0].key); err != nil {
			t.Errorf("%q: we take the key, the library says %v", line, err)
		}
	})
}

type noAddr struct{}

func (noAddr) Network() string { return "tcp" }
func (noAddr) String() string  { return "192.0.2.1:22" }

func TestPatterns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"", "", true},
		{"", "a", false},
		{"a", "a", true},
		{"a", "b", false},
		{"a", "ab", false},
		{"ab", "a", false},
		{"*", "", true},
		{"*", "anything", true},
		{"a*", "a", true},
		{"a*", "abc", true},
		{"*c", "abc", true},
		{"a*c", "abbc", true},
		{"a*c", "abbd", false},
		{"?", "a", true},
		{"?", "", false},
		{"a?c", "abc", true},
		{"**", "x", true},
		{"*a*b*", "xxaxxbxx", true},
		{"*ab", "aab", true},
		{"a*?", "a", false},
		{strings.Repeat("*a", 500) + "b", strings.Repeat("a", 10_000), false}, // in no time
	} {
		if got := matchesPattern(c.pattern, c.name); got != c.want {
			t.Errorf("%.20q and %.20q: got %t, want %t", c.pattern, c.name, got, c.want)
		}
	}
}

func TestKnownHostNames(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"Guest.example:22": "guest.example", "guest.example:2222": "[guest.example]:2222", "10.0.0.1:22": "10.0.0.1", "[FE80::1]:22": "fe80::1", "[::1]:23": "[::1]:23",
	} {
		if got := knownHostName(address); got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
		// ssh-keyscan and ssh write hashes of these names.
		if !matchesHash(knownhosts.HashHostname(want), knownHostName(address)) {
			t.Errorf("%s does not match its hash", address)
		}
	}
	for _, odd := range []string{"", "|", "|1|", "|1||", "|2|AAAA|AAAA", "|1|!|AAAA", "|1|AAAA|!", "|1|AAAA|AAAA|", "x|1|AAAA|AAAA"} {
		if matchesHash(odd, "guest") {
			t.Errorf("%q matches", odd)
		}
	}
}
