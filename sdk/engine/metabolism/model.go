package metabolism

import (
	"fmt"
	"math"
	"slices"
)

// A Model is a metabolic network: who turns into what, how fast it may, and
// which genes it takes. It is a value that nothing changes after it was built
// with [Build] or [NewModel] (which take the slices over), so it may be shared
// by any number of goroutines.
type Model struct {
	id, name     string
	compartments []Compartment
	metabolites  []Metabolite
	reactions    []Reaction
	genes        []string
	geneNames    []string
	goal         Goal
	objective    int
	outside      string // the compartment of what surrounds the cell

	metaboliteIndex map[string]int
	reactionIndex   map[string]int
	geneIndex       map[string]int
	geneReactions   [][]int
}

// A Metabolite is one compound in one compartment.
type Metabolite struct {
	ID          string // as published, such as atp_c
	Name        string
	Compartment string // c cytosol, p periplasm, e outside
	Formula     string // elements with counts; empty when unknown
	Charge      int    // elementary charges; 0 when unknown
	// ChargeUnknown is set when the source names no charge.
	ChargeUnknown bool
}

// A Reaction is one column of the network.
type Reaction struct {
	ID        string
	Name      string
	Subsystem string // pathway; empty when the source names none
	// Terms holds the stoichiometry, consumed metabolites with a negative
	// coefficient, each metabolite once.
	Terms []Term
	// Lower and Upper bound the flux, in mmol per gram dry weight and hour
	// (1/h for the biomass reaction).
	Lower, Upper float64
	// Rule says which genes the reaction takes; nil when none is known to be
	// needed.
	Rule *Rule
}

// A Term is one metabolite's share in a reaction.
type Term struct {
	Metabolite int // index into the model's metabolites
	Coef       float64
}

// Boundary reports whether the reaction only brings one metabolite in or takes
// it out of the system: an exchange with the medium, a sink or a demand.
func (r *Reaction) Boundary() bool { return len(r.Terms) == 1 }

// Coef returns the coefficient of a metabolite in the reaction, zero when the
// reaction does not touch it.
func (r *Reaction) Coef(metabolite int) float64 {
	for _, t := range r.Terms {
		if t.Metabolite == metabolite {
			return t.Coef
		}
	}
	return 0
}

// NewModel is [Build] for a model without names of genes and compartments;
// objective is the ID of the reaction whose flux is the growth rate, in 1/h.
func NewModel(id, objective string, metabolites []Metabolite, reactions []Reaction, genes []string) (*Model, error) {
	p := Parts{ID: id, Metabolites: metabolites, Reactions: reactions, Genes: make([]Gene, len(genes))}
	for i, g := range genes {
		p.Genes[i].ID = g
	}
	j := slices.IndexFunc(reactions, func(r Reaction) bool { return r.ID == objective })
	if j < 0 {
		return nil, fmt.Errorf("model %s: the objective %q is not one of its reactions", id, objective)
	}
	p.Goal = maximizing(j)
	return Build(p)
}

// addReaction checks and enters a reaction; seen tells, per metabolite, the
// number of the last reaction that had it.
func (m *Model) addReaction(j int, seen []int) error {
	r := &m.reactions[j]
	if err := enter(m.reactionIndex, "reaction", r.ID, j); err != nil {
		return err
	}
	if err := checkBounds(r.Lower, r.Upper); err != nil {
		return fmt.Errorf("reaction %q: %w", r.ID, err)
	}
	for _, t := range r.Terms {
		if t.Metabolite < 0 || t.Metabolite >= len(m.metabolites) || seen[t.Metabolite] == j+1 {
			return fmt.Errorf("reaction %q: metabolite number %d is out of range or there twice", r.ID, t.Metabolite)
		}
		if math.IsNaN(t.Coef) || math.IsInf(t.Coef, 0) {
			return fmt.Errorf("reaction %q: coefficient %v of %s is not a finite number", r.ID, t.Coef, m.metabolites[t.Metabolite].ID)
		}
		seen[t.Metabolite] = j + 1
	}
	for _, g := range r.Rule.Genes() {
		i, ok := m.geneIndex[g]
		if !ok {
			return fmt.Errorf("reaction %q: gene %q of its rule is not one of the model's", r.ID, g)
		}
		m.geneReactions[i] = append(m.geneReactions[i], j)
	}
	return nil
}

// checkBounds refuses bounds that no flux can keep.
func checkBounds(lower, upper float64) error {
	switch {
	case math.IsNaN(lower) || math.IsNaN(upper):
		return fmt.Errorf("bounds %v and %v must be numbers", lower, upper)
	case lower > upper:
		return fmt.Errorf("lower bound %v is above upper bound %v", lower, upper)
	case math.IsInf(lower, 1) || math.IsInf(upper, -1):
		return fmt.Errorf("bounds %v and %v leave no finite flux", lower, upper)
	}
	return nil
}

// ID names the model, such as iMB155.
func (m *Model) ID() string { return m.id }

// Metabolites returns the rows of the network, to be read only.
func (m *Model) Metabolites() []Metabolite { return m.metabolites }

// Reactions returns the columns of the network, to be read only.
func (m *Model) Reactions() []Reaction { return m.reactions }

// Genes returns the genes that rules may name, to be read only.
func (m *Model) Genes() []string { return m.genes }

// Name is what people call the model; empty when the source does not say.
func (m *Model) Name() string { return m.name }

// Objective is the index of the reaction whose flux is the growth rate: the
// first of the model's [Goal]; -1 when the model has none.
func (m *Model) Objective() int { return m.objective }

// Reaction finds a reaction's index by its ID.
func (m *Model) Reaction(id string) (int, bool) {
	j, ok := m.reactionIndex[id]
	return j, ok
}

// Metabolite finds a metabolite's index by its ID.
func (m *Model) Metabolite(id string) (int, bool) {
	i, ok := m.metaboliteIndex[id]
	return i, ok
}

// HasGene reports whether any rule of the model may name the gene.
func (m *Model) HasGene(gene string) bool {
	_, ok := m.geneIndex[gene]
	return ok
}

// GeneReactions returns the indices of the reactions whose rule names the
// gene, in order; nil when the model does not know it.
func (m *Model) GeneReactions(gene string) []int {
	i, ok := m.geneIndex[gene]
	if !ok {
		return nil
	}
	return m.geneReactions[i]
}

// Without returns the model that is left when reactions that cannot work
// without the lost genes are taken out, and the genes with them. Metabolites
// stay, so that indices into them hold.
func (m *Model) Without(id string, lost []string) (*Model, error) {
	gone := make(map[string]bool, len(lost))
	for _, g := range lost {
		gone[g] = true
	}
	alive := func(g string) bool { return !gone[g] }
	p := m.Parts()
	p.ID, p.Reactions, p.Goal.Terms = id, make([]Reaction, 0, len(m.reactions)), nil
	for j, r := range m.reactions {
		if !r.Rule.Holds(alive) {
			continue
		}
		for _, t := range m.goal.Terms {
			if t.Reaction == j {
				p.Goal.Terms = append(p.Goal.Terms, GoalTerm{Reaction: len(p.Reactions), Coef: t.Coef})
			}
		}
		r.Rule = r.Rule.without(gone)
		p.Reactions = append(p.Reactions, r)
	}
	if len(p.Goal.Terms) < len(m.goal.Terms) {
		return nil, fmt.Errorf("model %s: without the genes %v it has not all reactions of its objective", id, lost)
	}
	p.Genes = slices.DeleteFunc(p.Genes, func(g Gene) bool { return gone[g.ID] })
	return Build(p)
}
