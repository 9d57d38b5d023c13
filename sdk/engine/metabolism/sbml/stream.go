package sbml

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// What a file may hold at most. The largest published networks, of whole
// communities, have a tenth of this.
const (
	MaxBytes    = 1 << 30 // of the text
	MaxToken    = 4 << 20 // bytes of one tag with its attributes, one piece of text, one comment
	MaxDepth    = 256     // elements around an element
	MaxElements = 1 << 20 // species, reactions, parameters, genes and so on, of each
	MaxTerms    = 1 << 24 // references to species of all reactions
)

// A meter hands bytes to the XML decoder, which would else keep a piece of any
// length in memory.
type meter struct {
	in       io.Reader
	buf      []byte
	pos, end int
	taken    int // bytes handed over
	limit    int // of taken
	failed   error
}

func (m *meter) ReadByte() (byte, error) {
	if m.taken == m.limit {
		return 0, m.tooLong()
	}
	for tries := 0; m.pos == m.end; tries++ {
		const patience = 100 // reads of nothing
		if m.failed == nil && tries == patience {
			m.failed = io.ErrNoProgress
		}
		if m.failed != nil {
			return 0, m.failed
		}
		m.pos = 0
		m.end, m.failed = m.in.Read(m.buf)
	}
	c := m.buf[m.pos]
	m.pos++
	m.taken++
	return c, nil
}

// Read serves the decoders of other character sets.
func (m *meter) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	c, err := m.ReadByte()
	if err != nil {
		return 0, err
	}
	p[0] = c
	n := copy(p[1:], m.buf[m.pos:min(m.end, m.pos+m.limit-m.taken)])
	m.pos += n
	m.taken += n
	return n + 1, nil
}

func (m *meter) tooLong() error {
	if m.taken == MaxBytes {
		return fmt.Errorf("the text is longer than %d bytes", MaxBytes)
	}
	return fmt.Errorf("a tag, text or comment is longer than %d bytes", MaxToken)
}

// latin1 reads ISO 8859-1 as UTF-8.
type latin1 struct {
	in      *meter
	pending byte // the second byte of a character
}

func (l *latin1) Read(p []byte) (int, error) {
	for n := range p {
		if l.pending != 0 {
			p[n], l.pending = l.pending, 0
			continue
		}
		c, err := l.in.ReadByte()
		if err != nil {
			return n, err
		}
		if p[n] = c; c >= 0x80 {
			p[n], l.pending = 0xC0|c>>6, 0x80|c&0x3F
		}
	}
	return len(p), nil
}

// A stream reads elements one after the other.
type stream struct {
	in    *meter
	dec   *xml.Decoder
	depth int
}

func newStream(r io.Reader) *stream {
	s := &stream{in: &meter{in: r, buf: make([]byte, 64<<10)}}
	s.dec = xml.NewDecoder(s.in)
	s.dec.CharsetReader = func(charset string, _ io.Reader) (io.Reader, error) {
		switch strings.ToLower(charset) {
		case "us-ascii", "ascii", "iso-8859-1", "latin1":
			return &latin1{in: s.in}, nil
		}
		return nil, fmt.Errorf("the character set is %.40q: want UTF-8", charset)
	}
	return s
}

func (s *stream) line() int {
	line, _ := s.dec.InputPos()
	return line
}

func (s *stream) errorf(format string, args ...any) error {
	return &metabolism.LineError{Line: s.line(), Err: fmt.Errorf(format, args...)}
}

// token takes the next piece of the file; io.EOF at its end.
func (s *stream) token() (xml.Token, error) {
	s.in.limit = min(s.in.taken+MaxToken, MaxBytes)
	t, err := s.dec.Token()
	var syntax *xml.SyntaxError
	switch {
	case err == nil:
	case errors.Is(err, io.EOF):
		return nil, io.EOF
	case errors.As(err, &syntax):
		return nil, &metabolism.LineError{Line: syntax.Line, Err: fmt.Errorf("the XML is not well-formed: %.200s", syntax.Msg)}
	default:
		return nil, s.errorf("%w", err)
	}
	switch t.(type) {
	case xml.Directive:
		return nil, s.errorf("declarations of document types are not allowed")
	case xml.StartElement:
		if s.depth++; s.depth > MaxDepth {
			return nil, s.errorf("elements nest deeper than %d", MaxDepth)
		}
	case xml.EndElement:
		s.depth--
	}
	return t, nil
}

// children calls visit for each element in the one that was started last.
// Visit must take all of it: by children, skip or what is made of them.
func (s *stream) children(visit func(el *element) error) error {
	for {
		t, err := s.token()
		if err != nil {
			return s.ended(err)
		}
		switch t := t.(type) {
		case xml.StartElement:
			if err := visit(&element{StartElement: t, s: s, line: s.line()}); err != nil {
				return err
			}
		case xml.EndElement:
			return nil
		}
	}
}

// skip takes the rest of the element that was started last.
func (s *stream) skip() error {
	for outside := s.depth - 1; s.depth > outside; {
		if _, err := s.token(); err != nil {
			return s.ended(err)
		}
	}
	return nil
}

// words takes the element that was started last and returns its text.
func (s *stream) words() (string, error) {
	var b strings.Builder
	for outside := s.depth - 1; s.depth > outside; {
		t, err := s.token()
		if err != nil {
			return "", s.ended(err)
		}
		if text, ok := t.(xml.CharData); ok {
			if b.Len()+len(text) > MaxToken {
				return "", s.errorf("a text is longer than %d bytes", MaxToken)
			}
			b.Write(text)
		}
	}
	return b.String(), nil
}

func (s *stream) ended(err error) error {
	if errors.Is(err, io.EOF) {
		return s.errorf("the file ends inside an element: %w", io.ErrUnexpectedEOF)
	}
	return err
}

// The vocabularies of the elements that are understood.
const (
	coreSpace   = "http://www.sbml.org/sbml/level"
	fbcSpace    = "http://www.sbml.org/sbml/level3/version1/fbc/version"
	groupsSpace = "http://www.sbml.org/sbml/level3/version1/groups/version"
	mathSpace   = "http://www.w3.org/1998/Math/MathML"
	mathCore    = "http://www.sbml.org/sbml/level3/version2/extendedmath/version1"
)

// An element is a start tag, with a look at its attributes.
type element struct {
	xml.StartElement
	s    *stream
	line int
}

func (el *element) errorf(format string, args ...any) error {
	return &metabolism.LineError{Line: el.line, Err: fmt.Errorf("<%.40s>: "+format, append([]any{el.Name.Local}, args...)...)}
}

// in reports whether the element belongs to a package. The core is what
// belongs to SBML and to no package.
func (el *element) in(space string) bool {
	if space == coreSpace {
		rest, ok := strings.CutPrefix(el.Name.Space, coreSpace)
		return el.Name.Space == "" || ok && (len(rest) == 1 || strings.HasSuffix(rest, "/core") || strings.HasPrefix(rest, "2/"))
	}
	return strings.HasPrefix(el.Name.Space, space)
}

// attr finds an attribute of the element's own package.
func (el *element) attr(name string) (string, bool) {
	for i := range el.Attr {
		if a := &el.Attr[i]; a.Name.Local == name && (a.Name.Space == "" || a.Name.Space == el.Name.Space) {
			return a.Value, true
		}
	}
	return "", false
}

func (el *element) text(name string) string {
	v, _ := el.attr(name)
	return v
}

// fbc finds an attribute that fbc adds to an element of the core.
func (el *element) fbc(name string) (string, bool) {
	for i := range el.Attr {
		if a := &el.Attr[i]; a.Name.Local == name && strings.HasPrefix(a.Name.Space, fbcSpace) {
			return a.Value, true
		}
	}
	return "", false
}

// need finds an attribute that must be there.
func (el *element) need(name string) (string, error) {
	v, ok := el.attr(name)
	if v = strings.TrimSpace(v); !ok || v == "" {
		return "", el.errorf("it has no attribute %s", name)
	}
	return v, nil
}

// flag reads an attribute that is true or false.
func (el *element) flag(name string, absent bool) (bool, error) {
	v, ok := el.attr(name)
	if !ok {
		return absent, nil
	}
	switch strings.TrimSpace(v) {
	case "true", "1":
		return true, nil
	case "false", "0":
		return false, nil
	}
	return false, el.errorf("%s: want true or false, got %.40q", name, v)
}

// number reads an attribute that is a number; there is false when it is not
// there.
func (el *element) number(name string) (v float64, there bool, err error) {
	text, ok := el.attr(name)
	if !ok {
		return 0, false, nil
	}
	v, err = double(text)
	if err != nil {
		return 0, true, el.errorf("%s: %w", name, err)
	}
	return v, true, nil
}

// double reads a number as XML Schema writes it. NaN is none.
func double(text string) (float64, error) {
	text = strings.TrimSpace(text)
	switch text {
	case "INF", "+INF":
		return math.Inf(1), nil
	case "-INF":
		return math.Inf(-1), nil
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || strings.Trim(text, "+-.0123456789eE") != "" {
		return 0, fmt.Errorf("want a number, INF or -INF, got %.40q", text)
	}
	return v, nil
}
