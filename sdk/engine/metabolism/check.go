package metabolism

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A Report is what [Model.Check] finds in a network. Everything is in the
// model's order; an empty report is that of a network without fault.
type Report struct {
	// DeadEnds are the metabolites that no steady flux can pass, as the bounds
	// of the reactions around them have it.
	DeadEnds []DeadEnd
	// Blocked are the IDs of the metabolites, besides the dead ends, that no
	// flux can pass because all that makes or all that consumes them touches a
	// dead end, or another blocked metabolite.
	Blocked []string
	// BlockedReactions are the IDs of the reactions that touch a dead end or a
	// blocked metabolite, and so can carry no flux.
	BlockedReactions []string
	// Imbalances are the reactions that make or destroy elements or charge.
	Imbalances []Imbalance
	// Unknown are the reactions of which nobody can say that they are
	// balanced: a formula or a charge is missing or is none.
	Unknown []Unknown
}

// A DeadEnd is a metabolite that can only be made, or only be consumed.
type DeadEnd struct {
	Metabolite string
	// Made and Consumed tell whether some reaction can. Both are set where only
	// one reaction can do either, which then cannot do it steadily.
	Made, Consumed bool
}

// An Imbalance is what a reaction, running once, makes of nothing.
type Imbalance struct {
	Reaction string
	// Elements tells how many atoms are made (or, below 0, destroyed) of each
	// element that is not balanced; nil when all are, and where a formula of
	// the reaction is unknown.
	Elements map[string]float64
	Charge   float64 // elementary charges; 0 where one is unknown
}

// An Unknown says why a reaction's balance is unknown.
type Unknown struct {
	Reaction string
	Formulas []string // metabolites without a formula that can be read
	Charges  []string // metabolites without a charge
}

// Check looks for dead ends, and for reactions that do not keep mass and
// charge. Dead ends follow from the model's own bounds alone: a medium that
// opens an exchange can open one. Boundary reactions, reactions of the goal and
// those whose ID or name says biomass need not be balanced and are not looked
// at. Check does not solve anything; [Analyzer.Variability] finds every
// reaction that cannot carry flux.
func (m *Model) Check() *Report {
	r := &Report{}
	m.findDeadEnds(r)
	m.findImbalances(r)
	return r
}

// Passes of a metabolite: what the reactions that are left can do.
type passes struct {
	made, consumed bool
	reactions      int
}

func (p passes) dead() bool { return !p.made || !p.consumed || p.reactions < 2 }

// passes works out, for every metabolite, what reactions that are not blocked
// can do.
func (m *Model) passes(blocked []bool) []passes {
	all := make([]passes, len(m.metabolites))
	for j := range m.reactions {
		r := &m.reactions[j]
		if blocked[j] || r.Lower == 0 && r.Upper == 0 {
			continue
		}
		for _, t := range r.Terms {
			if t.Coef == 0 {
				continue
			}
			p := &all[t.Metabolite]
			p.reactions++
			forward, back := r.Upper > 0, r.Lower < 0
			if t.Coef < 0 {
				forward, back = back, forward
			}
			p.made, p.consumed = p.made || forward, p.consumed || back
		}
	}
	return all
}

// findDeadEnds takes out the reactions at dead ends, until there are no more.
func (m *Model) findDeadEnds(report *Report) {
	blocked := make([]bool, len(m.reactions))
	dead := make([]bool, len(m.metabolites))
	ends := make([]bool, len(m.metabolites))
	for round, found := 0, true; found; round++ {
		found = false
		for i, p := range m.passes(blocked) {
			if dead[i] || !p.dead() {
				continue
			}
			dead[i], found = true, true
			if round == 0 {
				ends[i] = true
				report.DeadEnds = append(report.DeadEnds, DeadEnd{m.metabolites[i].ID, p.made, p.consumed})
			}
		}
		for j := range m.reactions {
			blocked[j] = blocked[j] || slices.ContainsFunc(m.reactions[j].Terms, func(t Term) bool { return t.Coef != 0 && dead[t.Metabolite] })
		}
	}
	for i := range m.metabolites {
		if dead[i] && !ends[i] {
			report.Blocked = append(report.Blocked, m.metabolites[i].ID)
		}
	}
	for j := range m.reactions {
		if blocked[j] {
			report.BlockedReactions = append(report.BlockedReactions, m.reactions[j].ID)
		}
	}
}

// findImbalances adds up what every reaction inside the cell makes.
func (m *Model) findImbalances(report *Report) {
	formulas, readable := make([]map[string]float64, len(m.metabolites)), make([]bool, len(m.metabolites))
	for i := range m.metabolites {
		formulas[i], readable[i] = parseFormula(m.metabolites[i].Formula)
	}
	for j := range m.reactions {
		r := &m.reactions[j]
		if r.Boundary() || m.buildsBiomass(j) {
			continue
		}
		unknown := Unknown{Reaction: r.ID}
		for _, t := range r.Terms {
			if !readable[t.Metabolite] {
				unknown.Formulas = append(unknown.Formulas, m.metabolites[t.Metabolite].ID)
			}
			if m.metabolites[t.Metabolite].ChargeUnknown {
				unknown.Charges = append(unknown.Charges, m.metabolites[t.Metabolite].ID)
			}
		}
		found := Imbalance{Reaction: r.ID}
		if unknown.Formulas == nil {
			found.Elements = surplus(r, formulas)
		}
		if unknown.Charges == nil {
			found.Charge = m.surplusCharge(r)
		}
		if unknown.Formulas != nil || unknown.Charges != nil {
			report.Unknown = append(report.Unknown, unknown)
		}
		if found.Elements != nil || found.Charge != 0 {
			report.Imbalances = append(report.Imbalances, found)
		}
	}
}

func (m *Model) buildsBiomass(j int) bool {
	r := &m.reactions[j]
	return slices.ContainsFunc(m.goal.Terms, func(t GoalTerm) bool { return t.Reaction == j }) ||
		strings.Contains(strings.ToLower(r.ID), "biomass") || strings.Contains(strings.ToLower(r.Name), "biomass")
}

// balanceTol is the surplus, relative to the largest term, that counts as
// none: the rounding of coefficients that were written with seven digits.
const balanceTol = 1e-6

func surplus(r *Reaction, formulas []map[string]float64) map[string]float64 {
	sum, size := map[string]float64{}, map[string]float64{}
	for _, t := range r.Terms {
		for element, count := range formulas[t.Metabolite] {
			v := float64(t.Coef * count)
			sum[element] += v
			size[element] = max(size[element], math.Abs(v))
		}
	}
	maps.DeleteFunc(sum, func(element string, v float64) bool { return math.Abs(v) <= balanceTol*size[element] })
	if len(sum) == 0 {
		return nil
	}
	return sum
}

func (m *Model) surplusCharge(r *Reaction) float64 {
	sum, size := 0.0, 0.0
	for _, t := range r.Terms {
		v := float64(t.Coef * float64(m.metabolites[t.Metabolite].Charge))
		sum += v
		size = max(size, math.Abs(v))
	}
	if math.Abs(sum) <= balanceTol*size {
		return 0
	}
	return sum
}

// parseFormula counts the elements of a formula such as C6H12O6, where names
// of rests, such as R, count as elements; false when it is none.
func parseFormula(text string) (map[string]float64, bool) {
	counts := map[string]float64{}
	for i := 0; i < len(text); {
		begin := i
		if c := text[i]; c < 'A' || c > 'Z' {
			return nil, false
		}
		for i++; i < len(text) && text[i] >= 'a' && text[i] <= 'z'; i++ {
		}
		element, digits := text[begin:i], i
		for i < len(text) && (text[i] >= '0' && text[i] <= '9' || text[i] == '.') {
			i++
		}
		count := 1.0
		if i > digits {
			var err error
			if count, err = strconv.ParseFloat(text[digits:i], 64); err != nil {
				return nil, false
			}
		}
		counts[element] += count
	}
	return counts, len(counts) > 0
}
