package expression

import (
	"fmt"
	"math"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// triggers are where a simulation's events stand.
type triggers struct {
	net  *Network
	at   []int  // the next of each event's Times
	held []bool // whether each trigger held when last looked at
	look bool   // something that a trigger reads may have changed

	queue   []waiting // what is to happen, in the order in which it was triggered
	soonest float64   // of the queue
	next    float64   // when something must be done next
	values  []float64 // as many as an event writes at most
}

// A waiting event was triggered, and happens at its time.
type waiting struct {
	at     float64
	event  int32
	values []float64 // of an Early one; behind the queue's end it is room for the next
}

// mostWaiting bounds the events that wait at the same time.
const mostWaiting = 1 << 16

func newTriggers(n *Network) triggers {
	most := 0
	for i := range n.events {
		most = max(most, len(n.events[i].Writes))
	}
	return triggers{net: n, at: make([]int, len(n.events)), held: make([]bool, len(n.events)), next: math.Inf(1), values: make([]float64, most)}
}

// reset goes back to before time 0, with the state of then.
func (g *triggers) reset(x []float64) {
	clear(g.at)
	g.queue, g.soonest = g.queue[:0], math.Inf(1)
	g.look = len(g.held) > 0
	for i := range g.held {
		e := &g.net.events[i]
		g.held[i] = e.Trigger != nil && !e.Armed && e.Trigger(0, x)
	}
	g.schedule()
}

// schedule finds the next of all times.
func (g *triggers) schedule() {
	g.next = g.soonest
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
			if err := s.look(); err != nil {
				return happened, err
			}
		}
		i := s.pick()
		if i < 0 {
			return happened, nil
		}
		last = int(g.queue[i].event)
		if err := s.let(g.take(i)); err != nil {
			return true, err
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
func (s *Simulator) look() error {
	g := &s.triggers
	for i := range g.held {
		e := &s.net.events[i]
		fires := g.at[i] < len(e.Times) && e.Times[g.at[i]] <= s.t
		if fires {
			g.at[i]++
		}
		if e.Trigger != nil {
			holds := e.Trigger(s.t, s.x)
			fires = holds && !g.held[i]
			if e.Transient && !holds && g.held[i] {
				g.callOff(i)
			}
			g.held[i] = holds
		}
		if fires {
			if err := s.enqueue(i); err != nil {
				s.triggers.look = true
				return err
			}
		}
	}
	g.look, s.course.known = false, false
	g.schedule()
	return nil
}

// shortest is below what a delay is as good as none, in seconds: else events
// with such delays could trigger each other at time 0 without an end, as the time
// does get on.
const shortest = 1e-30

// enqueue has an event wait for its time.
func (s *Simulator) enqueue(i int) error {
	g, e := &s.triggers, &s.net.events[i]
	invalid := func(path string, value any, reason string) error {
		return &biovm.FieldError{Path: fmt.Sprintf("event %q: %s", e.Name, path), Value: value, Reason: fmt.Sprintf("%s, at time %v s", reason, s.t)}
	}
	at := s.t
	if e.Delay != nil {
		d := e.Delay(s.t, s.x, &s.random)
		if !(d >= 0) || d > math.MaxFloat64 {
			return invalid("delay", d, "must be a finite time ≥ 0, in seconds")
		}
		if d >= shortest {
			at += d
		}
	}
	n := len(g.queue)
	if n == mostWaiting {
		return invalid("waiting", n, "more events than that must not wait at the same time")
	}
	if n < cap(g.queue) {
		g.queue = g.queue[:n+1] // with the room of one that was there
	} else {
		g.queue = append(g.queue, waiting{})
	}
	w := &g.queue[n]
	w.at, w.event, w.values = at, int32(i), w.values[:0]
	g.soonest = min(g.soonest, at)
	if e.Early {
		e.Values(s.t, s.x, &s.random, g.values[:len(e.Writes)])
		w.values = append(w.values, g.values[:len(e.Writes)]...)
	}
	return nil
}

// take takes one out of the queue, and keeps its room. What it returns holds
// until the next is put in.
func (g *triggers) take(i int) waiting {
	w, last := g.queue[i], len(g.queue)-1
	copy(g.queue[i:], g.queue[i+1:])
	g.queue[last] = w
	g.queue = g.queue[:last]
	if w.at == g.soonest {
		g.soonest = math.Inf(1)
		for i := range g.queue {
			g.soonest = min(g.soonest, g.queue[i].at)
		}
	}
	return w
}

// callOff takes all that wait of an event out of the queue.
func (g *triggers) callOff(event int) {
	for i := len(g.queue) - 1; i >= 0; i-- {
		if int(g.queue[i].event) == event {
			g.take(i)
		}
	}
}

// pick chooses what happens next of what is due; -1 is nothing.
func (s *Simulator) pick() int {
	g := &s.triggers
	if g.soonest > s.t {
		return -1
	}
	best, first, equal := -1, math.Inf(-1), 0
	for i := range g.queue {
		w := &g.queue[i]
		if w.at > s.t {
			continue
		}
		e := &s.net.events[w.event]
		if e.Priority == nil {
			if best < 0 || equal == 0 && w.event < g.queue[best].event {
				best = i
			}
			continue
		}
		switch p := e.Priority(s.t, s.x, &s.random); {
		case equal == 0 || p > first:
			best, first, equal = i, p, 1
		case p == first:
			if equal++; s.random.Float64()*float64(equal) < 1 {
				best = i
			}
		}
	}
	return best
}

// let lets an event happen.
func (s *Simulator) let(w waiting) error {
	e := &s.net.events[w.event]
	if e.Values == nil {
		e.Assign(s.t, s.x)
	} else {
		to := w.values
		if !e.Early {
			to = s.triggers.values[:len(e.Writes)]
			e.Values(s.t, s.x, &s.random, to)
		}
		for k, v := range to {
			s.x[e.Writes[k]] = v
		}
	}
	for _, w := range e.Writes {
		if err := s.net.holds(w, s.x[w]); err != nil {
			return fmt.Errorf("event %q at time %v s: %w", e.Name, s.t, err)
		}
	}
	return nil
}

// save writes what waits; networks without a delay have nothing that does
// between two moments.
func (g *triggers) save(c *checkpoint) {
	if !g.net.delays {
		return
	}
	c.word(uint64(len(g.queue)))
	for i := range g.queue {
		w := &g.queue[i]
		c.word(uint64(w.event))
		c.float(w.at)
		c.floats(w.values)
	}
}

// load reads it.
func (g *triggers) load(c *checkpoint, now float64) {
	if !g.net.delays {
		return
	}
	for range c.takeIndex(mostWaiting) {
		w := waiting{event: int32(c.takeIndex(len(g.net.events) - 1)), at: c.takeFloat()}
		if c.short || !(w.at >= now) || math.IsInf(w.at, 1) {
			c.short = true
			return
		}
		if e := &g.net.events[w.event]; e.Early {
			for range e.Writes {
				w.values = append(w.values, c.takeFloat())
			}
		}
		g.queue = append(g.queue, w)
		g.soonest = min(g.soonest, w.at)
	}
}
