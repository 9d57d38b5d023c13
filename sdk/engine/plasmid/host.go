package plasmid

import (
	"context"
	"math"
	"math/bits"
	"strconv"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
)

// A network is the reactions of a host, with the indices of what its owner
// reads and sets.
type network struct {
	net     *expression.Network
	idle    expression.Species   // plasmids without RNA II in the making
	primed  []expression.Species // by step that RNA II has reached
	rnaI    expression.Species
	stopped []int // reactions of RNA I with RNA II
}

func one(s expression.Species) []expression.Term { return []expression.Term{{Species: s, Count: 1}} }

// build makes the reactions of a configuration.
func build(c *Config) (*network, error) {
	var b expression.NetworkBuilder
	n := &network{}
	n.idle = b.AddSpecies("plasmid", 0)
	n.rnaI = b.AddSpecies("RNA I", 0)
	for range c.Steps {
		n.primed = append(n.primed, b.AddSpecies("plasmid with RNA II at step "+strconv.Itoa(len(n.primed)+1), 0))
	}
	add := func(name string, from, to []expression.Term, rate float64) int {
		return b.AddReaction(expression.Reaction{Name: name, Reactants: from, Products: to, Rate: rate})
	}
	add("RNA II starts", one(n.idle), one(n.primed[0]), c.start())
	add("RNA I decays", one(n.rnaI), nil, decayRNA)
	for _, p := range append([]expression.Species{n.idle}, n.primed...) {
		add("RNA I is made", one(p), append(one(p), one(n.rnaI)...), transcribeRNAI)
	}
	k := c.inhibition() / birthVolume
	for i, p := range n.primed {
		n.stopped = append(n.stopped, add("RNA I stops RNA II", append(one(p), one(n.rnaI)...), one(n.idle), k))
		if i+1 < len(n.primed) {
			add("RNA II grows", one(p), one(n.primed[i+1]), c.step())
		} else {
			add("a plasmid replicates", one(p), []expression.Term{{Species: n.idle, Count: 2}}, c.step())
		}
	}
	var err error
	n.net, err = b.Build()
	return n, err
}

// A Host is one cell with its plasmids, followed from division to division.
// It is not safe for concurrent use.
type Host struct {
	config Config
	net    *network
	sim    *expression.Simulator
	volume float64 // fL
	steps  uint64  // exchange steps done
	// divisions of the cell that is followed, and of those that left a daughter
	// without plasmid.
	divisions, losses uint64
	sum               [2]float64 // of copies and their squares, over the exchange steps
	last              float64    // copies at the last division, before it
}

// New makes a cell just after division, with half of what it has before. The
// error joins a [biovm.FieldError] for each field of the configuration that is
// wrong.
func New(c Config) (*Host, error) {
	c, err := withDefaults(c)
	if err != nil {
		return nil, err
	}
	n, err := build(&c)
	if err != nil {
		return nil, err
	}
	sim, err := expression.NewSimulator(n.net, expression.Options{Seed: c.Seed, Stream: c.Stream})
	if err != nil {
		return nil, err
	}
	h := &Host{config: c, net: n, sim: sim, volume: birthVolume}
	born := max(1, math.Round(c.Copies*birthVolume))
	if err := sim.SetCount(n.idle, born); err != nil {
		return nil, err
	}
	return h, sim.SetCount(n.rnaI, math.Round(born*transcribeRNAI/decayRNA))
}

// Advance simulates up to a time, in seconds of simulated time. If ctx ends it
// returns its error; the host is whole and a further Advance goes on.
func (h *Host) Advance(ctx context.Context, until float64) error {
	if math.IsNaN(until) || math.IsInf(until, 0) || until < h.sim.Time() {
		return &biovm.FieldError{Path: "until", Value: until, Reason: "must be a finite time, in seconds, not before the host's own"}
	}
	for {
		due := float64(float64(h.steps+1) * exchange)
		if due > until {
			return h.sim.Advance(ctx, until)
		}
		if err := h.sim.Advance(ctx, due); err != nil {
			return err
		}
		h.steps++
		if err := h.grow(); err != nil {
			return err
		}
	}
}

// grow lets the cell grow for an exchange step, and divide.
func (h *Host) grow() error {
	copies := h.copies()
	h.sum[0] += copies
	h.sum[1] += float64(copies * copies)
	x := float64(h.growth() / 3600 * exchange)
	h.volume *= 1 + x + float64(float64(x*x)/2)
	if h.volume >= 2*birthVolume {
		h.volume /= 2
		if err := h.divide(); err != nil {
			return err
		}
	}
	k := h.config.inhibition() / h.volume
	for _, r := range h.net.stopped {
		if err := h.sim.SetRate(r, k); err != nil {
			return err
		}
	}
	return nil
}

// divide gives every plasmid, and every RNA I, to either daughter by chance.
func (h *Host) divide() error {
	h.divisions++
	h.last = h.copies()
	rna := h.half(h.sim.Count(h.net.rnaI))
	species := append([]expression.Species{h.net.idle}, h.net.primed...)
	kept := make([]float64, len(species))
	var total float64
	if m := float64(h.config.Multimer); m > 1 {
		// What hangs together goes together; RNA II starts anew.
		units := math.Floor(h.last / m)
		kept[0] = h.half(units) * m
		if rest := h.last - float64(units*m); rest > 0 && h.half(1) == 1 {
			kept[0] += rest
		}
		total = kept[0]
	} else {
		for i, s := range species {
			kept[i] = h.half(h.sim.Count(s))
			total += kept[i]
		}
	}
	if h.last > 0 && (total == 0 || total == h.last) {
		h.losses++
		if total == 0 && h.config.Selection { // the other daughter lives
			return h.sim.SetCount(h.net.rnaI, h.sim.Count(h.net.rnaI)-rna)
		}
	}
	for i, s := range species {
		if err := h.sim.SetCount(s, kept[i]); err != nil {
			return err
		}
	}
	return h.sim.SetCount(h.net.rnaI, rna)
}

// half is a number from the binomial distribution of n and 1/2: the ones among
// n random bits.
func (h *Host) half(n float64) float64 {
	const word = 64
	var heads int
	for left := int(n); left > 0; left -= word {
		r := h.sim.Random().Uint64()
		if left < word {
			r &= 1<<left - 1
		}
		heads += bits.OnesCount64(r)
	}
	return float64(heads)
}

// copies is how many plasmids there are.
func (h *Host) copies() float64 {
	n := h.sim.Count(h.net.idle)
	for _, s := range h.net.primed {
		n += h.sim.Count(s)
	}
	return n
}

// growth is the growth rate now, in 1/h. Protein is as old as the cell: its
// share is that of the copies that the cell would have at its mean size.
func (h *Host) growth() float64 {
	return h.config.Growth * Burden(h.config.share(h.copies()/h.volume))
}

// Time is the host's time, in seconds.
func (h *Host) Time() float64 { return h.sim.Time() }

// Events is how many reactions happened.
func (h *Host) Events() uint64 { return h.sim.Events() }

// Config is the host's configuration, defaults filled in.
func (h *Host) Config() Config { return h.config }

// Metrics is what can be seen of a host at a moment.
type Metrics struct {
	Seconds float64 `json:"seconds"`
	Copies  float64 `json:"copies"`
	RNAI    float64 `json:"rna_i"`  // molecules
	Volume  float64 `json:"volume"` // fL
	// GrowthRate is that of the cell now, FreeGrowthRate that without plasmids,
	// in 1/h.
	GrowthRate     float64 `json:"growth_rate"`
	FreeGrowthRate float64 `json:"free_growth_rate"`
	// MeanCopies and Variance are over the time since 0, looked at every 10 s.
	MeanCopies float64 `json:"mean_copies"`
	Variance   float64 `json:"variance"`
	// LastCopies is how many there were just before the last division.
	LastCopies float64 `json:"last_copies"`
	// Divisions of the followed cell, and Losses: those that left a daughter
	// without plasmid.
	Divisions uint64 `json:"divisions"`
	Losses    uint64 `json:"losses"`
	// Lost says that the followed cell itself has no plasmid any more.
	Lost bool `json:"lost"`
}

// Metrics looks at the host. It changes nothing.
func (h *Host) Metrics() Metrics {
	m := Metrics{
		Seconds: h.sim.Time(), Copies: h.copies(), RNAI: h.sim.Count(h.net.rnaI), Volume: h.volume,
		GrowthRate: h.growth(), FreeGrowthRate: h.config.Growth, LastCopies: h.last,
		Divisions: h.divisions, Losses: h.losses,
	}
	m.Lost = m.Copies == 0
	if n := float64(h.steps); n > 0 {
		m.MeanCopies = h.sum[0] / n
		m.Variance = max(0, h.sum[1]/n-float64(m.MeanCopies*m.MeanCopies))
	}
	return m
}
