package expression

import (
	"errors"
	"fmt"
	"math"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// A Species is the index of a species, or of a variable, in a network's state.
type Species int

// A Term is a number of molecules of a species.
type Term struct {
	Species Species
	Count   int // ≥ 1
}

// A Reaction happens Propensity times per second on average: by mass action,
// or by a function.
type Reaction struct {
	Name      string
	Reactants []Term // consumed
	Products  []Term // made
	// Rate is the stochastic rate constant c, in 1/s, for mass action: the
	// propensity is c · Π binomial(x, n) over the reactants.
	Rate float64
	// Propensity stands in for mass action where it is not nil; Rate is then not
	// used. It must be ≥ 0 and finite, and depend on the counts x of Reads and on
	// values that its owner changes only between calls of Advance (and tells by
	// Refresh) only. It must not change x. With Ensemble it is called by many
	// goroutines at once.
	Propensity func(x []float64) float64
	Reads      []Species // what Propensity looks at
	// Order is how often the largest of Propensity's species counts in it, for
	// the step control of tau-leaping; 0 means 2.
	Order int
}

// MaxCount is the largest number of molecules of a species, and MaxTermCount
// that of a term. Whole numbers up to it are exact.
const (
	MaxCount     = 1<<53 - 1
	MaxTermCount = 1 << 20
	maxParts     = 1 << 24 // species, reactions, events, of each
	maxOrder     = 16      // molecules of one species that a reaction by mass action takes
)

// A NetworkBuilder collects what a network is made of. The zero value is
// ready. It does not check; Build does, and names every problem.
type NetworkBuilder struct {
	species    []speciesEntry
	reactions  []Reaction
	events     []Event
	invariants []invariant
	flows      []Flow
	begins     []begin
	turns      []func(t float64, x []float64) float64
	clock      Species // if there is one
	hasClock   bool
}

type speciesEntry struct {
	name     string
	initial  float64
	variable bool
}

type invariant struct {
	name    string
	species []Species
	weights []float64
}

// AddSpecies adds a species with a name of its own and a whole number of
// molecules ≥ 0 at time 0.
func (b *NetworkBuilder) AddSpecies(name string, initial float64) Species {
	b.species = append(b.species, speciesEntry{name: name, initial: initial})
	return Species(len(b.species) - 1)
}

// AddVariable adds a number to the state that is no count: it may be negative
// and need not be whole, and only events, a flow and its owner change it.
func (b *NetworkBuilder) AddVariable(name string, initial float64) Species {
	b.species = append(b.species, speciesEntry{name: name, initial: initial, variable: true})
	return Species(len(b.species) - 1)
}

// AddReaction adds a reaction and returns its index.
func (b *NetworkBuilder) AddReaction(r Reaction) int {
	b.reactions = append(b.reactions, r)
	return len(b.reactions) - 1
}

// AddEvent adds an event and returns its index.
func (b *NetworkBuilder) AddEvent(e Event) int {
	b.events = append(b.events, e)
	return len(b.events) - 1
}

// Conserve states that the weighted sum of the species never changes by a
// reaction. Build refuses a reaction that would change it; in a program built
// with the tag invariants the sum is checked at every event besides.
func (b *NetworkBuilder) Conserve(name string, species []Species, weights []float64) {
	b.invariants = append(b.invariants, invariant{name, species, weights})
}

// Build makes the network. Its error joins a [biovm.FieldError] for each
// problem.
func (b *NetworkBuilder) Build() (*Network, error) {
	c := &builderCheck{b: b}
	c.species()
	for i := range b.reactions {
		c.reaction(i)
	}
	for i := range b.events {
		c.event(i)
	}
	for i := range b.invariants {
		c.invariant(i)
	}
	c.flows()
	if len(c.problems) > 0 {
		return nil, errors.Join(c.problems...)
	}
	return compile(b), nil
}

// A builderCheck collects what is wrong with the parts of a network.
type builderCheck struct {
	b        *NetworkBuilder
	problems []error
}

func (c *builderCheck) add(value any, reason, path string, args ...any) {
	c.problems = append(c.problems, &biovm.FieldError{Path: fmt.Sprintf(path, args...), Value: value, Reason: reason})
}

func (c *builderCheck) species() {
	seen := make(map[string]int, len(c.b.species))
	for i, s := range c.b.species {
		if s.name == "" {
			c.add(s.name, "a species needs a name", "species[%d].name", i)
		} else if first, ok := seen[s.name]; ok {
			c.add(s.name, fmt.Sprintf("species %d has this name already", first), "species[%d].name", i)
		} else {
			seen[s.name] = i
		}
		switch {
		case s.variable && (math.IsNaN(s.initial) || math.IsInf(s.initial, 0)):
			c.add(s.initial, "must be a finite number", "variable %q: initial", s.name)
		case !s.variable && !validCount(s.initial):
			c.add(s.initial, "must be a whole number from 0 to 2^53-1", "species %q: initial", s.name)
		}
	}
	for what, n := range map[string]int{"species": len(c.b.species), "reactions": len(c.b.reactions), "events": len(c.b.events)} {
		if n > maxParts {
			c.add(n, fmt.Sprintf("at most %d", maxParts), "number of %s", what)
		}
	}
}

func validCount(x float64) bool { return x >= 0 && x <= MaxCount && x == math.Floor(x) }

func (c *builderCheck) known(s Species) bool { return s >= 0 && int(s) < len(c.b.species) }

func (c *builderCheck) reaction(i int) {
	r := &c.b.reactions[i]
	c.terms(i, "reactants", r.Reactants)
	c.terms(i, "products", r.Products)
	if r.Propensity == nil {
		if !(r.Rate >= 0) || math.IsInf(r.Rate, 0) {
			c.add(r.Rate, "must be a finite rate constant ≥ 0, in 1/s", "reaction %d %q: rate", i, r.Name)
		}
		if len(r.Reads) > 0 {
			c.add(len(r.Reads), "only with Propensity: mass action reads its reactants", "reaction %d %q: reads", i, r.Name)
		}
		return
	}
	if r.Order < 0 || r.Order > maxOrder {
		c.add(r.Order, fmt.Sprintf("must be from 0 to %d", maxOrder), "reaction %d %q: order", i, r.Name)
	}
	for k, s := range r.Reads {
		if !c.known(s) {
			c.add(int(s), fmt.Sprintf("no such species: there are %d", len(c.b.species)), "reaction %d %q: reads[%d]", i, r.Name, k)
		}
	}
}

func (c *builderCheck) terms(i int, side string, terms []Term) {
	r := &c.b.reactions[i]
	total := map[Species]int{}
	for k, t := range terms {
		switch {
		case !c.known(t.Species):
			c.add(int(t.Species), fmt.Sprintf("no such species: there are %d", len(c.b.species)), "reaction %d %q: %s[%d]", i, r.Name, side, k)
		case t.Count < 1 || t.Count > MaxTermCount:
			c.add(t.Count, fmt.Sprintf("must be from 1 to %d", MaxTermCount), "reaction %d %q: %s[%d].count", i, r.Name, side, k)
		case c.b.species[t.Species].variable:
			c.add(c.b.species[t.Species].name, "is a variable, which reactions do not change", "reaction %d %q: %s[%d]", i, r.Name, side, k)
		default:
			total[t.Species] += t.Count
			if side == "reactants" && r.Propensity == nil && total[t.Species] > maxOrder && total[t.Species]-t.Count <= maxOrder {
				c.add(total[t.Species], fmt.Sprintf("mass action takes at most %d molecules of a species; use Propensity", maxOrder), "reaction %d %q: %s[%d].count", i, r.Name, side, k)
			}
		}
	}
}

func (c *builderCheck) invariant(i int) {
	v := &c.b.invariants[i]
	if len(v.species) != len(v.weights) || len(v.species) == 0 {
		c.add(len(v.weights), fmt.Sprintf("want a weight for each of the %d species, at least one", len(v.species)), "invariant %q: weights", v.name)
		return
	}
	weight := map[Species]float64{}
	for k, s := range v.species {
		if !c.known(s) {
			c.add(int(s), fmt.Sprintf("no such species: there are %d", len(c.b.species)), "invariant %q: species[%d]", v.name, k)
			return
		}
		if w := v.weights[k]; w != math.Trunc(w) || math.Abs(w) > MaxTermCount {
			c.add(w, fmt.Sprintf("must be a whole number of at most %d", MaxTermCount), "invariant %q: weights[%d]", v.name, k)
		}
		weight[s] += v.weights[k]
	}
	for j := range c.b.reactions {
		r := &c.b.reactions[j]
		change := 0.0
		for _, t := range r.Reactants {
			change -= float64(weight[t.Species] * float64(t.Count))
		}
		for _, t := range r.Products {
			change += float64(weight[t.Species] * float64(t.Count))
		}
		if change != 0 {
			c.add(change, "the reaction changes the sum: it must not", "invariant %q: reaction %d %q", v.name, j, r.Name)
		}
	}
}
