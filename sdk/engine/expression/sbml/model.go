package sbml

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
)

// A Model is what a file describes.
type Model struct {
	ID, Name string
	Network  *expression.Network
	// Outputs are the species of the file, and then the parameters and
	// compartments that change, in the order of the file.
	Outputs []Output

	d *document
}

// An Output is a number that changes over time.
type Output struct {
	ID, Name string
	// Value gives it at a time of a state: a species' amount, a parameter, or a
	// compartment's size.
	Value func(t float64, x []float64) float64
	// Concentration gives that of a species; nil where there is none, because the
	// compartment has no size, or it is no species.
	Concentration func(t float64, x []float64) float64
}

// Read reads a model, plain or packed with gzip.
func Read(r io.Reader) (*Model, error) {
	in := bufio.NewReader(r)
	if magic, _ := in.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) { // an error comes again, below
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, &LineError{Line: 1, Err: fmt.Errorf("unpacking: %w", err)}
		}
		in = bufio.NewReader(z)
	}
	root, err := readTree(in)
	if err != nil {
		return nil, err
	}
	d := &document{
		byID: map[string]*quantity{}, functions: map[string]function{}, firsts: map[string]*node{},
		rules: map[string]*node{}, flows: map[string]*node{}, initials: map[string]*formula{},
	}
	if err := d.read(root); err != nil {
		return nil, err
	}
	return d.model()
}

// A kind is what a quantity is.
type kind int

const (
	compartment kind = iota
	species
	parameter
	reference // of a species in a reaction: its stoichiometry
)

// A quantity is what a name in a formula may stand for.
type quantity struct {
	*node

	kind      kind
	id        string
	value     float64 // size, amount, concentration, value or stoichiometry as the file has it; NaN is none
	dense     bool    // value is a concentration
	amount    bool    // formulas mean the amount
	place     string  // of a species
	factor    string  // of a species: its conversion factor
	fixed     bool    // reactions do not change it: boundary or constant
	reacts    bool    // reactions change it
	assigned  bool    // an event changes it
	state     expression.Species
	inState   bool
	isCount   bool // in the state, as a number of molecules
	begins    bool // chance says what it is at time 0
	beginning bool // that is being worked out
}

type function struct {
	args []string
	body *node
}

// A document is what was read of a file.
type document struct {
	id, name   string
	level2     bool
	quantities []*quantity
	byID       map[string]*quantity
	functions  map[string]function
	firsts     map[string]*node // initial assignments
	rules      map[string]*node // assignment rules
	flows      map[string]*node // rate rules
	reactions  []*node
	events     []*node
	initials   map[string]*formula // what names mean at time 0
	factor     string              // the model's conversion factor
	nodes      int                 // parts of formulas so far

	network expression.NetworkBuilder
}

// read finds the parts of a file.
func (d *document) read(root *node) error {
	level := root.attr("level")
	switch {
	case root.name != "sbml" || !strings.HasPrefix(root.space, "http://www.sbml.org/sbml/level"):
		return root.errorf("the document is not SBML: its root should be <sbml> of Level 2 or 3")
	case level != "2" && level != "3":
		return root.errorf("SBML Level %.10q is not supported: want Level 3 (or 2); convert it with libSBML", level)
	}
	for _, a := range root.attrs {
		if a.Name.Local == "required" && a.Name.Space != "" && a.Name.Space != distribPackage && (a.Value == "true" || a.Value == "1") {
			return root.errorf("the file cannot be understood without the package %.100s, which is not supported", a.Name.Space)
		}
	}
	d.level2 = level == "2"
	m := root.child("model")
	if m == nil {
		return root.errorf("it has no <model>")
	}
	d.id, d.name = m.attr("id"), m.attr("name")
	d.factor = m.attr("conversionFactor")
	if list := m.child("listOfConstraints"); list != nil && len(list.children) > 0 {
		return list.errorf("constraints are not supported")
	}
	d.reactions = m.list("listOfReactions", "reaction")
	d.events = m.list("listOfEvents", "event")
	for _, part := range []func(*node) error{d.readFunctions, d.readCompartments, d.readSpecies, d.readParameters, d.readReferences, d.readAssignments} {
		if err := part(m); err != nil {
			return err
		}
	}
	return nil
}

func (d *document) readFunctions(m *node) error {
	for _, n := range m.list("listOfFunctionDefinitions", "functionDefinition") {
		id, err := n.need("id")
		if err != nil {
			return err
		}
		lambda := n
		for _, inside := range []string{"math", "lambda"} {
			if lambda = lambda.child(inside); lambda == nil {
				return n.errorf("%.80q has no <%s>", id, inside)
			}
		}
		var f function
		for _, c := range lambda.children {
			if c.name != "bvar" {
				f.body = c
				continue
			}
			ci := c.child("ci")
			if ci == nil || f.body != nil {
				return c.errorf("want a <ci>, before the formula")
			}
			f.args = append(f.args, strings.TrimSpace(ci.text))
		}
		if f.body == nil {
			return n.errorf("%.80q has no formula", id)
		}
		if _, there := d.functions[id]; there {
			return n.errorf("%.80q is there twice", id)
		}
		d.functions[id] = f
	}
	return nil
}

func (d *document) add(q *quantity) error {
	var err error
	if q.id, err = q.need("id"); err != nil {
		return err
	}
	if _, there := d.byID[q.id]; there {
		return q.errorf("%.80q is there twice", q.id)
	}
	d.byID[q.id] = q
	d.quantities = append(d.quantities, q)
	return nil
}

func (d *document) readCompartments(m *node) error {
	for _, n := range m.list("listOfCompartments", "compartment") {
		q := &quantity{node: n, kind: compartment}
		var err error
		if q.value, err = n.number("size"); err != nil {
			return err
		}
		if q.value != q.value && d.level2 {
			q.value = 1 // what Level 2 has by default
		}
		if err := d.add(q); err != nil {
			return err
		}
	}
	return nil
}

func (d *document) readSpecies(m *node) error {
	for _, n := range m.list("listOfSpecies", "species") {
		q := &quantity{node: n, kind: species}
		if err := d.add(q); err != nil {
			return err
		}
		var err error
		if q.amount, err = n.flag("hasOnlySubstanceUnits", false); err != nil {
			return err
		}
		boundary, err := n.flag("boundaryCondition", false)
		if err != nil {
			return err
		}
		still, err := n.flag("constant", false)
		if err != nil {
			return err
		}
		q.fixed = boundary || still
		if q.factor = n.attr("conversionFactor"); q.factor == "" {
			q.factor = d.factor
		}
		if q.place, err = n.need("compartment"); err != nil {
			return err
		}
		if c := d.byID[q.place]; c == nil || c.kind != compartment {
			return n.errorf("%.80q: there is no compartment %.80q", q.id, q.place)
		}
		if q.value, err = n.number("initialAmount"); err != nil {
			return err
		}
		if q.value != q.value {
			q.dense = true
			if q.value, err = n.number("initialConcentration"); err != nil {
				return err
			}
		}
	}
	return nil
}
