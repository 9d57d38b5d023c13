package sbml

import (
	"errors"
	"math"
	"slices"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
)

// model puts together what was read.
func (d *document) model() (*Model, error) {
	if err := d.state(); err != nil {
		return nil, err
	}
	for i, n := range d.reactions {
		if err := d.reaction(i, n); err != nil {
			return nil, err
		}
	}
	for _, n := range d.events {
		if err := d.event(n); err != nil {
			return nil, err
		}
	}
	m := &Model{ID: d.id, Name: d.name}
	for _, want := range []kind{species, parameter} {
		for _, q := range d.quantities {
			if q.kind != want || want == parameter && d.rules[q.id] == nil && !q.assigned {
				continue
			}
			f, err := d.output(q)
			if err != nil {
				return nil, err
			}
			m.Outputs = append(m.Outputs, Output{ID: q.id, Name: q.attr("name"), Value: f.value})
		}
	}
	var err error
	if m.Network, err = d.network.Build(); err != nil {
		return nil, err
	}
	return m, nil
}

// output is a species' amount, or a parameter.
func (d *document) output(q *quantity) (*formula, error) {
	f, err := d.quantity(q.node, q.id, 0)
	if err != nil || q.kind == parameter || q.amount {
		return f, err
	}
	if q.inState {
		return d.count(q), nil
	}
	size, err := d.size(q, 0)
	inner := f.value
	f.value = func(t float64, x []float64) float64 { return inner(t, x) * size }
	return f, err
}

// count is the amount of a species in the state, or a variable there.
func (d *document) count(q *quantity) *formula {
	at := q.state
	f := &formula{value: func(_ float64, x []float64) float64 { return x[at] }, reads: []expression.Species{at}}
	if q.kind == species { // a variable has no place in mass action
		f.isProduct, f.constant, f.factors = true, 1, f.reads
	}
	return f
}

// state gives species and variables their places and first values.
func (d *document) state() error {
	for _, q := range d.quantities {
		if d.rules[q.id] != nil || q.kind == compartment || q.kind == parameter && !q.assigned {
			continue
		}
		v, err := d.initial(q.node, q.id, 0)
		if err != nil {
			return err
		}
		if q.inState = true; q.kind == parameter {
			q.state = d.network.AddVariable(q.id, v)
			continue
		}
		if v, err = d.molecules(q, v); err != nil {
			return err
		}
		if v < 0 || v > expression.MaxCount || v != math.Floor(v) {
			return q.errorf("%.80q: the initial amount is %v: want a whole number of molecules from 0 to 2^53-1", q.id, v)
		}
		q.state = d.network.AddSpecies(q.id, v)
	}
	return nil
}

// molecules turns what formulas mean by a species into its amount. Of a
// concentration it is the nearest whole number, if that is off by rounding only.
func (d *document) molecules(q *quantity, v float64) (float64, error) {
	if q.amount {
		return v, nil
	}
	size, err := d.size(q, 0)
	return whole(float64(v * size)), err
}

func whole(v float64) float64 {
	const tolerance = 1e-9 // of rounding in amount/size·size
	if near := math.Round(v); math.Abs(v-near) <= tolerance*max(1, math.Abs(v)) {
		return near
	}
	return v
}

// size is that of a species' compartment.
func (d *document) size(q *quantity, depth int) (float64, error) {
	v, err := d.initial(q.node, q.place, depth+1)
	if err == nil && !(v > 0) {
		err = d.byID[q.place].errorf("%.80q: the size is %v: want one above 0", q.place, v)
	}
	return v, err
}

// initial is what a name stands for in formulas at time 0.
func (d *document) initial(n *node, id string, depth int) (float64, error) {
	if v, ok := d.initials[id]; ok {
		return v, nil
	}
	q := d.byID[id]
	if q == nil {
		return 0, n.errorf("there is no compartment, species or parameter %.80q", id)
	}
	if depth > maxCalls {
		return 0, n.errorf("%.80q: values at time 0 name each other more than %d deep, maybe in a circle", id, maxCalls)
	}
	v := q.value
	body := d.firsts[id]
	if body == nil {
		body = d.rules[id]
	}
	switch {
	case body != nil:
		f, err := (&scope{d: d, depth: depth, first: true}).formula(body)
		if err != nil {
			return 0, err
		}
		v = f.value(0, nil)
	case q.kind == species && q.dense == q.amount: // the file has the one, formulas mean the other
		size, err := d.size(q, depth)
		if err != nil {
			return 0, err
		}
		if q.amount {
			v = whole(float64(v * size))
		} else {
			v /= size
		}
	}
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, q.errorf("%.80q has no finite value at time 0", id)
	}
	d.initials[id] = v
	return v, nil
}

// quantity is what a name stands for in formulas.
func (d *document) quantity(n *node, id string, depth int) (*formula, error) {
	q := d.byID[id]
	if q == nil {
		return nil, n.errorf("there is no compartment, species or parameter %.80q", id)
	}
	if body := d.rules[id]; body != nil {
		return (&scope{d: d, depth: depth}).formula(body)
	}
	if !q.inState {
		v, err := d.initial(n, id, depth)
		return number(v), err
	}
	f := d.count(q)
	if q.kind == parameter || q.amount {
		return f, nil
	}
	size, err := d.size(q, depth)
	if size == 1 || err != nil {
		return f, err
	}
	return combined("divide", []*formula{f, number(size)}, func(t float64, x []float64) float64 { return f.value(t, x) / size }), nil
}

// reaction adds a reaction to the network.
func (d *document) reaction(i int, n *node) error {
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
	switch {
	case err != nil:
		return err
	case f.timed:
		return law.errorf("reaction %d %.80q: the law depends on the time: only events may", i, id)
	}
	if !massAction(&r, f) {
		v := f.value
		r.Propensity = func(x []float64) float64 { return v(0, x) }
		r.Reads = f.reads
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
		v, err := ref.number("stoichiometry")
		if err != nil {
			return nil, err
		}
		if v != v {
			v = 1
		}
		if v < 0 || v > expression.MaxTermCount || v != math.Floor(v) || ref.child("stoichiometryMath") != nil {
			return nil, ref.errorf("%.80q: the stoichiometry is %v: want a whole number of at most %d", id, v, expression.MaxTermCount)
		}
		if own := ref.attr("id"); own != "" && (d.firsts[own] != nil || d.rules[own] != nil) {
			return nil, ref.errorf("%.80q: stoichiometry by a formula is not supported", id)
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

// comparison is a comparison of the time with a number in a trigger; nil if it
// is none. At that very time it holds: what is true just after counts.
func (s *scope) comparison(op *node, args []*formula) (*formula, error) {
	holds := relation(op.name)
	if holds == nil || len(args) != 2 || !args[0].timed && !args[1].timed {
		return nil, nil
	}
	at, later := args[1], true // the time is on the left
	if args[1].timed {
		at, later = args[0], false
	}
	if !at.fixed() || op.name == "eq" || args[0].cost+args[1].cost > 0 {
		return nil, op.errorf("the time may be compared with a constant only, by <gt>, <geq>, <lt> or <leq>")
	}
	when := at.constant
	*s.times = append(*s.times, when)
	after := later == strings.HasPrefix(op.name, "g") // it is true after the time, not before
	return &formula{cost: 1, value: func(t float64, _ []float64) float64 { return truth((t >= when) == after) }}, nil
}

// event adds an event to the network.
func (d *document) event(n *node) error {
	e := expression.Event{Name: n.attr("id")}
	for _, no := range []string{"delay", "priority"} {
		if c := n.child(no); c != nil {
			return c.errorf("event %.80q: it is not supported", e.Name)
		}
	}
	trigger := n.child("trigger")
	if trigger == nil {
		return n.errorf("%.80q has no <trigger>", e.Name)
	}
	held, err := trigger.flag("initialValue", true)
	if err != nil {
		return err
	}
	e.Armed = !held
	body, err := trigger.formula()
	if err != nil {
		return err
	}
	var times []float64
	f, err := (&scope{d: d, times: &times}).formula(body)
	switch {
	case err != nil:
		return err
	case f.timed:
		return trigger.errorf("event %.80q: the time may be compared with constants only", e.Name)
	}
	slices.Sort(times)
	for _, t := range slices.Compact(times) {
		if t >= 0 && !math.IsInf(t, 1) {
			e.Times = append(e.Times, t)
		}
	}
	v := f.value
	e.Trigger = func(t float64, x []float64) bool { return v(t, x) != 0 }
	e.Reads = f.reads
	if err := d.assignments(n, &e); err != nil {
		return err
	}
	d.network.AddEvent(e)
	return nil
}

// assignments makes what an event does: all formulas are worked out before the
// first takes effect.
func (d *document) assignments(n *node, e *expression.Event) error {
	type assignment struct {
		to    expression.Species
		value value
		size  float64 // to turn a concentration into an amount; 0 of what is none
	}
	var list []assignment
	for _, a := range n.list("listOfEventAssignments", "eventAssignment") {
		body, err := a.formula()
		if err != nil {
			return err
		}
		f, err := (&scope{d: d}).formula(body)
		if err != nil {
			return err
		}
		q := d.byID[a.attr("variable")]
		to := assignment{to: q.state, value: f.value}
		if q.kind == species && !q.amount {
			if to.size, err = d.size(q, 0); err != nil {
				return err
			}
		}
		list = append(list, to)
		e.Writes = append(e.Writes, q.state)
	}
	e.Assign = func(t float64, x []float64) {
		values := make([]float64, len(list))
		for i, a := range list {
			if values[i] = a.value(t, x); a.size > 0 {
				values[i] = whole(float64(values[i] * a.size))
			}
		}
		for i, a := range list {
			x[a.to] = values[i]
		}
	}
	return nil
}
