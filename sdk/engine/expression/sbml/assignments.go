package sbml

import (
	"math"
)

func (d *document) readParameters(m *node) error {
	for _, n := range m.list("listOfParameters", "parameter") {
		q := &quantity{node: n, kind: parameter}
		switch n.attr("value") {
		case "INF":
			q.value = math.Inf(1)
		case "-INF":
			q.value = math.Inf(-1)
		case "NaN":
			q.value = math.NaN()
		default:
			var err error
			if q.value, err = n.number("value"); err != nil {
				return err
			}
		}
		if err := d.add(q); err != nil {
			return err
		}
	}
	return nil
}

// readReferences finds the names of stoichiometries, and which species
// reactions change.
func (d *document) readReferences(*node) error {
	for _, r := range d.reactions {
		for _, list := range []string{"listOfReactants", "listOfProducts"} {
			for _, n := range r.list(list, "speciesReference") {
				if q := d.byID[n.attr("species")]; q != nil && q.kind == species && !q.fixed {
					q.reacts = true
				}
				if n.attr("id") == "" || n.child("stoichiometryMath") != nil {
					continue
				}
				q := &quantity{node: n, kind: reference}
				var err error
				if q.value, err = n.number("stoichiometry"); err != nil {
					return err
				}
				if q.value != q.value {
					q.value = 1
				}
				if err := d.add(q); err != nil {
					return err
				}
			}
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
			if err := d.rule(n); err != nil {
				return err
			}
		}
	}
	for _, e := range d.events {
		for _, n := range e.list("listOfEventAssignments", "eventAssignment") {
			id, err := n.need("variable")
			if err != nil {
				return err
			}
			q := d.byID[id]
			if q == nil || q.kind == reference || d.rules[id] != nil {
				return n.errorf("%.80q is no compartment, species or parameter that an event may change", id)
			}
			q.assigned = true
		}
	}
	return nil
}

func (d *document) rule(n *node) error {
	into := d.rules
	switch n.name {
	case "assignmentRule":
	case "rateRule":
		into = d.flows
	default:
		return n.errorf("it is not supported in stochastic simulation: want assignment rules and rate rules")
	}
	if err := d.assignment(n, "variable", into); err != nil {
		return err
	}
	id := n.attr("variable")
	q := d.byID[id]
	switch {
	case q.kind == reference:
		return n.errorf("%.80q: a stoichiometry that changes is not supported", id)
	case d.rules[id] != nil && d.flows[id] != nil:
		return n.errorf("%.80q has two", id)
	case n.name == "rateRule" && q.reacts:
		return n.errorf("%.80q: reactions change it, so it cannot have a rate rule", id)
	}
	return nil
}

func (d *document) assignment(n *node, attr string, into map[string]*node) error {
	id, err := n.need(attr)
	if err != nil {
		return err
	}
	switch {
	case d.byID[id] == nil:
		return n.errorf("there is no compartment, species or parameter %.80q", id)
	case into[id] != nil:
		return n.errorf("%.80q has two", id)
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
