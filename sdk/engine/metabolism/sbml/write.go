package sbml

import (
	"bufio"
	"encoding/xml"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// Write writes a model in SBML Level 3 Version 1 with fbc 2, and groups where
// reactions have subsystems. It fails when the writer does.
func Write(w io.Writer, m *metabolism.Model) error {
	out := &writer{Writer: bufio.NewWriterSize(w, 64<<10), parts: m.Parts(), taken: map[string]bool{}}
	out.name()
	out.model()
	return out.Flush()
}

// A writer writes the parts of a model. What fails to be written is told by
// Flush.
type writer struct {
	*bufio.Writer
	parts  metabolism.Parts
	places []metabolism.Compartment
	// taken are the IDs in the file, which are different all over it.
	taken  map[string]bool
	placed map[string]string // by compartment: its ID in the file
	bounds []float64         // values, in the order of their first use
	bound  map[float64]string
}

// name gives everything an ID.
func (w *writer) name() {
	for i := range w.parts.Metabolites {
		w.taken[prefixed(speciesPrefix, w.parts.Metabolites[i].ID)] = true
	}
	for j := range w.parts.Reactions {
		w.taken[prefixed(reactionPrefix, w.parts.Reactions[j].ID)] = true
	}
	for _, g := range w.parts.Genes {
		w.taken[prefixed(genePrefix, g.ID)] = true
	}
	w.places, w.placed = slices.Clip(w.parts.Compartments), map[string]string{}
	for _, c := range w.places {
		w.placed[c.ID] = w.claim(c.ID)
	}
	for i := range w.parts.Metabolites {
		id := w.parts.Metabolites[i].Compartment
		if _, ok := w.placed[id]; ok {
			continue
		}
		w.places = append(w.places, metabolism.Compartment{ID: id})
		if id == "" {
			w.placed[id] = noPlace
			w.taken[noPlace] = true
		} else {
			w.placed[id] = w.claim(id)
		}
	}
	w.bound = map[float64]string{}
	for j := range w.parts.Reactions {
		for _, v := range []float64{w.parts.Reactions[j].Lower, w.parts.Reactions[j].Upper} {
			if v += 0; w.bound[v] == "" { // no negative zero
				w.bound[v] = w.free(boundName(v, len(w.bounds)))
				w.bounds = append(w.bounds, v)
			}
		}
	}
}

// claim takes an ID that has no prefix.
func (w *writer) claim(id string) string {
	sid := prefixed("", id)
	if c := sid[0]; c >= '0' && c <= '9' || w.taken[sid] || sid == noPlace {
		sid = escapeFirst(id)
	}
	w.taken[sid] = true
	return sid
}

// free is a name that is not taken.
func (w *writer) free(name string) string {
	for w.taken[name] {
		name += "_"
	}
	w.taken[name] = true
	return name
}

// boundName is COBRApy's name of the parameters that most reactions share.
func boundName(v float64, number int) string {
	const usual = 1000 // mmol/gDW/h, COBRApy's default
	switch v {
	case -usual:
		return "cobra_default_lb"
	case usual:
		return "cobra_default_ub"
	case 0:
		return "cobra_0_bound"
	case math.Inf(-1):
		return "minus_inf"
	case math.Inf(1):
		return "plus_inf"
	}
	return "bound_" + strconv.Itoa(number+1)
}

func (w *writer) model() {
	grouped := false
	for j := range w.parts.Reactions {
		grouped = grouped || w.parts.Reactions[j].Subsystem != ""
	}
	w.raw(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" +
		`<sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" level="3" version="1"` +
		` xmlns:fbc="` + fbcSpace + `2" fbc:required="false"`)
	if grouped {
		w.raw(` xmlns:groups="` + groupsSpace + `1" groups:required="false"`)
	}
	w.raw(">\n<model")
	if w.parts.ID != "" {
		w.attr("id", w.claim(w.parts.ID))
	}
	if w.parts.Name != "" {
		w.attr("name", w.parts.Name)
	}
	unit := w.free("mmol_per_gDW_per_hr")
	w.raw(" fbc:strict=\"true\">\n<listOfUnitDefinitions>\n<unitDefinition")
	w.attr("id", unit)
	w.raw("><listOfUnits>" +
		`<unit kind="mole" exponent="1" scale="-3" multiplier="1"/>` +
		`<unit kind="gram" exponent="-1" scale="0" multiplier="1"/>` +
		`<unit kind="second" exponent="-1" scale="0" multiplier="3600"/>` +
		"</listOfUnits></unitDefinition>\n</listOfUnitDefinitions>\n")
	w.compartments()
	w.species()
	w.list("listOfParameters", len(w.bounds), func(i int) {
		w.raw("<parameter")
		w.attr("id", w.bound[w.bounds[i]])
		w.attr("value", double64(w.bounds[i]))
		w.attr("units", unit)
		w.raw(" constant=\"true\"/>\n")
	})
	w.list("listOfReactions", len(w.parts.Reactions), func(j int) { w.reaction(&w.parts.Reactions[j]) })
	w.goal()
	w.list("fbc:listOfGeneProducts", len(w.parts.Genes), func(i int) {
		g := w.parts.Genes[i]
		w.raw("<fbc:geneProduct")
		w.attr("fbc:id", prefixed(genePrefix, g.ID))
		w.attr("fbc:label", g.ID)
		if g.Name != "" {
			w.attr("fbc:name", g.Name)
		}
		w.raw("/>\n")
	})
	if grouped {
		w.groups()
	}
	w.raw("</model>\n</sbml>\n")
}

func (w *writer) compartments() {
	w.list("listOfCompartments", len(w.places), func(i int) {
		w.raw("<compartment")
		w.attr("id", w.placed[w.places[i].ID])
		if w.places[i].Name != "" {
			w.attr("name", w.places[i].Name)
		}
		w.raw(" constant=\"true\"/>\n")
	})
}

func (w *writer) species() {
	w.list("listOfSpecies", len(w.parts.Metabolites), func(i int) {
		m := &w.parts.Metabolites[i]
		w.raw("<species")
		w.attr("id", prefixed(speciesPrefix, m.ID))
		if m.Name != "" {
			w.attr("name", m.Name)
		}
		w.attr("compartment", w.placed[m.Compartment])
		w.raw(` hasOnlySubstanceUnits="false" boundaryCondition="false" constant="false"`)
		if !m.ChargeUnknown {
			w.attr("fbc:charge", strconv.Itoa(m.Charge))
		}
		switch {
		case m.Formula == "":
		case chemical(m.Formula):
			w.attr("fbc:chemicalFormula", m.Formula)
		default: // fbc would not allow it
			w.raw(`><notes><p xmlns="http://www.w3.org/1999/xhtml">FORMULA: `)
			w.escaped(m.Formula)
			w.raw("</p></notes></species>\n")
			return
		}
		w.raw("/>\n")
	})
}

// chemical reports whether fbc allows the formula: elements, each with an
// optional count.
func chemical(formula string) bool {
	counted := false // a digit may follow
	for i := range len(formula) {
		switch c := formula[i]; {
		case c >= 'A' && c <= 'Z':
			counted = true
		case c >= '0' && c <= '9' && counted:
		case c >= 'a' && c <= 'z' && i > 0 && (formula[i-1] >= 'A' && formula[i-1] <= 'Z' || formula[i-1] >= 'a' && formula[i-1] <= 'z'):
		default:
			return false
		}
	}
	return counted
}

func (w *writer) reaction(r *metabolism.Reaction) {
	w.raw("<reaction")
	w.attr("id", prefixed(reactionPrefix, r.ID))
	if r.Name != "" {
		w.attr("name", r.Name)
	}
	w.attr("reversible", strconv.FormatBool(r.Lower < 0))
	w.raw(` fast="false"`)
	w.attr("fbc:lowerFluxBound", w.bound[r.Lower+0])
	w.attr("fbc:upperFluxBound", w.bound[r.Upper+0])
	w.raw(">\n")
	w.side("listOfReactants", r.Terms, -1)
	w.side("listOfProducts", r.Terms, 1)
	if r.Rule != nil {
		w.raw("<fbc:geneProductAssociation>")
		w.rule(r.Rule)
		w.raw("</fbc:geneProductAssociation>\n")
	}
	w.raw("</reaction>\n")
}

// side writes the terms whose coefficients have the sign.
func (w *writer) side(list string, terms []metabolism.Term, sign float64) {
	var some []metabolism.Term
	for _, t := range terms {
		if t.Coef*sign > 0 {
			some = append(some, t)
		}
	}
	w.list(list, len(some), func(i int) {
		w.raw("<speciesReference")
		w.attr("species", prefixed(speciesPrefix, w.parts.Metabolites[some[i].Metabolite].ID))
		w.attr("stoichiometry", double64(some[i].Coef*sign))
		w.raw(" constant=\"true\"/>\n")
	})
}

func (w *writer) rule(r *metabolism.Rule) {
	gene, of, anyOf := r.Form()
	if gene != "" {
		w.raw("<fbc:geneProductRef")
		w.attr("fbc:geneProduct", prefixed(genePrefix, gene))
		w.raw("/>")
		return
	}
	word := "fbc:and"
	if anyOf {
		word = "fbc:or"
	}
	w.raw("<" + word + ">")
	for _, p := range of {
		w.rule(p)
	}
	w.raw("</" + word + ">")
}

func (w *writer) goal() {
	if len(w.parts.Goal.Terms) == 0 {
		return
	}
	id, sense := w.free("obj"), "maximize"
	if w.parts.Goal.Minimize {
		sense = "minimize"
	}
	w.raw("<fbc:listOfObjectives")
	w.attr("fbc:activeObjective", id)
	w.raw(">\n<fbc:objective")
	w.attr("fbc:id", id)
	w.attr("fbc:type", sense)
	w.raw(">\n")
	w.list("fbc:listOfFluxObjectives", len(w.parts.Goal.Terms), func(i int) {
		t := w.parts.Goal.Terms[i]
		w.raw("<fbc:fluxObjective")
		w.attr("fbc:reaction", prefixed(reactionPrefix, w.parts.Reactions[t.Reaction].ID))
		w.attr("fbc:coefficient", double64(t.Coef))
		w.raw("/>\n")
	})
	w.raw("</fbc:objective>\n</fbc:listOfObjectives>\n")
}

// groups writes the subsystems in the order of their first reaction.
func (w *writer) groups() {
	var names []string
	members := map[string][]int{}
	for j := range w.parts.Reactions {
		name := w.parts.Reactions[j].Subsystem
		if name == "" {
			continue
		}
		if members[name] == nil {
			names = append(names, name)
		}
		members[name] = append(members[name], j)
	}
	w.list("groups:listOfGroups", len(names), func(i int) {
		w.raw("<groups:group")
		w.attr("groups:id", w.free("g"+strconv.Itoa(i+1)))
		w.attr("groups:name", names[i])
		w.raw(" groups:kind=\"partonomy\">\n")
		w.list("groups:listOfMembers", len(members[names[i]]), func(k int) {
			w.raw("<groups:member")
			w.attr("groups:idRef", prefixed(reactionPrefix, w.parts.Reactions[members[names[i]][k]].ID))
			w.raw("/>\n")
		})
		w.raw("</groups:group>\n")
	})
}

// list writes a list unless it is empty, which SBML does not allow.
func (w *writer) list(name string, n int, item func(i int)) {
	if n == 0 {
		return
	}
	w.raw("<" + name + ">\n")
	for i := range n {
		item(i)
	}
	w.raw("</" + name + ">\n")
}

func (w *writer) attr(name, value string) {
	w.raw(" " + name + `="`)
	w.escaped(value)
	w.raw(`"`)
}

func (w *writer) raw(s string) {
	_, _ = w.WriteString(s)
}

func (w *writer) escaped(s string) {
	if !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' || strings.ContainsRune(`<>&"'`, r) }) {
		w.raw(s)
		return
	}
	_ = xml.EscapeText(w, []byte(s))
}

// double64 writes a number as XML Schema does, to be read back to the bit.
func double64(v float64) string {
	switch {
	case math.IsInf(v, 1):
		return "INF"
	case math.IsInf(v, -1):
		return "-INF"
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
