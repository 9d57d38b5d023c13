package sbml

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// Read reads a model.
func Read(r io.Reader) (*metabolism.Model, error) {
	d := &document{
		stream: newStream(r), compartments: map[string]float64{}, speciesIndex: map[string]int{}, reactionIndex: map[string]int{},
		quantities: map[string]*quantity{}, assignments: map[string]*assignment{}, geneLine: map[string]int{},
	}
	if err := d.read(); err != nil {
		return nil, err
	}
	return d.model()
}

// A document is what was read of a file; the lists may come in any order, so
// nothing is looked up before its end.
type document struct {
	*stream
	id, name      string
	strict        bool
	legacy        bool // there is no list of genes, so notes may name them
	level2        bool
	places        []metabolism.Compartment
	compartments  map[string]float64 // sizes by ID; NaN is none
	species       []species
	speciesIndex  map[string]int // by the ID in the file
	reactions     []reaction
	reactionIndex map[string]int // by the ID in the file
	terms         int
	genes         []metabolism.Gene
	geneLine      map[string]int // of genes that rules name, where they do first
	quantities    map[string]*quantity
	assignments   map[string]*assignment
	fluxBounds    []fluxBound
	objectives    []objective
	active        string // ID of the objective that counts
	groups        []group
	models        int
}

// read takes the whole file.
func (d *document) read() error {
	d.legacy = true
	root := false
	for {
		t, err := d.token()
		switch {
		case err == io.EOF: //nolint:errorlint // token gives it as it is
			if !root || d.models == 0 {
				return d.errorf("the file ends before a <model> in <sbml>: %w", io.ErrUnexpectedEOF)
			}
			return nil
		case err != nil:
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if root {
				return d.errorf("<%.40s> after the end of the document", t.Name.Local)
			}
			root = true
			if err := d.document(&element{StartElement: t, s: d.stream, line: d.line()}); err != nil {
				return err
			}
		case xml.CharData:
			if text := strings.TrimSpace(strings.TrimPrefix(string(t), "\uFEFF")); text != "" {
				return d.errorf("%.40q is outside the document", text)
			}
		}
	}
}

// document takes the root.
func (d *document) document(el *element) error {
	level, version := el.text("level"), el.text("version")
	switch {
	case el.Name.Local != "sbml" || !el.in(coreSpace):
		return el.errorf("the document is not SBML: its root should be <sbml> of Level 2 or 3")
	case level != "2" && level != "3":
		return el.errorf("SBML Level %.10q Version %.10q is not supported: want Level 3 (or 2); convert it with libSBML", level, version)
	}
	d.level2 = level == "2"
	for _, a := range el.Attr {
		if a.Name.Local != "required" || a.Name.Space == "" || a.Value != "true" && a.Value != "1" {
			continue
		}
		if !strings.HasPrefix(a.Name.Space, fbcSpace) && !strings.HasPrefix(a.Name.Space, groupsSpace) && !strings.HasPrefix(a.Name.Space, mathCore) {
			return el.errorf("the file cannot be understood without the package %.100s, which is not supported", a.Name.Space)
		}
	}
	return d.children(func(el *element) error {
		if el.Name.Local != "model" || !el.in(coreSpace) {
			return d.skip()
		}
		if d.models++; d.models > 1 {
			return el.errorf("it is there twice")
		}
		return d.network(el)
	})
}

// network takes the <model>.
func (d *document) network(el *element) error {
	var err error
	d.id, d.name = unescape(el.text("id")), el.text("name")
	if strict, ok := el.fbc("strict"); ok {
		if d.strict, err = truth(strict); err != nil {
			return el.errorf("fbc:strict: %w", err)
		}
	}
	if _, ok := el.attr("conversionFactor"); ok {
		return el.errorf("conversion factors are not supported")
	}
	seen := map[string]bool{}
	return d.children(func(el *element) error {
		take, item := d.lister(el)
		if take == nil {
			return d.skip()
		}
		if seen[el.Name.Local] {
			return el.errorf("it is there twice")
		}
		seen[el.Name.Local] = true
		if el.Name.Local == "listOfObjectives" {
			d.active = el.text("activeObjective")
		}
		n := 0
		return d.children(func(el *element) error {
			if item != "" && el.Name.Local != item {
				return d.skip()
			}
			if n++; n > MaxElements {
				return el.errorf("it is one more than %d", MaxElements)
			}
			return take(el)
		})
	})
}

// lister is what takes an item of the list, and the item's name; empty is any.
// The first is nil for a list that does not matter.
func (d *document) lister(el *element) (take func(el *element) error, item string) {
	switch {
	case el.in(coreSpace):
		switch el.Name.Local {
		case "listOfCompartments":
			return d.compartment, "compartment"
		case "listOfSpecies":
			return d.oneSpecies, "species"
		case "listOfParameters":
			return d.parameter, "parameter"
		case "listOfInitialAssignments":
			return d.initialAssignment, "initialAssignment"
		case "listOfRules":
			return d.rule, ""
		case "listOfReactions":
			return d.reaction, "reaction"
		}
	case el.in(fbcSpace):
		switch el.Name.Local {
		case "listOfFluxBounds":
			return d.fluxBound, "fluxBound"
		case "listOfObjectives":
			return d.objective, "objective"
		case "listOfGeneProducts":
			return d.geneProduct, "geneProduct"
		case "listOfUserDefinedConstraints":
			return func(el *element) error { return el.errorf("fbc's user-defined constraints are not supported") }, "userDefinedConstraint"
		}
	case el.in(groupsSpace) && el.Name.Local == "listOfGroups":
		return d.group, "group"
	}
	return nil, ""
}

func truth(text string) (bool, error) {
	switch strings.TrimSpace(text) {
	case "true", "1":
		return true, nil
	case "false", "0":
		return false, nil
	}
	return false, errors.New("want true or false, got " + quote(text))
}
