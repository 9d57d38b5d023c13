package expression

import (
	"math"
	"strconv"
	"strings"
)

const (
	stages     = 7 // of a step
	polynomial = 5 // terms of the polynomial between its ends
	// flowError is the relative error that a step may make.
	flowError = 1e-6
	// looks is how often triggers are looked at in a step: those that turn twice
	// between two looks are missed. After an event steps begin short, and a step is
	// at most twice as long as the one before, so that there is a look in each
	// quarter of the time since.
	looks, doubled, fivefold = 4, 2, 5
)

// A tableau holds the coefficients of Dormand and Prince, with the dense output
// of Hairer, Nørsett and Wanner (Solving Ordinary Differential Equations I,
// 1993, section II.6).
type tableau struct {
	nodes [stages]float64
	steps [stages][stages - 1]float64
	wrong [stages]float64 // the error
	dense [stages]float64
}

func dormandPrince() tableau {
	return tableau{
		nodes: [stages]float64{0, 1. / 5, 3. / 10, 4. / 5, 8. / 9, 1, 1},
		steps: [stages][stages - 1]float64{
			{},
			{1. / 5},
			{3. / 40, 9. / 40},
			{44. / 45, -56. / 15, 32. / 9},
			{19372. / 6561, -25360. / 2187, 64448. / 6561, -212. / 729},
			{9017. / 3168, -355. / 33, 46732. / 5247, 49. / 176, -5103. / 18656},
			{35. / 384, 0, 500. / 1113, 125. / 192, -2187. / 6784, 11. / 84},
		},
		wrong: [stages]float64{71. / 57600, 0, -71. / 16695, 71. / 1920, -17253. / 339200, 22. / 525, -1. / 40},
		dense: [stages]float64{
			-12715105075. / 11282082432, 0, 87487479700. / 32700410799, -10690763975. / 1880347072,
			701980252875. / 199316789632, -1453857185. / 822651844, 69997945. / 29380423,
		},
	}
}

// at is a number of the polynomial, at a part of the step from 0 to 1.
func (c *course) at(i int, part float64) float64 {
	rest := 1 - part
	v := c.terms[3][i] + float64(rest*c.terms[4][i])
	v = c.terms[2][i] + float64(part*v)
	v = c.terms[1][i] + float64(rest*v)
	return c.terms[0][i] + float64(part*v)
}

// derive works out the rates of flows, and the sum of propensities, at a time
// and with the flows as in trial. False says that one is not finite.
func (s *Simulator) derive(t, base float64, rates []float64) bool {
	st, c := s.net.stream, &s.course
	for i := range st.flows {
		s.x[st.flows[i].Variable] = c.trial[i]
	}
	if st.clock >= 0 {
		s.x[st.clock] = min(max(t, c.early), c.late)
	}
	good := true
	for i := range st.flows {
		rates[i] = st.flows[i].Rate(s.x)
		good = good && math.Abs(rates[i]) <= math.MaxFloat64
	}
	sum := base
	for _, j := range st.live {
		v := s.net.propensity(&s.laws[j], j, s.state)
		sum += v
		good = good && validPropensity(v)
	}
	rates[len(st.flows)] = sum
	return good && sum <= math.MaxFloat64
}

// step makes a step from where the simulation is.
func (s *Simulator) step() error {
	st, c := s.net.stream, &s.course
	base := 0.0
	for _, j := range st.still {
		base += s.a[j]
	}
	for i := range st.flows {
		c.begun[i] = s.x[st.flows[i].Variable]
	}
	c.begun[len(st.flows)] = 0
	copy(c.trial, c.begun)
	turn := c.within(s.t, s.x, st)
	good := s.derive(s.t, base, c.rates[0])
	const fine = 0x1p-40 // what a first step is to the time at least, so that it gets on
	most := float64(fivefold)
	if len(st.moving) > 0 {
		most = doubled
	}
	if c.pace == 0 || math.IsInf(c.pace, 1) {
		c.pace = max(c.guess(), fine*s.t)
	}
	reach := math.Inf(1) // a step beyond the next reaction is of no use
	if total := c.rates[0][len(st.flows)]; total > 0 {
		reach = max(2*c.need/total, fine*s.t, math.SmallestNonzeroFloat64)
	}
	for good {
		h := min(c.pace, reach, turn-s.t)
		if s.t+h == s.t {
			break
		}
		wrong := s.try5(base, h)
		if h == c.pace || !(wrong <= 1) {
			c.pace = h * grow(wrong, most)
		}
		if wrong <= 1 {
			c.from, c.length, c.known = s.t, h, false
			c.keep(h)
			break
		}
	}
	copy(c.trial, c.begun)
	for i := range st.flows {
		s.x[st.flows[i].Variable] = c.begun[i]
	}
	if st.clock >= 0 {
		s.x[st.clock] = s.t
	}
	if c.length > 0 {
		return nil
	}
	return s.lost()
}

// within finds the next known turn, which a step from a time on does not reach
// beyond, and keeps the clock off both ends while it is worked out: on which side
// of a turn a time is, is certain but for rounding.
func (c *course) within(t float64, x []float64, st *stream) (turn float64) {
	c.early, c.late = math.Inf(-1), math.Inf(1)
	if len(st.turns) == 0 {
		return c.late
	}
	const rounding, part = 0x1p-40, 0.25
	turn = st.turn(t, x)
	c.early = t + min(rounding*t, part*(turn-t))
	if turn <= math.MaxFloat64 {
		c.late = turn - min(rounding*turn, part*(turn-t))
	}
	return turn
}

// lost says why there is no step from where the simulation is.
func (s *Simulator) lost() error {
	st := s.net.stream
	for _, j := range st.live {
		if v := s.net.propensity(&s.laws[j], j, s.state); !validPropensity(v) {
			return s.invalid(int(j), v)
		}
	}
	s.stale = true
	e := &FlowError{Time: s.t}
	for i := range st.flows {
		e.Variables = append(e.Variables, s.net.species[st.flows[i].Variable].name)
	}
	if st.clock >= 0 {
		e.Variables = append(e.Variables, s.net.species[st.clock].name)
	}
	return e
}

// grow is by how much the next step is longer, at most, after one with an error
// that is so many times what it may be.
func grow(wrong, most float64) float64 {
	const least, safety, order = 0.2, 0.9, 5
	switch {
	case !(wrong > 0) && !math.IsNaN(wrong):
		return most
	case !(wrong <= math.MaxFloat64):
		return least
	}
	return min(most, max(least, safety*exp(-log(wrong)/order)))
}

// guess is how long the first step is, in seconds: a twentieth of the time in
// which a flow would double, a tenth of a reaction's, and short where there is
// nothing to go by.
func (c *course) guess() float64 {
	const part, ofReaction, short = 0.05, 0.1, 1e-6
	last := len(c.begun) - 1
	h := math.Inf(1)
	if total := c.rates[0][last]; total > 0 {
		h = ofReaction / total
	}
	for i := range last {
		if y, rate := math.Abs(c.begun[i]), math.Abs(c.rates[0][i]); y > 0 && rate > 0 {
			h = min(h, part*y/rate)
		}
	}
	if math.IsInf(h, 1) {
		return short
	}
	return max(h, math.SmallestNonzeroFloat64)
}

// try5 tries a step, and returns how many times its error is what it may be.
func (s *Simulator) try5(base, h float64) float64 {
	c := &s.course
	for k := 1; k < stages; k++ {
		for i := range c.trial {
			v := 0.0
			for l := range k {
				v += float64(c.tab.steps[k][l] * c.rates[l][i])
			}
			c.trial[i] = c.begun[i] + float64(h*v)
		}
		if !s.derive(s.t+float64(c.tab.nodes[k]*h), base, c.rates[k]) {
			return math.Inf(1)
		}
	}
	worst := 0.0
	last := len(c.trial) - 1
	for i := range c.trial {
		if !(math.Abs(c.trial[i]) <= math.MaxFloat64) {
			return math.Inf(1)
		}
		v := 0.0
		for k := range stages {
			v += float64(c.tab.wrong[k] * c.rates[k][i])
		}
		scale := max(math.Abs(c.begun[i]), math.Abs(c.trial[i]), math.Abs(h*c.rates[0][i]))
		if i == last {
			scale = max(1, scale)
		}
		if scale > 0 {
			worst = max(worst, math.Abs(h*v)/(flowError*scale))
		}
	}
	return worst
}

// keep makes the polynomial of a step that was good.
func (c *course) keep(h float64) {
	for i := range c.trial {
		change := c.trial[i] - c.begun[i]
		bend := float64(h*c.rates[0][i]) - change
		v := 0.0
		for k := range stages {
			v += float64(c.tab.dense[k] * c.rates[k][i])
		}
		c.terms[0][i], c.terms[1][i], c.terms[2][i] = c.begun[i], change, bend
		c.terms[3][i] = change - float64(h*c.rates[stages-1][i]) - bend
		c.terms[4][i] = h * v
	}
}

// seek finds what happens first in the rest of the step.
func (s *Simulator) seek() {
	c := &s.course
	c.known, c.stop, c.why = true, c.from+c.length, stepEnds
	if math.IsInf(c.stop, 1) {
		return
	}
	if c.sum(c.stop) >= c.need {
		c.why = reactionHappens
		if c.sum(s.t) >= c.need {
			c.stop = s.t
		} else {
			c.stop = c.crossing(s.t, c.stop)
		}
	}
	before := s.t
	for k := 1; k <= looks && len(s.net.stream.moving) > 0; k++ {
		at := c.stop
		if k < looks {
			at = s.t + float64((c.stop-s.t)*(float64(k)/looks))
		}
		if at > before && s.turned(at) {
			c.stop, c.why = first(before, at, s.turned), triggerTurns
			break
		}
		before = at
	}
	s.place(s.t)
}

// turned reports whether a trigger that may turn by itself is, at a time of the
// step, not what it was when last looked at.
func (s *Simulator) turned(t float64) bool {
	s.place(t)
	for _, i := range s.net.stream.moving {
		if s.net.events[i].Trigger(t, s.x) != s.triggers.held[i] {
			return true
		}
	}
	return false
}

// crossing finds when the sum of propensities reaches what is needed, which at
// low it does not and at high it does: by the Illinois variant of false
// position (Dowell and Jarratt, BIT 11, 168, 1971).
func (c *course) crossing(low, high float64) float64 {
	const most = 200
	start, below, above, last := low, c.sum(low)-c.need, c.sum(high)-c.need, 0
	for range most {
		width := high - low
		if above == 0 || width <= near*(high-start) {
			break
		}
		t := high - float64(above/(above-below)*width)
		if !(t > low && t < high) {
			if t = low + float64(0.5*width); t <= low || t >= high {
				break
			}
		}
		v := c.sum(t) - c.need
		side := 1
		if v < 0 {
			side, low, below = -1, t, v
		} else {
			high, above = t, v
		}
		switch {
		case side != last:
		case side > 0:
			below *= 0.5
		default:
			above *= 0.5
		}
		last = side
	}
	return high
}

// near is how close it is known when something happens, as a part of the time
// since the last did.
const near = 0x1p-46

// first finds by halving the first time after low, and up to high, at which
// something is so that is so at high.
func first(low, high float64, is func(t float64) bool) float64 {
	for start := low; ; {
		middle := low + float64(0.5*(high-low))
		if middle <= low || middle >= high || high-low <= near*(high-start) {
			return high
		}
		if is(middle) {
			high = middle
		} else {
			low = middle
		}
	}
}

// save writes where flows are.
func (c *course) save(to *checkpoint) {
	if c.begun == nil {
		return
	}
	to.floats([]float64{c.need, c.pace, c.from, c.length, c.stop})
	to.word(uint64(c.why))
	to.flag(c.known)
	for i := range c.terms {
		to.floats(c.terms[i])
	}
}

// load reads it.
func (c *course) load(from *checkpoint, now float64) {
	if c.begun == nil {
		return
	}
	for _, v := range []*float64{&c.need, &c.pace, &c.from, &c.length, &c.stop} {
		*v = from.takeFloat()
	}
	c.why, c.known = reason(from.takeIndex(int(triggerTurns))), from.takeFlag()
	for i := range c.terms {
		for k := range c.terms[i] {
			if c.terms[i][k] = from.takeFloat(); math.IsNaN(c.terms[i][k]) {
				from.short = true
			}
		}
	}
	if !(c.need >= 0) || !(c.pace >= 0) || !(c.from >= 0) || !(c.from <= now) || !(c.length >= 0) || c.known && (!(c.stop >= now) || c.length == 0) {
		from.short = true
	}
}

func quoted(names []string) string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = strconv.Quote(name)
	}
	return strings.Join(list, ", ")
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
