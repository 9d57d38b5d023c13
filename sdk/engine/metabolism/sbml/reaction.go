package sbml

import (
	"fmt"
	"math"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// A reaction is one as the file has it.
type reaction struct {
	id, plain, name, metaID string
	line                    int
	irreversible            bool
	lower, upper            string // the parameters that fbc names as bounds
	references              []reference
	rule                    *metabolism.Rule
	notes                   notes
	kinetic                 kinetic
}

// A reference is a species in a reaction.
type reference struct {
	species, id string
	coef, sign  float64
	unset       bool // no stoichiometry is given
	varies      bool // by a rule or an event, as it says
	line        int
}

// kinetic are the parameters of a kinetic law that files from before fbc put
// bounds into.
type kinetic struct {
	lower, upper, objective           float64
	hasLower, hasUpper, hasObjectives bool
}

// reaction takes a <reaction>.
func (d *document) reaction(el *element) error {
	id, err := el.need("id")
	if err != nil {
		return err
	}
	if _, there := d.reactionIndex[id]; there {
		return el.errorf("%.80q is there twice", id)
	}
	reversible, err := el.flag("reversible", true)
	if err != nil {
		return about(id, err)
	}
	r := reaction{
		id: id, plain: plainID(id, reactionPrefix), name: el.text("name"), metaID: el.text("metaid"), line: el.line,
		irreversible: !reversible,
	}
	r.lower, _ = el.fbc("lowerFluxBound")
	r.upper, _ = el.fbc("upperFluxBound")
	err = d.children(func(el *element) (err error) {
		switch el.Name.Local {
		case "listOfReactants":
			return d.references(&r, -1)
		case "listOfProducts":
			return d.references(&r, 1)
		case "kineticLaw":
			return d.kineticLaw(&r.kinetic)
		case "notes":
			r.notes, err = d.notes()
			return err
		case "geneProductAssociation":
			r.rule, err = d.association()
			return err
		}
		return d.skip()
	})
	if err != nil {
		return about(id, err)
	}
	d.reactionIndex[id] = len(d.reactions)
	d.reactions = append(d.reactions, r)
	return nil
}

// references takes a list of reactants or products.
func (d *document) references(r *reaction, sign float64) error {
	return d.children(func(el *element) error {
		if el.Name.Local != "speciesReference" {
			return d.skip()
		}
		if d.terms++; d.terms > MaxTerms {
			return el.errorf("it is one more than %d", MaxTerms)
		}
		id, err := el.need("species")
		if err != nil {
			return err
		}
		ref := reference{species: id, id: el.text("id"), sign: sign, line: el.line}
		coef, there, err := el.number("stoichiometry")
		switch {
		case err != nil:
			return about(id, err)
		case there && math.IsInf(coef, 0):
			return el.errorf("%.80q: stoichiometry: want a finite number, got %v", id, coef)
		case !there && d.level2:
			coef = 1
		case !there:
			ref.unset, coef = true, math.NaN()
			constant, err := el.flag("constant", true)
			if err != nil {
				return about(id, err)
			}
			ref.varies = !constant
		}
		ref.coef = coef
		if ref.id != "" {
			if d.quantities[ref.id] != nil {
				return el.errorf("the id %.80q is there twice", ref.id)
			}
			d.quantities[ref.id] = &quantity{value: coef}
		}
		r.references = append(r.references, ref)
		return d.children(func(el *element) error {
			if el.Name.Local == "stoichiometryMath" {
				return el.errorf("%.80q: stoichiometry by formula is supported in Level 3 only, by assignments", id)
			}
			return d.skip()
		})
	})
}

// kineticLaw takes the law, of which only bounds matter.
func (d *document) kineticLaw(k *kinetic) error {
	return d.children(func(el *element) error {
		if el.Name.Local != "listOfParameters" && el.Name.Local != "listOfLocalParameters" {
			return d.skip()
		}
		return d.children(func(el *element) error {
			var value *float64
			var has *bool
			switch el.text("id") {
			case "LOWER_BOUND":
				value, has = &k.lower, &k.hasLower
			case "UPPER_BOUND":
				value, has = &k.upper, &k.hasUpper
			case "OBJECTIVE_COEFFICIENT":
				value, has = &k.objective, &k.hasObjectives
			default:
				return d.skip()
			}
			var err error
			if *value, *has, err = el.number("value"); err != nil {
				return err
			}
			return d.skip()
		})
	})
}

// association takes a <geneProductAssociation>.
func (d *document) association() (rule *metabolism.Rule, err error) {
	n := 0
	err = d.children(func(el *element) error {
		if !el.in(fbcSpace) {
			return d.skip()
		}
		if n++; n > 1 {
			return el.errorf("a gene association holds one rule")
		}
		rule, err = d.operand(el)
		return err
	})
	return rule, err
}

// operand takes a gene or a combination.
func (d *document) operand(el *element) (*metabolism.Rule, error) {
	combine := metabolism.AllOf
	switch el.Name.Local {
	case "geneProductRef":
		id, err := el.need("geneProduct")
		if err != nil {
			return nil, err
		}
		gene := plainGene(id)
		if d.geneLine[gene] == 0 {
			d.geneLine[gene] = el.line
		}
		return metabolism.GeneRule(gene), d.skip()
	case "or":
		combine = metabolism.AnyOf
	case "and":
	default:
		return nil, el.errorf("it does not belong into a gene association: want and, or, geneProductRef")
	}
	var of []*metabolism.Rule
	err := d.children(func(el *element) error {
		if !el.in(fbcSpace) {
			return d.skip()
		}
		r, err := d.operand(el)
		of = append(of, r)
		return err
	})
	if err == nil && len(of) == 0 {
		err = el.errorf("it combines nothing")
	}
	return combine(of...), err
}

// about names what an error is about.
func about(id string, err error) error {
	at, ok := err.(*metabolism.LineError) //nolint:errorlint // as the stream made it
	if !ok {
		return err
	}
	return &metabolism.LineError{Line: at.Line, Err: fmt.Errorf("%.80q: %w", id, at.Err)}
}
