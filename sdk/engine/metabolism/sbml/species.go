package sbml

import (
	"math"
	"strconv"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// noPlace is how [Write] names the compartment of metabolites that have none.
const noPlace = "_"

// A species is a metabolite as the file has it.
type species struct {
	metabolism.Metabolite
	line    int
	outside bool // nothing balances it: it is no row of the model
	row     int  // in the model
}

// compartment takes a <compartment>.
func (d *document) compartment(el *element) error {
	id, err := el.need("id")
	if err != nil {
		return err
	}
	if _, there := d.compartments[id]; there {
		return el.errorf("%.80q is there twice", id)
	}
	size, there, err := el.number("size")
	if err != nil {
		// What a compartment's size is does not matter unless a formula names it.
		there = false
	}
	if !there {
		size = math.NaN()
	}
	d.compartments[id] = size
	if id != noPlace {
		d.places = append(d.places, metabolism.Compartment{ID: unescape(id), Name: el.text("name")})
	}
	return d.skip()
}

// oneSpecies takes a <species>.
func (d *document) oneSpecies(el *element) error {
	id, err := el.need("id")
	if err != nil {
		return err
	}
	if _, there := d.speciesIndex[id]; there {
		return el.errorf("%.80q is there twice", id)
	}
	s := species{line: el.line}
	s.ID, s.Name, s.ChargeUnknown = plainID(id, speciesPrefix), el.text("name"), true
	if place := el.text("compartment"); place != noPlace {
		s.Compartment = unescape(place)
	}
	boundary, err := el.flag("boundaryCondition", false)
	if err != nil {
		return err
	}
	constant, err := el.flag("constant", false)
	if err != nil {
		return err
	}
	s.outside = boundary || constant
	if _, ok := el.attr("conversionFactor"); ok {
		return el.errorf("%.80q: conversion factors are not supported", id)
	}
	s.Formula, _ = el.fbc("chemicalFormula")
	charge, ok := el.fbc("charge")
	if !ok && d.level2 {
		charge, ok = el.attr("charge")
	}
	if ok {
		if err := s.setCharge(charge); err != nil {
			return el.errorf("%.80q: charge: %w", id, err)
		}
	}
	err = d.children(func(el *element) error {
		if el.Name.Local != "notes" {
			return d.skip()
		}
		n, err := d.notes()
		if s.Formula == "" {
			s.Formula = n.formula
		}
		if s.ChargeUnknown && n.charge != "" {
			_ = s.setCharge(n.charge) // people write NA and such
		}
		return err
	})
	d.speciesIndex[id] = len(d.species)
	d.species = append(d.species, s)
	return err
}

// setCharge reads a whole number, also one that fbc 3 writes as 1.0.
func (s *species) setCharge(text string) error {
	text = strings.TrimSpace(text)
	v, err := double(text)
	if err != nil {
		return err
	}
	if v != math.Trunc(v) || math.Abs(v) > math.MaxInt32 {
		return &strconv.NumError{Func: "charge", Num: text, Err: strconv.ErrSyntax}
	}
	s.Charge, s.ChargeUnknown = int(v), false
	return nil
}
