package lac

import (
	"fmt"
	"math"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/operon"
)

// A State is a way for the cell to be, on average.
type State struct {
	MRNA, LacZ, LacY, LacA float64 // copies; LacZ and LacA as monomers
	Open                   float64 // probability that the operon can be transcribed
	Stable                 bool    // chance aside, the cell stays there
}

// open is the probability that an operon can be transcribed, of a share of
// active heads and all of LacI free.
func (c *Config) open(active float64) float64 {
	switch {
	case c.Control == operon.Induced || c.Strain.NoLacI:
		return 1
	case c.Control == operon.Repressed:
		return 0
	case c.Strain.NoLoop:
		return 1 / (1 + float64(weightO1*active))
	}
	aux := float64(weightAux * active)
	return (1 + aux) / (1 + float64(weightO1*active) + aux + float64(weightLoop*active*active))
}

// full is the state of an operon that is always open, on this medium.
func (c *Config) full() State { return c.state(1) }

// state is what an operon that is open so much of the time makes.
func (c *Config) state(open float64) State {
	rate := transcribe * catabolite(c.Medium.Glucose)
	if c.Control == operon.Induced {
		rate = transcribe
	}
	// A cell that does not grow loses no protein; a day stands for ever.
	mu := max(c.dilution(), 1.0/86400)
	s := State{Open: open, MRNA: rate * open * float64(c.Copies) / (decayMRNA + c.dilution())}
	s.LacZ, s.LacY, s.LacA = s.MRNA*translateZ/mu, s.MRNA*translateY/mu, s.MRNA*translateA/mu
	if c.Strain.NoLacZ {
		s.LacZ = 0
	}
	if c.Strain.NoLacY {
		s.LacY = 0
	}
	return s
}

// settle is where the pools come to rest with so many proteins.
func (c *Config) settle(lacY, lacZ float64) pools {
	const longStep, most = 1e4, 10000
	var p pools
	for range most {
		before := p
		p.step(c, longStep, lacY, lacZ)
		if near(p.TMG, before.TMG) && near(p.IPTG, before.IPTG) &&
			near(p.Lactose, before.Lactose) && near(p.Allolactose, before.Allolactose) {
			break
		}
	}
	return p
}

func near(x, y float64) bool {
	const tolerance = 1e-12
	return math.Abs(x-y) <= float64(tolerance*(1+math.Abs(x)))
}

// surplus is how far open the operon would be, over how far it is: of the sign
// of dLacY/dt, and 0 in a steady state.
func (c *Config) surplus(open float64) float64 {
	s := c.state(open)
	p := c.settle(s.LacY, s.LacZ)
	return c.open(p.active()) - open
}

// scan is how finely steady states are looked for: the factor between one
// opening and the next.
const scan = 1.03

// SteadyStates finds the ways for the cell to be on average, from the least to
// the most induced: one, or two stable ones with an unstable one between them.
// Chance is left out; [Cell] has it.
func SteadyStates(c Config) ([]State, error) {
	c, err := withDefaults(c)
	if err != nil {
		return nil, err
	}
	return c.steadyStates(), nil
}

func (c *Config) steadyStates() []State {
	if o := c.open(1); o == 0 || o == 1 {
		s := c.state(o)
		s.Stable = true
		return []State{s}
	}
	var states []State
	low := c.open(1) / 2
	before := c.surplus(low)
	for low < 1 {
		high := min(low*scan, 1)
		after := c.surplus(high)
		if before > 0 != (after > 0) {
			s := c.state(c.bisect(low, high, before > 0))
			s.Stable = before > 0
			states = append(states, s)
		}
		low, before = high, after
	}
	return states
}

func (c *Config) bisect(low, high float64, rising bool) float64 {
	for range 60 {
		middle := (low + high) / 2
		if c.surplus(middle) > 0 == rising {
			low = middle
		} else {
			high = middle
		}
	}
	return (low + high) / 2
}

// An Inducer is a sugar of the medium that induces.
type Inducer int

// The inducers.
const (
	TMG Inducer = iota
	IPTG
	Lactose
)

func (i Inducer) String() string {
	if names := []string{"tmg", "iptg", "lactose"}; i >= 0 && int(i) < len(names) {
		return names[i]
	}
	return fmt.Sprintf("Inducer(%d)", int(i))
}

// ParseInducer reads what String writes.
func ParseInducer(name string) (Inducer, error) {
	for _, i := range []Inducer{TMG, IPTG, Lactose} {
		if i.String() == name {
			return i, nil
		}
	}
	return 0, &biovm.FieldError{Path: "inducer", Value: name, Reason: "must be tmg, iptg or lactose"}
}

// With returns the medium with another concentration of the inducer, in µM.
func (m Medium) With(i Inducer, concentration float64) Medium {
	switch i {
	case IPTG:
		m.IPTG = concentration
	case Lactose:
		m.Lactose = concentration
	default:
		m.TMG = concentration
	}
	return m
}

// A Point is the response to a dose.
type Point struct {
	Dose float64 // µM outside
	// Low and High are LacZ, in monomers, of the least and the most induced
	// state; the same where there is one only.
	Low, High float64
}

// A Response is an induction curve.
type Response struct {
	Points []Point
	// Basal and Full are LacZ, in monomers, without inducer and at the largest
	// dose.
	Basal, Full float64
	// Half is the dose, in µM, at which an uninduced cell reaches half of Full.
	Half float64
	// Hill is the Hill coefficient that the doses for 10 % and 90 % of Full make:
	// log 81 over the logarithm of their ratio; infinite if the curve jumps.
	Hill float64
}

// Curve is the induction curve between two doses, in µM, 0 < from < to, at so
// many points, evenly on a logarithmic scale.
func Curve(c Config, i Inducer, from, to float64, points int) (*Response, error) {
	c, err := withDefaults(c)
	if err != nil {
		return nil, err
	}
	if !(from > 0 && from < to && to <= maxConcentration) || points < 2 || points > 10000 {
		return nil, &biovm.FieldError{Path: "dose", Value: []float64{from, to, float64(points)}, Reason: "want 0 < from < to ≤ 1e6 µM, and from 2 to 10000 points"}
	}
	low := func(dose float64) (low, high float64) {
		at := c
		at.Medium = c.Medium.With(i, dose)
		states := at.steadyStates()
		if len(states) == 0 {
			return 0, 0
		}
		return states[0].LacZ, states[len(states)-1].LacZ
	}
	r := &Response{}
	r.Basal, _ = low(0)
	ratio := expression.Root(to/from, points-1)
	dose := from
	for range points {
		p := Point{Dose: dose}
		p.Low, p.High = low(dose)
		r.Points = append(r.Points, p)
		dose *= ratio
	}
	r.Full, _ = low(to)
	cross := func(level float64) float64 {
		a, b := from, to
		for range 50 {
			middle := math.Sqrt(a * b)
			if z, _ := low(middle); z < level*r.Full {
				a = middle
			} else {
				b = middle
			}
		}
		return math.Sqrt(a * b)
	}
	r.Half = cross(0.5)
	r.Hill = hill(cross(0.9) / cross(0.1))
	return r, nil
}

// hill is log 81/log r.
func hill(r float64) float64 {
	const most = 100
	if r <= 1+1e-6 {
		return math.Inf(1)
	}
	if n := expression.Log(81) / expression.Log(r); n < most {
		return n
	}
	return math.Inf(1)
}

// BistableWindow finds the doses of an inducer, in µM and between two doses,
// with which the cell has two stable states; found is false if there are none.
func BistableWindow(c Config, i Inducer, from, to float64) (low, high float64, found bool, err error) {
	c, err = withDefaults(c)
	if err != nil {
		return 0, 0, false, err
	}
	if !(from > 0 && from < to && to <= maxConcentration) {
		return 0, 0, false, &biovm.FieldError{Path: "dose", Value: []float64{from, to}, Reason: "want 0 < from < to ≤ 1e6 µM"}
	}
	bistable := func(dose float64) bool {
		at := c
		at.Medium = c.Medium.With(i, dose)
		return len(at.steadyStates()) > 1
	}
	const coarse = 1.15
	inside := 0.0
	for dose := from; dose <= to && inside == 0; dose *= coarse {
		if bistable(dose) {
			inside = dose
		}
	}
	if inside == 0 {
		return 0, 0, false, nil
	}
	edge := func(in, out float64) float64 {
		for range 30 {
			middle := math.Sqrt(in * out)
			if bistable(middle) {
				in = middle
			} else {
				out = middle
			}
		}
		return in
	}
	low = edge(inside, max(from, inside/coarse))
	last := inside
	for dose := inside; dose <= to; dose *= coarse {
		if !bistable(dose) {
			break
		}
		last = dose
	}
	return low, edge(last, min(to, last*coarse)), true, nil
}
