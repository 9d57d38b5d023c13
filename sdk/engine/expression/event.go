package expression

import (
	"fmt"
	"math"
	"slices"
)

// An Event changes the state at a moment of its own: at given times, or when
// its trigger turns from false to true. Events that are due at the same moment
// happen in the order of the network.
type Event struct {
	Name string
	// Times are when the event happens, in seconds, rising, ≥ 0. With a Trigger
	// they are when that must be looked at besides, because time alone may have
	// turned it.
	Times []float64
	// Trigger says whether the event's condition holds; nil means that it happens
	// at Times. It must depend on t and on the counts of Reads only.
	Trigger func(t float64, x []float64) bool
	Reads   []Species
	// Armed says that the trigger counts as false before time 0, so that the
	// event happens at time 0 if its condition holds then.
	Armed bool
	// Assign changes the state. It may change what Writes lists only; species
	// must stay whole numbers ≥ 0.
	Assign func(t float64, x []float64)
	Writes []Species
}

func (c *builderCheck) event(i int) {
	e := &c.b.events[i]
	if e.Assign == nil {
		c.add(nil, "an event needs an Assign", "event %d %q: assign", i, e.Name)
	}
	if e.Trigger == nil && len(e.Times) == 0 {
		c.add(nil, "an event needs a Trigger or Times", "event %d %q", i, e.Name)
	}
	for k, t := range e.Times {
		if !(t >= 0) || math.IsInf(t, 0) || k > 0 && t <= e.Times[k-1] {
			c.add(t, "must be finite, ≥ 0 and later than the one before", "event %d %q: times[%d]", i, e.Name, k)
		}
	}
	for k, s := range slices.Concat(e.Reads, e.Writes) {
		if !c.known(s) {
			c.add(int(s), fmt.Sprintf("no such species: there are %d", len(c.b.species)), "event %d %q: reads and writes[%d]", i, e.Name, k)
		}
	}
}
