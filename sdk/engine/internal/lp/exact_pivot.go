package lp

import (
	"context"
	"math/big"
	"slices"
)

// advance decides the problem by the present basis, or makes a step to the
// next one, dual while a bound is violated, then primal, and returns 0. With
// first it takes the first variable that may leave or enter, not the worst
// (R. Bland, "New finite pivoting rules for the simplex method", Math. OR 2,
// 1977), so that it does not go round in circles.
func (e *exactSimplex) advance(ctx context.Context, allowed, first bool) (Status, error) {
	leaving, entering := e.leaving(first), -1
	if leaving < 0 {
		if entering = e.entering(first); entering < 0 {
			return Optimal, nil
		}
	}
	if !allowed {
		return 0, e.unproven()
	}
	if leaving >= 0 {
		return e.dualStep(ctx, leaving)
	}
	return e.primalStep(ctx, entering)
}

// violation returns by how much a basic variable is outside its bounds, nil
// when it is not.
func (e *exactSimplex) violation(j int) *big.Rat {
	switch x := e.x[j]; {
	case e.lower[j] != nil && x.Cmp(e.lower[j]) < 0:
		return new(big.Rat).Sub(e.lower[j], x)
	case e.upper[j] != nil && x.Cmp(e.upper[j]) > 0:
		return new(big.Rat).Sub(x, e.upper[j])
	}
	return nil
}

// leaving returns the position that is furthest outside its bounds, or the
// first that is; -1 when none is.
func (e *exactSimplex) leaving(first bool) int {
	at := -1
	var worst *big.Rat
	for p, j := range e.head {
		if v := e.violation(int(j)); v != nil && (worst == nil || v.Cmp(worst) > 0) {
			if at, worst = p, v; first {
				break
			}
		}
	}
	return at
}

func (e *exactSimplex) fixed(j int) bool {
	return e.lower[j] != nil && e.upper[j] != nil && e.lower[j].Cmp(e.upper[j]) == 0
}

// wrong reports whether the objective gets better when a nonbasic variable
// leaves its bound.
func (e *exactSimplex) wrong(j int) bool {
	sign := e.d[j].Sign()
	switch e.where[j] {
	case atLower:
		return sign < 0 && !e.fixed(j)
	case atUpper:
		return sign > 0 && !e.fixed(j)
	case atZero:
		return sign != 0
	case inBasis, between:
	}
	return false
}

// entering returns the nonbasic variable of the wrong sign with the largest
// reduced cost, or the first; -1 when there is none.
func (e *exactSimplex) entering(first bool) int {
	best := -1
	for j := range e.where {
		if e.wrong(j) && (best < 0 || e.d[j].CmpAbs(e.d[best]) > 0) {
			if best = j; first {
				break
			}
		}
	}
	return best
}

// dualStep takes the variable at a position out of the basis, to the bound
// that it violates. Without one that may come in for it no point is feasible:
// the row proves it. A reduced cost of the wrong sign counts as 0.
func (e *exactSimplex) dualStep(ctx context.Context, position int) (Status, error) {
	unit := zeros(e.m)
	unit[position].SetInt64(1)
	rho, err := e.basis.solve(ctx, unit, true)
	if err != nil {
		return 0, err
	}
	out := e.head[position]
	below := e.lower[out] != nil && e.x[out].Cmp(e.lower[out]) < 0
	best := -1
	var least, ratio big.Rat
	for j, at := range e.where {
		if at == inBasis || e.fixed(j) {
			continue
		}
		alpha := e.dot(j, rho.num)
		sign := alpha.Sign()
		if !below {
			sign = -sign
		}
		// The variable that leaves must grow (shrink, when above its bound),
		// so others with a positive (negative) coefficient must shrink.
		if sign == 0 || at == atLower && sign > 0 || at == atUpper && sign < 0 {
			continue
		}
		ratio.SetInt64(0)
		if !e.wrong(j) {
			ratio.SetFrac(e.d[j], alpha)
			ratio.Abs(&ratio)
		}
		if best < 0 || ratio.Cmp(&least) < 0 {
			best = j
			least.Set(&ratio)
		}
	}
	if best < 0 {
		return Infeasible, nil
	}
	e.where[best] = inBasis
	e.where[out] = atUpper
	if below {
		e.where[out] = atLower
	}
	return 0, nil
}

// outOfReach reports whether a variable, if it is in the basis, is outside its
// bounds wherever within theirs the others are: then no point is feasible.
func (e *exactSimplex) outOfReach(ctx context.Context, out int32) (bool, error) {
	position := slices.Index(e.head, out)
	if position < 0 {
		return false, nil
	}
	unit := zeros(e.m)
	unit[position].SetInt64(1)
	rho, err := e.basis.solve(ctx, unit, true)
	if err != nil {
		return false, err
	}
	// The variable is minus the sum of the others times alpha; nil is no end.
	least, most := new(big.Rat), new(big.Rat)
	var t big.Rat
	for j, at := range e.where {
		if at == inBasis {
			continue
		}
		alpha := new(big.Rat).SetFrac(e.dot(j, rho.num), rho.den)
		low, high := e.lower[j], e.upper[j]
		switch alpha.Sign() {
		case 0:
			continue
		case 1:
			low, high = high, low
		}
		least, most = extent(least, alpha, low, &t), extent(most, alpha, high, &t)
	}
	below := most != nil && e.lower[out] != nil && most.Cmp(e.lower[out]) < 0
	above := least != nil && e.upper[out] != nil && least.Cmp(e.upper[out]) > 0
	return below || above, nil
}

// extent subtracts alpha·bound from a sum; nil is no end.
func extent(sum, alpha, bound, t *big.Rat) *big.Rat {
	if sum == nil || bound == nil {
		return nil
	}
	return sum.Sub(sum, t.Mul(alpha, bound))
}

// primalStep lets a variable leave its bound until something else is at one.
// If nothing ever is, the problem is unbounded.
func (e *exactSimplex) primalStep(ctx context.Context, entering int) (Status, error) {
	rhs := zeros(e.m)
	c := e.column(int32(entering))
	for k, i := range c.rows {
		rhs[i].Set(c.vals[k])
	}
	alpha, err := e.basis.solve(ctx, rhs, false)
	if err != nil {
		return 0, err
	}
	up := e.d[entering].Sign() < 0
	var least *big.Rat
	if e.lower[entering] != nil && e.upper[entering] != nil {
		least = new(big.Rat).Sub(e.upper[entering], e.lower[entering])
	}
	out, at := -1, atLower // -1: the variable goes to its other bound
	for p, j := range e.head {
		sign := alpha.num[p].Sign()
		if up {
			sign = -sign
		}
		bound, place := e.upper[j], atUpper
		if sign < 0 {
			bound, place = e.lower[j], atLower
		}
		if sign == 0 || bound == nil {
			continue
		}
		room := new(big.Rat).Sub(bound, e.x[j])
		room.Quo(room, new(big.Rat).SetFrac(alpha.num[p], alpha.den))
		if room.Abs(room); least == nil || room.Cmp(least) < 0 {
			least, out, at = room, int(j), place
		}
	}
	switch {
	case least == nil:
		return Unbounded, nil
	case out < 0 && up:
		e.where[entering] = atUpper
	case out < 0:
		e.where[entering] = atLower
	default:
		e.where[entering], e.where[out] = inBasis, at
	}
	return 0, nil
}
