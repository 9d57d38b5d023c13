package sshx

import (
	"crypto/subtle"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
)

// hidden stands where a secret was.
const hidden = "(hidden)"

// A Secret is a text that shows in no log, error or dump: whatever prints it
// prints "(hidden)", or nothing if there is none. It lies behind a pointer, so
// that not even a print of a struct that holds it unexported follows it. The
// zero value is no secret.
type Secret struct{ text *string }

// Conceal makes a secret of a text; an empty one gives the zero Secret.
func Conceal(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{text: &text}
}

// Reveal returns the text.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// IsZero reports whether there is none.
func (s Secret) IsZero() bool { return s.text == nil }

// Equal reports whether two secrets are the same, in a time that does not tell
// where they differ.
func (s Secret) Equal(t Secret) bool {
	return subtle.ConstantTimeCompare([]byte(s.Reveal()), []byte(t.Reveal())) == 1
}

// String returns "(hidden)", or nothing if there is no secret.
func (s Secret) String() string {
	if s.IsZero() {
		return ""
	}
	return hidden
}

// Format prints what String returns, whatever the verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// MarshalText returns what String returns: for JSON and its kin.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue returns what String returns.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// redact takes the secret out of a text that a server had a hand in, plain and
// as %q prints it.
func (s Secret) redact(text string) string {
	if s.IsZero() {
		return text
	}
	quoted := strconv.Quote(*s.text)
	return strings.NewReplacer(quoted[1:len(quoted)-1], hidden, *s.text, hidden).Replace(text)
}
