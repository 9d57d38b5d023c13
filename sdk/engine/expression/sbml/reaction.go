package sbml

import (
	"errors"
	"math"
	"slices"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
)

// reaction adds a reaction to the network.
func (d *document) reaction(n *node) error {
	id, err := n.need("id")
	if err != nil {
		return err
	}
	if fast, err := n.flag("fast", false); err != nil || fast {
		return errors.Join(err, n.errorf("%.80q: fast reactions are not supported", id))
	}
	r := expression.Reaction{Name: id}
	if r.Reactants, err = d.terms(n, "listOfReactants"); err != nil {
		return err
	}
	if r.Products, err = d.terms(n, "listOfProducts"); err != nil {
		return err
	}
	law := n.child("kineticLaw")
	if law == nil {
		return n.errorf("%.80q has no <kineticLaw>", id)
	}
	body, err := law.formula()
	if err != nil {
		return err
	}
	s := &scope{d: d, local: map[string]*formula{}}
	for _, list := range []struct{ of, each string }{{"listOfLocalParameters", "localParameter"}, {"listOfParameters", "parameter"}} {
		for _, p := range law.list(list.of, list.each) {
			name, err := p.need("id")
			if err != nil {
				return err
			}
			v, err := p.number("value")
			if err == nil && v != v {
				err = p.errorf("%.80q has no value", name)
			}
			if err != nil {
				return err
			}
			s.local[name] = number(v)
		}
	}
	f, err := s.formula(body)
	if err != nil {
		return err
	}
	if !massAction(&r, f) {
		r.Propensity, r.Reads = d.steady(f)
	}
	d.network.AddReaction(r)
	return nil
}

// terms reads the reactants or products that reactions change.
func (d *document) terms(n *node, list string) ([]expression.Term, error) {
	var terms []expression.Term
	for _, ref := range n.list(list, "speciesReference") {
		id, err := ref.need("species")
		if err != nil {
			return nil, err
		}
		q := d.byID[id]
		if q == nil || q.kind != species {
			return nil, ref.errorf("there is no species %.80q", id)
		}
		v, err := d.stoichiometry(ref)
		if err != nil {
			return nil, err
		}
		if q.factor != "" && !q.fixed {
			factor, err := d.fixedAt0(ref, q.factor)
			if err != nil {
				return nil, err
			}
			v = whole(float64(v * factor))
		}
		if !(v >= 0) || v > expression.MaxTermCount || v != math.Floor(v) {
			return nil, ref.errorf("%.80q: the stoichiometry, with the conversion factor, is %v: want a whole number of at most %d", id, v, expression.MaxTermCount)
		}
		if q.fixed || v == 0 {
			continue
		}
		if !q.inState {
			return nil, ref.errorf("%.80q is set by a rule: a reaction cannot change it", id)
		}
		terms = append(terms, expression.Term{Species: q.state, Count: int(v)})
	}
	return terms, nil
}

// stoichiometry is how many of a species a reaction takes or makes.
func (d *document) stoichiometry(ref *node) (float64, error) {
	if m := ref.child("stoichiometryMath"); m != nil {
		body, err := m.formula()
		if err != nil {
			return 0, err
		}
		f, err := (&scope{d: d}).formula(body)
		if err == nil && !f.fixed() {
			err = m.errorf("a stoichiometry that changes is not supported")
		}
		if err != nil {
			return 0, err
		}
		return f.constant, nil
	}
	if own := ref.attr("id"); own != "" {
		return d.fixedAt0(ref, own)
	}
	v, err := ref.number("stoichiometry")
	if v != v {
		v = 1
	}
	return v, err
}

// massAction makes a reaction one by mass action, if its law is a constant
// times the counts of different species: what the law reads goes in, and what
// is not used up comes out again.
func massAction(r *expression.Reaction, f *formula) bool {
	if !f.isProduct || !(f.constant >= 0) || math.IsInf(f.constant, 0) {
		return false
	}
	net := map[expression.Species]int{}
	var all []expression.Species
	for _, t := range r.Reactants {
		net[t.Species] -= t.Count
		all = append(all, t.Species)
	}
	for _, t := range r.Products {
		net[t.Species] += t.Count
		all = append(all, t.Species)
	}
	all = append(all, f.factors...)
	slices.Sort(all)
	var reactants, products []expression.Term
	for _, s := range slices.Compact(all) {
		in := 0
		if slices.Contains(f.factors, s) {
			in = 1
			reactants = append(reactants, expression.Term{Species: s, Count: 1})
		}
		switch out := in + net[s]; {
		case out < 0:
			return false
		case out > 0:
			products = append(products, expression.Term{Species: s, Count: out})
		}
	}
	r.Reactants, r.Products, r.Rate = reactants, products, f.constant
	return true
}
