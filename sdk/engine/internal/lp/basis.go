package lp

import (
	"errors"
	"fmt"
)

// Basis is a snapshot of a basis: an immutable value that may be shared
// between goroutines and solvers of the same shape. Besides the set of basic
// variables it remembers the pricing weights, the factors and the vertex, so
// that going back to it costs little. The zero value is no basis.
type Basis struct{ state *basisState }

type basisState struct {
	mat    *matrix
	where  []place
	head   []int32
	weight []float64
	fac    *factor

	settled       bool
	x, d, y, cost []float64
}

// Basis returns a snapshot of the present basis.
func (s *Solver) Basis() Basis {
	if !s.fresh {
		s.restoreBounds()
		s.options = attempts()[0]
		s.refactor()
	}
	return Basis{&basisState{
		mat: s.mat, where: cloned(s.where), head: cloned(s.head),
		weight: cloned(s.weight), fac: s.fac.clone(),
		settled: s.settled, x: cloned(s.x), d: cloned(s.d), y: cloned(s.y), cost: cloned(s.wcost),
	}}
}

// SetBasis makes b the basis that the next Solve starts from. It fails if b
// belongs to a problem of another shape.
func (s *Solver) SetBasis(b Basis) error {
	if b.state == nil {
		return errors.New("lp: basis: the zero Basis is not one: use Solver.Basis")
	}
	t := b.state
	if len(t.where) != s.total || len(t.head) != s.m {
		return fmt.Errorf("lp: basis of %d rows and %d columns: want %d and %d", len(t.head), len(t.where)-len(t.head), s.m, s.n)
	}
	copy(s.where, t.where)
	copy(s.head, t.head)
	copy(s.weight, t.weight)
	for j := range s.pos {
		s.pos[j] = -1
	}
	for p, j := range s.head {
		s.pos[j] = int32(p)
	}
	s.fresh = t.mat == s.mat
	s.settled = s.fresh && t.settled
	if s.fresh {
		s.fac.copyFrom(t.fac)
		copy(s.x, t.x)
		copy(s.d, t.d)
		copy(s.y, t.y)
		copy(s.wcost, t.cost)
	}
	return nil
}
