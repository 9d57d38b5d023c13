package cobrajson

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// What a text may hold at most. The largest published networks, of whole
// communities, have a tenth of this.
const (
	MaxBytes    = 512 << 20 // of the text
	MaxString   = 1 << 20   // bytes of one string
	MaxDepth    = 100       // objects and arrays around a value
	MaxElements = 1 << 20   // metabolites, reactions and genes, of each
	MaxTerms    = 1 << 24   // coefficients of all reactions
)

// A text reads JSON piece by piece. Its methods return errors with the line.
type text struct {
	in       io.Reader
	buf      []byte
	pos, end int
	taken    int // bytes of the input in and before buf
	line     int
	depth    int
	failed   error // of the input; io.EOF at its end
	ended    bool  // next found no byte
	scratch  []byte
}

func newText(in io.Reader) *text { return &text{in: in, buf: make([]byte, 64<<10), line: 1} }

func (t *text) errorf(format string, args ...any) error {
	return &metabolism.LineError{Line: t.line, Err: fmt.Errorf(format, args...)}
}

// fill gets more of the input; false at its end.
func (t *text) fill() bool {
	const patience = 100 // reads of nothing
	for range patience {
		if t.failed != nil {
			return false
		}
		var n int
		n, t.failed = t.in.Read(t.buf)
		if t.taken += n; t.taken > MaxBytes {
			t.failed = fmt.Errorf("the text is longer than %d bytes", MaxBytes)
			return false
		}
		if t.pos, t.end = 0, n; n > 0 {
			return true
		}
	}
	t.failed = io.ErrNoProgress
	return false
}

// next takes a byte; 0 at the end of the input.
func (t *text) next() byte {
	if t.pos == t.end && !t.fill() {
		t.ended = true
		return 0
	}
	c := t.buf[t.pos]
	t.pos++
	if c == '\n' {
		t.line++
	}
	return c
}

// back gives the last byte back, of which next took one.
func (t *text) back() {
	if t.ended {
		return
	}
	t.pos--
	if t.buf[t.pos] == '\n' {
		t.line--
	}
}

// token takes the first byte that is not blank.
func (t *text) token() byte {
	for {
		c := t.next()
		if c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return c
		}
	}
}

// want complains of a byte that does not belong there.
func (t *text) want(what string, got byte) error {
	switch {
	case !t.ended:
		return t.errorf("want %s, got %q", what, got)
	case errors.Is(t.failed, io.EOF):
		return t.errorf("the text ends where %s should be: %w", what, io.ErrUnexpectedEOF)
	}
	return t.errorf("%w", t.failed)
}

// object calls value with each key of an object, valid until value takes the
// key's value, which it must.
func (t *text) object(value func(key []byte) error) error {
	return t.list('{', '}', func() error {
		if c := t.token(); c != '"' {
			return t.want("a key in quotes", c)
		}
		key, err := t.quoted()
		if err != nil {
			return err
		}
		if c := t.token(); c != ':' {
			return t.want("':'", c)
		}
		return value(key)
	})
}

// array calls value for each value of an array, which it must take.
func (t *text) array(value func() error) error { return t.list('[', ']', value) }

func (t *text) list(open, shut byte, item func() error) error {
	if c := t.token(); c != open {
		return t.want(strconv.QuoteRune(rune(open)), c)
	}
	if t.depth++; t.depth > MaxDepth {
		return t.errorf("values nest deeper than %d", MaxDepth)
	}
	defer func() { t.depth-- }()
	if t.token() == shut {
		return nil
	}
	t.back()
	for {
		if err := item(); err != nil {
			return err
		}
		switch c := t.token(); c {
		case ',':
		case shut:
			return nil
		default:
			return t.want(fmt.Sprintf("',' or %q", shut), c)
		}
	}
}

// quoted takes the rest of a string after its first quote. The bytes are valid
// until the next one.
func (t *text) quoted() ([]byte, error) {
	t.scratch = t.scratch[:0]
	for {
		from := t.pos
		for t.pos < t.end {
			if c := t.buf[t.pos]; c == '"' || c == '\\' || c < ' ' {
				break
			}
			t.pos++
		}
		t.scratch = append(t.scratch, t.buf[from:t.pos]...)
		if len(t.scratch) > MaxString {
			return nil, t.errorf("a string is longer than %d bytes", MaxString)
		}
		if t.pos == t.end && t.fill() {
			continue
		}
		switch c := t.next(); c {
		case '"':
			if !utf8.Valid(t.scratch) {
				return nil, t.errorf("the string %.40q is not valid UTF-8", t.scratch)
			}
			return t.scratch, nil
		case '\\':
			if err := t.escape(); err != nil {
				return nil, err
			}
		default:
			return nil, t.want("the end of a string", c)
		}
	}
}

// escape takes what follows a backslash.
func (t *text) escape() error {
	c := t.next()
	switch c {
	case '"', '\\', '/':
	case 'b':
		c = '\b'
	case 'f':
		c = '\f'
	case 'n':
		c = '\n'
	case 'r':
		c = '\r'
	case 't':
		c = '\t'
	case 'u':
		return t.unicodeEscape()
	default:
		return t.want(`one of "\/bfnrtu after a backslash`, c)
	}
	t.scratch = append(t.scratch, c)
	return nil
}

func (t *text) unicodeEscape() error {
	first, err := t.hex()
	if err != nil {
		return err
	}
	if utf16.IsSurrogate(first) {
		if c := t.next(); c != '\\' {
			return t.want("the second half of a surrogate pair", c)
		}
		if c := t.next(); c != 'u' {
			return t.want("the second half of a surrogate pair", c)
		}
		second, err := t.hex()
		if err != nil {
			return err
		}
		if first = utf16.DecodeRune(first, second); first == utf8.RuneError {
			return t.errorf("a surrogate pair does not fit together")
		}
	}
	t.scratch = utf8.AppendRune(t.scratch, first)
	return nil
}

func (t *text) hex() (rune, error) {
	var digits [4]byte
	for i := range digits {
		if digits[i] = t.next(); t.ended {
			return 0, t.want("a hexadecimal digit", 0)
		}
	}
	n, err := strconv.ParseUint(string(digits[:]), 16, 16)
	if err != nil {
		return 0, t.errorf("want four hexadecimal digits after \\u, got %q", digits)
	}
	return rune(n), nil
}

// word takes what is not in quotes: a number, or a name such as null.
func (t *text) word() ([]byte, error) {
	t.scratch = t.scratch[:0]
	for c := t.token(); ; c = t.next() {
		switch {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '-', c == '+', c == '.':
			t.scratch = append(t.scratch, c)
			if len(t.scratch) > MaxString {
				return nil, t.errorf("a value is longer than %d bytes", MaxString)
			}
			continue
		case len(t.scratch) == 0:
			return nil, t.want("a value", c)
		case t.ended: // what is read is never outside an object
			return nil, t.want("more", c)
		}
		t.back()
		return t.scratch, nil
	}
}

// text takes a string, or null, which is the empty one.
func (t *text) text() (string, error) {
	b, err := t.bytes()
	return string(b), err
}

// bytes is text whose result is valid until the next string.
func (t *text) bytes() ([]byte, error) {
	c := t.token()
	if c == '"' {
		return t.quoted()
	}
	if c != 'n' {
		return nil, t.want("a string", c)
	}
	t.back()
	b, err := t.word()
	if err == nil && string(b) != "null" {
		err = t.errorf("want a string, got %s", b)
	}
	return nil, err
}

// number takes a number. The infinite ones may be words or strings, and a
// finite one a string too, as float of Python has it.
func (t *text) number() (float64, error) {
	c := t.token()
	var b []byte
	var err error
	if c == '"' {
		b, err = t.quoted()
	} else {
		t.back()
		b, err = t.word()
	}
	if err != nil {
		return 0, err
	}
	v, err := strconv.ParseFloat(string(b), 64)
	if err != nil || v != v {
		return 0, t.errorf("want a number, got %.40q", b)
	}
	return v, nil
}

// skip takes a value of any kind and forgets it.
func (t *text) skip() error {
	c := t.token()
	switch c {
	case '"':
		_, err := t.quoted()
		return err
	case '{':
		t.back()
		return t.object(func([]byte) error { return t.skip() })
	case '[':
		t.back()
		return t.array(t.skip)
	}
	t.back()
	_, err := t.word()
	return err
}
