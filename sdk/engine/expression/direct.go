package expression

import "math"

// runTree is react by the direct method. The time of the next reaction is
// drawn as soon as the total is known, and kept.
func (s *Simulator) runTree(limit float64, budget int) (left int, err error) {
	if s.net.moves != nil && s.fired == nil && !checked {
		return s.runFew(limit, budget)
	}
	if len(s.tree.levels) == 1 && s.fired == nil && !checked {
		return s.runRow(limit, budget)
	}
	total := s.tree.total()
	for ; budget > 0 && s.next <= limit; budget-- {
		s.t = s.next
		j := s.tree.find(float64(s.random.Float64() * total))
		if err := s.fire(j); err != nil {
			return budget - 1, err
		}
		total = s.tree.total()
		if !(total > 0) || total > math.MaxFloat64 {
			if s.next = math.Inf(1); total > 0 {
				return budget - 1, s.overflow()
			}
		} else {
			s.next = s.t + s.random.Exponential()/total
		}
		if s.net.rows[j].watched {
			s.triggers.look = true
			return budget - 1, nil
		}
	}
	return budget, nil
}

// mostCount is MaxCount's bits: numbers below 0, or beyond, have more.
const mostCount = 0x433fffffffffffff

// runRow is runTree for up to eight reactions: the same, in one piece, with
// what changes at every event in registers.
func (s *Simulator) runRow(limit float64, budget int) (left int, err error) {
	n, b := s.net, (*[fan]float64)(s.tree.levels[0])
	t, next, state, laws, tables := s.t, s.next, s.state, s.laws, s.net.tables
	hi, lo := s.random.hi, s.random.lo
	total := sum(b)
	started, wide := budget, len(laws) > fan/2
	var u uint64
events:
	for ; budget > 0 && next <= limit; budget-- {
		t = next
		hi, lo, u = draw(hi, lo)
		j := walk(b, float64(float64(float64(u>>mantissaOf)*0x1p-53)*total))
		row := &n.rows[j]
		for _, c := range n.changes[row.change:row.changeEnd] {
			v := state[c.species] + c.delta
			state[c.species] = v
			if math.Float64bits(v) > mostCount {
				s.t = t
				err = s.outside(j, c.species)
				break events
			}
		}
		for _, i := range n.depends[row.depends:row.dependsEnd] {
			l := &laws[i]
			if l.kind == lawProduct {
				b[i&(fan-1)] = l.rate * state[l.a] * state[l.b]
				continue
			}
			v := n.propensity(l, i, state)
			if b[i&(fan-1)] = v; !validPropensity(v) {
				s.t = t
				err = s.invalid(int(i), v)
				break events
			}
		}
		if total = (b[0] + b[1]) + (b[2] + b[3]); wide {
			total = sum(b)
		}
		if !(total > 0) || total > math.MaxFloat64 {
			if next = math.Inf(1); total > 0 {
				s.t = t
				err = s.overflow()
			}
			budget--
			s.triggers.look = s.triggers.look || row.watched
			break
		}
		hi, lo, u = draw(hi, lo)
		if i, m := u%layers, u>>mantissaOf; m < tables.sure[i] {
			next = t + float64(float64(m)*tables.width[i])/total
		} else {
			s.random.hi, s.random.lo = hi, lo
			next = t + s.random.exponentialEdge(i, m)/total
			hi, lo = s.random.hi, s.random.lo
		}
		if row.watched {
			s.triggers.look = true
			budget--
			break
		}
	}
	s.random.hi, s.random.lo, s.t, s.next, s.events = hi, lo, t, next, s.events+uint64(started-budget)
	return budget, err
}

// renew works propensities out anew, and the sums above them, once per block.
// It returns the reaction whose propensity is none, or -1.
func (s *Simulator) renew(depends []int32) (bad int) {
	block, a, laws, state := -1, s.a, s.laws, s.state
	for _, i := range depends {
		if b := int(i) / fan; b != block {
			if block >= 0 {
				s.tree.lift(block)
			}
			block = b
		}
		l := &laws[i]
		if l.kind == lawProduct {
			a[i] = l.rate * state[l.a] * state[l.b]
			continue
		}
		v := s.net.propensity(l, i, state)
		if a[i] = v; !validPropensity(v) {
			return int(i)
		}
	}
	if block >= 0 {
		s.tree.lift(block)
	}
	return -1
}

// fire lets a reaction happen and renews the propensities and sums that depend
// on it.
func (s *Simulator) fire(j int) error {
	n := s.net
	row := &n.rows[j]
	if err := s.change(j, row); err != nil {
		return err
	}
	if bad := s.renew(n.depends[row.depends:row.dependsEnd]); bad >= 0 {
		return s.invalid(bad, s.a[bad])
	}
	if checked {
		s.checker.event(s)
	}
	return nil
}

// change does to the state what a reaction does, and counts it.
func (s *Simulator) change(j int, row *row) error {
	for _, c := range s.net.changes[row.change:row.changeEnd] {
		x := s.x[c.species] + c.delta
		s.x[c.species] = x
		if math.Float64bits(x) > mostCount {
			return s.outside(j, c.species)
		}
	}
	s.events++
	if s.fired != nil {
		s.fired[j]++
	}
	return nil
}
