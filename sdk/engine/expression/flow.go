package expression

import (
	"math"
	"slices"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// A Flow is a variable that changes all the time, by a rate, while reactions
// and events happen around it: a volume that grows, a signal that decays.
// Propensities that read it change with it, and triggers that read it turn when
// it crosses what they compare it with.
//
// Between reactions and events flows are followed by the method of Dormand and
// Prince (J. Comput. Appl. Math. 6, 19, 1980), of the order 5 with steps of the
// length that a relative error of 1e-6 allows. The same method sums propensities
// up over time, and a reaction happens when that sum reaches an exponential
// number: which is exact but for the error of the steps (Haseltine and Rawlings,
// J. Chem. Phys. 117, 6959, 2002).
//
// All exact methods simulate such a network in this one way, and give the same;
// tau-leaping refuses it.
type Flow struct {
	Variable Species
	// Rate is the variable's change per second. It must depend on the state only,
	// and not change it.
	Rate func(x []float64) float64
}

// AddFlow has a variable change by a rate.
func (b *NetworkBuilder) AddFlow(f Flow) { b.flows = append(b.flows, f) }

// AddClock adds a variable that is the simulated time, in seconds, for
// propensities and flows that depend on it. There is at most one; adding it
// again returns the first.
func (b *NetworkBuilder) AddClock(name string) Species {
	if !b.clocked() {
		b.clock = b.AddVariable(name, 0)
		b.hasClock = true
	}
	return b.clock
}

// AddTurns says when what flows, or a propensity, may jump or bend at times that
// are known beforehand: a pulse's begin and end. Next gives the first of them
// after a time, +Inf where there is none; it must depend on that time and what
// does not flow only, and not change x. A step never reaches beyond one, and is worked out as if what holds inside held
// up to both its ends. Without this, what is short to the steps may be stepped
// over.
func (b *NetworkBuilder) AddTurns(next func(t float64, x []float64) float64) {
	b.turns = append(b.turns, next)
}

func (b *NetworkBuilder) clocked() bool { return b.hasClock }

// Begin has what is set before time 0 be left to chance, anew in each
// simulation. It may change what writes lists only; species must be whole
// numbers ≥ 0. Those that are added later go on from what the earlier ones set.
func (b *NetworkBuilder) Begin(set func(x []float64, random *Random), writes ...Species) {
	b.begins = append(b.begins, begin{set, writes})
}

type begin struct {
	set    func(x []float64, random *Random)
	writes []Species
}

func (c *builderCheck) flows() {
	seen := map[Species]bool{}
	for i, f := range c.b.flows {
		switch {
		case f.Rate == nil:
			c.add(nil, "a flow needs a Rate", "flow %d: rate", i)
		case !c.known(f.Variable) || !c.b.species[f.Variable].variable:
			c.add(int(f.Variable), "is no variable", "flow %d: variable", i)
		case seen[f.Variable] || c.b.clocked() && f.Variable == c.b.clock:
			c.add(c.b.species[f.Variable].name, "flows already", "flow %d: variable", i)
		}
		seen[f.Variable] = true
	}
	for i, next := range c.b.turns {
		if next == nil {
			c.add(nil, "turns need a function", "turns %d", i)
		}
	}
	for i, v := range c.b.begins {
		for k, s := range v.writes {
			if !c.known(s) {
				c.add(int(s), "no such species", "begin %d: writes[%d]", i, k)
			}
		}
	}
}

// A stream is what flows in a network.
type stream struct {
	flows  []Flow
	clock  int     // -1 is none
	live   []int32 // reactions whose propensities change between events
	still  []int32 // the others
	moving []int32 // events whose triggers may turn between reactions
	turns  []func(t float64, x []float64) float64
}

// turn is the first known turn after a time.
func (st *stream) turn(t float64, x []float64) float64 {
	first := math.Inf(1)
	for _, next := range st.turns {
		if at := next(t, x); at > t {
			first = min(first, at)
		}
	}
	return first
}

// stream finds what changes between events; nil if nothing does.
func (n *Network) streamOf(b *NetworkBuilder) *stream {
	if len(b.flows) == 0 && !b.clocked() {
		return nil
	}
	st := &stream{flows: append([]Flow(nil), b.flows...), clock: -1, turns: slices.Clone(b.turns)}
	moves := make([]bool, len(n.species))
	if b.clocked() {
		st.clock = int(b.clock)
		moves[b.clock] = true
	}
	for _, f := range b.flows {
		moves[f.Variable] = true
	}
	reads := func(list []Species) bool {
		for _, s := range list {
			if moves[s] {
				return true
			}
		}
		return false
	}
	for i := range n.reactions {
		if reads(n.reactions[i].Reads) {
			st.live = append(st.live, int32(i))
		} else {
			st.still = append(st.still, int32(i))
		}
	}
	for i := range n.events {
		if n.events[i].Trigger != nil && reads(n.events[i].Reads) {
			st.moving = append(st.moving, int32(i))
		}
	}
	return st
}

// set has chance set the state before time 0.
func (s *Simulator) begin() {
	s.broken = nil
	for _, b := range s.net.begins {
		b.set(s.x, &s.random)
		for _, w := range b.writes {
			if err := s.net.holds(w, s.x[w]); err != nil && s.broken == nil {
				s.broken = err
			}
		}
	}
}

// A FlowError says that a flow cannot be followed: however small the step, its
// rate is not finite, a propensity is none, or they change too fast.
type FlowError struct {
	Variables []string
	Time      float64 // simulated, in seconds
}

func (e *FlowError) Error() string {
	return "what flows (" + quoted(e.Variables) + ") cannot be followed beyond the time " + number(e.Time) + " s: a rate is not finite there, a propensity of it is not or is below 0, or they change too fast"
}

// Is makes it an [biovm.ErrInvalid]: the model is wrong.
func (e *FlowError) Is(target error) bool { return target == biovm.ErrInvalid }

// course follows flows: from a time on by a step of some length, on which the
// state is a polynomial. It does not depend on where Advance stops.
type course struct {
	need   float64 // of the sum of propensities over time, until the next reaction
	pace   float64 // the length of the step that would do; 0 is not known yet
	from   float64 // where the step begins
	length float64 // 0 is no step
	stop   float64 // the first time in the step when something happens
	why    reason
	known  bool // stop and why are
	// Of each flow, and then of the sum of propensities, by the powers of the
	// polynomial.
	terms [polynomial][]float64
	rates [stages][]float64
	begun []float64 // at from
	trial []float64
	tab   tableau
	// Between which times the clock is while a step is worked out.
	early, late float64
}

type reason uint8

const (
	stepEnds reason = iota
	reactionHappens
	triggerTurns
)

func newCourse(n *Network) course {
	var c course
	if n.stream == nil {
		return c
	}
	width := len(n.stream.flows) + 1
	for i := range c.terms {
		c.terms[i] = make([]float64, width)
	}
	for i := range c.rates {
		c.rates[i] = make([]float64, width)
	}
	c.begun, c.trial, c.tab = make([]float64, width), make([]float64, width), dormandPrince()
	return c
}

// reset begins at time 0.
func (s *Simulator) resetCourse() {
	if s.net.stream == nil {
		return
	}
	c := &s.course
	c.need, c.pace, c.from, c.length, c.stop, c.why, c.known = s.random.Exponential(), 0, 0, 0, 0, stepEnds, false
	for i := range c.terms {
		clear(c.terms[i])
	}
	if clock := s.net.stream.clock; clock >= 0 {
		s.x[clock] = 0
	}
}

// abandon ends the step where the simulation is: the state, or a rate, was
// changed from outside.
func (s *Simulator) abandon() {
	c := &s.course
	if c.length > 0 {
		c.need = max(0, c.need-c.sum(s.t))
		c.length = 0
	}
	c.known = false
	if len(s.net.stream.moving) > 0 {
		c.pace = 0
	}
	if clock := s.net.stream.clock; clock >= 0 {
		s.x[clock] = s.t
	}
}

// sum is the sum of propensities over time, from the step's begin.
func (c *course) sum(t float64) float64 { return c.at(len(c.begun)-1, (t-c.from)/c.length) }

// place puts the flows where they are at a time of the step.
func (s *Simulator) place(t float64) {
	st, c := s.net.stream, &s.course
	part := (t - c.from) / c.length
	for i := range st.flows {
		s.x[st.flows[i].Variable] = c.at(i, part)
	}
	if st.clock >= 0 {
		s.x[st.clock] = t
	}
}

// runFlow is react where something flows.
func (s *Simulator) runFlow(limit float64, budget int) (left int, err error) {
	c := &s.course
	for budget > 0 {
		if c.length == 0 {
			if err := s.step(); err != nil {
				return budget, err
			}
		}
		if !c.known {
			s.seek()
		}
		if math.IsInf(c.stop, 1) {
			return budget, nil // nothing will ever happen
		}
		if limit < c.stop {
			if s.t < limit {
				s.place(limit)
			}
			return budget, nil
		}
		budget--
		s.t = c.stop
		s.place(s.t)
		switch c.why {
		case triggerTurns:
			s.triggers.look = true
			return budget, nil
		case reactionHappens:
			return budget, s.reactNow()
		default:
			c.need = max(0, c.need-c.sum(s.t))
			c.length, c.known = 0, false
		}
	}
	return budget, nil
}

// reactNow lets one reaction happen, by the propensities of now.
func (s *Simulator) reactNow() error {
	c := &s.course
	c.need, c.length, c.known = s.random.Exponential(), 0, false
	for _, j := range s.net.stream.live {
		v := s.net.propensity(&s.laws[j], j, s.state)
		if s.a[j] = v; !validPropensity(v) {
			return s.invalid(int(j), v)
		}
	}
	s.tree.rebuild()
	total := s.tree.total()
	switch {
	case !(total > 0):
		return nil // the sum went up by rounding only
	case total > math.MaxFloat64:
		return s.overflow()
	}
	j := s.tree.find(float64(s.random.Float64() * total))
	if err := s.fire(j); err != nil {
		return err
	}
	s.triggers.look = s.triggers.look || s.net.rows[j].watched
	return nil
}
