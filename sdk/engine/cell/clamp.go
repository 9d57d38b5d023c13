package cell

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// Clamps are what somebody decided about a cell's genes in place of its
// regulators. The zero value leaves all to them.
//
// A gene that is held down bounds the reactions that take its enzyme, by the rule
// of E-Flux (Colijn et al. 2009, PLoS Comput. Biol. 5:e1000489): the largest flux is
// in proportion to expression. What a reaction carries at full expression is taken
// to be its flux in the free, unclamped cell on the same medium, in the
// parsimonious distribution. A complex has the expression of its scarcest subunit,
// enzymes that stand in for each other that of the most plentiful.
type Clamps struct {
	// Levels maps loci that are held down to what is left of their expression,
	// from 0 to 1. They are not of the Knockouts, which have none.
	Levels map[string]float64 `json:"levels,omitempty"`
	// Cost is the share of the growth rate, from 0 to 1, that making useless
	// protein takes, whatever else limits growth.
	Cost float64 `json:"cost,omitempty"`
	// RibosomesLost is the share of the granted ribosomes, from 0 to 1, that lack
	// proteins of their own.
	RibosomesLost float64 `json:"ribosomes_lost,omitempty"`
}

// none reports whether all is left to the cell.
func (k Clamps) none() bool { return len(k.Levels) == 0 && k.Cost == 0 && k.RibosomesLost == 0 }

// WithClamps returns the cell under other clamps, which replace those that it
// has. A number that is no share is a [biovm.FieldError].
func (c *Cell) WithClamps(k Clamps) (*Cell, error) {
	check := func(path string, v float64) error {
		if v >= 0 && v <= 1 {
			return nil
		}
		return &biovm.FieldError{Path: path, Value: v, Reason: "must be a share, from 0 to 1"}
	}
	err := cmp.Or(check("cost", k.Cost), check("ribosomes_lost", k.RibosomesLost))
	for _, locus := range slices.Sorted(maps.Keys(k.Levels)) {
		err = cmp.Or(err, check(fmt.Sprintf("levels[%q]", locus), k.Levels[locus]))
	}
	if err != nil {
		return nil, err
	}
	changed := *c
	k.Levels = maps.Clone(k.Levels)
	changed.Clamps = k
	return &changed, nil
}

// level is what is left of the expression that a rule asks for, from 0 to 1.
func (c *Cell) level(r *metabolism.Rule) float64 {
	gene, of, anyOf := r.Form()
	switch {
	case gene != "":
		if c.lost(gene) {
			return 0
		}
		if v, held := c.Clamps.Levels[gene]; held {
			return v
		}
		return 1
	case len(of) == 0:
		return 1
	}
	left := c.level(of[0])
	for _, part := range of[1:] {
		if anyOf {
			left = max(left, c.level(part))
		} else {
			left = min(left, c.level(part))
		}
	}
	return left
}

// unclamped is the cell as its regulators would have it.
func (c *Cell) unclamped() *Cell {
	free := *c
	free.Clamps = Clamps{}
	return &free
}

// fullFluxes are the absolute fluxes of the free, unclamped cell on its medium,
// by reaction; those of a dead one are none.
func (c *Cell) fullFluxes(ctx context.Context) (map[string]float64, error) {
	free := c.unclamped()
	return recall(ctx, c.memo, free.circumstance("full_fluxes"), func() (map[string]float64, error) {
		f, err := free.pfba(ctx, free.plain())
		if err != nil || f.Status != metabolism.StatusOptimal {
			return map[string]float64{}, err
		}
		full := map[string]float64{}
		for j, r := range c.Organism.Model().Reactions() {
			if v := math.Abs(f.Fluxes[j]); v > carries {
				full[r.ID] = v
			}
		}
		return full, nil
	})
}

// clamped bounds the reactions of a question whose genes are held down; those
// that have no enzyme left, or are obliged to more than there is, are lost.
func (c *Cell) clamped(ctx context.Context, q metabolism.Question) (metabolism.Question, error) {
	if len(c.Clamps.Levels) == 0 {
		return q, nil
	}
	full, err := c.fullFluxes(ctx)
	if err != nil {
		return q, err
	}
	m := c.Organism.Model()
	q.Bounds, q.KnockoutReactions = map[string][2]float64{}, slices.Clone(q.KnockoutReactions)
	for locus := range c.Clamps.Levels {
		for _, j := range m.GeneReactions(locus) {
			r := m.Reactions()[j]
			left := c.level(r.Rule)
			most := float64(left * full[r.ID])
			lower, upper := max(r.Lower, -most), min(r.Upper, most)
			switch {
			case left == 0 || lower > upper:
				q.KnockoutReactions = append(q.KnockoutReactions, r.ID)
			case left < 1:
				q.Bounds[r.ID] = [2]float64{lower, upper}
			}
		}
	}
	q.KnockoutReactions = set(q.KnockoutReactions)
	return q, nil
}

// burden makes a question that is else complete one of a cell that makes useless
// protein: it grows by so much less than without. Where ribosomes limit it, that
// is because as many of them are busy.
func (c *Cell) burden(ctx context.Context, q metabolism.Question) (metabolism.Question, error) {
	m := c.Organism.Model()
	if c.Clamps.Cost == 0 || m.Objective() < 0 {
		return q, nil
	}
	f, err := c.fba(ctx, q)
	if err != nil {
		return q, err
	}
	left := 1 - c.Clamps.Cost
	if f.LimitedBy == metabolism.LimitedByRibosomes && left > 0 { // else they make nothing that grows
		a := *q.Allocation
		a.Rate *= left
		q.Allocation = &a
		return q, nil
	}
	growth := m.Reactions()[m.Objective()]
	most := min(growth.Upper, float64(left*max(0, f.Growth)))
	if q.Bounds == nil {
		q.Bounds = map[string][2]float64{}
	}
	q.Bounds[growth.ID] = [2]float64{min(growth.Lower, most), most}
	return q, nil
}

// occupied is how many ribosomes a cell takes that needs so many for its growth:
// some are busy with useless protein, some do not work.
func (c *Cell) occupied(ribosomes float64) float64 {
	share := float64((1 - c.Clamps.Cost) * (1 - c.Clamps.RibosomesLost))
	if !(share > 0) {
		return 0 // none does any good
	}
	return ribosomes / share
}
