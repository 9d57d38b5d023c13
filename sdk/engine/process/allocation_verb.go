package process

import (
	"go.starlark.net/starlark"
)

func setAllocationVerb() verb {
	return verb{
		name: "set_allocation",
		doc: `set_allocation(atp=None, ribosomes=None)

Asks what would be if the cell held another grant, until the execution ends. It
takes nothing from the chassis; a lasting grant is the VM's allocation.

Arguments:
  atp        percent of the cell's reference regeneration, above 0 and at most
             100; None leaves it as it is
  ribosomes  whole units, from 1 to what the chassis has to give; None leaves
             them as they are

With no argument the VM's own grant is back.

Returns a dict:
  grant     {atp, ribosomes, rna_polymerase, memory_kb, priority}
  capacity  the same of the whole chassis, the hypervisor's overhead taken off

Example:
  set_allocation(atp=100, ribosomes=1)
  fba()["limited_by"]`,
		call: (*run).setAllocation,
	}
}

// maxATP is all of a cell's reference regeneration, in percent.
const maxATP = 100

func (r *run) setAllocation(c *call) (starlark.Value, error) {
	atp, ribosomes := starlark.Value(starlark.None), starlark.Value(starlark.None)
	if err := c.unpack("atp?", &atp, "ribosomes?", &ribosomes); err != nil {
		return nil, err
	}
	capacity := r.cell.Kind.Capacity()
	grant := r.cell.Grant
	if atp == starlark.None && ribosomes == starlark.None {
		grant = r.base.Grant
	}
	if atp != starlark.None {
		percent, err := c.number("atp", atp)
		if err != nil {
			return nil, err
		}
		if !(percent > 0 && percent <= maxATP) {
			return nil, c.refuse("atp must be above 0 and at most %d percent, not %v", maxATP, percent)
		}
		grant.ATP = percent
	}
	if ribosomes != starlark.None {
		units, err := starlark.AsInt32(ribosomes)
		if err != nil || units < 1 || units > capacity.Ribosomes {
			return nil, c.refuse("ribosomes must be a whole number of units from 1 to %d, which a chassis of kind %q has to give, not %s",
				capacity.Ribosomes, r.cell.Kind.Kind, r.shown(ribosomes))
		}
		grant.Ribosomes = units
	}
	r.cell = r.cell.WithGrant(grant)
	return record(field{"grant", resourcesOf(grant)}, field{"capacity", resourcesOf(capacity)}), nil
}
