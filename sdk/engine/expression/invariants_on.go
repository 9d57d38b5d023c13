//go:build invariants

package expression

import (
	"fmt"
	"math"
	"math/bits"
)

// checked says that this is the build that checks every event.
const checked = true

// A checker holds what the linear invariants summed up to.
type checker struct {
	net  *Network
	want []float64
}

func newChecker(n *Network) checker { return checker{net: n, want: make([]float64, len(n.invariants))} }

// reset takes the sums as they are, because the state was changed from
// outside.
func (c *checker) reset(x []float64) {
	for i := range c.want {
		c.want[i] = c.net.invariants[i].sum(x)
	}
}

func (v *invariant) sum(x []float64) float64 {
	total := 0.0
	for k, s := range v.species {
		total += float64(v.weights[k] * x[s])
	}
	return total
}

// event panics if the state after an event is not what it must be: a bug of
// this package or of a propensity function.
func (c *checker) event(s *Simulator) {
	for i := range c.net.species {
		if err := c.net.holds(Species(i), s.x[i]); err != nil {
			panic(fmt.Sprintf("expression: after event %d at time %v s: %v", s.events, s.t, err))
		}
	}
	for j := range s.laws {
		if v := c.net.propensity(&s.laws[j], int32(j), s.state); !(v >= 0) || v > math.MaxFloat64 || v != s.a[j] {
			panic(fmt.Sprintf("expression: after event %d at time %v s: reaction %q has the propensity %v, and %v is noted", s.events, s.t, c.net.reactions[j].Name, v, s.a[j]))
		}
	}
	for i := range c.want {
		if got := c.net.invariants[i].sum(s.x); got != c.want[i] {
			panic(fmt.Sprintf("expression: after event %d at time %v s: invariant %q is %v: want %v", s.events, s.t, c.net.invariants[i].name, got, c.want[i]))
		}
	}
	c.sums(s)
}

// sums checks the method's own sums.
func (c *checker) sums(s *Simulator) {
	for l := 1; l < len(s.tree.levels); l++ {
		for b := range len(s.tree.levels[l-1]) / fan {
			if got, want := s.tree.levels[l][b], sum((*[fan]float64)(s.tree.levels[l-1][b*fan:])); got != want {
				panic(fmt.Sprintf("expression: after event %d: sum %d of level %d is %v: want %v", s.events, b, l, got, want))
			}
		}
	}
	if s.opts.Method == CompositionRejection {
		s.groups.check(s.a)
	}
}

// check panics if the groups are not those of the propensities.
func (g *groups) check(a []float64) {
	n := 0
	for e, list := range g.members {
		var high, low, carry uint64
		for k, j := range list {
			is, units := split(a[j])
			if is != e || int(g.where[j]) != k {
				panic(fmt.Sprintf("expression: reaction %d with propensity %v is in group %d at %d", j, a[j], e, k))
			}
			low, carry = bits.Add64(low, units, 0)
			high += carry
		}
		if high != g.high[e] || low != g.low[e] {
			panic(fmt.Sprintf("expression: the sum of group %d is %d·2^64 + %d: want %d·2^64 + %d", e, g.high[e], g.low[e], high, low))
		}
		n += len(list)
	}
	for _, v := range a {
		if v > 0 {
			n--
		}
	}
	if n != 0 {
		panic(fmt.Sprintf("expression: the groups have %d reactions too many", n))
	}
}
