package lp

import "math"

const (
	crashPivot  = 0.1  // smallest pivot of the crash basis, relative to its column
	farBound    = 100  // smallest bound that may stand in for "none"
	farFraction = 0.25 // fraction of the columns that must share it
)

// crashBasis replaces logicals of equality rows, which are fixed and useless
// in a basis, by columns that together form a triangle: row by row, the one
// with the fewest columns left takes a column, and all its others are out.
// Columns that may have either sign are preferred, costly ones are avoided.
func (s *Solver) crashBasis() {
	c := crash{s: s, count: make([]int32, s.m), out: make([]bool, s.n)}
	c.rows.reset(s.m)
	for j := range s.n {
		if s.lo[j] == s.up[j] {
			c.out[j] = true
			continue
		}
		rows, _ := s.mat.column(j)
		for _, i := range rows {
			c.count[i]++
		}
	}
	open := make([]bool, s.m)
	for i := range s.m {
		if j := s.n + i; s.lo[j] == s.up[j] && c.count[i] > 0 {
			open[i] = true
			c.rows.link(int32(i), c.bucket(int32(i)))
		}
	}
	c.open = open
	for k := 1; k <= s.m; {
		i := c.rows.head[k]
		if i < 0 {
			k++
			continue
		}
		c.rows.unlink(i)
		open[i] = false
		if j := c.column(i); j >= 0 {
			s.where[j] = inBasis
			s.work.byVar[j] = 1 // weight
			s.where[s.n+int(i)], s.pos[s.n+int(i)] = atLower, -1
		}
		c.close(i)
		k = 1
	}
	s.fresh = false
}

// crash is the state of the search for a triangular basis.
type crash struct {
	s     *Solver
	rows  countLists
	count []int32 // columns left per row
	open  []bool  // per row: may still take a column
	out   []bool  // per column: taken or out
}

// bucket is the list that a row belongs to.
func (c *crash) bucket(i int32) int32 { return min(c.count[i], int32(c.s.m)) }

// column returns the best column for a row, or -1.
func (c *crash) column(i int32) int32 {
	s := c.s
	best, score := int32(-1), math.Inf(-1)
	for k := s.mat.rowStart[i]; k < s.mat.rowStart[i+1]; k++ {
		j := s.mat.colIndex[k]
		if c.out[j] {
			continue
		}
		rows, vals := s.mat.column(int(j))
		top, v := 0.0, 0.0
		for q, r := range rows {
			top = max(top, math.Abs(vals[q]))
			if c.open[r] {
				v--
			}
		}
		if math.Abs(s.mat.rowVal[k]) < crashPivot*top {
			continue
		}
		if s.lo[j] < 0 && s.up[j] > 0 {
			v += float64(s.m)
		}
		if s.cost[j] != 0 {
			v -= float64(2 * s.m)
		}
		if v > score {
			best, score = j, v
		}
	}
	return best
}

// close puts all columns of a row out.
func (c *crash) close(i int32) {
	s := c.s
	for _, j := range s.mat.colIndex[s.mat.rowStart[i]:s.mat.rowStart[i+1]] {
		if c.out[j] {
			continue
		}
		c.out[j] = true
		rows, _ := s.mat.column(int(j))
		for _, r := range rows {
			if !c.open[r] {
				c.count[r]--
				continue
			}
			c.rows.unlink(r)
			c.count[r]--
			c.rows.link(r, c.bucket(r))
		}
	}
}

// relaxFarBounds lifts the working bounds of columns that stand in for
// "none", as the ±1000 of metabolic networks: the largest magnitude, if many
// columns share it. Only bounds that the present vertex does not need go.
// Far boxes make the dual simplex throw variables from one end to the other.
func (s *Solver) relaxFarBounds() {
	far := s.farMagnitude()
	if far == 0 {
		return
	}
	s.widened = true
	for j := range s.n {
		if s.cost[j] != 0 {
			continue
		}
		low, high := -s.prob.Lower[j] >= far, s.prob.Upper[j] >= far
		switch {
		case low && high:
			s.wlo[j], s.wup[j] = math.Inf(-1), math.Inf(1)
		case low && s.prob.Upper[j] < far && s.where[j] != atLower:
			s.wlo[j] = math.Inf(-1)
		case high && s.prob.Lower[j] > -far && s.where[j] != atUpper:
			s.wup[j] = math.Inf(1)
		}
	}
}

// farMagnitude returns the largest finite magnitude of a column bound, if it
// is large and many columns share it, else 0. The sums of bounds of pooled
// columns do not count.
func (s *Solver) farMagnitude() float64 {
	top, share := 0.0, 0
	for j := range s.n - s.pooled {
		v := 0.0
		for _, b := range [2]float64{s.prob.Lower[j], s.prob.Upper[j]} {
			if b = math.Abs(b); b < Infinite {
				v = max(v, b)
			}
		}
		switch {
		case v > top:
			top, share = v, 1
		case v == top:
			share++
		}
	}
	if top < farBound || float64(share) < farFraction*float64(s.n) {
		return 0
	}
	return top
}
