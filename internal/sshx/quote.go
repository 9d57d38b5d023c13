package sshx

import (
	"errors"
	"strings"
)

// Quote makes one text of words such that a POSIX shell takes it apart into the
// same words, whatever they contain. A word with a NUL cannot be said to a shell
// and is an error.
func Quote(words ...string) (string, error) {
	var b strings.Builder
	for i, w := range words {
		if strings.ContainsRune(w, 0) {
			return "", errors.New("a shell word cannot contain NUL")
		}
		if i > 0 {
			b.WriteByte(' ')
		}
		// Within single quotes everything is itself but the single quote.
		b.WriteByte('\'')
		b.WriteString(strings.ReplaceAll(w, "'", `'\''`))
		b.WriteByte('\'')
	}
	return b.String(), nil
}
