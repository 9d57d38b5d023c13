package sbml

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

func quote(text string) string {
	const most = 40
	return strconv.Quote(text[:min(len(text), most)])
}

func at(line int, format string, args ...any) error {
	return &metabolism.LineError{Line: line, Err: fmt.Errorf(format, args...)}
}

// model puts together what was read.
func (d *document) model() (*metabolism.Model, error) {
	p := metabolism.Parts{ID: d.id, Name: d.name, Compartments: d.places, Genes: d.genes}
	if err := d.rows(&p); err != nil {
		return nil, err
	}
	bounds, err := d.bounds()
	if err != nil {
		return nil, err
	}
	seen := make(map[string]int, len(d.reactions))
	last := make([]int, len(p.Metabolites)) // the last reaction that had it, from 1
	for j := range d.reactions {
		r := &d.reactions[j]
		if first, there := seen[r.plain]; there {
			return nil, at(r.line, "reactions %q and %q are both %q without prefix and escapes", d.reactions[first].id, r.id, r.plain)
		}
		seen[r.plain] = j
		terms, err := d.stoichiometry(r, last, j+1)
		if err != nil {
			return nil, err
		}
		p.Reactions = append(p.Reactions, metabolism.Reaction{
			ID: r.plain, Name: r.name, Terms: terms, Lower: bounds[j].Min, Upper: bounds[j].Max, Rule: r.rule,
		})
	}
	if err := d.geneRules(&p); err != nil {
		return nil, err
	}
	d.subsystems(&p)
	if p.Goal, err = d.goal(); err != nil {
		return nil, err
	}
	return metabolism.Build(p)
}

// rows makes the metabolites of the species that must balance.
func (d *document) rows(p *metabolism.Parts) error {
	seen := make(map[string]bool, len(d.species))
	for i := range d.species {
		s := &d.species[i]
		if seen[s.ID] {
			return at(s.line, "species %q is there twice, without prefix and escapes", s.ID)
		}
		seen[s.ID] = true
		if s.row = len(p.Metabolites); !s.outside {
			p.Metabolites = append(p.Metabolites, s.Metabolite)
		}
	}
	return nil
}

// stoichiometry sums up what a reaction does to each metabolite; last tells
// which reaction, numbered from 1, had it last.
func (d *document) stoichiometry(r *reaction, last []int, number int) ([]metabolism.Term, error) {
	terms := make([]metabolism.Term, 0, len(r.references))
	for _, ref := range r.references {
		i, ok := d.speciesIndex[ref.species]
		if !ok {
			return nil, at(ref.line, "reaction %q: there is no species %.80q", r.id, ref.species)
		}
		if ref.id != "" && d.assignments[ref.id] != nil {
			v, err := d.value(ref.id, ref.line, 0)
			if err != nil {
				return nil, err
			}
			if math.IsInf(v, 0) {
				return nil, at(ref.line, "reaction %q: the stoichiometry of %q must be finite", r.id, ref.species)
			}
			ref.coef, ref.unset = v, false
		}
		switch {
		case ref.unset && d.strict:
			return nil, at(ref.line, "reaction %q: the stoichiometry of %q is not given, which fbc:strict asks for", r.id, ref.species)
		case ref.unset && ref.varies:
			return nil, at(ref.line, "reaction %q: the stoichiometry of %q is not given, and what it becomes is not supported", r.id, ref.species)
		case ref.unset:
			ref.coef = 1
		}
		if d.species[i].outside {
			continue
		}
		row := d.species[i].row
		if last[row] != number {
			last[row] = number
			terms = append(terms, metabolism.Term{Metabolite: row, Coef: float64(ref.sign * ref.coef)})
			continue
		}
		for k := range terms {
			if terms[k].Metabolite == row {
				terms[k].Coef += float64(ref.sign * ref.coef)
			}
		}
	}
	return slices.DeleteFunc(terms, func(t metabolism.Term) bool { return t.Coef == 0 }), nil
}

// bounds works out what flux each reaction may have.
func (d *document) bounds() ([]metabolism.Range, error) {
	ranges := make([]metabolism.Range, len(d.reactions))
	for j := range d.reactions {
		r := &d.reactions[j]
		lower, upper := math.Inf(-1), math.Inf(1)
		if r.irreversible {
			lower = 0
		}
		if r.kinetic.hasLower {
			lower = r.kinetic.lower
		}
		if r.kinetic.hasUpper {
			upper = r.kinetic.upper
		}
		if d.strict && (r.lower == "" || r.upper == "") {
			return nil, at(r.line, "reaction %q has no fbc:lowerFluxBound or no fbc:upperFluxBound, which fbc:strict asks for", r.id)
		}
		for _, b := range []struct {
			id string
			to *float64
		}{{r.lower, &lower}, {r.upper, &upper}} {
			if b.id == "" {
				continue
			}
			v, err := d.value(b.id, r.line, 0)
			if err != nil {
				return nil, about(r.id, err)
			}
			*b.to = v
		}
		ranges[j] = metabolism.Range{Min: lower, Max: upper}
	}
	if err := d.applyFluxBounds(ranges); err != nil {
		return nil, err
	}
	for j, b := range ranges {
		if b.Min > b.Max || math.IsInf(b.Min, 1) || math.IsInf(b.Max, -1) {
			return nil, at(d.reactions[j].line, "reaction %q: no flux is between the lower bound %v and the upper bound %v", d.reactions[j].id, b.Min, b.Max)
		}
	}
	return ranges, nil
}

// applyFluxBounds narrows the ranges by the bounds of fbc 1, which stand above
// what kinetic laws and reversibility say.
func (d *document) applyFluxBounds(ranges []metabolism.Range) error {
	below, above := make([]bool, len(ranges)), make([]bool, len(ranges))
	for _, b := range d.fluxBounds {
		j, ok := d.reactionIndex[b.reaction]
		if !ok {
			return at(b.line, "<fluxBound>: there is no reaction %.80q", b.reaction)
		}
		r := &ranges[j]
		if b.operation != "less" && b.operation != "lessEqual" {
			if !below[j] || b.value > r.Min {
				r.Min = b.value
			}
			below[j] = true
		}
		if b.operation != "greater" && b.operation != "greaterEqual" {
			if !above[j] || b.value < r.Max {
				r.Max = b.value
			}
			above[j] = true
		}
	}
	return nil
}

// geneRules checks the genes that rules name, and takes rules from notes where
// the file has no list of genes.
func (d *document) geneRules(p *metabolism.Parts) error {
	known := make(map[string]bool, len(p.Genes))
	for _, g := range p.Genes {
		known[g.ID] = true
	}
	unknown := 0 // the line of the first
	var name string
	for gene, line := range d.geneLine {
		if !known[gene] && (unknown == 0 || line < unknown || line == unknown && gene < name) {
			unknown, name = line, gene
		}
	}
	if unknown > 0 {
		return at(unknown, "<geneProductRef>: gene product %.80q is not listed", name)
	}
	if !d.legacy {
		return nil
	}
	rules := map[string]*metabolism.Rule{} // many reactions share one
	for j := range d.reactions {
		text := d.reactions[j].notes.gene
		if text == "" {
			continue
		}
		rule, ok := rules[text]
		if !ok {
			var err error
			if rule, err = parseNote(text); err != nil {
				return at(d.reactions[j].line, "reaction %q: %w", d.reactions[j].id, err)
			}
			rules[text] = rule
		}
		p.Reactions[j].Rule = rule
		for _, g := range rule.Genes() {
			if !known[g] {
				known[g] = true
				p.Genes = append(p.Genes, metabolism.Gene{ID: g})
			}
		}
	}
	return nil
}

// parseNote reads a rule whose genes may have the prefix and escapes of IDs.
func parseNote(text string) (*metabolism.Rule, error) {
	r, err := metabolism.ParseRule(text)
	if err != nil || !strings.Contains(text, "__") && !strings.Contains(text, genePrefix) {
		return r, err
	}
	return renamed(r), nil
}

func renamed(r *metabolism.Rule) *metabolism.Rule {
	gene, of, anyOf := r.Form()
	if gene != "" {
		return metabolism.GeneRule(plainGene(gene))
	}
	parts := make([]*metabolism.Rule, len(of))
	for i := range of {
		parts[i] = renamed(of[i])
	}
	if anyOf {
		return metabolism.AnyOf(parts...)
	}
	return metabolism.AllOf(parts...)
}

// subsystems names the reactions' subsystems by groups, or by notes where
// there are none. The last group that has a reaction counts.
func (d *document) subsystems(p *metabolism.Parts) {
	if len(d.groups) == 0 {
		for j := range d.reactions {
			p.Reactions[j].Subsystem = d.reactions[j].notes.subsystem
		}
		return
	}
	byMeta := make(map[string]int)
	for j := range d.reactions {
		if d.reactions[j].metaID != "" {
			byMeta[d.reactions[j].metaID] = j
		}
	}
	for _, g := range d.groups {
		for _, m := range g.members {
			j, ok := d.reactionIndex[m.id]
			if !ok && m.metaID != "" {
				j, ok = byMeta[m.metaID]
			}
			if ok {
				p.Reactions[j].Subsystem = g.name
			}
		}
	}
}

// goal is the active objective, or what kinetic laws say where fbc says none.
func (d *document) goal() (metabolism.Goal, error) {
	var g metabolism.Goal
	if len(d.objectives) == 0 {
		for j := range d.reactions {
			k := &d.reactions[j].kinetic
			if math.IsInf(k.objective, 0) {
				return g, at(d.reactions[j].line, "reaction %q: OBJECTIVE_COEFFICIENT: want a finite number", d.reactions[j].id)
			}
			if k.hasObjectives && k.objective != 0 {
				g.Terms = append(g.Terms, metabolism.GoalTerm{Reaction: j, Coef: k.objective})
			}
		}
		return g, nil
	}
	o := &d.objectives[0]
	if d.active != "" || len(d.objectives) > 1 {
		i := slices.IndexFunc(d.objectives, func(o objective) bool { return o.id == d.active })
		if i < 0 {
			return g, at(o.line, "activeObjective: there is no objective %.80q", d.active)
		}
		o = &d.objectives[i]
	}
	g.Minimize = o.minimize
	place := make(map[int]int, len(o.terms))
	for _, t := range o.terms {
		j, ok := d.reactionIndex[t.reaction]
		if !ok {
			return g, at(t.line, "<fluxObjective>: there is no reaction %.80q", t.reaction)
		}
		if k, twice := place[j]; twice {
			g.Terms[k].Coef += t.coef
			continue
		}
		place[j] = len(g.Terms)
		g.Terms = append(g.Terms, metabolism.GoalTerm{Reaction: j, Coef: t.coef})
	}
	g.Terms = slices.DeleteFunc(g.Terms, func(t metabolism.GoalTerm) bool { return t.Coef == 0 })
	return g, nil
}
