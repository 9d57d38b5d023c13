package lp

import "math"

// staleUpdates is the number of basis changes since the last factorisation from
// which on a solve begins with fresh factors.
const staleUpdates = 20

// resume brings the vertex and the duals of the last answer, or of the basis
// that was set, up to date with the bounds and costs that changed since.
func (s *Solver) resume() {
	s.restoreBounds()
	w := &s.work.flip
	w.clear()
	s.held, s.loose = s.held[:0], s.loose[:0]
	for j, at := range s.where {
		if at == inBasis {
			continue
		}
		old := s.x[j]
		s.resumeAt(j)
		if t := s.x[j] - old; t != 0 {
			s.mat.addTo(w, j, -t)
		}
	}
	s.moveBy(w)
	s.resumeDuals()
}

// farJump is how far a bound may move, relative to max(1, |it|), for the variable
// there to go along at once.
const farJump = 2

// resumeAt puts a nonbasic variable to where it belongs now. One that is at
// either bound stays there. One whose bound went far, as when a reaction is as
// free again as it was, would throw all others about: it is held where it is.
func (s *Solver) resumeAt(j int) {
	x, lo, up := s.x[j], s.wlo[j], s.wup[j]
	far := float64(farJump * max(1, math.Abs(x)))
	switch at := s.where[j]; {
	case x == lo && x == up:
	case at == atUpper && x == lo:
		s.where[j] = atLower
	case at == atLower && x == up:
		s.where[j] = atUpper
	case at == atUpper && lo < x && up-x > far:
		s.wup[j] = x
		s.held = append(s.held, int32(j))
	case at == atLower && x < up && x-lo > far:
		s.wlo[j] = x
		s.held = append(s.held, int32(j))
	}
	s.settle(j)
}

// release gives the variables that are held their bounds back, and leaves those
// that are not basic between them.
func (s *Solver) release() {
	for _, j := range s.held {
		s.wlo[j], s.wup[j] = s.lo[j], s.up[j]
		if s.where[j] == inBasis {
			continue
		}
		switch s.x[j] {
		case s.lo[j]:
			s.where[j] = atLower
		case s.up[j]:
			s.where[j] = atUpper
		default:
			s.where[j] = between
		}
	}
	s.loose = append(s.loose, s.held...)
	s.held = s.held[:0]
}

// letGo gives them their bounds back, where their duals want them. It is false
// when there are none.
func (s *Solver) letGo() bool {
	for _, j := range s.held {
		s.wlo[j], s.wup[j] = s.lo[j], s.up[j]
	}
	let := len(s.held) > 0
	s.held = s.held[:0]
	return let
}

// pin moves variables that are between their bounds to one, and is false when
// there are none.
func (s *Solver) pin() bool {
	w := &s.work.flip
	w.clear()
	moved := false
	for _, j := range s.loose {
		if s.where[j] != between {
			continue
		}
		moved = true
		if t := s.goTo(j, s.nonbasicPlace(int(j))); t != 0 {
			s.mat.addTo(w, int(j), -t)
		}
	}
	s.loose = s.loose[:0]
	if moved {
		s.moveBy(w)
	}
	return moved
}

// moveBy solves for what the basic variables have to make up for, and moves
// them.
func (s *Solver) moveBy(w *vector) {
	if len(w.idx) > 0 {
		s.fac.ftran(w, false)
		w.collect()
		for _, p := range w.idx {
			s.x[s.head[p]] += w.v[p]
		}
		w.clear()
	}
	s.computeViolations()
}

// resumeDuals does so for the duals: wcost holds the costs that they are of.
func (s *Solver) resumeDuals() {
	w := &s.work.tau
	for j, c := range s.cost {
		old := s.wcost[j]
		if c == old {
			continue
		}
		s.wcost[j] = c
		if p := s.pos[j]; p >= 0 {
			w.v[p] = c - old
			w.idx = append(w.idx, p)
		} else {
			s.d[j] += c - old
		}
	}
	s.shifted = false
	if len(w.idx) == 0 {
		return
	}
	s.fac.btran(w, false)
	w.collect()
	s.addMultipliers(w)
	w.clear()
}

// addMultipliers adds e to the row multipliers, and moves the duals along.
func (s *Solver) addMultipliers(e *vector) {
	for _, i := range e.idx {
		t := e.v[i]
		s.y[i] += t
		b, end := s.mat.rowStart[i], s.mat.rowStart[i+1]
		cols, vals := s.mat.colIndex[b:end], s.mat.rowVal[b:end]
		for k, j := range cols {
			if s.where[j] != inBasis {
				s.d[j] -= float64(t * vals[k])
			}
		}
		if j := s.n + int(i); s.where[j] != inBasis {
			s.d[j] -= t
		}
	}
}
