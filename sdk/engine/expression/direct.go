package expression

import "math"

// runTree is react by the direct method. The time of the next reaction is
// drawn as soon as the total is known, and kept.
func (s *Simulator) runTree(limit float64, budget int) (left int, err error) {
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
		v := n.propensity(&s.laws[i], i, s.x)
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
