package wholecell

import (
	"context"
	"math"
	"slices"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// SetReactions changes what reactions the cell's metabolism lacks from now on, as
// in [Config].
func (c *Cell) SetReactions(ctx context.Context, lost []string, eraseBounds bool) error {
	changed := c.config
	changed.LostReactions, changed.EraseBounds = slices.Clone(lost), eraseBounds
	k, err := changed.environment(c.plan.organism)
	if err != nil {
		return err
	}
	c.config, c.kitchen = changed, k
	return c.askAgain(ctx)
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
