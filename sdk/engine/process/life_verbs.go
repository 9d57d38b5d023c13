package process

import (
	"fmt"

	"go.starlark.net/starlark"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/living"
)

func simulateVerb() verb {
	return verb{
		name: "simulate",
		doc: `simulate(minutes, record=None, every=None, seed=None, replicas=1, anew=False)

Has the cell live for so many simulated minutes: genes are transcribed and
translated, molecules degrade, the cell grows. It goes on from where the VM's
cell is, and the VM keeps what becomes of it when the execution succeeds; grant,
medium and knock-outs are the present ones.

With a seed or several replicas, cells apart from the VM's live instead, from
their birth, and nothing of them is kept.

Arguments:
  minutes   simulated time, above 0
  record    figures to be recorded over time, a name or a list of names; True
            is all that need no further name. See figures()
  every     minutes between records; a hundredth of minutes by default
  seed      of the cell's random numbers: another cell than the VM's
  replicas  how many such cells, with seeds that follow each other
  anew      True has the VM's cell begin its life anew, from its birth

Returns a dict:
  minutes   that were simulated
  age       of the cell, minutes since its birth
  figures   name: value at the end; with replicas name: {mean, sd, min, max}
  record    {"minutes": [...], name: [...]}, the age at each record and the
            figures; with replicas the means, and name + ".sd" their standard
            deviations; left out when nothing is recorded

Example:
  simulate(minutes=0.1)["age"]`,
		anew: true,
		call: (*run).simulate,
	}
}

func figuresVerb() verb {
	return verb{
		name: "figures",
		doc: `figures()

Lists the figures that the living cell shows: what simulate() may record.

Returns a list of dicts {name, unit, doc}; a name with capitals, such as
mrna:LOCUS, stands for many.

Example:
  figures()[0]["name"]`,
		call: func(r *run, c *call) (starlark.Value, error) {
			if err := c.unpack(); err != nil {
				return nil, err
			}
			cell, err := r.example()
			if err != nil {
				return nil, fmt.Errorf("%s: %w", c.name, err)
			}
			var list []starlark.Value
			for _, f := range append(cell.Figures(), cell.Patterns()...) {
				list = append(list, record(field{"name", text(f.Name)}, field{"unit", text(f.Unit)}, field{"doc", text(f.Doc)}))
			}
			return starlark.NewList(list), nil
		},
	}
}

// A simulation is what simulate is asked for.
type simulation struct {
	living.Plan

	apart, anew bool
}

// What bounds one call.
const (
	maxReplicas       = 100_000
	maxRecords        = 1_000_000
	maxMinutes        = 60 * 24 * 366
	leastEverySeconds = 1e-3
)

const (
	// recordsByDefault is how many records there are when nothing is said.
	recordsByDefault = 100
	secondsPerMinute = 60
)

func (r *run) simulate(c *call) (starlark.Value, error) {
	s, err := r.simulationOf(c)
	if err != nil {
		return nil, err
	}
	if s.anew {
		r.rebirth()
	}
	if err := r.life.unreadable; err != nil {
		return nil, fmt.Errorf("%s: %w", c.name, err)
	}
	if err := r.recording(s); err != nil {
		return nil, err
	}
	if s.apart {
		return r.simulateApart(c, s)
	}
	cell, err := r.alive()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.name, err)
	}
	t := timeline{values: make([][]float64, len(s.Names))}
	if t.probes, err = living.Probes(cell, s.Names); err != nil {
		return nil, fmt.Errorf("%s: %w", c.name, err)
	}
	if err := r.afford(s.Seconds, cell, 1); err != nil {
		return nil, err
	}
	r.life.lived = true
	if err := t.run(r, cell, s); err != nil {
		return nil, fmt.Errorf("%s: %w", c.name, err)
	}
	r.life.seconds += s.Seconds
	return t.answer(cell, s)
}

func (r *run) simulationOf(c *call) (simulation, error) {
	s := simulation{Plan: living.Plan{Replicas: 1, Seed: r.seed}}
	minutes, every := starlark.Value(starlark.None), starlark.Value(starlark.None)
	names, seed := starlark.Value(starlark.None), starlark.Value(starlark.None)
	if err := c.unpack("minutes", &minutes, "record?", &names, "every?", &every, "seed?", &seed, "replicas?", &s.Replicas, "anew?", &s.anew); err != nil {
		return s, err
	}
	m, err := c.minutes(minutes)
	if err != nil {
		return s, err
	}
	s.Seconds = m * secondsPerMinute
	s.Every = max(s.Seconds/recordsByDefault, leastEverySeconds)
	if every != starlark.None {
		if s.Every, err = c.number("every", every); err != nil {
			return s, err
		}
		s.Every *= secondsPerMinute
	}
	if !(s.Every >= leastEverySeconds) || s.Seconds/s.Every > maxRecords {
		return s, c.refuse("every must be so many minutes that at most %d records come of it, not %v", maxRecords, s.Every/secondsPerMinute)
	}
	if s.Replicas < 1 || s.Replicas > maxReplicas {
		return s, c.refuse("replicas must be from 1 to %d, not %d", maxReplicas, s.Replicas)
	}
	s.apart = s.Replicas > 1 || seed != starlark.None
	if seed != starlark.None {
		n, ok := seed.(starlark.Int)
		if !ok {
			return s, c.refuse("seed must be a whole number, not %s", seed.Type())
		}
		if s.Seed, ok = n.Int64(); !ok {
			return s, c.refuse("seed must fit 64 bits, not %v", n)
		}
	}
	if s.apart && s.anew {
		return s, c.refuse("anew is for the VM's own cell: with a seed or replicas other cells live, from their birth")
	}
	s.Names, err = r.recorded(c, names)
	return s, err
}

// recorded are the figures that are to be recorded.
func (r *run) recorded(c *call, v starlark.Value) ([]string, error) {
	switch v {
	case starlark.None, starlark.False:
		return nil, nil
	case starlark.True:
		cell, err := r.example()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
		var names []string
		for _, f := range cell.Figures() {
			names = append(names, f.Name)
		}
		return names, nil
	}
	return c.names("record", v)
}

// A timeline is what was recorded of a cell.
type timeline struct {
	probes []func() float64
	at     []float64   // seconds of age
	values [][]float64 // by probe
}

const (
	// bytesPerNumber is about what a number takes in an answer, with its sums.
	bytesPerNumber = 32
	// bytesPerReplica is what it takes in each cell that lives at the same time.
	bytesPerReplica = 8
)

// recording charges for what a simulation records.
func (r *run) recording(s simulation) error {
	if len(s.Names) == 0 {
		return nil
	}
	bytes := bytesPerNumber
	if s.Replicas > 1 {
		bytes += bytesPerReplica * min(s.Replicas, living.RoundSize)
	}
	return r.pay(bytes * (len(s.Names) + 1) * (1 + int(s.Seconds/s.Every)))
}

// run lives through the simulation and records it.
func (t *timeline) run(r *run, c living.Cell, s simulation) error {
	start := c.Seconds()
	for _, after := range s.Grid() {
		if err := r.live(c, start+after); err != nil {
			return err
		}
		t.at = append(t.at, c.Seconds())
		for i, probe := range t.probes {
			t.values[i] = append(t.values[i], probe())
		}
	}
	return r.live(c, start+s.Seconds)
}

// answer is what simulate answers about the VM's cell.
func (t *timeline) answer(c living.Cell, s simulation) (starlark.Value, error) {
	now, err := living.Now(c)
	if err != nil {
		return nil, err
	}
	figures := starlark.NewDict(len(now))
	for i, f := range c.Figures() {
		_ = figures.SetKey(text(f.Name), number(now[i]))
	}
	fields := []field{
		{"minutes", number(s.Seconds / secondsPerMinute)},
		{"age", number(c.Seconds() / secondsPerMinute)},
		{"figures", figures},
	}
	if len(s.Names) > 0 {
		d := starlark.NewDict(1 + len(s.Names))
		_ = d.SetKey(text("minutes"), inMinutes(t.at))
		for i, name := range s.Names {
			_ = d.SetKey(text(name), numbers(t.values[i]))
		}
		fields = append(fields, field{"record", d})
	}
	return record(fields...), nil
}

// simulateApart has cells live that are not the VM's.
func (r *run) simulateApart(c *call, s simulation) (starlark.Value, error) {
	newborn, err := living.Begin(r.ctx, r.cell, s.Seed)
	if err == nil {
		_, err = living.Probes(newborn, s.Names)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.name, err)
	}
	if err := r.afford(s.Seconds, newborn, s.Replicas); err != nil {
		return nil, err
	}
	price := uint64(s.Seconds*float64(newborn.Price())) + 1
	statistics, err := living.Ensemble(r.ctx, r.cell, s.Plan, func(_, next int) error {
		return r.charge(uint64(next) * price) //nolint:gosec // never negative
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.name, r.lifeless(err))
	}
	figures := starlark.NewDict(len(statistics.End))
	for _, e := range statistics.End {
		v := number(e.Mean)
		if s.Replicas > 1 {
			v = record(field{"mean", number(e.Mean)}, field{"sd", number(e.SD)}, field{"min", number(e.Min)}, field{"max", number(e.Max)})
		}
		_ = figures.SetKey(text(e.Figure.Name), v)
	}
	fields := []field{
		{"minutes", number(s.Seconds / secondsPerMinute)},
		{"age", number(s.Seconds / secondsPerMinute)},
		{"replicas", integer(s.Replicas)},
		{"seed", starlark.MakeInt64(s.Seed)},
		{"figures", figures},
	}
	if len(s.Names) > 0 {
		d := starlark.NewDict(1 + 2*len(s.Names))
		_ = d.SetKey(text("minutes"), inMinutes(statistics.Seconds))
		for i, name := range s.Names {
			_ = d.SetKey(text(name), numbers(statistics.Mean[i]))
			if s.Replicas > 1 {
				_ = d.SetKey(text(name+".sd"), numbers(statistics.SD[i]))
			}
		}
		fields = append(fields, field{"record", d})
	}
	return record(fields...), nil
}

func inMinutes(seconds []float64) starlark.Value {
	list := make([]starlark.Value, len(seconds))
	for i, s := range seconds {
		list[i] = number(s / secondsPerMinute)
	}
	return starlark.NewList(list)
}

func numbers(values []float64) starlark.Value {
	list := make([]starlark.Value, len(values))
	for i, v := range values {
		list[i] = number(v)
	}
	return starlark.NewList(list)
}
