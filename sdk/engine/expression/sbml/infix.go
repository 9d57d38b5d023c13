package sbml

import (
	"errors"
	"fmt"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
)

// Show makes an output of text: the name of a compartment, species or
// parameter, or a formula of such in the common notation, as in ln(X) or
// (A + 2*B) / total. A species is its amount there, and its concentration in
// brackets, as in [X], and without them if it is one of dense. The functions are
// those of the file, and abs, ceil, exp, floor, ln, log10, max, min, pow and
// sqrt. Its ID is the text. It is not safe for concurrent use.
func (m *Model) Show(text string, dense ...string) (Output, error) {
	out := Output{ID: text}
	m.d.nodes = 0
	s := &scope{d: m.d, local: map[string]*formula{}}
	for _, o := range m.Outputs {
		v := o.Value
		for _, name := range dense {
			if name == o.ID && o.Concentration != nil {
				v = o.Concentration
			}
		}
		s.local[o.ID] = shownAs(v)
		if o.Concentration != nil {
			s.local["["+o.ID+"]"] = shownAs(o.Concentration)
		}
		if o.ID == text {
			out.Name = o.Name
		}
	}
	p := &infix{rest: text}
	n, err := p.whole()
	if err == nil {
		var f *formula
		if f, err = s.formula(n); err == nil {
			out.Value = f.shown()
			return out, nil
		}
	}
	if line, ok := errors.AsType[*LineError](err); ok {
		err = line.Err // it is not of the file
	}
	return Output{}, &biovm.FieldError{Path: "variable", Value: text, Reason: err.Error()}
}

// shownAs is the formula of what is shown already.
func shownAs(v func(t float64, x []float64) float64) *formula {
	return &formula{value: func(t float64, x []float64, _ *expression.Random) float64 { return v(t, x) }, cost: 1}
}

// An infix reads a formula in the common notation, and makes MathML of it.
type infix struct {
	rest  string
	depth int
}

// maxNesting bounds brackets in brackets.
const maxNesting = 100

func (p *infix) errorf(format string, args ...any) error { return fmt.Errorf(format, args...) }

// peek looks at the next character that is no space; 0 is the end.
func (p *infix) peek() byte {
	p.rest = strings.TrimLeft(p.rest, " \t")
	if p.rest == "" {
		return 0
	}
	return p.rest[0]
}

// take takes the next character if it is one of some.
func (p *infix) take(of string) (byte, bool) {
	c := p.peek()
	if c == 0 || strings.IndexByte(of, c) < 0 {
		return 0, false
	}
	p.rest = p.rest[1:]
	return c, true
}

func apply(op string, args ...*node) *node {
	return &node{name: "apply", children: append([]*node{{name: op}}, args...)}
}

func (p *infix) whole() (*node, error) {
	n, err := p.sum()
	if err == nil && p.peek() != 0 {
		err = p.errorf("%.40q was not expected", p.rest)
	}
	return n, err
}

// operators are those of one rank, from the left.
func (p *infix) operators(of string, names map[byte]string, next func() (*node, error)) (*node, error) {
	left, err := next()
	for err == nil {
		op, ok := p.take(of)
		if !ok {
			break
		}
		var right *node
		if right, err = next(); err == nil {
			left = apply(names[op], left, right)
		}
	}
	return left, err
}

func (p *infix) sum() (*node, error) {
	if p.depth++; p.depth > maxNesting {
		return nil, p.errorf("it nests deeper than %d", maxNesting)
	}
	defer func() { p.depth-- }()
	return p.operators("+-", map[byte]string{'+': "plus", '-': "minus"}, p.product)
}

func (p *infix) product() (*node, error) {
	return p.operators("*/", map[byte]string{'*': "times", '/': "divide"}, p.signed)
}

func (p *infix) signed() (*node, error) {
	negative := false
	for {
		sign, ok := p.take("+-")
		if !ok {
			break
		}
		negative = negative != (sign == '-')
	}
	n, err := p.power()
	if negative {
		n = apply("minus", n)
	}
	return n, err
}

func (p *infix) power() (*node, error) {
	base, err := p.atom()
	if err != nil {
		return nil, err
	}
	if _, ok := p.take("^"); !ok {
		return base, nil
	}
	if p.depth++; p.depth > maxNesting {
		return nil, p.errorf("it nests deeper than %d", maxNesting)
	}
	defer func() { p.depth-- }()
	exponent, err := p.signed()
	return apply("power", base, exponent), err
}

// atom is a number, a name, a call, or what is in brackets.
func (p *infix) atom() (*node, error) {
	if _, ok := p.take("("); ok {
		n, err := p.sum()
		if err == nil {
			err = p.closing(")")
		}
		return n, err
	}
	if _, ok := p.take("["); ok {
		name := p.word()
		return &node{name: "ci", text: "[" + name + "]"}, p.closing("]")
	}
	switch c := p.peek(); {
	case c == 0:
		return nil, p.errorf("it ends too soon")
	case c >= '0' && c <= '9' || c == '.':
		return &node{name: "cn", text: p.digits()}, nil
	}
	name := p.word()
	if name == "" {
		return nil, p.errorf("%.40q was not expected", p.rest)
	}
	if _, ok := p.take("("); !ok {
		return &node{name: "ci", text: name}, nil
	}
	return p.call(name)
}

func (p *infix) closing(with string) error {
	if _, ok := p.take(with); !ok {
		return p.errorf("want %q at %.40q", with, p.rest)
	}
	return nil
}

// word takes a name.
func (p *infix) word() string {
	p.peek()
	end := strings.IndexFunc(p.rest, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	})
	if end < 0 {
		end = len(p.rest)
	}
	word := p.rest[:end]
	p.rest = p.rest[end:]
	return word
}

// digits takes a number, with its exponent.
func (p *infix) digits() string {
	end := 0
	for end < len(p.rest) {
		c := p.rest[end]
		sign := (c == '+' || c == '-') && end > 0 && (p.rest[end-1] == 'e' || p.rest[end-1] == 'E')
		if (c < '0' || c > '9') && c != '.' && c != 'e' && c != 'E' && !sign {
			break
		}
		end++
	}
	text := p.rest[:end]
	p.rest = p.rest[end:]
	return text
}

// call takes the arguments of a function.
func (p *infix) call(name string) (*node, error) {
	var args []*node
	for more := true; more; _, more = p.take(",") {
		n, err := p.sum()
		if err != nil {
			return nil, err
		}
		args = append(args, n)
	}
	if err := p.closing(")"); err != nil {
		return nil, err
	}
	switch name {
	case "abs", "exp", "floor", "ln", "max", "min":
		return apply(name, args...), nil
	case "ceil":
		return apply("ceiling", args...), nil
	case "log10":
		return apply("log", args...), nil
	case "pow":
		return apply("power", args...), nil
	case "sqrt":
		return apply("root", args...), nil
	}
	n := apply("ci", args...)
	n.children[0].text = name
	return n, nil
}
