package process

import (
	"fmt"
	"maps"

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
