package main

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism/modelfile"
)

// model reads a published model whose goal is growth.
func (s *shelf) model(name string) (*metabolism.Model, error) {
	content, err := s.read(name)
	if err != nil {
		return nil, err
	}
	m, _, err := modelfile.Read(bytes.NewReader(content), name)
	if err != nil {
		return nil, err
	}
	if g := m.Goal(); g.Minimize || len(g.Terms) != 1 || g.Terms[0].Coef != 1 {
		return nil, fmt.Errorf("%s: want one objective that maximises one flux with coefficient 1", name)
	}
	return m, nil
}

// networkTables writes a network: metabolites in the source's order, reactions
// too, the terms of a reaction sorted by metabolite, consumed ones first. Gene
// turns the model's name of a gene into the one that the tables use.
func networkTables(m *metabolism.Model, gene func(id string) string) (metabolites, reactions []byte, err error) {
	rows := make([][]string, len(m.Metabolites()))
	for i, x := range m.Metabolites() {
		rows[i] = []string{x.ID, tidy(x.Name), x.Compartment, x.Formula, strconv.Itoa(x.Charge)}
	}
	metabolites, err = table([]string{"id", "name", "compartment", "formula", "charge"}, rows)
	if err != nil {
		return nil, nil, err
	}
	rows = make([][]string, len(m.Reactions()))
	for i, r := range m.Reactions() {
		rows[i] = []string{r.ID, tidy(r.Name), tidy(r.Subsystem), number(r.Lower), number(r.Upper), renamed(r.Rule, gene).String(), equation(m, r.Terms)}
	}
	reactions, err = table([]string{"id", "name", "subsystem", "lower", "upper", "rule", "terms"}, rows)
	return metabolites, reactions, err
}

// renamed is the rule with other names for its genes.
func renamed(r *metabolism.Rule, gene func(id string) string) *metabolism.Rule {
	id, of, anyOf := r.Form()
	if len(of) == 0 {
		return metabolism.GeneRule(gene(id))
	}
	parts := make([]*metabolism.Rule, len(of))
	for i := range of {
		parts[i] = renamed(of[i], gene)
	}
	if anyOf {
		return metabolism.AnyOf(parts...)
	}
	return metabolism.AllOf(parts...)
}

// equation writes terms as blank-separated pairs of coefficient and
// metabolite, as in "-1 g6p_c 1 f6p_c".
func equation(m *metabolism.Model, terms []metabolism.Term) string {
	name := func(t metabolism.Term) string { return m.Metabolites()[t.Metabolite].ID }
	sorted := slices.SortedFunc(slices.Values(terms), func(a, b metabolism.Term) int {
		if (a.Coef < 0) != (b.Coef < 0) {
			if a.Coef < 0 {
				return -1
			}
			return 1
		}
		return strings.Compare(name(a), name(b))
	})
	parts := make([]string, 0, 2*len(sorted))
	for _, t := range sorted {
		parts = append(parts, number(t.Coef), name(t))
	}
	return strings.Join(parts, " ")
}
