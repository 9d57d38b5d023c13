package sshx_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"github.com/bioxen/terraform-provider-bioxen/internal/sshx"
	"github.com/bioxen/terraform-provider-bioxen/internal/sshx/sshtest"
)

func parse(t testing.TB, line string) ssh.PublicKey {
	t.Helper()
	k, _, _, _, err := ssh.ParseAuthorizedKey([]byte(line))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// A server with keys of three types shows the one that is known, whichever.
func TestServerWithSeveralKeys(t *testing.T) {
	t.Parallel()
	s := sshtest.New(t, sshtest.Options{HostKeyTypes: []string{"ed25519", "ecdsa", "rsa"}})
	for i, line := range s.HostKeys() {
		target := s.Target()
		target.HostKeys = sshx.HostKeys{Known: []string{line + " root@guest"}}
		c, err := sshx.Dial(t.Context(), target, sshx.Options{})
		if err != nil {
			t.Errorf("key %d: %v", i, err)
			continue
		}
		c.Close()
	}
}

func TestKnownHostsFiles(t *testing.T) {
	t.Parallel()
	s := sshtest.New(t, sshtest.Options{})
	key := s.HostKeys()[0]
	other := sshtest.New(t, sshtest.Options{}).HostKeys()[0]
	_, port, err := net.SplitHostPort(s.Address())
	if err != nil {
		t.Fatal(err)
	}
	name := "[127.0.0.1]:" + port
	for what, c := range map[string]struct {
		text string
		good bool
	}{
		"plain":                     {name + " " + key, true},
		"one of several":            {"a.example,b.example," + name + " " + key, true},
		"after another key":         {name + " " + other + "\n" + name + " " + key + " comment here", true},
		"hashed":                    {knownhosts.HashHostname(name) + " " + key, true},
		"hashed, another host":      {knownhosts.HashHostname("[127.0.0.2]:"+port) + " " + key, false},
		"wildcard":                  {"[127.0.*]:" + port + " " + key, true},
		"question mark":             {"[127.0.0.?]:" + port + " " + key, true},
		"negated":                   {"*,!" + name + " " + key, false},
		"the default port":          {"127.0.0.1 " + key, false},
		"another port":              {"[127.0.0.1]:1 " + key, false},
		"CRLF, comments, odd lines": {"\r\n# x\r\n127.0.0.1 1024 35 4711\r\nodd\r\n" + name + " " + key + "\r\n", true},
		"another key":               {name + " " + other, false},
		"nothing":                   {"", false},
		"revoked":                   {name + " " + key + "\n@revoked * " + key, false},
		"revoked first":             {"@revoked " + name + " " + key + "\n" + name + " " + key, false},
		"revoked elsewhere":         {name + " " + key + "\n@revoked nobody.example " + key, false},
		"another one revoked":       {name + " " + key + "\n@revoked * " + other, true},
		"an authority":              {"@cert-authority * " + key, false},
		"an odd marker":             {"@odd " + name + " " + key, false},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			target := s.Target()
			target.HostKeys = sshx.HostKeys{Files: []string{file(t, c.text, 0o644)}}
			conn, err := sshx.Dial(t.Context(), target, sshx.Options{})
			if c.good {
				if err != nil {
					t.Fatal(err)
				}
				conn.Close()
				return
			}
			if _, ok := errors.AsType[*sshx.HostKeyError](err); !ok {
				t.Errorf("got %v, want a HostKeyError", err)
			}
		})
	}
}

// What a refusal says.
func TestHostKeyError(t *testing.T) {
	t.Parallel()
	s := sshtest.New(t, sshtest.Options{Password: "open sesame"})
	shown := ssh.FingerprintSHA256(parse(t, s.HostKeys()[0]))
	other := sshtest.New(t, sshtest.Options{HostKeyTypes: []string{"ed25519", "rsa"}})
	known := ssh.FingerprintSHA256(parse(t, other.HostKeys()[0]))
	revoked := file(t, "@revoked * "+s.HostKeys()[0], 0o644)
	for name, c := range map[string]struct {
		keys sshx.HostKeys
		want []string
	}{
		"another":      {sshx.HostKeys{Known: other.HostKeys()[:1]}, []string{shown, known, "key 1 of the list", "ssh-ed25519", "compare on its console"}},
		"another type": {sshx.HostKeys{Known: other.HostKeys()[1:]}, []string{"no host key of a known type", "it offers ssh-ed25519", "ssh-rsa"}},
		"none known":   {sshx.HostKeys{}, []string{"no host key is known", "none is trusted at first sight"}},
		"revoked":      {sshx.HostKeys{Known: append(other.HostKeys()[:1:1], s.HostKeys()...), Files: []string{revoked}}, []string{shown, revoked + ":1 revokes", "trust it no more"}},
		"only revoked": {sshx.HostKeys{Known: s.HostKeys(), Files: []string{revoked}}, []string{"no host key is known", "revoked by " + revoked + ":1"}},
		"an unusable one": {
			sshx.HostKeys{Files: []string{file(t, knownhosts.Normalize(s.Address())+" ssh-ed25519 AAAA", 0o644)}},
			[]string{"no host key is known", ":1: the key is not readable"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target := s.Target()
			target.Auth.Password = sshx.Conceal("open sesame")
			target.HostKeys = c.keys
			for how, f := range map[string]func(context.Context, sshx.Target, sshx.Options) (*sshx.Conn, error){"Dial": sshx.Dial, "WaitDial": sshx.WaitDial} {
				_, err := f(t.Context(), target, sshx.Options{})
				e, ok := errors.AsType[*sshx.HostKeyError](err)
				if !ok || e.Address != s.Address() {
					t.Fatalf("%s: got %v, want a HostKeyError", how, err)
				}
				for _, want := range append(c.want, s.Address()) {
					if !strings.Contains(err.Error(), want) {
						t.Errorf("%s: got %v\nwant it to say %q", how, err, want)
					}
				}
			}
		})
	}
	t.Cleanup(func() {
		if n := s.AuthAttempts(); n != 0 || len(s.Passwords()) != 0 {
			t.Errorf("the refused server saw %d credentials and the passwords %q", n, s.Passwords())
		}
	})
}

// Somebody between client and server, who forwards every byte at first and then
// speaks SSH himself, learns nothing and is refused.
func TestManInTheMiddle(t *testing.T) {
	t.Parallel()
	guest := sshtest.New(t, sshtest.Options{Password: "open sesame"})
	man := sshtest.New(t, sshtest.Options{Password: "open sesame"})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	next := guest.Address()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			to, err := net.Dial("tcp", next)
			if err != nil {
				c.Close()
				continue
			}
			next = man.Address()
			go func() { _, _ = io.Copy(to, c); to.Close() }()
			go func() { _, _ = io.Copy(c, to); c.Close() }()
		}
	}()
	target := guest.Target()
	target.Address = l.Addr().String()
	target.Auth.Password = sshx.Conceal("open sesame")
	works(t, dial(t, target, sshx.Options{})) // the positive control
	_, err = sshx.WaitDial(t.Context(), target, sshx.Options{AuthRetry: 1 << 40})
	if _, ok := errors.AsType[*sshx.HostKeyError](err); !ok {
		t.Errorf("got %v, want a HostKeyError", err)
	}
	if man.Accepted() != 1 || man.AuthAttempts() != 0 || len(man.Passwords()) != 0 || man.Logins() != 0 {
		t.Errorf("the man in the middle saw %d connections, %d credentials, the passwords %q, %d logins; want one connection and nothing else",
			man.Accepted(), man.AuthAttempts(), man.Passwords(), man.Logins())
	}
}

func TestFingerprint(t *testing.T) {
	t.Parallel()
	line := sshtest.New(t, sshtest.Options{}).HostKeys()[0]
	want := ssh.FingerprintSHA256(parse(t, line))
	got, err := sshx.Fingerprint(" " + line + " root@guest\n")
	if err != nil || got.Fingerprint != want || got.Type != "ssh-ed25519" {
		t.Errorf("got %+v, %v, want %s", got, err, want)
	}
	for _, bad := range []string{"", "ssh-ed25519", "ssh-rsa " + strings.Fields(line)[1], "no-pty " + line, line + "\n" + line, fmt.Sprintf("ssh-ed25519 %s", strings.Repeat("A", 20000))} {
		if _, err := sshx.Fingerprint(bad); err == nil {
			t.Errorf("%.60q: no error", bad)
		}
	}
}
