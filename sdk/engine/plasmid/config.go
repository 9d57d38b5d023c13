package plasmid

import (
	"errors"
	"fmt"
	"math"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
)

// DefaultGrowth is the growth rate of the cell without plasmids, in 1/h: a
// doubling an hour.
const DefaultGrowth = math.Ln2

// Limits of Config.
const (
	maxGrowth   = 4.0
	maxCopies   = 2000.0
	maxSteps    = 64
	maxMultimer = 64
	// exchange, s, is how often volume, growth and division are looked at.
	exchange = 10.0
)

// A Config says which plasmid, in which cell. The zero value is pBR322 in a
// cell that doubles in an hour.
type Config struct {
	Kind Kind `json:"kind"` // empty means PBR322
	// Copies is the mean copy number of a Custom plasmid, from 1; 0 for a known
	// one, which has the middle of its published range.
	Copies float64 `json:"copies"`
	// Growth is the growth rate of the cell without plasmids, in 1/h; 0 means
	// DefaultGrowth.
	Growth float64 `json:"growth"`
	// ProteinPerCopy is the share of the cell's protein that each copy makes;
	// 0 means that of β-lactamase, 7.1·10^-4, a negative number none. Many copies make
	// less each, by half at 110.
	ProteinPerCopy float64 `json:"protein_per_copy"`
	// Steps is in how many steps RNA II passes the window in which RNA I can stop
	// it: 1 is hyperbolic inhibition, many are exponential; 0 means 10.
	Steps int `json:"steps"`
	// Attempts is how often a plasmid starts RNA II, over how often it must
	// replicate; above 1; 0 means what Brenner and Tomizawa's RNAs make, 7.0 in a
	// cell that doubles in an hour.
	Attempts float64 `json:"attempts"`
	// Multimer is how many copies hang together and go to a daughter as one, as
	// without ColE1's cer; 0 means 1.
	Multimer int `json:"multimer"`
	// Selection kills a daughter without plasmid (an antibiotic does); then
	// the other daughter is followed. Without it, one is followed by chance.
	Selection bool `json:"selection"`
	// Seed and Stream choose the random numbers.
	Seed   uint64 `json:"seed"`
	Stream uint64 `json:"stream"`
}

// withDefaults checks a configuration and fills it in. Its error joins a
// [biovm.FieldError] for each problem.
func withDefaults(c Config) (Config, error) {
	var errs []error
	wrong := func(path string, value any, reason string, args ...any) {
		errs = append(errs, &biovm.FieldError{Path: path, Value: value, Reason: fmt.Sprintf(reason, args...)})
	}
	if c.Kind == "" {
		c.Kind = PBR322
	}
	low, high, _ := c.Kind.Published()
	switch {
	case c.Kind == Custom:
		if !(c.Copies >= 1 && c.Copies <= maxCopies) {
			wrong("copies", c.Copies, "must be from 1 to %g", maxCopies)
		}
	case low == 0:
		wrong("kind", string(c.Kind), "must be custom or one of %q", Kinds())
	case c.Copies != 0 && c.Copies != (low+high)/2:
		wrong("copies", c.Copies, "%s has %g: leave it out, or make it a custom plasmid", c.Kind, (low+high)/2)
	default:
		c.Copies = (low + high) / 2
	}
	if c.Growth == 0 {
		c.Growth = DefaultGrowth
	}
	if !(c.Growth > 0.01 && c.Growth <= maxGrowth) {
		wrong("growth", c.Growth, "must be above 0.01 and at most %g, in 1/h", maxGrowth)
	}
	if !(c.ProteinPerCopy <= freeShare) || math.IsInf(c.ProteinPerCopy, 0) {
		wrong("protein_per_copy", c.ProteinPerCopy, "must be at most %g", freeShare)
	} else if c.ProteinPerCopy == 0 {
		c.ProteinPerCopy = proteinPerCopy
	}
	if c.Steps == 0 {
		c.Steps = defaultSteps
	}
	if c.Steps < 1 || c.Steps > maxSteps {
		wrong("steps", c.Steps, "must be from 1 to %d; 0 is %d", maxSteps, defaultSteps)
	}
	if c.Multimer == 0 {
		c.Multimer = 1
	}
	if c.Multimer < 1 || c.Multimer > maxMultimer {
		wrong("multimer", c.Multimer, "must be from 1 to %d", maxMultimer)
	}
	const maxAttempts = 1000.0
	if c.Attempts != 0 && !(c.Attempts > 1.01 && c.Attempts <= maxAttempts) {
		wrong("attempts", c.Attempts, "must be above 1.01 and at most %g: a plasmid that tries no more often than it must has no control", maxAttempts)
	}
	if len(errs) > 0 {
		return c, errors.Join(errs...)
	}
	if c.Attempts == 0 {
		c.Attempts = transcribeRNAII / (c.growth() / 3600)
		if c.Attempts <= 1.01 {
			wrong("growth", c.Growth, "a plasmid starts RNA II %.2f times a doubling then, too rarely to keep up: set attempts", c.Attempts)
		}
	}
	return c, errors.Join(errs...)
}

// share is how much of the protein so many copies make.
func (c *Config) share(copies float64) float64 {
	return max(0, c.ProteinPerCopy) * copies / (1 + copies/fullCopies)
}

// growth is the growth rate, in 1/h, with the mean number of copies.
func (c *Config) growth() float64 { return c.Growth * Burden(c.share(c.Copies)) }

// inhibition is the rate at which one RNA I in 1 fL stops a step of RNA II, in
// 1/s, that makes the mean copy number: a plasmid gets through as often as the
// cell doubles.
func (c *Config) inhibition() float64 {
	mu := c.growth() / 3600
	start := c.start()
	// (1 + k·s/rate)^-steps = mu/start, with s RNA I per fL:
	excess := expression.Root(c.Attempts, c.Steps) - 1
	s := c.Copies * (transcribeRNAI - float64(start*(1-1/c.Attempts))) / (decayRNA + mu)
	return excess * c.step() / s
}

// start is how often a plasmid starts RNA II, in 1/s.
func (c *Config) start() float64 { return c.Attempts * c.growth() / 3600 }

// step is the rate of a step of RNA II, in 1/s.
func (c *Config) step() float64 { return float64(c.Steps) / window }
