package cell

import (
	"context"
	"math"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// An Expression tells how many proteins of a gene there are in the cell now, by
// its locus, and false where nobody counts them: a simulation of expression
// does. Nil counts none; genes that are there then pass for expressed.
type Expression func(locus string) (proteins float64, counted bool)

func (e Expression) of(locus string) (float64, bool) {
	if e == nil {
		return 0, false
	}
	return e(locus)
}

// FunctionStatus tells how the functions that no cell lives without are doing
// now: whether their essential genes are there and expressed, and whether the
// cell, under its grant and on its medium, carries the flux that they take in
// the flux distribution with which it grows best (the parsimonious one).
//
// Energy production counts what regenerates ATP by reactions whose enzymes are
// there, and asks that it covers maintenance.
func (c *Cell) FunctionStatus(ctx context.Context, expressed Expression) ([]Function, error) {
	now, err := c.grown(ctx, c.Grant.ATP, c.ribosomes())
	if err != nil {
		return nil, err
	}
	var functions []Function
	for _, n := range needs() {
		f := Function{Name: n.name, Evidence: c.genes(n.genes, expressed)}
		for _, id := range n.reactions {
			f.Evidence = append(f.Evidence, carried(now, id))
		}
		functions = append(functions, f.concluded())
	}
	energy := Function{Name: energyProduction}
	made := 0.0
	if now.Status == metabolism.StatusOptimal {
		energy.Evidence, made = c.makers(now, expressed)
	}
	whole := c.regeneration(now, made)
	if need := c.maintenance(now); whole.Holds && made < need-float64(gainTolerance*need) {
		whole.Holds = false
		whole.lacks = "enzymes for as much ATP as maintenance takes"
	} else if made == 0 && now.ATPProduced > 0 {
		whole.lacks = "enzymes that make ATP"
	}
	energy.Evidence = append([]Evidence{whole}, energy.Evidence...)
	return append(functions, energy.concluded()), nil
}

// carried is the evidence of a reaction's flux in a solution.
func carried(f *metabolism.Flux, id string) Evidence {
	e := fluxOf(id)
	v, ok := f.Of(id)
	if !ok && f.Status == metabolism.StatusOptimal {
		e, v = fluxOf(""), f.Growth
	}
	e.Value, e.Holds = v, math.Abs(v) >= gainTolerance
	return e
}

// makers is the evidence of the reactions that make ATP in a solution, in the
// network's order, and how much those make whose enzymes are there. A maker
// without its enzyme is none that must be there: others may do.
func (c *Cell) makers(f *metabolism.Flux, expressed Expression) ([]Evidence, float64) {
	m := c.Organism.Model()
	atp, ok := m.Metabolite("atp_c")
	if !ok {
		return nil, f.ATPProduced
	}
	var list []Evidence
	made := 0.0
	for j, r := range m.Reactions() {
		flow := float64(r.Coef(atp) * f.Fluxes[j])
		if flow < gainTolerance {
			continue
		}
		there := r.Rule.Holds(func(locus string) bool {
			n, counted := expressed.of(locus)
			return !c.lost(locus) && (!counted || n >= 1)
		})
		if there {
			made += flow
			list = append(list, Evidence{Kind: evidenceFlux, Subject: r.ID, Value: flow, Holds: true})
		}
	}
	return list, made
}
