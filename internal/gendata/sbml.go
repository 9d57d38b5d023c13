package main

import (
	"encoding/xml"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// The part of SBML level 3 with flux balance constraints, version 2, that the
// tables keep.
type sbmlDocument struct {
	Model struct {
		Objectives []struct {
			Fluxes []struct {
				Reaction string  `xml:"reaction,attr"`
				Coef     float64 `xml:"coefficient,attr"`
			} `xml:"listOfFluxObjectives>fluxObjective"`
			Type string `xml:"type,attr"`
		} `xml:"listOfObjectives>objective"`
		Parameters []struct {
			ID    string  `xml:"id,attr"`
			Value float64 `xml:"value,attr"`
		} `xml:"listOfParameters>parameter"`
		Species []struct {
			ID          string `xml:"id,attr"`
			Name        string `xml:"name,attr"`
			Compartment string `xml:"compartment,attr"`
			Boundary    bool   `xml:"boundaryCondition,attr"`
			Formula     string `xml:"chemicalFormula,attr"`
			Charge      int    `xml:"charge,attr"`
		} `xml:"listOfSpecies>species"`
		Genes []struct {
			ID    string `xml:"id,attr"`
			Label string `xml:"label,attr"`
		} `xml:"listOfGeneProducts>geneProduct"`
		Reactions []sbmlReaction `xml:"listOfReactions>reaction"`
	} `xml:"model"`
}

type sbmlReaction struct {
	ID        string          `xml:"id,attr"`
	Name      string          `xml:"name,attr"`
	Lower     string          `xml:"lowerFluxBound,attr"`
	Upper     string          `xml:"upperFluxBound,attr"`
	Reactants []sbmlReference `xml:"listOfReactants>speciesReference"`
	Products  []sbmlReference `xml:"listOfProducts>speciesReference"`
	Rule      *sbmlRule       `xml:"geneProductAssociation"`
}

type sbmlReference struct {
	Species string  `xml:"species,attr"`
	Coef    float64 `xml:"stoichiometry,attr"`
}

// An sbmlRule is an and, an or, a gene, or the association around one of them.
type sbmlRule struct {
	XMLName xml.Name
	Gene    string     `xml:"geneProduct,attr"`
	Of      []sbmlRule `xml:",any"`
}

// readSBML reads a model in SBML; gene turns a gene product's label into the
// name that the tables use.
func readSBML(content []byte, gene func(label string) string) (*network, error) {
	var doc sbmlDocument
	if err := xml.Unmarshal(content, &doc); err != nil {
		return nil, err
	}
	m := &doc.Model
	n := &network{}
	if len(m.Objectives) != 1 || len(m.Objectives[0].Fluxes) != 1 || m.Objectives[0].Type != "maximize" || m.Objectives[0].Fluxes[0].Coef != 1 {
		return nil, errors.New("want one objective that maximises one flux with coefficient 1")
	}
	n.objective = strings.TrimPrefix(m.Objectives[0].Fluxes[0].Reaction, "R_")
	bounds := map[string]float64{}
	for _, p := range m.Parameters {
		bounds[p.ID] = p.Value
	}
	labels := map[string]string{}
	for _, g := range m.Genes {
		labels[g.ID] = gene(g.Label)
	}
	for _, s := range m.Species {
		if s.Boundary {
			return nil, fmt.Errorf("species %s: boundary species are not supported", s.ID)
		}
		n.metabolites = append(n.metabolites, metabolite{strings.TrimPrefix(s.ID, "M_"), s.Name, s.Compartment, s.Formula, s.Charge})
	}
	for _, r := range m.Reactions {
		out, err := r.convert(bounds, labels)
		if err != nil {
			return nil, fmt.Errorf("reaction %s: %w", r.ID, err)
		}
		n.reactions = append(n.reactions, out)
	}
	return n, nil
}

func (r *sbmlReaction) convert(bounds map[string]float64, labels map[string]string) (reaction, error) {
	out := reaction{id: strings.TrimPrefix(r.ID, "R_"), name: r.Name}
	var lower, upper bool
	if out.lower, lower = bounds[r.Lower]; !lower {
		return out, fmt.Errorf("no parameter %q for its lower bound", r.Lower)
	}
	if out.upper, upper = bounds[r.Upper]; !upper {
		return out, fmt.Errorf("no parameter %q for its upper bound", r.Upper)
	}
	seen := map[string]bool{}
	for i, s := range slices.Concat(r.Reactants, r.Products) {
		if seen[s.Species] {
			return out, fmt.Errorf("species %s is there twice", s.Species)
		}
		seen[s.Species] = true
		if i < len(r.Reactants) {
			s.Coef = -s.Coef
		}
		out.terms = append(out.terms, term{strings.TrimPrefix(s.Species, "M_"), s.Coef})
	}
	if r.Rule != nil {
		if len(r.Rule.Of) != 1 {
			return out, errors.New("a gene association holds one rule")
		}
		var err error
		out.rule, err = r.Rule.Of[0].text(labels, "")
		return out, err
	}
	return out, nil
}

// text writes the rule in the infix notation of the tables; around is the
// operator that it stands in.
func (r *sbmlRule) text(labels map[string]string, around string) (string, error) {
	word := r.XMLName.Local
	switch word {
	case "geneProductRef":
		g, ok := labels[r.Gene]
		if !ok {
			return "", fmt.Errorf("gene product %q is not listed", r.Gene)
		}
		return g, nil
	case "and", "or":
	default:
		return "", fmt.Errorf("gene association: <%s> is not supported", word)
	}
	parts := make([]string, len(r.Of))
	for i := range r.Of {
		var err error
		if parts[i], err = r.Of[i].text(labels, word); err != nil {
			return "", err
		}
	}
	s := strings.Join(parts, " "+word+" ")
	if around != "" && around != word {
		s = "(" + s + ")"
	}
	return s, nil
}
