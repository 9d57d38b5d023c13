package sbml

import (
	"math"
	"slices"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
)

// state gives what changes a place, and what it begins with.
func (d *document) state() error {
	for _, q := range d.quantities {
		changes := q.kind == species || q.assigned || d.flows[q.id] != nil
		if !changes || d.rules[q.id] != nil || q.kind == reference {
			continue
		}
		f, err := d.first(q.node, q.id, 0)
		if err != nil {
			return err
		}
		if q.inState { // because chance says what it begins with
			continue
		}
		if f, err = d.amount(q, f, 0); err != nil {
			return err
		}
		if !f.fixed() {
			d.leave(q, f)
			continue
		}
		if err := d.place(q, f.constant); err != nil {
			return err
		}
	}
	return nil
}

// place gives a quantity a place in the state: as a count, if reactions change
// it or nothing else says that it is none.
func (d *document) place(q *quantity, v float64) error {
	isCount := v >= 0 && v <= expression.MaxCount && v == math.Floor(v)
	if q.reacts && !isCount {
		return q.errorf("%.80q: the initial amount is %v: want a whole number of molecules from 0 to 2^53-1, as reactions change it", q.id, v)
	}
	if math.IsInf(v, 0) {
		return q.errorf("%.80q has no finite value at time 0", q.id)
	}
	q.inState = true
	if q.isCount = q.reacts || isCount && q.kind == species && !q.assigned && d.flows[q.id] == nil; q.isCount {
		q.state = d.network.AddSpecies(q.id, v)
	} else {
		q.state = d.network.AddVariable(q.id, v)
	}
	return nil
}

// leave leaves to chance, or to what was left to it before, what a quantity
// begins with: for a species its amount.
func (d *document) leave(q *quantity, f *formula) {
	q.inState, q.begins, q.isCount = true, true, q.reacts
	if q.isCount {
		q.state = d.network.AddSpecies(q.id, 0)
	} else {
		q.state = d.network.AddVariable(q.id, 0)
	}
	at, v := q.state, f.value
	d.network.Begin(func(x []float64, chance *expression.Random) { x[at] = v(0, x, chance) }, at)
}

// amount turns what formulas mean by a quantity at time 0 into what the state
// has of it. Of a concentration it is the nearest whole number, if that is off
// by rounding only.
func (d *document) amount(q *quantity, f *formula, depth int) (*formula, error) {
	if q.kind != species || q.amount {
		return f, nil
	}
	size, err := d.firstSize(q, depth)
	if err != nil {
		return nil, err
	}
	return rounded(combine("times", []*formula{f, size})), nil
}

// rounded makes a formula a whole number where it is off by rounding only.
func rounded(f *formula) *formula {
	if f.fixed() {
		return number(whole(f.constant))
	}
	v := f.value
	g, _ := gathered([]*formula{f})
	g.value = func(t float64, x []float64, chance *expression.Random) float64 { return whole(v(t, x, chance)) }
	return g
}

func whole(v float64) float64 {
	const tolerance = 1e-9 // of rounding in amount/size·size
	if near := math.Round(v); math.Abs(v-near) <= tolerance*max(1, math.Abs(v)) {
		return near
	}
	return v
}

// firstSize is that of a species' compartment at time 0.
func (d *document) firstSize(q *quantity, depth int) (*formula, error) {
	f, err := d.first(q.node, q.place, depth+1)
	if err == nil && f.fixed() && !(f.constant > 0) {
		err = d.byID[q.place].errorf("%.80q: the size is %v: want one above 0", q.place, f.constant)
	}
	return f, err
}

// first is what a name means in formulas at time 0: a number, or a formula of
// what is left to chance.
func (d *document) first(n *node, id string, depth int) (*formula, error) {
	if f, ok := d.initials[id]; ok {
		return f, nil
	}
	q := d.byID[id]
	if q == nil {
		return nil, n.errorf("there is no compartment, species or parameter %.80q", id)
	}
	if depth > maxCalls || q.beginning {
		return nil, n.errorf("%.80q: values at time 0 name each other in a circle, or more than %d deep", id, maxCalls)
	}
	q.beginning = true
	f, err := d.firstOf(q, depth)
	q.beginning = false
	if err != nil {
		return nil, err
	}
	if f.fixed() && (math.IsNaN(f.constant) || math.IsInf(f.constant, 0) && q.kind != parameter) {
		return nil, q.errorf("%.80q has no finite value at time 0: it needs an initial value, an initial assignment or a rule", id)
	}
	if !f.fixed() && d.rules[id] == nil {
		if f, err = d.amount(q, f, depth); err != nil {
			return nil, err
		}
		d.leave(q, f)
		if f, err = d.meaning(q, depth, d.firstSize); err != nil {
			return nil, err
		}
	}
	d.initials[id] = f
	return f, nil
}

// firstOf works it out.
func (d *document) firstOf(q *quantity, depth int) (*formula, error) {
	s := &scope{d: d, depth: depth, first: true}
	if body := d.firsts[q.id]; body != nil {
		s.draws = true
		return s.formula(body)
	}
	if body := d.rules[q.id]; body != nil {
		return s.formula(body)
	}
	f := number(q.value)
	if q.kind != species || q.dense != q.amount {
		return f, nil
	}
	size, err := d.firstSize(q, depth) // the file has the one, formulas mean the other
	if err != nil {
		return nil, err
	}
	if q.amount {
		return rounded(combine("times", []*formula{f, size})), nil
	}
	return combine("divide", []*formula{f, size}), nil
}

// fixedAt0 is a number that is known before anything happens.
func (d *document) fixedAt0(n *node, id string) (float64, error) {
	f, err := d.first(n, id, 0)
	if err == nil && !f.fixed() {
		err = n.errorf("%.80q is left to chance: that is not supported here", id)
	}
	if err != nil {
		return 0, err
	}
	return f.constant, nil
}

// quantity is what a name means in formulas.
func (d *document) quantity(n *node, id string, depth int) (*formula, error) {
	q := d.byID[id]
	if q == nil {
		return nil, n.errorf("there is no compartment, species or parameter %.80q", id)
	}
	if body := d.rules[id]; body != nil {
		return (&scope{d: d, depth: depth}).formula(body)
	}
	if !q.inState {
		return d.first(n, id, depth)
	}
	return d.meaning(q, depth, d.size)
}

// meaning is what formulas mean by what is in the state; size gives that of a
// compartment.
func (d *document) meaning(q *quantity, depth int, size func(*quantity, int) (*formula, error)) (*formula, error) {
	f := d.count(q)
	if q.kind != species || q.amount {
		return f, nil
	}
	v, err := size(q, depth)
	if err != nil || v.fixed() && v.constant == 1 {
		return f, err
	}
	return combine("divide", []*formula{f, v}), nil
}

// size is that of a species' compartment, all the time.
func (d *document) size(q *quantity, depth int) (*formula, error) {
	f, err := d.quantity(q.node, q.place, depth+1)
	if err == nil && f.fixed() {
		return d.firstSize(q, depth)
	}
	return f, err
}

// count is the amount of a species in the state, or a variable there.
func (d *document) count(q *quantity) *formula {
	at := q.state
	f := &formula{
		value: func(_ float64, x []float64, _ *expression.Random) float64 { return x[at] },
		reads: []expression.Species{at}, place: int(at) + 1,
	}
	if d.flows[q.id] == nil {
		f.shape = flat
	}
	if q.isCount { // a variable has no place in mass action
		f.isProduct, f.constant, f.factors = true, 1, f.reads
	}
	return f
}

// clock is the variable that is the time.
func (d *document) clock() expression.Species {
	name := "time"
	for d.byID[name] != nil {
		name = "the " + name
	}
	return d.network.AddClock(name)
}

// turn has steps end where a formula turns.
func (d *document) turn(f *formula) {
	if f.turns != nil {
		d.network.AddTurns(f.turns)
	}
}

// steady gives the value of a formula that depends on the state only: on the
// clock, where it depends on the time. It adds that to what is read.
func (d *document) steady(f *formula) (func(x []float64) float64, []expression.Species) {
	v := f.value
	if !f.timed {
		return func(x []float64) float64 { return v(0, x, nil) }, f.reads
	}
	clock := d.clock()
	d.turn(f)
	return func(x []float64) float64 { return v(x[clock], x, nil) }, append(slices.Clip(f.reads), clock)
}

// flow adds the rate rules.
func (d *document) flow() error {
	for _, q := range d.quantities {
		body := d.flows[q.id]
		if body == nil {
			continue
		}
		f, err := (&scope{d: d}).formula(body)
		if err != nil {
			return err
		}
		if q.kind == species && !q.amount {
			size, err := d.size(q, 0)
			if err != nil {
				return err
			}
			if !size.fixed() {
				return body.errorf("%.80q: a rate rule for a concentration where the compartment changes is not supported: use hasOnlySubstanceUnits", q.id)
			}
			f = combine("times", []*formula{f, size})
		}
		rate, _ := d.steady(f)
		d.network.AddFlow(expression.Flow{Variable: q.state, Rate: rate})
	}
	return nil
}
