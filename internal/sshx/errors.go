package sshx

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// ErrForwardRefused is what [Conn.DialUnix] wraps when the server does not
// forward to unix sockets: [Conn.Stdio] with a command that connects itself to
// the socket is the way out.
var ErrForwardRefused = errors.New("the SSH server does not forward to unix sockets")

// ErrClosed is returned by what is used after its Close.
var ErrClosed = errors.New("the SSH connection is closed")

// ErrSilent is what errors wrap when a connection was given up because the
// server did not answer any more.
var ErrSilent = errors.New("the SSH server does not answer any more")

// ErrTarget is what errors wrap when a [Target] cannot be dialed whatever the
// server does: a key file that is not there, no known host key.
var ErrTarget = errors.New("the SSH target is not usable")

// ErrCorrupt is what [Conn.Upload] wraps when what arrived is not what was to be
// sent.
var ErrCorrupt = errors.New("what arrived is not what was to be sent")

// ErrOutput is what [Conn.Run] wraps when a command writes more than
// [Options].MaxOutput.
var ErrOutput = errors.New("the command writes too much")

// A KnownKey is a host key that was known before the server was asked.
type KnownKey struct {
	Type        string // as in known_hosts: "ssh-ed25519"
	Fingerprint string // "SHA256:…", as ssh-keygen prints it
	Source      string // where it was known from: "known_hosts:3"
}

// String names the key and where it is known from.
func (k KnownKey) String() string {
	return fmt.Sprintf("%s %s (%s)", k.Type, k.Fingerprint, k.Source)
}

// A HostKeyError says that a server did not prove to be the known one. Nothing
// was sent that it could use.
type HostKeyError struct {
	Address string
	// Type and Fingerprint are of the key that the server showed; empty when it
	// has none of the known types, or was not asked because none is known.
	Type, Fingerprint string
	// Offered are the algorithms of a server that has no key of a known type.
	Offered []string
	// Known are the keys that would have been good.
	Known []KnownKey
	// Revoked is the line that revokes the key, if one does.
	Revoked *KnownKey
	// Ignored are lines that match the address and were not usable, and why.
	Ignored []string
}

// Error names the address, what was shown, what is known and what to do.
func (e *HostKeyError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "ssh to %s: ", e.Address)
	known := make([]string, len(e.Known))
	for i, k := range e.Known {
		known[i] = k.String()
	}
	switch {
	case e.Revoked != nil:
		fmt.Fprintf(&b, "the server shows the host key %s %s, which %s revokes: trust it no more; give the machine a new host key", e.Type, e.Fingerprint, e.Revoked.Source)
	case len(e.Known) == 0:
		b.WriteString("no host key is known for this address, and none is trusted at first sight: take the key from the machine's console or from its " +
			"publisher, and add it to the known ones")
	case e.Fingerprint == "":
		fmt.Fprintf(&b, "the server has no host key of a known type: it offers %s, known is %s; somebody may be between you and it, or the machine was "+
			"installed anew: compare on its console before you replace the known key", strings.Join(e.Offered, ", "), strings.Join(known, ", "))
	default:
		fmt.Fprintf(&b, "the server shows the host key %s %s, known is %s; somebody may be between you and it, or the machine was installed anew: compare "+
			"on its console before you replace the known key", e.Type, e.Fingerprint, strings.Join(known, ", "))
	}
	if len(e.Ignored) > 0 {
		fmt.Fprintf(&b, " (not usable: %s)", strings.Join(e.Ignored, "; "))
	}
	return b.String()
}

// An AuthError says that a server which proved to be the known one does not let
// the user in.
type AuthError struct {
	Address, User string
	// Tried are the methods that the server refused: "publickey", "password",
	// "keyboard-interactive".
	Tried []string
	// Keys are the fingerprints of the keys that there were to show.
	Keys []string
	// Accepts are the methods that the server takes.
	Accepts []string
	// Reason is what else is known, the server's words included.
	Reason string
}

// Error names the user, what was tried and what the server takes.
func (e *AuthError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "ssh to %s: the server does not let the user %q in: tried %s, it takes %s", e.Address, e.User, orNothing(e.Tried), orNothing(e.Accepts))
	if e.Reason != "" {
		fmt.Fprintf(&b, ": %s", e.Reason)
	}
	if len(e.Keys) > 0 {
		fmt.Fprintf(&b, "; is one of the keys %s in the user's authorized_keys?", strings.Join(e.Keys, ", "))
	}
	return b.String()
}

func orNothing(words []string) string {
	if len(words) == 0 {
		return "nothing"
	}
	return strings.Join(words, ", ")
}

// A DialError says that no connection came about for a reason that may pass:
// the network, a machine that boots.
type DialError struct {
	Address string
	// Attempts is how often it was tried, Waited how long in all.
	Attempts int
	Waited   time.Duration
	// Last is what the last attempt that came to an end met; nil when none did.
	Last error
	// Err is why there was no other attempt: the end of the context, or nil when
	// only one was to be made.
	Err error

	permanent bool // another attempt would meet the same
}

// Error says how often it was tried, why no more, and what was last seen.
func (e *DialError) Error() string {
	switch {
	case e.Err == nil:
		return fmt.Sprintf("ssh to %s: %v", e.Address, e.Last)
	case e.Last == nil:
		return fmt.Sprintf("ssh to %s: no login in %s: %v; the first attempt met nothing yet", e.Address, e.Waited.Round(time.Millisecond), e.Err)
	}
	attempts := fmt.Sprintf("%d attempts", e.Attempts)
	if e.Attempts == 1 {
		attempts = "one attempt"
	}
	return fmt.Sprintf("ssh to %s: no login after %s in %s: %v; last seen: %v", e.Address, attempts, e.Waited.Round(time.Millisecond), e.Err, e.Last)
}

// Unwrap returns why the attempts ended and what the last one met.
func (e *DialError) Unwrap() []error {
	var errs []error
	for _, err := range []error{e.Err, e.Last} {
		if err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}
