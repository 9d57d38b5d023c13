package wholecell

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

// A Config is a cell's genotype, its environment, what it was granted and its
// chance.
type Config struct {
	// Seed and Stream choose the random numbers; replicas of one seed take
	// streams of their own.
	Seed   uint64 `json:"seed"`
	Stream uint64 `json:"stream"`
	// Ribosomes and Polymerases are granted, in molecules. A newborn cell has that
	// many, but no more than are its own; it makes more as it grows. At no event do
	// more of them translate, or transcribe, than were granted. (That holds a cell
	// back a little towards its division: of the ribosomes of 1.85 newborn cells as
	// many would work as were granted, k_eff being 0.54 of 12 aa/s, and more do not.
	// It takes half a percent longer than ln 2·P/(3600·k_eff·R).) Part of a
	// molecule does not count. 0 means no limit.
	Ribosomes   float64 `json:"ribosomes"`
	Polymerases float64 `json:"polymerases"`
	// ATPShare is the granted share of the organism's reference regeneration of
	// ATP, in percent; 0 means 100.
	ATPShare float64 `json:"atp_share"`
	// Medium, Knockouts, LostReactions and EraseBounds are as in
	// [metabolism.Question]; Knockouts are loci of any genes.
	Medium        map[string]float64 `json:"medium"`
	Knockouts     []string           `json:"knockouts"`
	LostReactions []string           `json:"lost_reactions"`
	EraseBounds   bool               `json:"erase_bounds"`
	// Exchange is how often, in simulated seconds, expression and metabolism
	// trade, and shares of machinery are set; 0 means 1.
	Exchange float64 `json:"exchange"`
}

func (c *Config) withDefaults() Config {
	d := *c
	d.Ribosomes, d.Polymerases = math.Floor(d.Ribosomes), math.Floor(d.Polymerases)
	if d.Ribosomes == 0 {
		d.Ribosomes = plenty
	}
	if d.Polymerases == 0 {
		d.Polymerases = plenty
	}
	if d.ATPShare == 0 {
		d.ATPShare = percent
	}
	if d.Exchange == 0 {
		d.Exchange = 1
	}
	return d
}

// plenty is a grant without a limit: more than any cell has.
const plenty = 1e9

// check finds all that is wrong with a config.
func (c *Config) check(o *organism.Organism) []error {
	var errs []error
	refuse := func(path string, value any, reason string) {
		errs = append(errs, &biovm.FieldError{Path: path, Value: value, Reason: reason})
	}
	for _, n := range []struct {
		path  string
		value float64
	}{{"ribosomes", c.Ribosomes}, {"polymerases", c.Polymerases}} {
		if !(n.value == 0 || n.value >= 1) || n.value > plenty {
			refuse(n.path, n.value, "must be a number of molecules from 1 to 1e9; 0 means no limit")
		}
	}
	if !(c.ATPShare >= 0) || c.ATPShare > percent {
		refuse("atp_share", c.ATPShare, "must be from 0 to 100, in percent; 0 means 100")
	}
	const longest = 60
	if !(c.Exchange >= 0) || c.Exchange > longest || c.Exchange != 0 && c.Exchange < 1e-3 {
		refuse("exchange", c.Exchange, "must be from 0.001 to 60 s; 0 means 1 s")
	}
	for _, id := range slices.Sorted(maps.Keys(c.Medium)) {
		if v := c.Medium[id]; math.IsInf(v, 0) {
			refuse(fmt.Sprintf("medium[%q]", id), v, "must be a finite uptake, in mmol/gDW/h")
		}
	}
	for i, locus := range c.Knockouts {
		if g, ok := o.Gene(locus); !ok || g.Locus != locus {
			refuse(fmt.Sprintf("knockouts[%d]", i), locus, fmt.Sprintf("%s has no gene with this locus%s", o.Type(), biovm.Near(o.Near(locus, 3))))
		}
	}
	return errs
}

// A Cell is one living cell. It is not safe for concurrent use.
type Cell struct {
	plan    *blueprint
	kitchen *kitchen
	config  Config
	sim     *expression.Simulator
	x       []float64 // the state as the cell last looked at it
	fault   error     // the first error of put
	last    yield     // metabolism's answer at the last exchange
}

// New makes a newborn cell. What is wrong with the config is told all at once,
// as [biovm.FieldError]s and as metabolism's own errors; an organism without a
// table of expression is [biovm.ErrUnsupported].
func New(o *organism.Organism, cfg Config) (*Cell, error) {
	s, err := newStrain(o, cfg)
	if err != nil {
		return nil, err
	}
	return s.cell(cfg.Seed, cfg.Stream)
}

// Time is the simulated time, in seconds.
func (c *Cell) Time() float64 { return c.sim.Time() }

// Events is how many reactions happened.
func (c *Cell) Events() uint64 { return c.sim.Events() }

// Config returns the cell's config, defaults filled in.
func (c *Cell) Config() Config { return c.config }

// Organism is what the cell is one of.
func (c *Cell) Organism() *organism.Organism { return c.plan.organism }

// put sets a number of the state, in the simulation and in the cell's copy. The
// first error is kept.
func (c *Cell) put(s expression.Species, v float64) {
	if c.x[s] == v {
		return
	}
	c.x[s] = v
	if err := c.sim.SetCount(s, v); err != nil && c.fault == nil {
		c.fault = err
	}
}

// look copies the state.
func (c *Cell) look() { c.sim.CopyCounts(c.x) }

// Grant changes what the cell is granted from now on, as in [Config]. Machinery
// that it has stays, but no more of it works than the new grant allows:
// polymerases and ribosomes beyond that, chosen by chance, come off at once, and
// what they were making is lost.
func (c *Cell) Grant(ctx context.Context, ribosomes, polymerases, atpShare float64) error {
	changed := c.config
	changed.Ribosomes, changed.Polymerases, changed.ATPShare = ribosomes, polymerases, atpShare
	if errs := changed.check(c.plan.organism); len(errs) > 0 {
		return errors.Join(errs...)
	}
	c.config = changed.withDefaults()
	c.look()
	c.setGrant()
	c.release()
	c.share()
	c.setGates()
	if c.fault != nil {
		return c.fault
	}
	return c.askAgain(ctx)
}

// askAgain has metabolism answer the last question as things are now: after a
// change, or in another process.
func (c *Cell) askAgain(ctx context.Context) error {
	b := c.plan
	c.look()
	if c.x[b.due] == 0 {
		return nil // it was never asked
	}
	y, _, err := c.kitchen.serve(context.WithoutCancel(ctx), c.x[b.wanted], c.x[b.mostATP]) // one short solve
	c.last = y
	return err
}

// SetMedium changes what the cell lives on from now on, as in [Config]; nil is
// the organism's own medium.
func (c *Cell) SetMedium(ctx context.Context, medium map[string]float64) error {
	changed := c.config
	changed.Medium = maps.Clone(medium)
	s, err := changed.environment(c.plan.organism)
	if err != nil {
		return err
	}
	c.config, c.kitchen = changed, s
	return c.askAgain(ctx)
}

func (c *Cell) setGrant() {
	c.put(c.plan.mostRibosomes, c.config.Ribosomes)
	c.put(c.plan.mostPolymerases, c.config.Polymerases)
	c.put(c.plan.mostATP, c.config.ATPShare)
}

// setGates opens and closes gates after the cell changed its state itself.
func (c *Cell) setGates() {
	for _, g := range c.plan.gated {
		v := 0.0
		if g.open(c.x) {
			v = 1
		}
		c.put(g.state, v)
	}
}

// Advance simulates for some seconds. When ctx ends it returns its error, soon;
// the cell is then as after its last event, and may go on.
func (c *Cell) Advance(ctx context.Context, seconds float64) error {
	if !(seconds >= 0) || math.IsInf(seconds, 1) {
		return &biovm.FieldError{Path: "seconds", Value: seconds, Reason: "must be a finite number of seconds, 0 or more"}
	}
	return c.advanceTo(ctx, c.sim.Time()+seconds)
}

func (c *Cell) advanceTo(ctx context.Context, until float64) error {
	for c.sim.Time() < until {
		if due := c.sim.Count(c.plan.due); due <= c.sim.Time() {
			if err := c.turn(ctx); err != nil {
				return err
			}
		}
		if err := c.simulate(ctx, min(until, c.sim.Count(c.plan.due))); err != nil {
			return err
		}
	}
	return nil
}

// simulate lets reactions happen up to a time.
func (c *Cell) simulate(ctx context.Context, until float64) error {
	if !checked {
		return c.sim.Advance(ctx, until)
	}
	for {
		changed, err := c.sim.Step(until)
		if err != nil || !changed {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := c.withinGrant(); err != nil {
			return err
		}
	}
}

// turn is what happens at an exchange: the cell weighs itself, may divide, grows
// its machinery, trades with metabolism and shares its machinery anew. It
// happens as a whole or not at all.
func (c *Cell) turn(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	b := c.plan
	c.look()
	before := c.x[b.mass]
	c.weigh()
	c.watchGrowth(before)
	c.swell()
	if c.ready() {
		c.divide()
	}
	c.assemble()
	if err := c.exchange(context.WithoutCancel(ctx), c.config.Exchange); err != nil { // one short solve
		return err
	}
	c.share()
	c.setGates()
	// Times of exchanges are multiples, so that they do not depend on how the
	// time was cut.
	steps := math.Floor(c.sim.Time()/c.config.Exchange+0.5) + 1
	c.put(b.due, float64(steps*c.config.Exchange))
	return c.fault
}

// watchGrowth averages the growth rate.
func (c *Cell) watchGrowth(before float64) {
	b := c.plan
	if before <= 0 || c.sim.Time() == 0 {
		return
	}
	now := secondsPerHour / c.config.Exchange * (c.x[b.mass] - before) / before
	weight := min(1, c.config.Exchange/growthEMA)
	c.put(b.growth, c.x[b.growth]+float64(weight*(now-c.x[b.growth])))
}

// withinGrant reports an error when more machinery is at work than was granted,
// or a pool is overdrawn. Only a bug can bring that about.
func (c *Cell) withinGrant() error {
	c.look()
	if n := c.translating(); n > c.x[c.plan.mostRibosomes] {
		return fmt.Errorf("%v ribosomes translate at %v s, and %v are granted", n, c.sim.Time(), c.x[c.plan.mostRibosomes])
	}
	if n := c.transcribing(); n > c.x[c.plan.mostPolymerases] {
		return fmt.Errorf("%v polymerases transcribe at %v s, and %v are granted", n, c.sim.Time(), c.x[c.plan.mostPolymerases])
	}
	return nil
}

// A strain is what cells of one config have in common but for their chance.
type strain struct {
	plan    *blueprint
	kitchen *kitchen
	config  Config
}

func newStrain(o *organism.Organism, cfg Config) (*strain, error) {
	k, err := cfg.environment(o)
	if err != nil {
		return nil, err
	}
	lost := map[string]bool{}
	for _, locus := range cfg.Knockouts {
		lost[locus] = true
	}
	plan, err := newBlueprint(o, lost, checked)
	if err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults()
	cfg.Knockouts = slices.Clone(cfg.Knockouts)
	return &strain{plan: plan, kitchen: k, config: cfg}, nil
}

// environment checks the config and makes the metabolism of its cells.
func (c *Config) environment(o *organism.Organism) (*kitchen, error) {
	errs := c.check(o)
	q := metabolism.Question{Medium: c.Medium, KnockoutReactions: c.LostReactions, EraseBounds: c.EraseBounds}
	for _, locus := range c.Knockouts {
		if o.Model().HasGene(locus) {
			q.Knockouts = append(q.Knockouts, locus)
		}
	}
	if err := q.Check(o.Model()); err != nil {
		errs = append(errs, err)
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return newKitchen(o, q), nil
}

// cell makes a newborn one.
func (s *strain) cell(seed, stream uint64) (*Cell, error) {
	sim, err := expression.NewSimulator(s.plan.network, expression.Options{Seed: seed, Stream: stream})
	if err != nil {
		return nil, err
	}
	c := &Cell{plan: s.plan, kitchen: s.kitchen, config: s.config, sim: sim, x: make([]float64, s.plan.network.Species())}
	c.config.Seed, c.config.Stream = seed, stream
	c.look()
	c.setGrant()
	c.begin()
	c.share()
	c.setGates()
	return c, c.fault
}
