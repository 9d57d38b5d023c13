package sbml

import (
	"math"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// A fluxBound is one of fbc 1.
type fluxBound struct {
	reaction, operation string
	value               float64
	line                int
}

// An objective is one of those that a file has.
type objective struct {
	id       string
	minimize bool
	terms    []objectiveTerm
	line     int
}

type objectiveTerm struct {
	reaction string
	coef     float64
	line     int
}

// A group is a set of reactions, among other things, with a name.
type group struct {
	name    string
	members []member
}

// A member names what is in a group, by its ID or its metaid.
type member struct{ id, metaID string }

// fluxBound takes a <fluxBound> of fbc 1.
func (d *document) fluxBound(el *element) error {
	reaction, err := el.need("reaction")
	if err != nil {
		return err
	}
	value, there, err := el.number("value")
	if err == nil && !there {
		err = el.errorf("it has no attribute value")
	}
	if err != nil {
		return about(reaction, err)
	}
	b := fluxBound{reaction: reaction, operation: el.text("operation"), value: value, line: el.line}
	switch b.operation {
	case "less", "lessEqual", "greater", "greaterEqual", "equal":
	default:
		return el.errorf("%.80q: operation: want lessEqual, greaterEqual or equal, got %.40q", reaction, b.operation)
	}
	d.fluxBounds = append(d.fluxBounds, b)
	return d.skip()
}

// objective takes an <objective>.
func (d *document) objective(el *element) error {
	o := objective{id: el.text("id"), line: el.line}
	switch sense := el.text("type"); sense {
	case "maximize", "maximise":
	case "minimize", "minimise":
		o.minimize = true
	default:
		return el.errorf("%.80q: type: want maximize or minimize, got %.40q", o.id, sense)
	}
	for _, other := range d.objectives {
		if other.id == o.id {
			return el.errorf("%.80q is there twice", o.id)
		}
	}
	if len(d.objectives) == MaxDepth { // they are looked through
		return el.errorf("%.80q: it is one more than %d", o.id, MaxDepth)
	}
	err := d.children(func(el *element) error {
		if el.Name.Local != "listOfFluxObjectives" {
			return d.skip()
		}
		return d.children(func(el *element) error {
			if el.Name.Local != "fluxObjective" {
				return d.skip()
			}
			return d.fluxObjective(el, &o)
		})
	})
	d.objectives = append(d.objectives, o)
	return about(o.id, err)
}

func (d *document) fluxObjective(el *element, o *objective) error {
	reaction, err := el.need("reaction")
	if err != nil {
		return err
	}
	if kind := el.text("variableType"); kind == "quadratic" {
		return el.errorf("%.80q: quadratic objectives are not supported", reaction)
	}
	if _, ok := el.attr("reaction2"); ok {
		return el.errorf("%.80q: quadratic objectives are not supported", reaction)
	}
	if len(o.terms) == MaxElements {
		return el.errorf("it is one more than %d", MaxElements)
	}
	coef, there, err := el.number("coefficient")
	switch {
	case err != nil:
		return about(reaction, err)
	case !there || math.IsInf(coef, 0):
		return el.errorf("%.80q: coefficient: want a finite number, got %q", reaction, el.text("coefficient"))
	}
	o.terms = append(o.terms, objectiveTerm{reaction: reaction, coef: coef, line: el.line})
	return d.skip()
}

// geneProduct takes a <geneProduct>.
func (d *document) geneProduct(el *element) error {
	d.legacy = false
	id, err := el.need("id")
	if err != nil {
		return err
	}
	d.genes = append(d.genes, metabolism.Gene{ID: plainGene(id), Name: el.text("name")})
	return d.skip()
}

// group takes a <group>.
func (d *document) group(el *element) error {
	g := group{name: el.text("name")}
	if g.name == "" {
		g.name = plainID(el.text("id"), genePrefix)
	}
	err := d.children(func(el *element) error {
		if el.Name.Local != "listOfMembers" {
			return d.skip()
		}
		return d.children(func(el *element) error {
			if d.terms++; d.terms > MaxTerms {
				return el.errorf("it is one more than %d", MaxTerms)
			}
			m := member{id: strings.TrimSpace(el.text("idRef")), metaID: strings.TrimSpace(el.text("metaIdRef"))}
			g.members = append(g.members, m)
			return d.skip()
		})
	})
	d.groups = append(d.groups, g)
	return err
}
