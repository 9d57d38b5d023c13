package sshtest

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/bioxen/terraform-provider-bioxen/internal/sshx"
)

// Options are what a server is like from the start.
type Options struct {
	// User is whom it lets in; "bioxen" when empty.
	User string
	// Authorized are further keys that it takes, as lines of authorized_keys,
	// besides that of [Server.Target].
	Authorized []string
	// Password is one that it takes; none when empty.
	Password string
	// KeyboardInteractive asks for the password so, and no other way.
	KeyboardInteractive bool
	// HostKeyTypes are its host keys: "ed25519", "ecdsa", "rsa"; an ed25519 key
	// when empty.
	HostKeyTypes []string
	// Dir is where commands run; the folder of the test's package when empty.
	Dir string
	// Env is added to the environment of commands, as "NAME=value".
	Env []string
	// ForbidStreamlocal is as for the method.
	ForbidStreamlocal bool
	// BannerDelay is as for the method.
	BannerDelay time.Duration
	// WrongHostKey is as for the method.
	WrongHostKey bool
}

// A Server is an SSH server on a port of 127.0.0.1. It is safe for concurrent
// use, and ends with the test.
type Server struct {
	o         Options
	address   string
	clientKey sshx.PrivateKey
	keys      []ssh.PublicKey // that it lets in
	hostKeys  []ssh.Signer
	wrongKeys []ssh.Signer // of the same types
	ended     chan struct{}

	mu       sync.Mutex // guards the fields below
	wg       sync.WaitGroup
	listener net.Listener // nil when down
	conns    map[net.Conn]bool
	commands map[*command]bool
	faults   faults
	seen     seen
}

// seen is what the server has seen so far.
type seen struct {
	accepted, logins, attempts int
	passwords                  []string
	commands                   []string
}

// New starts a server. The test's end ends it, its connections and its commands.
func New(t testing.TB, o Options) *Server {
	t.Helper()
	if o.User == "" {
		o.User = "bioxen"
	}
	if len(o.HostKeyTypes) == 0 {
		o.HostKeyTypes = []string{"ed25519"}
	}
	s := &Server{
		o: o, ended: make(chan struct{}), conns: make(map[net.Conn]bool), commands: make(map[*command]bool),
		faults: faults{forbid: o.ForbidStreamlocal, wrongKey: o.WrongHostKey, delay: o.BannerDelay, budget: -1},
	}
	for _, typ := range o.HostKeyTypes {
		s.hostKeys = append(s.hostKeys, newSigner(t, typ))
		s.wrongKeys = append(s.wrongKeys, newSigner(t, typ))
	}
	key, line, err := sshx.GenerateKey("sshtest")
	if err != nil {
		t.Fatal(err)
	}
	s.clientKey = key
	for _, l := range append([]string{line}, o.Authorized...) {
		k, _, _, _, err := ssh.ParseAuthorizedKey([]byte(l))
		if err != nil {
			t.Fatalf("sshtest: authorized key %q: %v", l, err)
		}
		s.keys = append(s.keys, k)
	}
	var held *os.File
	if s.address, held, err = hold(); err != nil {
		t.Fatal(err)
	}
	s.Start(t)
	t.Cleanup(func() {
		s.close()
		if held != nil {
			_ = held.Close()
		}
	})
	return s
}

// newSigner makes a host key.
func newSigner(t testing.TB, typ string) ssh.Signer {
	t.Helper()
	var private any
	var err error
	switch typ {
	case "ed25519":
		_, private, err = ed25519.GenerateKey(rand.Reader)
	case "ecdsa":
		private, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case "rsa":
		private, err = rsa.GenerateKey(rand.Reader, 2048)
	default:
		t.Fatalf("sshtest: no host key type %q: there are ed25519, ecdsa and rsa", typ)
	}
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return signer
}

// Address is its host:port.
func (s *Server) Address() string { return s.address }

// HostKeys are its host keys, as lines of authorized_keys, in the order of
// Options.HostKeyTypes.
func (s *Server) HostKeys() []string {
	var lines []string
	for _, k := range s.hostKeys {
		lines = append(lines, strings.TrimSpace(string(ssh.MarshalAuthorizedKey(k.PublicKey()))))
	}
	return lines
}

// ClientKey is a key that it lets in.
func (s *Server) ClientKey() sshx.PrivateKey { return s.clientKey }

// Target is how to get in: by a key, and knowing all host keys.
func (s *Server) Target() sshx.Target {
	return sshx.Target{
		Address: s.address, User: s.o.User, Auth: sshx.Auth{Keys: []sshx.PrivateKey{s.clientKey}},
		HostKeys: sshx.HostKeys{Known: s.HostKeys()},
	}
}

// Accepted is how many connections it has accepted.
func (s *Server) Accepted() int { return look(s, func(n seen) int { return n.accepted }) }

// Logins is how many of them it let in.
func (s *Server) Logins() int { return look(s, func(n seen) int { return n.logins }) }

// AuthAttempts is how many keys and passwords it was shown.
func (s *Server) AuthAttempts() int { return look(s, func(n seen) int { return n.attempts }) }

// Passwords are those that it was told.
func (s *Server) Passwords() []string {
	return look(s, func(n seen) []string { return slices.Clone(n.passwords) })
}

// Commands are those that it was told to run.
func (s *Server) Commands() []string {
	return look(s, func(n seen) []string { return slices.Clone(n.commands) })
}

// Open is how many connections there are now.
func (s *Server) Open() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)
}

// Running is how many commands run now.
func (s *Server) Running() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.commands)
}

func look[T any](s *Server, f func(seen) T) T {
	s.mu.Lock()
	defer s.mu.Unlock()
	return f(s.seen)
}

// Start listens again after Stop, at the same address.
func (s *Server) Start(t testing.TB) {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", s.Address())
	if err != nil {
		t.Fatal(err)
	}
	if at := l.Addr().String(); at != s.address { // in New: nobody else is there yet
		s.address = at
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listener = l
	s.wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			s.enter(conn)
		}
	})
}

// Stop ends the server and its connections, as a crash of the machine does,
// until Start.
func (s *Server) Stop() {
	s.mu.Lock()
	l := s.listener
	s.listener = nil
	s.mu.Unlock()
	if l != nil {
		_ = l.Close()
	}
	s.Hangup()
}

// close ends everything and waits for it.
func (s *Server) close() {
	close(s.ended)
	s.Stop()
	s.mu.Lock()
	for c := range s.commands {
		c.kill()
	}
	s.mu.Unlock()
	s.wg.Wait()
}

// enter serves a connection in a goroutine that ends with it.
func (s *Server) enter(conn net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen.accepted++
	if s.listener == nil || s.faults.refusals > 0 {
		s.faults.refusals--
		_ = conn.Close()
		return
	}
	c := &faultConn{Conn: conn, server: s}
	s.conns[c] = true
	s.wg.Go(func() {
		s.serve(c)
		_ = c.Close()
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.conns, c)
	})
}

// errNotIn is why somebody is not let in.
var errNotIn = errors.New("not let in")

// config is what the server is like to one connection.
func (s *Server) config() *ssh.ServerConfig {
	var rejects sync.Once
	var rejected bool
	attempt := func(right bool) (*ssh.Permissions, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.seen.attempts++
		rejects.Do(func() {
			if s.faults.rejections > 0 {
				s.faults.rejections--
				rejected = true
			}
		})
		if !right || rejected {
			return nil, errNotIn
		}
		return new(ssh.Permissions), nil
	}
	password := func(user, word string) bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.seen.passwords = append(s.seen.passwords, word)
		return user == s.o.User && s.o.Password != "" && word == s.o.Password
	}
	config := &ssh.ServerConfig{
		PublicKeyCallback: func(c ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
			return attempt(c.User() == s.o.User && slices.ContainsFunc(s.keys, func(k ssh.PublicKey) bool { return string(k.Marshal()) == string(key.Marshal()) }))
		},
	}
	switch {
	case s.o.KeyboardInteractive:
		config.KeyboardInteractiveCallback = func(c ssh.ConnMetadata, ask ssh.KeyboardInteractiveChallenge) (*ssh.Permissions, error) {
			words, err := ask("", "", []string{"Password: "}, []bool{false})
			if err != nil {
				return nil, err
			}
			// As PAM does: a round without questions.
			if _, err := ask("", "", nil, nil); err != nil {
				return nil, err
			}
			return attempt(len(words) == 1 && password(c.User(), words[0]))
		}
	case s.o.Password != "":
		config.PasswordCallback = func(c ssh.ConnMetadata, word []byte) (*ssh.Permissions, error) {
			return attempt(password(c.User(), string(word)))
		}
	}
	keys := s.hostKeys
	if look := s.fault(); look.wrongKey {
		keys = s.wrongKeys
	}
	for _, k := range keys {
		config.AddHostKey(k)
	}
	return config
}

// dir is where commands run.
func (s *Server) dir() string {
	if s.o.Dir != "" {
		return s.o.Dir
	}
	d, err := os.Getwd()
	if err != nil {
		return "/"
	}
	return d
}
