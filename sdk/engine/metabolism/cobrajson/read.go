package cobrajson

import (
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// COBRApy's bounds of a reaction that says none, in mmol/gDW/h
// (cobra.Reaction).
const (
	defaultLower = 0
	defaultUpper = 1000
)

// Read reads a model.
func Read(r io.Reader) (*metabolism.Model, error) {
	d := document{
		text: newText(r), known: map[string]bool{}, rules: map[string]*metabolism.Rule{}, genes: map[string]bool{},
		handles: map[string]int{}, reactions: map[string]bool{},
	}
	if err := d.read(); err != nil {
		return nil, err
	}
	return d.model()
}

// A document is what was read of a model so far.
type document struct {
	*text
	parts    metabolism.Parts
	minimize bool
	known    map[string]bool             // keys of the model that were read
	rules    map[string]*metabolism.Rule // by their text: many reactions share one
	genes    map[string]bool
	// Metabolites may be listed after the reactions that name them, so terms
	// hold handles until the end.
	handles   map[string]int
	mentions  []mention // per handle
	reactions map[string]bool
	terms     int
}

// A mention is where a metabolite is listed and where it is first named.
type mention struct {
	id        string
	row, line int // row is -1 when it is not listed
	reaction  int // the last that had it, from 1
}

func (d *document) read() error {
	if c := d.token(); c != '\xef' || d.next() != '\xbb' || d.next() != '\xbf' { // no byte order mark
		d.back()
	}
	if err := d.object(d.member); err != nil {
		return err
	}
	if c := d.token(); !d.ended || !errors.Is(d.failed, io.EOF) {
		return d.want("the end of the text", c)
	}
	if !d.known["reactions"] || !d.known["metabolites"] {
		return d.errorf("the object has not both metabolites and reactions: want a model in the JSON of COBRApy")
	}
	return nil
}

// member reads one member of the model.
func (d *document) member(key []byte) error {
	if name := string(key); d.known[name] {
		return d.errorf("%q is there twice", name)
	} else if len(d.known) < MaxDepth { // as many keys are watched
		d.known[name] = true
	}
	var err error
	switch string(key) {
	case "id":
		d.parts.ID, err = d.text.text()
	case "name":
		d.parts.Name, err = d.text.text()
	case "metabolites":
		err = d.array(d.metabolite)
	case "reactions":
		err = d.array(d.reaction)
	case "genes":
		err = d.array(d.gene)
	case "compartments":
		err = d.compartments()
	case "objective_sense":
		err = d.sense()
	default:
		err = d.skip()
	}
	return err
}

func (d *document) sense() error {
	sense, err := d.text.text()
	if err == nil && sense != "minimize" && sense != "maximize" {
		return d.errorf("objective_sense: want minimize or maximize, got %.40q", sense)
	}
	d.minimize = sense == "minimize"
	return err
}

// compartments reads the names of compartments; COBRApy writes an empty list
// where there are none.
func (d *document) compartments() error {
	c := d.token()
	d.back()
	if c != '{' {
		return d.skip()
	}
	seen := map[string]bool{}
	return d.object(func(key []byte) error {
		id := string(key)
		if seen[id] || id == "" || len(seen) == MaxElements {
			return d.errorf("compartments: %.40q is empty, there twice or too many", id)
		}
		seen[id] = true
		name, err := d.text.text()
		d.parts.Compartments = append(d.parts.Compartments, metabolism.Compartment{ID: id, Name: name})
		return err
	})
}

// handle is the number of a metabolite, wherever it is named first.
func (d *document) handle(id []byte) int {
	h, ok := d.handles[string(id)]
	if !ok {
		h = len(d.mentions)
		name := string(id)
		d.handles[name] = h
		d.mentions = append(d.mentions, mention{id: name, row: -1, line: d.line})
	}
	return h
}

func (d *document) metabolite() error {
	m, line := metabolism.Metabolite{ChargeUnknown: true}, d.line
	err := d.object(func(key []byte) error {
		var err error
		switch string(key) {
		case "id":
			m.ID, err = d.text.text()
		case "name":
			m.Name, err = d.text.text()
		case "compartment":
			m.Compartment, err = d.text.text()
		case "formula":
			m.Formula, err = d.text.text()
		case "charge":
			m.Charge, m.ChargeUnknown, err = d.charge()
		default:
			err = d.skip()
		}
		return err
	})
	if err != nil {
		return about("metabolite", m.ID, err)
	}
	if m.ID == "" || len(d.parts.Metabolites) == MaxElements {
		return &metabolism.LineError{Line: line, Err: fmt.Errorf("metabolite number %d has no id, or is one too many", len(d.parts.Metabolites)+1)}
	}
	h := d.handle([]byte(m.ID))
	if d.mentions[h].row >= 0 {
		return d.errorf("metabolite %q is there twice", m.ID)
	}
	d.mentions[h].row = len(d.parts.Metabolites)
	m.ID = d.mentions[h].id
	d.parts.Metabolites = append(d.parts.Metabolites, m)
	return nil
}

// charge reads a whole number; what is none of a number, as null, is unknown.
func (d *document) charge() (charge int, unknown bool, err error) {
	c := d.token()
	d.back()
	if c == 'n' || c == 'N' { // null, NaN
		return 0, true, d.skip()
	}
	v, err := d.number()
	if err != nil {
		return 0, true, err
	}
	if v != math.Trunc(v) || math.Abs(v) > math.MaxInt32 {
		return 0, true, d.errorf("charge: want a whole number, got %v", v)
	}
	return int(v), false, nil
}

func (d *document) gene() error {
	var g metabolism.Gene
	err := d.object(func(key []byte) error {
		var err error
		switch string(key) {
		case "id":
			g.ID, err = d.text.text()
		case "name":
			g.Name, err = d.text.text()
		default:
			err = d.skip()
		}
		return err
	})
	switch {
	case err != nil:
		return about("gene", g.ID, err)
	case g.ID == "" || len(d.parts.Genes) == MaxElements:
		return d.errorf("gene number %d has no id, or is one too many", len(d.parts.Genes)+1)
	case d.genes[g.ID]:
		return d.errorf("gene %q is there twice", g.ID)
	}
	d.genes[g.ID] = true
	d.parts.Genes = append(d.parts.Genes, g)
	return nil
}

// reaction reads a reaction; its terms hold handles.
func (d *document) reaction() error {
	r := metabolism.Reaction{Lower: defaultLower, Upper: defaultUpper}
	objective := 0.0
	err := d.object(func(key []byte) error {
		var err error
		switch string(key) {
		case "id":
			r.ID, err = d.text.text()
		case "name":
			r.Name, err = d.text.text()
		case "subsystem":
			r.Subsystem, err = d.text.text()
		case "lower_bound":
			r.Lower, err = d.number()
		case "upper_bound":
			r.Upper, err = d.number()
		case "objective_coefficient":
			objective, err = d.number()
		case "gene_reaction_rule":
			r.Rule, err = d.rule()
		case "metabolites":
			r.Terms, err = d.coefficients()
		default:
			err = d.skip()
		}
		return err
	})
	switch {
	case err != nil:
		return about("reaction", r.ID, err)
	case r.ID == "" || len(d.parts.Reactions) == MaxElements:
		return d.errorf("reaction number %d has no id, or is one too many", len(d.parts.Reactions)+1)
	case d.reactions[r.ID]:
		return d.errorf("reaction %q is there twice", r.ID)
	case r.Lower > r.Upper || math.IsInf(r.Lower, 1) || math.IsInf(r.Upper, -1):
		return d.errorf("reaction %q: no flux is between the lower bound %v and the upper bound %v", r.ID, r.Lower, r.Upper)
	case math.IsInf(objective, 0):
		return d.errorf("reaction %q: objective_coefficient: want a finite number, got %v", r.ID, objective)
	}
	if objective != 0 {
		d.parts.Goal.Terms = append(d.parts.Goal.Terms, metabolism.GoalTerm{Reaction: len(d.parts.Reactions), Coef: objective})
	}
	d.reactions[r.ID] = true
	d.parts.Reactions = append(d.parts.Reactions, r)
	return nil
}

func (d *document) rule() (*metabolism.Rule, error) {
	b, err := d.bytes()
	if err != nil || len(b) == 0 {
		return nil, err
	}
	if r, ok := d.rules[string(b)]; ok {
		return r, nil
	}
	r, err := metabolism.ParseRule(string(b))
	if err != nil {
		return nil, d.errorf("%w", err)
	}
	d.rules[string(b)] = r
	return r, nil
}

func (d *document) coefficients() ([]metabolism.Term, error) {
	terms := make([]metabolism.Term, 0, 8)
	err := d.object(func(key []byte) error {
		h := d.handle(key)
		coef, err := d.number()
		if err != nil {
			return err
		}
		if math.IsInf(coef, 0) {
			return d.errorf("metabolites: %s: want a finite coefficient, got %v", d.mentions[h].id, coef)
		}
		if d.mentions[h].reaction == len(d.parts.Reactions)+1 {
			return d.errorf("metabolites: %s is there twice", d.mentions[h].id)
		}
		d.mentions[h].reaction = len(d.parts.Reactions) + 1
		if d.terms++; d.terms > MaxTerms {
			return d.errorf("the reactions have more than %d coefficients", MaxTerms)
		}
		if coef != 0 {
			terms = append(terms, metabolism.Term{Metabolite: h, Coef: coef})
		}
		return nil
	})
	return terms, err
}

// model puts together what was read.
func (d *document) model() (*metabolism.Model, error) {
	for j := range d.parts.Reactions {
		r := &d.parts.Reactions[j]
		for i, t := range r.Terms {
			at := d.mentions[t.Metabolite]
			if at.row < 0 {
				return nil, &metabolism.LineError{Line: at.line, Err: fmt.Errorf("reaction %q: metabolite %q is not one of the model's", r.ID, at.id)}
			}
			r.Terms[i].Metabolite = at.row
		}
		if r.Rule == nil {
			continue
		}
		for _, g := range r.Rule.Genes() {
			if !d.genes[g] {
				d.genes[g] = true
				d.parts.Genes = append(d.parts.Genes, metabolism.Gene{ID: g})
			}
		}
	}
	if d.minimize {
		d.parts.Goal.Minimize = true
		for i := range d.parts.Goal.Terms {
			d.parts.Goal.Terms[i].Coef = 0 - d.parts.Goal.Terms[i].Coef
		}
	}
	return metabolism.Build(d.parts)
}

// about names what an error is about, where that is known already.
func about(kind, id string, err error) error {
	var at *metabolism.LineError
	if id == "" || !errors.As(err, &at) {
		return err
	}
	return &metabolism.LineError{Line: at.Line, Err: fmt.Errorf("%s %.80q: %w", kind, id, at.Err)}
}
