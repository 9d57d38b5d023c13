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
	Name string `json:"name"` // DNA replication, protein synthesis or energy production
	// Missing lists what it lacks, in words: genes that are lost, proteins that
	// are not there, reactions that carry no flux. Empty when it lacks nothing.
	Missing []string `json:"missing,omitempty"`
	// Evidence is what was looked at: the genes that experiments found essential
	// for the function, in the genome's order, and the fluxes that it takes.
	Evidence []Evidence `json:"evidence"`
}

// Supported reports whether the cell has the function.
func (f Function) Supported() bool { return len(f.Missing) == 0 }

// Evidence is one thing that speaks for a function, or against it.
type Evidence struct {
	Kind    string `json:"kind"`    // gene or flux
	Subject string `json:"subject"` // a gene by symbol and locus, a reaction, biomass or maintenance
	// Value is, of a gene, how many proteins of it there are, -1 where nobody
	// counted; of a flux, mmol/gDW/h (1/h of biomass).
	Value float64 `json:"value"`
	Holds bool    `json:"holds"`
	// lacks is what Missing says if it does not hold.
	lacks string
}

const (
	evidenceGene = "gene"
	evidenceFlux = "flux"
)

// maxMissing bounds how many lost genes are named.
const maxMissing = 5

// A function's genes, and the reactions whose flux it takes.
type functionNeeds struct {
	name      string
	genes     func(*organism.Gene) bool
	reactions []string
}

func needs() []functionNeeds {
	return []functionNeeds{
		{"DNA replication", replicates, []string{"DNAP"}},
		{"protein synthesis", translates, []string{"Protein_transl"}},
	}
}

// energyProduction is the function that has no genes of its own: whatever
// makes ATP will do.
const energyProduction = "energy production"

// Functions checks the functions that no cell lives without: that the genes
// which experiments found essential for them are there, and that the free cell
// on its medium can carry the flux that they take. It is what
// function_validation goes by. For how a cell is doing now, see
// [Cell.FunctionStatus].
func (c *Cell) Functions(ctx context.Context) ([]Function, error) {
	q, err := c.question(ctx)
	if err != nil {
		return nil, err
	}
	free, err := c.fba(ctx, q)
	if err != nil {
		return nil, err
	}
	dead := free.LimitedBy == metabolism.LimitedByDeath || c.rationed() && free.ATPProduced <= 0
	var functions []Function
	for _, n := range needs() {
		f := Function{Name: n.name, Evidence: c.genes(n.genes, nil)}
		if !dead { // without energy no other flux can be asked for
			flux, err := c.capacity(ctx, n.reactions)
			if err != nil {
				return nil, err
			}
			f.Evidence = append(f.Evidence, flux...)
		}
		functions = append(functions, f.concluded())
	}
	energy := Function{Name: energyProduction, Evidence: []Evidence{c.regeneration(free, free.ATPProduced)}}
	return append(functions, energy.concluded()), nil
}

// regeneration is the evidence of so much ATP regenerated, in mmol/gDW/h.
func (c *Cell) regeneration(f *metabolism.Flux, atp float64) Evidence {
	e := Evidence{Kind: evidenceFlux, Subject: "regeneration of ATP", Value: atp, Holds: f.LimitedBy != metabolism.LimitedByDeath && (atp > 0 || !c.rationed())}
	e.lacks = "the network cannot regenerate the ATP that maintenance takes on this medium"
	if f.Obliged != "" {
		e.lacks = fmt.Sprintf("reaction %s lost its genes and must carry flux", f.Obliged)
	}
	return e
}

// concluded returns the function with what its evidence says is missing.
func (f Function) concluded() Function {
	f.Missing = nil
	genes := 0
	for _, e := range f.Evidence {
		if e.Holds {
			continue
		}
		if e.Kind == evidenceGene {
			if genes++; genes > maxMissing {
				continue
			}
		}
		f.Missing = append(f.Missing, e.lacks)
	}
	if genes > maxMissing {
		f.Missing = slices.Insert(f.Missing, maxMissing, fmt.Sprintf("%d more genes", genes-maxMissing))
	}
	return f
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

// genes is the evidence of the genes that a function takes and that experiments
// found essential on every medium: classes E and L. They hold if the cell has
// them, and makes their proteins where somebody counts those.
func (c *Cell) genes(takes func(*organism.Gene) bool, expressed Expression) []Evidence {
	var list []Evidence
	for _, g := range c.Organism.TypeGenes() {
		if !takes(&g) || g.Essentiality != "E" && g.Essentiality != "L" {
			continue
		}
		e := Evidence{Kind: evidenceGene, Subject: g.Locus, Value: -1, Holds: true}
		if g.Symbol != "" {
			e.Subject = fmt.Sprintf("%s (%s)", g.Symbol, g.Locus)
		}
		if n, counted := expressed.of(g.Locus); counted {
			e.Value, e.Holds = n, n >= 1
			e.lacks = "protein of gene " + e.Subject
		}
		if c.lost(g.Locus) {
			e.Holds, e.lacks = false, "gene "+e.Subject
		}
		list = append(list, e)
	}
	return list
}

// lost reports whether the cell was made without the gene.
func (c *Cell) lost(locus string) bool {
	_, found := slices.BinarySearch(c.Knockouts, locus)
	return found
}

// capacity is the evidence of the largest flux that reactions can carry; where
// the network has none of the name, growth stands for it, whose biomass holds
// DNA and protein.
func (c *Cell) capacity(ctx context.Context, reactions []string) ([]Evidence, error) {
	var list []Evidence
	for _, id := range reactions {
		q, err := c.question(ctx)
		if err != nil {
			return nil, err
		}
		e := fluxOf(id)
		q.Objective = id
		if _, ok := c.Organism.Model().Reaction(id); !ok {
			q.Objective, e = "", fluxOf("")
		}
		f, err := c.fba(ctx, q)
		if err != nil {
			return nil, err
		}
		e.Value, e.Holds = f.Objective, f.Objective >= gainTolerance
		list = append(list, e)
	}
	return list, nil
}

// fluxOf is the evidence of a reaction's flux, or, without a name, of growth.
func fluxOf(id string) Evidence {
	if id == "" {
		return Evidence{Kind: evidenceFlux, Subject: "biomass", lacks: "flux into biomass"}
	}
	return Evidence{Kind: evidenceFlux, Subject: id, lacks: "flux through reaction " + id}
}
