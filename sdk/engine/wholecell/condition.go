package wholecell

import (
	"context"
	"maps"
	"math"
	"slices"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// Environment puts the cell on another medium, and takes reactions out, from now
// on; the arguments are as in [Config]. What metabolism can supply is asked anew.
func (c *Cell) Environment(ctx context.Context, medium map[string]float64, lostReactions []string, eraseBounds bool) error {
	q := c.kitchen.question
	q.Medium, q.KnockoutReactions, q.EraseBounds = maps.Clone(medium), slices.Clone(lostReactions), eraseBounds
	if err := q.Check(c.plan.organism.Model()); err != nil {
		return err
	}
	k := newKitchen(c.plan.organism, q)
	if c.look(); c.x[c.plan.due] > 0 { // metabolism was asked before
		last, err := k.yield(ctx, c.x[c.plan.wanted], c.x[c.plan.mostATP])
		if err != nil {
			return err
		}
		c.last = last
	}
	c.kitchen = k
	c.config.Medium, c.config.LostReactions, c.config.EraseBounds = q.Medium, q.KnockoutReactions, eraseBounds
	return nil
}

// AdvanceTo simulates until a time, as [Cell.Advance] does; a time that has
// passed is no error.
func (c *Cell) AdvanceTo(ctx context.Context, until float64) error {
	if math.IsNaN(until) || math.IsInf(until, 0) {
		return &biovm.FieldError{Path: "until", Value: until, Reason: "must be a finite time, in seconds"}
	}
	return c.advanceTo(ctx, until)
}

// Probe finds how to read an observable of the cell as it is when it is called.
// An unknown one is a [biovm.FieldError].
func (c *Cell) Probe(name string) (func() float64, error) {
	reads, err := c.plan.observe([]string{name})
	if err != nil {
		return nil, err
	}
	return func() float64 {
		c.look()
		return reads[0](c)
	}, nil
}

// Sibling makes a newborn cell of the same config but for its chance. They
// share what is the same in both, and what they ask of metabolism.
func (c *Cell) Sibling(seed, stream uint64) (*Cell, error) {
	s := &strain{plan: c.plan, kitchen: c.kitchen, config: c.config}
	return s.cell(seed, stream)
}
