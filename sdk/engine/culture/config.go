package culture

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// A Substrate is something in the medium that cells use up or give off.
type Substrate struct {
	Exchange string  `json:"exchange"` // its exchange reaction, such as EX_glc__D_e
	Initial  float64 `json:"initial"`  // mM
	// MaxUptake, in mmol/gDW/h, and Half, in mM, make the largest uptake,
	// MaxUptake·c/(Half + c), at concentration c.
	MaxUptake float64 `json:"max_uptake"`
	Half      float64 `json:"half"`
	// Feed is what flows in, in mmol per litre and hour.
	Feed float64 `json:"feed"`
	// RepressedBy is another substrate's exchange reaction, which holds back the
	// uptake of this one to 1/(1 + c/RepressionHalf); empty is none.
	RepressedBy    string  `json:"repressed_by,omitempty"`
	RepressionHalf float64 `json:"repression_half,omitempty"` // mM
	// Induced says that cells make what it takes to live on it only when they must:
	// a shift to it takes a lag, however good it is.
	Induced bool `json:"induced,omitempty"`
}

// DefaultStepSeconds is the step, in simulated seconds.
const DefaultStepSeconds = 180.0

const (
	maxStepSeconds   = 3600.0
	maxConcentration = 1e5 // mM
	maxBiomass       = 1e3 // gDW/l
	maxSubstrates    = 64
)

// A Config says what grows on what.
type Config struct {
	Model *metabolism.Model `json:"-"`
	// Biomass is what there is at the beginning, in gDW/l.
	Biomass    float64     `json:"biomass"`
	Substrates []Substrate `json:"substrates"`
	// Medium is what does not run out: exchange reactions with the largest
	// uptake, in mmol/gDW/h, such as oxygen and salts. Substrates may not be in
	// it. Nil is the model's own medium without the substrates.
	Medium map[string]float64 `json:"medium"`
	// Bounds, Knockouts and Allocation are those of [metabolism.Question].
	Bounds     map[string][2]float64  `json:"bounds,omitempty"`
	Knockouts  []string               `json:"knockouts,omitempty"`
	Allocation *metabolism.Allocation `json:"allocation,omitempty"`
	// Maintenance is the reaction that a starving cell falls short of: with too
	// little to live on it burns what there is. Empty is ATPM, if the model has it.
	Maintenance string `json:"maintenance"`
	// LagHours is how long cells take to adapt: Baranyi and Roberts 1994, Int. J.
	// Food Microbiol. 23:277. 0 means that they are adapted, always. Otherwise they
	// adapt at the beginning, after a shift to a substrate that is induced or lets them
	// grow at less than half of their fastest rate, and after a rest: they forget in
	// twice the time that they take to adapt.
	LagHours float64 `json:"lag_hours"`
	// Pace is the share of their pace at which cells work, above 0, such as of those
	// that make useless protein; 0 means all of it.
	Pace float64 `json:"pace,omitempty"`
	// StepSeconds is the step; 0 means DefaultStepSeconds.
	StepSeconds float64 `json:"step_seconds"`
}

// Glucose is E. coli in aerobic batch culture on glucose as Varma and Palsson
// 1994, Appl. Environ. Microbiol. 60:3724, had it: at most 10.5 mmol/gDW/h of
// glucose and 15 of oxygen (found in the abstract), 6.2 of acetate once glucose is
// gone (2.02 mM in 0.476 h at 0.69 gDW/l, their Fig. 10 as read off by Succurro et al.
// 2019, mSystems 4:e00230-18), 7.6 mmol/gDW/h of ATP for
// maintenance (recalled), and 10.8 mM glucose and 0.4 mM acetate at the beginning
// (their Fig. 7, found in the code of Succurro et al.). Half saturation of glucose is 0.015 mM (Mahadevan et al. 2002,
// Biophys. J. 83:1331, recalled). Formate lyases do not work in air (Knappe and
// Sawers 1990, FEMS Microbiol. Rev. 75:383, recalled).
//
// Acetate gathers to twice what they measured: iML1515 overflows more than their
// cells did, see the package's tests.
func Glucose(m *metabolism.Model) Config {
	c := Config{
		Model: m, Biomass: 0.0033,
		Substrates: []Substrate{
			{Exchange: "EX_glc__D_e", Initial: 10.8, MaxUptake: 10.5, Half: 0.015},
			{Exchange: "EX_ac_e", Initial: 0.4, MaxUptake: 6.2, Half: 0.015},
		},
		Medium: m.Medium(),
		Bounds: map[string][2]float64{"ATPM": {7.6, 1000}},
	}
	for _, s := range c.Substrates {
		delete(c.Medium, s.Exchange)
	}
	c.Medium["EX_o2_e"] = 15
	for _, id := range []string{"PFL", "OBTFL"} {
		if _, ok := m.Reaction(id); ok {
			c.Bounds[id] = [2]float64{0, 0}
		}
	}
	return c
}

// withDefaults checks a configuration and fills it in, in a copy. Its error
// joins a [biovm.FieldError] for each problem.
func withDefaults(c Config) (Config, error) {
	if c.Model == nil {
		return c, &biovm.FieldError{Path: "model", Reason: "a culture needs a metabolic network"}
	}
	c.Substrates, c.Knockouts = slices.Clone(c.Substrates), slices.Clone(c.Knockouts)
	c.Bounds = maps.Clone(c.Bounds)
	k := &configCheck{c: &c}
	k.number("biomass", c.Biomass, maxBiomass)
	k.number("lag_hours", c.LagHours, 1e4)
	k.number("pace", c.Pace, 1)
	if c.Pace == 0 {
		c.Pace = 1
	}
	k.number("step_seconds", c.StepSeconds, maxStepSeconds)
	if c.StepSeconds == 0 {
		c.StepSeconds = DefaultStepSeconds
	}
	if n := len(c.Substrates); n == 0 || n > maxSubstrates {
		k.wrong("substrates", n, "want from 1 to %d", maxSubstrates)
	}
	if c.Medium == nil {
		c.Medium = c.Model.Medium()
		for _, s := range c.Substrates {
			delete(c.Medium, s.Exchange)
		}
	} else {
		c.Medium = maps.Clone(c.Medium)
	}
	for i := range c.Substrates {
		k.substrate(i)
	}
	if c.Maintenance == "" {
		if _, ok := c.Model.Reaction("ATPM"); ok {
			c.Maintenance = "ATPM"
		}
	} else if _, ok := c.Model.Reaction(c.Maintenance); !ok {
		k.wrong("maintenance", c.Maintenance, "the network has no such reaction")
	}
	if len(k.errs) > 0 {
		return c, errors.Join(k.errs...)
	}
	q := c.question()
	if err := q.Check(c.Model); err != nil {
		return c, &biovm.FieldError{Path: "medium", Reason: err.Error()}
	}
	return c, nil
}

// A configCheck collects what is wrong with a configuration.
type configCheck struct {
	c    *Config
	errs []error
}

func (k *configCheck) wrong(path string, value any, reason string, args ...any) {
	k.errs = append(k.errs, &biovm.FieldError{Path: path, Value: value, Reason: fmt.Sprintf(reason, args...)})
}

func (k *configCheck) number(path string, v, most float64) {
	if !(v >= 0 && v <= most) {
		k.wrong(path, v, "must be from 0 to %g", most)
	}
}

func (k *configCheck) substrate(i int) {
	s := &k.c.Substrates[i]
	path := func(field string) string { return fmt.Sprintf("substrates[%d].%s", i, field) }
	k.number(path("initial"), s.Initial, maxConcentration)
	k.number(path("max_uptake"), s.MaxUptake, maxConcentration)
	k.number(path("feed"), s.Feed, maxConcentration)
	if !(s.Half > 0) || math.IsInf(s.Half, 0) {
		k.wrong(path("half"), s.Half, "must be a concentration above 0, in mM")
	}
	j, ok := k.c.Model.Reaction(s.Exchange)
	if !ok || !slices.Contains(k.c.Model.Exchanges(), j) {
		k.wrong(path("exchange"), s.Exchange, "the network has no exchange reaction of this name")
	}
	if _, twice := k.c.Medium[s.Exchange]; twice {
		k.wrong(path("exchange"), s.Exchange, "is in the medium too, which does not run out: take it out there")
	}
	if k.c.index(s.Exchange) != i {
		k.wrong(path("exchange"), s.Exchange, "is there twice")
	}
	if s.RepressedBy == "" {
		return
	}
	if j := k.c.index(s.RepressedBy); j < 0 || j == i {
		k.wrong(path("repressed_by"), s.RepressedBy, "must be another substrate's exchange reaction")
	}
	if !(s.RepressionHalf > 0) || math.IsInf(s.RepressionHalf, 0) {
		k.wrong(path("repression_half"), s.RepressionHalf, "must be a concentration above 0, in mM")
	}
}

// index finds a substrate by its exchange reaction; -1 if there is none.
func (c *Config) index(exchange string) int {
	return slices.IndexFunc(c.Substrates, func(s Substrate) bool { return s.Exchange == exchange })
}

// question asks for what does not change from step to step.
func (c *Config) question() metabolism.Question {
	medium := maps.Clone(c.Medium)
	for _, s := range c.Substrates {
		medium[s.Exchange] = 0
	}
	return metabolism.Question{Medium: medium, Bounds: maps.Clone(c.Bounds), Knockouts: c.Knockouts, Allocation: c.Allocation}
}
