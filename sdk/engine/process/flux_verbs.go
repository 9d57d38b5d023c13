package process

import (
	"fmt"
	"math"

	"go.starlark.net/starlark"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/cell"
)

func fvaVerb() verb {
	return verb{
		name: "fva", basic: true,
		doc: `fva(fraction=1, reactions=None, allocation=True, objective=None)

Finds what each flux may be while the objective of fba() stays at a fraction of
its best or above (flux variability analysis, Mahadevan and Schilling 2003).

Arguments:
  fraction    of the best that is kept, above 0 and at most 1
  reactions   a reaction or a list of them; None is the exchanges that can
              carry flux, True every reaction
  allocation  False leaves the grant aside: the free cell of the literature
  objective   the reaction to maximise; None is growth

Returns a dict:
  status            optimal, infeasible, unbounded or dead
  objective, value  the reaction and its best flux; None when unbounded
  fraction          as asked
  limited_by        ribosomes, atp, metabolism or dead
  ranges            reaction: [least, largest], mmol/gDW/h; None where nothing
                    bounds it; empty unless optimal
  certificate       {residual, bound_violation, dual_violation, gap} of the
                    best

Example:
  fva(fraction=0.9, reactions="PYK", allocation=False)["ranges"]["PYK"]`,
		call: (*run).fva,
	}
}

// rangesFactor is how much more it costs to know the ranges of a reaction than
// to delete a gene: two problems, over more than one optimum.
const rangesFactor = 2

func (r *run) fva(c *call) (starlark.Value, error) {
	fraction, reactions := starlark.Value(starlark.MakeInt(1)), starlark.Value(starlark.None)
	allocation, objective := true, starlark.Value(starlark.None)
	if err := c.unpack("fraction?", &fraction, "reactions?", &reactions, "allocation?", &allocation, "objective?", &objective); err != nil {
		return nil, err
	}
	q := cell.RangeRequest{Free: !allocation}
	var err error
	if q.Fraction, err = c.number("fraction", fraction); err != nil {
		return nil, err
	}
	if !(q.Fraction > 0 && q.Fraction <= 1) {
		return nil, c.refuse("fraction must be above 0 and at most 1, not %v", q.Fraction)
	}
	if q.Objective, err = r.objectiveOf(c, objective); err != nil {
		return nil, err
	}
	if q.AllReactions, q.Reactions, err = r.reactionsOf(c, "reactions", reactions); err != nil {
		return nil, err
	}
	if err := r.solving(1, stepsPerReaction); err != nil {
		return nil, err
	}
	if err := r.solving(len(r.cell.Organism.Model().Reactions()), deletionSteps*rangesFactor); err != nil {
		return nil, err
	}
	a, err := r.cell.FluxRanges(r.ctx, q)
	if err != nil {
		return solved[starlark.Value](r, nil, err)
	}
	return rangesOf(a), nil
}

func momaVerb() verb {
	return verb{
		name: "moma", basic: true,
		doc: `moma(*names, erase_bounds=None, fluxes=False)

Finds the fluxes of the cell when it just lost genes or reactions and has not
adapted: those nearest to the parsimonious ones of the VM's own cell, by the sum
of absolute changes (linear minimisation of metabolic adjustment, Segrè et al.
2002). Lost are what knockout() took out and the names. Both cells are free
ones, on the present medium; the cell stays as it is.

Arguments:
  names         what to take out besides, as in knockout()
  erase_bounds  as in knockout(); None is as the last knockout() had it
  fluxes        True for the flux of every reaction, or a list of reactions;
                they come as "fluxes", reaction: flux in mmol/gDW/h

Returns a dict:
  status              optimal, infeasible or dead
  genes, reactions    what was lost in all
  growth_rate         1/h
  intact_growth_rate  of the VM's own cell, 1/h
  ratio               growth_rate over intact_growth_rate; 0 when that does not
                      grow
  distance            sum of the absolute changes of flux, mmol/gDW/h
  uptake, secretion   reaction: rate, mmol/gDW/h, the largest first
  active_reactions    how many reactions carry flux
  certificate         {residual, bound_violation, dual_violation, gap}

Example:
  moma("JCVISYN3A_0227")["ratio"]`,
		call: (*run).moma,
	}
}

// momaFactor is how much more the nearest fluxes cost than a flux balance
// problem: the intact cell's parsimonious ones, and twice as many columns.
const momaFactor = 5

func (r *run) moma(c *call) (starlark.Value, error) {
	erase, fluxes := starlark.Value(starlark.None), starlark.Value(starlark.False)
	options := call{name: c.name, kwargs: c.kwargs}
	if err := options.unpack("erase_bounds?", &erase, "fluxes?", &fluxes); err != nil {
		return nil, err
	}
	var names []string
	for _, arg := range c.args {
		more, err := c.names("names", arg)
		if err != nil {
			return nil, err
		}
		names = append(names, more...)
	}
	changed, err := r.cell.WithKnockouts(names)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.name, err)
	}
	if erase != starlark.None {
		changed = changed.WithEraseBounds(bool(erase.Truth()))
	}
	var q cell.AdjustRequest
	if q.AllFluxes, q.Fluxes, err = r.reactionsOf(c, "fluxes", fluxes); err != nil {
		return nil, err
	}
	if err := r.solving(1, stepsPerReaction*momaFactor); err != nil {
		return nil, err
	}
	a, err := changed.Adjust(r.ctx, r.restored(), q)
	if err != nil {
		return solved[starlark.Value](r, nil, err)
	}
	ratio := 0.0
	if a.IntactGrowthRate > 0 {
		ratio = a.GrowthRate / a.IntactGrowthRate
	}
	genes, reactions := r.lostBy(changed)
	d := record(
		field{"status", text(a.Status)}, field{"genes", texts(genes)}, field{"reactions", texts(reactions)},
		field{"growth_rate", number(a.GrowthRate)}, field{"intact_growth_rate", number(a.IntactGrowthRate)}, field{"ratio", number(ratio)},
		field{"distance", number(a.Distance)}, field{"uptake", ratesOf(a.Uptake)}, field{"secretion", ratesOf(a.Secretion)},
		field{"active_reactions", integer(a.ActiveReactions)}, field{"certificate", certificateOf(a.Certificate)},
	)
	if q.AllFluxes || len(q.Fluxes) > 0 {
		err = d.SetKey(text("fluxes"), ratesOf(a.Fluxes))
	}
	return d, err
}

// number reads an argument that is a finite number.
func (c *call) number(argument string, v starlark.Value) (float64, error) {
	f, ok := starlark.AsFloat(v)
	if _, boolean := v.(starlark.Bool); !ok || boolean {
		return 0, c.refuse("%s must be a number, not %s", argument, v.Type())
	}
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return 0, c.refuse("%s must be a finite number, not %v", argument, f)
	}
	return f, nil
}

// objectiveOf reads an argument that is a reaction to maximise, or None.
func (r *run) objectiveOf(c *call, v starlark.Value) (string, error) {
	if v == starlark.None {
		return "", nil
	}
	ids, err := c.names("objective", v)
	if err != nil {
		return "", err
	}
	if len(ids) != 1 {
		return "", c.refuse("objective must be one reaction, not %d", len(ids))
	}
	return ids[0], r.checkReactions(c.name, ids...)
}

// reactionsOf reads an argument that is a reaction or several, True for all of
// them, or None or False for no choice.
func (r *run) reactionsOf(c *call, argument string, v starlark.Value) (all bool, ids []string, err error) {
	switch given := v.(type) {
	case starlark.Bool:
		return bool(given), nil, nil
	case starlark.NoneType:
		return false, nil, nil
	}
	if ids, err = c.names(argument, v); err != nil {
		return false, nil, err
	}
	return false, ids, r.checkReactions(c.name, ids...)
}
