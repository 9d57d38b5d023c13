package expression

import "math"

// A timeHeap holds the time at which each reaction happens next, the earliest
// on top. Reactions of the same time are ordered by index, so that what is on
// top does not depend on how the heap came about.
type timeHeap struct {
	at    []float64 // by reaction; +Inf is never
	order []int32   // the heap, of reactions
	where []int32   // the place of each reaction in order
}

func newTimeHeap(n int) *timeHeap {
	return &timeHeap{at: make([]float64, n), order: make([]int32, n), where: make([]int32, n)}
}

func (h *timeHeap) clear() {
	if h == nil {
		return
	}
	for j := range h.at {
		h.at[j] = math.Inf(1)
	}
	h.rebuild()
}

// rebuild orders the heap by the times.
func (h *timeHeap) rebuild() {
	for j := range h.order {
		h.order[j], h.where[j] = int32(j), int32(j)
	}
	for i := len(h.order)/2 - 1; i >= 0; i-- {
		h.sink(i)
	}
}

func (h *timeHeap) before(j, k int32) bool {
	return h.at[j] < h.at[k] || h.at[j] == h.at[k] && j < k
}

// set gives a reaction a new time.
func (h *timeHeap) set(j int32, t float64) {
	later := t > h.at[j]
	h.at[j] = t
	if later {
		h.sink(int(h.where[j]))
	} else {
		h.rise(int(h.where[j]))
	}
}

func (h *timeHeap) rise(i int) {
	j := h.order[i]
	for i > 0 {
		up := (i - 1) / 2
		k := h.order[up]
		if !h.before(j, k) {
			break
		}
		h.order[i], h.where[k] = k, int32(i)
		i = up
	}
	h.order[i], h.where[j] = j, int32(i)
}

func (h *timeHeap) sink(i int) {
	j := h.order[i]
	for {
		down := 2*i + 1
		if down >= len(h.order) {
			break
		}
		if down+1 < len(h.order) && h.before(h.order[down+1], h.order[down]) {
			down++
		}
		k := h.order[down]
		if !h.before(k, j) {
			break
		}
		h.order[i], h.where[k] = k, int32(i)
		i = down
	}
	h.order[i], h.where[j] = j, int32(i)
}

// retime is when a reaction happens whose propensity changed: what is left of
// its time shrinks as the propensity grows, or is drawn if it had none.
func (s *Simulator) retime(at, before, after float64) float64 {
	switch {
	case before == after:
		return at
	case before > 0 && after > 0 && at <= math.MaxFloat64:
		return s.t + float64((at-s.t)*(before/after))
	}
	return s.draw(after)
}

// runHeap is react by the next reaction method.
func (s *Simulator) runHeap(limit float64, budget int) (left int, err error) {
	n, h := s.net, s.heap
	if len(h.order) == 0 {
		return budget, nil
	}
	for ; budget > 0; budget-- {
		j := h.order[0]
		if !(h.at[j] <= limit) || math.IsInf(h.at[j], 1) {
			return budget, nil
		}
		s.t = h.at[j]
		row := &n.rows[j]
		if err := s.change(int(j), row); err != nil {
			return budget - 1, err
		}
		for _, i := range n.depends[row.depends:row.dependsEnd] {
			v := n.propensity(&s.laws[i], i, s.state)
			if !validPropensity(v) {
				return budget - 1, s.invalid(int(i), v)
			}
			if before := s.a[i]; before != v {
				s.a[i] = v
				if i != j {
					h.set(i, s.retime(h.at[i], before, v))
				}
			}
		}
		h.set(j, s.draw(s.a[j]))
		if checked {
			s.checker.event(s)
		}
		if row.watched {
			s.triggers.look = true
			return budget - 1, nil
		}
	}
	return budget, nil
}

// refreshHeap is refresh of the next reaction method.
func (s *Simulator) refreshHeap() error {
	for j := range s.laws {
		v := s.net.propensity(&s.laws[j], int32(j), s.state)
		if !validPropensity(v) {
			return s.invalid(j, v)
		}
		s.heap.at[j] = s.retime(s.heap.at[j], s.a[j], v)
		s.a[j] = v
	}
	s.heap.rebuild()
	s.stale = false
	return nil
}

func (h *timeHeap) save(c *checkpoint) {
	if h != nil {
		c.floats(h.at)
	}
}

// load reads the times; none is before now.
func (h *timeHeap) load(c *checkpoint, now float64, a []float64) {
	if h == nil {
		return
	}
	for j := range h.at {
		if h.at[j] = c.takeFloat(); !(h.at[j] >= now) || a[j] == 0 && !math.IsInf(h.at[j], 1) {
			c.short = true
			return
		}
	}
	h.rebuild()
}
