package process

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/cell"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/living"
)

// WithLife gives the program the VM's living cell: the state that it is in, nil
// at its birth. When the program has succeeded and the cell has lived on, keep
// is given its new state.
//
// Without the option the cell is born with every execution.
func WithLife(state []byte, keep func(state []byte)) Option {
	return func(r *run) { r.life.state, r.life.keep = state, keep }
}

// A life is the VM's living cell during an execution.
type life struct {
	state []byte // the last that was written; nil: not born
	keep  func(state []byte)
	cell  living.Cell // nil until it is asked for
	under *cell.Cell  // the conditions that it lives under
	lived bool        // state and cell may differ
	// unreadable says why the state tells nothing, not even which genes the cell
	// lost.
	unreadable error
	// seconds is what it lived in this execution.
	seconds float64
}

// alive is the VM's living cell under the present conditions.
func (r *run) alive() (living.Cell, error) {
	l := &r.life
	if l.cell != nil && l.under == r.cell {
		return l.cell, nil
	}
	if err := l.write(); err != nil {
		return nil, err
	}
	if err := r.charge(birthSteps); err != nil {
		return nil, err
	}
	var c living.Cell
	var err error
	if l.state == nil {
		c, err = living.Begin(r.ctx, r.cell, r.seed)
	} else {
		c, err = living.Resume(r.ctx, r.cell, l.state)
	}
	if err != nil {
		return nil, err
	}
	l.cell, l.under = c, r.cell
	return c, nil
}

// birthSteps is what it costs to make a living cell, at its birth or from its
// state: the time that it takes is that of some simulated seconds.
const birthSteps = 20_000

// example is a cell of the VM's type, to see what such cells show: the VM's
// living one if it is at hand, else a newborn one. It is there also where the
// VM's cannot be resumed.
func (r *run) example() (living.Cell, error) {
	if r.life.cell != nil {
		return r.life.cell, nil
	}
	return living.Begin(r.ctx, r.cell, r.seed)
}

// rebirth has the VM's cell begin its life anew, with its operons as they were
// made.
func (r *run) rebirth() {
	r.life.state, r.life.cell, r.life.lived, r.life.unreadable = nil, nil, false, nil
	if r.cell == r.base {
		r.cell = r.vm
	} else { // the program is on a medium of its own, or such
		changed := *r.cell
		changed.Clamps = r.vm.Clamps
		changed.Knockouts = slices.DeleteFunc(slices.Clone(changed.Knockouts), func(locus string) bool {
			return slices.Contains(r.base.Knockouts, locus) && !slices.Contains(r.vm.Knockouts, locus)
		})
		r.cell = &changed
	}
	r.base = r.vm
}

// write brings the state up to date.
func (l *life) write() error {
	if !l.lived {
		return nil
	}
	state, err := l.cell.Checkpoint()
	if err == nil {
		l.state, l.lived = state, false
	}
	return err
}

// settle hands over the state that the execution leaves.
func (r *run) settle() error {
	l := &r.life
	changed := l.lived
	if err := l.write(); err != nil {
		return err
	}
	if (changed || l.seconds > 0) && l.keep != nil {
		l.keep(l.state)
	}
	return nil
}

// chunkSeconds is how much a cell lives between looks at the limits.
const chunkSeconds = 10

// live has a cell live until an age, in seconds, and charges for it.
func (r *run) live(c living.Cell, until float64) error {
	for c.Seconds() < until {
		next := min(until, c.Seconds()+chunkSeconds)
		if err := r.charge(uint64((next-c.Seconds())*float64(c.Price())) + 1); err != nil {
			return err
		}
		if err := c.Advance(r.ctx, next); err != nil {
			return r.lifeless(err)
		}
	}
	return nil
}

// lifeless tells what ends the execution, such as its context, from what the
// program asked for.
func (r *run) lifeless(err error) error {
	if r.ctx.Err() != nil || errors.Is(err, context.Canceled) {
		r.fail(r.cause(err))
	}
	return err
}

// afford refuses work of a known price at once that the limit would cut off.
func (r *run) afford(seconds float64, c living.Cell, cells int) error {
	price := float64(seconds*float64(c.Price())) * float64(cells)
	if price < float64(r.limits.Steps-min(r.limits.Steps, r.steps())) {
		return nil
	}
	r.fail(r.stepLimit())
	return r.failure
}

// manageOperons has the VM's cell's operons be as its life has them. If the state
// does not tell how, nothing can be said of the cell until it is born anew; of a
// type without operons, only its life is concerned.
func (r *run) manageOperons() error {
	if r.life.state == nil || r.vm.Organism.Type() != biovm.EColi {
		return nil
	}
	operons, err := living.Operons(r.life.state)
	if err != nil {
		r.life.unreadable = err
		return nil //nolint:nilerr // the program may still begin anew
	}
	changed, err := living.Under(r.base, operons)
	r.base, r.cell = changed, changed
	return err
}

// unsupported refuses a verb that the type of cell, or a setting, has not.
func (r *run) unsupported(c *call, needs string) error {
	return fmt.Errorf("%s: %w: %s", c.name, biovm.ErrUnsupported, needs)
}
