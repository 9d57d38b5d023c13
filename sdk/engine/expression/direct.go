package expression

import "math"

// runTree is react by the direct method. The time of the next reaction is
// drawn as soon as the total is known, and kept.
func (s *Simulator) runTree(limit float64, budget int) (left int, err error) {
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

// runRow is runTree for up to eight reactions: the same, in one piece.
func (s *Simulator) runRow(limit float64, budget int) (left int, err error) {
	n := s.net
	b := (*[fan]float64)(s.tree.levels[0])
	random, t, next, state, laws := s.random, s.t, s.next, s.state, s.laws
	tables := random.tables
	total := sum(b)
	started, wide := budget, len(laws) > fan/2
	for ; budget > 0 && next <= limit; budget-- {
		t = next
		j := walk(b, float64(float64(random.Uint64()>>mantissaOf)*0x1p-53)*total)
		row := &n.rows[j]
		for _, c := range n.changes[row.change:row.changeEnd] {
			v := state[c.species] + c.delta
			state[c.species] = v
			if v < 0 || v > MaxCount {
				err = s.outside(j, c.species)
			}
		}
		for _, i := range n.depends[row.depends:row.dependsEnd] {
			l := &laws[i]
			var v float64
			if l.kind == lawProduct {
				v = l.rate * state[l.a] * state[l.b]
			} else {
				v = n.propensity(l, i, state)
			}
			b[i&(fan-1)] = v
			if !(v >= 0) || v > math.MaxFloat64 {
				err = s.invalid(int(i), v)
			}
		}
		if total = (b[0] + b[1]) + (b[2] + b[3]); wide {
			total = sum(b)
		}
		next = math.Inf(1)
		if total > 0 {
			u := random.Uint64()
			if i, m := u%layers, u>>mantissaOf; m < tables.sure[i] {
				next = t + float64(float64(m)*tables.width[i])/total
			} else {
				next = t + random.exponentialEdge(i, m)/total
			}
		}
		if err != nil || row.watched || total > math.MaxFloat64 {
			s.triggers.look = row.watched
			budget--
			break
		}
	}
	s.random, s.t, s.next, s.events = random, t, next, s.events+uint64(started-budget)
	if total > math.MaxFloat64 && err == nil {
		err = s.overflow()
	}
	return budget, err
}

// fire lets a reaction happen and renews the propensities and sums that depend
// on it.
func (s *Simulator) fire(j int) error {
	n := s.net
	row := &n.rows[j]
	if err := s.change(j, row); err != nil {
		return err
	}
	block := -1
	for _, i := range n.depends[row.depends:row.dependsEnd] {
		if b := int(i) / fan; b != block {
			if block >= 0 {
				s.tree.lift(block)
			}
			block = b
		}
		v := n.propensity(&s.laws[i], i, s.state)
		if !(v >= 0) || v > math.MaxFloat64 {
			return s.invalid(int(i), v)
		}
		s.a[i] = v
	}
	if block >= 0 {
		s.tree.lift(block)
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
		if x < 0 || x > MaxCount {
			return s.outside(j, c.species)
		}
	}
	s.events++
	if s.fired != nil {
		s.fired[j]++
	}
	return nil
}
