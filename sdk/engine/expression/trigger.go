package expression

import (
	"fmt"
	"math"
)

// triggers are where a simulation's events stand.
type triggers struct {
	net  *Network
	at   []int  // the next of each event's Times
	held []bool // whether each trigger held when last looked at
	look bool   // something that a trigger reads may have changed
	next float64
}

func newTriggers(n *Network) triggers {
	return triggers{net: n, at: make([]int, len(n.events)), held: make([]bool, len(n.events)), next: math.Inf(1)}
}

// reset goes back to before time 0.
func (g *triggers) reset() {
	clear(g.at)
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
	for range maxCascade {
		if !g.look && g.next > s.t {
			return happened, nil
		}
		i := s.nextEvent()
		if i < 0 {
			continue
		}
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
	return happened, fmt.Errorf("events trigger each other without an end at time %v s, %q among them", s.t, s.net.events[0].Name)
}

// maxCascade bounds the events of one moment.
const maxCascade = 10_000

// nextEvent finds the first event that is due; when there is none it notes
// that all were looked at, and returns -1.
func (s *Simulator) nextEvent() int {
	g := &s.triggers
	for i := range g.held {
		e := &s.net.events[i]
		timed := g.at[i] < len(e.Times) && e.Times[g.at[i]] <= s.t
		if timed {
			g.at[i]++
			g.schedule()
		}
		if e.Trigger == nil {
			if timed {
				return i
			}
			continue
		}
		was := g.held[i]
		if g.held[i] = e.Trigger(s.t, s.x); g.held[i] && !was {
			return i
		}
	}
	g.look = false
	return -1
}
