package process

import (
	"fmt"

	"go.starlark.net/starlark"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/living"
)

func plasmidVerb() verb {
	return verb{
		name: "plasmid",
		doc: `plasmid(name=None, origin="pBR322", bp=None)

Puts a copy of a plasmid into the VM's cell, which keeps it when the execution
succeeds and replicates and loses it while it lives. Without a name it lists the
plasmids that the cell was given.

Arguments:
  name    of the plasmid
  origin  how its copy number is controlled: ColE1, pBR322, p15A or pUC
  bp      its size in base pairs; that of the origin's namesake by default. All
          loaded DNA must fit the memory_kb that the VM was granted, which is no
          more than the genome takes unless a bioxen_resource_allocation, or
          --memory-kb of bioxen run, asks for more

Returns a dict, or a list of them:
  name, origin, bp
  copies  in the cell now
  burden  the share of growth that it costs the cell, and the culture in simulate()

Only ecoli with config.plasmid_support and without config.minimal_mode has it.

Example:
  plasmid("pET", origin="pBR322")["copies"]`,
		call: (*run).plasmid,
	}
}

func (r *run) plasmid(c *call) (starlark.Value, error) {
	name, size := starlark.Value(starlark.None), starlark.Value(starlark.None)
	p := biovm.Plasmid{}
	if err := c.unpack("name?", &name, "origin?", &p.Origin, "bp?", &size); err != nil {
		return nil, err
	}
	l, err := r.alive()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.name, err)
	}
	host, ok := l.(living.PlasmidHost)
	cfg := r.base.Config
	if on := cfg.PlasmidSupport; !ok || on == nil || !*on {
		return nil, r.unsupported(c, "only an ecoli cell with config.plasmid_support takes plasmids")
	}
	if name == starlark.None {
		var list []starlark.Value
		for _, s := range host.Plasmids() {
			list = append(list, plasmidOf(s))
		}
		return starlark.NewList(list), nil
	}
	if cfg.MinimalMode != nil && *cfg.MinimalMode {
		return nil, r.unsupported(c, "config.minimal_mode takes no foreign DNA; set it to false")
	}
	if p.Name, ok = starlark.AsString(name); !ok {
		return nil, c.refuse("name must be text, not %s", name.Type())
	}
	if size != starlark.None {
		if p.BasePairs, err = starlark.AsInt32(size); err != nil || p.BasePairs <= 0 {
			return nil, c.refuse("bp must be a number of base pairs above 0, not %s", r.shown(size))
		}
	}
	s, err := host.AddPlasmid(p)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.name, err)
	}
	r.life.lived = true
	return plasmidOf(s), nil
}

func plasmidOf(s biovm.PlasmidStatus) starlark.Value {
	return record(
		field{"name", text(s.Name)}, field{"origin", text(s.Origin)}, field{"bp", integer(s.BasePairs)},
		field{"copies", integer(s.Copies)}, field{"burden", number(s.Burden)},
	)
}

func feedVerb() verb {
	return verb{
		name: "feed",
		doc: `feed(substance=None, mM=None)

Sets the concentration of a substance in the medium that the living cell's
culture uses up, from now on. Without arguments it tells what there is.

Arguments:
  substance  glucose, lactose, acetate, IPTG or TMG, or an exchange reaction of
             the medium that runs out. What the medium does not let in is
             refused: open its exchange with set_medium(..., update=True)
  mM         concentration

Returns a dict, substance: concentration in mM.

Only ecoli has it.

Example:
  feed("lactose", 5)["EX_lcts_e"]`,
		call: func(r *run, c *call) (starlark.Value, error) {
			substance, amount := "", starlark.Value(starlark.None)
			if err := c.unpack("substance?", &substance, "mM?", &amount); err != nil {
				return nil, err
			}
			l, err := r.alive()
			if err != nil {
				return nil, fmt.Errorf("%s: %w", c.name, err)
			}
			f, ok := l.(living.Feeder)
			if !ok {
				return nil, r.unsupported(c, "only ecoli lives in a medium that runs out")
			}
			if substance == "" && amount == starlark.None {
				return numbersOf(f.Medium()), nil
			}
			if substance == "" || amount == starlark.None {
				return nil, c.refuse("needs both substance and mM, or neither to tell what there is")
			}
			mM, err := c.number("mM", amount)
			if err != nil {
				return nil, err
			}
			if err := f.Feed(substance, mM); err != nil {
				return nil, fmt.Errorf("%s: %w", c.name, err)
			}
			r.life.lived = true
			return numbersOf(f.Medium()), nil
		},
	}
}
