package expression

// fan is how many children a node of the sum tree has: eight numbers are a
// line of the cache.
const fan = 8

// A sumTree holds propensities and their sums by blocks of eight, the sums of
// those, and so on up to one block. A sum is always that of its block as it
// stands, in the same order, so that rounding errors do not add up over time.
type sumTree struct {
	levels [][]float64 // the lowest first; each a multiple of fan long
}

func newSumTree(n int) sumTree {
	var t sumTree
	for {
		blocks := max(1, (n+fan-1)/fan)
		t.levels = append(t.levels, make([]float64, blocks*fan))
		if blocks == 1 {
			return t
		}
		n = blocks
	}
}

// rebuild sums everything up from the lowest level.
func (t *sumTree) rebuild() {
	for l := 1; l < len(t.levels); l++ {
		for b := range len(t.levels[l-1]) / fan {
			t.levels[l][b] = sum((*[fan]float64)(t.levels[l-1][b*fan:]))
		}
	}
}

// lift sums up the blocks above one of the lowest.
func (t *sumTree) lift(block int) {
	for l := 1; l < len(t.levels); l++ {
		t.levels[l][block] = sum((*[fan]float64)(t.levels[l-1][block*fan:]))
		block /= fan
	}
}

// total is the sum of all.
func (t *sumTree) total() float64 {
	if len(t.levels) == 0 {
		return 0
	}
	return sum((*[fan]float64)(t.levels[len(t.levels)-1]))
}

// sum adds a block up, in the order that pick goes by.
func sum(b *[fan]float64) float64 {
	c4 := (b[0] + b[1]) + (b[2] + b[3])
	return (c4 + (b[4] + b[5])) + (b[6] + b[7])
}

// find returns the reaction at u of [0, total).
func (t *sumTree) find(u float64) int {
	at := 0
	for l := len(t.levels) - 1; l >= 0; l-- {
		var k int
		if b := (*[fan]float64)(t.levels[l][at*fan:]); len(t.levels) > 2 {
			k, u = weigh(b, u)
		} else {
			k, u = pick(b, u)
		}
		at = at*fan + k
	}
	return at
}

// pick returns which child u falls on, and how far into it. Each partial sum
// is no less than the one before, also after rounding, and equal where a child
// is 0: so a child that is 0 is never picked.
func pick(b *[fan]float64, u float64) (child int, rest float64) {
	c2 := b[0] + b[1]
	c4 := c2 + (b[2] + b[3])
	if u < c4 {
		if u < c2 {
			if u < b[0] {
				return 0, u
			}
			return 1, u - b[0]
		}
		if c3 := c2 + b[2]; u >= c3 {
			return 3, u - c3
		}
		return 2, u - c2
	}
	c6 := c4 + (b[4] + b[5])
	if u < c6 {
		if c5 := c4 + b[4]; u >= c5 {
			return 5, u - c5
		}
		return 4, u - c4
	}
	if !(u < c6+(b[6]+b[7])) { // rounding on the way down
		return lastPositive(b)
	}
	if c7 := c6 + b[6]; u >= c7 {
		return 7, u - c7
	}
	return 6, u - c6
}

// weigh is pick without branches: faster where there are so many children that
// none could foresee which it is.
func weigh(b *[fan]float64, u float64) (child int, rest float64) {
	c2 := b[0] + b[1]
	c4 := c2 + (b[2] + b[3])
	c6 := c4 + (b[4] + b[5])
	if !(u < c6+(b[6]+b[7])) { // rounding on the way down
		return lastPositive(b)
	}
	c := [fan]float64{0, b[0], c2, c2 + b[2], c4, c4 + b[4], c6, c6 + b[6]}
	child = (reaches(u, c[1]) + reaches(u, c[2])) + (reaches(u, c[3]) + reaches(u, c[4])) +
		(reaches(u, c[5]) + reaches(u, c[6])) + reaches(u, c[7])
	return child, u - c[child&(fan-1)]
}

// lastPositive is the last child that is not 0, taken near its end.
func lastPositive(b *[fan]float64) (child int, rest float64) {
	k := fan - 1
	for k > 0 && !(b[k] > 0) {
		k--
	}
	return k, b[k]
}

// walk is pick for a tree of one block: the same child, found by branches,
// which is faster where most are far from equally probable or few.
func walk(b *[fan]float64, u float64) (child int) {
	if u < b[0] {
		return 0
	}
	c2 := b[0] + b[1]
	if u < c2 {
		return 1
	}
	if u < c2+b[2] {
		return 2
	}
	child, _ = pick(b, u)
	return child
}
