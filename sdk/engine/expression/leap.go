package expression

import (
	"math"
	"slices"
)

// What Cao, Gillespie and Petzold (J. Chem. Phys. 124, 044109, 2006) propose.
const (
	defaultEpsilon = 0.03
	criticalBelow  = 10  // firings that use a reactant up make a reaction critical
	worthwhile     = 10  // a leap must be this many times the mean time of one step
	singleSteps    = 100 // steps of the direct method where it is not
)

// mostUsed bounds what a leap takes of a reactant, by the bound of its change.
// Where gain and loss balance, nothing else would, and explicit leaps of about
// the time of turnover make counts scatter too much (Rathinam et al., J. Chem.
// Phys. 119, 12784, 2003). Of our own choice.
const mostUsed = 2

// A leaper chooses the length of leaps and holds what that takes.
type leaper struct {
	epsilon  float64
	single   int // steps of the direct method before the next leap is tried
	orders   [][]order
	reactant []int32 // species that some propensity reads
	mean     []float64
	spread   []float64
	used     []float64
	critical []bool
	firings  []float64
	trial    []float64 // the state after a leap
	middle   []float64 // the state in the middle of a leap, and a 1 behind it
}

// An order says that a propensity of some order counts a species so often.
type order struct{ total, own int }

func newLeaper(n *Network, epsilon float64) leaper {
	if epsilon == 0 {
		epsilon = defaultEpsilon
	}
	l := leaper{
		epsilon: epsilon, orders: make([][]order, len(n.species)), mean: make([]float64, len(n.species)), spread: make([]float64, len(n.species)), used: make([]float64, len(n.species)),
		critical: make([]bool, len(n.reactions)), firings: make([]float64, len(n.reactions)), trial: make([]float64, len(n.species)), middle: n.newState(),
	}
	for i := range n.reactions {
		for s, o := range n.ordersOf(i) {
			l.note(s, o)
		}
	}
	for s, list := range l.orders {
		if len(list) > 0 {
			l.reactant = append(l.reactant, int32(s))
		}
	}
	return l
}

// ordersOf says how a reaction's propensity depends on each species.
func (n *Network) ordersOf(i int) map[Species]order {
	r := &n.reactions[i]
	found := map[Species]order{}
	if r.Propensity != nil {
		o := r.Order
		if o == 0 {
			o = 2
		}
		for _, s := range r.Reads {
			found[s] = order{o, o}
		}
		return found
	}
	total := 0
	for _, t := range r.Reactants {
		total += t.Count
	}
	for _, t := range r.Reactants {
		found[t.Species] = order{total, found[t.Species].own + t.Count}
	}
	return found
}

func (l *leaper) note(s Species, o order) {
	if !slices.Contains(l.orders[s], o) {
		l.orders[s] = append(l.orders[s], o)
	}
}

// bound is how far a species' count may move in a leap: the paper's
// max(ε·x/g, 1). With m molecules of a reaction, n of them of the species, g is
// m/n·(n + Σ k/(x-k)) over k from 1 to n-1, which gives the paper's cases.
func (l *leaper) bound(s int32, x float64) float64 {
	g := 1.0
	for _, o := range l.orders[s] {
		sum := float64(o.own)
		for k := 1; k < o.own; k++ {
			sum += float64(k) / max(x-float64(k), 1)
		}
		g = max(g, float64(o.total)/float64(o.own)*sum)
	}
	return max(l.epsilon*x/g, 1)
}

// classify finds the reactions that could use up a reactant, and the sum of
// their propensities.
func (s *Simulator) classify() (critical float64) {
	l, n := &s.leap, s.net
	for j := range n.rows {
		l.critical[j] = false
		if !(s.a[j] > 0) {
			continue
		}
		for _, c := range n.changes[n.rows[j].change:n.rows[j].changeEnd] {
			if c.delta < 0 && s.x[c.species] < float64(criticalBelow*-c.delta) {
				l.critical[j] = true
			}
		}
		if l.critical[j] {
			critical += s.a[j]
		}
	}
	return critical
}

// length is how long a leap may be so that no propensity of the reactions that
// are not critical changes much; +Inf if nothing bounds it.
func (s *Simulator) length() float64 {
	l, n := &s.leap, s.net
	clear(l.mean)
	clear(l.spread)
	clear(l.used)
	for j := range n.rows {
		if l.critical[j] || !(s.a[j] > 0) {
			continue
		}
		for _, c := range n.changes[n.rows[j].change:n.rows[j].changeEnd] {
			d := float64(c.delta * s.a[j])
			l.mean[c.species] += d
			l.spread[c.species] += float64(c.delta * d)
			if d < 0 {
				l.used[c.species] -= d
			}
		}
	}
	tau := math.Inf(1)
	for _, i := range l.reactant {
		if !(l.spread[i] > 0) {
			continue
		}
		b := l.bound(i, s.x[i])
		tau = min(tau, b*b/l.spread[i])
		if m := math.Abs(l.mean[i]); m > 0 {
			tau = min(tau, b/m)
		}
		if l.used[i] > 0 {
			tau = min(tau, mostUsed*b/l.used[i])
		}
	}
	return tau
}

// runLeaps is react by leaps, and by single steps where those are not worth
// it. A leap takes one of the budget.
func (s *Simulator) runLeaps(limit float64, budget int) (left int, err error) {
	l := &s.leap
	for budget > 0 && s.t < limit {
		if l.single == 0 {
			done, err := s.leapOnce(limit)
			if err != nil {
				return budget - 1, err
			}
			if done {
				budget--
				if len(s.triggers.held) > 0 {
					s.triggers.look = true
					return budget, nil
				}
				continue
			}
			if l.single == 0 { // nothing can happen
				return budget, nil
			}
		}
		most := min(budget, l.single)
		rest, err := s.runTree(limit, most)
		if l.single -= most - rest; l.single == 0 {
			s.next = math.Inf(1)
		}
		budget -= most - rest
		if err != nil || s.triggers.look || rest == most {
			return budget, err
		}
	}
	return budget, nil
}

// leapOnce takes a leap; done is false when it is not worth it, and single
// steps are to follow, or when nothing can happen.
func (s *Simulator) leapOnce(limit float64) (done bool, err error) {
	l := &s.leap
	total := s.tree.total()
	if !(total > 0) {
		return false, nil
	}
	critical := s.classify()
	tau := s.length()
	for {
		if tau < worthwhile/total || math.IsInf(tau, 1) && math.IsInf(limit, 1) {
			l.single = singleSteps
			s.next = s.draw(total)
			return false, nil
		}
		step, one := min(tau, limit-s.t), false
		if critical > 0 {
			if t := s.random.Exponential() / critical; t <= step {
				step, one = t, true
			}
		}
		if s.toMiddle(step) && s.try(step, critical, one) {
			return true, s.land(step, limit)
		}
		tau = 0.5 * step
	}
}

// toMiddle goes to where the reactions that are not critical lead on average in
// half a step, in whole molecules: their propensities there are what counts
// (the midpoint method; Gillespie, J. Chem. Phys. 115, 1716, 2001). False says
// that a species would be used up.
func (s *Simulator) toMiddle(step float64) bool {
	l := &s.leap
	for i, x := range s.x {
		l.middle[i] = x
		if drift := l.mean[i]; drift != 0 {
			l.middle[i] = math.Floor(x + float64(0.5*step*drift) + 0.5)
		}
		if l.middle[i] < 0 {
			return false
		}
	}
	return true
}

// try draws how often each reaction happens in a step; false says that there
// are not the molecules for it.
func (s *Simulator) try(step, critical float64, one bool) bool {
	l, n := &s.leap, s.net
	copy(l.trial, s.x)
	pick := -1
	if one {
		pick = s.pickCritical(critical)
	}
	for j := range n.rows {
		l.firings[j] = 0
		switch {
		case j == pick:
			l.firings[j] = 1
		case !l.critical[j] && s.a[j] > 0:
			l.firings[j] = s.random.Poisson(n.propensity(&s.laws[j], int32(j), l.middle) * step)
		}
		if l.firings[j] == 0 {
			continue
		}
		for _, c := range n.changes[n.rows[j].change:n.rows[j].changeEnd] {
			l.trial[c.species] += float64(c.delta * l.firings[j])
		}
	}
	for i, x := range l.trial {
		if x < 0 && !n.species[i].variable {
			return false
		}
	}
	return true
}

// pickCritical draws which critical reaction happens.
func (s *Simulator) pickCritical(critical float64) int {
	u := s.random.Float64() * critical
	last := -1
	for j, is := range s.leap.critical {
		if !is {
			continue
		}
		if last = j; u < s.a[j] {
			break
		}
		u -= s.a[j]
	}
	return last
}

// land goes to the end of a leap that was drawn.
func (s *Simulator) land(step, limit float64) error {
	l, n := &s.leap, s.net
	copy(s.x, l.trial)
	if step == limit-s.t {
		s.t = limit
	} else {
		s.t = min(s.t+step, limit)
	}
	for j, k := range l.firings {
		s.events += uint64(k)
		if s.fired != nil {
			s.fired[j] += uint64(k)
		}
	}
	for i, x := range s.x {
		if x > MaxCount && !n.species[i].variable {
			return s.outside(0, int32(i))
		}
	}
	for j := range s.laws {
		v := n.propensity(&s.laws[j], int32(j), s.state)
		if !validPropensity(v) {
			return s.invalid(j, v)
		}
		s.a[j] = v
	}
	s.tree.rebuild()
	if checked {
		s.checker.event(s)
	}
	if s.tree.total() > math.MaxFloat64 {
		return s.overflow()
	}
	return nil
}
