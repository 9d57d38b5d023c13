package cell

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

// A Function is one of the things that every cell must be able to do.
type Function struct {
	Name string // DNA replication, protein synthesis or energy production
	// Missing lists what it lacks, in words: genes that are lost, reactions
	// that carry no flux. Empty when the function is supported.
	Missing []string
}

// Supported reports whether the cell has the function.
func (f Function) Supported() bool { return len(f.Missing) == 0 }

// maxMissing bounds how many lost genes are named.
const maxMissing = 5

// Functions checks the functions that no cell lives without: that the genes
// which experiments found essential for them are there, and that the free cell
// on its medium can carry the flux that they take. It is what
// function_validation goes by.
func (c *Cell) Functions(ctx context.Context) ([]Function, error) {
	free, err := c.fba(ctx, c.question())
	if err != nil {
		return nil, err
	}
	replication := Function{Name: "DNA replication", Missing: c.lostGenes(replicates)}
	synthesis := Function{Name: "protein synthesis", Missing: c.lostGenes(translates)}
	energy := Function{Name: "energy production"}
	if free.LimitedBy == metabolism.LimitedByDeath || c.rationed() && free.ATPProduced <= 0 {
		energy.Missing = []string{"the network cannot regenerate the ATP that maintenance takes on this medium"}
		if free.Obliged != "" {
			energy.Missing = []string{fmt.Sprintf("reaction %s lost its genes and must carry flux", free.Obliged)}
		}
		// Without energy no other flux can be asked for.
		return []Function{replication, synthesis, energy}, nil
	}
	for _, f := range []struct {
		function  *Function
		reactions []string
	}{
		{&replication, []string{"DNAP"}}, {&synthesis, []string{"Protein_transl"}},
	} {
		silent, err := c.silent(ctx, f.reactions)
		if err != nil {
			return nil, err
		}
		f.function.Missing = append(f.function.Missing, silent...)
	}
	return []Function{replication, synthesis, energy}, nil
}

// replicates and translates say which genes a function takes, by category
// where the organism's table has one (syn3a), else by symbol (ecoli).
func replicates(g *organism.Gene) bool {
	return g.Category == "DNA replication" || g.Category == "DNA topology" ||
		g.Category == "" && hasPrefix(g.Symbol, "dna", "gyr", "par", "lig")
}

func translates(g *organism.Gene) bool {
	return g.Category == "Translation" ||
		g.Category == "" && hasPrefix(g.Symbol, "rpl", "rpm", "rps", "inf", "tuf", "fus", "prf")
}

func hasPrefix(s string, prefixes ...string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s, p) })
}

// lostGenes names the knock-outs that a function takes and that experiments
// found essential on every medium: classes E and L.
func (c *Cell) lostGenes(takes func(*organism.Gene) bool) []string {
	var names []string
	for _, locus := range c.Knockouts {
		g, ok := c.Organism.Gene(locus)
		if !ok || !takes(&g) || g.Essentiality != "E" && g.Essentiality != "L" {
			continue
		}
		name := "gene " + g.Locus
		if g.Symbol != "" {
			name = fmt.Sprintf("gene %s (%s)", g.Symbol, g.Locus)
		}
		names = append(names, name)
	}
	if n := len(names); n > maxMissing {
		names = append(names[:maxMissing], fmt.Sprintf("%d more genes", n-maxMissing))
	}
	return names
}

// silent names the reactions that cannot carry flux; where the network has
// none of the name, growth stands for it, whose biomass holds DNA and protein.
func (c *Cell) silent(ctx context.Context, reactions []string) ([]string, error) {
	var names []string
	for _, id := range reactions {
		q := c.question()
		q.Objective = id
		what := "flux through reaction " + id
		if _, ok := c.Organism.Model().Reaction(id); !ok {
			q.Objective, what = "", "flux into biomass"
		}
		f, err := c.fba(ctx, q)
		if err != nil {
			return nil, err
		}
		if f.Objective < gainTolerance {
			names = append(names, what)
		}
	}
	return names, nil
}
