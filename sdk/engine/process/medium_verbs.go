package process

import (
	"fmt"
	"maps"
	"slices"

	"go.starlark.net/starlark"
)

func mediumVerb() verb {
	return verb{
		name: "medium",
		doc: `medium()

Returns what the cell finds around it, as a dict: exchange reaction: largest
uptake, mmol/gDW/h. What is not in it is not there.

Example:
  medium()["EX_glc__D_e"]`,
		call: func(r *run, c *call) (starlark.Value, error) {
			if err := c.unpack(); err != nil {
				return nil, err
			}
			return numbersOf(r.cell.EffectiveMedium()), nil
		},
	}
}

func setMediumVerb() verb {
	return verb{
		name: "set_medium",
		doc: `set_medium(uptakes, update=False)

Puts the cell on another medium until the execution ends; a lasting medium is
the VM's.

Arguments:
  uptakes  a dict, exchange reaction: largest uptake, mmol/gDW/h; it replaces
           the medium, and what it leaves out is not there. None brings the
           VM's own medium back
  update   True changes the present medium by the entries instead

In a living ecoli, a carbon source that its medium has not had so far is there
with 10.8 mM from then on; what there is of others stays. feed() sets either.

Returns the medium as medium() does.

Example:
  set_medium({"EX_glc__D_e": 3.7}, update=True)
  fba()["growth_rate"]`,
		call: (*run).setMedium,
	}
}

func (r *run) setMedium(c *call) (starlark.Value, error) {
	uptakes, update := starlark.Value(nil), false
	if err := c.unpack("uptakes", &uptakes, "update?", &update); err != nil {
		return nil, err
	}
	changed := *r.cell
	switch given := uptakes.(type) {
	case starlark.NoneType:
		changed.Medium = maps.Clone(r.base.Medium)
	case starlark.IterableMapping:
		medium := map[string]float64{}
		if update {
			medium = r.cell.EffectiveMedium()
		}
		for _, item := range given.Items() {
			id, ok := starlark.AsString(item[0])
			if !ok {
				return nil, c.refuse("uptakes has a key of type %s; it must name an exchange reaction", item[0].Type())
			}
			uptake, ok := starlark.AsFloat(item[1])
			if !ok {
				return nil, c.refuse("the uptake of %s must be a number, in mmol/gDW/h, not %s", id, item[1].Type())
			}
			medium[id] = uptake
		}
		checked, err := changed.WithMedium(medium)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
		changed = *checked
	default:
		return nil, c.refuse("uptakes must be a dict or None, not %s", uptakes.Type())
	}
	r.cell = &changed
	return numbersOf(changed.EffectiveMedium()), nil
}

func minimalMediumVerb() verb {
	return verb{
		name: "minimal_medium", basic: true,
		doc: `minimal_medium(growth=0.1, allocation=True)

Finds what the cell needs of its present medium to grow at a rate or faster:
uptakes of the least total, as COBRApy has it, from which nothing can be left
out without taking up more of the rest. The cell stays on its medium;
set_medium() puts it on another.

Arguments:
  growth      the rate, 1/h, 0 or more
  allocation  False leaves the grant aside: the free cell of the literature

Returns a dict:
  medium        exchange reaction: uptake, mmol/gDW/h; None when the cell
                cannot grow so fast
  growth        as asked, 1/h
  total_uptake  sum of the uptakes, mmol/gDW/h

Example:
  len(minimal_medium(growth=0.1)["medium"])`,
		call: (*run).minimalMedium,
	}
}

const (
	// leastGrowth is the growth rate that COBRApy's minimal_medium asks for, 1/h.
	leastGrowth = 0.1
	// mediumProblems is how many problems a minimal medium takes besides one
	// for each exchange that it begins with.
	mediumProblems = 1
)

func (r *run) minimalMedium(c *call) (starlark.Value, error) {
	growth, allocation := starlark.Value(starlark.Float(leastGrowth)), true
	if err := c.unpack("growth?", &growth, "allocation?", &allocation); err != nil {
		return nil, err
	}
	rate, err := c.number("growth", growth)
	if err != nil {
		return nil, err
	}
	if rate < 0 {
		return nil, c.refuse("growth must be 0 or more, in 1/h, not %v", rate)
	}
	if err := r.solving(mediumProblems, stepsPerReaction); err != nil {
		return nil, err
	}
	if err := r.solving(len(r.cell.EffectiveMedium()), deletionSteps); err != nil {
		return nil, err
	}
	found, err := r.cell.MinimalMedium(r.ctx, rate, !allocation)
	if err != nil {
		return solved[starlark.Value](r, nil, err)
	}
	medium, total := starlark.Value(starlark.None), 0.0
	if found != nil {
		medium = numbersOf(found)
		for _, id := range slices.Sorted(maps.Keys(found)) {
			total += found[id]
		}
	}
	return record(field{"medium", medium}, field{"growth", number(rate)}, field{"total_uptake", number(total)}), nil
}
