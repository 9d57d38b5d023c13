package expression

import (
	"math"
	"slices"
)

// few is up to how many reactions, and how many species, a network has that
// runFew is for.
const few = 4

// A move is what a reaction of such a network does to every species.
type move struct {
	delta   [few]float64
	watched bool // it changes what a trigger reads
	_       [31]byte
}

// fewMoves are the moves of a network of up to four reactions between up to
// four species, without reactions of two molecules of one species, of three
// molecules, by functions, or between variables. Others have none.
func (n *Network) fewMoves() *[few]move {
	if len(n.rows) > few || len(n.species) > few || slices.ContainsFunc(n.species, func(s speciesEntry) bool { return s.variable }) {
		return nil
	}
	moves := new([few]move)
	for j, row := range n.rows {
		if n.laws[j].kind != lawProduct {
			return nil
		}
		moves[j].watched = row.watched
		for _, c := range n.changes[row.change:row.changeEnd] {
			moves[j].delta[c.species] = c.delta
		}
	}
	return moves
}

// one is where the 1 behind the species is in a state.
func (n *Network) one() int32 { return int32(max(few, len(n.species))) }

// newState is a state of zeros, with the 1 behind them.
func (n *Network) newState() []float64 {
	one := n.one()
	state := make([]float64, one+1, max(2*few, one+1))
	state[one] = 1
	return state
}

// A pause is why the loop over events stops.
type pause int

const (
	atLimit   pause = iota // or out of budget
	atEdge                 // the time until the next reaction needs a second look
	atRest                 // the propensities' sum is no rate to draw a time by
	atTrigger              // a trigger must be looked at
	atFault                // a count left its range
)

// runFew is runTree for a network of moves.
func (s *Simulator) runFew(limit float64, budget int) (left int, err error) {
	left = budget
	for why := atEdge; why == atEdge; {
		var j int
		var u uint64
		switch why, j, left, u = s.spin(limit, left); why {
		case atLimit:
		case atEdge:
			s.next = s.t + s.random.exponentialEdge(u%layers, u>>mantissaOf)/s.tree.total()
			if s.net.moves[j].watched {
				why, s.triggers.look = atTrigger, true
			}
		case atRest:
			s.triggers.look = s.triggers.look || s.net.moves[j].watched
			if s.next = math.Inf(1); s.tree.total() > 0 {
				err = s.overflow()
			}
		case atTrigger:
			s.triggers.look = true
		case atFault:
			left++
			for i, x := range s.x {
				if math.Float64bits(x) > mostCount {
					err = s.outside(j, int32(i))
					break
				}
			}
		}
	}
	s.events += uint64(budget - left)
	return left, err
}

// spin lets reactions happen. Every event waits for the one before only where
// it must: which reaction it is, is found without a branch, as none could
// foresee it, and all species and propensities are renewed rather than those
// that a list names. It returns the last reaction, what is left of the budget,
// and the random bits that a second look needs.
func (s *Simulator) spin(limit float64, budget int) (why pause, j, left int, u uint64) {
	b, laws := (*[few]float64)(s.tree.levels[0]), (*[few]law)(s.laws[:few])
	state, moves, tables := (*[2 * few]float64)(s.state[:2*few]), s.net.moves, s.net.tables
	t, next, hi, lo := s.t, s.next, s.random.hi, s.random.lo
	b0, b1, b2, b3 := b[0], b[1], b[2], b[3]
	c2 := b0 + b1
	total := c2 + (b2 + b3)
	for budget > 0 && next <= limit {
		t = next
		budget--
		hi, lo, u = draw(hi, lo)
		at := float64(float64(float64(u>>mantissaOf)*0x1p-53) * total)
		j = reaches(at, b0) + reaches(at, c2) + reaches(at, c2+b2)
		m := &moves[j&(few-1)]
		x0, x1, x2, x3 := state[0]+m.delta[0], state[1]+m.delta[1], state[2]+m.delta[2], state[3]+m.delta[3]
		state[0], state[1], state[2], state[3] = x0, x1, x2, x3
		if max(math.Float64bits(x0), math.Float64bits(x1), math.Float64bits(x2), math.Float64bits(x3)) > mostCount {
			why = atFault
			break
		}
		b0, b1 = laws[0].product(state), laws[1].product(state)
		b2, b3 = laws[2].product(state), laws[3].product(state)
		c2 = b0 + b1
		if total = c2 + (b2 + b3); !(total > 0) || total > math.MaxFloat64 {
			why = atRest
			break
		}
		hi, lo, u = draw(hi, lo)
		i, v := u%layers, u>>mantissaOf
		if v >= tables.sure[i] {
			why = atEdge
			break
		}
		next = t + float64(float64(v)*tables.width[i])/total
		if m.watched {
			why = atTrigger
			break
		}
	}
	b[0], b[1], b[2], b[3] = b0, b1, b2, b3
	s.random.hi, s.random.lo, s.t, s.next = hi, lo, t, next
	return why, j, budget, u
}

// product is the propensity of a lawProduct.
func (l *law) product(state *[2 * few]float64) float64 {
	return float64(l.rate * state[l.a&(2*few-1)] * state[l.b&(2*few-1)])
}

// reaches is 1 where u is no less than c, else 0.
func reaches(u, c float64) int {
	var one int
	if u >= c {
		one = 1
	}
	return one
}
