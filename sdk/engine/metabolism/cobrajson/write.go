package cobrajson

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// Write writes a model. It fails when the writer does, or when a gene's ID
// cannot stand in a rule as JSON has it.
func Write(w io.Writer, m *metabolism.Model) error {
	out := &writer{Writer: bufio.NewWriterSize(w, 64<<10), parts: m.Parts()}
	if err := out.model(); err != nil {
		return fmt.Errorf("model %s: %w", m.ID(), err)
	}
	return out.Flush()
}

// A writer writes a model's members, each element on a line of its own. What
// fails to be written is told by Flush.
type writer struct {
	*bufio.Writer
	parts   metabolism.Parts
	scratch []byte
}

func (w *writer) model() error {
	w.raw("{\n\"metabolites\":[")
	for i := range w.parts.Metabolites {
		w.separate(i)
		w.metabolite(&w.parts.Metabolites[i])
	}
	w.raw("\n],\n\"reactions\":[")
	objective := make(map[int]float64, len(w.parts.Goal.Terms))
	for _, t := range w.parts.Goal.Terms {
		objective[t.Reaction] = t.Coef
		if w.parts.Goal.Minimize {
			objective[t.Reaction] = 0 - t.Coef
		}
	}
	for j := range w.parts.Reactions {
		w.separate(j)
		if err := w.reaction(&w.parts.Reactions[j], objective[j]); err != nil {
			return err
		}
	}
	w.raw("\n],\n\"genes\":[")
	for i, g := range w.parts.Genes {
		w.separate(i)
		w.raw(`{"id":`)
		w.quoted(g.ID)
		w.raw(`,"name":`)
		w.quoted(g.Name)
		w.raw("}")
	}
	w.raw("\n],\n\"id\":")
	w.quoted(w.parts.ID)
	if w.parts.Name != "" {
		w.raw(",\n\"name\":")
		w.quoted(w.parts.Name)
	}
	if w.parts.Goal.Minimize {
		w.raw(",\n\"objective_sense\":\"minimize\"")
	}
	w.raw(",\n\"compartments\":{")
	for i, c := range w.parts.Compartments {
		w.separate(i)
		w.quoted(c.ID)
		w.raw(":")
		w.quoted(c.Name)
	}
	w.raw("\n},\n\"version\":\"1\"\n}\n")
	return nil
}

func (w *writer) metabolite(m *metabolism.Metabolite) {
	w.raw(`{"id":`)
	w.quoted(m.ID)
	w.raw(`,"name":`)
	w.quoted(m.Name)
	w.raw(`,"compartment":`)
	w.quoted(m.Compartment)
	if !m.ChargeUnknown {
		w.raw(`,"charge":`)
		w.raw(strconv.Itoa(m.Charge))
	}
	if m.Formula != "" {
		w.raw(`,"formula":`)
		w.quoted(m.Formula)
	}
	w.raw("}")
}

func (w *writer) reaction(r *metabolism.Reaction, objective float64) error {
	rule := r.Rule.String()
	read, err := metabolism.ParseRule(rule)
	if err != nil {
		return fmt.Errorf("reaction %q: its rule would not be read back: %w", r.ID, err)
	}
	if read.String() != rule || !slices.Equal(read.Genes(), r.Rule.Genes()) {
		return fmt.Errorf("reaction %q: a gene's ID has blanks or parentheses, so %q would not be read back", r.ID, rule)
	}
	w.raw(`{"id":`)
	w.quoted(r.ID)
	w.raw(`,"name":`)
	w.quoted(r.Name)
	w.raw(`,"metabolites":{`)
	for i, t := range r.Terms {
		if i > 0 {
			w.raw(",")
		}
		w.quoted(w.parts.Metabolites[t.Metabolite].ID)
		w.raw(":")
		w.number(t.Coef)
	}
	w.raw(`},"lower_bound":`)
	w.number(r.Lower)
	w.raw(`,"upper_bound":`)
	w.number(r.Upper)
	w.raw(`,"gene_reaction_rule":`)
	w.quoted(rule)
	if objective != 0 {
		w.raw(`,"objective_coefficient":`)
		w.number(objective)
	}
	if r.Subsystem != "" {
		w.raw(`,"subsystem":`)
		w.quoted(r.Subsystem)
	}
	w.raw("}")
	return nil
}

func (w *writer) separate(i int) {
	if i > 0 {
		w.raw(",")
	}
	w.raw("\n")
}

func (w *writer) raw(s string) {
	_, _ = w.WriteString(s)
}

// number writes a number so that it is read back to the bit; infinite ones as
// COBRApy does.
func (w *writer) number(v float64) {
	switch {
	case math.IsInf(v, 1):
		w.raw(`"inf"`)
	case math.IsInf(v, -1):
		w.raw(`"-inf"`)
	default:
		w.scratch = strconv.AppendFloat(w.scratch[:0], v, 'g', -1, 64)
		_, _ = w.Write(w.scratch)
	}
}

func (w *writer) quoted(s string) {
	const hex = "0123456789abcdef"
	b := append(w.scratch[:0], '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r < ' ':
			b = append(b, '\\', 'u', '0', '0', hex[r>>4], hex[r&15])
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	w.scratch = append(b, '"')
	_, _ = w.Write(w.scratch)
}
