package gff3

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome"
)

// A Record is one line: a feature, or a part of one.
type Record struct {
	SeqID      string // the sequence
	Source     string // who says so; empty when the file says nothing
	Type       string // gene, CDS, ...: a term of the Sequence Ontology
	Start, End int    // from 1, both included
	Score      string // a number as the file writes it; empty when there is none
	Strand     byte   // +, -, '.' for neither, ? for unknown
	Phase      int    // bases to the next codon: 0, 1 or 2; NoPhase when there is none
	Attributes []Attribute
	Line       int // of the file; 0 when it is from none
}

// NoPhase is the phase of what is not coding.
const NoPhase = -1

// An Attribute is a name and one or more values.
type Attribute struct {
	Name   string
	Values []string
}

// Get is the first value of an attribute; empty when there is none.
func (r *Record) Get(name string) string {
	if all := r.All(name); len(all) > 0 {
		return all[0]
	}
	return ""
}

// All are the values of an attribute.
func (r *Record) All(name string) []string {
	for i := range r.Attributes {
		if r.Attributes[i].Name == name {
			return r.Attributes[i].Values
		}
	}
	return nil
}

// A Directive is a line that begins with ##, such as ##sequence-region.
type Directive struct {
	Name string // without ##
	Text string // what follows it
	Line int    // of the file; 0 when it is from none
}

// A Feature is what lines with the same ID, or one line without, say.
type Feature struct {
	ID       string // empty when it has none
	Parts    []*Record
	Parents  []*Feature
	Children []*Feature
}

// MaxParents is how many parents a feature may have.
const MaxParents = 1000

// Features puts lines together, in the order in which features begin. A Parent
// that no line has is an error, and so is a feature that is its own ancestor.
func Features(records []*Record) ([]*Feature, error) {
	byID := map[string]*Feature{}
	var all []*Feature
	for _, rec := range records {
		id := rec.Get("ID")
		f := byID[id]
		switch {
		case id == "" || f == nil:
			f = &Feature{ID: id}
			all = append(all, f)
			if id != "" {
				byID[id] = f
			}
		case f.Parts[0].SeqID != rec.SeqID || f.Parts[0].Type != rec.Type:
			return nil, rec.wrap(fmt.Errorf("the ID %.60q is that of a %s on %.60s too, in line %d", id, f.Parts[0].Type, f.Parts[0].SeqID, f.Parts[0].Line))
		}
		f.Parts = append(f.Parts, rec)
	}
	for _, f := range all {
		for _, part := range f.Parts {
			for _, id := range part.All("Parent") {
				parent := byID[id]
				if parent == nil {
					return nil, part.wrap(fmt.Errorf("the Parent %.60q is the ID of no feature", id))
				}
				if err := f.add(parent); err != nil {
					return nil, part.wrap(err)
				}
			}
		}
	}
	return all, loops(all)
}

// add makes a feature the child of another, once.
func (f *Feature) add(parent *Feature) error {
	if slices.Contains(f.Parents, parent) {
		return nil
	}
	if len(f.Parents) == MaxParents {
		return fmt.Errorf("the feature %.60q has more than %d parents", f.ID, MaxParents)
	}
	f.Parents = append(f.Parents, parent)
	parent.Children = append(parent.Children, f)
	return nil
}

// loops looks for features that are their own ancestors: those that stay when
// features without parents are taken away again and again.
func loops(all []*Feature) error {
	waits := make(map[*Feature]int, len(all))
	var free []*Feature
	for _, f := range all {
		if waits[f] = len(f.Parents); waits[f] == 0 {
			free = append(free, f)
		}
	}
	for n := 0; n < len(free); n++ {
		for _, child := range free[n].Children {
			if waits[child]--; waits[child] == 0 {
				free = append(free, child)
			}
		}
	}
	for _, f := range all {
		if waits[f] > 0 {
			return f.Parts[0].wrap(fmt.Errorf("the feature %.60q is its own ancestor, or the child of one that is", f.ID))
		}
	}
	return nil
}

func (r *Record) wrap(err error) error {
	return &genome.LineError{Record: r.SeqID, Line: r.Line, Err: err}
}

// check says what of a record is wrong.
func (r *Record) check() error {
	switch {
	case r.SeqID == "" || r.Type == "":
		return errors.New("columns 1 and 3: want the sequence and the type of the feature")
	case r.Start < 1 || r.End < r.Start:
		return fmt.Errorf("columns 4 and 5: want 1 ≤ start ≤ end, got %d and %d", r.Start, r.End)
	case r.Strand == 0 || strings.IndexByte("+-.?", r.Strand) < 0:
		return fmt.Errorf("column 7: want a strand of +, -, . or ?, got %q", r.Strand)
	case r.Phase < NoPhase || r.Phase > 2:
		return fmt.Errorf("column 8: want a phase of 0, 1, 2 or ., got %d", r.Phase)
	}
	return nil
}
