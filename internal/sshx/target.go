package sshx

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net"
	"strconv"
	"strings"
	"unicode"
)

// A Target is a server and how to get into it. Printing one shows no secret.
type Target struct {
	// Address is host:port.
	Address string
	// User is whom to log in as.
	User string
	// Auth is how the user proves who that is.
	Auth Auth
	// HostKeys is how the server does.
	HostKeys HostKeys
}

// check says what is wrong with the target before anybody is asked.
func (t Target) check() error {
	host, port, err := net.SplitHostPort(t.Address)
	if err != nil || host == "" {
		return fmt.Errorf("%w: the address %q is not host:port", ErrTarget, t.Address)
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return fmt.Errorf("%w: the address %q has no port from 1 to 65535", ErrTarget, t.Address)
	}
	if t.User == "" {
		return fmt.Errorf("%w: no user to log in as at %s", ErrTarget, t.Address)
	}
	return nil
}

// identity tells targets apart: connections are shared only where everything is
// the same, host keys and credentials included.
func (t Target) identity() [sha256.Size]byte {
	h := sha256.New()
	// %q delimits: no two lists give the same text.
	_, _ = fmt.Fprintf(h, "%q %q %q %q", t.Address, t.User, t.HostKeys.Known, t.HostKeys.Files)
	_, _ = fmt.Fprintf(h, " %q %q", t.Auth.AgentSocket, t.Auth.Password.Reveal())
	for _, k := range t.Auth.Keys {
		_, _ = fmt.Fprintf(h, " %q %q %q", k.File, k.PEM.Reveal(), k.Passphrase.Reveal())
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// A plan is a target of which everything has been read that can be before the
// server is asked.
type plan struct {
	target Target
	known  *knownKeys
	creds  *credentials
}

// prepare reads keys and known hosts. The caller closes the plan's credentials.
func (t Target) prepare(ctx context.Context) (*plan, error) {
	if err := t.check(); err != nil {
		return nil, err
	}
	known, err := t.HostKeys.find(t.Address)
	if err != nil {
		return nil, err
	}
	if err := known.usable(); err != nil {
		return nil, err
	}
	creds, err := t.Auth.load(ctx)
	if err != nil {
		return nil, err
	}
	return &plan{target: t, known: known, creds: creds}, nil
}

// redact takes what a server was told out of what it says, and makes one line of
// it that is fit to be shown: not long, and nothing that moves a cursor.
func (t Target) redact(text string) string {
	const enough = 300
	text = t.Auth.Password.redact(text)
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
	if len(text) > enough {
		text = strings.ToValidUTF8(text[:enough], "") + "…"
	}
	return text
}

// words makes a list that a server sent fit to be shown.
func (t Target) words(list []string) []string {
	const enough = 12
	var shown []string
	for i, w := range list {
		if i == enough {
			return append(shown, "…")
		}
		shown = append(shown, t.redact(w))
	}
	return shown
}
