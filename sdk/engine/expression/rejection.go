package expression

import (
	"math"
	"math/bits"
)

// exponents is how many binary exponents numbers have.
const exponents = 1 << 11

// groups sort reactions by the binary exponent of their propensities, so that
// those of a group differ by less than a factor of two. A group's sum is kept as
// a whole number of units of its last place, so it is exact.
type groups struct {
	members [exponents][]int32
	where   []int32 // the place of each reaction in its group
	high    [exponents]uint64
	low     [exponents]uint64
	sums    sumTree // of the groups, by exponent
	total   float64
}

func newGroups(n int) *groups {
	return &groups{where: make([]int32, n), sums: newSumTree(exponents)}
}

// split takes a propensity apart into exponent and units.
func split(a float64) (exponent int, units uint64) {
	const fraction = 52
	b := math.Float64bits(a)
	exponent, units = int(b>>fraction)&(exponents-1), b&(1<<fraction-1)
	if exponent > 0 {
		units |= 1 << fraction
	}
	return exponent, units
}

// unit is what a unit of an exponent is worth.
func unit(exponent int) float64 {
	const bias, fraction = 1075, 52
	if exponent > fraction {
		return math.Float64frombits(uint64(exponent-fraction) << fraction)
	}
	return math.Ldexp(1, max(exponent, 1)-bias)
}

func (g *groups) clear() {
	if g == nil {
		return
	}
	for e := range g.members {
		g.members[e] = g.members[e][:0]
	}
	clear(g.high[:])
	clear(g.low[:])
	clear(g.sums.levels[0])
	g.sums.rebuild()
	g.total = 0
}

// rebuild sorts all reactions anew.
func (g *groups) rebuild(a []float64) {
	g.clear()
	for j, v := range a {
		g.enter(int32(j), v)
	}
	for e := range g.members {
		g.sums.levels[0][e] = g.sum(e)
	}
	g.sums.rebuild()
	g.total = g.sums.total()
}

// enter puts a reaction into the group of its propensity.
func (g *groups) enter(j int32, a float64) {
	if !(a > 0) {
		return
	}
	e, units := split(a)
	g.where[j] = int32(len(g.members[e]))
	g.members[e] = append(g.members[e], j)
	var carry uint64
	g.low[e], carry = bits.Add64(g.low[e], units, 0)
	g.high[e] += carry
}

// leave takes a reaction out of the group of its propensity.
func (g *groups) leave(j int32, a float64) {
	if !(a > 0) {
		return
	}
	e, units := split(a)
	list := g.members[e]
	last := list[len(list)-1]
	list[g.where[j]] = last
	g.where[last] = g.where[j]
	g.members[e] = list[:len(list)-1]
	var borrow uint64
	g.low[e], borrow = bits.Sub64(g.low[e], units, 0)
	g.high[e] -= borrow
}

func (g *groups) sum(e int) float64 {
	return (float64(float64(g.high[e])*0x1p64) + float64(g.low[e])) * unit(e)
}

// note renews the sums above a group.
func (g *groups) note(e int) {
	g.sums.levels[0][e] = g.sum(e)
	g.sums.lift(e / fan)
}

// move gives a reaction a new propensity.
func (g *groups) move(j int32, before, after float64) {
	if before == after {
		return
	}
	old, oldUnits := split(before)
	e, units := split(after)
	if old == e && before > 0 && after > 0 {
		var carry uint64
		g.low[e], carry = bits.Add64(g.low[e], units, 0)
		g.high[e] += carry
		g.low[e], carry = bits.Sub64(g.low[e], oldUnits, 0)
		g.high[e] -= carry
		g.note(e)
		return
	}
	if before > 0 {
		g.leave(j, before)
		g.note(old)
	}
	if after > 0 {
		g.enter(j, after)
		g.note(e)
	}
}

// find draws a reaction: a group by its sum, one of it by rejection.
func (g *groups) find(r *Random, a []float64) int {
	e := g.sums.find(r.Float64() * g.total)
	list := g.members[e]
	unit := unit(e)
	for {
		k, _ := bits.Mul64(r.Uint64(), uint64(len(list)))
		if j := list[k]; float64(r.Uint64()>>mantissaOf)*unit < a[j] {
			return int(j)
		}
	}
}

// runGroups is react by composition and rejection.
func (s *Simulator) runGroups(limit float64, budget int) (left int, err error) {
	n, g := s.net, s.groups
	for ; budget > 0 && s.next <= limit; budget-- {
		s.t = s.next
		j := g.find(&s.random, s.a)
		row := &n.rows[j]
		if err := s.change(j, row); err != nil {
			return budget - 1, err
		}
		for _, i := range n.depends[row.depends:row.dependsEnd] {
			v := n.propensity(&s.laws[i], i, s.state)
			if !validPropensity(v) {
				return budget - 1, s.invalid(int(i), v)
			}
			g.move(i, s.a[i], v)
			s.a[i] = v
		}
		if g.total = g.sums.total(); g.total > math.MaxFloat64 {
			return budget - 1, s.overflow()
		}
		if checked {
			s.checker.event(s)
		}
		s.next = s.draw(g.total)
		if row.watched {
			s.triggers.look = true
			return budget - 1, nil
		}
	}
	return budget, nil
}

// save writes the groups' members: what is drawn depends on their order.
func (g *groups) save(c *checkpoint) {
	if g == nil {
		return
	}
	for _, list := range g.members {
		for _, j := range list {
			c.word(uint64(j))
		}
	}
}

// load reads the groups of propensities that were read before.
func (g *groups) load(c *checkpoint, a []float64) {
	if g == nil {
		return
	}
	g.clear()
	seen := make([]bool, len(a))
	positive, before := 0, 0
	for _, v := range a {
		if v > 0 {
			positive++
		}
	}
	for range positive {
		j := c.takeIndex(len(a) - 1)
		e, _ := split(a[j])
		if c.short || seen[j] || !(a[j] > 0) || e < before {
			c.short = true
			return
		}
		seen[j], before = true, e
		g.enter(int32(j), a[j])
	}
	for e := range g.members {
		g.sums.levels[0][e] = g.sum(e)
	}
	g.sums.rebuild()
	g.total = g.sums.total()
}
