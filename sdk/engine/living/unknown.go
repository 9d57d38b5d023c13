package living

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/near"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/wholecell"
)

// nearNames is how many names an error suggests.
const nearNames = 3

// unknown is an error about a figure's name: it says which there are.
func unknown(name string, c Cell) error {
	var names []string
	for _, f := range append(c.Figures(), c.Patterns()...) {
		names = append(names, f.Name)
	}
	return noFigure(name, "there is no such figure%s; there are %s", biovm.Near(near.Names(name, names, nearNames)), strings.Join(names, ", "))
}

func noFigure(name, format string, args ...any) error {
	return &biovm.FieldError{Path: "record", Value: name, Reason: fmt.Sprintf(format, args...)}
}

// unknown is an error about a figure's name: which there are, or of a known kind
// what it takes.
func (w *wholeCell) unknown(name string) error {
	kind, of, _ := strings.Cut(name, ":")
	o := w.body.Organism
	switch kind {
	case "mrna", "protein", "translating":
		return w.noGene(name, of, "makes no protein here")
	case "rna":
		return w.noGene(name, of, "makes no stable RNA here")
	case "copies":
		return w.noGene(name, of, "is on no chromosome here")
	case "amino_acid", "trna", "charged_trna", "uncharged_trna":
		return noFigure(name, "%q is no amino acid; there are %s, and their letters", of, strings.Join(wholecell.AminoAcids(), ", "))
	case "ntp":
		return noFigure(name, "%q is no nucleoside triphosphate; there are A, C, G, U", of)
	case "flux":
		var names []string
		for _, r := range o.Model().Reactions() {
			names = append(names, r.ID)
		}
		return noFigure(name, "%s has no reaction %q%s", o.Type(), of, biovm.Near(near.Names(of, names, nearNames)))
	}
	return unknown(name, w)
}

// noGene is an error about a figure of a gene that the cell does not have, or of
// which it has no such figure.
func (w *wholeCell) noGene(name, of, not string) error {
	o := w.body.Organism
	if g, ok := o.Gene(of); ok {
		if slices.Contains(w.body.Knockouts, g.Locus) {
			return noFigure(name, "%s is knocked out", g.Locus)
		}
		return noFigure(name, "%s, a gene of the type %s, %s", g.Locus, g.Type, not)
	}
	if loci := o.Sharing(of); len(loci) > 0 {
		return noFigure(name, "several genes are called %s; name one by its locus: %s", of, strings.Join(loci, ", "))
	}
	return noFigure(name, "%s has no gene %q%s", o.Type(), of, biovm.Near(o.Near(of, nearNames)))
}
