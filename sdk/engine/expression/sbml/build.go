package sbml

// model puts together what was read.
func (d *document) model() (*Model, error) {
	if err := d.state(); err != nil {
		return nil, err
	}
	if err := d.flow(); err != nil {
		return nil, err
	}
	for _, n := range d.reactions {
		if err := d.reaction(n); err != nil {
			return nil, err
		}
	}
	for _, n := range d.events {
		if err := d.event(n); err != nil {
			return nil, err
		}
	}
	m := &Model{ID: d.id, Name: d.name, d: d}
	for _, want := range []kind{species, parameter, compartment} {
		for _, q := range d.quantities {
			if q.kind != want || want != species && d.rules[q.id] == nil && !q.inState {
				continue
			}
			o, err := d.output(q)
			if err != nil {
				return nil, err
			}
			m.Outputs = append(m.Outputs, o)
		}
	}
	var err error
	if m.Network, err = d.network.Build(); err != nil {
		return nil, err
	}
	return m, nil
}

// output is a species' amount and concentration, or what else changes.
func (d *document) output(q *quantity) (Output, error) {
	f, err := d.quantity(q.node, q.id, 0)
	if err != nil {
		return Output{}, err
	}
	o := Output{ID: q.id, Name: q.attr("name"), Value: f.shown()}
	if q.kind != species {
		return o, nil
	}
	size, err := d.knownSize(q)
	if size == nil || err != nil {
		return o, err
	}
	o.Concentration = o.Value
	switch {
	case q.amount:
		o.Concentration = combine("divide", []*formula{f, size}).shown()
	case q.inState:
		o.Value = d.count(q).shown()
	default:
		o.Value = combine("times", []*formula{f, size}).shown()
	}
	return o, nil
}

// knownSize is the size of a species' compartment; nil if the species is an
// amount in formulas, and the file says no size above 0.
func (d *document) knownSize(q *quantity) (*formula, error) {
	place := d.byID[q.place]
	if q.amount && !(place.value > 0) && !place.inState && d.firsts[q.place] == nil && d.rules[q.place] == nil {
		return nil, nil
	}
	return d.size(q, 0)
}

// shown is the value of a formula that leaves nothing to chance.
func (f *formula) shown() func(t float64, x []float64) float64 {
	v := f.value
	return func(t float64, x []float64) float64 { return v(t, x, nil) }
}
