package sbml

import (
	"encoding/xml"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// A formula is a node of MathML: a number, the ID of a quantity, or an
// operator with its operands.
type formula struct {
	op    string // empty of a number or an ID
	id    string
	value float64
	of    []*formula
	line  int
}

func (f *formula) errorf(format string, args ...any) error {
	return &metabolism.LineError{Line: f.line, Err: fmt.Errorf(format, args...)}
}

// mathChild takes an element that holds one <math> besides notes and such, and
// returns what is in that; nil when there is none.
func (s *stream) mathChild() (*formula, error) {
	var found *formula
	err := s.children(func(el *element) error {
		if el.Name.Local != "math" || el.Name.Space != mathSpace {
			return s.skip()
		}
		return s.children(func(el *element) (err error) {
			if found != nil {
				return el.errorf("a second formula")
			}
			found, err = s.formula(el)
			return err
		})
	})
	return found, err
}

// formula takes an element of MathML.
func (s *stream) formula(el *element) (*formula, error) {
	f := &formula{line: el.line}
	switch el.Name.Local {
	case "cn":
		return f, s.constant(el, f)
	case "ci":
		text, err := s.words()
		f.id = strings.TrimSpace(text)
		if err == nil && f.id == "" {
			err = el.errorf("it names nothing")
		}
		return f, err
	case "infinity":
		f.value = math.Inf(1)
		return f, s.skip()
	case "pi":
		f.value = math.Pi
		return f, s.skip()
	case "exponentiale":
		f.value = math.E
		return f, s.skip()
	case "apply":
		err := s.children(func(el *element) error {
			if f.op == "" {
				f.op = el.Name.Local
				return s.skip()
			}
			operand, err := s.formula(el)
			f.of = append(f.of, operand)
			return err
		})
		if err == nil && f.op == "" {
			err = el.errorf("it has no operator")
		}
		return f, err
	}
	return nil, el.errorf("formulas with it are not supported")
}

// constant takes a <cn>: a number, or mantissa and exponent or numerator and
// denominator on both sides of a <sep/>.
func (s *stream) constant(el *element, f *formula) error {
	var sides [2]strings.Builder
	side := 0
	for outside := s.depth - 1; s.depth > outside; {
		t, err := s.token()
		if err != nil {
			return s.ended(err)
		}
		switch t := t.(type) {
		case xml.StartElement:
			if side++; side == len(sides) || t.Name.Local != "sep" {
				return el.errorf("<%.40s> in it is not supported", t.Name.Local)
			}
		case xml.CharData:
			if sides[side].Len()+len(t) > MaxToken {
				return s.errorf("a text is longer than %d bytes", MaxToken)
			}
			sides[side].Write(t)
		}
	}
	first, err := double(sides[0].String())
	if err != nil {
		return el.errorf("%w", err)
	}
	f.value = first
	if side == 0 {
		return nil
	}
	second := strings.TrimSpace(sides[1].String())
	switch el.text("type") {
	case "e-notation":
		f.value, err = double(strings.TrimSpace(sides[0].String()) + "e" + second)
	case "rational":
		var denominator float64
		denominator, err = double(second)
		f.value = first / denominator
	default:
		err = fmt.Errorf("numbers of the type %.40q are not supported", el.text("type"))
	}
	if err == nil && math.IsNaN(f.value) {
		err = errors.New("0/0 is not a number")
	}
	if err != nil {
		return el.errorf("%w", err)
	}
	return nil
}

// quantities gives the value of what formulas name.
type quantities func(f *formula) (float64, error)

// eval works a formula out.
func (f *formula) eval(of quantities) (float64, error) {
	if f.id != "" {
		return of(f)
	}
	if f.op == "" {
		return f.value, nil
	}
	args := make([]float64, len(f.of))
	for i, operand := range f.of {
		var err error
		if args[i], err = operand.eval(of); err != nil {
			return 0, err
		}
	}
	v, ok := apply(f.op, args)
	if !ok {
		return 0, f.errorf("a formula with <%.40s> of %d operands is not supported", f.op, len(args))
	}
	if math.IsNaN(v) {
		return 0, f.errorf("<%s> of %v is not a number", f.op, args)
	}
	return v, nil
}

// apply is an operator of operands; false when it is not one of those that
// package documents.
func apply(op string, args []float64) (v float64, ok bool) {
	if op == "plus" || op == "times" || op == "min" || op == "max" {
		return fold(op, args)
	}
	switch {
	case op == "minus" && len(args) == 1:
		return 0 - args[0], true
	case op == "minus" && len(args) == 2:
		return args[0] - args[1], true
	case op == "divide" && len(args) == 2:
		return args[0] / args[1], true
	case op == "power" && len(args) == 2:
		return power(args[0], args[1])
	case op == "abs" && len(args) == 1:
		return math.Abs(args[0]), true
	case op == "floor" && len(args) == 1:
		return math.Floor(args[0]), true
	case op == "ceiling" && len(args) == 1:
		return math.Ceil(args[0]), true
	}
	return 0, false
}

// fold is an operator of any number of operands.
func fold(op string, args []float64) (v float64, ok bool) {
	switch op {
	case "plus":
		for _, a := range args {
			v += a
		}
		return v, true
	case "times":
		v = 1
		for _, a := range args {
			v *= a
		}
		return v, true
	}
	if len(args) == 0 {
		return 0, false
	}
	v = args[0]
	for _, a := range args[1:] {
		if op == "min" {
			v = min(v, a)
		} else {
			v = max(v, a)
		}
	}
	return v, true
}

// power multiplies; only whole exponents have the same bits everywhere.
func power(base, exponent float64) (v float64, ok bool) {
	const most = 1024 // beyond which a power of 2 overflows
	if exponent != math.Trunc(exponent) || math.Abs(exponent) > most {
		return 0, false
	}
	v = 1
	for range int(math.Abs(exponent)) {
		v *= base
	}
	if exponent < 0 {
		v = 1 / v
	}
	return v, true
}
