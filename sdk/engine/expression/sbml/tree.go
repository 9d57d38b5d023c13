package sbml

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// What a file may hold at most.
const (
	MaxBytes    = 64 << 20 // of the text
	MaxDepth    = 200      // elements around an element
	MaxElements = 1 << 20  // elements in all
	MaxNodes    = 1 << 20  // parts of formulas, with functions and rules put in
)

// A LineError says what is wrong in a file, and where. It is an
// [biovm.ErrInvalid].
type LineError struct {
	Line int // from 1
	Err  error
}

func (e *LineError) Error() string { return "line " + strconv.Itoa(e.Line) + ": " + e.Err.Error() }

// Unwrap returns what is wrong.
func (e *LineError) Unwrap() error { return e.Err }

// Is makes it an [biovm.ErrInvalid].
func (e *LineError) Is(target error) bool { return target == biovm.ErrInvalid }

// A node is an element with what is in it. Notes and annotations are left out.
type node struct {
	space, name string
	attrs       []xml.Attr
	children    []*node
	text        string // before the first child
	tail        string // after that
	line        int
}

func (n *node) errorf(format string, args ...any) error {
	return &LineError{Line: n.line, Err: fmt.Errorf("<%.40s>: "+format, append([]any{n.name}, args...)...)}
}

// attr finds an attribute of no package.
func (n *node) attr(name string) string {
	for i := range n.attrs {
		if a := &n.attrs[i]; a.Name.Local == name && a.Name.Space == "" {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

// need finds an attribute that must be there.
func (n *node) need(name string) (string, error) {
	v := n.attr(name)
	if v == "" {
		return "", n.errorf("it has no attribute %s", name)
	}
	return v, nil
}

// flag reads an attribute that is true or false.
func (n *node) flag(name string, absent bool) (bool, error) {
	switch v := n.attr(name); v {
	case "":
		return absent, nil
	case "true", "1":
		return true, nil
	case "false", "0":
		return false, nil
	default:
		return false, n.errorf("%s: want true or false, got %.40q", name, v)
	}
}

// number reads an attribute that is a finite number; NaN when it is not there.
func (n *node) number(name string) (float64, error) {
	text := n.attr(name)
	if text == "" {
		return math.NaN(), nil
	}
	v, err := double(text)
	if err != nil {
		return 0, n.errorf("%s: %w", name, err)
	}
	return v, nil
}

// double reads a finite number.
func double(text string) (float64, error) {
	text = strings.TrimSpace(text)
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || strings.Trim(text, "+-.0123456789eE") != "" {
		return 0, fmt.Errorf("want a finite number, got %.40q", text)
	}
	return v, nil
}

// child finds an element by its name; nil when it is not there.
func (n *node) child(name string) *node {
	for _, c := range n.children {
		if c.name == name {
			return c
		}
	}
	return nil
}

// list lists the elements in a listOf… of a name.
func (n *node) list(name, of string) []*node {
	outer := n.child(name)
	if outer == nil {
		return nil
	}
	var found []*node
	for _, c := range outer.children {
		if c.name == of {
			found = append(found, c)
		}
	}
	return found
}

// A meter hands bytes over up to the limit.
type meter struct {
	in   io.Reader
	left int
}

func (m *meter) Read(p []byte) (int, error) {
	if m.left == 0 {
		return 0, fmt.Errorf("the text is longer than %d bytes", MaxBytes)
	}
	n, err := m.in.Read(p[:min(len(p), m.left)])
	m.left -= n
	return n, err
}

// A treeReader reads a file into nodes.
type treeReader struct {
	dec      *xml.Decoder
	elements int
}

func (t *treeReader) errorf(format string, args ...any) error {
	line, _ := t.dec.InputPos()
	return &LineError{Line: line, Err: fmt.Errorf(format, args...)}
}

// readTree reads the root of a file.
func readTree(r io.Reader) (*node, error) {
	t := &treeReader{dec: xml.NewDecoder(&meter{in: r, left: MaxBytes})}
	t.dec.CharsetReader = func(charset string, in io.Reader) (io.Reader, error) {
		if c := strings.ToLower(charset); c == "us-ascii" || c == "ascii" {
			return in, nil
		}
		return nil, fmt.Errorf("the character set is %.40q: want UTF-8", charset)
	}
	var root *node
	for {
		token, err := t.token()
		if errors.Is(err, io.EOF) {
			if root == nil {
				return nil, t.errorf("the file is empty: %w", io.ErrUnexpectedEOF)
			}
			return root, nil
		}
		if err != nil {
			return nil, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			if root != nil {
				return nil, t.errorf("<%.40s> after the end of the document", token.Name.Local)
			}
			if root, err = t.element(token, 1); err != nil {
				return nil, err
			}
		case xml.CharData:
			if text := strings.TrimSpace(strings.TrimPrefix(string(token), "\uFEFF")); text != "" {
				return nil, t.errorf("%.40q is outside the document", text)
			}
		}
	}
}

// token takes the next piece; io.EOF at the end of the file.
func (t *treeReader) token() (xml.Token, error) {
	token, err := t.dec.Token()
	var syntax *xml.SyntaxError
	switch {
	case err == nil:
	case errors.As(err, &syntax):
		return nil, &LineError{Line: syntax.Line, Err: fmt.Errorf("the XML is not well-formed: %.200s", syntax.Msg)}
	case errors.Is(err, io.EOF):
		return nil, io.EOF
	default:
		return nil, t.errorf("%w", err)
	}
	if _, ok := token.(xml.Directive); ok {
		return nil, t.errorf("declarations of document types are not allowed")
	}
	return token, nil
}

// element takes what is in the element that was started last.
func (t *treeReader) element(start xml.StartElement, depth int) (*node, error) {
	line, _ := t.dec.InputPos()
	n := &node{space: start.Name.Space, name: start.Name.Local, attrs: start.Attr, line: line}
	if depth > MaxDepth {
		return nil, n.errorf("elements nest deeper than %d", MaxDepth)
	}
	if t.elements++; t.elements > MaxElements {
		return nil, n.errorf("there are more than %d elements", MaxElements)
	}
	var text, tail []byte
	for {
		token, err := t.token()
		if errors.Is(err, io.EOF) {
			err = t.errorf("the file ends inside an element: %w", io.ErrUnexpectedEOF)
		}
		if err != nil {
			return nil, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			c, err := t.element(token, depth+1)
			if err != nil {
				return nil, err
			}
			if c.name != "notes" && c.name != "annotation" {
				n.children = append(n.children, c)
			}
		case xml.CharData:
			if len(n.children) == 0 {
				text = append(text, token...)
			} else {
				tail = append(tail, token...)
			}
		case xml.EndElement:
			n.text, n.tail = string(text), string(tail)
			return n, nil
		}
	}
}
