package sshx

import (
	"errors"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"
)

// unquote is POSIX's "quote removal" and splitting, for the part of it that
// needs no expansion: outside quotes only blanks and \' may be seen.
func unquote(text string) ([]string, error) {
	var words []string
	var word strings.Builder
	inWord, inQuotes := false, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case inQuotes && c == '\'':
			inQuotes = false
		case inQuotes:
			word.WriteByte(c)
		case c == '\'':
			inWord, inQuotes = true, true
		case c == '\\' && i+1 < len(text) && text[i+1] == '\'':
			i++
			inWord = true
			word.WriteByte('\'')
		case c == ' ':
			if inWord {
				words = append(words, word.String())
				word.Reset()
				inWord = false
			}
		default:
			return nil, errors.New("something is outside the quotes: " + text[i:])
		}
	}
	if inQuotes {
		return nil, errors.New("a quote is open")
	}
	if inWord {
		words = append(words, word.String())
	}
	return words, nil
}

func FuzzQuote(f *testing.F) {
	for _, s := range nasty() {
		f.Add(s, "x")
		f.Add("", s)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		text, err := Quote(a, b)
		if nul := strings.Contains(a+b, "\x00"); nul != (err != nil) {
			t.Fatalf("%q, %q: got the error %v", a, b, err)
		}
		if err != nil {
			return
		}
		got, err := unquote(text)
		if err != nil || len(got) != 2 || got[0] != a || got[1] != b {
			t.Errorf("%q, %q: a shell reads %q from %s (%v)", a, b, got, text, err)
		}
	})
}

// nasty are texts that shells like to take apart.
func nasty() []string {
	return []string{
		"", " ", "a b", "'", "''", "'\\''", `\`, `\'`, `"`, "$HOME", "`id`", "$(id)", "a\nb", "\n", "\r\n", "\t", "*", "?", "[a]", "~", "#", "!", "!!",
		"; rm -rf x", "&", "|", ">x", "<x", "-n", "--", "é", "\xff\xfe", "\x01\x7f", "%s", "a'b'c", "{a,b}", "(", ")", "\u2028", strings.Repeat("'", 100),
	}
}

// TestQuoteInAShell asks real shells: what they read is what was quoted.
func TestQuoteInAShell(t *testing.T) {
	t.Parallel()
	words := nasty()
	r := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		b := make([]byte, r.IntN(20))
		for i := range b {
			b[i] = byte(1 + r.IntN(255))
		}
		words = append(words, string(b))
	}
	text, err := Quote(words...)
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	for _, shell := range [][]string{{"sh"}, {"bash"}, {"dash"}, {"busybox", "sh"}, {"zsh"}} {
		if _, err := exec.LookPath(shell[0]); err != nil {
			continue
		}
		asked++
		out, err := exec.CommandContext(t.Context(), shell[0], append(shell[1:], "-c", `printf '%s\0' `+text)...).Output()
		if err != nil {
			t.Errorf("%v: %v", shell, err)
			continue
		}
		got := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
		if len(got) != len(words) {
			t.Errorf("%v reads %d words, want %d", shell, len(got), len(words))
			continue
		}
		for i := range words {
			if got[i] != words[i] {
				t.Errorf("%v reads %q, want %q", shell, got[i], words[i])
			}
		}
	}
	if asked == 0 {
		t.Skip("there is no POSIX shell here")
	}
}
