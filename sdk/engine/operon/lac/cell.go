package lac

import (
	"context"
	"math"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/operon"
)

// A Cell is one cell with its lac operon. It is not safe for concurrent use.
type Cell struct {
	config Config
	net    *network
	sim    *expression.Simulator
	pools  pools
	// steps is how many exchange steps are done: the next is due at
	// (steps+1)·ExchangeSeconds.
	steps uint64
}

// New makes a cell at time 0. The error joins a [biovm.FieldError] for each
// field of the configuration that is wrong.
func New(c Config) (*Cell, error) {
	c, err := withDefaults(c)
	if err != nil {
		return nil, err
	}
	n, err := build(&c)
	if err != nil {
		return nil, err
	}
	sim, err := expression.NewSimulator(n.net, expression.Options{Seed: c.Seed, Stream: c.Stream, CountFirings: true})
	if err != nil {
		return nil, err
	}
	cell := &Cell{config: c, net: n, sim: sim}
	if err := cell.begin(); err != nil {
		return nil, err
	}
	return cell, cell.setRates()
}

// begin sets what the cell starts with.
func (c *Cell) begin() error {
	n := c.net
	if !c.config.Induced {
		if c.config.Strain.NoLacI || c.config.Control != operon.Regulated {
			return nil
		}
		bound := float64(min(c.config.Copies, tetramers))
		state := n.looped
		if c.config.Strain.NoLoop {
			state = n.atO1
		}
		return c.set(map[expression.Species]float64{n.repressor: tetramers - bound, n.free: float64(c.config.Copies) - bound, state: bound})
	}
	full := c.config.full()
	c.pools = c.config.settle(full.LacY, full.LacZ)
	return c.set(map[expression.Species]float64{
		n.mRNA: math.Round(full.MRNA), n.lacZ: math.Round(full.LacZ), n.lacY: math.Round(full.LacY), n.lacA: math.Round(full.LacA),
	})
}

func (c *Cell) set(counts map[expression.Species]float64) error {
	for s := range expression.Species(c.net.net.Species()) {
		if n, ok := counts[s]; ok {
			if err := c.sim.SetCount(s, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// setRates gives the reactions the rates that the pools, the medium and the
// clamp of the promoter make.
func (c *Cell) setRates() error {
	active := c.pools.active()
	loop := 1.0
	if c.config.Strain.NoLoop {
		loop = 0
	}
	start := transcribe * catabolite(c.config.Medium.Glucose)
	switch c.config.Control {
	case operon.Induced: // no repressor comes back, and CRP is where it helps
		active, start = 0, transcribe
	case operon.Repressed:
		start = 0
	case operon.Regulated:
	}
	n := c.net
	for _, r := range []struct {
		reaction int
		rate     float64
	}{
		{n.findO1, findO1 * active},
		{n.findAux, loop * findO1 * active},
		{n.closeO1, loop * closeLoop * active},
		{n.closeAux, loop * closeLoop * active},
		{n.starts[0], start},
		{n.starts[1], start},
	} {
		if err := c.sim.SetRate(r.reaction, r.rate); err != nil {
			return err
		}
	}
	return nil
}

// Advance simulates up to a time, in seconds of simulated time. If ctx ends it
// returns its error; the cell is whole and a further Advance goes on.
func (c *Cell) Advance(ctx context.Context, until float64) error {
	if math.IsNaN(until) || math.IsInf(until, 0) || until < c.sim.Time() {
		return &biovm.FieldError{Path: "until", Value: until, Reason: "must be a finite time, in seconds, not before the cell's own"}
	}
	dt := c.config.ExchangeSeconds
	for {
		due := float64(float64(c.steps+1) * dt)
		if due > until {
			return c.sim.Advance(ctx, until)
		}
		if err := c.sim.Advance(ctx, due); err != nil {
			return err
		}
		before := c.pools
		c.pools.advance(&c.config, dt, c.sim.Count(c.net.lacY), c.sim.Count(c.net.lacZ))
		c.steps++
		if c.pools == before {
			continue
		}
		if err := c.setRates(); err != nil {
			return err
		}
	}
}

// Time is the cell's time, in seconds.
func (c *Cell) Time() float64 { return c.sim.Time() }

// Events is how many reactions happened.
func (c *Cell) Events() uint64 { return c.sim.Events() }

// Config is the cell's configuration now, defaults filled in.
func (c *Cell) Config() Config { return c.config }

// SetMedium puts the cell into another medium, from now on.
func (c *Cell) SetMedium(m Medium) error {
	if err := m.check(); err != nil {
		return err
	}
	c.config.Medium = m
	return c.setRates()
}

// SetControl clamps the promoter, or lets it be regulated again, from now on.
func (c *Cell) SetControl(control operon.Control) error {
	if err := control.Check(); err != nil {
		return err
	}
	c.config.Control = control
	return c.setRates()
}

// Metrics is what can be seen of a cell at a moment.
type Metrics struct {
	Seconds float64 `json:"seconds"`
	// MRNA, LacZ (monomers), LacY and LacA (monomers) are copies.
	MRNA float64 `json:"mrna"`
	LacZ float64 `json:"lacz"`
	LacY float64 `json:"lacy"`
	LacA float64 `json:"laca"`
	// Inside, in µM.
	TMG         float64 `json:"tmg"`
	IPTG        float64 `json:"iptg"`
	Lactose     float64 `json:"lactose"`
	Allolactose float64 `json:"allolactose"`
	// ActiveLacI is the share of LacI's heads that can bind DNA.
	ActiveLacI float64 `json:"active_laci"`
	// OpenOperons of Operons can be transcribed now: none of a promoter that is
	// clamped shut, whatever LacI does.
	OpenOperons float64 `json:"open_operons"`
	Operons     float64 `json:"operons"`
	// Transcripts is how many transcripts were started since time 0.
	Transcripts uint64 `json:"transcripts"`
	// Induced says that there are more than 375 LacY, with which cells of Choi
	// et al. 2008 (Science 322:442) went on to full induction.
	Induced bool   `json:"induced"`
	Status  string `json:"status"` // repressed, induced; or induced (clamped), repressed (clamped)
}

// Metrics looks at the cell. It changes nothing.
func (c *Cell) Metrics() Metrics {
	n, s := c.net, c.sim
	m := Metrics{
		Seconds: s.Time(), MRNA: s.Count(n.mRNA), LacZ: s.Count(n.lacZ), LacY: s.Count(n.lacY), LacA: s.Count(n.lacA),
		TMG: c.pools.TMG, IPTG: c.pools.IPTG, Lactose: c.pools.Lactose, Allolactose: c.pools.Allolactose,
		ActiveLacI: c.pools.active(), OpenOperons: s.Count(n.free) + s.Count(n.atAux), Operons: float64(c.config.Copies),
		Transcripts: s.Fired(n.starts[0]) + s.Fired(n.starts[1]),
		Induced:     s.Count(n.lacY) > inducedLacY,
	}
	if c.config.Control == operon.Repressed {
		m.OpenOperons = 0
	}
	switch {
	case c.config.Control != operon.Regulated:
		m.Status = c.config.Control.String() + " (clamped)"
	case m.Induced:
		m.Status = operon.Induced.String()
	default:
		m.Status = operon.Repressed.String()
	}
	return m
}
