package metabolism

import (
	"errors"
	"fmt"
	"math"
)

// ErrNoObjective is in the error of what needs to know what the cell is after,
// when neither the model nor the question says.
var ErrNoObjective = errors.New("the model has no objective")

// Parts are what a model is built of, in the order of its source.
type Parts struct {
	ID, Name     string
	Compartments []Compartment
	Metabolites  []Metabolite
	Reactions    []Reaction
	Genes        []Gene
	Goal         Goal
}

// A Compartment is where metabolites are.
type Compartment struct {
	ID   string // c cytosol, p periplasm, e outside
	Name string // empty when the source names it not
}

// A Gene is one that rules may name.
type Gene struct {
	ID   string // such as b0727
	Name string // such as sucB; empty when the source names it not
}

// A Goal is what flux balance analysis optimises: a weighted sum of fluxes.
type Goal struct {
	Terms    []GoalTerm // each reaction once; none: every flux distribution is as good, and sums up to 0
	Minimize bool       // the sum is to be as small as possible, not as large
}

// A GoalTerm is one reaction's share in a goal.
type GoalTerm struct {
	Reaction int     // index into the model's reactions
	Coef     float64 // finite and not zero
}

// Build checks the parts, which it takes over, and builds a model of them.
// Every gene that a rule names must be in Genes, every ID must be unique and
// not empty, bounds must not cross. Compartments may be left out. The first
// reaction of the goal is the one whose flux counts as growth; without a goal
// nothing grows.
func Build(p Parts) (*Model, error) {
	m := &Model{
		id: p.ID, name: p.Name, compartments: p.Compartments, metabolites: p.Metabolites, reactions: p.Reactions, goal: p.Goal,
		genes: make([]string, len(p.Genes)), geneNames: make([]string, len(p.Genes)),
		metaboliteIndex: make(map[string]int, len(p.Metabolites)),
		reactionIndex:   make(map[string]int, len(p.Reactions)),
		geneIndex:       make(map[string]int, len(p.Genes)),
		geneReactions:   make([][]int, len(p.Genes)),
	}
	if err := m.index(p.Genes); err != nil {
		return nil, fmt.Errorf("model %s: %w", p.ID, err)
	}
	return m, nil
}

// Parts returns what the model is built of, to be read only.
func (m *Model) Parts() Parts {
	genes := make([]Gene, len(m.genes))
	for i := range genes {
		genes[i] = Gene{ID: m.genes[i], Name: m.geneNames[i]}
	}
	return Parts{
		ID: m.id, Name: m.name, Compartments: m.compartments, Metabolites: m.metabolites,
		Reactions: m.reactions, Genes: genes, Goal: m.goal,
	}
}

// Goal returns what the model optimises, to be read only.
func (m *Model) Goal() Goal { return m.goal }

// WithGoal returns the model with another goal, which is checked as [Build]
// does; all else both share.
func (m *Model) WithGoal(g Goal) (*Model, error) {
	p := m.Parts()
	p.Goal = g
	return Build(p)
}

// index checks the parts and fills in what finds them.
func (m *Model) index(genes []Gene) error {
	places := make(map[string]int, len(m.compartments))
	for i, c := range m.compartments {
		if err := enter(places, "compartment", c.ID, i); err != nil {
			return err
		}
	}
	for i := range m.metabolites {
		if err := enter(m.metaboliteIndex, "metabolite", m.metabolites[i].ID, i); err != nil {
			return err
		}
	}
	for i, g := range genes {
		if err := enter(m.geneIndex, "gene", g.ID, i); err != nil {
			return err
		}
		m.genes[i], m.geneNames[i] = g.ID, g.Name
	}
	seen := make([]int, len(m.metabolites)) // the last reaction that had it, from 1
	for j := range m.reactions {
		if err := m.addReaction(j, seen); err != nil {
			return err
		}
	}
	m.outside = m.findOutside()
	return m.checkGoal()
}

func enter(index map[string]int, kind, id string, i int) error {
	if _, there := index[id]; there {
		return fmt.Errorf("%s %q is there twice", kind, id)
	}
	if id == "" {
		return fmt.Errorf("%s number %d has no ID", kind, i+1)
	}
	index[id] = i
	return nil
}

func (m *Model) checkGoal() error {
	m.objective = -1
	seen := make(map[int]bool, len(m.goal.Terms))
	for _, t := range m.goal.Terms {
		if t.Reaction < 0 || t.Reaction >= len(m.reactions) || seen[t.Reaction] {
			return fmt.Errorf("goal: reaction number %d is out of range or there twice", t.Reaction)
		}
		if math.IsNaN(t.Coef) || math.IsInf(t.Coef, 0) || t.Coef == 0 {
			return fmt.Errorf("goal: coefficient %v of %s must be finite and not zero", t.Coef, m.reactions[t.Reaction].ID)
		}
		seen[t.Reaction] = true
	}
	if len(m.goal.Terms) > 0 {
		m.objective = m.goal.Terms[0].Reaction
	}
	return nil
}

// maximizing is the goal of as much as possible of one flux.
func maximizing(reaction int) Goal { return Goal{Terms: []GoalTerm{{Reaction: reaction, Coef: 1}}} }

// single reports whether the goal is as much as possible of one flux, as it is.
func (g *Goal) single() bool { return len(g.Terms) == 1 && g.Terms[0].Coef == 1 && !g.Minimize }

// sign is 1 when more of the sum is better, and -1 when less is.
func (g *Goal) sign() float64 {
	if g.Minimize {
		return -1
	}
	return 1
}

// of is the sum that the goal is about.
func (g *Goal) of(fluxes []float64) float64 {
	sum := 0.0
	for _, t := range g.Terms {
		sum += float64(t.Coef * fluxes[t.Reaction])
	}
	return sum
}

// growth is the growth rate among fluxes, in 1/h.
func (m *Model) growth(fluxes []float64) float64 {
	if m.objective < 0 {
		return 0
	}
	return fluxes[m.objective]
}

// goalOf is the goal of a question that was checked.
func (m *Model) goalOf(q *Question) Goal {
	if q.Objective != "" {
		return maximizing(m.reactionIndex[q.Objective])
	}
	return m.goal
}
