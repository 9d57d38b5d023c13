package metabolism

import "slices"

// findOutside tells which compartment surrounds the cell: e, or one with
// another name that people give it, or else the one with the most boundary
// reactions, as COBRApy has it (cobra.medium.find_external_compartment).
func (m *Model) findOutside() string {
	const usual = "e"
	names := []string{
		"extracellular", "extraorganism", "out", "extracellular space", "extra organism", "extra cellular", "extra-organism",
		"external", "external medium",
	}
	var ids []string
	boundary := map[string]int{}
	for i := range m.metabolites {
		id := m.metabolites[i].Compartment
		if id == usual {
			return usual
		}
		if _, known := boundary[id]; !known {
			ids, boundary[id] = append(ids, id), 0
		}
	}
	for j := range m.reactions {
		if r := &m.reactions[j]; r.Boundary() {
			boundary[m.metabolites[r.Terms[0].Metabolite].Compartment]++
		}
	}
	if like := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !slices.Contains(names, id) }); len(like) > 0 {
		ids = like
	}
	if len(ids) == 0 {
		return usual
	}
	return slices.MaxFunc(ids, func(a, b string) int { return boundary[a] - boundary[b] })
}

// Exchanges returns the indices, in order, of the reactions that exchange a
// metabolite with the medium: the boundary reactions of extracellular
// metabolites.
func (m *Model) Exchanges() []int {
	var exchanges []int
	for j := range m.reactions {
		if m.exchange(j) {
			exchanges = append(exchanges, j)
		}
	}
	return exchanges
}

func (m *Model) exchange(j int) bool {
	r := &m.reactions[j]
	return r.Boundary() && m.metabolites[r.Terms[0].Metabolite].Compartment == m.outside
}

// Medium returns the model's own medium: for every exchange that can take
// something up, the largest uptake in mmol/gDW/h. It is COBRApy's
// model.medium.
func (m *Model) Medium() map[string]float64 {
	medium := make(map[string]float64)
	for _, j := range m.Exchanges() {
		r := &m.reactions[j]
		if uptake := r.largestUptake(); uptake > 0 {
			medium[r.ID] = uptake
		}
	}
	return medium
}

// consumes reports whether a boundary reaction is written as consuming its
// metabolite, so that uptake is a negative flux.
func (r *Reaction) consumes() bool { return r.Terms[0].Coef < 0 }

func (r *Reaction) largestUptake() float64 {
	if r.consumes() {
		return -r.Lower
	}
	return r.Upper
}

// setMedium replaces the medium as COBRApy's model.medium does: what is in it
// may be taken up to its value, every other exchange takes up nothing (and
// keeps an obligation to secrete). The names were checked.
func (b *fluxBounds) setMedium(m *Model, medium map[string]float64) {
	for _, j := range m.Exchanges() {
		r := &m.reactions[j]
		uptake, ok := medium[r.ID]
		if !ok {
			uptake = min(0, r.largestUptake())
		}
		if r.consumes() {
			b.lower[j] = 0 - uptake // not -uptake, which is -0 for zero
		} else {
			b.upper[j] = uptake
		}
	}
}

func (m *Model) exchangeIDs() []string {
	exchanges := m.Exchanges()
	ids := make([]string, len(exchanges))
	for i, j := range exchanges {
		ids[i] = m.reactions[j].ID
	}
	slices.Sort(ids)
	return ids
}
