package sshx

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"runtime"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// Auth is how a user proves who that is. Everything that is set is offered, keys
// first; at least one thing must be.
type Auth struct {
	// Keys are private keys, offered in this order. Servers count them as
	// attempts: OpenSSH by default takes six.
	Keys []PrivateKey
	// AgentSocket is the path of an ssh-agent's socket, whose keys are offered
	// after Keys; none when empty, whatever the environment says.
	AgentSocket string
	// Password is offered as password and as the answer to the one question of
	// keyboard-interactive.
	Password Secret
}

// A PrivateKey is a key in PEM, given or in a file.
type PrivateKey struct {
	// PEM is the key as in a file: OpenSSH's format, PKCS #1, PKCS #8 or SEC 1.
	PEM Secret
	// File is where the key is when PEM is empty. Nobody but its owner may be
	// able to read it.
	File string
	// Passphrase opens an encrypted key.
	Passphrase Secret
}

// maxKeyFile is how big a file with a private key may be; RSA of 16384 bits
// takes 13 kB.
const maxKeyFile = 64 << 10

// credentials are an Auth that has been read.
type credentials struct {
	signers  []ssh.Signer
	password Secret
	agent    net.Conn
}

// Close ends the conversation with the agent.
func (c *credentials) Close() {
	if c.agent != nil {
		_ = c.agent.Close()
	}
}

// load reads the keys and asks the agent for its own. The caller closes what it
// returns; ctx bounds the call.
func (a Auth) load(ctx context.Context) (*credentials, error) {
	c := &credentials{password: a.Password}
	for i, k := range a.Keys {
		name := k.File
		if name == "" {
			name = fmt.Sprintf("key %d", i+1)
		}
		s, err := k.signer()
		if err != nil {
			return nil, fmt.Errorf("%w: private key: %s: %w", ErrTarget, name, err)
		}
		c.signers = append(c.signers, s)
	}
	if a.AgentSocket != "" {
		if err := c.askAgent(ctx, a.AgentSocket); err != nil {
			c.Close()
			return nil, fmt.Errorf("%w: ssh-agent at %s: %w", ErrTarget, a.AgentSocket, err)
		}
	}
	if len(c.signers) == 0 && c.password.IsZero() {
		c.Close()
		if a.AgentSocket != "" {
			return nil, fmt.Errorf("%w: the ssh-agent at %s has no keys (ssh-add adds some), and there is no other key or password", ErrTarget, a.AgentSocket)
		}
		return nil, fmt.Errorf("%w: no key, agent or password to log in with", ErrTarget)
	}
	return c, nil
}

// askAgent adds the agent's keys.
func (c *credentials) askAgent(ctx context.Context, socket string) error {
	conn, err := new(net.Dialer).DialContext(ctx, "unix", socket)
	if err != nil {
		return err
	}
	c.agent = conn
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	signers, err := agent.NewClient(conn).Signers()
	if err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return err
	}
	c.signers = append(c.signers, signers...)
	return nil
}

// methods are what to offer in one attempt.
func (c *credentials) methods() []ssh.AuthMethod {
	var m []ssh.AuthMethod
	if len(c.signers) > 0 {
		m = append(m, ssh.PublicKeys(c.signers...))
	}
	if !c.password.IsZero() {
		m = append(m, ssh.Password(c.password.Reveal()), ssh.KeyboardInteractive(c.answer()))
	}
	return m
}

// answer gives the password to the first question that asks for a secret, and
// gives up at anything else, lest a server asks for ever.
func (c *credentials) answer() ssh.KeyboardInteractiveChallenge {
	answered := false
	return func(_, _ string, questions []string, echos []bool) ([]string, error) {
		switch {
		case len(questions) == 0:
			return nil, nil
		case answered:
			return nil, errors.New("the server asks again: it did not like the password, or wants more than one")
		case len(questions) > 1 || echos[0]:
			return nil, errors.New("the server asks for something other than a password")
		}
		answered = true
		return []string{c.password.Reveal()}, nil
	}
}

// fingerprints names the keys.
func (c *credentials) fingerprints() []string {
	var all []string
	for _, s := range c.signers {
		all = append(all, ssh.FingerprintSHA256(s.PublicKey()))
	}
	return all
}

// signer reads the key.
func (k PrivateKey) signer() (ssh.Signer, error) {
	text := []byte(k.PEM.Reveal())
	switch {
	case len(text) == 0 && k.File == "":
		return nil, errors.New("neither PEM nor file")
	case len(text) > 0 && k.File != "":
		return nil, errors.New("both PEM and file")
	case k.File != "":
		var err error
		if text, err = readKeyFile(k.File); err != nil {
			return nil, err
		}
	}
	s, err := ssh.ParsePrivateKey(text)
	if _, encrypted := errors.AsType[*ssh.PassphraseMissingError](err); encrypted {
		if k.Passphrase.IsZero() {
			return nil, errors.New("it is encrypted: give its passphrase")
		}
		s, err = ssh.ParsePrivateKeyWithPassphrase(text, []byte(k.Passphrase.Reveal()))
		if errors.Is(err, x509.IncorrectPasswordError) {
			return nil, errors.New("the passphrase is wrong")
		}
	}
	if err != nil {
		return nil, fmt.Errorf("not a private key in PEM: %w", err)
	}
	return s, nil
}

// readKeyFile reads a key that nobody else can.
func readKeyFile(name string) ([]byte, error) {
	// Looked at first, because opening a pipe would wait for its writer.
	info, err := os.Stat(name)
	if err != nil {
		return nil, pathless(err)
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is not a regular file")
	}
	f, err := os.Open(name) //nolint:gosec // the caller says which file
	if err != nil {
		return nil, pathless(err)
	}
	defer func() { _ = f.Close() }()
	if info, err = f.Stat(); err != nil {
		return nil, pathless(err)
	}
	// Windows has no such bits.
	if mode := info.Mode().Perm(); mode&0o077 != 0 && runtime.GOOS != "windows" {
		return nil, fmt.Errorf("its mode is %04o, so others may read it: chmod 600 %q", mode, name)
	}
	text, err := io.ReadAll(io.LimitReader(f, maxKeyFile+1))
	if err != nil {
		return nil, pathless(err)
	}
	if len(text) > maxKeyFile {
		return nil, fmt.Errorf("it has more than %d bytes", maxKeyFile)
	}
	return text, nil
}

// pathless leaves the file's name out of an error that names it already.
func pathless(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}
