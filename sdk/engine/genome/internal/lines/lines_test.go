package lines_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome/internal/lines"
)

// inputs are texts whose lines end at every kind of place.
func inputs() map[string]string {
	long := strings.Repeat("a", 64<<10)
	return map[string]string{
		"empty":             "",
		"one end":           "\n",
		"no end":            "x",
		"ends":              "\n\r\n\n\r\r\n",
		"windows":           "one\r\ntwo\rtwo\n\n three \r\nfour",
		"fills the window":  long[1:] + "\nnext\n",
		"end beyond it":     long + "\nnext\n",
		"return beyond it":  long[1:] + "\r\nnext\r\n",
		"longer, at last":   "first\n" + long + long + "b",
		"many":              strings.Repeat("123456789\n", 20_000),
		"many, with return": strings.Repeat("12345678\r\n", 20_000) + "\r",
	}
}

// sources give a text in large and small pieces, and packed.
func sources(tb testing.TB, text string) map[string]io.Reader {
	tb.Helper()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := io.WriteString(z, text); err != nil {
		tb.Fatal(err)
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return map[string]io.Reader{
		"whole":        strings.NewReader(text),
		"bytes":        iotest.OneByteReader(strings.NewReader(text)),
		"halves":       iotest.HalfReader(strings.NewReader(text)),
		"end with it":  iotest.DataErrReader(strings.NewReader(text)),
		"packed":       &packed,
		"after a mark": strings.NewReader("\uFEFF" + text),
	}
}

// split is what a text's lines are.
func split(text string) []string {
	var all []string
	for line := range strings.SplitAfterSeq(text, "\n") {
		if line != "" {
			all = append(all, strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"))
		}
	}
	return all
}

func TestNext(t *testing.T) {
	t.Parallel()
	for name, text := range inputs() {
		want := split(text)
		for from, source := range sources(t, text) {
			r := lines.New(source)
			for n, line := range want {
				got, err := r.Next()
				if n%3 == 1 && err == nil { // once more
					r.Unread()
					got, err = r.Next()
				}
				if err != nil || string(got) != line {
					t.Fatalf("%s, %s: line %d is %.40q, %v; want %.40q", name, from, n+1, got, err, line)
				}
				if r.Line() != n+1 {
					t.Errorf("%s, %s: line %d has the number %d", name, from, n+1, r.Line())
				}
			}
			if got, err := r.Next(); !errors.Is(err, io.EOF) {
				t.Errorf("%s, %s: after the end: %.40q, %v", name, from, got, err)
			}
		}
	}
}

// TestRest holds that what follows the lines that were given is all there.
func TestRest(t *testing.T) {
	t.Parallel()
	for name, text := range inputs() {
		all := strings.SplitAfter(text, "\n")
		for _, given := range []int{1, 2, len(all) - 1} {
			if given < 1 || given >= len(all) {
				continue
			}
			for from, source := range sources(t, text) {
				r := lines.New(source)
				for range given {
					if _, err := r.Next(); err != nil {
						t.Fatalf("%s, %s: %v", name, from, err)
					}
				}
				got, err := io.ReadAll(r.Rest())
				if want := strings.Join(all[given:], ""); err != nil || string(got) != want {
					t.Errorf("%s, %s, after %d lines: %d bytes, %v; want %d", name, from, given, len(got), err, len(want))
				}
			}
		}
	}
}

// TestFailure holds that lines before a failure are given, and the failure then
// stays.
func TestFailure(t *testing.T) {
	t.Parallel()
	broken := errors.New("the disk is gone")
	r := lines.New(io.MultiReader(strings.NewReader("one\ntwo\nthr"), iotest.ErrReader(broken)))
	for _, want := range []string{"one", "two"} {
		if got, err := r.Next(); err != nil || string(got) != want {
			t.Fatalf("got %q, %v; want %q", got, err, want)
		}
	}
	for range 2 {
		if got, err := r.Next(); !errors.Is(err, broken) {
			t.Errorf("got %q, %v; want %v", got, err, broken)
		}
	}
}

func TestRoom(t *testing.T) {
	t.Parallel()
	r := lines.New(strings.NewReader(""))
	r.Limit(10)
	for _, err := range []error{r.Room(10), r.Hold(4), r.Room(6), r.Hold(6), r.Room(0), r.Hold(-1), r.Room(1)} {
		if err != nil {
			t.Error(err)
		}
	}
	for _, err := range []error{r.Room(2), r.Hold(2)} {
		if !errors.Is(err, lines.ErrTooLarge) {
			t.Errorf("beyond the limit: %v", err)
		}
	}
}
