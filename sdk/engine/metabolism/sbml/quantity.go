package sbml

import (
	"fmt"
	"math"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// A quantity is a parameter, or the stoichiometry of a reference that has an
// ID.
type quantity struct {
	value float64 // NaN when the file gives none
}

// An assignment says by a formula what a quantity is at the start.
type assignment struct {
	formula *formula
	line    int
	working bool // it is being worked out: to need it means a circle
	done    bool
	value   float64
}

// parameter takes a <parameter>.
func (d *document) parameter(el *element) error {
	id, err := el.need("id")
	if err != nil {
		return err
	}
	if d.quantities[id] != nil {
		return el.errorf("%.80q is there twice", id)
	}
	value, there, err := el.number("value")
	if text, _ := el.attr("value"); text == "NaN" {
		there, err = false, nil // SBML's own default; an error where it is used
	}
	if err != nil {
		return about(id, err)
	}
	if !there {
		value = math.NaN()
	}
	d.quantities[id] = &quantity{value: value}
	return d.skip()
}

// initialAssignment takes an <initialAssignment>.
func (d *document) initialAssignment(el *element) error { return d.assign(el, "symbol") }

// rule takes one of the rules.
func (d *document) rule(el *element) error {
	switch el.Name.Local {
	case "assignmentRule":
		return d.assign(el, "variable")
	case "algebraicRule":
		return el.errorf("algebraic rules are not supported")
	}
	return d.skip() // a rate says nothing about the start
}

func (d *document) assign(el *element, attr string) error {
	id, err := el.need(attr)
	if err != nil {
		return err
	}
	if d.assignments[id] != nil {
		return el.errorf("%.80q is assigned twice", id)
	}
	// A formula that is not understood matters only where its value is needed.
	f, err := d.mathChild()
	if err != nil {
		return err
	}
	d.assignments[id] = &assignment{formula: f, line: el.line}
	return nil
}

// value is what a quantity is, by its formula where it has one.
func (d *document) value(id string, line, depth int) (float64, error) {
	fail := func(format string, args ...any) (float64, error) {
		return 0, &metabolism.LineError{Line: line, Err: fmt.Errorf(format, args...)}
	}
	if depth > MaxDepth {
		return fail("formulas need each other's values more than %d deep", MaxDepth)
	}
	if a := d.assignments[id]; a != nil {
		switch {
		case a.done:
			return a.value, nil
		case a.working:
			return fail("%.80q is assigned in a circle", id)
		case a.formula == nil:
			return fail("%.80q is assigned by no formula", id)
		}
		a.working = true
		v, err := a.formula.eval(func(f *formula) (float64, error) { return d.value(f.id, f.line, depth+1) })
		if err != nil {
			return 0, err
		}
		a.done, a.value = true, v
		return v, nil
	}
	if q := d.quantities[id]; q != nil {
		if math.IsNaN(q.value) {
			return fail("parameter %.80q has no value", id)
		}
		return q.value, nil
	}
	if size, ok := d.compartments[id]; ok && !math.IsNaN(size) {
		return size, nil
	}
	return fail("there is no parameter %.80q with a value", id)
}
