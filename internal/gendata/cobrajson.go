package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// cobraModel is the part of a COBRApy JSON model that the tables keep.
type cobraModel struct {
	Metabolites []struct {
		ID, Name, Compartment, Formula string
		Charge                         int
	}
	Reactions []struct {
		ID, Name, Subsystem string
		Metabolites         map[string]float64
		Lower               float64 `json:"lower_bound"`
		Upper               float64 `json:"upper_bound"`
		Rule                string  `json:"gene_reaction_rule"`
		Objective           float64 `json:"objective_coefficient"`
	}
	Genes []struct{ ID, Name string }
}

// readCobraJSON reads a model in COBRApy's JSON and the names of its genes.
func readCobraJSON(content []byte) (*network, map[string]string, error) {
	var m cobraModel
	if err := json.Unmarshal(content, &m); err != nil {
		return nil, nil, err
	}
	n := &network{}
	for _, x := range m.Metabolites {
		n.metabolites = append(n.metabolites, metabolite{x.ID, x.Name, x.Compartment, x.Formula, x.Charge})
	}
	for _, x := range m.Reactions {
		r := reaction{id: x.ID, name: x.Name, subsystem: x.Subsystem, lower: x.Lower, upper: x.Upper, rule: x.Rule}
		for _, id := range slices.Sorted(maps.Keys(x.Metabolites)) {
			r.terms = append(r.terms, term{id, x.Metabolites[id]})
		}
		n.reactions = append(n.reactions, r)
		if x.Objective == 0 {
			continue
		}
		if n.objective != "" || x.Objective != 1 {
			return nil, nil, fmt.Errorf("reaction %s: want one objective with coefficient 1, got %v", x.ID, x.Objective)
		}
		n.objective = x.ID
	}
	names := make(map[string]string, len(m.Genes))
	for _, g := range m.Genes {
		names[g.ID] = g.Name
	}
	return n, names, nil
}
