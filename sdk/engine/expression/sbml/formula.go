package sbml

import (
	"math"
	"slices"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
)

// A value works a formula out, at a time and of a state; chance is for those
// that leave something to it.
type value func(t float64, x []float64, chance *expression.Random) float64

// A formula is a formula that was put together: with functions and rules in
// place of their names.
type formula struct {
	value  value
	reads  []expression.Species
	timed  bool // it depends on the time
	chance bool // it depends on chance
	cost   int  // of working it out, in operators
	course      // over time alone
	// A formula that is a place in the state alone says so: one more than that.
	place int
	// A product of a constant and species' counts, each once; constant is that,
	// and isProduct says so.
	constant  float64
	factors   []expression.Species
	isProduct bool
}

func number(v float64) *formula {
	return &formula{value: func(float64, []float64, *expression.Random) float64 { return v }, constant: v, isProduct: true, course: course{shape: flat}}
}

// fixed reports whether the formula is a number.
func (f *formula) fixed() bool { return f.isProduct && len(f.factors) == 0 }

// A scope says what names mean in a formula.
type scope struct {
	d     *document
	local map[string]*formula // of a function's arguments and a law's own parameters
	depth int                 // of functions and rules around
	first bool                // names stand for their values at time 0
	draws bool                // something may be left to chance
	times *[]float64          // of a trigger: where the time is compared with
}

// The symbols of MathML that SBML defines.
const (
	timeSymbol     = "http://www.sbml.org/sbml/symbols/time"
	avogadroSymbol = "http://www.sbml.org/sbml/symbols/avogadro"
)

// formula puts an element of MathML together.
func (s *scope) formula(n *node) (*formula, error) {
	if s.d.nodes++; s.d.nodes > MaxNodes {
		return nil, n.errorf("formulas with what they name are longer than %d parts", MaxNodes)
	}
	switch n.name {
	case "cn":
		v, err := constant(n)
		if err != nil {
			return nil, err
		}
		return number(v), nil
	case "ci":
		return s.name(n, strings.TrimSpace(n.text))
	case "csymbol":
		switch n.attr("definitionURL") {
		case timeSymbol:
			if s.first {
				return number(0), nil
			}
			return &formula{value: func(t float64, _ []float64, _ *expression.Random) float64 { return t }, timed: true, course: course{shape: straight}}, nil
		case avogadroSymbol:
			return number(6.02214179e23), nil // what SBML Level 3 says that it is, 1/mol
		}
		return nil, n.errorf("the symbol %.80q is not supported", n.attr("definitionURL"))
	case "true":
		return number(1), nil
	case "false":
		return number(0), nil
	case "pi":
		return number(math.Pi), nil
	case "exponentiale":
		return number(math.E), nil
	case "infinity":
		return number(math.Inf(1)), nil
	case "semantics":
		if len(n.children) > 0 {
			return s.formula(n.children[0])
		}
	case "piecewise":
		return s.piecewise(n)
	case "apply":
		return s.apply(n)
	}
	return nil, n.errorf("formulas with it are not supported")
}

// constant reads a <cn>.
func constant(n *node) (float64, error) {
	text := strings.TrimSpace(n.text)
	var v float64
	var err error
	switch kind := n.attr("type"); {
	case len(n.children) == 0 && (kind == "" || kind == "real" || kind == "integer"):
		v, err = double(text)
	case len(n.children) == 1 && n.children[0].name == "sep" && kind == "e-notation":
		v, err = double(text + "e" + strings.TrimSpace(n.tail))
	case len(n.children) == 1 && n.children[0].name == "sep" && kind == "rational":
		var over, under float64
		if over, err = double(text); err == nil {
			under, err = double(n.tail)
		}
		v = over / under
	default:
		return 0, n.errorf("numbers of the type %.40q are not supported", kind)
	}
	if err != nil {
		return 0, n.errorf("%w", err)
	}
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, n.errorf("%q is no finite number", text)
	}
	return v, nil
}

// maxCalls bounds functions and rules that name each other.
const maxCalls = 64

// name puts together what a name stands for.
func (s *scope) name(n *node, id string) (*formula, error) {
	if f, ok := s.local[id]; ok {
		return f, nil
	}
	if s.depth == maxCalls {
		return nil, n.errorf("%.80q: rules and functions name each other more than %d deep, maybe in a circle", id, maxCalls)
	}
	if s.first {
		return s.d.first(n, id, s.depth+1)
	}
	return s.d.quantity(n, id, s.depth+1)
}

// apply puts an operator and its operands together.
func (s *scope) apply(n *node) (*formula, error) {
	if len(n.children) == 0 {
		return nil, n.errorf("it has no operator")
	}
	op := n.children[0]
	operands := n.children[1:]
	var degree *node
	if len(operands) > 0 && (operands[0].name == "degree" || operands[0].name == "logbase") && len(operands[0].children) == 1 {
		degree, operands = operands[0].children[0], operands[1:]
	}
	args := make([]*formula, 0, len(operands)+1)
	for _, operand := range operands {
		f, err := s.formula(operand)
		if err != nil {
			return nil, err
		}
		args = append(args, f)
	}
	switch op.name {
	case "ci":
		return s.call(op, strings.TrimSpace(op.text), args)
	case "csymbol":
		return s.draw(op, args)
	}
	if degree != nil {
		f, err := s.formula(degree)
		if err != nil {
			return nil, err
		}
		args = append(args, f)
	}
	if s.times != nil {
		if f, err := s.comparison(op, args); f != nil || err != nil {
			return f, err
		}
	}
	return s.bounded(op, combine(op.name, args), len(args))
}

// combine puts an operator and its operands together; nil if it is not one
// that is supported with so many operands.
func combine(op string, args []*formula) *formula {
	v := operator(op, args)
	if v == nil {
		return nil
	}
	return combined(op, args, v)
}

// bounded refuses a formula that there is not, and one that takes too long to
// work out: functions whose arguments are there more than once add up.
func (s *scope) bounded(n *node, f *formula, operands int) (*formula, error) {
	if f == nil {
		return nil, n.errorf("formulas with it and %d operands are not supported", operands)
	}
	if f.cost > MaxNodes {
		return nil, n.errorf("formulas with what they name are longer than %d parts", MaxNodes)
	}
	return f, nil
}

// call puts a function's own formula in its place.
func (s *scope) call(n *node, id string, args []*formula) (*formula, error) {
	f, ok := s.d.functions[id]
	if !ok {
		return nil, n.errorf("there is no function %.80q", id)
	}
	if len(args) != len(f.args) {
		return nil, n.errorf("the function %q takes %d arguments: there are %d", id, len(f.args), len(args))
	}
	if s.depth == maxCalls {
		return nil, n.errorf("%.80q: rules and functions name each other more than %d deep, maybe in a circle", id, maxCalls)
	}
	inner := &scope{d: s.d, local: make(map[string]*formula, len(args)), depth: s.depth + 1, times: s.times, first: s.first, draws: s.draws}
	for i, name := range f.args {
		if args[i].chance {
			return nil, n.errorf("the function %q: arguments that are left to chance are not supported: assign them to a parameter first", id)
		}
		inner.local[name] = args[i]
	}
	return inner.formula(f.body)
}

func (s *scope) piecewise(n *node) (*formula, error) {
	var parts []*formula // value, condition, value, condition, ..., value
	for _, c := range n.children {
		want := 2
		if c.name == "otherwise" {
			want = 1
		}
		if len(c.children) != want || c.name != "piece" && c.name != "otherwise" || len(parts)%2 == 1 {
			return nil, c.errorf("want pieces with a value and a condition, then at most an otherwise")
		}
		for _, part := range c.children {
			f, err := s.formula(part)
			if err != nil {
				return nil, err
			}
			parts = append(parts, f)
		}
	}
	return s.bounded(n, combined("piecewise", parts, func(t float64, x []float64, chance *expression.Random) float64 {
		for i := 0; i+1 < len(parts); i += 2 {
			if parts[i+1].value(t, x, chance) != 0 {
				return parts[i].value(t, x, chance)
			}
		}
		if len(parts)%2 == 1 {
			return parts[len(parts)-1].value(t, x, chance)
		}
		return math.NaN()
	}), len(parts))
}

// combined is the formula of a value of others.
func combined(op string, args []*formula, v value) *formula {
	f, fixed := gathered(args)
	if fixed {
		return number(v(0, nil, nil))
	}
	f.value, f.isProduct, f.constant, f.course = v, true, 1, courseOf(op, args)
	for i, a := range args {
		f.isProduct = f.isProduct && a.isProduct && (op == "times" || op == "divide" && (i == 0 || a.fixed()))
		if op == "divide" && i == 1 {
			f.constant /= a.constant
		} else {
			f.constant *= a.constant
		}
		f.factors = append(f.factors, a.factors...)
	}
	slices.Sort(f.factors)
	if !f.isProduct || len(slices.Compact(slices.Clone(f.factors))) != len(f.factors) {
		f.isProduct, f.factors = false, nil
	}
	return f
}

// gathered is what a formula has of its operands, and whether all of them are
// numbers.
func gathered(args []*formula) (f *formula, fixed bool) {
	f, fixed = &formula{cost: 1}, true
	for _, a := range args {
		f.cost = min(f.cost+a.cost, MaxNodes+1)
		f.reads = append(f.reads, a.reads...)
		f.timed = f.timed || a.timed
		f.chance = f.chance || a.chance
		fixed = fixed && a.fixed()
	}
	slices.Sort(f.reads)
	f.reads = slices.Compact(f.reads)
	return f, fixed
}
