package main

import (
	"slices"
	"strconv"
	"strings"
)

// A network is what a published model says, whatever its format.
type network struct {
	objective   string
	metabolites []metabolite
	reactions   []reaction
}

type metabolite struct {
	id, name, compartment, formula string
	charge                         int
}

type reaction struct {
	id, name, subsystem string
	lower, upper        float64
	rule                string
	terms               []term
}

type term struct {
	metabolite string
	coef       float64
}

// tables writes the network: metabolites in the source's order, reactions too,
// the terms of a reaction sorted by metabolite, consumed ones first.
func (n *network) tables() (metabolites, reactions []byte, err error) {
	rows := make([][]string, len(n.metabolites))
	for i, m := range n.metabolites {
		rows[i] = []string{m.id, tidy(m.name), m.compartment, m.formula, strconv.Itoa(m.charge)}
	}
	metabolites, err = table([]string{"id", "name", "compartment", "formula", "charge"}, rows)
	if err != nil {
		return nil, nil, err
	}
	rows = make([][]string, len(n.reactions))
	for i, r := range n.reactions {
		rows[i] = []string{r.id, tidy(r.name), tidy(r.subsystem), number(r.lower), number(r.upper), tidy(r.rule), equation(r.terms)}
	}
	reactions, err = table([]string{"id", "name", "subsystem", "lower", "upper", "rule", "terms"}, rows)
	return metabolites, reactions, err
}

// equation writes terms as blank-separated pairs of coefficient and
// metabolite, as in "-1 g6p_c 1 f6p_c".
func equation(terms []term) string {
	sorted := slices.SortedFunc(slices.Values(terms), func(a, b term) int {
		if (a.coef < 0) != (b.coef < 0) {
			if a.coef < 0 {
				return -1
			}
			return 1
		}
		return strings.Compare(a.metabolite, b.metabolite)
	})
	parts := make([]string, 0, 2*len(sorted))
	for _, t := range sorted {
		parts = append(parts, number(t.coef), t.metabolite)
	}
	return strings.Join(parts, " ")
}
