package sshx_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/pem"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"github.com/bioxen/terraform-provider-bioxen/internal/sshx"
	"github.com/bioxen/terraform-provider-bioxen/internal/sshx/sshtest"
)

// dial logs in, and out at the test's end.
func dial(t testing.TB, target sshx.Target, o sshx.Options) *sshx.Conn {
	t.Helper()
	c, err := sshx.Dial(t.Context(), target, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

// works fails the test unless a command runs.
func works(t testing.TB, c *sshx.Conn) {
	t.Helper()
	out, err := c.Run(t.Context(), "echo it works", nil)
	if err != nil || string(out.Stdout) != "it works\n" || out.Code != 0 {
		t.Fatalf("echo: got %+v, %v", out, err)
	}
}

// newKey makes a private key in PEM, encrypted if there is a passphrase, and its
// authorized_keys line.
func newKey(t testing.TB, private any, passphrase string) (text, line string) {
	t.Helper()
	var block *pem.Block
	var err error
	if passphrase == "" {
		block, err = ssh.MarshalPrivateKey(private, "")
	} else {
		block, err = ssh.MarshalPrivateKeyWithPassphrase(private, "", []byte(passphrase))
	}
	if err != nil {
		t.Fatal(err)
	}
	s, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(block)), string(ssh.MarshalAuthorizedKey(s.PublicKey()))
}

func newEd25519(t testing.TB) ed25519.PrivateKey {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return private
}

// file writes a file and returns its name.
func file(t testing.TB, text string, mode fs.FileMode) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestKeys(t *testing.T) {
	t.Parallel()
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	prime, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for name, private := range map[string]any{"ed25519": newEd25519(t), "ecdsa": curve, "rsa": prime} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plain, line := newKey(t, private, "")
			s := sshtest.New(t, sshtest.Options{Authorized: []string{line}})
			other, _ := newKey(t, newEd25519(t), "")
			cases := map[string][]sshx.PrivateKey{
				"PEM":                   {{PEM: sshx.Conceal(plain)}},
				"file":                  {{File: file(t, plain, 0o600)}},
				"the second key":        {{PEM: sshx.Conceal(other)}, {PEM: sshx.Conceal(plain)}},
				"a needless passphrase": {{PEM: sshx.Conceal(plain), Passphrase: sshx.Conceal("sesame")}},
			}
			if name == "ed25519" { // opening one takes a while
				locked, _ := newKey(t, private, "sesame")
				cases["encrypted"] = []sshx.PrivateKey{{PEM: sshx.Conceal(locked), Passphrase: sshx.Conceal("sesame")}}
				cases["encrypted file"] = []sshx.PrivateKey{{File: file(t, locked, 0o400), Passphrase: sshx.Conceal("sesame")}}
			}
			for what, keys := range cases {
				target := s.Target()
				target.Auth = sshx.Auth{Keys: keys}
				c, err := sshx.Dial(t.Context(), target, sshx.Options{})
				if err != nil {
					t.Errorf("%s: %v", what, err)
					continue
				}
				works(t, c)
				if err := c.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func TestGenerateKey(t *testing.T) {
	t.Parallel()
	key, line, err := sshx.GenerateKey("a comment\nwith a newline")
	if err != nil {
		t.Fatal(err)
	}
	bare, err := key.Authorized()
	if err != nil {
		t.Fatal(err)
	}
	if want := bare + " a comment with a newline"; line != want {
		t.Errorf("got %q, want %q", line, want)
	}
	s := sshtest.New(t, sshtest.Options{Authorized: []string{line}})
	target := s.Target()
	target.Auth = sshx.Auth{Keys: []sshx.PrivateKey{key}}
	works(t, dial(t, target, sshx.Options{}))
}

// Targets that are not usable are refused before the server is asked.
func TestTargetsThatAreNotUsable(t *testing.T) {
	t.Parallel()
	s := sshtest.New(t, sshtest.Options{})
	plain, _ := newKey(t, newEd25519(t), "")
	locked, _ := newKey(t, newEd25519(t), "sesame")
	key := func(k sshx.PrivateKey) func(*sshx.Target) {
		return func(x *sshx.Target) { x.Auth = sshx.Auth{Keys: []sshx.PrivateKey{k}} }
	}
	for name, c := range map[string]struct {
		change func(*sshx.Target)
		want   string
	}{
		"no port":              {func(x *sshx.Target) { x.Address = "127.0.0.1" }, "is not host:port"},
		"port 0":               {func(x *sshx.Target) { x.Address = "127.0.0.1:0" }, "no port from 1"},
		"no user":              {func(x *sshx.Target) { x.User = "" }, "no user"},
		"nothing":              {func(x *sshx.Target) { x.Auth = sshx.Auth{} }, "no key, agent or password"},
		"no such file":         {key(sshx.PrivateKey{File: "/nonexistent/key"}), "/nonexistent/key: no such file"},
		"a folder":             {key(sshx.PrivateKey{File: t.TempDir()}), "not a regular file"},
		"readable by others":   {key(sshx.PrivateKey{File: file(t, plain, 0o644)}), "mode is 0644, so others may read it: chmod 600"},
		"readable by group":    {key(sshx.PrivateKey{File: file(t, plain, 0o640)}), "mode is 0640"},
		"no passphrase":        {key(sshx.PrivateKey{PEM: sshx.Conceal(locked)}), "key 1: it is encrypted"},
		"the wrong passphrase": {key(sshx.PrivateKey{PEM: sshx.Conceal(locked), Passphrase: sshx.Conceal("open")}), "the passphrase is wrong"},
		"not a key":            {key(sshx.PrivateKey{PEM: sshx.Conceal("secret!")}), "not a private key in PEM"},
		"an empty key":         {key(sshx.PrivateKey{}), "neither PEM nor file"},
		"both":                 {key(sshx.PrivateKey{PEM: sshx.Conceal(plain), File: "x"}), "both PEM and file"},
		"no agent":             {func(x *sshx.Target) { x.Auth = sshx.Auth{AgentSocket: "/nonexistent/agent"} }, "ssh-agent at /nonexistent/agent"},
		"odd host key":         {func(x *sshx.Target) { x.HostKeys.Known = []string{"ssh-ed25519 AAAA"} }, "known host key 1"},
		"no known_hosts":       {func(x *sshx.Target) { x.HostKeys.Files = []string{"/nonexistent/kh"} }, "/nonexistent/kh"},
		"odd revocation": {func(x *sshx.Target) {
			x.HostKeys.Files = []string{file(t, "# fine\n@revoked * ssh-ed25519 !\n", 0o644)}
		}, ":2 revokes a key that cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target := s.Target()
			c.change(&target)
			for how, f := range map[string]func(context.Context, sshx.Target, sshx.Options) (*sshx.Conn, error){"Dial": sshx.Dial, "WaitDial": sshx.WaitDial} {
				_, err := f(t.Context(), target, sshx.Options{})
				if !errors.Is(err, sshx.ErrTarget) || !strings.Contains(err.Error(), c.want) {
					t.Errorf("%s: got %v, want an ErrTarget with %q", how, err, c.want)
				}
				if err != nil && strings.Contains(err.Error(), "secret!") {
					t.Errorf("%s: the error shows the key: %v", how, err)
				}
			}
		})
	}
	if n := s.Accepted(); n != 0 {
		t.Errorf("%d connections were made, want none", n)
	}
}

func TestPassword(t *testing.T) {
	t.Parallel()
	for name, interactive := range map[string]bool{"password": false, "keyboard-interactive": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sshtest.New(t, sshtest.Options{Password: "open sesame", KeyboardInteractive: interactive})
			target := s.Target()
			target.Auth = sshx.Auth{Password: sshx.Conceal("open sesame")}
			works(t, dial(t, target, sshx.Options{}))
			target.Auth.Password = sshx.Conceal("close sesame")
			_, err := sshx.Dial(t.Context(), target, sshx.Options{})
			e, ok := errors.AsType[*sshx.AuthError](err)
			if !ok || e.User != "bioxen" || strings.Contains(err.Error(), "sesame") {
				t.Errorf("got %v, want an AuthError without the password", err)
			}
			if want := []string{name}; ok && strings.Join(e.Tried, " ") != strings.Join(want, " ") {
				t.Errorf("tried %q, want %q", e.Tried, want)
			}
		})
	}
}

// A key that the server does not take, and then the password.
func TestKeyThenPassword(t *testing.T) {
	t.Parallel()
	s := sshtest.New(t, sshtest.Options{Password: "open sesame"})
	key, _, err := sshx.GenerateKey("")
	if err != nil {
		t.Fatal(err)
	}
	target := s.Target()
	target.Auth = sshx.Auth{Keys: []sshx.PrivateKey{key}, Password: sshx.Conceal("open sesame")}
	works(t, dial(t, target, sshx.Options{}))
}

func TestAgent(t *testing.T) {
	t.Parallel()
	private := newEd25519(t)
	_, line := newKey(t, private, "")
	s := sshtest.New(t, sshtest.Options{Authorized: []string{line}})
	keyring := agent.NewKeyring()
	socket := filepath.Join(t.TempDir(), "agent")
	serveAgent(t, socket, keyring)
	target := s.Target()
	target.Auth = sshx.Auth{AgentSocket: socket}
	if _, err := sshx.Dial(t.Context(), target, sshx.Options{}); !errors.Is(err, sshx.ErrTarget) || !strings.Contains(err.Error(), "has no keys") {
		t.Errorf("an empty agent: got %v", err)
	}
	if err := keyring.Add(agent.AddedKey{PrivateKey: private}); err != nil {
		t.Fatal(err)
	}
	works(t, dial(t, target, sshx.Options{}))
}

// serveAgent is an ssh-agent until the test's end.
func serveAgent(t *testing.T, socket string, keyring agent.Agent) {
	t.Helper()
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				_ = agent.ServeAgent(keyring, c)
				c.Close()
			}()
		}
	}()
}

// An agent that does not answer holds nobody up.
func TestDeafAgent(t *testing.T) {
	t.Parallel()
	s := sshtest.New(t, sshtest.Options{})
	socket := filepath.Join(t.TempDir(), "agent")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		if c, err := l.Accept(); err == nil {
			cancel()
			<-t.Context().Done()
			c.Close()
		}
	}()
	target := s.Target()
	target.Auth.AgentSocket = socket
	if _, err := sshx.Dial(ctx, target, sshx.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the end of the context", err)
	}
}

func TestKeyIsNotLetIn(t *testing.T) {
	t.Parallel()
	s := sshtest.New(t, sshtest.Options{})
	key, line, err := sshx.GenerateKey("")
	if err != nil {
		t.Fatal(err)
	}
	mark, err := sshx.Fingerprint(line)
	if err != nil {
		t.Fatal(err)
	}
	target := s.Target()
	target.Auth = sshx.Auth{Keys: []sshx.PrivateKey{key}}
	for how, f := range map[string]func(context.Context, sshx.Target, sshx.Options) (*sshx.Conn, error){"Dial": sshx.Dial, "WaitDial": sshx.WaitDial} {
		before := s.Accepted()
		_, err := f(t.Context(), target, sshx.Options{})
		e, ok := errors.AsType[*sshx.AuthError](err)
		if !ok || !strings.Contains(err.Error(), mark.Fingerprint) || !strings.Contains(err.Error(), `"bioxen"`) {
			t.Fatalf("%s: got %v, want an AuthError that names the user and the key", how, err)
		}
		if strings.Join(e.Tried, " ") != "publickey" || strings.Join(e.Accepts, " ") != "publickey" {
			t.Errorf("%s: got tried %q, accepts %q, want publickey twice", how, e.Tried, e.Accepts)
		}
		if n := s.Accepted() - before; n != 1 {
			t.Errorf("%s: %d connections, want one", how, n)
		}
	}
}
