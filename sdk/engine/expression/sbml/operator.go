package sbml

import (
	"math"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
)

// operator gives the value of an operator of MathML; nil if it is not one that
// is supported with so many operands. What is true is 1, what is false 0.
func operator(op string, args []*formula) value {
	if v := manyFold(op, args); v != nil {
		return v
	}
	switch len(args) {
	case 1:
		a := args[0].value
		if one := unary(op); one != nil {
			return func(t float64, x []float64, chance *expression.Random) float64 { return one(a(t, x, chance)) }
		}
	case 2:
		if v := arithmetic(op, args[0], args[1]); v != nil {
			return v
		}
		a, b := args[0].value, args[1].value
		if two := binary(op); two != nil {
			return func(t float64, x []float64, chance *expression.Random) float64 {
				return two(a(t, x, chance), b(t, x, chance))
			}
		}
	}
	return nil
}

func truth(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

func unary(op string) func(a float64) float64 {
	switch op {
	case "minus":
		return func(a float64) float64 { return -a }
	case "plus", "times":
		return func(a float64) float64 { return a }
	case "not":
		return func(a float64) float64 { return truth(a == 0) }
	case "abs":
		return math.Abs
	case "floor":
		return math.Floor
	case "ceiling":
		return math.Ceil
	case "exp":
		return expression.Exp
	case "ln":
		return expression.Log
	case "log":
		return func(a float64) float64 { return expression.Log(a) / math.Ln10 }
	case "root":
		return math.Sqrt
	case "factorial":
		return func(a float64) float64 {
			const most = 170 // 171! overflows
			if a < 0 || a > most || a != math.Floor(a) {
				return math.NaN()
			}
			v := 1.0
			for k := 2.0; k <= a; k++ {
				v *= k
			}
			return v
		}
	}
	return nil
}

func binary(op string) func(a, b float64) float64 {
	switch op {
	case "implies":
		return func(a, b float64) float64 { return truth(a == 0 || b != 0) }
	case "power":
		return power
	case "root":
		return func(a, degree float64) float64 { return power(a, 1/degree) }
	case "log":
		return func(a, base float64) float64 { return expression.Log(a) / expression.Log(base) }
	case "neq":
		return func(a, b float64) float64 { return truth(a != b) }
	case "rem":
		return math.Mod
	case "quotient":
		return func(a, b float64) float64 { return math.Trunc(a / b) }
	}
	return nil
}

// power multiplies where the exponent is a small whole number, and else goes
// by logarithm.
func power(base, exponent float64) float64 {
	const most = 64
	if exponent == math.Trunc(exponent) && math.Abs(exponent) <= most {
		v := 1.0
		for range int(math.Abs(exponent)) {
			v *= base
		}
		if exponent < 0 {
			return 1 / v
		}
		return v
	}
	if base == 0 && exponent > 0 {
		return 0
	}
	return expression.Exp(float64(exponent * expression.Log(base)))
}

// manyFold gives the value of an operator of any number of operands.
func manyFold(op string, args []*formula) value {
	var join func(a, b float64) float64
	start := 0.0
	switch op {
	case "plus", "times":
		return folded(op, args)
	case "and":
		start, join = 1, func(a, b float64) float64 { return truth(a != 0 && b != 0) }
	case "or":
		join = func(a, b float64) float64 { return truth(a != 0 || b != 0) }
	case "xor":
		join = func(a, b float64) float64 { return truth((a != 0) != (b != 0)) }
	case "max":
		start, join = math.Inf(-1), func(a, b float64) float64 { return max(a, b) }
	case "min":
		start, join = math.Inf(1), func(a, b float64) float64 { return min(a, b) }
	default:
		return chain(op, args)
	}
	return func(t float64, x []float64, chance *expression.Random) float64 {
		v := start
		for _, a := range args {
			v = join(v, a.value(t, x, chance))
		}
		return v
	}
}

// folded is a sum or product, from the left; of nothing it is 0 or 1.
func folded(op string, args []*formula) value {
	switch len(args) {
	case 0:
		return number(truth(op == "times")).value
	case 1:
		return args[0].value
	}
	v := arithmetic(op, args[0], args[1])
	for _, a := range args[2:] {
		v = arithmetic(op, &formula{value: v}, a)
	}
	return v
}

// relation gives a comparison of MathML; nil if it is none.
func relation(op string) func(a, b float64) bool {
	switch op {
	case "eq":
		return func(a, b float64) bool { return a == b }
	case "lt":
		return func(a, b float64) bool { return a < b }
	case "leq":
		return func(a, b float64) bool { return a <= b }
	case "gt":
		return func(a, b float64) bool { return a > b }
	case "geq":
		return func(a, b float64) bool { return a >= b }
	}
	return nil
}

// chain compares each operand with the next.
func chain(op string, args []*formula) value {
	holds := relation(op)
	if holds == nil || len(args) == 0 {
		return nil
	}
	return func(t float64, x []float64, chance *expression.Random) float64 {
		for i := 0; i+1 < len(args); i++ {
			if !holds(args[i].value(t, x, chance), args[i+1].value(t, x, chance)) {
				return 0
			}
		}
		return 1
	}
}
