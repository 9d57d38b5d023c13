package expression

import (
	"fmt"
	"math"
	"slices"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// triggers are where a simulation's events stand.
type triggers struct {
	net  *Network
	at   []int  // the next of each event's Times
	held []bool // whether each trigger held when last looked at
	look bool   // something that a trigger reads may have changed

	pending []bool // events that are to happen now
	next    float64
}

func newTriggers(n *Network) triggers {
	return triggers{net: n, at: make([]int, len(n.events)), held: make([]bool, len(n.events)), pending: make([]bool, len(n.events)), next: math.Inf(1)}
}

// reset goes back to before time 0.
func (g *triggers) reset() {
	clear(g.at)
	clear(g.pending)
	g.look = len(g.held) > 0
	for i := range g.held {
		e := &g.net.events[i]
		g.held[i] = e.Trigger != nil && !e.Armed && e.Trigger(0, g.net.initial())
	}
	g.schedule()
}

// initial is the state at time 0.
func (n *Network) initial() []float64 {
	x := make([]float64, len(n.species))
	for i := range x {
		x[i] = n.species[i].initial
	}
	return x
}

// schedule finds the next of all times.
func (g *triggers) schedule() {
	g.next = math.Inf(1)
	for i, at := range g.at {
		if times := g.net.events[i].Times; at < len(times) {
			g.next = min(g.next, times[at])
		}
	}
}

// due is when events must be looked at next, whatever reactions do.
func (g *triggers) due() float64 { return g.next }

// happen lets the events happen that are due now, and those that they trigger
// in turn. It reports whether there was one.
func (s *Simulator) happen() (happened bool, err error) {
	g := &s.triggers
	if len(g.held) == 0 {
		return false, nil
	}
	last := 0
	for range maxCascade {
		if g.look || g.next <= s.t {
			s.look()
		}
		i := slices.Index(g.pending, true)
		if i < 0 {
			return happened, nil
		}
		g.pending[i], last = false, i
		e := &s.net.events[i]
		e.Assign(s.t, s.x)
		for _, w := range e.Writes {
			if err := s.net.holds(w, s.x[w]); err != nil {
				return true, fmt.Errorf("event %q at time %v s: %w", e.Name, s.t, err)
			}
		}
		s.checker.reset(s.x)
		happened, g.look, s.stale = true, true, true
	}
	return happened, &biovm.FieldError{
		Path: "events", Value: s.net.events[last].Name,
		Reason: fmt.Sprintf("happens over and over at time %v s: events must not trigger each other without an end", s.t),
	}
}

// maxCascade bounds the events of one moment.
const maxCascade = 10_000

// look finds the events that are due, or whose trigger turned to true: all of
// them are to happen.
func (s *Simulator) look() {
	g := &s.triggers
	for i := range g.held {
		e := &s.net.events[i]
		timed := g.at[i] < len(e.Times) && e.Times[g.at[i]] <= s.t
		if timed {
			g.at[i]++
		}
		if e.Trigger == nil {
			g.pending[i] = g.pending[i] || timed
			continue
		}
		holds := e.Trigger(s.t, s.x)
		g.pending[i] = g.pending[i] || holds && !g.held[i]
		g.held[i] = holds
	}
	g.look = false
	g.schedule()
}
