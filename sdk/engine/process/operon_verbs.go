package process

import (
	"fmt"

	"go.starlark.net/starlark"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/living"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/operon"
)

func operonVerb() verb {
	return verb{
		name: "operon",
		doc: `operon(ids=None, action=None)

Does something to operons of the VM's cell, which it keeps when the execution
succeeds. Without arguments it lists the operons that are known.

Arguments:
  ids     operons, by ID (lac) or name (lacZYA), a name or a list of names
  action  "induce" clamps the promoter open, "repress" clamps it shut, "release"
          gives it back to the cell's regulators, "knock_out" takes the operon's
          genes out of the cell until it begins anew

Returns a list of dicts:
  operon         ID
  genes          symbols
  before, after  regulated, induced, repressed or lost; without arguments
                 status, and name, regulators and source of the operon
  transcription  the promoter's rate over that of an open one; None where the
                 cell's regulators decide
  protein        the share of the cell's protein that it makes when open

What is done holds for analyses, growth rate and simulate() from then on. Reactions
that take an enzyme of an operon that is clamped shut carry no more than so much
of what they carry on the medium as the promoter leaves of its rate. One that is
clamped open costs growth: the protein that it makes besides what it makes on
glucose, over 38 % of all. Ribosomal operons take ribosomes with them. The lac
operon's promoter is simulated (simulate() shows its figures).

Only ecoli with config.operon_management has it.

Example:
  operon("lac", "knock_out")[0]["after"]`,
		call: (*run).operon,
	}
}

func (r *run) operon(c *call) (starlark.Value, error) {
	ids, action := starlark.Value(starlark.None), ""
	if err := c.unpack("ids?", &ids, "action?", &action); err != nil {
		return nil, err
	}
	l, err := r.alive()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.name, err)
	}
	keeper, ok := l.(living.OperonKeeper)
	if on := r.base.Config.OperonManagement; !ok || on == nil || !*on {
		return nil, r.unsupported(c, "only an ecoli cell with config.operon_management can manage operons")
	}
	if ids == starlark.None && action == "" {
		return operonsOf(keeper.Operons()), nil
	}
	if ids == starlark.None || action == "" {
		return nil, c.refuse("needs both ids and action, or neither to list the operons")
	}
	names, err := c.names("ids", ids)
	if err != nil {
		return nil, err
	}
	a, err := operon.ParseAction(action)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.name, err)
	}
	effects, err := keeper.ManageOperons(names, a)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.name, err)
	}
	r.life.lived = true
	if err := r.under(keeper.Operons()); err != nil {
		return nil, err
	}
	list := make([]starlark.Value, len(effects))
	for i, e := range effects {
		list[i] = record(
			field{"operon", text(e.Operon)}, field{"genes", texts(e.Genes)},
			field{"before", text(e.Before)}, field{"after", text(e.After)},
			field{"transcription", transcriptionOf(e.Transcription)}, field{"protein", number(e.Protein)},
		)
	}
	return starlark.NewList(list), nil
}

// under has the operons of the VM's cell and the program's be so.
func (r *run) under(s operon.State) error {
	base, err := living.Under(r.base, s)
	if err != nil {
		return err
	}
	present := base
	if r.cell != r.base { // the program is on a medium of its own, or such
		if present, err = living.Under(r.cell, s); err != nil {
			return err
		}
	}
	r.base, r.cell = base, present
	return nil
}

// transcriptionOf is a relative rate, None where the cell's regulators decide.
func transcriptionOf(rate float64) starlark.Value {
	if rate < 0 {
		return starlark.None
	}
	return number(rate)
}

func operonsOf(s operon.State) starlark.Value {
	var list []starlark.Value
	for _, o := range operon.Table() {
		list = append(list, record(
			field{"operon", text(o.ID)}, field{"name", text(o.Name)}, field{"genes", texts(o.Genes)},
			field{"regulators", texts(o.Regulators)}, field{"function", text(o.Function)}, field{"source", text(o.Source)},
			field{"status", text(s.Status(o.ID))}, field{"transcription", transcriptionOf(s.Transcription(o))},
			field{"protein", number(o.Open())},
		))
	}
	return starlark.NewList(list)
}

func transcribeVerb() verb {
	return verb{
		name: "transcribe",
		doc: `transcribe(genes, minutes=10)

Has the VM's cell live for so many simulated minutes, as simulate() does, and
tells what it made of genes meanwhile.

Arguments:
  genes    by locus, alias or symbol, a name or a list of names. Of ecoli those
           of the lac operon: lacZ, lacY, lacA
  minutes  simulated time, above 0

Returns a list of dicts:
  gene     as it was asked for
  mrna     copies in the cell: {before, after}
  protein  copies in the cell: {before, after}

Example:
  transcribe("JCVISYN3A_0001", minutes=0.1)[0]["gene"]`,
		call: (*run).transcribe,
	}
}

// The figures of a gene, by what they count.
const (
	productMRNA    = "mrna:"
	productProtein = "protein:"
)

func (r *run) transcribe(c *call) (starlark.Value, error) {
	list, length := starlark.Value(starlark.None), starlark.Value(starlark.MakeInt(10))
	if err := c.unpack("genes", &list, "minutes?", &length); err != nil {
		return nil, err
	}
	genes, err := c.names("genes", list)
	if err != nil {
		return nil, err
	}
	if len(genes) == 0 {
		return nil, c.refuse("name at least one gene")
	}
	minutes, err := c.minutes(length)
	if err != nil {
		return nil, err
	}
	l, err := r.alive()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.name, err)
	}
	var names []string
	for _, gene := range genes {
		names = append(names, productMRNA+gene, productProtein+gene)
	}
	probes, err := living.Probes(l, names)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.name, err)
	}
	seconds := float64(minutes * secondsPerMinute) // no fused multiply-add
	if err := r.afford(seconds, l, 1); err != nil {
		return nil, err
	}
	before := readAll(probes)
	r.life.lived = true
	if err := r.live(l, l.Seconds()+seconds); err != nil {
		return nil, fmt.Errorf("%s: %w", c.name, err)
	}
	r.life.seconds += seconds
	after := readAll(probes)
	answer := make([]starlark.Value, len(genes))
	for i, gene := range genes {
		change := func(k int) starlark.Value {
			return record(field{"before", number(before[k])}, field{"after", number(after[k])})
		}
		answer[i] = record(field{"gene", text(gene)}, field{"mrna", change(2 * i)}, field{"protein", change(2*i + 1)})
	}
	return starlark.NewList(answer), nil
}

// minutes reads a simulated time.
func (c *call) minutes(v starlark.Value) (float64, error) {
	m, err := c.number("minutes", v)
	if err == nil && !(m > 0 && m <= maxMinutes) {
		err = c.refuse("minutes must be above 0 and at most %d, not %v", maxMinutes, m)
	}
	return m, err
}

func readAll(probes []func() float64) []float64 {
	values := make([]float64, len(probes))
	for i, probe := range probes {
		values[i] = probe()
	}
	return values
}
