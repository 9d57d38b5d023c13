package expression

import (
	"fmt"
	"math"
	"slices"
)

// An Event changes the state at a moment of its own: at given times, or when
// its trigger turns from false to true. Of events that happen at the same
// moment the one of the highest Priority is first, and of those without one,
// which come last, the first of the network; triggers are looked at again after
// each.
type Event struct {
	Name string
	// Times are when the event is triggered, in seconds, rising, ≥ 0. With a
	// Trigger they are when that must be looked at besides, because time alone may
	// have turned it.
	Times []float64
	// Trigger says whether the event's condition holds; nil means that it is
	// triggered at Times. It must depend on t and on the state of Reads only. If
	// there is a flow or a clock among those, the moment when it turns is looked
	// for.
	Trigger func(t float64, x []float64) bool
	Reads   []Species
	// Armed says that the trigger counts as false before time 0, so that the
	// event happens at time 0 if its condition holds then.
	Armed bool
	// Assign changes the state. It may change what Writes lists only; species
	// must stay whole numbers ≥ 0.
	Assign func(t float64, x []float64)
	Writes []Species
	// Values stands in for Assign where it is not nil: it works out what Writes
	// become, in their order, and may leave that to chance. It must not change x.
	Values func(t float64, x []float64, random *Random, to []float64)
	// Early has Values asked when the event is triggered rather than when it
	// happens.
	Early bool
	// Delay, where not nil, is how many seconds after it is triggered the event
	// happens, ≥ 0. It is worked out when the event is triggered, which may be
	// again while it waits. Less than 1e-30 s are as good as none.
	Delay func(t float64, x []float64, random *Random) float64
	// Transient calls the event off when its trigger turns to false before it
	// happened.
	Transient bool
	// Priority, where not nil, is asked before the next of several events
	// happens. Chance decides between equals.
	Priority func(t float64, x []float64, random *Random) float64
}

func (c *builderCheck) event(i int) {
	e := &c.b.events[i]
	switch {
	case e.Assign == nil && e.Values == nil:
		c.add(nil, "an event needs an Assign, or Values", "event %d %q: assign", i, e.Name)
	case e.Assign != nil && e.Values != nil:
		c.add(nil, "an event has an Assign or Values, not both", "event %d %q: values", i, e.Name)
	case e.Early && e.Values == nil:
		c.add(e.Early, "only with Values", "event %d %q: early", i, e.Name)
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
	if c.b.clocked() {
		for k, s := range e.Writes {
			if s == c.b.clock {
				c.add(int(s), "is the clock, which events do not change", "event %d %q: writes[%d]", i, e.Name, k)
			}
		}
	}
}
