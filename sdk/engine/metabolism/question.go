package metabolism

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/near"
)

// A Question says what is different from the model as published. The zero
// value asks for free growth on the model's own medium.
type Question struct {
	// Medium maps exchange reactions to the largest uptake, in mmol/gDW/h. It
	// replaces the medium as COBRApy's model.medium does: all other uptakes
	// are closed. Nil leaves the model's own medium; an empty map is an empty
	// medium.
	Medium map[string]float64
	// Bounds overrides the bounds of reactions, lower and upper, in
	// mmol/gDW/h, after the medium.
	Bounds map[string][2]float64
	// Knockouts are genes that are lost. A reaction whose rule fails without
	// them carries no flux; when its bounds oblige it to carry some, the cell
	// is dead ([StatusDead]).
	Knockouts []string
	// KnockoutReactions are reactions that are lost, whatever their genes.
	KnockoutReactions []string
	// EraseBounds gives COBRApy's reading of a knock-out instead: the lost
	// reaction's bounds become 0 and 0, and an obligation is forgotten.
	EraseBounds bool
	// Objective is the reaction whose flux is maximised; empty is the model's
	// own goal, which is growth where the model is of a cell.
	Objective string
	// Allocation rations ATP and ribosomes; nil is a free cell.
	Allocation *Allocation
}

// An Allocation is what a cell holds of the machinery that it may use.
type Allocation struct {
	ATPShare     float64 // percent of ATPReference; 100 and more is no limit
	ATPReference float64 // ATP regeneration of the free cell, mmol/gDW/h; see [ATPReference]
	Ribosomes    float64 // physical ribosomes; +Inf is no limit
	AminoAcids   float64 // amino acids in the protein of one cell
	Rate         float64 // translation, amino acids per second and ribosome
}

const (
	percent        = 100
	secondsPerHour = 3600
)

// ATPCap returns the ATP regeneration that the share allows, in mmol/gDW/h,
// and false when there is no such limit.
func (a *Allocation) ATPCap() (float64, bool) {
	if a == nil || a.ATPShare >= percent {
		return math.Inf(1), false
	}
	return a.ATPShare / percent * a.ATPReference, true
}

// GrowthCap returns the growth rate, in 1/h, that the ribosomes can make
// protein for, 3600·Rate·Ribosomes/AminoAcids, and false when there is no
// such limit.
func (a *Allocation) GrowthCap() (float64, bool) {
	if a == nil || math.IsInf(a.Ribosomes, 1) {
		return math.Inf(1), false
	}
	return a.growthPerRibosome() * a.Ribosomes, true
}

func (a *Allocation) growthPerRibosome() float64 {
	return secondsPerHour * a.Rate / a.AminoAcids
}

// A ValueError says that a question holds a number that makes no sense.
type ValueError struct {
	Field string // part of the question: "medium", "bounds" or "allocation"
	Name  string // of the reaction or of the allocation's field
	Text  string // the value and what was allowed
}

// Error names the part, the thing and the value.
func (e *ValueError) Error() string { return fmt.Sprintf("%s: %s: %s", e.Field, e.Name, e.Text) }

// Check finds everything in the question that the model cannot answer: names
// that it does not have ([*UnknownError]) and numbers that make no sense
// ([*ValueError]), joined into one error in a fixed order.
func (q *Question) Check(m *Model) error {
	var errs []error
	for _, id := range slices.Sorted(maps.Keys(q.Medium)) {
		errs = append(errs, m.checkUptake(id, q.Medium[id]))
	}
	for _, id := range slices.Sorted(maps.Keys(q.Bounds)) {
		errs = append(errs, m.checkReaction(id))
		if err := checkBounds(q.Bounds[id][0], q.Bounds[id][1]); err != nil {
			errs = append(errs, &ValueError{Field: "bounds", Name: id, Text: err.Error()})
		}
	}
	for _, gene := range q.Knockouts {
		if !m.HasGene(gene) {
			errs = append(errs, &UnknownError{Kind: "gene", Name: gene, Near: near.Names(gene, m.genes, nearNames)})
		}
	}
	for _, id := range q.KnockoutReactions {
		errs = append(errs, m.checkReaction(id))
	}
	if q.Objective != "" {
		errs = append(errs, m.checkReaction(q.Objective))
	}
	if q.Allocation != nil {
		errs = append(errs, q.Allocation.check(m)...)
	}
	return errors.Join(errs...)
}

func (m *Model) checkUptake(id string, uptake float64) error {
	if j, ok := m.Reaction(id); !ok || !m.exchange(j) {
		return &UnknownError{Kind: "exchange", Name: id, Near: near.Names(id, m.exchangeIDs(), nearNames)}
	}
	if !(uptake >= 0) {
		return &ValueError{Field: "medium", Name: id, Text: fmt.Sprintf("uptake %v must be a number of 0 or more", uptake)}
	}
	return nil
}

func (m *Model) checkReaction(id string) error {
	if _, ok := m.Reaction(id); ok {
		return nil
	}
	ids := make([]string, len(m.reactions))
	for j := range m.reactions {
		ids[j] = m.reactions[j].ID
	}
	return &UnknownError{Kind: "reaction", Name: id, Near: near.Names(id, ids, nearNames)}
}

func (a *Allocation) check(m *Model) []error {
	var errs []error
	refuse := func(name string, value float64, allowed string) {
		errs = append(errs, &ValueError{Field: "allocation", Name: name, Text: fmt.Sprintf("%v must be %s", value, allowed)})
	}
	if !(a.ATPShare >= 0) {
		refuse("ATPShare", a.ATPShare, "a number of 0 or more, in percent")
	}
	if _, limited := a.ATPCap(); limited {
		if !(a.ATPReference > 0) || math.IsInf(a.ATPReference, 1) {
			refuse("ATPReference", a.ATPReference, "a finite number above 0 when ATPShare is below 100")
		}
		if _, ok := m.Metabolite(atpID); !ok {
			errs = append(errs, &ValueError{Field: "allocation", Name: "ATPShare", Text: "the model has no metabolite " + atpID + " to ration"})
		}
	}
	if !(a.Ribosomes >= 0) {
		refuse("Ribosomes", a.Ribosomes, "a number of 0 or more")
	}
	if _, limited := a.GrowthCap(); limited {
		for _, f := range []struct {
			name  string
			value float64
		}{{"AminoAcids", a.AminoAcids}, {"Rate", a.Rate}} {
			if !(f.value > 0) || math.IsInf(f.value, 1) {
				refuse(f.name, f.value, "a finite number above 0 when Ribosomes is finite")
			}
		}
	}
	return errs
}

// fluxBounds are the bounds of all reactions under a question.
type fluxBounds struct {
	lower, upper []float64
	// obliged is the first lost reaction whose bounds oblige it to carry flux,
	// which kills the cell; -1 when there is none.
	obliged int
	// least is how good a point must be for the model's own goal where that is
	// not one flux to maximise; -Inf when that does not matter.
	least float64
}

// bounds applies a question that was checked to the model's own bounds.
func (m *Model) bounds(q *Question) *fluxBounds {
	b := &fluxBounds{
		lower: make([]float64, len(m.reactions)), upper: make([]float64, len(m.reactions)), obliged: -1, least: math.Inf(-1),
	}
	for j := range m.reactions {
		b.lower[j], b.upper[j] = m.reactions[j].Lower, m.reactions[j].Upper
	}
	if q.Medium != nil {
		b.setMedium(m, q.Medium)
	}
	for id, lu := range q.Bounds {
		j := m.reactionIndex[id]
		b.lower[j], b.upper[j] = lu[0], lu[1]
	}
	lost := m.lostReactions(q.Knockouts)
	for _, id := range q.KnockoutReactions {
		lost = append(lost, m.reactionIndex[id])
	}
	slices.Sort(lost)
	for _, j := range lost {
		b.lose(j, q.EraseBounds)
	}
	return b
}

// lose takes a reaction out.
func (b *fluxBounds) lose(j int, eraseBounds bool) {
	if b.obliges(j) && !eraseBounds && b.obliged < 0 {
		b.obliged = j
	}
	b.lower[j], b.upper[j] = 0, 0
}

// obliges reports whether the bounds leave the reaction no way to stand still.
func (b *fluxBounds) obliges(j int) bool { return b.lower[j] > 0 || b.upper[j] < 0 }

// crossing returns a reaction whose bounds cross, -1 when there is none. A
// medium can bring that about where an exchange is obliged to take up.
func (b *fluxBounds) crossing() int {
	for j := range b.lower {
		if b.lower[j] > b.upper[j] {
			return j
		}
	}
	return -1
}

// lostReactions returns the indices, in order, of the reactions that cannot
// work without the genes.
func (m *Model) lostReactions(genes []string) []int {
	gone := make(map[string]bool, len(genes))
	for _, g := range genes {
		gone[g] = true
	}
	alive := func(g string) bool { return !gone[g] }
	var lost []int
	for _, g := range genes {
		for _, j := range m.GeneReactions(g) {
			if !m.reactions[j].Rule.Holds(alive) {
				lost = append(lost, j)
			}
		}
	}
	slices.Sort(lost)
	return slices.Compact(lost)
}
