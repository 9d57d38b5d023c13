package sbml

import (
	"math"
	"slices"
)

// A shape is what a formula is over time, between its turns, reactions and
// events.
type shape int

const (
	curved   shape = iota // or not known, or it depends on what flows
	straight              // a line
	flat                  // a number
)

// A course is how a formula goes over time.
type course struct {
	shape shape
	// turns is the first time after another at which the formula, or a part of
	// it, may jump or bend; +Inf is never. Nil where nothing is known.
	turns turns
}

// turns gives a time after another, of a state.
type turns func(t float64, x []float64) float64

// courseOf is that of an operator and its operands.
func courseOf(op string, args []*formula) course {
	c := course{shape: shapeOf(op, args)}
	list := turnsOf(op, args)
	for _, a := range args {
		if a.turns != nil {
			list = append(list, a.turns)
		}
	}
	switch len(list) {
	case 0:
	case 1:
		c.turns = list[0]
	default:
		c.turns = func(t float64, x []float64) float64 { return earliest(list, t, x) }
	}
	return c
}

func earliest(list []turns, t float64, x []float64) float64 {
	at := math.Inf(1)
	for _, next := range list {
		at = min(at, next(t, x))
	}
	return at
}

// shapeOf is what an operator makes of its operands' shapes.
func shapeOf(op string, args []*formula) shape {
	least, bent := flat, 0
	for i, a := range args {
		if a.shape == curved || op == "piecewise" && i%2 == 1 && a.shape != flat {
			return curved
		}
		if least = min(least, a.shape); a.shape != flat {
			bent++
		}
	}
	if bent == 0 {
		return flat
	}
	switch op {
	case "eq", "neq", "lt", "leq", "gt", "geq", "floor", "ceiling":
		return flat
	case "plus", "minus", "abs", "min", "max", "piecewise":
		return straight
	case "times":
		if bent == 1 {
			return straight
		}
	case "divide":
		if args[1].shape == flat {
			return straight
		}
	case "rem":
		if args[1].fixed() {
			return straight
		}
	case "quotient":
		if args[1].fixed() {
			return flat
		}
	}
	return curved
}

// turnsOf is where an operator turns whose operands do not.
func turnsOf(op string, args []*formula) []turns {
	is := func(s shape) bool { return slices.ContainsFunc(args, func(a *formula) bool { return a.shape == s }) }
	if is(curved) || !is(straight) {
		return nil
	}
	var list []turns
	switch op {
	case "eq", "neq", "lt", "leq", "gt", "geq", "min", "max":
		for i := range args {
			for k := range i {
				if k == i-1 || op == "min" || op == "max" {
					list = append(list, meets(args[k], args[i]))
				}
			}
		}
	case "abs":
		list = append(list, meets(args[0], number(0)))
	case "floor", "ceiling":
		list = append(list, multiples(args[0], 1))
	case "rem", "quotient":
		if len(args) == 2 && args[1].fixed() {
			list = append(list, multiples(args[0], args[1].constant))
		}
	}
	return list
}

// meets is when two formulas are the same next, at least when one of them turns.
func meets(a, b *formula) turns {
	return func(t float64, x []float64) float64 {
		end := pieceEnd(t, x, a, b)
		return line{a, b, x}.zero(t, end, 0)
	}
}

// multiples is when a formula is a multiple of a number next, at least when it
// turns.
func multiples(a *formula, of float64) turns {
	of = math.Abs(of)
	return func(t float64, x []float64) float64 {
		end := pieceEnd(t, x, a)
		l := line{a, number(0), x}
		low, high := inside(t, end)
		from, to := l.at(low), l.at(high)
		slope := (to - from) / (high - low)
		k := math.Floor((from - float64(slope*(low-t))) / of)
		if !(of > 0) || slope == 0 || math.IsNaN(k) || math.IsInf(k, 0) {
			return end
		}
		first := end
		for _, step := range []float64{-1, 0, 1, 2} { // of these, rounding counted, one is next
			first = min(first, l.zero(t, end, float64((k+step)*of)))
		}
		return first
	}
}

// pieceEnd is the first turn of formulas after a time.
func pieceEnd(t float64, x []float64, list ...*formula) float64 {
	end := math.Inf(1)
	for _, f := range list {
		if f.turns != nil {
			end = min(end, f.turns(t, x))
		}
	}
	return end
}

// inside gives two times of a piece.
func inside(t, end float64) (low, high float64) {
	width := min(end-t, 1+math.Abs(t))
	return t + float64(0.25*width), t + float64(0.75*width)
}

// A line is the difference of two formulas, between turns.
type line struct {
	a, b *formula
	x    []float64
}

func (l line) at(t float64) float64 { return l.a.value(t, l.x, nil) - l.b.value(t, l.x, nil) }

// zero is when the line, in the piece that begins at a time, is a number; the
// piece's end where it is not. What is at the begin but for rounding is over.
func (l line) zero(t, end, number float64) float64 {
	const rounding, refined = 0x1p-46, 2
	low, high := inside(t, end)
	from := l.at(low) - number
	slope := (l.at(high) - number - from) / (high - low)
	at := low - from/slope
	for range refined {
		if !(at > t && at < end) || math.IsInf(at, 0) {
			return end
		}
		at -= (l.at(at) - number) / slope
	}
	if !(at > t+float64(rounding*math.Abs(t)) && at < end) {
		return end
	}
	return at
}
