package sbml

import (
	"io"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
)

// A Model is what a file describes.
type Model struct {
	ID, Name string
	Network  *expression.Network
	// Outputs are the species of the file, and then the parameters that change,
	// in the order of the file.
	Outputs []Output
}

// An Output is a number that changes over time.
type Output struct {
	ID, Name string
	// Value gives it at a time of a state: a species' amount, or a parameter.
	Value func(t float64, x []float64) float64
}

// Read reads a model.
func Read(r io.Reader) (*Model, error) {
	root, err := readTree(r)
	if err != nil {
		return nil, err
	}
	d := &document{
		byID: map[string]*quantity{}, functions: map[string]function{}, firsts: map[string]*node{},
		rules: map[string]*node{}, initials: map[string]float64{},
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
)

// A quantity is a compartment, species or parameter.
type quantity struct {
	*node

	kind     kind
	id       string
	value    float64 // size, amount, concentration or value as the file has it; NaN is none
	dense    bool    // value is a concentration
	amount   bool    // formulas mean the amount
	place    string  // of a species
	fixed    bool    // reactions do not change it: boundary or constant
	assigned bool    // an event changes it
	state    expression.Species
	inState  bool
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
	reactions  []*node
	events     []*node
	initials   map[string]float64
	nodes      int // parts of formulas so far

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
		if a.Name.Local == "required" && a.Name.Space != "" && (a.Value == "true" || a.Value == "1") {
			return root.errorf("the file cannot be understood without the package %.100s, which is not supported", a.Name.Space)
		}
	}
	d.level2 = level == "2"
	m := root.child("model")
	if m == nil {
		return root.errorf("it has no <model>")
	}
	d.id, d.name = m.attr("id"), m.attr("name")
	if m.attr("conversionFactor") != "" {
		return m.errorf("conversion factors are not supported")
	}
	if list := m.child("listOfConstraints"); list != nil && len(list.children) > 0 {
		return list.errorf("constraints are not supported")
	}
	for _, part := range []func(*node) error{d.readFunctions, d.readCompartments, d.readSpecies, d.readParameters, d.readAssignments} {
		if err := part(m); err != nil {
			return err
		}
	}
	d.reactions = m.list("listOfReactions", "reaction")
	d.events = m.list("listOfEvents", "event")
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
		if n.attr("conversionFactor") != "" {
			return n.errorf("%.80q: conversion factors are not supported", q.id)
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

func (d *document) readParameters(m *node) error {
	for _, n := range m.list("listOfParameters", "parameter") {
		q := &quantity{node: n, kind: parameter}
		var err error
		if q.value, err = n.number("value"); err != nil {
			return err
		}
		if err := d.add(q); err != nil {
			return err
		}
	}
	return nil
}

// readAssignments finds initial assignments and rules, and what events change.
func (d *document) readAssignments(m *node) error {
	for _, n := range m.list("listOfInitialAssignments", "initialAssignment") {
		if err := d.assignment(n, "symbol", d.firsts); err != nil {
			return err
		}
	}
	if list := m.child("listOfRules"); list != nil {
		for _, n := range list.children {
			if n.name != "assignmentRule" {
				return n.errorf("it is not supported in stochastic simulation: want assignment rules")
			}
			if err := d.assignment(n, "variable", d.rules); err != nil {
				return err
			}
		}
	}
	for _, e := range m.list("listOfEvents", "event") {
		for _, n := range e.list("listOfEventAssignments", "eventAssignment") {
			id, err := n.need("variable")
			if err != nil {
				return err
			}
			q := d.byID[id]
			if q == nil || q.kind == compartment || d.rules[id] != nil {
				return n.errorf("%.80q is no species or parameter that an event may change", id)
			}
			q.assigned = true
		}
	}
	return nil
}

func (d *document) assignment(n *node, attr string, into map[string]*node) error {
	id, err := n.need(attr)
	if err != nil {
		return err
	}
	q := d.byID[id]
	switch {
	case q == nil:
		return n.errorf("there is no compartment, species or parameter %.80q", id)
	case into[id] != nil:
		return n.errorf("%.80q has two", id)
	case q.kind == compartment && attr == "variable":
		return n.errorf("%.80q: compartments that change are not supported", id)
	}
	if into[id], err = n.formula(); err != nil {
		return err
	}
	return nil
}

// formula finds what is in the <math> of an element.
func (n *node) formula() (*node, error) {
	m := n.child("math")
	if m == nil || len(m.children) != 1 {
		return nil, n.errorf("want one formula in a <math>")
	}
	return m.children[0], nil
}
