package lac

import (
	"fmt"
	"math"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/checkpoint"
)

// form is the form of a cell's checkpoint, whose numbers are the exchange steps
// and the pools.
func form() checkpoint.Form {
	return checkpoint.Form{Magic: "bioxenL\x01", Of: "a lac operon", Words: 5}
}

// list has the concentrations in the order of checkpoints.
func (p *pools) list() []*float64 {
	return []*float64{&p.TMG, &p.IPTG, &p.Lactose, &p.Allolactose}
}

// Checkpoint writes the whole cell, so that Restore goes on bit for bit as this
// one would.
func (c *Cell) Checkpoint() ([]byte, error) {
	words := []uint64{c.steps}
	for _, p := range c.pools.list() {
		words = append(words, math.Float64bits(*p))
	}
	return form().Write(c.config, words, c.sim.Checkpoint())
}

// Restore makes the cell that Checkpoint wrote. A [biovm.FieldError] says what
// is wrong with data that are no such checkpoint.
func Restore(data []byte) (*Cell, error) {
	c, err := restore(data)
	if err != nil {
		return nil, checkpoint.Wrong(data, err)
	}
	return c, nil
}

func restore(data []byte) (*Cell, error) {
	c := &Cell{}
	words, simulator, err := form().Read(data, &c.config)
	if err != nil {
		return nil, err
	}
	c.steps = words[0]
	for i, p := range c.pools.list() {
		if *p, err = checkpoint.Amount(words[1+i]); err != nil {
			return nil, err
		}
	}
	if c.config, err = withDefaults(c.config); err != nil {
		return nil, err
	}
	if c.net, err = build(&c.config); err != nil {
		return nil, err
	}
	if c.sim, err = expression.Restore(c.net.net, simulator); err != nil {
		return nil, err
	}
	if due := float64(float64(c.steps) * c.config.ExchangeSeconds); due > c.sim.Time() || c.sim.Time()-due > c.config.ExchangeSeconds {
		return nil, fmt.Errorf("%d exchange steps at time %v s", c.steps, c.sim.Time())
	}
	return c, nil
}
