package culture

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// A Culture is cells in a medium. It is not safe for concurrent use.
type Culture struct {
	config     Config
	analyzer   *metabolism.Analyzer
	starver    *metabolism.Analyzer // asks what starved cells do; nil if there is no maintenance
	exchanges  []int                // reactions of the substrates
	time       float64
	steps      uint64
	biomass    float64
	medium     []float64 // concentrations, mM, by substrate
	ready      float64   // how far cells are adapted: Baranyi's q; infinite if quite
	main       string    // exchange of the substrate that cells live on; empty if on none so far
	shifting   bool      // it became another one, and for better or worse is open
	now        rates     // of the last step
	peak       float64   // highest growth rate that the medium allowed so far, 1/h
	trajectory []Sample

	// The last question's bounds on uptake and pace, and its answer: in the
	// stationary phase they stay what they are.
	asked  []float64
	answer rates
}

// rates are what a cell does during a step.
type rates struct {
	growth, potential float64   // 1/h, with lag and without
	fluxes            []float64 // of the substrates, mmol/gDW/h, uptake negative
	starving          bool
	limitedBy         string
}

// New makes a culture at time 0. The error joins a [biovm.FieldError] for each
// field of the configuration that is wrong.
func New(c Config) (*Culture, error) {
	c, err := withDefaults(c)
	if err != nil {
		return nil, err
	}
	k := newCulture(c)
	k.biomass = c.Biomass
	for _, s := range c.Substrates {
		k.medium = append(k.medium, s.Initial)
	}
	k.ready = math.Inf(1)
	if c.LagHours > 0 {
		k.ready = unready
	}
	k.now.fluxes = make([]float64, len(k.medium))
	return k, nil
}

func newCulture(c Config) *Culture {
	k := &Culture{config: c, analyzer: metabolism.NewAnalyzer(poised(&c, ""))}
	if c.Maintenance != "" {
		k.starver = metabolism.NewAnalyzer(poised(&c, c.Maintenance))
	}
	for _, s := range c.Substrates {
		j, _ := c.Model.Reaction(s.Exchange)
		k.exchanges = append(k.exchanges, j)
	}
	return k
}

// poised is the network with the culture's full medium for its own: the same
// answers, but the solver, which starts from the optimum of the network's own
// bounds, starts near to where cells on a full medium are. With a goal, it is a
// reaction that there is nothing for, which is where starved cells are.
func poised(c *Config, goal string) *metabolism.Model {
	parts := c.Model.Parts()
	parts.Reactions = slices.Clone(parts.Reactions)
	medium := maps.Clone(c.Medium)
	for _, s := range c.Substrates {
		medium[s.Exchange] = s.MaxUptake
		if s.Initial == 0 && s.Feed == 0 || goal != "" {
			medium[s.Exchange] = 0
		}
	}
	set := func(j int, lower, upper float64) {
		if r := &parts.Reactions[j]; lower <= upper {
			r.Lower, r.Upper = lower, upper
		}
	}
	for _, j := range c.Model.Exchanges() {
		if r := &parts.Reactions[j]; r.Terms[0].Coef < 0 {
			set(j, 0-medium[r.ID], r.Upper)
		}
	}
	for id, b := range c.Bounds {
		if j, ok := c.Model.Reaction(id); ok {
			set(j, b[0], b[1])
		}
	}
	if j, ok := c.Model.Reaction(goal); ok {
		set(j, 0, parts.Reactions[j].Upper)
		parts.Goal = metabolism.Goal{Terms: []metabolism.GoalTerm{{Reaction: j, Coef: 1}}}
	}
	m, err := metabolism.Build(parts)
	if err != nil { // it would only be slower
		return c.Model
	}
	return m
}

// Baranyi and Roberts 1994: cells work at q/(1+q) of their pace, q grows with a
// rate of its own, and the lag is ln(1 + 1/q0) over that rate. That logarithm is
// 3 here, as for many bacteria: half of the pace is reached at 98 % of the lag.
const (
	readiness = 3.0
	unready   = 0.052395696491256 // 1/(e^3 - 1)
)

// Advance grows the culture up to a time, in seconds of simulated time, by
// whole steps: until is rounded up to the end of a step. If ctx ends it returns
// its error; the culture is as it was after the last whole step.
func (k *Culture) Advance(ctx context.Context, until float64) error {
	if math.IsNaN(until) || math.IsInf(until, 0) || until < 0 {
		return &biovm.FieldError{Path: "until", Value: until, Reason: "must be a finite time, in seconds, not before 0"}
	}
	for k.time < until {
		if err := k.step(ctx); err != nil {
			return err
		}
	}
	return nil
}

const (
	secondsPerHour = 3600.0
	// smallest is the growth rate, in 1/h, below which a cell counts as resting;
	// the solver's noise is far below it.
	smallest = 1e-9
)

// step grows the culture for one step.
func (k *Culture) step(ctx context.Context) error {
	dt := k.config.StepSeconds / secondsPerHour
	now, err := k.rates(ctx, dt)
	if err != nil {
		return err
	}
	if k.steps == 0 {
		k.now = now
		k.peak = now.potential
		k.trajectory = append(k.trajectory, k.Sample())
	}
	// mean is the mean biomass of the step: what it grows by is growth·mean·dt.
	x := float64(now.growth * dt)
	mean := k.biomass * (1 + float64(x/2) + float64(x*x)/6)
	// The bounds on uptake leave something of everything, but took the growth
	// rate of the step before for this one's.
	for i, v := range now.fluxes {
		if there, taken := k.there(i, dt), float64(-v*mean)*dt; taken > there {
			mean *= there / taken
		}
	}
	for i, v := range now.fluxes {
		k.medium[i] = max(0, k.there(i, dt)+float64(float64(v*mean)*dt))
	}
	k.biomass += float64(float64(now.growth*mean) * dt)
	k.steps++
	k.time = float64(float64(k.steps) * k.config.StepSeconds)
	k.now = now
	k.peak = max(k.peak, now.potential)
	if k.config.LagHours > 0 {
		k.adapt(dt)
	}
	k.trajectory = append(k.trajectory, k.Sample())
	return nil
}

// adapt lets cells adapt for a step, or forget: those that rest do, and those that
// must live on something worse than before, for which they lack the enzymes.
func (k *Culture) adapt(dt float64) {
	y := float64(readiness * dt / k.config.LagHours)
	step := 1 + y + float64(float64(y*y)/2)
	if resting(k.now.potential, k.peak) {
		k.ready = max(unready, min(k.ready, 1/unready)/step)
		return
	}
	if main := k.liveOn(); main != k.main {
		k.shifting, k.main = k.main != "", main
	}
	switch i := k.config.index(k.main); {
	case !k.shifting:
	case i >= 0 && k.config.Substrates[i].Induced:
		k.shifting, k.ready = false, unready
		return
	case k.now.potential < exponentialShare*k.peak: // for the worse
		k.shifting, k.ready = false, unready
		return
	case k.now.potential > betterShare*k.peak: // for the better
		k.shifting = false
	}
	if k.ready *= step; k.ready > 1e9 {
		k.ready = math.Inf(1)
	}
}

// liveOn is the exchange of the substrate of whose largest uptake cells use most;
// as before if they use none.
func (k *Culture) liveOn() string {
	main, most := k.main, 0.0
	for i, s := range k.config.Substrates {
		if share := -k.now.fluxes[i] / s.MaxUptake; s.MaxUptake > 0 && share > most {
			main, most = s.Exchange, share
		}
	}
	return main
}

// adapted is the share of their pace at which cells work that still adapt.
func (k *Culture) adapted() float64 {
	if math.IsInf(k.ready, 1) {
		return 1
	}
	return k.ready / (1 + k.ready)
}

// rates asks the network what cells do in a step of dt hours.
func (k *Culture) rates(ctx context.Context, dt float64) (rates, error) {
	pace := float64(k.adapted() * k.config.Pace)
	asked := []float64{pace}
	for i := range k.medium {
		asked = append(asked, k.uptake(i, pace, dt))
	}
	if slices.Equal(asked, k.asked) {
		return k.answer, nil
	}
	r, err := k.ask(ctx, pace, asked[1:])
	if err == nil {
		k.asked, k.answer = asked, r
	}
	return r, err
}

// ask asks the network what cells do at a pace with so much uptake allowed.
func (k *Culture) ask(ctx context.Context, pace float64, uptake []float64) (rates, error) {
	q := k.config.question()
	for i, s := range k.config.Substrates {
		q.Medium[s.Exchange] = uptake[i]
	}
	f, err := k.analyzer.FBA(ctx, q)
	if err != nil {
		return rates{}, err
	}
	r := rates{limitedBy: f.LimitedBy, fluxes: make([]float64, len(k.medium))}
	switch f.Status {
	case metabolism.StatusOptimal:
		r.potential = max(0, f.Growth)
	case metabolism.StatusUnbounded:
		return r, &biovm.FieldError{Path: "medium", Reason: "nothing limits growth: bound what the medium gives"}
	default:
		r.starving = true
		if f, err = k.starve(ctx, q); err != nil || f == nil || f.Status != metabolism.StatusOptimal {
			return r, err
		}
	}
	r.growth = r.potential * pace
	for i, j := range k.exchanges {
		r.fluxes[i] = f.Fluxes[j] * pace
	}
	return r, nil
}

// traces of a substrate, of its half saturation, are not taken up.
const traces = 1e-6

// uptake is the most that cells can take up of a substrate in a step, in
// mmol/gDW/h: by Michaelis and Menten's law at the concentration that is left
// at the end of the step if they do (which makes it exact that nothing falls
// below zero).
func (k *Culture) uptake(i int, pace, dt float64) float64 {
	s := &k.config.Substrates[i]
	most := s.MaxUptake
	if s.RepressedBy != "" {
		most /= 1 + k.medium[k.config.index(s.RepressedBy)]/s.RepressionHalf
	}
	x := float64(k.now.growth * dt)
	mean := k.biomass * (1 + float64(x/2) + float64(x*x)/6) * pace
	there := k.there(i, dt)
	// left + drain·left/(half + left) = there
	drain := float64(mean * most * dt)
	b := s.Half + drain - there
	root := math.Sqrt(float64(b*b) + float64(4*float64(s.Half*there)))
	left := (root - b) / 2
	if b > 0 { // the same without cancellation
		left = float64(2*float64(s.Half*there)) / (root + b)
	}
	if float64(mean*dt) < 1e-12 { // hardly a cell: what is left is what there was
		left = there
	}
	if left < traces*s.Half {
		return 0
	}
	return most * left / (s.Half + left)
}

// there is what cells can take of a substrate in a step, in mM.
func (k *Culture) there(i int, dt float64) float64 {
	return k.medium[i] + float64(k.config.Substrates[i].Feed*dt)
}

// starve asks what a cell does that cannot meet its maintenance: it burns what
// there is. Nil is nothing at all.
func (k *Culture) starve(ctx context.Context, q metabolism.Question) (*metabolism.Flux, error) {
	id := k.config.Maintenance
	if k.starver == nil {
		return nil, nil //nolint:nilnil // nothing is what such a cell does
	}
	j, _ := k.config.Model.Reaction(id)
	upper := k.config.Model.Reactions()[j].Lower
	if b, ok := q.Bounds[id]; ok {
		upper = b[0]
	}
	if q.Bounds == nil {
		q.Bounds = map[string][2]float64{}
	}
	q.Bounds[id] = [2]float64{0, max(0, upper)}
	q.Objective = id
	return k.starver.FBA(ctx, q)
}

// SetPace has cells work at a share of their pace from now on; see [Config].
func (k *Culture) SetPace(share float64) error {
	if !(share > 0 && share <= 1) {
		return &biovm.FieldError{Path: "pace", Value: share, Reason: "must be a share, above 0 and at most 1"}
	}
	k.config.Pace = share
	return nil
}

// Time is the culture's time, in seconds.
func (k *Culture) Time() float64 { return k.time }

// Config is the culture's configuration, defaults filled in.
func (k *Culture) Config() Config { return k.config }

// Trajectory is the culture after every step, the beginning first. It is a copy.
func (k *Culture) Trajectory() []Sample { return slices.Clone(k.trajectory) }

// Set sets the concentration of a substrate, in mM: a pulse, or fresh medium.
func (k *Culture) Set(exchange string, concentration float64) error {
	i := k.config.index(exchange)
	if i < 0 {
		return &biovm.FieldError{Path: "exchange", Value: exchange, Reason: "is no substrate of the culture"}
	}
	if !(concentration >= 0 && concentration <= maxConcentration) {
		return &biovm.FieldError{Path: fmt.Sprintf("substrates[%d]", i), Value: concentration, Reason: fmt.Sprintf("must be from 0 to %g mM", maxConcentration)}
	}
	k.medium[i] = concentration
	return nil
}
